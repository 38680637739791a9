"""CD4 helper T cells: they license dendritic cells for CD8 priming and are the source of endogenous IL-2.

The same dendritic cell presents to CD4 and CD8 T cells and is licensed by the former (Ferris 2020, doi
10.1038/s41586-020-2611-3). `helper` is the number of helpers relative to the untreated patient: it is 1, and help
neutral, until a drug changes it. Helpers need CD28 as well and expand on CTLA-4 blockade (CD4 cells rise with
ipilimumab: doi 10.1158/1078-0432.CCR-16-0249), and on an IL-2 signal:

    dH/dt = k (1 + g (c - c_0) / (c + c_0) - H) + p signal H / (1 + H / room),
    help = (1 + K) H / (H + K),

with costimulation c, and c_0 that of the untreated patient (ctla4.py).
"""

from __future__ import annotations

from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("helper", "1", compartment="body", scale=1.0, initial=1)


def connect(net: Network) -> None:
    now, untreated = net.costimulation, net.costimulation_untreated
    gained = net.helper_costimulation_gain * (now - untreated) / (now + untreated)
    net.reaction("helper_renewal", {"helper": 1}, net.helper_turnover * (1 + gained))
    net.reaction("helper_loss", {"helper": -1}, net.helper_turnover * net.helper)
    crowding = 1 + net.helper / net.helper_room
    net.reaction("helper_growth", {"helper": 1}, net.helper_growth * net.signal_helper_excess * net.helper / crowding)
    net.rule("help", (1 + net.help_half) * net.helper / (net.helper + net.help_half))
