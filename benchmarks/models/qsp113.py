"""The 113-state benchmark: an antibody to PD-1 and high-dose interleukin-2 against melanoma.

A systems-pharmacology model of the usual size and stiffness (eigenvalues from -15 000 to +0.01 per day), made to time
solvers on; it has no claim to be right about patients. Antibody (nmol) in blood, periphery, tumour and lymph nodes
binds PD-1; interleukin-2 (pmol) binds the chains of its receptor on five kinds of lymphocytes, is internalised and
recycled; cells (millions) divide on its signal, traffic, kill and are exhausted. Days throughout. Parameters and how
much they vary between patients (standard deviation of the logarithm) are in the table beside this file.

Doses: 200 mg of antibody over half an hour every three weeks, with six courses of fourteen boluses of interleukin-2
(600 000 IU/kg every eight hours) or without them.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from melanokine.engine import BOLUS, INFUSION, Schedule
from melanokine.network import Equations
from models.reactions import ReactionNetwork, Term, hill, log, saturation, sqrt

INPUTS = ("infA", "infI")
PLACES = ("blood", "tumour", "lymph")
DAYS = 364.0
ANTIBODY_NMOL, ANTIBODY_EVERY, INFUSION_DAYS = 1333.0, 21.0, 1 / 48
IL2_PMOL, COURSES, BOLUSES, BOLUS_EVERY = 1.8e5, (1.0, 15.0, 85.0, 99.0, 169.0, 183.0), 14, 1 / 3

CELLS = {
    "naive8_lymph": 900.0, "effector_lymph": 30.0, "effector_blood": 200.0, "effector_tumour": 40.0,
    "exhausted_tumour": 20.0, "memory_blood": 300.0, "memory_lymph": 150.0, "memory_tumour": 10.0,
    "naive4_lymph": 1500.0, "helper_blood": 400.0, "helper_tumour": 30.0, "helper_lymph": 250.0,
    "regulatory_blood": 80.0, "regulatory_tumour": 20.0, "regulatory_lymph": 60.0,
    "killer_blood": 500.0, "killer_tumour": 15.0, "killer_lymph": 60.0,
}  # fmt: skip
"""Millions of cells to begin with"""

SHORT = {"regulatory": "G", "effector": "E8", "helper": "H", "killer": "K", "memory": "M8"}
"""How parameters abbreviate the kinds of cells that bear receptors"""
VOLUME = {"blood": "V_B", "peripheral": "V_P", "tumour": "V_T", "lymph": "V_L"}


def equations() -> Equations:
    """113 states, 141 parameters, and the rates of infusion of antibody and of interleukin-2 as inputs."""
    return Melanoma().equations()


def patients(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Parameters (count, 141) that vary log-normally, and the same initial states (count, 113) for all.

    The draws for the two inputs, which do not vary, are passed over: so patients are those of earlier measurements.
    """
    rows = _table()
    draws = np.random.default_rng(seed).standard_normal((count, len(rows)))
    varied = np.array([float(row["value"]) for row in rows]) * np.exp(
        np.array([float(row["spread"]) for row in rows]) * draws
    )
    kept = [i for i, row in enumerate(rows) if row["name"] not in INPUTS]
    return varied[:, kept], np.tile(list(Melanoma().initial.values()), (count, 1))


def schedule(interleukin: bool) -> Schedule:
    """Antibody every three weeks for a year, with or without the courses of interleukin-2."""
    infusions = [(time, INFUSION, 0, ANTIBODY_NMOL, INFUSION_DAYS) for time in np.arange(0.0, DAYS, ANTIBODY_EVERY)]
    bolus_into = list(Melanoma().initial).index("il2_blood")
    boluses = [(start + k * BOLUS_EVERY, BOLUS, bolus_into, IL2_PMOL, 0.0) for start in COURSES for k in range(BOLUSES)]
    doses = infusions + boluses if interleukin else infusions
    return Schedule(*(np.array(column) for column in zip(*doses, strict=True)))


def _table() -> list[dict[str, str]]:
    with open(Path(__file__).with_suffix(".csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Melanoma(ReactionNetwork):
    """Everything is declared first, since the parts refer to each other, and then connected part by part."""

    def __init__(self) -> None:
        names = [row["name"] for row in _table()]
        super().__init__([name for name in names if name not in INPUTS], INPUTS)
        self.nominal = {row["name"]: float(row["value"]) for row in _table()}
        self._declare()
        known = self.known
        self.antibody = {place: self[f"antibody_{place}"] / getattr(known, VOLUME[place]) for place in VOLUME}
        self.il2 = {place: self[f"il2_{place}"] / getattr(known, VOLUME[place]) for place in PLACES}
        self.signal = {f"{kind}_{place}": self._signal(kind, place) for kind in SHORT for place in PLACES}
        self.antigen = hill(self["antigen"], known.EC_ag, known.h_ag)
        self.pd1_inhibition, self.tgf_inhibition, self.effectiveness = self._inhibition()
        self.killer_activity = (0.2 + saturation(self.signal["killer_tumour"], known.EC_il_ifn)) * self.tgf_inhibition
        for connect in (
            self._antibody, self._interleukin, self._receptors, self._pd1, self._tumour, self._dendritic,
            self._cytokines, self._priming, self._division, self._traffic, self._fate, self._toxicity,
        ):  # fmt: skip
            connect()

    def _declare(self) -> None:
        for place in ("blood", "peripheral", "tumour", "lymph"):
            self.species(f"antibody_{place}")
        for place in ("blood", "peripheral", "tumour", "lymph"):
            self.species(f"il2_{place}", 0.1)
        for cells, number in CELLS.items():
            self.species(cells, number)
        for kind in ("regulatory", "effector", "helper"):
            for place in PLACES:
                for chain, per_cell in (("alpha", "na_"), ("beta", "nb_")):
                    number = CELLS[f"{kind}_{place}"] * self.nominal[per_cell + SHORT[kind]]
                    self.species(f"{chain}_{kind}_{place}", number)
                for bound in ("il2_alpha", "il2_beta", "trimer", "endosome"):
                    self.species(f"{bound}_{kind}_{place}")
        for kind in ("killer", "memory"):
            for place in PLACES:
                number = CELLS[f"{kind}_{place}"] * self.nominal["nb_" + SHORT[kind]]
                self.species(f"beta_{kind}_{place}", number)
                self.species(f"il2_beta_{kind}_{place}")
        for place in PLACES:
            self.species(f"pd1_{place}", 2e-3 if place == "tumour" else 5e-3)
            self.species(f"pd1_antibody_{place}")
        others = {
            "sensitive": 2e3, "resistant": 60.0, "dead": 50.0, "antigen": 1.0, "immature_dendritic": 20.0,
            "mature_dendritic": 1.0, "dendritic_lymph": 1.0, "interferon_tumour": 0.2, "interferon_blood": 0.02,
            "tgf": 1.0, "pdl1": 1.0, "leak_1": 0.0, "leak_2": 0.0, "leak_3": 0.0, "soluble_cd25": 1.0,
        }  # fmt: skip
        for name, number in others.items():
            self.species(name, number)

    # expressions that several parts use

    def _signal(self, kind: str, place: str) -> Term:
        """Signalling complexes per cell (amol): those that hold the beta-gamma chains."""
        cells = f"{kind}_{place}"
        complexes = self[f"il2_beta_{cells}"]
        if kind in ("regulatory", "effector", "helper"):
            complexes = self[f"trimer_{cells}"] + complexes
        return 1e3 * complexes / (self[cells] + 1e-3)

    def _inhibition(self) -> tuple[Term, Term, Term]:
        """By PD-1 that is bound to PD-L1 (in rapid equilibrium), by TGF-beta, and what is left of an effector."""
        known = self.known
        pd1, pdl1 = self["pd1_tumour"] / known.V_T, known.pl_scale * self["pdl1"]
        total = pd1 + pdl1 + known.K_pd
        bound = 2 * pd1 * pdl1 / (total + sqrt(total**2 - 4 * pd1 * pdl1 + 1e-12))
        by_pd1 = hill(bound, known.EC_pd, known.h_pd)
        by_tgf = 1 / (1 + (self["tgf"] / known.EC_tgf) ** known.h_tgf)
        ratio = self["regulatory_tumour"] / (self["effector_tumour"] + self["helper_tumour"] + 1)
        by_regulatory = 1 / (1 + known.kgi * saturation(ratio, known.EC_gi))
        return by_pd1, by_tgf, (1 - 0.92 * by_pd1) * by_tgf * by_regulatory

    @property
    def tumour(self) -> Term:
        return self["sensitive"] + self["resistant"]

    # drugs and receptors

    def _antibody(self) -> None:
        known, level = self.known, self.antibody
        self.make("antibody_blood", known.infA)
        self.lose("antibody_blood", known.CLa * level["blood"] + known.Vmax_a * saturation(level["blood"], known.Km_a))
        for place, flow, partition in (
            ("peripheral", known.Q_ap, known.Vra), ("tumour", known.Q_at, known.fT), ("lymph", known.Q_al, known.fL),
        ):  # fmt: skip
            self.move("antibody_blood", f"antibody_{place}", flow * (level["blood"] - level[place] / partition))

    def _interleukin(self) -> None:
        known, level = self.known, self.il2
        self.make("il2_blood", known.infI)
        self.lose("il2_blood", known.CLi * level["blood"])
        peripheral = self["il2_peripheral"] / known.Vi_P
        self.move("il2_blood", "il2_peripheral", known.Q_ip * (level["blood"] - peripheral))
        self.move("il2_blood", "il2_tumour", known.Q_it * (level["blood"] - level["tumour"]))
        self.move("il2_blood", "il2_lymph", known.Q_il * (level["blood"] - level["lymph"]))
        for place in ("tumour", "lymph"):
            self.lose(f"il2_{place}", known.kd_il2 * self[f"il2_{place}"])
        self.make("il2_blood", 0.02 * known.ksec_il2 * self["helper_blood"])
        self.make("il2_tumour", 0.3 * known.ksec_il2 * self["helper_tumour"])
        self.make("il2_lymph", known.ksec_il2 * self["helper_lymph"] * saturation(self["dendritic_lymph"], 5))

    def _receptors(self) -> None:
        for place in PLACES:
            for kind in ("regulatory", "effector", "helper"):
                self._alpha_beta(kind, place)
            for kind in ("killer", "memory"):
                self._beta(kind, place)

    def _beta(self, kind: str, place: str) -> None:
        """IL-2Rbg is made and lost; bound, it is internalised."""
        known, cells = self.known, f"{kind}_{place}"
        free, bound = f"beta_{cells}", f"il2_beta_{cells}"
        self.make(free, known.kdeg_bg * getattr(known, "nb_" + SHORT[kind]) * self[cells])
        self.lose(free, known.kdeg_bg * self[free])
        binding = known.kon_bg * self.il2[place] * self[free] - known.koff_bg * self[bound]
        self.reaction((f"il2_{place}", free), (bound,), binding)
        self.lose(bound, known.kint_b * self[bound])

    def _alpha_beta(self, kind: str, place: str) -> None:
        """IL-2Ra besides, which the signal induces; each complex captures the other chain, and Ra is recycled."""
        self._beta(kind, place)
        known, cells = self.known, f"{kind}_{place}"
        alpha, beta = f"alpha_{cells}", f"beta_{cells}"
        il2_alpha, il2_beta, trimer, endosome = (
            f"{name}_{cells}" for name in ("il2_alpha", "il2_beta", "trimer", "endosome")
        )
        induced = getattr(known, "ups_" + SHORT[kind]) * hill(self.signal[cells], known.EC_up, known.h_up)
        self.make(alpha, known.kdeg_al * getattr(known, "na_" + SHORT[kind]) * self[cells] * (1 + induced))
        self.lose(alpha, known.kdeg_al * self[alpha])
        binding = known.kon_al * self.il2[place] * self[alpha] - known.koff_al * self[il2_alpha]
        self.reaction((f"il2_{place}", alpha), (il2_alpha,), binding)
        surface = self[cells] + 1e-3
        by_alpha = known.kx1 * 1e3 * self[il2_alpha] * self[beta] / surface - known.koffx * self[trimer]
        self.reaction((il2_alpha, beta), (trimer,), by_alpha)
        by_beta = known.kx2 * 1e3 * self[il2_beta] * self[alpha] / surface - 0.2 * known.koffx * self[trimer]
        self.reaction((il2_beta, alpha), (trimer,), by_beta)
        self.lose(il2_alpha, known.kint_al * self[il2_alpha])
        self.move(trimer, endosome, known.kint_t * self[trimer])
        self.move(endosome, alpha, known.krec * self[endosome])
        self.lose(endosome, known.kdeg_e * self[endosome])

    def _pd1(self) -> None:
        known = self.known
        bearers = {"effector": known.ipd1_E8, "exhausted": known.ipd1_X8, "helper": known.ipd1_H}
        for place in PLACES:
            free, bound = f"pd1_{place}", f"pd1_antibody_{place}"
            expressed = known.ipd1_G * self[f"regulatory_{place}"]
            for kind, per_cell in bearers.items():
                if f"{kind}_{place}" in CELLS:
                    expressed = expressed + per_cell * self[f"{kind}_{place}"]
            self.make(free, known.kdeg_pd1 * expressed)
            self.lose(free, known.kdeg_pd1 * self[free])
            binding = known.kon_a * self.antibody[place] * self[free] - known.koff_a * self[bound]
            self.reaction((f"antibody_{place}", free), (bound,), binding)
            self.lose(bound, known.kint_pd1 * self[bound])

    # tumour and its surroundings

    def _tumour(self) -> None:
        known, tumour = self.known, self.tumour
        sensitive, resistant = self["sensitive"], self["resistant"]
        killers = self["effector_tumour"] + 0.25 * self["exhausted_tumour"] + 0.4 * self["memory_tumour"]
        crowded = 1 + (killers / (0.05 * tumour + 1)) ** known.hk
        by_cd8 = known.kkill * killers * self.effectiveness / crowded
        by_killer = known.kknk * self.killer_activity * self["killer_tumour"]
        self.make("sensitive", known.lam1 * sensitive * log(known.Cmax / (tumour + 1)) / 3)
        self.make("resistant", known.lam2 * resistant * (1 - tumour / known.Cmax))
        self.move("sensitive", "resistant", known.kmut * sensitive)
        self.move("sensitive", "dead", (by_cd8 + by_killer) * sensitive / (tumour + 5))
        spared = known.kkill2 / known.kkill
        self.move("resistant", "dead", (spared * by_cd8 + by_killer) * resistant / (tumour + 5))
        self.lose("dead", known.kd_dead * self["dead"])
        self.make("antigen", known.kag * known.kd_dead * self["dead"] + 3e-4 * tumour)
        self.lose("antigen", known.kdag * self["antigen"])

    def _dendritic(self) -> None:
        known = self.known
        immature, mature, in_lymph = "immature_dendritic", "mature_dendritic", "dendritic_lymph"
        self.make(immature, known.kDC0)
        self.lose(immature, known.kdDC * self[immature])
        self.move(immature, mature, known.kmatDC * self.antigen * self[immature] * self.tgf_inhibition)
        self.move(mature, in_lymph, known.kmigDC * self[mature])
        self.lose(mature, known.kdDCm * self[mature])
        self.lose(in_lymph, known.kdDCm * self[in_lymph])

    def _cytokines(self) -> None:
        known = self.known
        by_signal = 0.3 + saturation(self.signal["effector_tumour"], known.EC_il_ifn)
        secreted = known.kifn * self["effector_tumour"] * self.effectiveness * by_signal
        self.make("interferon_tumour", secreted + known.kifn_nk * self["killer_tumour"] * self.killer_activity)
        self.lose("interferon_tumour", known.kdifn * self["interferon_tumour"])
        self.move("interferon_tumour", "interferon_blood", known.kifn_ex * self["interferon_tumour"])
        in_blood = saturation(self.signal["killer_blood"], known.EC_il_ifn)
        self.make("interferon_blood", 0.01 * self["killer_blood"] * in_blood)
        self.lose("interferon_blood", known.kdifnB * self["interferon_blood"])
        self.make("tgf", known.ktgf_G * self["regulatory_tumour"] + known.ktgf_C * self.tumour)
        self.lose("tgf", known.kdtgf * self["tgf"])
        induced = known.upl * hill(self["interferon_tumour"], known.EC_ifn_pl, known.h_ifn)
        self.make("pdl1", known.kdpl * (1 + induced))
        self.lose("pdl1", known.kdpl * self["pdl1"])

    # lymphocytes

    def _priming(self) -> None:
        known = self.known
        self.primed = hill(self["dendritic_lymph"], known.EC_dc, known.h_dc)
        self.make("naive8_lymph", known.kin8)
        self.lose("naive8_lymph", known.kdn * self["naive8_lymph"])
        self.make("naive4_lymph", known.kin4)
        self.lose("naive4_lymph", known.kdn * self["naive4_lymph"] * 0.8)
        self.move("naive8_lymph", "effector_lymph", known.kact8 * self.primed * self["naive8_lymph"])
        self.move("naive4_lymph", "helper_lymph", known.kact4 * self.primed * self["naive4_lymph"])
        self.move("memory_lymph", "effector_lymph", 0.3 * known.kact8 * self.primed * self["memory_lymph"])

    def _division(self) -> None:
        """On the signal, slowed by crowding; effectors also on antigen. The signal also brings activation death."""
        known = self.known
        rates = {
            "effector": (known.pr8, known.EC_p8, known.d8), "helper": (known.prH, known.EC_pH, known.dH),
            "regulatory": (known.prG, known.EC_pG, known.dG), "killer": (known.prK, known.EC_pK, known.dK),
            "memory": (known.prM, known.EC_pM, known.dM),
        }  # fmt: skip
        for kind, (division, half, death) in rates.items():
            for place in PLACES:
                cells = f"{kind}_{place}"
                number, signal = self[cells], hill(self.signal[cells], half, known.h_p)
                room = number / (1 + number / known.crowd)
                if cells == "effector_tumour":
                    self.make(cells, (division * signal + 0.25 * self.antigen) * self.effectiveness * room)
                elif cells == "effector_lymph":
                    self.make(cells, known.pr8L * self.primed * (0.15 + signal) * room)
                else:
                    self.make(cells, division * signal * room)
                self.lose(cells, death * number * (1 + known.aicd * signal * number / (known.crowd + number)))

    def _traffic(self) -> None:
        known = self.known
        attraction = 1 + known.chem * saturation(self["interferon_tumour"], known.EC_ch)
        for kind in ("effector", "helper", "regulatory", "memory"):
            blood, tumour, lymph = (f"{kind}_{place}" for place in PLACES)
            leaving, entering = (0.3, 1.2) if kind == "memory" else (1.0, 1.0)
            self.move(lymph, blood, leaving * known.eg_L * self[lymph])
            self.move(blood, lymph, entering * known.tr_L * self[blood])
            self.move(blood, tumour, known.tr_T * attraction * self[blood])
            self.move(tumour, lymph, known.tr_back * self[tumour])
        self.move("killer_blood", "killer_tumour", known.trK_T * attraction * self["killer_blood"])
        self.move("killer_blood", "killer_lymph", known.trK_L * self["killer_blood"])
        self.move("killer_lymph", "killer_blood", 0.2 * self["killer_lymph"])
        self.move("killer_tumour", "killer_lymph", known.tr_back * self["killer_tumour"])

    def _fate(self) -> None:
        known, tgf = self.known, saturation(self["tgf"], self.known.EC_tgf)
        self.make("killer_blood", known.kinK)
        self.make("regulatory_blood", known.kinG * (1 + 0.5 * tgf))
        self.move("helper_tumour", "regulatory_tumour", 0.01 * self["helper_tumour"] * tgf)
        effector, exhausted = "effector_tumour", "exhausted_tumour"
        self.move(effector, exhausted, known.kex * self[effector] * self.antigen * (0.15 + self.pd1_inhibition))
        self.move(exhausted, effector, known.krea * self[exhausted] * (1 - self.pd1_inhibition) * 10)
        self.lose(exhausted, known.dX * self[exhausted])
        for place, share in (("blood", 1.0), ("lymph", 1.0), ("tumour", 0.3)):
            self.move(f"effector_{place}", f"memory_{place}", share * known.kfate * self[f"effector_{place}"])

    def _toxicity(self) -> None:
        """Vascular leak follows the signal in blood through three stages; CD25 is shed."""
        known, signal = self.known, self.signal
        driver = signal["killer_blood"] + 0.5 * signal["effector_blood"] + 0.3 * signal["memory_blood"]
        self.make("leak_1", known.kvl * (hill(driver, 0.8, known.htox) + saturation(self["interferon_blood"], 5)))
        self.move("leak_1", "leak_2", known.kvl * self["leak_1"])
        self.move("leak_2", "leak_3", known.kvl * self["leak_2"])
        self.lose("leak_3", known.kvl * self["leak_3"])
        chains = [
            self[f"{bound}_{kind}_blood"]
            for bound in ("alpha", "trimer")
            for kind in ("regulatory", "effector", "helper")
        ]
        shed = chains[0]
        for chain in chains[1:]:
            shed = shed + chain
        self.make("soluble_cd25", known.kdsr + known.ksr * shed * known.kdeg_al)
        self.lose("soluble_cd25", known.kdsr * self["soluble_cd25"])
