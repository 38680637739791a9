"""Experiments of a problem, simulated for one or many parameter vectors at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from melanokine.errors import InputError
from melanokine.interchange.petab.likelihood import Scores, score
from melanokine.interchange.petab.model import NOISE, SIMULATION, USED, VALUE, ProblemModel, problem_model
from melanokine.interchange.petab.periods import Passage
from melanokine.interchange.petab.problem import Experiment, Problem
from melanokine.interchange.sbml.mathml import Formula

RTOL = 1e-8


@dataclass(frozen=True, eq=False)
class Simulated:
    """(n, M) of n parameter vectors and M measurements; not-a-number where the integration failed."""

    values: np.ndarray
    noise: np.ndarray


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A problem at one parameter vector: `scores` of all measurements, `values` (M,) what was simulated for each."""

    problem: Problem
    parameters: np.ndarray
    values: np.ndarray
    noise: np.ndarray
    scores: Scores


def evaluate(problem: Problem, parameters: np.ndarray | None = None, *, rtol: float = RTOL) -> Evaluation:
    """Simulate and score a problem at linear `parameters` (Q,), by default the nominal ones.

    Raises InputError where a parameter has no value, or an experiment cannot be simulated.
    """
    vector = problem.nominal if parameters is None else np.asarray(parameters, float)
    for value, p in zip(vector, problem.parameters, strict=True):
        if math.isnan(value):
            raise InputError(f"parameter {p.id!r} has no nominalValue", file=problem.file, remedy="give it one")
    done = Simulator(problem, rtol=rtol).simulate(vector[None, :])
    bad = np.flatnonzero(np.isnan(done.values[0]))
    if len(bad):
        m = problem.measurements[bad[0]]
        what = f"{m.observable!r} in {m.experiment!r} at {m.time:g} has no value (row {bad[0] + 2} of the measurements)"
        raise InputError(what, file=problem.file, remedy="the integration failed, or the formula has none there")
    return Evaluation(
        problem, vector, done.values[0], done.noise[0], score(problem, vector, done.values[0], done.noise[0])
    )


class Simulator:
    """A problem on the engine; compiled once."""

    def __init__(self, problem: Problem, *, rtol: float = RTOL) -> None:
        self.problem, self.rtol = problem, rtol
        self.own: ProblemModel = problem_model(problem)
        self._measured: dict[str, list[int]] = {}
        for k, m in enumerate(problem.measurements):
            self._measured.setdefault(m.experiment, []).append(k)

    def simulate(self, vectors: np.ndarray, *, tied: bool = False) -> Simulated:
        """Simulate n linear parameter vectors (n, Q); with `tied` all take the steps of the first."""
        own = self.own
        n, count = len(vectors), len(self.problem.measurements)
        base = np.repeat(own.model.defaults[None, :], n, axis=0)
        base[:, own.columns] = vectors
        done = Simulated(np.full((n, count), np.nan), np.full((n, count), np.nan))
        groups: dict[tuple[float, ...], list[Experiment]] = {}
        for id in self._measured:
            experiment = self.problem.experiments[id]
            groups.setdefault(tuple(p.time for p in experiment.periods), []).append(experiment)
        for starts, experiments in groups.items():
            self._group(starts, experiments, base, done, tied)
        return done

    def _group(self, starts, experiments: Sequence[Experiment], base: np.ndarray, done: Simulated, tied: bool) -> None:
        """Experiments whose periods begin at the same times."""
        own, n, each = self.own, len(base), len(experiments)
        original = np.repeat(base[:, None, :], each, axis=1)
        rows = original.copy()
        measured = [np.array(self._measured[e.id]) for e in experiments]
        when = [np.array([self.problem.measurements[k].time for k in ks]) for ks in measured]
        finite = np.concatenate([t[np.isfinite(t)] for t in when] or [np.empty(0)])
        for e, experiment in enumerate(experiments):
            self._begin(experiment, rows[:, e])
        flat = rows.reshape(n * each, -1)
        states = own.model.equations.initial_states(flat)
        passage = Passage(own.model, states, vectors=n, tied=tied, rtol=self.rtol)
        passage.set_time(next((t for t in starts if math.isfinite(t)), 0.0) if starts[0] > -math.inf else 0.0)
        duration = float(finite.max(initial=0.0)) - next((t for t in starts if math.isfinite(t)), 0.0)
        for k, start in enumerate(starts):
            if k:
                passage.set_time(start)
                for e, experiment in enumerate(experiments):
                    self._change(
                        experiment.periods[k], rows[:, e], original[:, e], passage.states.reshape(n, each, -1)[:, e]
                    )
            flat = rows.reshape(n * each, -1)
            if start == -math.inf:
                passage.to_rest(flat, 0.0, duration)
                continue
            last = k == len(starts) - 1
            end = max(float(finite.max(initial=start)), start) if last else starts[k + 1]
            inside = np.unique(finite[(finite >= start) & ((finite <= end) if last else (finite < end))])
            course = passage.advance(flat, start, end, inside, last=last).reshape(n, each, len(inside), -1)
            failed = passage.failed.reshape(n, each)
            for e in range(each):
                here = np.flatnonzero(np.isin(when[e], inside))
                at = np.searchsorted(inside, when[e][here])
                self._measure(measured[e][here], course[:, e][:, at], rows[:, e], np.zeros(n, bool), done)
            if last and any(np.isinf(t).any() for t in when):
                passage.to_rest(flat, end, duration)
                failed = passage.failed.reshape(n, each)
                final = passage.states.reshape(n, each, -1)
                for e in range(each):
                    here = np.flatnonzero(np.isinf(when[e]))
                    self._measure(
                        measured[e][here], np.repeat(final[:, e, None], len(here), 1), rows[:, e], failed[:, e], done
                    )

    # changes

    def _begin(self, experiment: Experiment, rows: np.ndarray) -> None:
        """The changes of the first period: initial values, which the initial state follows from."""
        period = experiment.periods[0]
        if not period.changes:
            return
        initial = self.own.model.equations.initial_states(rows)
        for id, value in self._values(period, initial, rows).items():
            self._set_row(id, value, rows)

    def _values(self, period, states: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
        names = [self.own.changes[change] for change in period.changes]
        found = self.own.evaluate(names, states, rows) if names else []
        ids = [self.problem.mapping.get(id, id) for id, _ in period.changes]
        return dict(zip(ids, (np.array(v) for v in found), strict=True))

    def _set_row(self, id: str, value: np.ndarray, rows: np.ndarray) -> None:
        position = self.own.position
        if id in self.own.overridden:
            rows[:, position[VALUE + id]], rows[:, position[USED + id]] = value, 1.0
        else:
            rows[:, position[id]] = value

    def _change(self, period, rows: np.ndarray, original: np.ndarray, states: np.ndarray) -> None:
        """A later period: all values from before the changes; concentrations stay where a compartment changes."""
        own, built = self.own, self.own.model._built
        values = self._values(period, states, rows)
        kept = [id for id in built.states if id in built.size]
        before = dict(zip(kept, own.evaluate(kept, states, rows), strict=True)) if kept else {}
        before = {id: np.array(v) for id, v in before.items()}
        slots = {id: k for k, id in enumerate(built.states)}
        for id in (self.problem.mapping.get(name, name) for name in period.resets):
            if id not in slots and id not in own.overridden:
                rows[:, own.position[id]] = original[:, own.position[id]]
            elif id not in slots:
                rows[:, own.position[USED + id]] = 0.0
        for id, value in values.items():
            if id in slots and id not in built.size:
                states[:, slots[id]] = value
            elif id not in slots:
                self._set_row(id, value, rows)
        for id in kept:
            size = np.broadcast_to(self._size(id, states, rows), len(rows))
            states[:, slots[id]] = values.get(id, before[id]) * size

    def _size(self, id: str, states: np.ndarray, rows: np.ndarray):
        from melanokine.network import evaluate as nodes

        return nodes(self.own.model.equations.graph, [self.own.model._built.size[id]], states, rows)[0]

    # outputs

    def _measure(
        self, which: np.ndarray, states: np.ndarray, rows: np.ndarray, failed: np.ndarray, done: Simulated
    ) -> None:
        """Observables and noise of measurements `which`, of states (n, len(which), X) and rows (n, P)."""
        own, measurements = self.own, self.problem.measurements
        by_observable: dict[str, list[int]] = {}
        for k, m in enumerate(which):
            by_observable.setdefault(measurements[m].observable, []).append(k)
        for id, places in by_observable.items():
            observable = self.problem.observables[id]
            these = [measurements[which[k]] for k in places]
            y = states[:, places]
            p = (
                np.repeat(rows[:, None, :], len(places), axis=1)
                if observable.placeholders or observable.noise_placeholders
                else rows[:, None, :]
            )
            for names, kind in (
                (observable.placeholders, "overrides"),
                (observable.noise_placeholders, "noise_overrides"),
            ):
                for j, name in enumerate(names):
                    self._fill(
                        p,
                        y,
                        own.position[name],
                        [getattr(m, kind)[j] if j < len(getattr(m, kind)) else None for m in these],
                        id,
                    )
            values, noise = own.evaluate([SIMULATION + id, NOISE + id], y, p)
            bad = failed[:, None]
            done.values[:, which[places]] = np.where(bad, np.nan, values)
            done.noise[:, which[places]] = np.where(bad, np.nan, noise)

    def _fill(self, p: np.ndarray, y: np.ndarray, column: int, given: list[Formula | None], observable: str) -> None:
        """What measurements put for a placeholder: numbers or ids."""
        own = self.own
        for token in dict.fromkeys(given):
            where = [k for k, other in enumerate(given) if other == token]
            if token is None:
                raise InputError(f"a measurement of {observable!r} leaves a placeholder open", file=self.problem.file)
            if token[0] == "number":
                p[:, where, column] = token[1]
            elif token[0] == "symbol" and token[1] in own.model._built.value:
                p[:, where, column] = own.evaluate([token[1]], y[:, where], p[:, where])[0]
            else:
                what = f"a measurement of {observable!r} names {token[1]!r}, which neither model nor tables know"
                raise InputError(what, file=self.problem.file)
