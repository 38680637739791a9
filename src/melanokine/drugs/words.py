"""Reading a sentence word by word, with errors that quote the sentence and the word that is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from melanokine.drugs.quantity import read_number
from melanokine.drugs.time_span import DAYS, WORDS, TimeSpan
from melanokine.errors import InputError, nearest

_TOKEN = re.compile(
    r"(?P<number>[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.])|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<comma>[,;])|(?P<word>[^\s,;]+)"
)
LONGEST_QUOTE = 200
"""Characters of a sentence that an error quotes."""
LARGEST_COUNT = 1_000_000
"""More doses, cycles or courses are taken for a mistake."""


class Words:
    """The words of `text`, numbers apart from the units that are glued to them, read from left to right.

    Errors quote `sentence`, of which the text is a part.
    """

    def __init__(self, text: str, sentence: str) -> None:
        matches = list(_TOKEN.finditer(text))
        self.sentence = sentence
        self.tokens = [match.group() for match in matches]
        self.kinds = [match.lastgroup for match in matches]
        self.at = 0

    @property
    def ended(self) -> bool:
        return self.at == len(self.tokens)

    def peek(self, kind: str | None = None) -> str:
        """The next word in lower case; empty at the end, or when it is not of that kind (number, comma, word)."""
        if self.ended or (kind is not None and self.kinds[self.at] != kind):
            return ""
        return self.tokens[self.at].lower()

    def next(self, what: str = "more") -> str:
        """The next word as written, consumed; `what` says in an error what should have followed."""
        if self.ended:
            self.fail(self.at, f"the sentence ends where {what} should follow", "complete it")
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, word: str) -> bool:
        """Consume `word` if it comes next."""
        found = self.peek() == word
        self.at += found
        return found

    def expect(self, *words: str) -> None:
        """Consume `words`, each in the singular or plural."""
        for word in words:
            if self.peek().rstrip("s") != word.rstrip("s"):
                self.fail(self.at, f"`{word}` should stand here", f"write `{word}`")
            self.at += 1

    def number(self, what: str) -> float:
        """The next word as a number."""
        place = self.at
        text = self.next(what)
        try:
            return read_number(text)
        except InputError as error:
            raise self.quoting(error, place) from None

    def whole(self, what: str) -> int:
        """The next word as a whole number from 1 to LARGEST_COUNT."""
        place = self.at
        value = self.number(what)
        if value != int(value) or value < 1:
            self.fail(place, f"{what} must be a whole number of 1 or more", "write for example 4")
        if value > LARGEST_COUNT:
            self.fail(place, f"{what} cannot be above {LARGEST_COUNT}", "leave it out if there is no end")
        return int(value)

    def span(self, default: float | None = None, known: Sequence[str] = tuple(DAYS)) -> TimeSpan:
        """A length of time; `default` stands in for a number that is not said (`every week`)."""
        place = self.at
        if self.peek("number"):
            default = self.number("a time")
        if default is None:
            self.fail(self.at, "a time is missing", "write for example `9 days`")
        if default <= 0:
            self.fail(place, "a time must be positive", "give a positive number")
        unit = self.next("a unit of time").lower()
        if unit not in WORDS:
            remedy = nearest(unit, (*known, *(f"{word}s" for word in known)))
            self.fail(self.at - 1, f"{unit!r} is not a unit of time", remedy)
        try:
            return TimeSpan(default, WORDS[unit])
        except InputError as error:
            raise self.quoting(error, place) from None

    def fail(self, place: int | None, message: str, remedy: str) -> NoReturn:
        """Raise InputError about the word at `place`."""
        raise self.quoting(InputError(message, remedy=remedy), place)

    def quoting(self, error: InputError, place: int | None = None) -> InputError:
        """`error` with the sentence, and the word at `place` that it is about."""
        word = ""
        if place is not None:
            word = f" at {self.tokens[place]!r}" if place < len(self.tokens) else " at the end"
        shown = self.sentence
        if len(shown) > LONGEST_QUOTE:
            shown = shown[: LONGEST_QUOTE - 3] + "..."
        return InputError(f"{error.message},{word} in the regimen {shown!r}", remedy=error.remedy)
