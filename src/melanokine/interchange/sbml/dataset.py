"""Courses as labelled arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from melanokine.engine import status
from melanokine.errors import InputError
from melanokine.interchange.sbml.trajectory import Trajectory

if TYPE_CHECKING:
    from melanokine.interchange.sbml.model import SbmlModel


def times_of(times: Any, file: str) -> np.ndarray:
    """Increasing times, none negative, of what `simulate` takes; InputError for anything else."""
    if isinstance(times, tuple) and len(times) == 3 and isinstance(times[2], (int, np.integer)):
        start, duration, steps = times
        if not (steps >= 1 and duration > 0):
            raise InputError(f"{times} is not (start, duration, steps)", file=file, remedy="both count from above 0")
        times = start + duration * np.arange(steps + 1) / steps
    chosen = np.atleast_1d(np.asarray(times, float))
    if chosen.ndim != 1 or not len(chosen) or not np.isfinite(chosen).all() or (np.diff(chosen) <= 0).any():
        raise InputError("the times to simulate must be increasing numbers", file=file)
    if chosen[0] < 0:
        raise InputError(f"time {chosen[0]:g} is before the start of the model, which is 0", file=file)
    return chosen


def dataset(model: SbmlModel, course: Trajectory, values: dict[str, np.ndarray]) -> xr.Dataset:
    """Dimensions `patient` and `time`; units as the document names them."""
    patients = np.arange(1, len(course.status) + 1)
    when = ("time", course.times, {"units": model.description.time_unit})
    data = xr.Dataset(coords={"patient": patients, "time": when})
    for name, array in values.items():
        unit = model.unit(name)
        data[name] = ("patient", "time"), array, {"units": unit} if unit else {}
    data["status"] = "patient", course.status, {"meaning": " ".join(status.NAMES)}
    return data.assign_attrs(model=model.id or model.name, file=model.file)
