"""Occupancy of a checkpoint receptor by the antibodies that have registered for it."""

from __future__ import annotations

from melanokine.network import Network, Quantity


def occupancy(net: Network, role: str, penetration: str) -> Quantity:
    """Bound fraction of the receptor [1].

    Antibodies compete: each adds its concentration over its half-saturation to the ratio of bound to free receptor.
    `penetration` names the parameter for their concentration where the receptor is, relative to plasma.
    """
    net.act_only_with(role, penetration)
    bound_to_free = net[penetration] * sum(a.concentration / a.half_saturation for a in net.role(role))
    return bound_to_free / (1 + bound_to_free)
