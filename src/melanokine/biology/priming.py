"""Priming of tumour-specific CD8 T cells in the draining node, and the pools in blood.

A naive cell that meets its antigen on a licensed, costimulating dendritic cell divides twice for the T-cell receptor
and three times for CD28, then further while IL-2 lasts (Marchingo 2014, PMID 25430770): two steps of clonal expansion,
early (2^5) and late (2^4; more under an IL-2 signal). What leaves the node is a stem-like minority and effectors; in
tumour-draining nodes the stem-like cells are the ones that seed the tumour (Prokhnevska 2023, doi
10.1016/j.immuni.2022.12.002). Some effectors survive as central memory (half-life 0.7 years: Vrisekoop 2008, doi
10.1073/pnas.0709713105), which antigen recalls into late expansion. The size of the naive pool, with the avidity of
its receptors, is what differs most between patients.

    encounter = dendritic costimulation help,
    priming = k N encounter,    recall = k_recall M encounter.

Cells that enter lesions (cd8.py) leave the blood.
"""

from __future__ import annotations

from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("naive", "Mcell", compartment="node", scale=1.0, initial=net.naive_pool)
    net.species("primed_early", "Mcell", compartment="node", scale=1.0)
    net.species("primed_late", "Mcell", compartment="node", scale=1.0)
    net.species("effector_blood", "Mcell", compartment="blood", scale=1.0)
    net.species("stem_like_blood", "Mcell", compartment="blood", scale=1.0)
    net.species("memory", "Mcell", compartment="blood", scale=1.0)


def connect(net: Network) -> None:
    _node(net)
    _effector(net)
    _stem_like(net)
    _memory(net)


def _node(net: Network) -> None:
    encounter = net.dendritic * net.costimulation * net.help
    net.reaction("naive_output", {"naive": 1}, net.naive_turnover * net.naive_pool)
    net.reaction("naive_loss", {"naive": -1}, net.naive_turnover * net.naive)
    primed = net.priming_rate * net.naive * encounter
    net.reaction("priming", {"naive": -1, "primed_early": net.early_progeny}, primed)
    recalled = net.recall_rate * net.memory * encounter
    net.reaction("recall", {"memory": -1, "primed_early": net.recall_progeny}, recalled)

    late_progeny = net.late_progeny * (1 + net.late_signal_gain * net.signal_circulating_excess)
    net.reaction("late_expansion", {"primed_early": -1, "primed_late": late_progeny}, net.node_rate * net.primed_early)
    leaving = net.node_rate * net.primed_late
    net.transfer("egress_effector", "primed_late", "effector_blood", (1 - net.stem_like_share) * leaving)
    net.transfer("egress_stem_like", "primed_late", "stem_like_blood", net.stem_like_share * leaving)


def _effector(net: Network) -> None:
    cells = net.effector_blood
    crowding = 1 + cells / net.effector_blood_room
    growth = net.effector_blood_growth * net.signal_circulating_excess * cells / crowding
    net.reaction("effector_blood_growth", {"effector_blood": 1}, growth)
    lost = net.effector_blood_loss * cells
    net.transfer("memory_formation", "effector_blood", "memory", net.memory_share * lost)
    net.reaction("effector_blood_death", {"effector_blood": -1}, (1 - net.memory_share) * lost)
    induced = net.activation_death_sensitivity * net.activation_death * cells
    net.reaction("effector_blood_activation_death", {"effector_blood": -1}, induced)


def _stem_like(net: Network) -> None:
    cells = net.stem_like_blood
    crowding = 1 + cells / net.stem_like_blood_room
    growth = net.stem_like_blood_growth * net.signal_circulating_excess * cells / crowding
    net.reaction("stem_like_blood_growth", {"stem_like_blood": 1}, growth)
    net.reaction("stem_like_blood_death", {"stem_like_blood": -1}, net.stem_like_blood_loss * cells)


def _memory(net: Network) -> None:
    net.reaction("memory_death", {"memory": -1}, net.memory_loss * net.memory)
