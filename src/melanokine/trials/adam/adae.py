"""ADAE: adverse events of treatment, one record per subject and event, with the worst grade (CTCAE 5.0).

Terms and classes are those of CTCAE 5.0. Events that a hazard brings about are of grade 3 or worse, and how much worse
the model does not say: their grade is given as 3.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from melanokine.trials.adam.subjects import Subjects, dates, flag, numbered, relative_day

INVESTIGATIONS = "Investigations"
TERMS = {
    "hypotension": ("Hypotension", "Hypotension", "Vascular disorders"),
    "fever": ("Fever", "Fever", "General disorders and administration site conditions"),
    "CRS": ("Cytokine release syndrome (ASTCT)", "Cytokine release syndrome", "Immune system disorders"),
    "lymphopenia": ("Lymphopenia", "Lymphocyte count decreased", INVESTIGATIONS),
    "neutropenia": ("Neutropenia", "Neutrophil count decreased", INVESTIGATIONS),
    "thrombocytopenia": ("Thrombocytopenia", "Platelet count decreased", INVESTIGATIONS),
    "anaemia": ("Anaemia", "Anemia", "Blood and lymphatic system disorders"),
    "eosinophilia": ("Eosinophilia", "Eosinophilia", "Blood and lymphatic system disorders"),
    "capillary leak": (
        "Capillary leak, grade 3 or worse: a dose was withheld",
        "Capillary leak syndrome",
        "Vascular disorders",
    ),
    "immune-related": (
        "Immune-related adverse event, grade 3 or worse",
        "Immune system disorders - Other, specify",
        "Immune system disorders",
    ),
    "bone marrow": (
        "Bone-marrow toxicity of chemotherapy, grade 3 or worse",
        "Blood and lymphatic system disorders - Other, specify",
        "Blood and lymphatic system disorders",
    ),
}
"""Reported term, term of CTCAE and its class, by the event of the records."""

ACTIONS = {"withdrawn": "DRUG WITHDRAWN", "interrupted": "DRUG INTERRUPTED", "": ""}
COLUMNS = ["STUDYID", "USUBJID", "SUBJID", "SITEID", "TRT01A", "TRT01AN", "SAFFL"]


def adae(subjects: Subjects) -> pd.DataFrame:
    """One record per subject and event, in order of time."""
    frame = subjects.extended(subjects.records.events, COLUMNS)
    frame = frame.rename(columns={"TRT01A": "TRTA", "TRT01AN": "TRTAN"})
    for place, name in enumerate(("AETERM", "AEDECOD", "AEBODSYS")):
        frame[name] = frame["event"].map({event: terms[place] for event, terms in TERMS.items()}).astype(object)
    frame = frame.sort_values(["USUBJID", "first_day", "AETERM"], kind="stable", ignore_index=True)
    for day, name in (("first_day", "ASTD"), ("last_day", "AEND")):
        frame[f"{name}T"] = dates(frame["RANDDT"], frame[day])
        frame[f"{name}Y"] = relative_day(frame[f"{name}T"], frame["TRTSDT"])
    frame["ATOXGRN"] = frame["grade"].astype("Int64")
    return numbered(frame, "AESEQ").assign(
        AETOXGR=np.array([str(grade) for grade in frame["grade"]], dtype=object),
        AEREL="RELATED",
        AEACN=frame["action"].map(ACTIONS).astype(object),
        TRTEMFL=flag((frame["ASTDT"] >= frame["TRTSDT"]).fillna(False)),
    )
