"""The shipped observations: their columns, their sources, and what must not be among them."""

import re

import pytest

from melanokine import evidence
from melanokine.errors import InputError

COLUMNS = {
    "agents": {"agent_id", "generic_name", "parent_or_target", "mw_kda", "doi", "verified"},
    "baseline": {"variable", "population", "trial_id", "statistic", "value", "unit", "doi", "verified"},
    "binding": {"ligand", "receptor", "quantity", "KD", "KD_unit", "doi", "verified"},
    "blind_designs": {"trial_id", "nct", "arm", "regimen", "setting", "n", "year"},
    "cells": {"category", "parameter", "cell_or_species", "value", "unit", "doi", "verified"},
    "km_points": {"trial_id", "arm", "endpoint", "month", "survival_fraction", "doi", "verified"},
    "outcomes": {"trial_id", "arm", "regimen", "n", "endpoint", "value", "unit", "doi", "verified"},
    "pd": {"agent_id", "dose", "readout", "value", "unit", "doi", "verified"},
    "pk": {"agent_id", "parameter", "value", "unit", "species", "doi", "verified"},
    "potency": {"agent_id", "readout", "metric", "value", "unit", "doi", "verified"},
    "receptors": {"cell_type", "receptor", "value", "unit", "doi", "verified"},
    "toxicity": {"agent", "trial_id", "arm", "endpoint", "value", "unit", "doi", "verified"},
}
OBSERVATIONS = sorted(set(COLUMNS) - {"blind_designs"})
GRADES = {"yes", "unverified", "seen", "secondary", "derived", "recalled", "assumed"}
NEEDS_SOURCE = {"yes", "seen", "secondary"}

# Arms under the name or register number of a blind design that are not themselves blind, read one by one.
SIBLINGS = {
    ("AM0010-Naing2016", "pegilodecakin monotherapy"),
    ("AM0010-Naing2016", "1-40 ug/kg SC qd"),
    ("AM0010-RCC-ESMO2016", "20 ug/kg SC qd"),
    ("ARTISTRY-1-PartA", "escalation to 10 ug/kg/d"),
    ("ARTISTRY-1-PartB-Calvo2025", "Part B RCC"),
    ("ARTISTRY-1-combo", "Part C"),
    ("ARTISTRY-1-combo", "nemvaleukin + pembrolizumab (Part C, all tumours)"),
    ("ARTISTRY-1-final", "Part A escalation"),
    ("ARTISTRY-1-final", "Part C + pembrolizumab"),
    ("CA184-022-ipi-dose", "ipilimumab 0.3 mg/kg"),
    ("CA184-022-ipi-dose", "ipilimumab 3 mg/kg"),
    ("CA184-169-ipi10v3", "ipilimumab 3 mg/kg"),
    ("CA209-003-melanoma", "nivolumab 0.3 mg/kg"),
    ("CA209-003-melanoma", "nivolumab 1 mg/kg"),
    ("CA209-003-melanoma", "nivolumab 3 mg/kg"),
    ("KEYNOTE-002", "investigator chemotherapy"),
    ("KEYNOTE-002", "pembrolizumab 2 mg/kg"),
    ("PIVOT-02-RCC", "BEMPEG + nivo 1L RCC (safety anchor)"),
    ("PIVOT-02-escalation", "BEMPEG + nivo"),
    ("PIVOT-02-escalation", "BEMPEG + nivolumab, all tumours dose escalation"),
    ("SB485232-Robertson2006", "rhIL-18 phase I"),
    ("ipi-ER-Feng2013", "ipilimumab 0.3 mg/kg"),
    ("ipi-ER-Feng2013", "ipilimumab 0.3 mg/kg (model-based)"),
    ("ipi-ER-Feng2013", "ipilimumab 3 mg/kg"),
    ("ipi-ER-Feng2013", "ipilimumab 3 mg/kg (model-based)"),
}


def test_names_lists_every_table():
    assert evidence.names() == sorted(COLUMNS)


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_table_has_its_columns_and_no_working_ones(name):
    table = evidence.load(name)
    assert len(table) > 0
    assert COLUMNS[name] <= set(table.columns)
    assert not {"url_seen", "source_seen"} & set(table.columns)


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_no_address_of_a_page_or_repository(name):
    for column, values in evidence.load(name).select_dtypes(exclude="number").items():
        for text in values.dropna():
            assert not re.search(r"://|www\.|github|\.(com|org|net|gov|io)\b", text), f"{column}: {text}"


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_every_row_has_a_source_or_is_marked(name):
    table = evidence.load(name)
    assert set(table["verified"]) <= GRADES
    cited = table["doi"].notna() | table["pmid"].notna()
    if "nct" in table:
        cited |= table["nct"].notna()
    uncited = table[~cited & table["verified"].isin(NEEDS_SOURCE)]
    assert uncited.empty, uncited.to_string()


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_identifiers_are_well_formed(name):
    table = evidence.load(name)
    dois = table["doi"].dropna().str.split("; ").explode()
    assert dois.str.fullmatch(r"10\.\d{4,9}/\S+").all()
    assert table["pmid"].dropna().str.fullmatch(r"\d{5,8}").all()
    if "nct" in table:
        assert table["nct"].dropna().str.fullmatch(r"NCT\d{8}").all()


@pytest.mark.parametrize("name", ["outcomes", "km_points", "toxicity"])
def test_no_outcome_of_a_blind_arm(name):
    blind = evidence.load("blind_designs")
    table = evidence.load(name)
    arms = set(zip(table["trial_id"], table["arm"], strict=True))
    assert not arms & set(zip(blind["trial_id"], blind["arm"], strict=True))
    related = table["trial_id"].isin(blind["trial_id"]) | table["nct"].isin(blind["nct"].dropna())
    found = set(zip(table.loc[related, "trial_id"], table.loc[related, "arm"], strict=True))
    assert found <= SIBLINGS, sorted(found - SIBLINGS)
    assert not table["endpoint"].str.contains("10mgkg").loc[table["trial_id"] == "ipi-ER-Feng2013"].any()


def test_load_gives_each_caller_its_own_frame():
    mine = evidence.load("pk")
    mine["value"] = 0.0
    assert (evidence.load("pk")["value"].fillna(1.0) != 0.0).any()


def test_unknown_table_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'outcomes'"):
        evidence.load("outcome")
