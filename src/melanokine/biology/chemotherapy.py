"""Cytotoxic chemotherapy, as the historical control.

Kills in proportion to the active drug (exposure 1 is what one standard dose gives); sensitivity differs by orders of
magnitude between patients, since one in ten responds to dacarbazine. Resistance is acquired within months:

    kill = k exposure / (1 + (t / t_resistance)^n),    t the time since the start of treatment.
"""

from __future__ import annotations

from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    net.act_only_with("cytotoxic", "cytotoxic_kill_rate", "resistance_time", "resistance_exponent")
    exposure = sum(drug.exposure for drug in net.role("cytotoxic"))
    resistance = 1 + (net.treatment_clock / net.resistance_time) ** net.resistance_exponent
    net.rule("chemotherapy_kill", net.cytotoxic_kill_rate * exposure / resistance)
