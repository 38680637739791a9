"""The endpoint names of the evidence, read as endpoints that a virtual trial predicts.

    NAME[_vs_REFERENCE][_FOLLOW-UPy[_update|_report|_table]|_final]

`PFS_HR_vs_ipi` is a hazard ratio against ipilimumab, `CR_3y_update` the rate of complete responses after a follow-up of
three years. A name without follow-up is the first report of its trial, `final` that of the final analysis as planned.
Names with anything else in them (a subgroup, other response criteria, another endpoint) are no endpoint of ours. Where
a trial has reported an endpoint more than once, it is compared with the report whose follow-up comes nearest to that of
the design.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from melanokine.trials.estimates import EVENTS, LANDMARKS, RESPONSES

FIRST_REPORT_YEARS = 1.0
"""Follow-up of first reports, which the evidence does not tell: about a year (12.5 months in CheckMate-067,
doi 10.1056/NEJMoa1504030)."""
FINAL_REPORT_YEARS = 2.0
"""Follow-up of final reports, likewise: about two years (24 months in KEYNOTE-006,
doi 10.1016/S0140-6736(17)31601-X)."""

RATIOS = tuple(f"{name}_HR" for name in LANDMARKS)
ENDPOINTS = (
    *RESPONSES,
    *(f"{name}_median_months" for name in LANDMARKS),
    *(f"{name}_{month}mo" for name, months in LANDMARKS.items() for month in months),
    *EVENTS,
    *RATIOS,
)
"""What a virtual trial predicts of an arm, in reading order. Landmarks at any other month are known as well."""

_SYNONYMS = {
    "TRAE_grade3plus": "grade3plus_TRAE",
    "discontinuation": "discontinuation_for_toxicity",
    "pyrexia_any": "fever_any",
    "pyrexia_grade3plus": "fever_grade3plus",
    "anemia_grade3plus": "anaemia_grade3plus",
}
_LANDMARK = re.compile(rf"(?:{'|'.join(LANDMARKS)})_(\d+)mo")
_PARTS = re.compile(r"(\w+?)(?:_vs_([A-Za-z]\w*?))?(?:_(\d+(?:\.\d+)?)y(?:_(?:update|report|table))?|_(final))?")


class PublishedName(NamedTuple):
    """`endpoint` is ours; `reference` begins the name of the arm compared with, empty if none is named; `years` is the
    follow-up of the report, NaN for the first."""

    endpoint: str
    reference: str
    years: float

    def distance(self, years: float) -> float:
        """How far the follow-up of the report is from `years`."""
        return abs((FIRST_REPORT_YEARS if self.years != self.years else self.years) - years)


def understood(name: str) -> PublishedName | None:
    """What an endpoint name of the evidence means; None where it is no endpoint of a virtual trial."""
    parts = _PARTS.fullmatch(name)
    if not parts:
        return None
    endpoint = _SYNONYMS.get(parts[1], parts[1])
    ours = endpoint in ENDPOINTS or landmark_month(endpoint) is not None
    if not ours or (parts[2] and endpoint not in RATIOS):
        return None
    years = FINAL_REPORT_YEARS if parts[4] else float(parts[3] or "nan")
    return PublishedName(endpoint, parts[2] or "", years)


def landmark_month(endpoint: str) -> int | None:
    """The month of `PFS_12mo` and its like; None for any other endpoint."""
    landmark = _LANDMARK.fullmatch(endpoint)
    return int(landmark[1]) if landmark else None
