"""Sentences: what they mean, what they say when written back, and how they refuse."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from melanokine.drugs import Courses, Cycles, Phase, Regimen, TimeSpan, load
from melanokine.errors import InputError


@pytest.mark.parametrize(
    ("sentence", "canonical"),
    [
        (
            "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
            "aldesleukin 600000 IU/kg IV over 15 minutes every 8 hours up to 14 doses,"
            " repeat after 9 days for 2 cycles",
        ),
        (
            "Proleukin 600,000 IU per kg i.v. over 15min q8h for up to 14 doses, 2 cycles per course, repeat after"
            " 9 days, repeat course every 12 weeks for 3 courses",
            "aldesleukin 600000 IU/kg IV over 15 minutes every 8 hours up to 14 doses,"
            " repeat after 9 days for 2 cycles, repeat course every 12 weeks for 3 courses",
        ),
        ("nivolumab 360 mg IV every 3 weeks", "nivolumab 360 mg IV every 3 weeks"),
        ("OPDIVO 480mg q4w", "nivolumab 480 mg IV every 4 weeks"),
        ("ipilimumab 3 mg/kg IV every 3 weeks for 4 doses", "ipilimumab 3 mg/kg IV every 3 weeks up to 4 doses"),
        (
            "nivolumab 1 mg/kg IV every 3 weeks for 4 doses, then 3 mg/kg every 2 weeks",
            "nivolumab 1 mg/kg IV every 3 weeks up to 4 doses then 3 mg/kg IV every 2 weeks",
        ),
        ("dacarbazine 1000 mg/m2 IV every 3 weeks", "dacarbazine 1000 mg/m2 IV every 3 weeks"),
        ("pembrolizumab 10 mg/kg IV every 2 weeks for 2 years", "pembrolizumab 10 mg/kg IV every 2 weeks for 2 years"),
        ("NKTR-214 6 ug/kg IV every 3 weeks", "bempegaldesleukin 6 ug/kg IV every 3 weeks"),
        ("aldesleukin 18 MIU SC once daily for 5 days", "aldesleukin 18 MIU SC every day for 5 days"),
        (
            "aldesleukin 1e6 IU/m2 sc weekly, starting on day 84, regardless of tolerance",
            "aldesleukin 1000000 IU/m2 SC every week, starting day 84, regardless of tolerance",
        ),
        ("nivolumab 3 mg/kg\n  EVERY week", "nivolumab 3 mg/kg IV every week"),
        ("nivolumab 3 mg/kg IV bolus", "nivolumab 3 mg/kg IV bolus"),
        (
            "aldesleukin 9 MIU SC on days 1, 3 and 5, repeat every week",
            "aldesleukin 9 MIU SC on days 1, 3, 5, repeat every week",
        ),
        (
            "aldesleukin 9 MIU SC twice daily on days 4 to 8, then 9 MIU daily on days 11-15, repeat every 5 weeks",
            "aldesleukin 9 MIU SC every 12 hours on days 4-8 then 9 MIU SC every day on days 11-15,"
            " repeat every 5 weeks",
        ),
        (
            "aldesleukin 9 MIU SC on days 1, 3, 5, 2 cycles per course, repeat after 9 days",
            "aldesleukin 9 MIU SC on days 1, 3, 5, repeat after 9 days for 2 cycles",
        ),
        ("aldesleukin 9 MIU SC on days 1 - 2, 8, 9", "aldesleukin 9 MIU SC on days 1-2, 8-9"),
        (
            "dacarbazine 1 g/m2 IV on day 1, repeat every 3 weeks",
            "dacarbazine 1 g/m2 IV on day 1, repeat every 3 weeks",
        ),
        (
            "aldesleukin 18 MIU/m2/day IV continuously for 5 days, repeat after 9 days",
            "aldesleukin 18 MIU/m2 IV over 1 day every day for 5 days, repeat after 9 days for 2 cycles",
        ),
        (
            "aldesleukin 18 MIU per m2 per day IV continuously on days 1-5, repeat every 2 weeks",
            "aldesleukin 18 MIU/m2 IV over 1 day on days 1-5, repeat every 2 weeks",
        ),
    ],
)
def test_sentences_and_how_they_are_written_back(sentence, canonical):
    regimen = Regimen.parse(sentence)
    assert str(regimen) == canonical
    assert Regimen.parse(canonical) == regimen


@pytest.mark.parametrize(
    ("sentence", "word", "says", "remedy"),
    [
        ("nivolumab 360 mmg IV every 3 weeks", "mmg", "not a unit of dose", "did you mean 'mg'?"),
        ("nivolumab 360 IV every 3 weeks", "IV", "the unit of the dose 360 is missing", "mg/kg"),
        ("nivolumab 360", "the end", "the unit of the dose 360 is missing", "mg/kg"),
        ("nivolumab", "the end", "the sentence ends where a dose", "complete it"),
        ("nivolumab IV 3 mg/kg", "IV", "is not a number", "600000"),
        ("nivolumab -3 mg/kg IV", "-3", "must be positive", "positive"),
        ("nivolumab 0 mg/kg IV", "0", "must be positive", "positive"),
        ("nivolumab nan mg/kg IV", "nan", "not a finite number", "positive"),
        ("nivolumab inf mg/kg IV", "inf", "not a finite number", "positive"),
        ("nivolumab 1e999 mg/kg IV", "1e999", "not a finite number", "positive"),
        ("nivolumab 3 mL/kg IV", "mL/kg", "neither mass nor activity", "mg, IU or nmol"),
        ("nivolumab 3 IU/kg IV", "IU/kg", "has no international unit", "mg"),
        ("nivolumab 3 mg/kg/d IV", "mg/kg/d", "a dose cannot be per 'kg/d'", "per kg"),
        ("dacarbazine 3 mg/kg IV", "mg/kg", "dosed by body surface", "mg/m2"),
        ("nivolumab 3 mg/kg SC", "3", "no route 'SC'", "given IV"),
        ("aldesleukin 18 MIU daily", "18", "the route of aldesleukin is missing", "IV or SC"),
        ("aldesleukin 18 MIU SC over 15 min", "18", "an SC injection has no duration", "leave"),
        ("nivolumab 3 mg/kg IV evry 3 weeks", "evry", "not expected", "did you mean 'every'?"),
        ("nivolumab 3 mg/kg IV every 3 weks", "weks", "not a unit of time", "did you mean 'weeks'?"),
        ("nivolumab 3 mg/kg IV every -3 weeks", "-3", "a time must be positive", "positive"),
        ("nivolumab 3 mg/kg IV every 0 weeks", "0", "a time must be positive", "positive"),
        ("nivolumab 3 mg/kg IV q0w", "q0w", "that is no interval", "q3w"),
        ("nivolumab 3 mg/kg IV q3x", "q3x", "that is no interval", "q3w"),
        ("nivolumab 3 mg/kg IV every 900 years", "900", "longer than a century", "shorter"),
        ("nivolumab 3 mg/kg IV every 3 weeks for 4 dozes", "dozes", "not a unit of time", "did you mean 'doses'?"),
        ("nivolumab 3 mg/kg IV every 3 weeks for 2.5 doses", "2.5", "whole number", "4"),
        ("nivolumab 3 mg/kg IV every 3 weeks for 0 doses", "0", "whole number", "4"),
        ("nivolumab 3 mg/kg IV every 3 weeks every 2 weeks", "every", "said twice", "keep one"),
        ("nivolumab 3 mg/kg q3w for 4 doses for 2 years", "for", "said twice", "keep one"),
        ("nivolumab 3 mg/kg q3w up 4 doses", "4", "`to` should stand here", "to"),
        ("nivolumab 3 mg/kg q3w, starting monday", "monday", "given by day or week", "day 84"),
        ("nivolumab 3 mg/kg q3w, starting day -3", "-3", "cannot be", "positive"),
        ("nivolumab 3 mg/kg q3w, starting day 3, starting day 4", "starting", "said twice", "keep one"),
        ("nivolumab 3 mg/kg q3w, repeat in 9 days", "in", "needs `after` or `every`", "9 days"),
        ("nivolumab 3 mg/kg q3w for 2 doses, 3 cycles per course", None, "how the cycles follow", "repeat after"),
        ("nivolumab 3 mg/kg q3w, 3 cycles per week", "week", "`course` should stand here", "course"),
        ("nivolumab 3 mg/kg q3w, perhaps", "perhaps", "not expected", "every 3 weeks"),
        ("nivolumab 3 mg/kg q3w then 4 mg/kg q3w", None, "do not end", "for 4 doses then"),
        ("nivolumab 3 mg/kg over 5 h every 2 h", "3", "longer than the interval", "shorten"),
        ("nivolumab 3 mg/kg on days 1,100", "1,100", "reads as one large number", "a space after the comma"),
        ("nivolumab 3 mg/kg on days 5-1", "5", "do not follow one another", "the earlier first"),
        ("nivolumab 3 mg/kg on days 1-5, 3", "3", "do not follow one another", "the earlier first"),
        ("nivolumab 3 mg/kg on days 0-5", "0", "whole number", "4"),
        ("nivolumab 3 mg/kg on days 1-400", "400", "beyond a year", "repeat it"),
        ("nivolumab 3 mg/kg on days", "the end", "the sentence ends where a day", "complete it"),
        ("nivolumab 3 mg/kg on monday", "monday", "`days` should stand here", "days"),
        ("nivolumab 3 mg/kg on days 1-5 q3w", "3", "do not go together", "`, repeat every 3 weeks`"),
        ("nivolumab 3 mg/kg on days 1-5 for 4 doses", "3", "a limit is said too", "for N cycles"),
        ("nivolumab 3 mg/kg on days 1-5 on days 8-9", "on", "said twice", "keep one"),
        ("nivolumab 3 mg/kg over 2 days on days 1-5", "3", "longer than the interval of 1 day", "shorten"),
        ("nivolumab 3 mg/kg over 3 days on days 1, 3, 7", "3", "longer than the 2 days to the next", "shorten"),
        (
            "nivolumab 3 mg/kg daily for 5 days then 1 mg/kg on days 4-8",
            None,
            "before the doses in front",
            "later ones",
        ),
        ("nivolumab 3 mg/kg on days 1-5, repeat every 3 days", None, "a cycle would begin before", "lengthen"),
        ("nivolumab 3 mg/kg IV continuously", "mg/kg", "dosed per day", "mg/kg/day"),
        ("nivolumab 3 mg/kg/day IV daily continuously", "continuously", "said twice", "keep one"),
        ("nivolumab 3 mg/kg/day IV continuously over 5 h", "over", "said twice", "keep one"),
        ("aldesleukin 9 MIU/day SC continuously", "9", "an SC injection has no duration", "leave"),
        ("nivolumb 3 mg/kg q3w", None, "unknown drug 'nivolumb'", "did you mean 'nivolumab'?"),
        ("3 mg/kg nivolumab q3w", None, "unknown drug '3'", "known: aldesleukin"),
    ],
)
def test_refusals_quote_sentence_and_word(sentence, word, says, remedy):
    with pytest.raises(InputError) as caught:
        Regimen.parse(sentence)
    error = caught.value
    assert says in error.message
    assert remedy in (error.remedy or "")
    assert repr(sentence) in error.message
    assert "\n" not in str(error)
    if word == "the end":
        assert "at the end in" in error.message
    elif word:
        assert f"at {word!r} in" in error.message


@pytest.mark.parametrize("nothing", ["", "  \n", None, 3, ["nivolumab 3 mg"]])
def test_what_is_no_sentence_is_refused(nothing):
    with pytest.raises(InputError, match="a regimen is a sentence"):
        Regimen.parse(nothing)


def test_drugs_of_the_caller_are_known_by_names_of_several_words():
    mutein = load("aldesleukin").engineered("no-alpha, 20 h", alpha_affinity=0, half_life="20 h")
    regimen = Regimen.parse("no-alpha, 20 h 0.01 mg/kg IV every 3 weeks", drugs=[mutein])
    assert regimen.drug is mutein
    assert Regimen.parse(str(regimen), drugs=[mutein]) == regimen
    with pytest.raises(InputError, match="unknown drug"):
        Regimen.parse(str(regimen))


AMOUNTS = st.floats(1e-3, 1e6, allow_nan=False).map(float)
SPANS = st.builds(
    TimeSpan, st.one_of(st.integers(1, 60), st.floats(0.5, 60)), st.sampled_from(["hour", "day", "week", "month"])
)


@st.composite
def phases(draw, drug, last):
    unit = draw(st.sampled_from(["mg", "mg/kg", "ug/kg", "nmol"] + ["IU/kg", "MIU/m2"] * (drug == "aldesleukin")))
    route = draw(st.sampled_from(["IV", "SC"])) if drug == "aldesleukin" else "IV"
    every = draw(SPANS) if not last else draw(st.none() | SPANS)
    doses = draw(st.integers(1, 60)) if not last or draw(st.booleans()) else None
    doses, during = (None, draw(SPANS)) if every and draw(st.booleans()) else (doses, None)
    over = draw(st.sampled_from([None, TimeSpan(0, "day"), TimeSpan(15, "minute")])) if route == "IV" else None
    if draw(st.booleans()):
        days = draw(st.sets(st.integers(1, 40), min_size=1, max_size=8).map(sorted).map(tuple))
        often = draw(st.sampled_from([None, TimeSpan(12, "hour"), TimeSpan(7, "hour"), TimeSpan(1, "day")]))
        return Phase(draw(AMOUNTS), unit, route, over, often, days=days)
    return Phase(draw(AMOUNTS), unit, route, over, every, 1 if doses and every is None else doses, during)


@st.composite
def regimens(draw):
    drug = draw(st.sampled_from(["aldesleukin", "nivolumab", "bempegaldesleukin"]))
    number = draw(st.integers(1, 3))
    parts = tuple(draw(phases(drug, last=i == number - 1)) for i in range(number))
    cycles = draw(
        st.none() | st.builds(lambda n, k: Cycles(rest=TimeSpan(n, "day"), number=k), *[st.integers(1, 9)] * 2)
    )
    courses = draw(
        st.none() | st.builds(lambda n, k: Courses(TimeSpan(n, "year"), k), st.integers(20, 99), st.integers(1, 9))
    )
    start = TimeSpan(draw(st.integers(0, 400)), draw(st.sampled_from(["day", "week"])))
    try:
        return Regimen(load(drug), parts, start, cycles, courses, draw(st.booleans()))
    except InputError:
        return None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(regimens())
def test_every_regimen_reads_back_from_its_sentence(regimen):
    if regimen is None:
        return
    again = Regimen.parse(str(regimen))
    assert str(again) == str(regimen)
    assert again.doses(400) == regimen.doses(400)


VOCABULARY = """nivolumab aldesleukin 3 600,000 -1 nan mg/kg IU/kg mg IV SC every 8 hours week for up to 14 doses then
    over 15 min , repeat after course starting day 84 q3w bolus once twice daily per cycles regardless of tolerance on
    days 1 -5 to and continuously mg/kg/day"""
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40).map(lambda text: f"nivolumab {text}"))
def test_any_text_is_read_or_refused(sentence):
    try:
        regimen = Regimen.parse(sentence)
    except InputError:
        return
    assert Regimen.parse(str(regimen)).doses(30) == regimen.doses(30)
