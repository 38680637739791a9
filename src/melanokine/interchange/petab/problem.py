"""A PEtab problem as plain records: what versions 1 and 2 have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from melanokine.interchange.sbml.mathml import Formula

if TYPE_CHECKING:
    import pandas as pd

SCALES = ("lin", "log", "log10")


@dataclass(frozen=True)
class Observable:
    """`distribution` is normal or laplace, `scale` where its error is added: lin, log or log10."""

    id: str
    formula: Formula
    noise: Formula
    distribution: str
    scale: str
    placeholders: tuple[str, ...]
    noise_placeholders: tuple[str, ...]


@dataclass(frozen=True)
class Measurement:
    """`time` may be infinite: the steady state. Overrides are what stands for the placeholders."""

    observable: str
    experiment: str
    time: float
    value: float
    overrides: tuple[Formula, ...]
    noise_overrides: tuple[Formula, ...]


@dataclass(frozen=True)
class Period:
    """From `time` on; -inf is the time before, which lasts until nothing moves. `resets` are again as at the start."""

    time: float
    changes: tuple[tuple[str, Formula], ...]
    resets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Experiment:
    id: str
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Estimated:
    """A row of the parameter table; `value` is the nominal one. Bounds and values are linear, whatever the scale."""

    id: str
    value: float
    estimate: bool
    scale: str = "lin"
    lower: float = -math.inf
    upper: float = math.inf
    log_prior: Callable[[float], float] | None = None
    """The logarithm of the prior density at a linear value."""
    sample: Callable[[np.random.Generator], float] | None = None
    """A linear value to start a fit from; None: uniform between the bounds, on the scale."""


@dataclass(eq=False)
class Problem:
    """What `read_petab` returns. `table` is the measurement table as it was read, in the order of `measurements`."""

    file: str
    version: int
    sbml: str
    sbml_file: str
    parameters: tuple[Estimated, ...]
    observables: dict[str, Observable]
    experiments: dict[str, Experiment]
    measurements: tuple[Measurement, ...]
    table: pd.DataFrame
    mapping: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        free = sum(p.estimate for p in self.parameters)
        counts = (
            f"{len(self.measurements)} measurements, {len(self.experiments)} experiments, {free} estimated parameters"
        )
        return f"<Problem {self.file!r}, PEtab {self.version}: {counts}>"

    @property
    def nominal(self) -> np.ndarray:
        """(Q,) nominal values of all rows of the parameter table, linear."""
        return np.array([p.value for p in self.parameters])

    @property
    def free(self) -> np.ndarray:
        """Positions of the estimated parameters."""
        return np.array([k for k, p in enumerate(self.parameters) if p.estimate], int)


def scaled(value, scale: str):
    """A linear value on a parameter's scale."""
    with np.errstate(all="ignore"):
        return value if scale == "lin" else np.log(value) if scale == "log" else np.log10(value)


def unscaled(value, scale: str):
    """The linear value of one on a parameter's scale."""
    return value if scale == "lin" else np.exp(value) if scale == "log" else 10.0**value
