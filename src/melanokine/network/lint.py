"""What a network must satisfy beyond consistent units, one check each.

Bare numbers in rate laws never get this far: `Quantity` refuses them as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator

from melanokine.errors import ModelError
from melanokine.network.graph import Graph
from melanokine.network.network import Network
from melanokine.network.parameter import Parameter

WIDE_SPREAD = 0.3
"""An assumed value varies at least this much between patients (standard deviation of ln or logit) ..."""
WIDE_RANGE = 1.5
"""... or is given with a range at least this wide (high over low)."""


def lint(network: Network) -> None:
    """ModelError that lists every finding of every check."""
    findings = [finding for check in CHECKS for finding in check(network)]
    if findings:
        raise ModelError(f"{network.name}: " + "; ".join(findings))


def unsourced(network: Network) -> Iterator[str]:
    """Parameters without a source; only assumed ones may lack it, and they must be wide."""
    for parameter in network.parameters.values():
        if parameter.how == "assumed":
            if not _is_wide(parameter):
                yield f"{parameter.name} is assumed but narrow: give a spread or a range"
        elif not parameter.source:
            yield f"{parameter.name} has no source"


def _is_wide(parameter: Parameter) -> bool:
    if parameter.distribution == "exponential":
        return True
    if parameter.distribution != "fixed" and parameter.spread >= WIDE_SPREAD:
        return True
    low, high = parameter.low, parameter.high
    return low <= parameter.value <= high < float("inf") and (low <= 0 or high >= WIDE_RANGE * low)


def unused(network: Network) -> Iterator[str]:
    """Parameters and inputs that nothing depends on."""
    graph = network.graph
    roots = [r.rate.node for r in network.reactions.values()]
    roots += [count.node for r in network.reactions.values() for count in r.stoichiometry.values()]
    roots += [s.initial.node for s in network.species_table.values()]
    roots += [q.node for q in (*network.observables.values(), *network.guards.values())]
    roots += [q.node for event in network.events.values() for q in (event.trigger, *event.changes.values())]
    if network.trigger is not None:
        roots.append(network.trigger.node)
    used = {graph.op[a] for a in graph.reach(roots)}
    for kind, table in (("parameter", network.parameters), ("input", network.inputs)):
        for index, name in enumerate(table):
            if (kind, index) not in used and name not in network.outside:
                yield f"{kind} {name} is used by nothing"


def unconserved(network: Network) -> Iterator[str]:
    """Reactions that claim to conserve but whose stoichiometry does not add up to zero."""
    for reaction in network.reactions.values():
        if reaction.conserves:
            graph: Graph = network.graph
            total = graph.const(0.0)
            for count in reaction.stoichiometry.values():
                total = graph.add(total, count.node)
            units = {network.species_table[name].unit for name in reaction.stoichiometry}
            if graph.op[total] != ("const", 0.0) or len(units) > 1:
                yield f"{reaction.name} does not conserve what it moves"


def unchanging(network: Network) -> Iterator[str]:
    """Species that no reaction and no event changes."""
    changed = {name for reaction in network.reactions.values() for name in reaction.stoichiometry}
    changed.update(name for event in network.events.values() for name in event.changes)
    for name in network.species_table:
        if name not in changed:
            yield f"species {name} takes part in no reaction and no event"


CHECKS = (unsourced, unused, unconserved, unchanging)
