"""ADRS: responses by RECIST 1.1, at each scan and for each subject.

Responses at scans are those of the trial's reader (`recist.py`), best overall responses those of `best_response.py`:
BOR without and CBOR with confirmation. Which of the two the trial reports, its design says.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from melanokine.trials.adam.adtr import COLUMNS
from melanokine.trials.adam.subjects import KEYS, Subjects, dates, numbered, relative_day, visit

PARAMETERS = {
    "TRGRESP": "Target Lesion Response by Investigator",
    "NTRGRESP": "Non-Target Lesion Response by Investigator",
    "NEWLPROG": "New Lesion by Investigator",
    "OVR": "Overall Response by Investigator",
    "PD": "Disease Progression by Investigator",
    "LSTA": "Last Evaluable Disease Assessment",
    "DEATH": "Death",
    "RSP": "Response by Investigator (not confirmed)",
    "CRSP": "Confirmed Response by Investigator",
    "BOR": "Best Overall Response (not confirmed)",
    "CBOR": "Best Overall Response (confirmed)",
    "CB": "Disease Control (response not confirmed)",
    "CCB": "Disease Control (response confirmed)",
}
"""Label of each parameter, in order."""

VALUES = {"CR": 1.0, "PR": 2.0, "SD": 3.0, "NON-CR/NON-PD": 4.0, "PD": 5.0, "NE": 6.0, "Y": 1.0, "N": 0.0}
CONTROL = ["CR", "PR", "SD"]


def adrs(subjects: Subjects) -> pd.DataFrame:
    """One record per subject, parameter and scan, or per subject and parameter."""
    values = pd.concat([_by_scan(subjects), _by_subject(subjects)], ignore_index=True)
    values["PARAMN"] = values["PARAMCD"].map({name: n for n, name in enumerate(PARAMETERS, 1)}).astype("Int64")
    frame = subjects.extended(values, COLUMNS).rename(columns={"TRT01P": "TRTP", "TRT01PN": "TRTPN"})
    frame = frame.sort_values(["USUBJID", "PARAMN", "AVISITN"], ignore_index=True)
    frame["PARAM"] = frame["PARAMCD"].map(PARAMETERS)
    frame["AVAL"] = frame["AVALC"].map(VALUES).astype(float)
    frame["ADT"] = dates(frame["RANDDT"], frame["day"])
    frame["ADY"] = relative_day(frame["ADT"], frame["RANDDT"])
    return numbered(frame, "ASEQ").assign(ANL01FL="Y")


def _by_scan(subjects: Subjects) -> pd.DataFrame:
    """Responses of the scans after baseline. Subjects without non-target lesions have no response of theirs."""
    scans = subjects.records.scans
    after = scans[scans["scan"] > 0]
    lesions = subjects.records.lesions
    others = lesions.loc[(lesions["scan"] == 0) & ~lesions["is_target"], KEYS].drop_duplicates()
    with_others = pd.MultiIndex.from_frame(after[KEYS]).isin(pd.MultiIndex.from_frame(others))
    columns = {
        "TRGRESP": after["target"],
        "NTRGRESP": after["non_target"].replace("SD", "NON-CR/NON-PD").where(with_others),
        "NEWLPROG": pd.Series(np.where(after["new_lesion"], "Y", "N"), index=after.index).where(after["readable"]),
        "OVR": after["overall"],
    }
    known = after[[*KEYS, "day"]].assign(**visit(after))
    parts = [known.assign(PARAMCD=name, AVALC=value)[value.notna()] for name, value in columns.items()]
    return pd.concat(parts, ignore_index=True)


def _by_subject(subjects: Subjects) -> pd.DataFrame:
    """What holds of a whole subject, with the day of the first scan that shows it."""
    rows = subjects.records.patients
    rows = rows[~rows["failed"].astype(bool)]
    parts = [
        _found(rows, "PD", rows["progression"]),
        _found(rows, "LSTA", rows["last_scan"].where(rows["last_scan"] > 0)),
        _found(rows, "DEATH", rows["death"]),
    ]
    for best, day, response, overall, control in (
        ("best_unconfirmed", "best_unconfirmed_day", "RSP", "BOR", "CB"),
        ("best_confirmed", "best_confirmed_day", "CRSP", "CBOR", "CCB"),
    ):
        responds = rows[best].isin(["CR", "PR"])
        first = rows["unconfirmed_response_day" if response == "RSP" else "confirmed_response_day"]
        parts += [
            _found(rows, response, first.where(responds)),
            rows[KEYS].assign(PARAMCD=overall, AVALC=rows[best], day=rows[day]),
            _found(rows, control, rows[day].where(rows[best].isin(CONTROL))),
        ]
    return pd.concat(parts, ignore_index=True).assign(AVISIT="", AVISITN=np.nan)


def _found(rows: pd.DataFrame, parameter: str, day: pd.Series) -> pd.DataFrame:
    """Y with its day where there is one, N elsewhere."""
    return rows[KEYS].assign(PARAMCD=parameter, AVALC=np.where(day.notna(), "Y", "N"), day=day)
