"""When doses fall: phases, cycles, courses, and what they may not do."""

from __future__ import annotations

import pytest

from melanokine.drugs import Courses, Cycles, DoseTarget, Phase, Regimen, TimeSpan, dose_target, load
from melanokine.errors import InputError


def times(sentence: str, until: float = 10_000.0) -> list[float]:
    return [dose.time_d for dose in Regimen.parse(sentence).doses(until)]


def test_high_dose_interleukin_two():
    """Two cycles of 14 doses over five days, nine days of rest between; a course every twelve weeks."""
    sentence = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days"
    cycle = [k / 3 for k in range(14)]
    assert times(sentence) == pytest.approx([*cycle, *(14 + t for t in cycle)])
    course = times(sentence + ", repeat course every 12 weeks for 3 courses")
    assert len(course) == 84
    assert course[28] == 84.0
    assert course[28 + 14] == 98.0
    assert times(sentence + " for 3 cycles")[28] == 28.0


def test_combination_then_maintenance():
    both = times("nivolumab 1 mg/kg IV every 3 weeks for 4 doses then 3 mg/kg every 2 weeks", until=120)
    assert both == [0, 21, 42, 63, 84, 98, 112]
    doses = Regimen.parse("nivolumab 1 mg/kg IV every 3 weeks for 4 doses then 3 mg/kg every 2 weeks").doses(120)
    assert doses[4].amount == pytest.approx(3 * doses[3].amount)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("nivolumab 360 mg IV once", [0]),
        ("nivolumab 360 mg IV", [0]),
        ("pembrolizumab 200 mg q3w for 6 weeks", [0, 21]),
        ("pembrolizumab 200 mg q3w for 43 days", [0, 21, 42]),
        ("aldesleukin 3 MIU SC daily for 2 days, repeat every week for 2 cycles", [0, 1, 7, 8]),
        ("aldesleukin 3 MIU SC twice daily for 3 doses", [0, 0.5, 1]),
        ("nivolumab 480 mg q4w for 2 doses, starting day 84", [84, 112]),
        ("nivolumab 480 mg q4w for 2 doses, starting week 12", [84, 112]),
        ("ipilimumab 3 mg/kg q3w for 2 doses, repeat course every 24 weeks for 2 courses", [0, 21, 168, 189]),
        ("aldesleukin 3 MIU SC daily for 2 days, repeat after 1 week", [0, 1, 9, 10]),
        ("aldesleukin 3 MIU SC on days 1, 3, 5, repeat every week for 2 cycles", [0, 2, 4, 7, 9, 11]),
        ("aldesleukin 3 MIU SC on days 2-3, repeat after 4 days", [1, 2, 8, 9]),
        ("aldesleukin 3 MIU SC on days 2-3, starting day 10", [11, 12]),
        ("aldesleukin 3 MIU SC twice daily on days 4-5 then 1 MIU daily on days 8-9", [3, 3.5, 4, 4.5, 7, 8]),
        ("aldesleukin 3 MIU SC on days 1-2 then 1 MIU every 2 days for 2 doses", [0, 1, 2, 4]),
        ("aldesleukin 3 MIU SC every 10 hours on days 1, 3", [0, 10 / 24, 20 / 24, 2, 2 + 10 / 24, 2 + 20 / 24]),
        ("aldesleukin 9 MIU/day IV continuously for 3 days", [0, 1, 2]),
    ],
)
def test_schedules(sentence, expected):
    assert times(sentence) == expected


def test_a_continuous_infusion_gives_its_daily_dose_without_a_gap():
    doses = Regimen.parse("aldesleukin 9 MIU/m2/day IV continuously for 3 days").doses(10)
    assert [dose.duration_d for dose in doses] == [1, 1, 1]
    once = Regimen.parse("aldesleukin 9 MIU/m2 IV").doses(1)[0]
    assert {(dose.amount, dose.per) for dose in doses} == {(once.amount, once.per)}


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ((0, 1), "no day of a cycle"),
        ((1.5,), "no day of a cycle"),
        ((3, 2), "do not follow"),
        ((400,), "beyond a year"),
    ],
)
def test_days_that_are_none(days, message):
    with pytest.raises(InputError, match=message):
        Regimen(load("nivolumab"), (Phase(3, "mg/kg", days=days),))


def test_until_is_excluded_and_two_years_hold_53_doses():
    assert times("nivolumab 3 mg/kg every 2 weeks", until=28) == [0, 14]
    assert len(times("pembrolizumab 10 mg/kg IV every 2 weeks for 2 years")) == 53


def test_what_a_dose_holds():
    drug = load("aldesleukin")
    infusion = Regimen.parse("aldesleukin 600000 IU/kg IV").doses(1)[0]
    assert infusion.duration_d == pytest.approx(15 / 1440)
    assert infusion.target == DoseTarget("infusion", "aldesleukin_infusion") == dose_target(drug, "IV")
    assert (infusion.per, infusion.unit, infusion.guard) == ("kg", "pmol", "haemodynamic_tolerance")
    assert infusion.enters_d == 0.0
    bolus = Regimen.parse("aldesleukin 600000 IU/kg IV bolus regardless of tolerance").doses(1)[0]
    assert bolus.target == DoseTarget("bolus", "aldesleukin_central") == dose_target(drug, "IV", bolus=True)
    assert (bolus.duration_d, bolus.guard) == (0.0, None)
    injection = Regimen.parse("aldesleukin 18 MIU SC").doses(1)[0]
    assert injection.target == DoseTarget("bolus", "aldesleukin_depot")
    assert injection.time_d == 0.0
    assert injection.enters_d == pytest.approx(26.9 / 1440)


@pytest.mark.parametrize(
    ("drug", "minutes"),
    [("nivolumab", 60), ("ipilimumab", 90), ("pembrolizumab", 30), ("bempegaldesleukin", 15)],
)
def test_usual_infusion_durations(drug, minutes):
    assert Regimen.parse(f"{drug} 3 mg/kg IV").doses(1)[0].duration_d == pytest.approx(minutes / 1440)
    assert Regimen.parse(f"{drug} 3 mg/kg IV over 2 h").doses(1)[0].duration_d == pytest.approx(2 / 24)


def test_regimens_are_built_without_sentences():
    weeks = TimeSpan(3, "week")
    built = Regimen(load("nivolumab"), (Phase(360, "mg", every=weeks),))
    assert built == Regimen.parse("nivolumab 360 mg IV every 3 weeks")
    il2 = Regimen(
        load("aldesleukin"),
        (Phase(600000, "IU/kg", "IV", over=TimeSpan(15, "minute"), every=TimeSpan(8, "hour"), doses=14),),
        cycles=Cycles(rest=TimeSpan(9, "day")),
        courses=Courses(TimeSpan(12, "week"), 3),
    )
    assert len(il2.doses(300)) == 84


@pytest.mark.parametrize(
    ("phases", "more", "says"),
    [
        ((), {}, "has no dose"),
        ((Phase(3, "mg", doses=4),), {}, "how often"),
        ((Phase(3, "mg", every=TimeSpan(1, "day"), doses=0),), {}, "not a number of doses"),
        ((Phase(3, "mg", every=TimeSpan(1, "day"), doses=2.5),), {}, "not a number of doses"),
        ((Phase(3, "mg", every=TimeSpan(0, "day")),), {}, "the interval is zero"),
        ((Phase(float("nan"), "mg"),), {}, "must be positive"),
        ((Phase(3, "mg", "SC"),), {}, "no route 'SC'"),
        ((Phase(3, "mg", every=TimeSpan(1, "day"), doses=2, during=TimeSpan(2, "day")),), {}, "keep one"),
        ((Phase(3, "mg"), Phase(4, "mg")), {}, "single dose stands before"),
        ((Phase(3, "mg", every=TimeSpan(1, "day")),), {"cycles": Cycles(rest=TimeSpan(1, "day"))}, "do not end"),
        ((Phase(3, "mg"),), {"cycles": Cycles(rest=TimeSpan(5, "hour"))}, "no whole number of days"),
        (
            (Phase(3, "mg"),),
            {"cycles": Cycles(every=TimeSpan(5, "day")), "courses": Courses(TimeSpan(1, "week"))},
            "end",
        ),
        ((Phase(3, "mg"),), {"cycles": Cycles(rest=TimeSpan(5, "day"), number=0)}, "number of cycles"),
        ((Phase(3, "mg"),), {"start": TimeSpan(3, "hour")}, "cannot start"),
        (
            (Phase(3, "mg", every=TimeSpan(1, "day"), doses=20),),
            {"courses": Courses(TimeSpan(1, "week"))},
            "before the last dose",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(phases, more, says):
    with pytest.raises(InputError) as caught:
        Regimen(load("nivolumab"), phases, **more)
    assert says in str(caught.value)


def test_too_many_doses_and_endless_listing_are_refused():
    with pytest.raises(InputError, match="more than 100000 times"):
        Regimen.parse("nivolumab 1 mg every 0.001 min over 0.0001 min").doses(365)
    for until in (float("inf"), float("nan"), "soon", True):
        with pytest.raises(InputError, match="finite number of days"):
            Regimen.parse("nivolumab 1 mg every week").doses(until)


def test_cycles_are_given_by_rest_or_by_interval():
    with pytest.raises(InputError, match="one of the two"):
        Cycles()
