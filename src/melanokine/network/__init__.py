"""Species, parameters, reactions and units; expressions and their derivatives. Knows nothing else of melanokine."""

from melanokine.network.equations import Equations, Event, State, equations
from melanokine.network.evaluation import evaluate
from melanokine.network.graph import Graph
from melanokine.network.lint import lint
from melanokine.network.network import EventRule, Input, Network, Reaction, Scope, Species
from melanokine.network.parameter import Parameter, read_parameters, split_sources
from melanokine.network.quantity import Quantity, cube_root, exp, hill, log, maximum, minimum, saturation, square_root
from melanokine.network.roles import Antibody, Cells, Effect, Ligand
from melanokine.network.units import Unit, parse

__all__ = [
    "Antibody",
    "Cells",
    "Effect",
    "Equations",
    "Event",
    "EventRule",
    "Graph",
    "Input",
    "Ligand",
    "Network",
    "Parameter",
    "Quantity",
    "Reaction",
    "Scope",
    "Species",
    "State",
    "Unit",
    "cube_root",
    "equations",
    "evaluate",
    "exp",
    "hill",
    "lint",
    "log",
    "maximum",
    "minimum",
    "parse",
    "read_parameters",
    "saturation",
    "split_sources",
    "square_root",
]
