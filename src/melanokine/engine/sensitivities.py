"""Sensitivities by central differences along tied steps.

    ds/dp = (s(p + d) - s(p - d)) / 2d,    d = STEP |p|

The patient is integrated once and its steps are recorded (tape.py). Both copies then take exactly these steps and
exactly the doses that were given, so that the quotient differentiates one smooth map, the method itself: what is left
is its truncation, of the order STEP^2, and round-off over STEP. STEP is the cube root of the precision of a double,
which balances the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine.integration import Integration
from melanokine.engine.run import Run
from melanokine.engine.tape import Tape
from melanokine.errors import EngineError, nearest

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel

STEP = 2.0**-14
"""Relative; close to the cube root of 2^-52."""
_COPIES_ROOM = 2**26
"""Bytes of states of copies that one thread holds at a time, more only where one quantity needs more."""
_FIRST_CAPACITY = 512
"""Steps for which a tape has room to begin with."""


@dataclass(frozen=True, eq=False)
class Sensitivities:
    """Derivatives over n patients, T times, X states and Q quantities (parameters or initial states).

    They are plain: in the unit of what is differentiated over that of the quantity. What `integration` does not hold is
    NaN here too; so is everything of a patient who failed, and of a quantity whose copies did (see `status`).
    """

    integration: Integration
    """The patients themselves"""
    with_respect_to: tuple[str, ...]
    """(Q,) names"""
    states: np.ndarray
    """(n, T, X, Q) of `integration.states`"""
    final: np.ndarray
    """(n, X, Q) of `integration.final`: of the state at `until`, or of that at the patient's own stop time"""
    stop_time: np.ndarray
    """(n, Q) of `integration.stop_time`"""
    status: np.ndarray
    """(n, Q) codes of melanokine.engine.status: that of the patient, or of a copy that ended otherwise"""

    def quantity(self, name: str) -> int:
        """Position of a quantity; EngineError with the nearest name."""
        if name not in self.with_respect_to:
            raise EngineError(f"no sensitivity to {name!r}", remedy=nearest(name, self.with_respect_to))
        return self.with_respect_to.index(name)

    def part(self, patients: slice) -> Sensitivities:
        """The same for some of the patients; arrays are views."""
        arrays = (self.states, self.final, self.stop_time, self.status)
        return Sensitivities(
            self.integration.part(patients), self.with_respect_to, *(array[patients] for array in arrays)
        )

    @classmethod
    def blank(cls, integration: Integration, with_respect_to: tuple[str, ...]) -> Sensitivities:
        """Room for the derivatives of these patients: all NaN."""
        patients, times, states = integration.states.shape
        quantities = len(with_respect_to)
        try:
            room = np.full((patients, times, states, quantities), np.nan)
        except MemoryError:
            size = patients * times * states * quantities * 8 / 2**30
            remedy = "ask for fewer times, quantities or patients at once"
            raise EngineError(f"no memory for {size:.1f} GiB of sensitivities", remedy=remedy) from None
        return cls(
            integration,
            with_respect_to,
            room,
            np.full((patients, states, quantities), np.nan),
            np.full((patients, quantities), np.nan),
            np.zeros((patients, quantities), np.int8),
        )


@dataclass(frozen=True)
class Quantity:
    """A parameter, or the initial value of a state: its column, and the least magnitude that its step is relative to."""

    name: str
    initial: bool
    column: int
    magnitude: float


def quantities(kernel: Kernel, names: Sequence[str]) -> tuple[Quantity, ...]:
    """What the names mean, parameters first; EngineError for one that is unknown or given twice."""
    if isinstance(names, str):
        names = (names,)
    equations = kernel.equations
    parameters = {name: i for i, name in enumerate(equations.parameters)}
    found = []
    for name in names:
        if name in parameters:
            found.append(Quantity(name, False, parameters[name], 0.0))
            continue
        try:
            column = equations.state_index(name)
        except KeyError:
            known = [*parameters, *(state.name for state in equations.states)]
            raise EngineError(f"no parameter or state is named {name!r}", remedy=nearest(name, known)) from None
        found.append(Quantity(name, True, column, equations.states[column].scale))
    if len(set(names)) < len(names):
        raise EngineError("with_respect_to names a quantity twice")
    return tuple(found)


def check_steps(quantities: tuple[Quantity, ...], parameters: np.ndarray) -> None:
    """EngineError where a parameter is 0: no step is relative to that."""
    for quantity in quantities:
        if not quantity.initial and np.any(zero := parameters[:, quantity.column] == 0.0):
            patient = int(np.argmax(zero))
            remedy = "give it a small value that is not 0, or leave it out"
            raise EngineError(
                f"parameter {quantity.name} is 0 in patient {patient}: no step relative to it", remedy=remedy
            )


class Differences:
    """Sensitivities of one run to some quantities, for pieces of patients; may be shared by threads."""

    def __init__(self, run: Run, quantities: tuple[Quantity, ...]) -> None:
        self._run = run
        self._quantities = quantities
        self._capacity = _FIRST_CAPACITY

    def chunk(self, parameters: np.ndarray, initial: np.ndarray, result: Sensitivities) -> None:
        """Integrate and differentiate these patients in the calling thread, into `result`."""
        tape = self._record(parameters, initial, result.integration)
        result.status[:] = result.integration.status[:, None]
        whole = np.flatnonzero(~result.integration.failed)
        size = 2 * max(1, len(whole)) * (result.integration.states[0].nbytes + result.integration.final[0].nbytes)
        together = max(1, _COPIES_ROOM // size)
        for start in range(0, len(self._quantities) if len(whole) else 0, together):
            self._differentiate(slice(start, start + together), tape, whole, parameters, initial, result)

    def _record(self, parameters: np.ndarray, initial: np.ndarray, base: Integration) -> Tape:
        """Integrate, again with a longer tape where it was too short."""
        tape = Tape.recording(len(parameters), self._capacity)
        self._run.chunk(parameters, initial, base, tape)
        longest = int(tape.count.max())
        if longest > tape.steps.shape[1]:
            self._capacity = max(self._capacity, longest + longest // 4)
            tape = Tape.recording(len(parameters), longest)
            self._run.chunk(parameters, initial, base, tape)
        return tape

    def _differentiate(
        self,
        which: slice,
        tape: Tape,
        patients: np.ndarray,
        parameters: np.ndarray,
        initial: np.ndarray,
        result: Sensitivities,
    ) -> None:
        run, base = self._run, result.integration
        some = self._quantities[which]
        shape = (2, len(some), len(patients))
        copies = [np.broadcast_to(rows[patients], (*shape, rows.shape[1])).copy() for rows in (parameters, initial)]
        for k, quantity in enumerate(some):
            column = copies[quantity.initial][:, k, :, quantity.column]
            step = STEP * np.maximum(np.abs(column[0]), quantity.magnitude)
            column[0] += step
            column[1] -= step
        ends = np.stack([copies[quantity.initial][:, k, :, quantity.column] for k, quantity in enumerate(some)], axis=1)
        widths = ends[0] - ends[1]
        rows = [array.reshape(-1, array.shape[-1]) for array in copies]
        part = Integration.blank(run.kernel, rows[0], run.times, len(run.schedule))
        part.given[:] = np.broadcast_to(base.given[patients], (*shape, len(run.schedule))).reshape(part.given.shape)
        run.chunk(*rows, part, tape.followed_by(np.tile(patients, 2 * len(some))))
        ended = part.status.reshape(shape)
        differs = ended != base.status[patients]
        strayed = differs.any(axis=0)
        result.status[patients, which] = np.where(differs[0], ended[0], ended[1]).T
        for name in ("states", "final", "stop_time"):
            values = getattr(part, name).reshape(*shape, *getattr(part, name).shape[1:])
            width = widths.reshape(*widths.shape, *(1,) * (values.ndim - 3))
            slopes = (values[0] - values[1]) / width
            slopes[strayed] = np.nan
            getattr(result, name)[patients, ..., which] = np.moveaxis(slopes, 0, -1)
