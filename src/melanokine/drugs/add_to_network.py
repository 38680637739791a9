"""A drug's part of the network, generated from its record.

`declare` puts in parameters, species, inputs and the plasma concentration, and registers the drug under its role, where
biology finds it; `connect` puts in the reactions and the observable, and the effects that this drug and those connected
before it have on each other's elimination. The order of the drugs does not matter.
"""

from __future__ import annotations

from melanokine.drugs import body_size
from melanokine.drugs.pharmacokinetics import connect_routes, declare_routes
from melanokine.drugs.pharmacokinetics.two_compartment import Disposition
from melanokine.drugs.record import CheckpointAntibody, Drug, InterleukinTwo
from melanokine.network import Antibody, Cytotoxic, Ligand, Network, Quantity
from melanokine.network.units import ONE

CONNECTED = "connected_drug"
"""The role under which the records of all drugs in a network stand."""


def add_to(net: Network, drug: Drug) -> None:
    """Declare and connect a drug."""
    declare(net, drug)
    connect(net, drug)


def declare(net: Network, drug: Drug) -> None:
    """Parameters, species, inputs, concentration and role of `drug`."""
    with net.module(drug.id):
        body_size.declare(net)
        drug.pharmacokinetics.declare(net, drug.id, drug.amount_unit)
        declare_routes(net, drug.id, drug.routes, drug.amount_unit)
        if isinstance(drug.binding, InterleukinTwo):
            net.role(drug.role).extend(_ligands(net, drug, drug.binding))
        elif isinstance(drug.binding, CheckpointAntibody):
            name = f"{drug.id}_half_saturation"
            net.parameter(drug.binding.half_saturation.parameter(name))
            net.role(drug.role).append(Antibody(drug.id, net[f"{drug.id}_concentration"], net[name]))
        else:
            net.role(drug.role).append(Cytotoxic(drug.id, net[f"{drug.id}_exposure"]))


def connect(net: Network, drug: Drug) -> None:
    """Reactions of `drug`, and the observable of its exposure."""
    with net.module(drug.id):
        drug.pharmacokinetics.connect(net, drug.id)
        connect_routes(net, drug.id, drug.routes, drug.pharmacokinetics)
        name, unit = drug.exposure
        net.observable(name, net[f"{drug.id}_{name.split('_')[0]}"], unit)
    for other in net.role(CONNECTED):
        _interact(net, drug, other)
        _interact(net, other, drug)
    net.role(CONNECTED).append(drug)


def _interact(net: Network, drug: Drug, other: Drug) -> None:
    """The effect of `other` on the elimination of `drug`."""
    if isinstance(drug.pharmacokinetics, Disposition):
        with net.module(drug.id):
            drug.pharmacokinetics.interact(net, drug.id, other.id)


def _ligands(net: Network, drug: Drug, binding: InterleukinTwo) -> list[Ligand]:
    """One ligand for each plasma species; IL-2 that a prodrug has set free binds as IL-2 does."""
    native = Quantity(net.graph, net.graph.const(1.0), ONE, "1")
    relative = {}
    for name in ("alpha", "betagamma"):
        value = getattr(binding, name)
        if value is None:
            relative[name] = native
        else:
            net.parameter(value.parameter(f"{drug.id}_{name}_affinity"))
            relative[name] = net[f"{drug.id}_{name}_affinity"]
    ligands = []
    for amount, volume in drug.pharmacokinetics.compartments(net, drug.id):
        freed = amount == f"{drug.id}_free"
        ligands.append(
            Ligand(
                name=amount,
                amount=amount,
                volume=volume,
                concentration=net[amount] / volume,
                alpha=native if freed else relative["alpha"],
                betagamma=native if freed else relative["betagamma"],
            )
        )
    return ligands
