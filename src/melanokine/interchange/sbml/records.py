"""A model as its SBML document describes it: plain records, with the defaults of its level filled in.

Values that the document leaves open are not-a-number. `line` is where in the document something stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from melanokine.interchange.sbml.mathml import Formula


@dataclass(frozen=True)
class Compartment:
    id: str
    size: float
    dimensions: float
    unit: str
    line: int


@dataclass(frozen=True)
class Species:
    """`initial` is an amount if `given_as_amount`; in formulas the id means an amount if `substance_only`.

    What reactions do to it is multiplied by the parameter `factor`, if there is one. Reactions leave it alone if it is
    `fixed`: constant, or on the boundary.
    """

    id: str
    compartment: str
    initial: float
    given_as_amount: bool
    substance_only: bool
    fixed: bool
    factor: str | None
    unit: str
    line: int


@dataclass(frozen=True)
class Parameter:
    id: str
    value: float
    unit: str
    line: int


@dataclass(frozen=True)
class Reference:
    """A species in a reaction; `sign` is -1 for a reactant. `id` is empty or stands for the stoichiometry."""

    id: str
    reaction: str
    species: str
    sign: float
    stoichiometry: float
    formula: Formula | None
    line: int


@dataclass(frozen=True)
class Reaction:
    id: str
    references: tuple[Reference, ...]
    law: Formula | None
    local: dict[str, str]
    """Local parameters: the name in the law, and the name among the parameters of the model."""
    line: int


@dataclass(frozen=True)
class Event:
    id: str
    trigger: Formula | None
    initial_value: bool
    persistent: bool
    values_from_trigger: bool
    delay: Formula | None
    priority: Formula | None
    assignments: tuple[tuple[str, Formula], ...]
    line: int


@dataclass(frozen=True)
class Function:
    id: str
    arguments: tuple[str, ...]
    body: Formula
    line: int


@dataclass
class Description:
    """Everything that counts for a simulation, by id."""

    file: str
    id: str
    name: str
    time_unit: str
    compartments: dict[str, Compartment] = field(default_factory=dict)
    species: dict[str, Species] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    """Those of the model and, as reaction.parameter, those of single laws."""
    references: dict[str, Reference] = field(default_factory=dict)
    """Those that have an id."""
    reactions: dict[str, Reaction] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    initial: dict[str, Formula] = field(default_factory=dict)
    assigned: dict[str, Formula] = field(default_factory=dict)
    rates: dict[str, Formula] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    """Of everything that has an id."""
    formula_lines: dict[str, int] = field(default_factory=dict)
    """Of formulas, by what messages call them."""
