"""Recognition of melanoma cells by CD8 T cells: peptide on MHC-I, and its induction by IFN-gamma.

Nine in ten metastases express MHC-I (Taramelli 1986), but within them clones with little of it survive immune
pressure. IFN-gamma restores MHC-I where its pathway is intact: 13 of 39 melanoma lines responded in full (doi
10.3389/fimmu.2018.01414), so responsiveness differs between patients. The T-cell receptor sees the share

    r = r0 + (1 - r0) responsiveness I / (I + K)        of the MHC-I-low clone (1 of the other),

and antigen stimulates T cells in a lesion by  A = visible / (visible + K_A),  visible = high + r low.
"""

from __future__ import annotations

from melanokine.network import Network, saturation


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    for lesion in net.lesions:
        induced = net.mhc_low_responsiveness * saturation(lesion.interferon, net.interferon_half)
        seen = net.mhc_low_recognition + (1 - net.mhc_low_recognition) * induced
        lesion.rule("recognition_low", seen)
        visible = lesion.rule("visible_cells", lesion.tumour_high + lesion.recognition_low * lesion.tumour_low)
        lesion.rule("antigen", saturation(visible, net.antigen_half))
