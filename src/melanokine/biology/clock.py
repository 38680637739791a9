"""Days since the start of treatment.

Time enters the equations only through this clock, so that they are autonomous: clearances that change on treatment and
acquired resistance read it. Diagnosis sets it back to zero.
"""

from __future__ import annotations

from melanokine.network import Network


def declare(net: Network) -> None:
    net.species("treatment_clock", "d", compartment="patient", scale=100.0)


def connect(net: Network) -> None:
    one_day_per_day = net.treatment_clock**0
    net.reaction("passing_of_time", {"treatment_clock": 1}, one_day_per_day)
