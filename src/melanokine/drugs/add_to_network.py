"""A drug's part of the network, generated from its record.

`declare` puts in parameters, species, inputs and the plasma concentration, and registers the drug under its roles,
where biology finds it; `connect` puts in the reactions and the observable, and the effects that this drug and those
connected before it have on each other's elimination. The order of the drugs does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from melanokine.drugs import body_size
from melanokine.drugs.binding import Binding, BlockingAntibody, CellProduct, CytokineBinding
from melanokine.drugs.pharmacokinetics import FREE, Disposition, connect_routes, declare_routes
from melanokine.drugs.record import Drug
from melanokine.drugs.value import Value
from melanokine.network import Antibody, Cells, Effect, Ligand, Network, Quantity, parse
from melanokine.network.units import ONE

CONNECTED = "connected_drug"
"""The role under which the records of all drugs in a network stand."""


def add_to(net: Network, drug: Drug) -> None:
    """Declare and connect a drug."""
    declare(net, drug)
    connect(net, drug)


def declare(net: Network, drug: Drug) -> None:
    """Parameters, species, inputs, concentration and roles of `drug`."""
    with net.module(drug.id):
        body_size.declare(net)
        drug.pharmacokinetics.declare(net, drug.id, drug.amount_unit)
        declare_routes(net, drug.id, drug.routes, drug.amount_unit)
        if drug.targeting is not None:
            net.parameter(drug.targeting.enrichment.parameter(f"{drug.id}_enrichment"))
        if drug.masking is not None:
            net.parameter(drug.masking.hidden.parameter(f"{drug.id}_hidden"))
        for binding in drug.bindings:
            net.role(binding.role).extend(_registrations(net, drug, binding))


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


def _registrations(net: Network, drug: Drug, binding: Binding) -> list[Any]:
    """What the drug is to biology by this binding."""
    if isinstance(binding, CytokineBinding):
        return _ligands(net, drug, binding)
    if isinstance(binding, BlockingAntibody):
        half_saturation = _parameter(net, f"{drug.id}_half_saturation", binding.half_saturation)
        depletion = _constant(net, 0)
        if binding.depletion is not None:
            depletion = _parameter(net, f"{drug.id}_depletion", binding.depletion)
        return [Antibody(drug.id, net[f"{drug.id}_concentration"], half_saturation, depletion)]
    if isinstance(binding, CellProduct):
        stem_like = _parameter(net, f"{drug.id}_stem_like_share", binding.stem_like)
        orthogonal = _parameter(net, f"{drug.id}_orthogonal_share", binding.orthogonal)
        rate = net[f"{drug.id}_engraftment_rate"]
        return [Cells(drug.id, f"{drug.id}_infused", rate, stem_like, orthogonal)]
    return [Effect(drug.id, net[f"{drug.id}_exposure"])]


def _ligands(net: Network, drug: Drug, binding: CytokineBinding) -> list[Ligand]:
    """One ligand for each plasma species; IL-2 that a prodrug has set free binds as IL-2 does."""
    native: Mapping[str, Quantity] = {chain: _constant(net, 1) for chain in binding.chains()}
    prefix = drug.id if len(drug.bindings) == 1 else f"{drug.id}_{binding.role.partition('_')[0]}"
    own = dict(native)
    for chain in binding.chains():
        value: Value | None = getattr(binding, chain)
        if value is not None:
            own[chain] = _parameter(net, f"{prefix}_{chain}_affinity", value)
    enrichment, local = _constant(net, 1), _constant(net, 0, "pM")
    exposed = _constant(net, 1)
    if drug.targeting is not None:
        full = net[f"{drug.id}_enrichment"]
        enrichment = 1 + (full - 1) * _target(net, drug.targeting.antigen)
    if drug.routes.IT:
        local = net[f"{drug.id}_local_concentration"]
    if drug.masking is not None:
        hidden = net[f"{drug.id}_hidden"]
        exposed, unmasked = 1 - hidden, 1 - hidden * (1 - _target(net, "protease"))
        enrichment, local = enrichment * unmasked / exposed, local * unmasked
    return [
        Ligand(
            name=amount,
            amount=amount,
            volume=volume,
            concentration=exposed * net[amount] / volume,
            affinity=native if amount == f"{drug.id}_{FREE}" else own,
            enrichment=enrichment,
            local=local,
        )
        for amount, volume in drug.pharmacokinetics.compartments(net, drug.id)
    ]


def _parameter(net: Network, name: str, value: Value) -> Quantity:
    net.parameter(value.parameter(name))
    return net[name]


def _constant(net: Network, number: int, unit: str = "1") -> Quantity:
    return Quantity(net.graph, net.graph.const(float(number)), ONE if unit == "1" else parse(unit), str(number))


def _target(net: Network, antigen: str) -> Quantity:
    """How much of an antigen, or of protease, the tumour holds."""
    name = f"target_{antigen.replace('-', '').lower()}"
    if name not in net.role("target"):
        net.role("target").append(name)
    return net[name]
