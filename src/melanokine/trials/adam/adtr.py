"""ADTR: the diameters of target lesions and their sum at every readable scan, with baseline and nadir."""

from __future__ import annotations

import numpy as np
import pandas as pd

from melanokine.trials.adam.subjects import KEYS, Subjects, dates, flag, numbered, relative_day, visit

SUM = 99
"""PARAMN of the sum of diameters."""

COLUMNS = ["STUDYID", "USUBJID", "SUBJID", "SITEID", "TRT01P", "TRT01PN", "ITTFL", "SAFFL"]


def adtr(subjects: Subjects) -> pd.DataFrame:
    """One record per subject, lesion or sum, and scan."""
    records = subjects.records
    lesions = records.lesions[records.lesions["is_target"]]
    planned = records.scans[[*KEYS, "scan", "planned"]]
    single = lesions.merge(planned, on=[*KEYS, "scan"], how="left", validate="many_to_one").assign(
        PARAMN=lesions["lesion"].to_numpy(), AVAL=lesions["diameter"].to_numpy(float)
    )
    readable = records.scans[records.scans["readable"]]
    sums = readable.assign(PARAMN=SUM, AVAL=readable["sum"].astype(float))
    columns = [*KEYS, "scan", "planned", "day", "PARAMN", "AVAL"]
    values = pd.concat([single[columns], sums[columns]], ignore_index=True)
    frame = subjects.extended(values, COLUMNS).sort_values(["USUBJID", "PARAMN", "scan"], ignore_index=True)
    frame = frame.rename(columns={"TRT01P": "TRTP", "TRT01PN": "TRTPN"}).assign(**visit(frame))
    frame["PARAMN"] = frame["PARAMN"].astype("Int64")
    whole = frame["PARAMN"] == SUM
    lesion = frame["PARAMN"].astype(str)
    frame["PARAMCD"] = np.where(whole, "SDIAM", "LDIAM" + lesion)
    frame["PARAM"] = np.where(
        whole, "Target Lesions Sum of Diameters (mm)", "Target Lesion " + lesion + " Diameter (mm)"
    )
    frame["ADT"] = dates(frame["RANDDT"], frame["day"])
    frame["ADY"] = relative_day(frame["ADT"], frame["RANDDT"])
    return numbered(_changes(frame), "ASEQ").assign(AVALU="mm", ANL01FL="Y")


def _changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Change from baseline, and from the smallest earlier value."""
    series = frame.groupby(["USUBJID", "PARAMN"], sort=False)["AVAL"]
    first = frame["scan"] == 0
    base = series.transform("first")
    nadir = series.cummin().groupby([frame["USUBJID"], frame["PARAMN"]], sort=False).shift()
    change, rise = (frame["AVAL"] - base).mask(first), frame["AVAL"] - nadir
    return frame.assign(
        ABLFL=flag(first),
        BASE=base,
        CHG=change,
        PCHG=100.0 * change / base,
        NADIR=nadir,
        CHGNAD=rise,
        PCHGNAD=(100.0 * rise / nadir.where(nadir > 0)).astype(float),
    )
