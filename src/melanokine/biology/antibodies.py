"""Occupancy of a checkpoint receptor by the antibodies that have registered for it."""

from __future__ import annotations

from melanokine.network import Network, Quantity


def occupancy(net: Network, role: str, penetration: str) -> Quantity:
    """Bound fraction of the receptor [1].

    Antibodies compete: each adds its concentration over its half-saturation to the ratio of bound to free receptor.
    `penetration` names the parameter for their concentration where the receptor is, relative to plasma.
    """
    bound_to_free = net[penetration] * _ratio(net, role)
    return bound_to_free / (1 + bound_to_free)


def depletion(net: Network, role: str, penetration: str) -> Quantity:
    """Bound fraction of the receptor, each antibody weighted by how well it kills the cells that carry it [1]."""
    antibodies = net.role(role)
    killing = net[penetration] * sum(a.depletion * a.concentration / a.half_saturation for a in antibodies)
    return killing / (1 + net[penetration] * _ratio(net, role))


def _ratio(net: Network, role: str) -> Quantity | int:
    """Bound over free receptor at the concentrations of plasma; 0 where no antibody has registered."""
    return sum(a.concentration / a.half_saturation for a in net.role(role))
