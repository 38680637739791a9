"""Homing from blood into a lesion: how many of the passing lymphocytes enter.

Entry is through vessels of the surface and of the viable rim, so it grows less than the volume does (exponent 0.65,
close to surface). All lesions draw on one stream of cells, so that entry into each falls as the total burden grows.
IFN-gamma in the lesion makes CXCL9-11, which draw CXCR3-bearing CD8 T cells (Dengel 2010, doi
10.1097/CJI.0b013e3181fb045d). Lesions and patients differ widely: of metastases 29 % hold no, 63 % perivascular and 8 %
diffuse infiltrates (Erdag 2012, doi 10.1158/0008-5472.CAN-11-3218). Relative to a single reference lesion,

    homing = q_patient q_lesion ((C + floor) / reference)^n reference / (C_total + capacity),
    chemokines = 1 + gain I / (I + K).
"""

from __future__ import annotations

from melanokine.network import Network, saturation


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    supply = net.reference_size / (net.tumour_cells + net.homing_capacity)
    for lesion in net.lesions:
        surface = ((lesion.lesion_cells + net.homing_floor) / net.reference_size) ** net.homing_exponent
        lesion.rule("homing", net.infiltration * lesion.lesion_infiltration_factor * surface * supply)
        lesion.rule("chemokines", 1 + net.chemokine_gain * saturation(lesion.interferon, net.interferon_half))
