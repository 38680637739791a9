"""Lymphocytes of blood and tissue: redistribution within minutes, multiplication over days.

Blood holds one lymphocyte in fifty, each for half an hour; the rest are in nodes, spleen and tissue for about a day
(Westermann & Pabst 1992, PMID 1392422). High-dose IL-2 empties the blood of 93 % of its lymphocytes within a day, for
as long as it is given, and after the last dose they return, multiplied (MacFarlane 1995, PMID 7842405). IL-18 does so
less: lymphopenia in 16 of 25 patients, passing (doi 10.1158/1078-0432.CCR-06-0121). With its signal N18 hence

    retention R:  dR/dt = (onset occupancy + onset_18 N18) (1 - R) - release R,
    habituation H:  dH/dt = k (R / (R + half) - H),     kept K = R (1 - H)^2 in excess of rest,
    blood B, tissue T:  B -> T at  exit (1 + gain K (1 + vessels E)),   T -> B at  entry,
    division of both, relative to their sum P (1 at rest):  growth S / (1 + P / capacity) - loss renewal (1 - 1/P)

with E the adhesiveness that endothelium with the trimeric receptor shows (vascular_leak.py), so that high doses of IL-2
empty the blood more than variants without alpha do. Habituation lets lymphocytes return while a ligand is still there:
infused IL-2 empties the blood too, and is followed by a two- to sixteen-fold return after seven to ten days (PMID
2993418), while doses every 8 hours, which engage cells fully each time and activate endothelium, keep it empty for
five. S is the excess of committed signal over rest; renewal is 1 above rest, and below it falls with what is left to
divide, so that an emptied pool is slow to return. CD8, regulatory T cells and both subsets of NK cells are followed
apart, each with its own signal, growth and turnover; being redistributed likewise, their blood counts share the factor
(B / P) of the bulk. All are relative to the patient's own baseline of 1.

CD56bright cells are one NK cell in fifteen (doi 10.1159/000237321) and outgrow the others on IL-15: 358-fold against
38 of all NK cells in ten days (doi 10.1136/jitc-2020-002193). Uptake of IL-15 by so many ends it (il2_uptake.py). Two
things bound NK cells besides. Those kept on a signal stop dividing (Felices 2018, doi 10.1172/jci.insight.96219), as
later cycles of IL-15 show (doi 10.1016/j.bneo.2024.100054); and IL-2 that binds its alpha chain leads them to
apoptosis, which IL-15 does not (doi 10.1016/j.molimm.2008.01.001). With F the refractory part and D the activation
death above rest,

    dF/dt = onset S (1 - F) - recovery F,    NK cells:  growth S (1 - F) / (1 + N / capacity) - sensitivity D.
"""

from __future__ import annotations

from melanokine.biology.il2_receptor import resting_occupancy
from melanokine.biology.il2_signal import resting_signal
from melanokine.network import Network, Quantity, maximum, minimum, saturation

SUBSETS = {"cd8": "circulating", "nk": "nk", "nk_bright": "nk_bright", "treg": "treg"}
"""Subset followed apart from the bulk, and the signal that makes it multiply."""

NATURAL_KILLER = ("nk", "nk_bright")
"""CD56dim and CD56bright NK cells."""


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("lymphocyte_blood", "1", compartment="blood", scale=1.0, initial=1)
    net.species("lymphocyte_tissue", "1", compartment="tissue", scale=10.0, initial=_tissue_share(net))
    net.species("lymphocyte_retention", "1", compartment="blood", scale=0.1, initial=_resting_retention(net))
    habituated = _habituation(net, _resting_retention(net))
    net.species("lymphocyte_habituation", "1", compartment="blood", scale=0.1, initial=habituated)
    for subset in SUBSETS:
        net.species(f"{subset}_blood", "1", compartment="blood", scale=1.0, initial=1)
    net.species("nk_refractory", "1", compartment="body", scale=0.1)


def connect(net: Network) -> None:
    blood, tissue = net.lymphocyte_blood, net.lymphocyte_tissue
    pool = net.rule("lymphocyte_pool", (blood + tissue) / (1 + _tissue_share(net)))

    occupancy, retention = net.il2_occupancy_lymphocyte, net.lymphocyte_retention
    onset = net.lymphocyte_retention_onset * occupancy + net.lymphocyte_retention_il18 * net.il18_signal_nk
    net.reaction("retention_onset", {"lymphocyte_retention": 1}, onset * (1 - retention))
    net.reaction("retention_release", {"lymphocyte_retention": -1}, net.lymphocyte_release * retention)

    habituation, rate = net.lymphocyte_habituation, net.lymphocyte_habituation_rate
    net.reaction("habituation_onset", {"lymphocyte_habituation": 1}, rate * _habituation(net, retention))
    net.reaction("habituation_recovery", {"lymphocyte_habituation": -1}, rate * habituation)
    adhesive = 1 + net.lymphocyte_retention_vessels * net.endothelial_adhesion
    rest = _resting_retention(net)
    kept = maximum(retention * (1 - habituation) ** 2 - rest * (1 - _habituation(net, rest)) ** 2, 0)
    held = net.lymphocyte_retention_gain * adhesive * kept
    exit_rate = net.lymphocyte_entry * _tissue_share(net) * (1 + held)
    net.transfer("lymphocyte_exit", "lymphocyte_blood", "lymphocyte_tissue", exit_rate * blood)
    net.transfer("lymphocyte_entry_to_blood", "lymphocyte_tissue", "lymphocyte_blood", net.lymphocyte_entry * tissue)

    division = net.lymphocyte_growth * net.signal_lymphocyte_excess / (1 + pool / net.lymphocyte_capacity)
    contraction = net.lymphocyte_loss * _renewal(net, pool) * (pool - 1) / pool
    for place in ("blood", "tissue"):
        cells = net[f"lymphocyte_{place}"]
        net.reaction(f"lymphocyte_division_{place}", {f"lymphocyte_{place}": 1}, division * cells)
        net.reaction(f"lymphocyte_contraction_{place}", {f"lymphocyte_{place}": -1}, contraction * cells)

    for subset, signal in SUBSETS.items():
        name = f"{subset}_blood"
        cells, capacity = net[name], net[f"{subset}_capacity"]
        able = 1 - net.nk_refractory if subset in NATURAL_KILLER else 1
        drive = able * net[f"signal_{signal}_excess"]
        division = net[f"{subset}_growth"] * drive * cells / (1 + cells / capacity)
        net.reaction(f"{subset}_division", {name: 1}, division)
        net.reaction(f"{subset}_contraction", {name: -1}, net[f"{subset}_loss"] * _renewal(net, cells) * (cells - 1))

    sensitised = net.nk_activation_death * maximum(net.activation_death - resting_signal(net, "alpha"), 0)
    for subset in NATURAL_KILLER:
        name = f"{subset}_blood"
        net.reaction(f"{subset}_activation_death", {name: -1}, sensitised * net[name])
    tired, driven = net.nk_refractory, maximum(net.signal_nk_excess, 0)
    net.reaction("nk_exhaustion", {"nk_refractory": 1}, net.nk_refractory_onset * driven * (1 - tired))
    net.reaction("nk_recovery", {"nk_refractory": -1}, net.nk_refractory_recovery * tired)

    circulating = net.rule("circulating_share", blood / pool)
    net.observable("cd8_t_cells", net.cd8_blood * circulating)
    net.observable("nk_cells", natural_killer_number(net) * circulating)
    net.observable("nk_bright_cells", net.nk_bright_blood * circulating)
    net.observable("regulatory_t_cells", net.treg_blood * circulating)
    bulk = 1 - net.cd8_share - net.nk_share - net.treg_share
    killers = net.nk_share * natural_killer_number(net)
    subsets = net.cd8_share * net.cd8_blood + killers + net.treg_share * net.treg_blood
    net.observable("lymphocytes", net.rule("lymphocytes", bulk * blood + subsets * circulating))


def natural_killer_number(net: Network) -> Quantity:
    """NK cells of both subsets, relative to rest."""
    return (1 - net.nk_bright_share) * net.nk_blood + net.nk_bright_share * net.nk_bright_blood


def _renewal(net: Network, cells: Quantity) -> Quantity:
    """How fast a pool returns to rest: 1 from above, less from below where fewer are left to divide."""
    return (minimum(cells, 1) + net.lymphocyte_output) / (1 + net.lymphocyte_output)


def _tissue_share(net: Network) -> Quantity:
    """Lymphocytes in tissue for each one in blood, at rest."""
    return net.lymphocyte_tissue_ratio


def _resting_retention(net: Network) -> Quantity:
    on = net.lymphocyte_retention_onset * resting_occupancy(net, "lymphocyte")[0]
    return on / (on + net.lymphocyte_release)


def _habituation(net: Network, retention: Quantity) -> Quantity:
    """What habituation tends to under constant retention."""
    return saturation(retention, net.lymphocyte_habituation_half)
