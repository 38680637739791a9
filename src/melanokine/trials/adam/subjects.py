"""The subjects of a virtual trial: who they are, their dates, and ADSL.

A subject is a virtual patient in one arm. Days of the records count from randomisation, which is placed in the calendar
by a convention: the first patient enters on 1 January of the design's year.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from melanokine.interchange.clinical import Variable
from melanokine.trials.result import Result

KEYS = ["patient", "arm"]


def study_identifier(result: Result) -> str:
    """Names the virtual trial, and cannot be taken for a register number."""
    return f"VIRTUAL-{result.design.name.upper()}-S{result.seed}"


class Subjects:
    """The subjects of a result, by patient and arm."""

    def __init__(self, result: Result) -> None:
        assert result.records is not None  # `datasets` asks for them
        self.result = result
        self.records = result.records
        self.identifier = study_identifier(result)
        self._adsl = self._subject_level()

    def adsl(self, variables: tuple[Variable, ...]) -> pd.DataFrame:
        """ADSL, with what the population knows of its patients."""
        return self._adsl[[variable.name for variable in variables]]

    def knows(self, variable: Variable) -> bool:
        """Whether the covariate is there that a variable needs."""
        return variable.when == "always" or variable.when in self.result.patients.columns

    def extended(self, records: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        """Records with `columns` of ADSL put before them; RANDDT and TRTSDT are there as well."""
        wanted = [*KEYS, *dict.fromkeys([*columns, "RANDDT", "TRTSDT"])]
        return self._adsl[wanted].merge(records, on=KEYS, how="inner", validate="one_to_many")

    def _subject_level(self) -> pd.DataFrame:
        records = self.records.patients
        covariates = self.result.patients
        arms = {arm: number for number, arm in enumerate(self.result.design.arms, 1)}
        number = records["arm"].map(arms).astype("Int64")
        width = max(4, len(str(records["patient"].max())))
        subject = [f"{arm}-{patient:0{width}d}" for arm, patient in zip(number, records["patient"], strict=True)]
        first = pd.Timestamp(date(self.result.design.year, 1, 1)).as_unit("s")
        randomised = first + pd.to_timedelta(records["entry"] // 1, unit="D").dt.as_unit("s")
        failed, treated = records["failed"], records["first_dose"].notna()
        died = records["death"].notna()
        withdrew = ~died & records["withdrew"].fillna(False).astype(bool)
        table = pd.DataFrame(
            {
                "patient": records["patient"],
                "arm": records["arm"],
                "STUDYID": self.identifier,
                "USUBJID": [f"{self.identifier}-{one}" for one in subject],
                "SUBJID": subject,
                "SITEID": "001",
                "VPATID": records["patient"].astype("Int64"),
                "ARM": records["arm"],
                "TRT01P": records["arm"],
                "TRT01PN": number,
                "TRT01A": records["arm"].where(treated, ""),
                "TRT01AN": number.where(treated),
                "RANDDT": randomised,
                "TRTSDT": dates(randomised, records["first_dose"]),
                "TRTEDT": dates(randomised, records["last_dose"]),
                "ITTFL": flag(~failed, other="N"),
                "SAFFL": flag(treated, other="N"),
                "FAILFL": flag(failed),
                "EOSSTT": np.where(failed, "", np.where(died | withdrew, "DISCONTINUED", "ONGOING")),
                "EOSDT": dates(randomised, records["last_day"]),
                "DCSREAS": np.where(died, "DEATH", np.where(withdrew, "WITHDRAWAL", "")),
                "DTHFL": flag(died),
                "DTHDT": dates(randomised, records["death"]),
                "LSTALVDT": dates(randomised, records["last_day"]),
            }
        )
        return table.assign(**_covariates(covariates))


def _covariates(patients: pd.DataFrame) -> dict[str, Any]:
    """Baseline variables that the covariates hold, in the order of the records of patients."""
    found: dict[str, Any] = {}
    if "age" in patients:
        found["AGE"] = np.floor(patients["age"]).astype("Int64").array
        found["AGEU"] = "YEARS"
    if "sex" in patients:
        found["SEX"] = patients["sex"].map({"male": "M", "female": "F"}).astype(object).array
    if "ecog" in patients:
        found["ECOGBL"] = patients["ecog"].astype("Int64").array
    same = {"WEIGHTBL": "weight", "BSABL": "body_surface_area", "LDHRBL": "ldh_ratio", "PDL1BL": "pdl1_percent"}
    return found | {name: patients[source].astype(float).array for name, source in same.items() if source in patients}


def dates(randomised: pd.Series, days: pd.Series) -> pd.Series:
    """The dates of days counted from randomisation; missing where the day is."""
    return randomised + pd.to_timedelta(days.astype(float) // 1, unit="D").dt.as_unit("s")


def relative_day(day: pd.Series, origin: pd.Series) -> pd.Series:
    """Days from the date `origin`, which is day 1; the day before it is -1."""
    apart = (day - origin).dt.days.astype("Int64")
    return apart + (apart >= 0).astype("Int64")


def flag(condition: pd.Series, other: str = "") -> np.ndarray:
    """Y where a condition holds, `other` elsewhere."""
    return np.where(condition, "Y", other).astype(object)


def visit(scans: pd.DataFrame) -> dict[str, pd.Series]:
    """AVISIT and AVISITN of the planned days of scans."""
    week = scans["planned"] / 7.0
    words = [f"Week {one:.4g}" if scan else "Baseline" for one, scan in zip(week, scans["scan"], strict=True)]
    return {"AVISIT": pd.Series(words, index=scans.index, dtype=object), "AVISITN": week}


def numbered(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame with a column that counts the records of each subject from 1."""
    return frame.assign(**{name: frame.groupby("USUBJID").cumcount().add(1).astype("Int64")})
