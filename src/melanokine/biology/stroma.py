"""Stroma and vessels of the tumour: what TGF-beta and VEGF do to the entry of T cells and to growth.

Fibroblasts under TGF-beta hold CD8 T cells in the stroma around the tumour; patients with such tumours respond less to
anti-PD-L1, and blocking TGF-beta lets the cells in (Mariathasan 2018, doi 10.1038/nature25501). VEGF keeps the vessels'
ICAM-1 and VCAM-1 low, to which T cells adhere; with bevacizumab and ipilimumab both rise in melanoma (Wu 2016, doi
10.1158/2326-6066.CIR-16-0084). VEGF also feeds growth, little in melanoma. This is the side of the tumour on which
interleukins can act for it. With TGF-beta T and VEGF V relative to the untreated patient (myeloid.py), each lesion has

    entry of T cells = (1 + t) / (1 + t T) (1 + v) / (1 + v V),    growth = 1 + g (V - 1),

all of them 1 untreated.
"""

from __future__ import annotations

from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    for lesion in net.lesions:
        admitted = (1 + net.stroma_exclusion) / (1 + net.stroma_exclusion * lesion.tgfb)
        adherent = (1 + net.vegf_adhesion) / (1 + net.vegf_adhesion * lesion.vegf)
        lesion.rule("stroma_entry", admitted * adherent)

        gain = lesion.rule("vascular_growth", net.vegf_growth_share * (lesion.vegf - 1))
        for clone in ("high", "low"):
            cells = lesion[f"tumour_{clone}"]
            lesion.reaction(f"vascular_growth_{clone}", {f"tumour_{clone}": 1}, gain * lesion.specific_growth * cells)
