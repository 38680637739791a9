"""Compiled equations, ready to integrate any number of patients."""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

import numpy as np

from melanokine.engine.checkpoint import check as check_resumption
from melanokine.engine.code.machine import Code, Machine, host
from melanokine.engine.compiler import compile_object
from melanokine.engine.cuda import ELSEWHERE, first_device
from melanokine.engine.driver.layout import CALL, record_type
from melanokine.engine.driver.observation import ROWS
from melanokine.engine.driver.watch import Watch, compile_watch
from melanokine.engine.endpoints import Endpoint
from melanokine.engine.gpu import Grid
from melanokine.engine.integration import Integration
from melanokine.engine.run import WORK_LIMIT, Run, taken
from melanokine.engine.schedule import Schedule
from melanokine.engine.sensitivities import Differences, Sensitivities, check_steps, quantities
from melanokine.engine.steady import dosing_steady_state, steady_state
from melanokine.errors import EngineError, nearest
from melanokine.network import Equations

DEVICES = ("cpu", "gpu")
CHUNK = 256
"""Patients that a worker takes at a time if it is not told otherwise."""

_Call = record_type(CALL)
_Rows = record_type(ROWS)
_Function = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_kernels: dict[tuple[str, Machine], Kernel] = {}
_building: dict[tuple[str, Machine], threading.Lock] = {}
_lock = threading.Lock()
T = TypeVar("T")


def compile(equations: Equations, machine: Machine | None = None) -> Kernel:
    """The kernel of `equations` for this machine (or for `machine`); made once, then shared in this process."""
    key = (equations.digest, machine or host())
    with _lock:
        building = _building.setdefault(key, threading.Lock())
    with building:
        if key not in _kernels:
            _kernels[key] = Kernel(equations, key[1])
        return _kernels[key]


class Prepared:
    """Compiled code with the record that it works on and its workspace; may be run again on a changed record."""

    def __init__(self, function: Callable[[int, int], None], call: ctypes.Structure, workspace: np.ndarray) -> None:
        self.call, self._function, self._workspace = call, function, workspace
        self._record = ctypes.addressof(call)
        self._aligned = workspace.ctypes.data + -workspace.ctypes.data % 64

    def run(self) -> None:
        self._workspace.fill(0.0)
        self._function(self._record, self._aligned)


class Kernel:
    """Machine code of one set of equations. All methods may be called from several threads at once."""

    steady_state = steady_state
    dosing_steady_state = dosing_steady_state

    def __init__(self, equations: Equations, machine: Machine) -> None:
        self.equations = equations
        self.machine = machine
        self.compiled = compile_object(equations, machine)
        self._code = Code(machine, self.compiled.object_code)
        names = ("simulate", "observe_rows", "initial_rows")
        self._functions = {name: _Function(self._code.address(name)) for name in names}
        self._watches: dict[tuple[str, ...], Watch] = {}
        self._watching = threading.Lock()

    @cached_property
    def _grid(self) -> Grid:
        return Grid(self.equations, first_device())

    @cached_property
    def observable_names(self) -> tuple[str, ...]:
        return tuple(self.equations.observables)

    def observable_index(self, name: str) -> int:
        """Position of an observable; EngineError with the nearest known name."""
        if name not in self.equations.observables:
            remedy = nearest(name, self.observable_names)
            raise EngineError(f"there is no observable {name!r}", remedy=remedy)
        return self.observable_names.index(name)

    def integrate(
        self,
        parameters: np.ndarray,
        initial: np.ndarray | None = None,
        *,
        schedule: Schedule | None = None,
        times=(),
        endpoints: Mapping[str, Endpoint] | None = None,
        observe: Sequence[str] = (),
        rtol: float = 1e-5,
        max_step: float = 30.0,
        stop_at_trigger: bool = False,
        until: float | None = None,
        workers: int = 1,
        chunk: int | None = None,
        device: str = "cpu",
        work_limit: int = WORK_LIMIT,
        keep_checkpoint: bool = False,
        resume: Integration | None = None,
        on_chunk: Callable[[slice, Integration], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Integration | None:
        """Integrate n patients from day 0 to day `until` (the last of `times` if not given).

        `parameters` is (n, P), `initial` (n, X). `times` (days, increasing) are where states are wanted; they do not
        influence the steps. `observe` names observables or states to keep at these times instead of all states.
        `endpoints` (by name, see endpoints.py) are reduced on the way: without `times` nothing but they and the final
        state is kept of a course. With `stop_at_trigger` a patient ends where the trigger rises through zero, at once
        if it is positive to begin with. `rtol` bounds the error of a step relative to each state, or to a thousandth
        of the scale declared for it. `workers` threads share the patients in pieces of at most `chunk`, which changes
        no number. `progress(done, n)` is called after each piece. With `on_chunk(patients, part)` the pieces are
        handed over in order, nothing is kept, and None is returned. `device` is "cpu" or "gpu": the latter needs a CUDA
        device and the extra `gpu`, takes as many patients at once as fit into its memory if `chunk` is not given, and
        has neither workers nor endpoints.

        Events of the equations happen on the way (events.py) and doses where they are due; both restart the steps.

        With `keep_checkpoint` the result can be handed to a later call as `resume`, in place of `initial`, together
        with the same parameters, the same doses until its end, and times from there on. With the same `rtol` and
        `max_step` all numbers are then those of a run that was never divided; counts are from day 0 on.

        Raises EngineError where arguments do not fit; a patient who fails has NaN from there on and a status.
        """
        start: np.ndarray | Integration
        if resume is not None and initial is None:
            parameters, start = self._rows("parameters", parameters, len(self.equations.parameters)), resume
        elif initial is not None and resume is None:
            parameters, start = self._starts(parameters, initial)
        else:
            raise EngineError("a run starts from initial states or resumes an earlier run", remedy="give one of them")
        if device not in DEVICES:
            raise EngineError(f"there is no device {device!r}", remedy=nearest(device, DEVICES))
        if device == "gpu" and workers > 1:
            remedy = "leave workers at 1: the device shares the work out"
            raise EngineError(f"{workers} workers for a GPU", remedy=remedy)
        if device == "gpu" and endpoints:
            raise EngineError("a GPU reduces no endpoints", remedy=f"ask for times there, or {ELSEWHERE}")
        run = Run.prepare(
            self,
            schedule=schedule,
            times=times,
            rtol=rtol,
            max_step=max_step,
            stop_at_trigger=stop_at_trigger,
            until=until,
            work_limit=work_limit,
            keep_checkpoint=keep_checkpoint,
            endpoints=endpoints,
            observe=observe,
        )
        if resume is not None:
            check_resumption(run, resume, parameters)
        whole = None if on_chunk else Integration.blank(run, parameters)
        grid = self._grid if device == "gpu" else None
        self._execute(run, parameters, start, whole, workers, chunk, grid, on_chunk, progress)
        return whole

    def execute(self, run: Run, parameters: np.ndarray, initial: np.ndarray, *, workers: int = 1) -> Integration:
        """Integrate these patients as a run that is prepared already wants it."""
        parameters, initial = self._starts(parameters, initial)
        whole = Integration.blank(run, parameters)
        self._execute(run, parameters, initial, whole, workers)
        return whole

    def _execute(
        self,
        run: Run,
        parameters: np.ndarray,
        start: np.ndarray | Integration,
        whole: Integration | None,
        workers: int,
        chunk: int | None = None,
        grid: Grid | None = None,
        on_chunk: Callable[[slice, Integration], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Run the patients in pieces, into `whole` or handing over each."""
        patients = len(parameters)

        def work(piece: slice) -> Integration:
            own = parameters[piece]
            part = whole.part(piece) if whole else Integration.blank(run, own)
            run.chunk(own, taken(start, piece), part, simulate=grid.simulate if grid else None)
            return part

        if chunk is None:
            chunk = grid.capacity(run, parameters, start) if grid else CHUNK
        for piece, part in _in_order(work, _pieces(patients, workers, chunk), workers):
            if on_chunk:
                on_chunk(piece, part)
            if progress:
                progress(piece.stop, patients)

    def sensitivities(
        self,
        parameters: np.ndarray,
        initial: np.ndarray,
        *,
        with_respect_to: Sequence[str],
        schedule: Schedule | None = None,
        times=(),
        observe: Sequence[str] = (),
        endpoints: Mapping[str, Endpoint] | None = None,
        rtol: float = 1e-5,
        max_step: float = 30.0,
        stop_at_trigger: bool = False,
        until: float | None = None,
        workers: int = 1,
        chunk: int = 64,
        work_limit: int = WORK_LIMIT,
        central: bool = False,
    ) -> Sensitivities:
        """Integrate n patients and differentiate what comes out with respect to parameters and initial states.

        `with_respect_to` names them; a parameter's derivative is at fixed initial states, and the name of a state means
        its initial value. Doses given or withheld stay so. Errors of a derivative, relative to what is differentiated
        over the quantity, are of the order 1e-6 besides those of the integration; with `central` differences, at twice
        the work, 1e-9. Everything else is as in `integrate`.

        Raises EngineError for an unknown name, and where a parameter is 0.
        """
        wanted = quantities(self, with_respect_to)
        parameters, initial = self._starts(parameters, initial)
        check_steps(wanted, parameters)
        run = Run.prepare(
            self,
            schedule=schedule,
            times=times,
            rtol=rtol,
            max_step=max_step,
            stop_at_trigger=stop_at_trigger,
            until=until,
            work_limit=work_limit,
            endpoints=endpoints,
            observe=observe,
        )
        base = Integration.blank(run, parameters)
        whole = Sensitivities.blank(base, tuple(quantity.name for quantity in wanted))
        differences = Differences(run, wanted, central=central)

        def work(piece: slice) -> None:
            differences.chunk(parameters[piece], initial[piece], whole.part(piece))

        for _ in _in_order(work, _pieces(len(parameters), workers, chunk), workers):
            pass
        return whole

    def observe(self, parameters: np.ndarray, states: np.ndarray) -> np.ndarray:
        """Observables (n, [T,] O), ordered as `observable_names`, of `parameters` (n, P) and `states` (n, [T,] X)."""
        parameters = self._rows("parameters", parameters, len(self.equations.parameters))
        states = np.ascontiguousarray(states, float)
        width = len(self.equations.states)
        if states.ndim not in (2, 3) or states.shape[-1] != width or len(states) != len(parameters):
            wanted = f"({len(parameters)}, [times,] {width})"
            raise EngineError(f"states have the shape {states.shape} instead of {wanted}")
        results = np.empty((*states.shape[:-1], len(self.observable_names)))
        repeats = states.shape[1] if states.ndim == 3 else 1
        self._call_rows("observe_rows", parameters, states, results, repeats)
        return results

    def measure(self, parameters: np.ndarray, states: np.ndarray, quantities: Sequence[str]) -> np.ndarray:
        """Some observables or states by name, (n, [T,] K), of `parameters` (n, P) and `states` (n, [T,] X)."""
        equations = self.equations
        seen = {}
        if any(name in equations.observables for name in quantities):
            seen = dict(zip(self.observable_names, np.moveaxis(self.observe(parameters, states), -1, 0), strict=True))
        return np.stack(
            [seen[name] if name in seen else states[..., equations.state_index(name)] for name in quantities], axis=-1
        )

    def check_quantities(self, quantities: Sequence[str]) -> None:
        """EngineError, with the nearest known name, where one is neither an observable nor a state."""
        known = [*self.observable_names, *(state.name for state in self.equations.states)]
        for name in quantities:
            if name not in known:
                raise EngineError(f"there is no observable or state {name!r}", remedy=nearest(name, known))

    def watch(self, quantities: tuple[str, ...]) -> Watch:
        """Code that evaluates these quantities within a step; made once, then shared."""
        with self._watching:
            if quantities not in self._watches:
                self._watches[quantities] = compile_watch(self.equations, quantities, self.machine)
            return self._watches[quantities]

    def initial(self, parameters: np.ndarray) -> np.ndarray:
        """Initial states (n, X) of `parameters` (n, P), the same bits in any batch."""
        parameters = self._rows("parameters", parameters, len(self.equations.parameters))
        results = np.empty((len(parameters), len(self.equations.states)))
        self._call_rows("initial_rows", parameters, parameters, results, 1)
        return results

    def simulate(self, numbers: dict, arrays: dict[str, np.ndarray]) -> None:
        """Run the compiled driver in the calling thread, on what the record of the call holds."""
        self.prepared(numbers, arrays).run()

    def prepared(self, numbers: dict, arrays: dict[str, np.ndarray]) -> Prepared:
        """The record of a call, ready to be run; `arrays` must outlive it."""
        call = _Call(**numbers, **{name: array.ctypes.data for name, array in arrays.items()})
        return self._prepared("simulate", call, self.compiled.simulation_rows + numbers["memories"])

    def _call_rows(self, name: str, parameters, states, results, repeats: int) -> None:
        if results.size:
            rows = len(parameters) * repeats
            call = _Rows(rows, repeats, *(array.ctypes.data for array in (parameters, states, results)))
            self._prepared(name, call, self.compiled.observation_rows).run()

    def _prepared(self, name: str, call: ctypes.Structure, rows: int) -> Prepared:
        return Prepared(self._functions[name], call, np.empty(rows * self.machine.lanes + 8))

    def _starts(self, parameters: np.ndarray, initial: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        parameters = self._rows("parameters", parameters, len(self.equations.parameters))
        initial = self._rows("initial", initial, len(self.equations.states))
        if len(initial) != len(parameters):
            raise EngineError(f"{len(parameters)} rows of parameters but {len(initial)} of initial states")
        return parameters, initial

    def _rows(self, what: str, array: np.ndarray, width: int) -> np.ndarray:
        array = np.ascontiguousarray(array, float)
        if array.ndim != 2 or array.shape[1] != width:
            raise EngineError(f"{what} have the shape {array.shape} instead of (patients, {width})")
        return array


def _pieces(patients: int, workers: int, chunk: int) -> list[slice]:
    """Patients in pieces of at most `chunk`, at least one for every worker if there are so many patients."""
    if workers < 1 or chunk < 1:
        raise EngineError(f"workers is {workers} and chunk is {chunk}", remedy="both count from 1")
    size = max(1, min(chunk, -(-patients // workers)))
    return [slice(start, min(start + size, patients)) for start in range(0, patients, size)]


def _in_order(work: Callable[[slice], T], pieces: list[slice], workers: int) -> Iterator[tuple[slice, T]]:
    """Results of `work` in the order of `pieces`; at most one piece more than there are workers waits or is at work."""
    if workers == 1 or len(pieces) <= 1:
        for piece in pieces:
            yield piece, work(piece)
        return
    waiting: deque[tuple[slice, Future]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="melanokine")
    try:
        for piece in pieces:
            waiting.append((piece, pool.submit(work, piece)))
            if len(waiting) > workers:
                piece, future = waiting.popleft()
                yield piece, future.result()
        while waiting:
            piece, future = waiting.popleft()
            yield piece, future.result()
    finally:
        pool.shutdown(cancel_futures=True)
