"""Regimens as sentences.

    sentence := DRUG phase {"then" phase} {"," clause}
    phase    := DOSE [route] ["bolus" | "over" TIME | "continuously"] [how often] [how long | which days]
    route    := "IV" | "SC" | "IT" (intralesional)
    how often := "every" TIME | "daily" | "weekly" | "twice daily" | "q8h", "q3w", ... | "once"
    how long := ("for" | "up to") N "doses" | ("for" | "up to") TIME
    which days := "on" ("day" | "days") N [("-" | "to") N] {("," | "and") N [("-" | "to") N]}
                                                          days of the cycle, whose first is day 1
    clause   := "starting" ("day" | "week") N               days from the first day of treatment, which is day 0
              | "repeat after" TIME ["for" N "cycles"]      that many whole days without a dose; two cycles if not said
              | "repeat every" TIME ["for" N "cycles"]      from start to start; without end if not said
              | N "cycles per course"
              | "repeat course every" TIME ["for" N "courses"]
              | "regardless of tolerance"                   no dose is withheld

Examples: `aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days`;
`nivolumab 1 mg/kg IV every 3 weeks for 4 doses then 3 mg/kg every 2 weeks`;
`aldesleukin 9 MIU SC twice daily on days 1-5, repeat every 4 weeks`. A later phase keeps the route of the one before
it. A continuous infusion has a dose per day, as in `aldesleukin 18 MIU/m2/day IV continuously for 5 days`, which is
`18 MIU/m2 IV over 1 day every day for 5 days`. Words may be in any case; units of dose may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from melanokine.drugs.library import find, spellings
from melanokine.drugs.phase import LAST_DAY, ONE_DAY, Phase, complete
from melanokine.drugs.quantity import convert
from melanokine.drugs.record import Drug
from melanokine.drugs.regimen import NOW, Courses, Cycles, Regimen
from melanokine.drugs.time_span import DAYS, WORDS, TimeSpan, number
from melanokine.drugs.words import Words
from melanokine.errors import InputError, nearest

ROUTES = {"iv": "IV", "i.v.": "IV", "intravenous": "IV", "intravenously": "IV"}
ROUTES |= {"sc": "SC", "s.c.": "SC", "subcutaneous": "SC", "subcutaneously": "SC"}
ROUTES |= {"it": "IT", "i.t.": "IT", "intralesional": "IT", "intralesionally": "IT", "intratumoral": "IT"}
OFTEN = {"daily": TimeSpan(1, "day"), "weekly": TimeSpan(1, "week")}
EVERY = re.compile(r"q(\d+)([a-z]+)")
PER_DAY = re.compile(r"(.+)/(?:d|day|24 ?h)", re.IGNORECASE)
"""A unit of dose with a time below the line: that of a continuous infusion."""
AFTER_DOSE = (
    "IV", "SC", "IT", "bolus", "over", "continuously", "every", "daily", "weekly", "twice", "once", "for", "up", "on",
    "then", "starting", "repeat", "regardless",
)  # fmt: skip


def parse(sentence: str, drugs: tuple[Drug, ...] = ()) -> Regimen:
    """The regimen that `sentence` describes; InputError quotes the sentence and the word that is wrong."""
    if not isinstance(sentence, str) or not sentence.strip():
        remedy = "write for example `nivolumab 360 mg IV every 3 weeks`"
        raise InputError(f"a regimen is a sentence, not {sentence!r}", remedy=remedy)
    sentence = " ".join(sentence.split())
    drug, rest = _drug(sentence, drugs)
    words = Words(rest, sentence)
    phases = [_phase(words, drug, None)]
    while _then(words):
        phases.append(_phase(words, drug, phases[-1].route))
    said = _Clauses(words)
    while not words.ended:
        if words.peek("comma"):
            words.next()
        else:
            said.read()
    try:
        return Regimen(
            drug=drug,
            phases=tuple(phases),
            start=said.start or NOW,
            cycles=said.cycles(),
            courses=said.courses,
            guarded=not said.unguarded,
        )
    except InputError as error:
        raise words.quoting(error) from None


def _drug(sentence: str, drugs: tuple[Drug, ...]) -> tuple[Drug, str]:
    """The drug that the sentence begins with, and what follows. Names of the caller's drugs may be several words."""
    for drug in drugs:
        for spelling in sorted(spellings(drug), key=len, reverse=True):
            rest = sentence[len(spelling) :]
            if sentence.casefold().startswith(spelling.casefold()) and rest[:1] in ("", " "):
                return drug, rest
    first, _, rest = sentence.partition(" ")
    try:
        return find(first, drugs), rest
    except InputError as error:
        raise Words("", sentence).quoting(error) from None


def _then(words: Words) -> bool:
    """Whether another phase follows; a comma may stand before `then`."""
    comma = bool(words.peek("comma"))
    if [token.lower() for token in words.tokens[words.at + comma : words.at + comma + 1]] != ["then"]:
        return False
    words.at += 1 + comma
    return True


def _phase(words: Words, drug: Drug, route: str | None) -> Phase:
    """A dose and what is said of it; `route` is that of the phase before."""
    start = words.at
    amount, unit, unit_place = _dose(words)
    said: dict[str, Any] = {}
    while (found := _part(words)) is not None:
        place, name, value = found
        if _ALIKE.get(name, {name}) & said.keys():
            words.fail(place, "this is said twice of one dose", "keep one of them")
        said[name] = value
    if said.pop("continuously", False):
        unit = _unit_a_day(words, unit, unit_place)
        said |= {"over": ONE_DAY} if "days" in said else {"over": ONE_DAY, "every": ONE_DAY}
    try:
        convert(drug, amount, unit)
    except InputError as error:
        raise words.quoting(error, unit_place) from None
    try:
        return complete(replace(Phase(amount, unit, route=route), **said), drug)
    except InputError as error:
        raise words.quoting(error, start) from None


_LIMITS, _TIMES = {"doses", "during"}, {"over", "every", "continuously"}
_ALIKE = dict.fromkeys(_LIMITS, _LIMITS) | {"continuously": _TIMES}
_ALIKE |= {name: {name, "continuously"} for name in ("over", "every")}
"""What says the same of a dose, so that only one of it may be said."""


def _dose(words: Words) -> tuple[float, str, int]:
    """Number and unit of the dose, and the place of the unit."""
    place = words.at
    amount = words.number("a dose such as `3 mg/kg`")
    if amount <= 0:
        words.fail(place, "a dose must be positive", "give a positive number")
    unit = words.peek("word")
    if not unit or unit in (*ROUTES, *(word.lower() for word in AFTER_DOSE)):
        message = f"the unit of the dose {words.tokens[place]} is missing"
        words.fail(words.at, message, "write for example mg/kg or IU/kg")
    place, unit = words.at, words.next()
    while words.take("per"):
        unit = f"{unit}/{words.next('kg or m2')}"
    return amount, unit, place


def _unit_a_day(words: Words, unit: str, place: int) -> str:
    """The unit of what a continuous infusion gives in a day."""
    match = PER_DAY.fullmatch(unit)
    if match is None:
        message = "a continuous infusion is dosed per day"
        words.fail(place, message, f"write `{unit}/day`, or `over` a time for the dose as a whole")
    return match.group(1)


def _part(words: Words) -> tuple[int, str, Any] | None:
    """Place, field and value of the next thing said of a dose; None where the phase ends."""
    place, word = words.at, words.peek("word")
    if word in ROUTES:
        words.next()
        return place, "route", ROUTES[word]
    if word in ("bolus", "over"):
        words.next()
        return place, "over", NOW if word == "bolus" else words.span()
    if word in ("every", "twice", "once", *OFTEN) or EVERY.fullmatch(word):
        return place, "every", _interval(words)
    if word == "continuously":
        words.next()
        return place, "continuously", True
    if word in ("for", "up"):
        return (place, *_limit(words))
    if word == "on":
        words.next()
        return place, "days", _days(words)
    return None


def _interval(words: Words) -> TimeSpan | None:
    word = words.next().lower()
    if word == "once":
        often = words.peek("word") in ("every", *OFTEN)
        return _interval(words) if often else None
    if word == "twice":
        words.expect("daily")
        return TimeSpan(12, "hour")
    if word == "every":
        return words.span(default=1.0)
    match = EVERY.fullmatch(word)
    if match is None:
        return OFTEN[word]
    if match.group(2) not in WORDS or int(match.group(1)) == 0:
        words.fail(words.at - 1, "that is no interval", "write for example `every 3 weeks` or q3w")
    return TimeSpan(float(match.group(1)), WORDS[match.group(2)])


def _limit(words: Words) -> tuple[str, Any]:
    """`for N doses`, `up to N doses` or `for TIME`."""
    if not words.take("for") or words.peek() == "up":
        words.expect("up", "to")
    following = words.tokens[words.at + 1 : words.at + 2]
    if following and following[0].lower() in ("dose", "doses"):
        number_of_doses = words.whole("a number of doses")
        words.next()
        return "doses", number_of_doses
    return "during", words.span(known=("dose", *DAYS))


def _days(words: Words) -> tuple[int, ...]:
    """The days of a cycle in `day 1`, `days 1-5`, `days 1, 3 and 5`."""
    words.expect("days")
    days: list[int] = []
    while True:
        place = words.at
        first = _day(words)
        last = _day(words) if _range(words) else first
        if last < first or (days and first <= days[-1]):
            words.fail(place, "the days do not follow one another", "name each day once, the earlier first")
        days += range(first, last + 1)
        if not _another_day(words):
            return tuple(days)


def _day(words: Words) -> int:
    place = words.at
    if "," in words.peek("number"):
        words.fail(place, "that reads as one large number", "put a space after the comma")
    day = words.whole("a day of the cycle")
    if day > LAST_DAY:
        words.fail(place, f"day {day} of a cycle is beyond a year", "name the days of one cycle, and repeat it")
    return day


def _range(words: Words) -> bool:
    """Whether `-5`, `- 5` or `to 5` follows; the words are at the number then."""
    if words.peek("number").startswith("-"):
        words.tokens[words.at] = words.tokens[words.at][1:]
        return True
    return any(words.take(dash) for dash in ("-", "to"))


def _another_day(words: Words) -> bool:
    """Whether another day is named; a comma may stand before `2 cycles per course` as well."""
    comma = bool(words.peek("comma"))
    following = [word.lower() for word in words.tokens[words.at + comma : words.at + comma + 3]]
    if following[:1] == ["and"]:
        words.at += comma + 1
        return True
    kinds = words.kinds[words.at + comma : words.at + comma + 1]
    if not comma or kinds != ["number"] or following[1:2] in (["cycle"], ["cycles"]):
        return False
    words.at += 1
    return True


@dataclass
class _Clauses:
    """What the clauses after the doses say."""

    words: Words
    start: TimeSpan | None = None
    rest: TimeSpan | None = None
    every: TimeSpan | None = None
    number: int | None = None
    courses: Courses | None = None
    unguarded: bool | None = None

    def read(self) -> None:
        """Read the next clause."""
        words, place = self.words, self.words.at
        if words.peek("number"):
            self._say("number", words.whole("a number of cycles"), place)
            words.expect("cycles", "per", "course")
            return
        word = words.next().lower()
        if word == "starting":
            words.take("on")
            self._say("start", self._start(), place)
        elif word == "repeat" and words.take("course"):
            words.expect("every")
            self._say("courses", Courses(words.span(default=1.0), self._count("courses")), place)
        elif word == "repeat":
            self._repeat(place)
        elif word == "regardless":
            words.expect("of", "tolerance")
            self._say("unguarded", True, place)
        else:
            remedy = nearest(word, AFTER_DOSE)
            if not remedy.startswith("did you mean") or word in AFTER_DOSE:
                remedy = "write for example `every 3 weeks for 4 doses`"
            words.fail(place, "this word was not expected", remedy)

    def cycles(self) -> Cycles | None:
        """The cycles that the clauses describe."""
        if self.rest is None and self.every is None:
            if self.number is not None:
                raise InputError("how the cycles follow each other is missing", remedy="add `repeat after 9 days`")
            return None
        return Cycles(rest=self.rest, every=self.every, number=self.number)

    def _repeat(self, place: int) -> None:
        words = self.words
        manner = words.next("`after` or `every`").lower()
        if manner == "after":
            self._say("rest", words.span(), place)
        elif manner == "every":
            self._say("every", words.span(default=1.0), place)
        else:
            words.fail(words.at - 1, "a repeat needs `after` or `every`", "write `repeat after 9 days`")
        count = self._count("cycles")
        if count is not None:
            self._say("number", count, place)

    def _start(self) -> TimeSpan:
        words = self.words
        unit = words.next("`day` or `week`").lower()
        if unit not in ("day", "week"):
            words.fail(words.at - 1, "a start is given by day or week", "write `starting day 84`")
        place = words.at
        value = words.number("a day such as 84")
        try:
            return TimeSpan(value, unit)
        except InputError as error:
            raise words.quoting(error, place) from None

    def _count(self, what: str) -> int | None:
        """`for N cycles`, where it is said."""
        if not self.words.take("for"):
            return None
        value = self.words.whole(f"a number of {what}")
        self.words.expect(what)
        return value

    def _say(self, name: str, value: object, place: int) -> None:
        if getattr(self, name) is not None:
            self.words.fail(place, f"the {name} is said twice", "keep one of them")
        setattr(self, name, value)


def write(regimen: Regimen) -> str:
    """The sentence that reads back as `regimen`."""
    limit = "up to" if regimen.guarded else "for"
    clauses = [f"{regimen.drug.id} " + " then ".join(_write_phase(phase, limit) for phase in regimen.phases)]
    if regimen.start != NOW:
        clauses.append(f"starting {regimen.start.unit} {number(regimen.start.count)}")
    if regimen.cycles is not None:
        cycles = regimen.cycles
        how = f"every {_write_interval(cycles.every)}" if cycles.every else f"after {cycles.rest}"
        clauses.append(f"repeat {how}" + _write_count(cycles.number, "cycle"))
    if regimen.courses is not None:
        courses = regimen.courses
        clauses.append(f"repeat course every {_write_interval(courses.every)}" + _write_count(courses.number, "course"))
    if not regimen.guarded:
        clauses.append("regardless of tolerance")
    return ", ".join(clauses)


def _write_phase(phase: Phase, limit: str) -> str:
    words = [number(phase.amount), phase.unit, phase.route or ""]
    if phase.over is not None:
        words.append("bolus" if phase.over.count == 0 else f"over {phase.over}")
    if phase.every is not None:
        words.append(f"every {_write_interval(phase.every)}")
    if phase.days:
        words.append(f"on day{'' if len(phase.days) == 1 else 's'} {_write_days(phase.days)}")
    if phase.doses is not None:
        words.append(f"{limit} {phase.doses} dose{'' if phase.doses == 1 else 's'}")
    if phase.during is not None:
        words.append(f"for {phase.during}")
    return " ".join(words)


def _write_days(days: tuple[int, ...]) -> str:
    """Days one by one, those that follow each other as a range."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _write_interval(span: TimeSpan) -> str:
    return span.unit if span.count == 1 else str(span)


def _write_count(count: int | None, what: str) -> str:
    return "" if count is None else f" for {count} {what}{'' if count == 1 else 's'}"
