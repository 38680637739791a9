"""LAG-3 on tumour CD8 T cells, a second and weaker inhibitory receptor beside PD-1, and the antibodies that block it.

LAG-3 appears on T cells that see antigen in a tumour; without it, or with it blocked, more of them gather there and do
more (Grosso 2007, doi 10.1172/JCI31184; mouse). On human T cells that face their own melanoma, blockade of LAG-3 adds
killing alone and more so together with PD-1 (doi 10.1080/2162402X.2020.1736792). Its ligands, MHC class II and
fibrinogen-like protein 1, are taken as plentiful, so that a part m of killing is lost in the untreated patient. That
loss is within the calibrated killing; what matters is the release by blockade, relative to the untreated patient:

    release = (1 - m (1 - occupancy)) / (1 - m),            1 without antibody, 1 / (1 - m) at full occupancy.

It multiplies what PD-1 leaves, since the two inhibit by separate ways. How large m is in patients is not known: it is
wide, and no outcome of a trial of an antibody against LAG-3 chose it.
"""

from __future__ import annotations

from melanokine.biology.antibodies import occupancy
from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    net.act_only_with("anti_lag3", "lag3_inhibition", "lag3_antibody_penetration")
    bound = net.rule("lag3_occupancy", occupancy(net, "anti_lag3", "lag3_antibody_penetration"))
    net.observable("lag3_occupancy", bound)
    net.rule("lag3_release", (1 - net.lag3_inhibition * (1 - bound)) / (1 - net.lag3_inhibition))
