"""The model: mechanisms and drugs joined into one network, its equations, and the kernel that solves them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from melanokine import biology, drugs
from melanokine.network import Equations, Network, Parameter, equations, split_sources

if TYPE_CHECKING:
    from melanokine.engine import Kernel


class Model:
    """All mechanisms of `biology` with the given drugs; without an argument, every drug of the library.

    A model always holds all its drugs, given or not, so that what one arm receives changes no number in another.
    `lesions` is the number of target lesions in a patient.
    """

    def __init__(self, given: Iterable[drugs.Drug] | None = None, *, lesions: int = 3) -> None:
        records = [drugs.load(name) for name in drugs.names()] if given is None else list(given)
        self.drugs = {drug.id: drug for drug in records}
        self.lesions = lesions
        steps = [partial(step, drug=drug) for step in (drugs.declare, drugs.connect) for drug in records]
        self.network: Network = biology.build(steps, lesions=lesions)
        self.equations: Equations = equations(self.network)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Every parameter by name, in the order of the columns of a parameter table."""
        return self.network.parameters

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the equations and of every parameter's value and distribution."""
        table = [(p.name, p.value, p.unit, p.distribution, p.spread, p.low, p.high) for p in self.parameters.values()]
        return hashlib.sha256(f"{self.equations.digest}{table!r}".encode()).hexdigest()

    @cached_property
    def kernel(self) -> Kernel:
        """The compiled equations (`engine.Kernel`); compiling takes about a second the first time."""
        from melanokine import engine

        return engine.compile(self.equations)

    def citations(self) -> dict[str, list[str]]:
        """Sources (DOI, PMID, NCT) of the parameters, by mechanism or drug."""
        found: dict[str, set[str]] = {}
        for parameter in self.parameters.values():
            if sources := split_sources(parameter.source):
                found.setdefault(parameter.module, set()).update(sources)
        return {module: sorted(sources) for module, sources in sorted(found.items())}


@lru_cache(maxsize=8)
def model_of(given: tuple[drugs.Drug, ...]) -> Model:
    """The model with these drugs, kept for the next who asks for the same."""
    return Model(given)


def standard_model() -> Model:
    """The model with every drug of the library, built once per process."""
    return model_of(tuple(drugs.load(name) for name in drugs.names()))
