"""Melanoma lesions: two clones, dead cells and scar, and the diameters a scan would show.

Metastases of untreated patients grow exponentially at the sizes that are seen, at 0.008 per day in volume (KEYNOTE-001;
Chatterjee 2017, doi 10.1002/psp4.12140), while from a few cells to a lesion of 40 mm some slowing is inevitable.
Growth is therefore part exponential and part Gompertz, equal at the reference size, and fails below about ten
cells, without which an eradicated lesion would return from a fraction of a cell:

    g (1 - s + s ln(K / (C + early)) / ln(K / reference)) C^2 / (C^2 + extinction^2),    C = high + low

Each lesion starts with a few cells that present antigen on MHC-I (`high`) and fewer that hardly do (`low`). Killed
cells (killing.py) become bodies that are cleared within two weeks; a part of them leaves scar, which a scan measures
as well: without it every deep response would read as complete. Scar differs most between lesions.
"""

from __future__ import annotations

import math

from melanokine.biology.lesions import total
from melanokine.network import Network, Quantity, cube_root, log, parse, saturation


def declare(net: Network) -> None:
    net.load(__file__)
    for lesion in net.lesions:
        seed = net.seed_size * lesion.lesion_share
        odds = net.mhc_low_odds * lesion.lesion_mhc_low_factor
        lesion.species("tumour_high", "Mcell", compartment="lesion", scale=1.0, initial=seed / (1 + odds))
        lesion.species("tumour_low", "Mcell", compartment="lesion", scale=1.0, initial=seed * odds / (1 + odds))
        lesion.species("dead", "Mcell", compartment="lesion", scale=1.0)
        lesion.species("scar", "Mcell", compartment="lesion", scale=1.0)


def connect(net: Network) -> None:
    for lesion in net.lesions:
        cells = lesion.rule("lesion_cells", lesion.tumour_high + lesion.tumour_low)
        lesion.rule("neighbourhood", cells + net.neighbourhood_floor)
        lesion.rule("tissue", cells + net.tissue_floor)

        slowing = log(net.carrying_capacity / (cells + net.early_size)) / log(
            net.carrying_capacity / net.reference_size
        )
        gompertz = 1 - net.gompertz_share + net.gompertz_share * slowing
        survival = saturation(cells**2, net.extinction_size**2)
        growth = lesion.rule(
            "specific_growth", net.tumour_growth_rate * lesion.lesion_growth_factor * gompertz * survival
        )
        lesion.reaction("growth_high", {"tumour_high": 1}, growth * lesion.tumour_high)
        lesion.reaction("growth_low", {"tumour_low": 1}, growth * lesion.tumour_low)

        cleared = net.dead_clearance * lesion.dead
        scar_odds = net.scar_odds * lesion.lesion_scar_factor
        lesion.transfer("scarring", "dead", "scar", cleared * scar_odds / (1 + scar_odds))
        lesion.reaction("clearance_of_dead", {"dead": -1}, cleared / (1 + scar_odds))
        lesion.reaction("remodelling_of_scar", {"scar": -1}, net.scar_loss * lesion.scar)

        volume = (cells + net.dead_volume * lesion.dead + lesion.scar) / net.cell_density
        lesion.observable("diameter", lesion.rule("diameter", _sphere_diameter(volume)), "mm")

    weights = total(lesion.lesion_cells + net.extinction_size for lesion in net.lesions)
    for lesion in net.lesions:
        lesion.rule("lesion_weight", (lesion.lesion_cells + net.extinction_size) / weights)

    tumour_cells = net.rule("tumour_cells", total(lesion.lesion_cells for lesion in net.lesions))
    net.observable("tumour_cells", tumour_cells, "Mcell")
    sum_of_diameters = net.rule("sum_of_diameters", total(lesion.diameter for lesion in net.lesions))
    net.observable("sum_of_diameters", sum_of_diameters, "mm")
    net.terminal_event(sum_of_diameters - net.diagnosis_diameter)


def _sphere_diameter(volume: Quantity) -> Quantity:
    """The diameter d of a sphere of volume pi/6 d^3."""
    graph = volume.graph
    six_over_pi = Quantity(graph, graph.const(6 / math.pi), parse("1"), "6/pi")
    return cube_root(volume * six_over_pi)
