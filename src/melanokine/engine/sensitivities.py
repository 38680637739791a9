"""Sensitivities by differences along tied steps.

    forward   ds/dp = (s(p + d) - s(p)) / d                 d = FORWARD |p|
    central   ds/dp = (s(p + d) - s(p - d)) / 2d            d = CENTRAL |p|

A patient is integrated once and its steps are recorded (tape.py). The copies, whose p is changed, then take exactly
these steps and exactly the doses that were given, so that the quotient differentiates one smooth map, the method
itself. What is left is truncation and round-off. Round-off of the whole map is of the order 1e-13, from which follow
the steps that balance the two, and errors of the order 1e-6 and 1e-9 relative to s/p. At tolerances of 1e-6 and more
both are below the error that the integration itself makes in ds/dp.

A copy costs as much as a patient. The exact tangent of the step was built and measured against this on 113 states: it
costs 0.75 of a patient for each quantity, 1.5 to 2 once and four seconds of compilation for each set of quantities,
and would need a theory of its own for doses, the trigger and each kind of endpoint. Here everything that a run returns
is differentiated in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine import status
from melanokine.engine.driver.tape import Tape
from melanokine.engine.instants import instants
from melanokine.engine.integration import Integration
from melanokine.engine.run import Run
from melanokine.errors import EngineError, nearest

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel

FORWARD, CENTRAL = 2.0**-20, 2.0**-14
"""Steps relative to a parameter, or to an initial state or its scale, whichever is larger."""
DIFFERENTIATED = ("states", "values", "final", "endpoints", "stop_time", "event_times")
"""What of an integration is differentiated, in the order of the fields."""
_COPIES_ROOM = 2**26
"""Bytes of states of copies that one thread holds at a time; more only where one quantity needs more."""
_FIRST_CAPACITY = 8192
"""Steps for which a tape has room to begin with."""


@dataclass(frozen=True, eq=False)
class Sensitivities:
    """Derivatives over n patients, T times, X states and Q quantities (parameters or initial states).

    They are plain: in the unit of what is differentiated over that of the quantity. What `integration` does not hold is
    NaN here too; so is everything of a patient who failed, and of a quantity whose copies ended otherwise.
    """

    integration: Integration
    """The patients themselves"""
    with_respect_to: tuple[str, ...]
    """(Q,) names"""
    states: np.ndarray
    """(n, T, X, Q) of `integration.states`"""
    values: np.ndarray
    """(n, T, K, Q) of `integration.values`"""
    final: np.ndarray
    """(n, X, Q) of `integration.final`: where the trigger stopped the patient, along with the time of the stop"""
    endpoints: np.ndarray
    """(n, E, Q) of `integration.endpoints`"""
    stop_time: np.ndarray
    """(n, Q) of `integration.stop_time`"""
    event_times: np.ndarray
    """(n, E, Q) of `integration.event_times`"""
    status: np.ndarray
    """(n, Q) codes of melanokine.engine.status: the patient's, or that of a copy that ended otherwise; WORK_LIMIT for a
    copy that could not repeat what happened to the patient, as where two things happen to it at one time"""

    def part(self, patients: slice) -> Sensitivities:
        """The same for some of the patients; arrays are views."""
        arrays = {name: getattr(self, name)[patients] for name in (*DIFFERENTIATED, "status")}
        return Sensitivities(self.integration.part(patients), self.with_respect_to, **arrays)

    @classmethod
    def blank(cls, integration: Integration, with_respect_to: tuple[str, ...]) -> Sensitivities:
        """Room for the derivatives of these patients: all NaN."""
        shapes = {name: (*getattr(integration, name).shape, len(with_respect_to)) for name in DIFFERENTIATED}
        try:
            rooms = {name: np.full(shape, np.nan) for name, shape in shapes.items()}
        except MemoryError:
            size = sum(math.prod(shape) for shape in shapes.values()) * 8 / 2**30
            remedy = "ask for endpoints, or for fewer times, quantities or patients at once"
            raise EngineError(f"no memory for {size:.1f} GiB of sensitivities", remedy=remedy) from None
        codes = np.zeros((len(integration.status), len(with_respect_to)), np.int8)
        return cls(integration, with_respect_to, **rooms, status=codes)


@dataclass(frozen=True)
class Quantity:
    """A parameter, or the initial value of a state; its step is relative to `magnitude` where that is larger."""

    name: str
    initial: bool
    column: int
    magnitude: float


def quantities(kernel: Kernel, names: Sequence[str]) -> tuple[Quantity, ...]:
    """What the names mean, a parameter before a state; EngineError for one that is unknown or given twice."""
    equations = kernel.equations
    states = {state.name: Quantity(state.name, True, i, state.scale) for i, state in enumerate(equations.states)}
    known = states | {name: Quantity(name, False, i, 0.0) for i, name in enumerate(equations.parameters)}
    names = (names,) if isinstance(names, str) else tuple(names)
    for k, name in enumerate(names):
        if name not in known:
            raise EngineError(f"no parameter or state is named {name!r}", remedy=nearest(name, known))
        if name in names[:k]:
            raise EngineError(f"with_respect_to names {name!r} twice")
    return tuple(known[name] for name in names)


class Differences:
    """Sensitivities of one run to some quantities, for pieces of patients; may be shared by threads."""

    def __init__(self, run: Run, quantities: tuple[Quantity, ...], *, central: bool) -> None:
        self._run = run
        self._quantities = quantities
        self._steps = (CENTRAL, -CENTRAL) if central else (FORWARD,)
        self._capacity = _FIRST_CAPACITY

    def chunk(self, parameters: np.ndarray, initial: np.ndarray, result: Sensitivities) -> None:
        """Integrate and differentiate these patients in the calling thread, into `result`."""
        base = result.integration
        tape = self._record(parameters, initial, base)
        result.status[:] = base.status[:, None]
        patients = np.flatnonzero(~base.failed)
        bytes_each = sum(getattr(base, name)[:1].nbytes for name in DIFFERENTIATED)
        room = len(self._steps) * len(patients) * bytes_each
        together = max(1, _COPIES_ROOM // max(1, room))
        for start in range(0, len(self._quantities) if len(patients) else 0, together):
            which = slice(start, start + together)
            self._differentiate(which, patients, tape, parameters[patients], initial[patients], result)

    def _record(self, parameters: np.ndarray, initial: np.ndarray, base: Integration) -> Tape:
        """Integrate; once more with a longer tape where it was too short."""
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
        patients: np.ndarray,
        tape: Tape,
        parameters: np.ndarray,
        initial: np.ndarray,
        result: Sensitivities,
    ) -> None:
        """The quantities `which`, for `patients` of `result`, whose parameters and initial states are given."""
        run, base, some = self._run, result.integration, self._quantities[which]
        shape = (len(self._steps), len(some), len(patients))
        copies = [np.broadcast_to(rows, (*shape, rows.shape[1])).copy() for rows in (parameters, initial)]
        changes = np.empty(shape)
        for k, quantity in enumerate(some):
            value = (parameters, initial)[quantity.initial][:, quantity.column]
            for copy, step in enumerate(self._steps):
                changed = value + step * np.maximum(np.abs(value), quantity.magnitude)
                copies[quantity.initial][copy, k, :, quantity.column] = changed
                changes[copy, k] = changed - value
        own_parameters, own_initial = (rows.reshape(-1, rows.shape[-1]) for rows in copies)
        part = Integration.blank(run, own_parameters)
        part.given[:] = np.tile(base.given[patients], (shape[0] * shape[1], 1))
        run.chunk(own_parameters, own_initial, part, tape.followed_by(np.tile(patients, shape[0] * shape[1])))

        repeats = np.abs(part.steps.reshape(shape) - base.steps[patients]) <= 1
        if (run.changes.lag >= 0).any():
            repeats &= _same_instants(run, own_parameters, parameters).reshape(shape)
        repeats &= (part.events.reshape(*shape, -1) == base.events[patients]).all(axis=-1)
        codes = np.where(repeats, base.status[patients], status.WORK_LIMIT)
        ended = part.status.reshape(shape)
        codes = np.where(ended == base.status[patients], codes, ended)
        strayed = (codes != base.status[patients]).any(axis=0)
        result.status[patients, which] = np.where(codes[0] != base.status[patients], codes[0], codes[-1]).T
        for name in DIFFERENTIATED:
            values = getattr(part, name)
            values = values.reshape(*shape, *values.shape[1:])
            other = values[1] if len(values) == 2 else getattr(base, name)[patients]
            change = changes[0] - (changes[1] if len(values) == 2 else 0.0)
            slopes = (values[0] - other) / change.reshape(*change.shape, *(1,) * (values.ndim - 3))
            slopes[strayed] = np.nan
            getattr(result, name)[patients, ..., which] = np.moveaxis(slopes, 0, -1)


def _same_instants(run: Run, copies: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """(copies, n) whether the doses of copies, n at a time, come in the same order and instants as the patients'."""
    moved, unmoved = (instants(run.changes, parameters) for parameters in (copies, patients))
    count, wanted = (np.isfinite(each.time).sum(axis=1) for each in (moved, unmoved))
    order = moved.order.reshape(-1, *unmoved.order.shape)
    return (count.reshape(-1, len(wanted)) == wanted) & (order == unmoved.order).all(axis=-1)


def check_steps(quantities: tuple[Quantity, ...], parameters: np.ndarray) -> None:
    """EngineError where a parameter is 0: no step is relative to that."""
    for quantity in quantities:
        zero = parameters[:, quantity.column] == 0.0
        if not quantity.initial and zero.any():
            where = f"parameter {quantity.name} is 0 in patient {int(np.argmax(zero))}"
            raise EngineError(f"{where}: no step is relative to it", remedy="leave it out, or give it a small value")
