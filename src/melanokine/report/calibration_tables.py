"""The tables of a calibration: CSV for machines, one Markdown page for readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from melanokine import __version__
from melanokine.calibration.ablation import KINDS
from melanokine.calibration.diagnostics import effective_sizes, raw, residuals, rms, summary
from melanokine.calibration.leave_out import ARM, TRIAL, LeftOut, coverage

if TYPE_CHECKING:
    from melanokine.calibration.run import Calibration

PAGE = """\
# Tables of the calibration

Written by `melanokine calibrate` with melanokine {version}, seed {seed}. Do not edit;
[Calibration](calibration.md) says how to read them. Fractions in percent, differences and standard errors in percentage points.
"""
LARGE = 200
COMMON_SIZE = 300
"""Patients for which the width of prediction intervals is told."""


def targets_table(done: Calibration) -> pd.DataFrame:
    """Every target: observed, its error, in the raw population, in the fit, and left out with its arm or its trial."""
    problem = done.problem
    before, after = residuals(problem, raw(problem)), residuals(problem, done.best.predicted)
    rows = [
        {
            "design": t.design, "arm": t.arm, "endpoint": t.name, "n": t.n, "observed": t.value, "error": t.error,
            "verified": t.verified, "source": t.source, "raw": t.value + before[i], "fitted": t.value + after[i],
        }
        for i, t in enumerate(problem.targets)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    order = {(t.design, t.arm, t.name): i for i, t in enumerate(problem.targets)}
    for what in (ARM, TRIAL):
        own = [row for row in done.left_out if row.what == what]
        place = [order[row.target.design, row.target.arm, row.target.name] for row in own]
        table.loc[place, f"without_{what}"] = [row.predicted for row in own]
        table.loc[place, f"without_{what}_half_width"] = [row.half_width for row in own]
        table.loc[place, f"without_{what}_z"] = [row.z for row in own]
    return table


def ablation_table(done: Calibration) -> pd.DataFrame:
    """One row per mechanism taken out; RMS of the raw population and of left-out arms by kind of endpoint."""
    return pd.DataFrame(
        {
            "mechanism": each.mechanism, "patients": each.patients, "chi2": each.chi2,
            "effective": each.effective_share,
            **{f"raw_{kind}": each.raw[kind] for kind in KINDS},
            **{f"left_out_{kind}": each.left_out[kind] for kind in KINDS},
        }
        for each in done.ablated
    )  # fmt: skip


def figures(done: Calibration) -> dict[str, float]:
    """The calibration in a few numbers."""
    problem = done.problem
    fitted = summary(problem, done.best)
    found = {
        "targets": len(problem.targets),
        "patients": fitted.candidates,
        "raw_rms": rms(residuals(problem, raw(problem))),
        "rms": fitted.rms,
        "largest": fitted.largest,
        "chi2": fitted.chi2,
        "effective_share": fitted.effective_share,
        "own_chance_rms": done.own_chance,
        "fresh_chance_rms": done.fresh_chance,
    }
    for what in (ARM, TRIAL):
        own = [row for row in done.left_out if row.what == what]
        late = [row for row in own if row.target.endpoint == "OS"]
        early = [row for row in own if row.target.endpoint != "OS"]
        found[f"without_{what}_response_pfs_rms"] = rms([row.difference for row in early])
        found[f"without_{what}_os_rms"] = rms([row.difference for row in late])
        found[f"without_{what}_coverage"] = coverage(own)
        found[f"without_{what}_orr_half_width"] = float(np.median(_widths(own)))
    return {name: round(float(value), 4) for name, value in found.items()}


def _widths(rows: Sequence[LeftOut]) -> list[float]:
    """Half widths of the 95 % intervals of ORR for COMMON_SIZE patients [points]."""
    return [
        1.96 * float(np.sqrt(row.parameters**2 + row.trials**2 + row.sampling**2 * row.target.n / COMMON_SIZE))
        for row in rows
        if row.target.endpoint == "ORR"
    ]


def parameters_table(done: Calibration) -> pd.DataFrame:
    """How far diagnosis and weights moved each shared parameter, in standard deviations between patients."""
    return pd.DataFrame([vars(row) for row in done.moved])


def arms_table(done: Calibration) -> pd.DataFrame:
    """Support of every arm, and effective number of patients in its trial."""
    sizes = effective_sizes(done.problem, done.best)
    return pd.DataFrame(
        {
            "design": design, "arm": arm, "effective_patients": round(sizes[design], 1), "supported": exact,
            "supported_within_half_an_error": done.near_support[design, arm],
        }
        for (design, arm), exact in done.support.items()
    )  # fmt: skip


def effects_table(done: Calibration) -> pd.DataFrame:
    """The fitted trial effects, in the unit of their standard deviation."""
    return pd.DataFrame(
        {"effect": variable.effect.name, "of": variable.of, "sd": variable.effect.sd, "value": float(value)}
        for variable, value in zip(done.problem.variables, done.best.effects, strict=True)
    )


def every_table(done: Calibration) -> dict[str, pd.DataFrame]:
    """All tables by file name."""
    found = {
        "fitted-and-left-out": targets_table(done),
        "arms": arms_table(done),
        "parameters": parameters_table(done),
        "trial-effects": effects_table(done),
    }
    return found | ({"ablation": ablation_table(done)} if done.ablated else {})


def page(done: Calibration) -> str:
    """The Markdown page."""
    parts = [PAGE.format(version=__version__, seed=done.calibrated.seed), "## In a few numbers\n"]
    parts.append(markdown(pd.DataFrame({"figure": figures(done).keys(), "value": figures(done).values()}), 3))
    table = targets_table(done)
    columns = [
        "endpoint",
        "n",
        "observed",
        "error",
        "raw",
        "fitted",
        "without_arm",
        "without_trial",
        "without_trial_half_width",
    ]
    parts.append("\n## Every target\n")
    for (design, arm), own in table.groupby(["design", "arm"], sort=False):
        parts += [f"\n### {design}, {arm}\n", markdown(own[columns], 1)]
    for title, frame, digits in (
        ("Arms: effective patients and support", arms_table(done), 1),
        ("Trial effects", effects_table(done), 2),
        ("Parameters that the data moved", parameters_table(done), 2),
    ):
        parts += [f"\n## {title}\n", markdown(frame, digits)]
    if done.ablated:
        parts += ["\n## Without one mechanism\n", markdown(ablation_table(done), 1, {"chi2": 2, "effective": 2})]
    return "\n".join(parts) + "\n"


def markdown(frame: pd.DataFrame, digits: int, special: dict[str, int] | None = None) -> str:
    """A frame as a Markdown table, numbers with so many decimals."""
    lines = [
        "| " + " | ".join(name.replace("_", " ") for name in frame.columns) + " |",
        "|---" * len(frame.columns) + "|",
    ]
    for row in frame.to_dict("records"):
        cells = [_cell(value, (special or {}).get(str(name), digits)) for name, value in row.items()]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(value: object, digits: int) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.{digits}f}".removesuffix(".000")
    return str(value)
