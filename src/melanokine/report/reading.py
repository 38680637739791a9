"""What a report reads from a trial's result: every arm and comparison, predicted and published side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from melanokine.report.endpoints import Estimate
from melanokine.report.figures.style import arm_colours
from melanokine.trials import published

if TYPE_CHECKING:
    import pandas as pd

    from melanokine.trials import Result
    from melanokine.trials.design import TrialDesign


@dataclass(frozen=True)
class ArmReading:
    """One arm. `published` holds the endpoints of the evidence, each with whether it is verified, `predicted` those of
    the run."""

    name: str
    colour: str
    sentences: tuple[str, ...]
    n: int
    failed: int
    predicted: dict[str, Estimate]
    published: dict[str, Estimate]


@dataclass(frozen=True)
class ContrastReading:
    """A comparison of `arm` with `reference`."""

    arm: str
    reference: str
    predicted: dict[str, Estimate]
    published: dict[str, Estimate]


@dataclass(frozen=True)
class Reading:
    """The tables of a result in the form that all reports share."""

    title: str
    blind: bool
    arms: tuple[ArmReading, ...]
    contrasts: tuple[ContrastReading, ...]

    @property
    def colours(self) -> dict[str, str]:
        """Colour of every arm by its name."""
        return {arm.name: arm.colour for arm in self.arms}


def read(result: Result) -> Reading:
    """The arms and contrasts of `result`, with the published values of designs that are not blind."""
    record, design = result.summary_record(), result.design
    colours = arm_colours(list(design.arms))
    known = published_values(design)
    arms = tuple(
        ArmReading(
            name=arm["arm"],
            colour=colours[arm["arm"]],
            sentences=tuple(design.arms[arm["arm"]].regimen),
            n=arm["n"],
            failed=arm["failed"],
            predicted=_estimates(arm["endpoints"]),
            published=known.get((arm["arm"], ""), {}),
        )
        for arm in record["arms"]
    )
    contrasts = tuple(
        ContrastReading(
            arm=contrast["arm"],
            reference=contrast["reference"],
            predicted=_estimates(contrast["endpoints"]),
            published=_published_contrast(known, contrast["arm"], contrast["reference"]),
        )
        for contrast in record["contrasts"]
    )
    return Reading(design.title or design.name, design.blind, arms, contrasts)


def first_replicate(result: Result) -> pd.DataFrame:
    """The patients of the first replicate of each arm whose simulation did not fail: those that figures show."""
    patients = result.patients
    first = patients["replicate"] == patients["replicate"].min()
    return patients[first & ~patients["failed"].astype(bool)]


def published_values(design: TrialDesign) -> dict[tuple[str, str], dict[str, Estimate]]:
    """Published endpoints by name, for each arm and its reference (empty for an arm by itself); none for a blind
    design."""
    found: dict[tuple[str, str], dict[str, Estimate]] = {}
    for row in published(design).to_dict("records"):
        if math.isfinite(row["value"]):
            known = Estimate(
                row["value"], row["low"], row["high"], row["unit"], row["verified"] == "yes", row["follow_up_years"]
            )
            found.setdefault((row["arm"], row["reference"]), {})[row["endpoint"]] = known
    return found


def _published_contrast(
    known: Mapping[tuple[str, str], dict[str, Estimate]], arm: str, reference: str
) -> dict[str, Estimate]:
    """Hazard ratios published against `reference`, and the difference of the published response rates."""
    own, other = known.get((arm, ""), {}), known.get((reference, ""), {})
    found = dict(known.get((arm, reference), {}))
    if "ORR" in own and "ORR" in other:
        verified = own["ORR"].verified and other["ORR"].verified
        difference = own["ORR"].value - other["ORR"].value
        found["ORR_difference"] = Estimate(difference, unit="percentage points", verified=verified)
    return found


def _estimates(endpoints: Mapping[str, Mapping[str, Any]]) -> dict[str, Estimate]:
    def number(value: float | None) -> float:
        return math.nan if value is None else float(value)

    return {
        name: Estimate(number(one["value"]), number(one["low"]), number(one["high"]), one["unit"])
        for name, one in endpoints.items()
    }
