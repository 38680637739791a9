"""Blood cells in the laboratory, from the same rate laws that treat patients."""

from __future__ import annotations

import math

from melanokine import drugs, evidence
from melanokine.analysis.at_rest import AtRest
from melanokine.analysis.validation.culture import interferon
from melanokine.analysis.validation.findings import Finding
from melanokine.patients.model import model_of

TOLERANCE = 3.0
"""A predicted potency agrees within this factor of the measured one."""
STUDY = "10.1126/scisignal.adg0699"
"""Resting human PBMC, wild-type monomeric cytokine, pSTAT5 by flow cytometry: the EC50 of every class in one study."""
DRUGS = {"aldesleukin_hd": "aldesleukin", "rhil15": "rhil15"}
CLASSES = {"CD8": "cd8", "NK": "nk", "NK CD56bright": "nk_bright", "Thelper": "helper", "Treg": "treg"}
"""Cells of the study, and the receptor class of the model."""


CULTURE = ("NK IFN-g after IL-12+IL-18", 24.0, "10201989")
"""Row of `cells` with the IFN-gamma [ng/mL] of NK cells on IL-12 with IL-18, that on IL-12 with IL-15 which its note
gives, and the PMID of both."""


def laboratory() -> list[Finding]:
    """What was measured of cells outside the body, predicted beside measured."""
    return [*_potencies(), _synergy()]


def _synergy() -> Finding:
    """IFN-gamma of NK cells on IL-12 with IL-18 over that on IL-12 with IL-15."""
    name, with_il15, pmid = CULTURE
    rows = evidence.load("cells")
    (row,) = rows[(rows["parameter"] == name) & (rows["pmid"] == pmid)].to_dict("records")
    observed = row["value"] / with_il15
    predicted = interferon("il12", "il18") / interferon("il12", "il15")
    return Finding(
        key=("IFN-gamma of NK cells", "IL-12 + IL-18 over IL-12 + IL-15"), unit="fold", observed=observed,
        observed_low=math.nan, observed_high=math.nan, predicted=predicted, predicted_low=predicted,
        predicted_high=predicted, agrees=1 / TOLERANCE <= predicted / observed <= TOLERANCE, blind=False,
        reason="", note="", source=f"PMID:{pmid}",
    )  # fmt: skip


def _potencies() -> list[Finding]:
    """The pSTAT5 EC50 of IL-2 and IL-15 in each cell class."""
    given = {agent: drugs.load(name) for agent, name in DRUGS.items()}
    person = AtRest(model_of(tuple(given.values())))
    rows = evidence.load("potency")
    rows = rows[(rows["doi"] == STUDY) & rows["cell_or_target"].isin(CLASSES) & (rows["metric"] == "EC50")]
    rows = rows[rows["readout"] == "pSTAT5"]
    found = []
    for row in rows.to_dict("records"):
        rule = f"il2_occupancy_{CLASSES[row['cell_or_target']]}"
        predicted = person.half_maximal(given[row["agent_id"]], rule, il2_endogenous=0.0)
        agrees = 1 / TOLERANCE <= predicted / row["value"] <= TOLERANCE
        key = tuple(str(row[name]) for name in ("agent_id", "readout", "cell_or_target", "metric"))
        low = high = math.nan
        found.append(Finding(key, row["unit"], row["value"], low, high, predicted, predicted, predicted, agrees,
                             blind=False, reason="", note="", source=STUDY))  # fmt: skip
    return found
