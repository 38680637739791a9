"""Antigens that targeted molecules gather on in a melanoma: how much of each it holds, from 0 (none) to 1 (full).

FAP stands on fibroblasts of the stroma, the extra domain B (EDB) of fibronectin in the wall of new vessels, GD2 on
melanoma cells, PD-1 on activated T cells. Carcinoembryonic antigen (CEA), EpCAM and EGFR belong to carcinomas and are
nearly absent. What is bound there is held where T cells meet it: the drug's `enrichment` says by how much. Proteases of
the tumour, matrix metalloproteinases above all, remove the mask of masked cytokines (Nirschl 2022, doi
10.1158/2326-6066.CIR-21-0831; Hsu 2021, doi 10.1038/s41467-021-22980-w), from a share of the molecules there.
"""

from __future__ import annotations

from melanokine.network import Network

ANTIGENS = ("fap", "edb", "gd2", "cea", "epcam", "egfr", "pd1", "protease")


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    """Drugs read the antigens as they enter the network, and say so under the role `target`."""
    net.outside.update({f"target_{antigen}" for antigen in ANTIGENS} - set(net.role("target")))
