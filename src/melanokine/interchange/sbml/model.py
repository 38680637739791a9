"""A model that was read from SBML: what it is made of, its equations, and its simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from melanokine.errors import InputError, nearest
from melanokine.interchange.sbml.building import Built, build
from melanokine.interchange.sbml.document import open_document, parse_document
from melanokine.interchange.sbml.packages import flattened
from melanokine.interchange.sbml.reading import describe
from melanokine.interchange.sbml.records import Description
from melanokine.interchange.sbml.refusals import refuse_elements, refuse_packages
from melanokine.interchange.sbml.trajectory import Accuracy, Trajectory, trajectory
from melanokine.network import Equations, evaluate

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from melanokine.engine import Kernel

RTOL = 1e-8


def read_sbml(path: str | Path) -> SbmlModel:
    """The model of an SBML document (Levels 1 to 3, core), ready to be simulated.

    Raises InputError, with file and line, for what is not SBML or contradicts itself, and Refusal (an InputError) for
    algebraic rules, `delay`, fast reactions and required packages.
    """
    document, name = open_document(path)
    return _model(document, name)


def parse_sbml(text: str, name: str = "SBML text") -> SbmlModel:
    """The same for a document that is held as text; `name` is what messages call it."""
    return _model(parse_document(text, name), name)


def _model(document: Any, file: str) -> SbmlModel:
    document = flattened(document, file)
    refuse_packages(document, file)
    model = document.getModel()
    refuse_elements(model, file)
    return SbmlModel(describe(model, file))


class SbmlModel:
    """What `read_sbml` returns.

    | attribute       | what                                                                                          |
    |-----------------|-----------------------------------------------------------------------------------------------|
    | `parameters`    | names of all numbers that the document gives, by the id of what they are for; local ones are  |
    |                 | `reaction.parameter`; what an initial assignment or an assignment rule determines is not here |
    | `defaults`      | those numbers, in that order; not-a-number where the document leaves one open                 |
    | `compartments`, `species`, `reactions` | ids                                                                    |
    | `quantities`    | what can be simulated: every id with its value as in formulas, and of each species            |
    |                 | `amount(id)` and `concentration(id)`                                                          |
    | `equations`     | `network.Equations`: states are amounts of species, sizes, values; time where it is needed    |
    | `kernel`        | `engine.Kernel` of the equations                                                              |

    SBML converts no unit: all numbers are in the units that the document declares for them.
    """

    def __init__(self, description: Description) -> None:
        self.description = description
        self._built: Built = build(description)

    def __repr__(self) -> str:
        events = len(self.description.events)
        counts = f"{len(self.species)} species, {len(self.reactions)} reactions, {events} events"
        return f"<SbmlModel {self.id or self.file!r}: {counts}>"

    @property
    def file(self) -> str:
        return self.description.file

    @property
    def id(self) -> str:
        return self.description.id

    @property
    def name(self) -> str:
        return self.description.name

    @property
    def equations(self) -> Equations:
        return self._built.equations

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.equations.parameters

    @property
    def defaults(self) -> np.ndarray:
        """(P,); the number of a species is an amount or a concentration, as the document gives it."""
        return self._built.defaults.copy()

    @property
    def compartments(self) -> tuple[str, ...]:
        return tuple(self.description.compartments)

    @property
    def species(self) -> tuple[str, ...]:
        return tuple(self.description.species)

    @property
    def reactions(self) -> tuple[str, ...]:
        return tuple(self.description.reactions)

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        return tuple(self._nodes)

    @cached_property
    def _nodes(self) -> dict[str, int]:
        nodes = dict(self._built.value)
        for id in self.species:
            nodes[f"amount({id})"] = self._built.amount[id]
            nodes[f"concentration({id})"] = self._built.concentration[id]
        return nodes

    def unit(self, quantity: str) -> str:
        """The unit that the document declares for a quantity, by its id there; empty if it declares none."""
        record: Any = None
        for table in (self.description.compartments, self.description.species, self.description.parameters):
            record = table.get(quantity, record)
        return "" if record is None else record.unit

    @cached_property
    def kernel(self) -> Kernel:
        """The compiled equations; a model without events is wholly described by them."""
        from melanokine import engine

        return engine.compile(self.equations)

    @cached_property
    def moves(self) -> bool:
        """Whether there is anything to integrate: a state that changes, or an event."""
        graph, rates = self.equations.graph, self.equations.rhs
        own = rates[:-1] if self._built.counts_time else rates
        return bool(self._built.happenings) or any(graph.op[a] != ("const", 0.0) for a in own)

    def determining(self, ids: Sequence[str]) -> SbmlModel:
        """The same model in which these ids are parameters, whatever initial assignments they have."""
        return _without_assignments(self, tuple(sorted(ids)))

    # simulation

    def rows(self, parameters: Mapping[str, Any] | pd.DataFrame | np.ndarray | None = None) -> np.ndarray:
        """Parameters (n, P) of a population.

        `parameters` maps names to numbers or to columns of n numbers (a mapping or a data frame), or is (n, P) itself
        and then in the order and meaning of `defaults`. By name, the number of a species is what its id means in
        formulas. What is not named has its default.
        """
        if parameters is None:
            return self._built.defaults[None, :].copy()
        if isinstance(parameters, np.ndarray):
            rows = np.atleast_2d(np.asarray(parameters, float))
            if rows.shape[-1] != len(self.parameters) or rows.ndim != 2:
                message = f"parameters have the shape {rows.shape} instead of (patients, {len(self.parameters)})"
                raise InputError(message, file=self.file)
            return rows.copy()
        columns = {str(name): np.atleast_1d(np.asarray(values, float)) for name, values in parameters.items()}
        for name in columns:
            if name not in self.parameters:
                remedy = nearest(name, self.parameters)
                raise InputError(f"the model has no parameter {name!r}", file=self.file, remedy=remedy)
        lengths = {len(column) for column in columns.values() if len(column) != 1}
        if len(lengths) > 1:
            raise InputError(f"the columns of parameters differ in length: {sorted(lengths)}", file=self.file)
        rows = np.repeat(self._built.defaults[None, :], lengths.pop() if lengths else 1, axis=0)
        for name, column in columns.items():
            rows[:, self.parameters.index(name)] = column
        for name in columns:
            if name in self._built.sizes:
                size = evaluate(self.equations.graph, [self._built.sizes[name]], parameters=rows)[0]
                rows[:, self.parameters.index(name)] *= size
        return rows

    def course(
        self,
        times: np.ndarray,
        rows: np.ndarray,
        *,
        rtol: float = RTOL,
        max_step: float | None = None,
        workers: int = 1,
    ) -> Trajectory:
        """States of patients with the parameters `rows` (n, P) at `times`; see `simulate`."""
        times = np.asarray(times, float)
        longest = max_step or np.inf
        return trajectory(
            self._built, self.kernel if self.moves else None, rows, times, Accuracy(rtol, longest, workers)
        )

    def measure(self, course: Trajectory, rows: np.ndarray, quantities: Sequence[str]) -> dict[str, np.ndarray]:
        """(n, T) of each quantity in a course."""
        for name in quantities:
            if name not in self._nodes:
                remedy = nearest(name, self._nodes)
                raise InputError(f"the model has no quantity {name!r}", file=self.file, remedy=remedy)
        nodes = [self._nodes[name] for name in quantities]
        found = evaluate(self.equations.graph, nodes, course.states, rows[:, None, :])
        shape = course.states.shape[:2]
        failed = np.isnan(course.states).all(axis=-1) & (course.status[:, None] != 0)
        return {
            name: np.where(failed, np.nan, np.broadcast_to(values, shape))
            for name, values in zip(quantities, found, strict=True)
        }

    def simulate(
        self,
        times: Any,
        *,
        parameters: Mapping[str, Any] | pd.DataFrame | np.ndarray | None = None,
        quantities: Sequence[str] | None = None,
        rtol: float = RTOL,
        max_step: float | None = None,
        workers: int = 1,
    ) -> xr.Dataset:
        """Simulate the model, or a population of it, from time 0.

        `times` are increasing times, or a tuple (start, duration, steps) of equally spaced ones. `parameters` are those
        that differ from the document's (see `rows`): one number for all, or one for each of n patients. `quantities`
        are all ids unless they are named. `rtol` bounds the error of a step relative to each state, or to a thousandth
        of its scale; `max_step` is the longest step, and so the shortest time for which an oscillating condition can be
        passed over.

        Returns a dataset with the dimensions `patient` and `time`: each quantity after the events of that time, and
        the `status` of each patient (0 where all went well; otherwise what was not reached is missing).
        """
        from melanokine.interchange.sbml.dataset import dataset, times_of

        rows, when = self.rows(parameters), times_of(times, self.file)
        wanted = list(self._built.value) if quantities is None else list(quantities)
        course = self.course(when, rows, rtol=rtol, max_step=max_step, workers=workers)
        return dataset(self, course, self.measure(course, rows, wanted))


@lru_cache(maxsize=64)
def _without_assignments(model: SbmlModel, ids: tuple[str, ...]) -> SbmlModel:
    from dataclasses import replace

    kept = {id: formula for id, formula in model.description.initial.items() if id not in ids}
    return SbmlModel(replace(model.description, initial=kept))
