"""Who was enrolled: baseline characteristics of the virtual patients, arm by arm."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from melanokine.report.reading import Reading
from melanokine.report.tables import Cell, Group, Row, Table


@dataclass(frozen=True)
class _Line:
    """A covariate and its words. With `at_least` the share of patients whose value is so large is given, in percent."""

    column: str
    name: str
    at_least: float | None = None
    equals: str | None = None


_LINES = (
    _Line("age", "Age, years"),
    _Line("sex", "Women, %", equals="female"),
    _Line("weight", "Weight, kg"),
    _Line("ecog", "ECOG performance status 1 or more, %", at_least=1),
    _Line("stage", "Stage M1c, %", equals="M1c"),
    _Line("line", "Treated before, %", at_least=2),
    _Line("ldh_elevated", "LDH above normal, %", at_least=1),
    _Line("pdl1_positive", "PD-L1 positive, %", at_least=1),
    _Line("baseline_sum_of_diameters", "Sum of target lesions, mm"),
)


def baseline_table(patients: pd.DataFrame, reading: Reading) -> Table:
    """Median (middle half) or percentage of each covariate that the patients have; no rows if they have none."""
    rows = []
    for line in _LINES:
        if line.column in patients:
            cells = tuple(_cell(line, patients.loc[patients["arm"] == arm.name, line.column]) for arm in reading.arms)
            rows.append(Row(line.name, cells))
    header = ("Baseline", *(f"n = {arm.n}" for arm in reading.arms))
    groups = tuple(Group(arm.name, 1, arm.colour) for arm in reading.arms)
    return Table("Median (middle half) or percentage of patients.", groups, header, tuple(rows))


def _cell(line: _Line, values: pd.Series) -> Cell:
    values = values.dropna()
    if values.empty:
        return Cell("–")
    if line.equals is not None:
        return Cell(f"{100 * (values == line.equals).mean():.0f}")
    if line.at_least is not None:
        return Cell(f"{100 * (values.astype(float) >= line.at_least).mean():.0f}")
    low, middle, high = values.astype(float).quantile([0.25, 0.5, 0.75])
    return Cell(f"{middle:.0f}", f"{low:.0f} to {high:.0f}")
