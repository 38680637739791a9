"""Lymphocytes of blood and tissue: redistribution within minutes, multiplication over days.

Blood holds one lymphocyte in fifty, each for half an hour; the rest are in nodes, spleen and tissue for about a day
(Westermann & Pabst 1992, PMID 1392422). High-dose IL-2 empties the blood of 93 % of its lymphocytes within a day, for
as long as it is given, and after the last dose they return, multiplied (MacFarlane 1995, PMID 7842405). Hence

    retention R:  dR/dt = onset occupancy (1 - R) - release R
    blood B, tissue T:  B -> T at  exit (1 + gain R),   T -> B at  entry,
    division of both, relative to their sum P (1 at rest):  growth S / (1 + P / capacity) - loss (1 - 1/P)

with S the excess of committed IL-2 signal over rest. CD8, NK and regulatory T cells are followed apart, each with its
own signal, growth and turnover; being redistributed likewise, their blood counts share the factor (B / P) of the bulk.
All are relative to the patient's own baseline of 1.
"""

from __future__ import annotations

from melanokine.biology.il2_receptor import resting_occupancy
from melanokine.network import Network, Quantity

SUBSETS = {"cd8": "circulating", "nk": "nk", "treg": "treg"}
"""Subset followed apart from the bulk, and the signal that makes it multiply."""


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("lymphocyte_blood", "1", compartment="blood", scale=1.0, initial=1)
    net.species("lymphocyte_tissue", "1", compartment="tissue", scale=10.0, initial=_tissue_share(net))
    net.species("lymphocyte_retention", "1", compartment="blood", scale=0.1, initial=_resting_retention(net))
    for subset in SUBSETS:
        net.species(f"{subset}_blood", "1", compartment="blood", scale=1.0, initial=1)


def connect(net: Network) -> None:
    blood, tissue = net.lymphocyte_blood, net.lymphocyte_tissue
    pool = net.rule("lymphocyte_pool", (blood + tissue) / (1 + _tissue_share(net)))

    occupancy, retention = net.il2_occupancy_lymphocyte, net.lymphocyte_retention
    onset = net.lymphocyte_retention_onset * occupancy * (1 - retention)
    net.reaction("retention_onset", {"lymphocyte_retention": 1}, onset)
    net.reaction("retention_release", {"lymphocyte_retention": -1}, net.lymphocyte_release * retention)

    held = (1 + net.lymphocyte_retention_gain * retention) / (
        1 + net.lymphocyte_retention_gain * _resting_retention(net)
    )
    exit_rate = net.lymphocyte_entry * _tissue_share(net) * held
    net.transfer("lymphocyte_exit", "lymphocyte_blood", "lymphocyte_tissue", exit_rate * blood)
    net.transfer("lymphocyte_entry_to_blood", "lymphocyte_tissue", "lymphocyte_blood", net.lymphocyte_entry * tissue)

    division = net.lymphocyte_growth * net.signal_lymphocyte_excess / (1 + pool / net.lymphocyte_capacity)
    contraction = net.lymphocyte_loss * (pool - 1) / pool
    for place in ("blood", "tissue"):
        cells = net[f"lymphocyte_{place}"]
        net.reaction(f"lymphocyte_division_{place}", {f"lymphocyte_{place}": 1}, division * cells)
        net.reaction(f"lymphocyte_contraction_{place}", {f"lymphocyte_{place}": -1}, contraction * cells)

    for subset, signal in SUBSETS.items():
        name = f"{subset}_blood"
        cells, capacity = net[name], net[f"{subset}_capacity"]
        division = net[f"{subset}_growth"] * net[f"signal_{signal}_excess"] * cells / (1 + cells / capacity)
        net.reaction(f"{subset}_division", {name: 1}, division)
        net.reaction(f"{subset}_contraction", {name: -1}, net[f"{subset}_loss"] * (cells - 1))

    circulating = net.rule("circulating_share", blood / pool)
    net.observable("cd8_t_cells", net.cd8_blood * circulating)
    net.observable("nk_cells", net.nk_blood * circulating)
    net.observable("regulatory_t_cells", net.treg_blood * circulating)
    bulk = 1 - net.cd8_share - net.nk_share - net.treg_share
    subsets = net.cd8_share * net.cd8_blood + net.nk_share * net.nk_blood + net.treg_share * net.treg_blood
    net.observable("lymphocytes", net.rule("lymphocytes", bulk * blood + subsets * circulating))


def _tissue_share(net: Network) -> Quantity:
    """Lymphocytes in tissue for each one in blood, at rest."""
    return net.lymphocyte_tissue_ratio


def _resting_retention(net: Network) -> Quantity:
    on = net.lymphocyte_retention_onset * resting_occupancy(net, "lymphocyte")[0]
    return on / (on + net.lymphocyte_release)
