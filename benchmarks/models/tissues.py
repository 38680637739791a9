"""Models of any size: lymphocytes with receptors for interleukin-2 in a number of tissues around the blood.

Eight states a tissue: free interleukin-2, cells, the two receptor chains, the two complexes, the trimer and the
endosome, with the kinetics of the 113-state model (parameters of the same names). Interleukin-2 and cells exchange with
the first tissue, which is the blood. Every row of the Jacobian has as many entries as in reaction networks of
this kind, and stiffness does not depend on the number of tissues.
"""

from __future__ import annotations

import numpy as np

from melanokine.engine import BOLUS, Schedule
from melanokine.network import Equations
from models.reactions import ReactionNetwork, hill

STATES_PER_TISSUE = 8
DAYS = 28.0
SPREAD = 0.25
NUMBERS = {
    "volume": 0.5, "made": 25.0, "death": 0.06, "division": 0.5, "half_division": 0.45, "exponent": 1.25,
    "crowd": 3e3, "enter": 0.05, "leave": 0.2, "flow": 3.0, "clearance": 10.0, "secretion": 2e-3,
    "kon_al": 0.86, "koff_al": 9e3, "kon_bg": 0.12, "koff_bg": 120.0, "kx1": 90.0, "kx2": 70.0, "koffx": 15.0,
    "kint_t": 60.0, "kint_b": 45.0, "kdeg_al": 0.9, "kdeg_bg": 6.0, "krec": 40.0, "kdeg_e": 25.0, "kint_al": 1.2,
    "na": 6e-3, "nb": 1.4e-3, "induction": 4.0, "half_induction": 0.35, "exponent_induction": 1.35,
}  # fmt: skip


def equations(tissues: int) -> Equations:
    """8 `tissues` states; every tissue has parameters of its own."""
    return _network(tissues).equations()


def patients(tissues: int, count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Parameters that vary log-normally between patients and tissues, and the same initial states for all."""
    draws = np.random.default_rng(seed).standard_normal((count, tissues * len(NUMBERS)))
    parameters = np.tile(list(NUMBERS.values()), tissues) * np.exp(SPREAD * draws)
    return parameters, np.tile(list(_network(tissues).initial.values()), (count, 1))


def schedule() -> Schedule:
    """Fourteen boluses of interleukin-2 into the blood, every eight hours."""
    time = np.arange(14) / 3
    return Schedule(time, np.full(14, BOLUS), np.zeros(14, int), np.full(14, 1e4))


def _network(tissues: int) -> ReactionNetwork:
    net = ReactionNetwork([f"{name}_{k}" for k in range(tissues) for name in NUMBERS])
    for k in range(tissues):
        net.species(f"il2_{k}", 0.1)
        net.species(f"cells_{k}", 200.0)
        net.species(f"alpha_{k}", 200.0 * NUMBERS["na"])
        net.species(f"beta_{k}", 200.0 * NUMBERS["nb"])
        for bound in ("il2_alpha", "il2_beta", "trimer", "endosome"):
            net.species(f"{bound}_{k}")
    for k in range(tissues):
        _tissue(net, k)
    return net


def _tissue(net: ReactionNetwork, k: int) -> None:
    il2, cells, alpha, beta, il2_alpha, il2_beta, trimer, endosome = (
        f"{name}_{k}" for name in ("il2", "cells", "alpha", "beta", "il2_alpha", "il2_beta", "trimer", "endosome")
    )
    own = {name: getattr(net.known, f"{name}_{k}") for name in NUMBERS}
    level, number, surface = net[il2] / own["volume"], net[cells], net[cells] + 1e-3
    signal = 1e3 * (net[trimer] + net[il2_beta]) / surface

    net.make(il2, own["secretion"] * number)
    net.lose(il2, own["clearance"] * level)
    net.make(cells, own["made"])
    dividing = own["division"] * hill(signal, own["half_division"], own["exponent"])
    net.make(cells, dividing * number / (1 + number / own["crowd"]))
    net.lose(cells, own["death"] * number)
    if k > 0:
        net.move("il2_0", il2, own["flow"] * (net["il2_0"] - level))
        net.move("cells_0", cells, own["enter"] * net["cells_0"])
        net.move(cells, "cells_0", own["leave"] * number)

    induced = own["induction"] * hill(signal, own["half_induction"], own["exponent_induction"])
    net.make(alpha, own["kdeg_al"] * own["na"] * number * (1 + induced))
    net.lose(alpha, own["kdeg_al"] * net[alpha])
    net.make(beta, own["kdeg_bg"] * own["nb"] * number)
    net.lose(beta, own["kdeg_bg"] * net[beta])
    net.reaction((il2, alpha), (il2_alpha,), own["kon_al"] * level * net[alpha] - own["koff_al"] * net[il2_alpha])
    net.reaction((il2, beta), (il2_beta,), own["kon_bg"] * level * net[beta] - own["koff_bg"] * net[il2_beta])
    by_alpha = own["kx1"] * 1e3 * net[il2_alpha] * net[beta] / surface - own["koffx"] * net[trimer]
    net.reaction((il2_alpha, beta), (trimer,), by_alpha)
    by_beta = own["kx2"] * 1e3 * net[il2_beta] * net[alpha] / surface - 0.2 * own["koffx"] * net[trimer]
    net.reaction((il2_beta, alpha), (trimer,), by_beta)
    net.lose(il2_alpha, own["kint_al"] * net[il2_alpha])
    net.lose(il2_beta, own["kint_b"] * net[il2_beta])
    net.move(trimer, endosome, own["kint_t"] * net[trimer])
    net.move(endosome, alpha, own["krec"] * net[endosome])
    net.lose(endosome, own["kdeg_e"] * net[endosome])
