"""Immune-related and haematological toxicity as cumulative hazards.

A patient has a grade 3 or worse immune-related event when the cumulative hazard H exceeds the patient's own threshold,
drawn from an exponential distribution of mean 1, so that a share 1 - exp(-H) of patients has one. With receptor
occupancies P (PD-1) and C (CTLA-4)

    dH/dt = susceptibility (h_P P + h_C C + h_PC P C + h_L L + h_2 S)

for every regimen alike; S is IL-2 signal in circulating CD8 cells above rest, L the occupancy of LAG-3, and P that of
the axis: antibodies against PD-L1 spare PD-L2, and act as a part of the same occupancy of PD-1 would. The product is
the synergy of CheckMate-067 (grade 3-4 in 21, 28 and 59 %; doi 10.1056/NEJMoa1910836), where PD-1 events come late and
steadily (median 27.5 weeks) and those of the combination early (7.9 weeks; doi 10.4143/crt.2020.790), while ipilimumab
lasts. Susceptibility varies between patients: those who remain without event are less prone, and new events become
rarer. After the last dose the hazard fades with occupancy, that is over weeks to months. Only part of these events end
treatment (39 of 59 %), which the guard expresses as a smaller hazard against the same threshold. Cytotoxic drugs have a
hazard and a threshold of their own.
"""

from __future__ import annotations

from melanokine.network import Network, maximum


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("immune_toxicity", "1", compartment="body", scale=0.1)
    net.species("cytotoxic_toxicity", "1", compartment="body", scale=0.1)


def connect(net: Network) -> None:
    net.act_only_with(("anti_pd1", "anti_pdl1"), "immune_hazard_pd1", "immune_hazard_joint")
    net.act_only_with("anti_pdl1", "immune_hazard_pdl1_ratio")
    net.act_only_with("anti_lag3", "immune_hazard_lag3")
    net.act_only_with("anti_ctla4", "immune_hazard_ctla4", "immune_hazard_joint")
    net.act_only_with("cytotoxic", "cytotoxic_hazard_rate")
    pdl1 = net.immune_hazard_pdl1_ratio * net.pdl1_occupancy
    pd1, ctla4 = 1 - (1 - net.pd1_occupancy) * (1 - pdl1), net.ctla4_occupancy
    hazard = net.immune_susceptibility * (
        net.immune_hazard_pd1 * pd1
        + net.immune_hazard_ctla4 * ctla4
        + net.immune_hazard_joint * pd1 * ctla4
        + net.immune_hazard_lag3 * net.lag3_occupancy
        + net.immune_hazard_il2 * maximum(net.signal_circulating_excess, 0)
    )
    net.reaction("immune_hazard", {"immune_toxicity": 1}, hazard)
    net.observable("immune_toxicity", net.immune_toxicity)
    net.guard(
        "immune_tolerance",
        net.immune_toxicity_threshold - net.immune_discontinuation_share * net.immune_toxicity,
    )

    exposure = sum(drug.exposure for drug in net.role("cytotoxic"))
    net.reaction("cytotoxic_hazard", {"cytotoxic_toxicity": 1}, net.cytotoxic_hazard_rate * exposure)
    net.observable("cytotoxic_toxicity", net.cytotoxic_toxicity)
    net.guard(
        "haematological_tolerance",
        net.cytotoxic_toxicity_threshold - net.cytotoxic_discontinuation_share * net.cytotoxic_toxicity,
    )
