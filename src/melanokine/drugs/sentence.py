"""Regimens as sentences.

    sentence := DRUG phase {"then" phase} {"," clause}
    phase    := DOSE [route] ["bolus" | "over" TIME] [how often] [how long]
    route    := "IV" | "SC"
    how often := "every" TIME | "daily" | "weekly" | "twice daily" | "q8h", "q3w", ... | "once"
    how long := ("for" | "up to") N "doses" | ("for" | "up to") TIME
    clause   := "starting" ("day" | "week") N               days from the first day of treatment, which is day 0
              | "repeat after" TIME ["for" N "cycles"]      that many whole days without a dose; two cycles if not said
              | "repeat every" TIME ["for" N "cycles"]      from start to start; without end if not said
              | N "cycles per course"
              | "repeat course every" TIME ["for" N "courses"]
              | "regardless of tolerance"                   no dose is withheld

Examples: `aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days`;
`nivolumab 1 mg/kg IV every 3 weeks for 4 doses then 3 mg/kg every 2 weeks`. A later phase keeps the route of the one
before it. Words may be in any case; units of dose may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from melanokine.drugs.library import find, spellings
from melanokine.drugs.phase import Phase, complete
from melanokine.drugs.quantity import convert, read_number
from melanokine.drugs.record import Drug
from melanokine.drugs.regimen import NOW, Courses, Cycles, Regimen
from melanokine.drugs.time_span import DAYS, WORDS, TimeSpan, number
from melanokine.errors import InputError, nearest

ROUTES = {"iv": "IV", "i.v.": "IV", "intravenous": "IV", "intravenously": "IV"}
ROUTES |= {"sc": "SC", "s.c.": "SC", "subcutaneous": "SC", "subcutaneously": "SC"}
OFTEN = {"daily": TimeSpan(1, "day"), "weekly": TimeSpan(1, "week")}
EVERY = re.compile(r"q(\d+)([a-z]+)")
AFTER_DOSE = (
    "IV", "SC", "bolus", "over", "every", "daily", "weekly", "twice", "once", "for", "up", "then",
    "starting", "repeat", "regardless",
)  # fmt: skip

_TOKEN = re.compile(
    r"(?P<number>[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.])|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<comma>[,;])|(?P<word>[^\s,;]+)"
)


def parse(sentence: str, drugs: tuple[Drug, ...] = ()) -> Regimen:
    """The regimen that `sentence` describes; InputError quotes the sentence and the word that is wrong."""
    if not isinstance(sentence, str) or not sentence.strip():
        remedy = "write for example `nivolumab 360 mg IV every 3 weeks`"
        raise InputError(f"a regimen is a sentence, not {sentence!r}", remedy=remedy)
    return _Reader(" ".join(sentence.split()), drugs).regimen()


@dataclass
class _Clauses:
    """What the clauses after the doses have said so far."""

    start: TimeSpan | None = None
    rest: TimeSpan | None = None
    every: TimeSpan | None = None
    number: int | None = None
    courses: Courses | None = None
    unguarded: bool | None = None


class _Reader:
    """Reads one sentence from left to right."""

    def __init__(self, sentence: str, drugs: tuple[Drug, ...]) -> None:
        self.sentence = sentence
        self.drug, rest = self._drug(drugs)
        matches = list(_TOKEN.finditer(rest))
        self.kinds = [match.lastgroup for match in matches]
        self.tokens = [match.group() for match in matches]
        self.at = 0

    # the sentence, part by part

    def regimen(self) -> Regimen:
        phases = [self._phase(None)]
        while self._then():
            phases.append(self._phase(phases[-1].route))
        clauses = _Clauses()
        while self.at < len(self.tokens):
            if self.kinds[self.at] == "comma":
                self.at += 1
            else:
                self._clause(clauses)
        try:
            return Regimen(
                drug=self.drug,
                phases=tuple(phases),
                start=clauses.start or NOW,
                cycles=self._cycles(clauses),
                courses=clauses.courses,
                guarded=not clauses.unguarded,
            )
        except InputError as error:
            raise self._quoting(error) from None

    def _drug(self, drugs: tuple[Drug, ...]) -> tuple[Drug, str]:
        """The drug that the sentence begins with, and what follows."""
        for drug in drugs:
            for spelling in sorted(spellings(drug), key=len, reverse=True):
                rest = self.sentence[len(spelling) :]
                if self.sentence.casefold().startswith(spelling.casefold()) and rest[:1] in ("", " "):
                    return drug, rest
        first, _, rest = self.sentence.partition(" ")
        try:
            return find(first, drugs), rest
        except InputError as error:
            raise self._quoting(error) from None

    def _phase(self, route: str | None) -> Phase:
        start = self.at
        amount, unit = self._dose()
        phase = Phase(amount, unit, route=route)
        while self.at < len(self.tokens):
            word = self._peek()
            if word in ROUTES:
                phase = replace(phase, route=ROUTES[self._next().lower()])
            elif word in ("bolus", "over"):
                phase = replace(phase, over=self._over())
            elif word in ("every", "twice", "once", *OFTEN) or EVERY.fullmatch(word):
                phase = replace(phase, every=self._interval())
            elif word in ("for", "up"):
                phase = replace(phase, **self._limit())
            else:
                break
        try:
            return complete(phase, self.drug)
        except InputError as error:
            raise self._quoting(error, start) from None

    def _dose(self) -> tuple[float, str]:
        place = self.at
        amount = self._number("a dose such as `3 mg/kg`")
        if amount <= 0:
            self._fail(place, "a dose must be positive", "give a positive number")
        if self.at == len(self.tokens) or self.kinds[self.at] != "word" or self._peek() in (*ROUTES, "every", "over"):
            message = f"the unit of the dose {self.tokens[place]} is missing"
            self._fail(self.at, message, "write for example mg/kg or IU/kg")
        unit_at = self.at
        unit = self._next()
        if self._take("per"):
            unit = f"{unit}/{self._next('kg or m2')}"
        try:
            convert(self.drug, amount, unit)
        except InputError as error:
            raise self._quoting(error, unit_at) from None
        return amount, unit

    def _over(self) -> TimeSpan:
        return NOW if self._next().lower() == "bolus" else self._span()

    def _interval(self) -> TimeSpan | None:
        word = self._next().lower()
        if word == "once":
            return None
        if word == "twice":
            self._expect("daily")
            return TimeSpan(12, "hour")
        if word in OFTEN:
            return OFTEN[word]
        if word == "every":
            return self._span(count=1.0)
        match = EVERY.fullmatch(word)
        if match is None or match.group(2) not in WORDS:
            self._fail(self.at - 1, "that is no interval", "write for example `every 3 weeks` or q3w")
        return TimeSpan(float(match.group(1)), WORDS[match.group(2)])

    def _limit(self) -> dict[str, object]:
        """`for N doses`, `up to N doses` or `for TIME`."""
        if self._take("for") is None or self._peek() == "up":
            self._expect("up")
            self._expect("to")
        place = self.at
        amount = self._number("a number of doses or a time")
        if self._peek() in ("dose", "doses"):
            self.at += 1
            return {"doses": self._whole(place, amount)}
        return {"during": self._span(amount, place, known=("dose", *DAYS))}

    def _then(self) -> bool:
        """Whether another phase follows; a comma may stand before `then`."""
        comma = self.at < len(self.tokens) and self.kinds[self.at] == "comma"
        if self.tokens[self.at + comma : self.at + comma + 1] != ["then"]:
            return False
        self.at += 1 + comma
        return True

    def _clause(self, clauses: _Clauses) -> None:
        place = self.at
        word = self._next().lower()
        if word == "starting":
            self._take("on")
            self._say(clauses, "start", self._starting(), place)
        elif word == "repeat" and self._take("course"):
            self._expect("every")
            self._say(clauses, "courses", Courses(self._span(count=1.0), self._count("courses")), place)
        elif word == "repeat":
            manner = self._next("after or every").lower()
            if manner not in ("after", "every"):
                self._fail(self.at - 1, "a repeat needs `after` or `every`", "write `repeat after 9 days`")
            span = self._span(count=1.0 if manner == "every" else None)
            self._say(clauses, "rest" if manner == "after" else "every", span, place)
            number_said = self._count("cycles")
            if number_said is not None:
                self._say(clauses, "number", number_said, place)
        elif word == "regardless":
            self._expect("of")
            self._expect("tolerance")
            self._say(clauses, "unguarded", True, place)
        elif self.kinds[place] == "number":
            number_said = self._whole(place, read_number(word))
            self._expect("cycles")
            self._expect("per")
            self._expect("course")
            self._say(clauses, "number", number_said, place)
        else:
            self._fail(place, "this word was not expected", _expected(word))

    def _say(self, clauses: _Clauses, name: str, value: object, place: int) -> None:
        if getattr(clauses, name) is not None:
            self._fail(place, f"the {name} of the regimen is said twice", "keep one of them")
        setattr(clauses, name, value)

    def _cycles(self, clauses: _Clauses) -> Cycles | None:
        if clauses.rest is None and clauses.every is None:
            if clauses.number is not None:
                message = "how the cycles follow each other is missing"
                raise InputError(message, remedy="add `repeat after 9 days`")
            return None
        return Cycles(rest=clauses.rest, every=clauses.every, number=clauses.number)

    # words and numbers

    def _starting(self) -> TimeSpan:
        unit = self._next("day or week").lower()
        if unit not in ("day", "week"):
            self._fail(self.at - 1, "a start is given by day or week", "write `starting day 84`")
        place = self.at
        value = self._number("a day such as 84")
        if value < 0:
            self._fail(place, "a start cannot lie before day 0", "give 0 or more")
        return TimeSpan(value, unit)

    def _count(self, what: str) -> int | None:
        if self._take("for") is None:
            return None
        place = self.at
        value = self._whole(place, self._number(f"a number of {what}"))
        self._expect(what if value != 1 else what[:-1])
        return value

    def _span(
        self, count: float | None = None, place: int | None = None, known: Sequence[str] = tuple(DAYS)
    ) -> TimeSpan:
        """A number and a unit of time; `count` stands in for a number that is not said (`every week`)."""
        place = self.at if place is None else place
        if self.at < len(self.tokens) and self.kinds[self.at] == "number" and place == self.at:
            count = self._number("a time")
        if count is None:
            self._fail(self.at, "a time is missing", "write for example `9 days`")
        if count <= 0:
            self._fail(place, "a time must be positive", "give a positive number")
        unit = self._next("a unit of time").lower()
        if unit not in WORDS:
            self._fail(
                self.at - 1, f"{unit!r} is not a unit of time", nearest(unit, (*known, *(f"{x}s" for x in known)))
            )
        return TimeSpan(count, WORDS[unit])

    def _whole(self, place: int, value: float) -> int:
        if value != int(value) or value < 1:
            self._fail(place, "this must be a whole number of 1 or more", "write for example 4")
        return int(value)

    def _number(self, what: str) -> float:
        place = self.at
        text = self._next(what)
        try:
            return read_number(text)
        except InputError as error:
            raise self._quoting(error, place) from None

    def _peek(self) -> str:
        return self.tokens[self.at].lower() if self.at < len(self.tokens) else ""

    def _next(self, what: str = "more words") -> str:
        if self.at == len(self.tokens):
            self._fail(self.at, f"the sentence ends where {what} should follow", "complete it")
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, word: str) -> str | None:
        """The next token, consumed, if it is `word`."""
        if self._peek() != word:
            return None
        return self._next()

    def _expect(self, word: str) -> None:
        if self._peek().rstrip("s") != word.rstrip("s"):
            self._fail(self.at, f"`{word}` should stand here", f"write `{word}`")
        self.at += 1

    # errors

    def _fail(self, place: int | None, message: str, remedy: str) -> NoReturn:
        raise self._quoting(InputError(message, remedy=remedy), place)

    def _quoting(self, error: InputError, place: int | None = None) -> InputError:
        """`error` with the sentence, and the word at `place` that it is about."""
        word = ""
        if place is not None:
            word = f" at {self.tokens[place]!r}" if place < len(self.tokens) else " at the end"
        shown = self.sentence if len(self.sentence) <= 200 else self.sentence[:197] + "..."
        return InputError(f"{error.message},{word} in the regimen {shown!r}", remedy=error.remedy)


def _expected(word: str) -> str:
    """A remedy for a word that does not belong where it stands."""
    remedy = nearest(word, AFTER_DOSE)
    return remedy if remedy.startswith("did you mean") else "write for example `every 3 weeks for 4 doses`"


def write(regimen: Regimen) -> str:
    """The sentence that reads back as `regimen`."""
    limit = "up to" if regimen.guarded else "for"
    clauses = [f"{regimen.drug.id} " + " then ".join(_write_phase(phase, limit) for phase in regimen.phases)]
    if regimen.start != NOW:
        clauses.append(f"starting {regimen.start.unit} {number(regimen.start.count)}")
    if regimen.cycles is not None:
        cycles = regimen.cycles
        how = f"every {_interval(cycles.every)}" if cycles.every else f"after {cycles.rest}"
        clauses.append(f"repeat {how}" + _write_count(cycles.number, "cycle"))
    if regimen.courses is not None:
        courses = regimen.courses
        clauses.append(f"repeat course every {_interval(courses.every)}" + _write_count(courses.number, "course"))
    if not regimen.guarded:
        clauses.append("regardless of tolerance")
    return ", ".join(clauses)


def _write_phase(phase: Phase, limit: str) -> str:
    words = [number(phase.amount), phase.unit, phase.route or ""]
    if phase.over is not None:
        words.append("bolus" if phase.over == NOW else f"over {phase.over}")
    if phase.every is not None:
        words.append(f"every {_interval(phase.every)}")
    if phase.doses is not None:
        words.append(f"{limit} {phase.doses} dose{'' if phase.doses == 1 else 's'}")
    if phase.during is not None:
        words.append(f"for {phase.during}")
    return " ".join(words)


def _interval(span: TimeSpan) -> str:
    return span.unit if span.count == 1 else str(span)


def _write_count(count: int | None, what: str) -> str:
    return "" if count is None else f" for {count} {what}{'' if count == 1 else 's'}"
