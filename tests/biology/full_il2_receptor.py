"""IL-2 receptor assembly by mass action: three chains, ligand and six complexes on one cell, without trafficking.

    L + A = LA     L + B = LB     LA + G = LAG    LB + G = LBG*   LA + B = LAB   LB + A = LAB
    LAB + G = LABG*   LAG + B = LABG*   LBG + A = LABG*            (* signals)

Solution steps have dissociation constants in nM (Rickert 2004: alpha 10, beta 144), steps on the membrane in copies per
cell. All membrane steps share one association rate (Farhat 2021, doi 10.1016/j.celrep.2021.109044). The ratios
63 : 12 : 1.5 of LA + B, LAB + G and LB + G are Rickert's; cycles are closed by detailed balance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

SOLUTION_RATE = 0.6
"""1/(nM min): 1e7 per molar and second."""
MEMBRANE_RATE = 0.00283
"""cell/(molecule min)."""
ALPHA, BETA = 10.0, 144.0
"""Dissociation constants of IL-2 from single chains [nM]."""


@dataclass(frozen=True)
class FullReceptor:
    """`pairing` = K of LB + G and `capture` = K of LBG + A, in copies per cell; the other constants follow."""

    pairing: float
    capture: float

    @property
    def steps(self) -> tuple[tuple[str, str, str, float], ...]:
        """(left, right, complex, dissociation constant) of every membrane step."""
        beta_joins_la = 63 / 1.5 * self.pairing
        gamma_joins_lab = BETA * self.pairing * self.capture / (ALPHA * beta_joins_la)
        gamma_joins_la = 12 / MEMBRANE_RATE
        beta_joins_lag = BETA * self.pairing * self.capture / (ALPHA * gamma_joins_la)
        return (
            ("LB", "G", "LBG", self.pairing),
            ("LA", "B", "LAB", beta_joins_la),
            ("LB", "A", "LAB", ALPHA * beta_joins_la / BETA),
            ("LA", "G", "LAG", gamma_joins_la),
            ("LAB", "G", "LABG", gamma_joins_lab),
            ("LAG", "B", "LABG", beta_joins_lag),
            ("LBG", "A", "LABG", self.capture),
        )

    def signalling(self, ligand: float, alpha: float, beta: float, gamma: float) -> float:
        """Signalling complexes per cell at equilibrium with `ligand` [nM] for these copies of the three chains."""
        names = ("A", "B", "G", "LA", "LB", "LAG", "LBG", "LAB", "LABG")
        index = {name: i for i, name in enumerate(names)}

        def rates(_, y):
            change = np.zeros(len(names))
            flows = [
                (SOLUTION_RATE * (ligand * y[0] - ALPHA * y[3]), "A", None, "LA"),
                (SOLUTION_RATE * (ligand * y[1] - BETA * y[4]), "B", None, "LB"),
            ]
            for left, right, product, constant in self.steps:
                flow = MEMBRANE_RATE * (y[index[left]] * y[index[right]] - constant * y[index[product]])
                flows.append((flow, left, right, product))
            for flow, left, right, product in flows:
                change[index[left]] -= flow
                change[index[product]] += flow
                if right is not None:
                    change[index[right]] -= flow
            return change

        start = np.zeros(len(names))
        start[:3] = alpha, beta, gamma
        end = solve_ivp(rates, (0.0, 1e4), start, method="LSODA", rtol=1e-6, atol=1e-6).y[:, -1]
        return float(end[index["LBG"]] + end[index["LABG"]])
