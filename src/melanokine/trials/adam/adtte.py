"""ADTTE: overall and progression-free survival, and how long responses last. CNSR is 0 for an event.

Progression-free survival follows `endpoints.py`: it is censored at the last evaluable scan, also where death came after
two or more missed scans, or after the last scan that fell due.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from melanokine.trials.adam.adtr import COLUMNS
from melanokine.trials.adam.subjects import KEYS, Subjects, dates, numbered, relative_day

PARAMETERS = {"OS": "Overall Survival", "PFS": "Progression-Free Survival", "DOR": "Duration of Response"}
DEATH, PROGRESSION = "Death", "Disease progression"
RANDOMISED, LAST_SCAN, LAST_ALIVE = "Randomisation", "Last evaluable tumour assessment", "Last date known alive"
CUT_OFF, WITHDREW = "Data cut-off", "Withdrawal"
LATE_DEATH = "Death after missed assessments or the last one due"


def adtte(subjects: Subjects, adrs: pd.DataFrame) -> pd.DataFrame:
    """One record per subject and parameter, DOR for responders only; `adrs` gives the sequence numbers of sources."""
    rows = subjects.records.patients
    rows = rows[~rows["failed"].astype(bool)]
    progression = _progression_free(rows)
    responds = rows["response_day"].notna()
    lasting = progression[responds.to_numpy()].assign(PARAMCD="DOR", start=rows.loc[responds, "response_day"])
    values = pd.concat([_overall(rows), progression, lasting], ignore_index=True)
    values["PARAMN"] = values["PARAMCD"].map({name: n for n, name in enumerate(PARAMETERS, 1)}).astype("Int64")
    frame = subjects.extended(values, COLUMNS).rename(columns={"TRT01P": "TRTP", "TRT01PN": "TRTPN"})
    frame = frame.sort_values(["USUBJID", "PARAMN"], ignore_index=True)
    frame["PARAM"] = frame["PARAMCD"].map(PARAMETERS) + " (days)"
    frame["STARTDT"] = dates(frame["RANDDT"], frame["start"])
    frame["ADT"] = dates(frame["RANDDT"], frame["day"])
    frame["ADY"] = relative_day(frame["ADT"], frame["RANDDT"])
    frame["AVAL"] = (frame["ADT"] - frame["STARTDT"]).dt.days + 1.0
    frame["SRCSEQ"] = _sequence(frame, adrs)
    return numbered(frame, "ASEQ").assign(AVALU="DAYS")


def _overall(rows: pd.DataFrame) -> pd.DataFrame:
    event = rows["os_event"].astype(bool)
    why = np.where(rows["withdrew"].astype(bool), WITHDREW, CUT_OFF)
    return rows[KEYS].assign(
        PARAMCD="OS",
        start=0.0,
        day=rows["os_day"].astype(float),
        CNSR=(~event).astype("Int64"),
        EVNTDESC=np.where(event, DEATH, why),
        CNSDTDSC=np.where(event, "", LAST_ALIVE),
        SRCDOM="ADSL",
        SRCVAR=np.where(event, "DTHDT", "LSTALVDT"),
    )


def _progression_free(rows: pd.DataFrame) -> pd.DataFrame:
    event = rows["pfs_event"].astype(bool)
    progressed = event & (rows["progression"] == rows["pfs_day"])
    scanned = rows["pfs_day"] > 0
    died = rows["death"].notna()
    why = np.where(died, LATE_DEATH, np.where(rows["withdrew"].astype(bool), WITHDREW, CUT_OFF))
    by_scan = progressed | (~event & scanned)
    return rows[KEYS].assign(
        PARAMCD="PFS",
        start=0.0,
        day=rows["pfs_day"].astype(float),
        CNSR=(~event).astype("Int64"),
        EVNTDESC=np.where(progressed, PROGRESSION, np.where(event, DEATH, why)),
        CNSDTDSC=np.where(event, "", np.where(scanned, LAST_SCAN, RANDOMISED)),
        SRCDOM=np.where(by_scan, "ADRS", "ADSL"),
        SRCVAR=np.where(by_scan, "ADT", np.where(event, "DTHDT", "RANDDT")),
    )


def _sequence(frame: pd.DataFrame, adrs: pd.DataFrame) -> pd.Series:
    """ASEQ of the record in ADRS that a day comes from: progression or the last assessment."""
    source = np.where(frame["CNSR"] == 0, "PD", "LSTA")
    wanted = pd.MultiIndex.from_arrays([frame["USUBJID"], source])
    known = adrs.set_index(["USUBJID", "PARAMCD"])["ASEQ"]
    known = known[known.index.get_level_values(1).isin(["PD", "LSTA"])]
    found = pd.Series(known.reindex(wanted).array, index=frame.index)
    return found.where(frame["SRCDOM"] == "ADRS").astype("Int64")
