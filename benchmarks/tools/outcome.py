"""What one run of a tool gives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np


class ToolFailed(Exception):
    """A tool is not installed, or could not do what it was asked."""


@dataclass(frozen=True)
class Outcome:
    """States (T, X), CPU seconds of the whole call, and of the solver alone where the tool tells; `steps` likewise."""

    states: np.ndarray
    seconds: float
    solver_seconds: float | None = None
    steps: int | None = None


class Stopwatch:
    seconds = 0.0


@contextmanager
def cpu_time() -> Iterator[Stopwatch]:
    """CPU time of this process, all threads together."""
    watch = Stopwatch()
    began = time.process_time()
    yield watch
    watch.seconds = time.process_time() - began
