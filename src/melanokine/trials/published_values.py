"""What the published trial found, in the endpoints that a virtual trial predicts; nothing for a blind design."""

from __future__ import annotations

import pandas as pd

from melanokine import evidence
from melanokine.trials.design import TrialDesign
from melanokine.trials.published_names import ENDPOINTS, RATIOS, landmark_month, understood

COLUMNS = [
    "arm", "reference", "endpoint", "value", "low", "high", "unit", "follow_up_years", "source", "verified",
]  # fmt: skip
_OTHER_CRITERIA = "irRC"
"""Immune-related response criteria, which the notes of the evidence name: their responses are not those of RECIST."""


def published(design: TrialDesign) -> pd.DataFrame:
    """Published values of a design, one row per arm, reference and endpoint, with the columns of COLUMNS.

    `reference` is the arm of the design that a published hazard ratio is against, empty for what is told of an arm by
    itself; a ratio against an arm that the design lacks is left out. Of several reports of an endpoint the one whose
    follow-up is nearest to the design's stands (see `published_names`); `follow_up_years` is missing for a first
    report. Survival fractions are given at every published month that the design reaches. `verified` is `yes` for what
    was read in the publication. A blind design has no rows: its outcomes are neither looked up nor shown.
    """
    rows = [] if design.blind else [row for arm in design.arms for row in _of_arm(design, arm)]
    found = pd.DataFrame(rows, columns=[*COLUMNS, "distance"])
    found = found.sort_values("distance", kind="stable").drop_duplicates(["arm", "reference", "endpoint"])
    arms = list(design.arms)
    order = {name: place for place, name in enumerate(ENDPOINTS)}
    place = [
        (arms.index(arm), order.get(endpoint, len(order)), endpoint.split("_")[0], landmark_month(endpoint) or 0)
        for arm, endpoint in zip(found["arm"], found["endpoint"], strict=True)
    ]
    ranked = sorted(range(len(found)), key=place.__getitem__)
    return found.iloc[ranked][COLUMNS].reset_index(drop=True)


def _of_arm(design: TrialDesign, arm: str) -> list[tuple]:
    """Every published value of an arm that is an endpoint of ours, and how far its follow-up is from the design's."""
    own = design.arms[arm].evidence
    if not own:
        return []
    rows = []
    for row in evidence.published(own.trial_id, own.arm).to_dict("records"):
        name = understood(row["endpoint"])
        if name is None or _OTHER_CRITERIA in str(row["note"]):
            continue
        reference = _reference(design, arm, name.reference) if name.endpoint in RATIOS else ""
        if reference is None or (landmark_month(name.endpoint) or 0) > design.duration_months:
            continue
        source = next((row[register] for register in ("doi", "pmid", "nct") if isinstance(row[register], str)), "")
        rows.append(
            (arm, reference, name.endpoint, row["value"], row["ci_low"], row["ci_high"], row["unit"], name.years,
             source, row["verified"], name.distance(design.duration_months / 12.0))
        )  # fmt: skip
    return rows


def _reference(design: TrialDesign, arm: str, beginning: str) -> str | None:
    """The arm of the design whose published name starts with `beginning`; the only other published arm of the trial
    where a ratio names none. None if the design has no such arm, or more than one."""
    own = design.arms[arm].evidence
    assert own is not None
    others = [name for name in evidence.arm_names(own.trial_id) if name != own.arm]
    if beginning:
        others = [name for name in others if name.lower().startswith(beginning.lower())]
    if len(others) != 1:
        return None
    named = [
        name
        for name, other in design.arms.items()
        if other.evidence and (other.evidence.trial_id, other.evidence.arm) == (own.trial_id, others[0])
    ]
    return named[0] if len(named) == 1 else None
