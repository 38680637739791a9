"""Body weight of a patient, by which doses per kilogram and clearances scale."""

from __future__ import annotations

from melanokine.network import Network


def declare(net: Network) -> None:
    """Declare `body_weight` [kg], unless another module has."""
    if "body_weight" not in net.symbols:
        with net.module("body_size"):
            net.load(__file__)
        net.outside.add("body_weight")
