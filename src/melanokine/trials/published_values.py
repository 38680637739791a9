"""What the published trial found, in the endpoints that a virtual trial predicts; nothing for a blind design."""

from __future__ import annotations

import re

import pandas as pd

from melanokine import evidence
from melanokine.trials.design import TrialDesign
from melanokine.trials.estimates import EVENTS, LANDMARKS, RESPONSES

COLUMNS = ["arm", "endpoint", "value", "low", "high", "unit", "source", "verified"]
CONTRASTS = ("PFS_HR", "OS_HR")
ENDPOINTS = (
    *RESPONSES,
    *(f"{name}_median_months" for name in LANDMARKS),
    *(f"{name}_{month}mo" for name, months in LANDMARKS.items() for month in months),
    *EVENTS,
    *CONTRASTS,
)
_SYNONYMS = {"TRAE_grade3plus": "grade3plus_TRAE", "discontinuation": "discontinuation_for_toxicity"}


def published(design: TrialDesign) -> pd.DataFrame:
    """Published values of a design, one row per arm and endpoint, with the columns of COLUMNS.

    A hazard ratio stands in the row of the arm that is compared with the reference. A blind design has no rows: its
    outcomes are neither looked up nor shown.
    """
    if design.blind:
        return pd.DataFrame(columns=COLUMNS)
    tables = [
        evidence.published(arm.evidence.trial_id, arm.evidence.arm).assign(arm=name)
        for name, arm in design.arms.items()
        if arm.evidence
    ]
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.concat(tables, ignore_index=True)
    found["endpoint"] = [_endpoint(name) for name in found["endpoint"]]
    found = found[found["endpoint"].isin(ENDPOINTS)].drop_duplicates(["arm", "endpoint"])
    found = found.rename(columns={"ci_low": "low", "ci_high": "high"})
    found["source"] = found["doi"].fillna(found["pmid"]).fillna(found["nct"]).fillna("")
    rank = {name: place for place, name in enumerate(ENDPOINTS)}
    order = found["endpoint"].map(rank)
    arm_order = found["arm"].map({name: place for place, name in enumerate(design.arms)})
    return found.assign(a=arm_order, b=order).sort_values(["a", "b"], ignore_index=True)[COLUMNS]


def _endpoint(name: str) -> str:
    ratio = re.fullmatch(r"(PFS_HR|OS_HR)_vs_\w+", name)
    return ratio[1] if ratio else _SYNONYMS.get(name, name)
