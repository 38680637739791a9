"""Body weight and surface of a patient, by which doses and clearances scale."""

from __future__ import annotations

from melanokine.network import Network

NAMES = ("body_weight", "body_surface_area")


def declare(net: Network) -> None:
    """Declare `body_weight` [kg] and `body_surface_area` [m2], unless another drug has."""
    if NAMES[0] in net.symbols:
        return
    with net.module("body_size"):
        net.load(__file__)
    net.outside.update(NAMES)
