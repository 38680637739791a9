"""Names, units and number formats of the endpoints, as they stand in tables and figures."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

NAMES = {
    "ORR": "Objective response rate",
    "CR": "Complete response",
    "DCR": "Disease control rate",
    "PFS_median_months": "Median progression-free survival",
    "PFS_6mo": "Progression-free at 6 months",
    "PFS_12mo": "Progression-free at 12 months",
    "OS_median_months": "Median overall survival",
    "OS_12mo": "Alive at 12 months",
    "OS_24mo": "Alive at 24 months",
    "grade3plus_TRAE": "Grade 3 or worse, related to treatment",
    "hypotension_any": "Hypotension",
    "hypotension_grade3plus": "Hypotension of grade 3 or worse",
    "fever_any": "Fever",
    "fever_grade3plus": "Fever of grade 3 or worse",
    "CRS_any": "Cytokine release syndrome",
    "CRS_grade3plus": "Cytokine release syndrome of grade 3 or worse",
    "lymphopenia_grade3plus": "Lymphopenia of grade 3 or worse",
    "neutropenia_any": "Neutropenia",
    "neutropenia_grade3plus": "Neutropenia of grade 3 or worse",
    "thrombocytopenia_any": "Thrombocytopenia",
    "thrombocytopenia_grade3plus": "Thrombocytopenia of grade 3 or worse",
    "anaemia_grade3plus": "Anaemia of grade 3 or worse",
    "eosinophilia": "Eosinophilia",
    "capillary_leak_grade3plus": "Capillary leak of grade 3 or worse",
    "discontinuation_for_toxicity": "Stopped for toxicity",
    "ORR_difference": "Difference of response rates",
    "PFS_HR": "Hazard ratio, progression or death",
    "OS_HR": "Hazard ratio, death",
}
"""Endpoint names of `evidence/outcomes.csv` in reading order, with the words for readers."""

TOXICITY = (
    "grade3plus_TRAE", "hypotension_grade3plus", "capillary_leak_grade3plus", "CRS_grade3plus", "fever_any",
    "lymphopenia_grade3plus", "neutropenia_grade3plus", "thrombocytopenia_grade3plus", "anaemia_grade3plus",
    "eosinophilia", "discontinuation_for_toxicity",
)  # fmt: skip
"""The adverse events of the figure."""

UNITS = {"percent": "%", "percentage points": "points", "months": "months", "ratio": ""}


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; NaN is `not reached` (NR) for a time in months, `unknown` for anything else.

    A published value that was not read in the publication is not `verified`; `follow_up_years` is that of a later
    report, NaN for a first one.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    unit: str = "percent"
    verified: bool = True
    follow_up_years: float = math.nan

    def number(self) -> str:
        """The value alone, rounded as its unit deserves."""
        return format_number(self.value, self.unit)

    def interval(self) -> str:
        """The limits as `low to high`; empty when both are unknown."""
        if math.isnan(self.low) and math.isnan(self.high):
            return ""
        return f"{format_number(self.low, self.unit)} to {format_number(self.high, self.unit)}"

    def details(self) -> str:
        """What stands in brackets after the value: the interval, and how a published value is known."""
        report = "" if math.isnan(self.follow_up_years) else f"{self.follow_up_years:g}-year report"
        return "; ".join(part for part in (self.interval(), report, "" if self.verified else "unverified") if part)

    def __str__(self) -> str:
        details = self.details()
        return f"{self.number()} ({details})" if details else self.number()


def format_number(value: float, unit: str) -> str:
    """`value` with the digits its unit deserves (0.01 for ratios, else 0.1); a dash for what is unknown."""
    if math.isnan(value):
        return "NR" if unit == "months" else "–"
    text = f"{value:.2f}" if unit == "ratio" else f"{value:.1f}"
    return text.replace("-", "−")


def label(endpoint: str) -> str:
    """The words for `endpoint`; landmarks such as `OS_36mo` are spelt out, an unknown name stays as it is."""
    if endpoint in NAMES:
        return NAMES[endpoint]
    landmark = re.fullmatch(r"(PFS|OS)_(\d+(?:\.\d+)?)mo", endpoint)
    if landmark:
        return f"{'Progression-free' if landmark[1] == 'PFS' else 'Alive'} at {landmark[2]} months"
    return endpoint.replace("_", " ")


def with_unit(endpoint: str, unit: str) -> str:
    """The words for `endpoint` followed by its unit, as a row header."""
    short = UNITS.get(unit, unit)
    return f"{label(endpoint)}, {short}" if short else label(endpoint)


def ordered(endpoints: set[str]) -> list[str]:
    """`endpoints` in reading order; unknown ones last, by name."""
    known = [name for name in NAMES if name in endpoints]
    return known + sorted(endpoints.difference(known))
