"""Doses become amounts of the drug's states, each substance by its own mass and its own international unit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from melanokine.drugs import load
from melanokine.drugs.quantity import registry
from melanokine.drugs.time_span import TimeSpan, read_span
from melanokine.errors import InputError

IU_IN_A_MILLIGRAM = 18e6 / 1.1


@pytest.mark.parametrize(
    ("drug", "dose", "amount", "unit", "per"),
    [
        ("aldesleukin", "18 MIU", 1.1e-3 / 15.3e3 * 1e12, "pmol", "flat"),
        ("aldesleukin", "1.1 mg", 1.1e-3 / 15.3e3 * 1e12, "pmol", "flat"),
        ("aldesleukin", "600,000 IU/kg", 6e5 / IU_IN_A_MILLIGRAM * 1e-3 / 15.3e3 * 1e12, "pmol", "kg"),
        ("aldesleukin", "600 kIU/kg", 6e5 / IU_IN_A_MILLIGRAM * 1e-3 / 15.3e3 * 1e12, "pmol", "kg"),
        ("aldesleukin", "1 MIU/m2", 1e6 / IU_IN_A_MILLIGRAM * 1e-3 / 15.3e3 * 1e12, "pmol", "m2"),
        ("aldesleukin", "5 nmol", 5000.0, "pmol", "flat"),
        ("nivolumab", "240 mg", 240e-3 / 146e3 * 1e9, "nmol", "flat"),
        ("nivolumab", "0.24 g", 240e-3 / 146e3 * 1e9, "nmol", "flat"),
        ("ipilimumab", "3 mg/kg", 3e-3 / 148e3 * 1e9, "nmol", "kg"),
        ("bempegaldesleukin", "0.006 mg/kg", 6e-6 / 15.3e3 * 1e12, "pmol", "kg"),
        ("bempegaldesleukin", "6 µg/kg", 6e-6 / 15.3e3 * 1e12, "pmol", "kg"),
        ("bempegaldesleukin", "6ug/kg", 6e-6 / 15.3e3 * 1e12, "pmol", "kg"),
        ("dacarbazine", "1000 mg/m2", 1000.0, "mg/m2", "flat"),
        ("dacarbazine", "1 g/m^2", 1000.0, "mg/m2", "flat"),
    ],
)
def test_doses_in_the_unit_of_states(drug, dose, amount, unit, per):
    found = load(drug).amount(dose)
    assert found.amount == pytest.approx(amount, rel=3e-4)
    assert (found.unit, found.per) == (unit, per)


def test_pint_quantities_are_read():
    units = registry()
    assert load("nivolumab").amount(units.Quantity(240, "mg")) == load("nivolumab").amount("240 mg")
    assert load("ipilimumab").amount(units.Quantity(3, "mg/kg")).per == "kg"


@pytest.mark.parametrize(
    ("drug", "dose", "says"),
    [
        ("nivolumab", "3 mgg", "'mgg' is not a unit of dose"),
        ("nivolumab", "3 MIU", "nivolumab has no international unit"),
        ("bempegaldesleukin", "3 MIU/kg", "no international unit"),
        ("dacarbazine", "3 mg/kg", "dosed by body surface"),
        ("dacarbazine", "1800 mg", "dosed by body surface"),
        ("nivolumab", "3 mg/day", "a dose cannot be per 'day'"),
        ("nivolumab", "3 L", "neither mass nor activity nor substance"),
        ("nivolumab", "3 U/kg", "neither mass nor activity nor substance"),
        ("nivolumab", "-3 mg", "a dose must be positive"),
        ("nivolumab", "0 mg", "a dose must be positive"),
        ("nivolumab", "nan mg", "not a finite number"),
        ("nivolumab", "inf mg", "not a finite number"),
        ("nivolumab", "three mg", "'three' is not a number"),
        ("nivolumab", "3", "is not a dose"),
        ("nivolumab", "", "is not a dose"),
        ("nivolumab", None, "is not a dose"),
        ("nivolumab", "1e300 mg", "beyond reason"),
        ("nivolumab", "3 mg**", "is not a unit of dose"),
        ("nivolumab", "3 )(", "is not a unit of dose"),
        ("nivolumab", "3 mg$", "is not a unit of dose"),
        ("nivolumab", "3 dose", "is not a unit of dose"),
    ],
)
def test_what_is_no_dose_is_refused(drug, dose, says):
    with pytest.raises(InputError) as caught:
        load(drug).amount(dose)
    assert says in caught.value.message
    assert caught.value.remedy


def test_pint_is_loaded_only_when_a_dose_is_read():
    code = "import sys, melanokine.drugs as d; d.load('nivolumab'); assert not {'pint', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "span", "days"),
    [
        ("20 h", TimeSpan(20, "hour"), 20 / 24),
        ("3 weeks", TimeSpan(3, "week"), 21.0),
        ("1 month", TimeSpan(1, "month"), 30.4375),
        ("2 years", TimeSpan(2, "year"), 730.5),
        ("15min", TimeSpan(15, "minute"), 15 / 1440),
    ],
)
def test_time_spans(text, span, days):
    assert read_span(text) == span
    assert span.days == days
    assert read_span(str(span)) == span


@pytest.mark.parametrize("text", ["", "20", "h", "20 parsecs", "-1 h", "nan h", "inf d", "x h", None, "200 years"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InputError):
        read_span(text)
