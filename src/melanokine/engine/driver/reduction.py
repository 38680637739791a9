"""Endpoints reduced in the driver: after each accepted step, in the lanes that are within a window (see endpoints.py).

The part of the step that lies in a window is [a, b] as fractions of the step. The watched quantities are evaluated at
its five nodes (nodes.py); from there on each endpoint has its own arithmetic. Minima, and falls below a level,
are maxima and rises of the negative.

Each lane does only what its own patient needs, and no endpoint depends on which others are wanted.
"""

from __future__ import annotations

import math

from llvmlite import ir

from melanokine.engine.code.routine import INTEGER, POINTER, REAL, Array, Record, Routine, Term
from melanokine.engine.driver.extreme import write_peak
from melanokine.engine.driver.lane import LaneRoutine, Plan
from melanokine.engine.driver.layout import REDUCTION, Frame, record
from melanokine.engine.driver.nodes import LAST, NODES, WEIGHTS
from melanokine.engine.endpoints import AREA, FIRST_TIME, TIME_OF_EXTREME

BETWEEN = len(NODES)
"""The point, after the nodes, at which quantities are evaluated elsewhere in the step."""
BISECTIONS = 53
"""Of an interval between nodes in search of a crossing: to the last bit of the fraction, as for the trigger."""


def write_reduction(module: ir.Module, plan: Plan) -> None:
    """Add `begin_endpoints` and `report_endpoints`, which act on one lane, and `reduce`, which acts on all."""
    _write_begin(module, plan)
    _write_report(module, plan)
    _write_watch(module, plan)
    write_peak(module, plan)
    _Reduction(module, plan).write()


def _write_begin(module: ir.Module, plan: Plan) -> None:
    """A patient has entered the lane: compute what is constant in it; nothing has been seen yet."""
    routine = LaneRoutine(module, plan, "begin_endpoints")
    call = routine.frame.call
    reduction = record(routine, call.reduction.value, REDUCTION)
    routine.call_address(reduction.prepare_watched, routine.frame.vectors("parameter").at(0), reduction.constant)
    for name in ("value", "day"):
        seen = routine.array(getattr(reduction, name), REAL)
        with routine.each(call.endpoints) as e:
            seen[routine.place(e)] = math.nan
    routine.finish()


def _write_report(module: ir.Module, plan: Plan) -> None:
    """The patient leaves the lane: hand over the endpoints."""
    routine = LaneRoutine(module, plan, "report_endpoints")
    call = routine.frame.call
    reduction = record(routine, call.reduction.value, REDUCTION)
    results = routine.array(reduction.results, REAL)
    with routine.each(call.endpoints) as e:
        kind, column = (routine.array(getattr(reduction, name), INTEGER)[e] for name in ("kind", "column"))
        seen, day = (routine.array(getattr(reduction, name), REAL)[routine.place(e)] for name in ("value", "day"))
        day = routine.select(kind.equals(TIME_OF_EXTREME) & seen.is_nan(), math.nan, day)
        seen = seen * routine.array(reduction.sign, REAL)[e]
        result = routine.select(kind >= TIME_OF_EXTREME, day, seen)
        results[routine.lane.patient * call.endpoints + column] = result
    routine.finish()


def _write_watch(module: ir.Module, plan: Plan) -> None:
    """Add `watch_at`: the quantities at the cell `fraction` of the step just made, into the rows of a point."""
    arguments = {"call": POINTER, "workspace": POINTER, "point": INTEGER}
    routine = Routine(module, plan.machine, "watch_at", arguments)
    frame = Frame(routine, plan.layout)
    reduction = record(routine, frame.call.reduction.value, REDUCTION)
    with routine.when(reduction.drawn.equals(0)):
        routine.call_address(reduction.draw, frame.vectors("rate").at(0), reduction.curve)
        reduction.drawn = 1
    fields = (frame.vectors(name).at(0) for name in ("fraction", "state", "next"))
    first = reduction.quantities * Term(routine, routine.argument["point"])
    rows = routine.array(reduction.watched, routine.vector).at(first)
    routine.call_address(reduction.watch, *fields, reduction.curve, reduction.constant, rows)
    routine.finish()


class _Reduction:
    """`reduce`, called after the trigger has been located and before the step is taken."""

    def __init__(self, module: ir.Module, plan: Plan) -> None:
        self.routine = Routine(module, plan.machine, "reduce", {"call": POINTER, "workspace": POINTER})
        self.frame = Frame(self.routine, plan.layout)
        self.reduction: Record = record(self.routine, self.frame.call.reduction.value, REDUCTION)

    def write(self) -> None:
        routine, reduction = self.routine, self.reduction
        time, limit, deadline = (self._cell(name) for name in ("time", "limit", "deadline"))
        last = routine.select(limit < deadline, limit, deadline)
        accepted = self._cell("accepted") > 0.5
        reduction.drawn = 0
        with routine.each(reduction.windows) as w:
            start, stop = (self._data(name, REAL)[w] for name in ("window_start", "window_stop"))
            begin, end = routine.splat(start), routine.splat(stop)
            with routine.either(start < stop) as (lasting, instant):
                with lasting:
                    live = accepted & (time < end) & (begin < last)
                    with routine.when(routine.any(live)):
                        from_day = routine.select(time < begin, begin, time)
                        self._enter(live, from_day, routine.select(last < end, last, end))
                        self._each_endpoint(w, self._reduce)
                with instant:
                    live = accepted & (time < begin) & (begin <= last)
                    with routine.when(routine.any(live)):
                        self._watch(self._fraction(begin), BETWEEN)
                        self._each_endpoint(w, lambda e: self._take(live, e))
        routine.finish()

    def _each_endpoint(self, w: Term, act) -> None:
        first = self._data("window_first", INTEGER)
        with self.routine.each(first[w + 1], first[w]) as e:
            act(e)

    # where things are

    def _cell(self, name: str) -> Term:
        return self.frame.vectors(name)[0]

    def _set(self, **cells: Term) -> None:
        for name, term in cells.items():
            self.frame.vectors(name)[0] = term

    def _data(self, name: str, kind: ir.Type) -> Array:
        return self.routine.array(getattr(self.reduction, name), kind)

    def _seen(self) -> tuple[Array, Array]:
        """Value and day of each endpoint so far."""
        return self._data("value", self.routine.vector), self._data("day", self.routine.vector)

    def _at(self, point: int, e: Term) -> Term:
        """The quantity of an endpoint at a point."""
        row = self.reduction.quantities * point + self._data("quantity", INTEGER)[e]
        return self._data("watched", self.routine.vector)[row]

    def _signed(self, point: int, e: Term) -> Term:
        return self._at(point, e) * self.routine.splat(self._data("sign", REAL)[e])

    # the step

    def _fraction(self, day: Term) -> Term:
        """Which fraction of the step has passed on a day in it, or where it ends for the patient."""
        passed = (day - self._cell("time")) / self._cell("step")
        return self.routine.select(day < self._cell("limit"), passed, self._cell("stop_fraction"))

    def _day(self, fraction: Term) -> Term:
        return self._cell("time") + fraction * self._cell("step")

    def _watch(self, fraction: Term, point: int) -> None:
        """Evaluate the quantities at a fraction of the step."""
        self._set(fraction=fraction)
        arguments = self.routine.argument
        self.routine.call("watch_at", arguments["call"], arguments["workspace"], point)

    def _enter(self, live: Term, from_day: Term, to_day: Term) -> None:
        """Evaluate the quantities at the nodes of the part of the step that lies in the window."""
        routine, node = self.routine, self.frame.vectors("node")
        b = self._fraction(to_day)
        passed = (from_day - self._cell("time")) / self._cell("step")
        a = routine.select(passed < b, passed, b)
        self._set(part=b - a, from_day=from_day, to_day=to_day, live=self._flag(live))
        for n, s in enumerate(NODES):
            node[n] = a if n == 0 else b if n == LAST else self._place(routine.all_lanes(s))
            self._watch(node[n], n)

    # the endpoints

    def _take(self, live: Term, e: Term) -> None:
        value, _ = self._seen()
        value[e] = self.routine.select(live, self._at(BETWEEN, e), value[e])

    def _reduce(self, e: Term) -> None:
        routine, shape = self.routine, self.frame.vectors("shape")
        kind = self._data("kind", INTEGER)[e]
        with routine.either(kind.equals(AREA)) as (area, other):
            with area:
                self._add(e)
            with other:
                for n in range(len(NODES)):
                    shape[n] = self._signed(n, e)
                routine.call("find_peak", routine.argument["call"], routine.argument["workspace"])
                with routine.either(kind.equals(FIRST_TIME)) as (crossing, extreme):
                    with crossing:
                        self._cross(e)
                    with extreme:
                        self._extend(e)

    def _add(self, e: Term) -> None:
        routine, (value, day) = self.routine, self._seen()
        live = self._cell("live") > 0.5
        mean = routine.fma(self._at(2, e), WEIGHTS[1], (self._at(1, e) + self._at(3, e)) * WEIGHTS[0])
        area = mean * (self._cell("part") * self._cell("step"))
        total = routine.select(day[e].is_nan(), area, value[e] + area)
        value[e] = routine.select(live, total, value[e])
        day[e] = routine.select(live, self._cell("to_day"), day[e])

    def _extend(self, e: Term) -> None:
        routine, frame = self.routine, self.frame
        live = self._cell("live") > 0.5
        for n in range(len(NODES)):
            ends = {0: "from_day", LAST: "to_day"}
            when = self._cell(ends[n]) if n in ends else self._day(frame.vectors("node")[n])
            self._offer(e, live, frame.vectors("shape")[n], when)
        value, _ = self._seen()
        higher = live & (self._cell("height") > value[e])
        with routine.when(routine.any(higher)):
            peak = self._peak()
            self._watch(peak, BETWEEN)
            self._offer(e, higher, self._signed(BETWEEN, e), self._day(peak))

    def _offer(self, e: Term, live: Term, candidate: Term, when: Term) -> None:
        """Keep the candidate if it is larger, the first, or not a number."""
        routine, (value, day) = self.routine, self._seen()
        undefined = candidate.is_nan() & ~value[e].is_nan()
        better = live & ((candidate > value[e]) | day[e].is_nan() | undefined)
        value[e] = routine.select(better, candidate, value[e])
        day[e] = routine.select(better, when, day[e])

    def _peak(self) -> Term:
        return self._place(self._cell("peak"))

    def _place(self, s: Term) -> Term:
        """A place in the part of the step as a fraction of the step."""
        return self.routine.fma(self._cell("part"), s, self.frame.vectors("node")[0])

    def _cross(self, e: Term) -> None:
        routine, (_, day) = self.routine, self._seen()
        still = (self._cell("live") > 0.5) & day[e].is_nan()
        with routine.when(routine.any(still)):
            level = routine.splat(self._data("level", REAL)[e])
            self._bracket(e, still, level)
            with routine.when(routine.any(self._cell("found") > 0.5)):
                self._bisect(e, level)
                crossing, to_day = self._day(self._cell("upper")), self._cell("to_day")
                crossing = routine.select(crossing < to_day, crossing, to_day)
                at_once = self.frame.vectors("shape")[0] > level
                crossing = routine.select(at_once, self._cell("from_day"), crossing)
                day[e] = routine.select(self._cell("found") > 0.5, crossing, day[e])

    def _bracket(self, e: Term, still: Term, level: Term) -> None:
        """`lower` and `upper` around the first node above the level, or around a rise above it between two nodes."""
        routine, node, shape = self.routine, self.frame.vectors("node"), self.frame.vectors("shape")
        found = still & (shape[0] > level)
        low, high = routine.select(found, node[0], self._place(self._cell("lower"))), node[0]
        for n in range(1, len(NODES)):
            first = still & ~found & (shape[n] > level)
            low, high = routine.select(first, node[n - 1], low), routine.select(first, node[n], high)
            found = found | first
        self._set(lower=low, upper=high, found=self._flag(found))
        hidden = still & ~found & (self._cell("height") > level)
        with routine.when(routine.any(hidden)):
            peak = self._peak()
            self._watch(peak, BETWEEN)
            above = hidden & (self._signed(BETWEEN, e) > level)
            self._set(upper=routine.select(above, peak, high), found=self._flag(found | above))

    def _bisect(self, e: Term, level: Term) -> None:
        """`lower` and `upper` close in on the first fraction at which the quantity is above the level."""
        routine = self.routine
        with routine.each(BISECTIONS):
            low, high = self._cell("lower"), self._cell("upper")
            middle = (low + high) * 0.5
            self._watch(middle, BETWEEN)
            above = self._signed(BETWEEN, e) > level
            self._set(lower=routine.select(above, low, middle), upper=routine.select(above, middle, high))

    def _flag(self, condition: Term) -> Term:
        return self.routine.select(condition, self.routine.all_lanes(1.0), 0.0)
