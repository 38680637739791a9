"""Therapy after progression, by era: which regimen each patient goes on to receive.

What follows depends on the year in which the trial began and on the checkpoint inhibitors that the patients have had;
`tables/subsequent_therapy.csv` holds the shares of those who progress, with their sources and ranges. The eras begin
with licences in the USA: ipilimumab on 25 March 2011; pembrolizumab on 4 September and nivolumab on 22 December 2014;
both together on 30 September 2015 (doi 10.2217/cer-2019-0003). A trial that began in 2015 or later saw all its
progressions after anti-PD-1 was licensed; of one begun from 2012 to 2014, part of the patients reached anti-PD-1 in
trials, in expanded access or by the licence. The model lacks BRAF and MEK inhibitors and gives nothing in their place.
The patient's later course is simulated from the state at progression under the drawn regimen.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from melanokine.patients import streams
from melanokine.trials import tables

DELAY_DAYS = 28.0
"""From the scan that shows progression to the first dose of the next therapy [d]; assumed, 2 to 8 weeks."""

NONE = -1


@dataclass(frozen=True)
class Option:
    """A regimen (sentences) that a share of the patients receives after progression."""

    regimen: tuple[str, ...]
    probability: float


@dataclass(frozen=True)
class _Row:
    first_year: int
    last_year: int
    after: str
    option: Option


def therapy_class(roles: set[str], earlier: Iterable[str] = ()) -> str:
    """What the table calls patients who have had drugs of these roles, and checkpoint inhibitors of `earlier` classes.

    What can follow depends on every checkpoint inhibitor that the disease has outlived, in the trial or before it.
    """
    had = set(earlier)
    pd1 = "anti-PD-1" in had or bool({"anti_pd1", "anti_pdl1"} & roles)
    ctla4 = "anti-CTLA-4" in had or "anti_ctla4" in roles
    if pd1 and ctla4:
        return "anti-PD-1 + anti-CTLA-4"
    return "anti-PD-1" if pd1 else "anti-CTLA-4" if ctla4 else "other"


def options_by_era(year: int, roles: set[str], earlier: Iterable[str] = ()) -> tuple[Option, ...]:
    """What may follow drugs of these roles, after `earlier` checkpoint inhibitors, in a trial that began in `year`."""
    after = therapy_class(roles, earlier)
    return tuple(row.option for row in _table() if row.first_year <= year <= row.last_year and row.after == after)


def every_regimen() -> set[str]:
    """All sentences of the table, whatever the era."""
    return {sentence for row in _table() for sentence in row.option.regimen}


def assign(options: tuple[Option, ...], seed: int, patients: NDArray) -> NDArray[np.int64]:
    """The number of the option each patient would receive after progression, or NONE; shape (patients,).

    One uniform number of each patient decides, in every arm: the shares are laid end to end from 0, in table order.
    """
    u = streams.uniform(seed, patients, "therapy after progression", 1)[:, 0]
    bounds = np.cumsum([option.probability for option in options])
    chosen = np.searchsorted(bounds, u, side="right")
    return np.where(chosen < len(options), chosen, NONE)


@lru_cache(maxsize=1)
def _table() -> tuple[_Row, ...]:
    with (tables.FOLDER / "subsequent_therapy.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            _Row(
                first_year=int(row["first_year"]),
                last_year=int(row["last_year"] or 9999),
                after=row["after"],
                option=Option(tuple(row["regimen"].split(" + ")), float(row["probability"])),
            )
            for row in csv.DictReader(stream)
        )
