"""The design of a trial: who receives what, when the tumour is imaged, how long patients are followed.

A design is a YAML file (`schema.json` describes it to editors) or keyword arguments. Its least form:

    arms:
      combination: ["bempegaldesleukin 0.006 mg/kg IV every 3 weeks", "nivolumab 360 mg IV every 3 weeks"]
      nivolumab: ["nivolumab 360 mg IV every 3 weeks"]
    patients_per_arm: 390
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from melanokine.drugs import Drug, Regimen
from melanokine.errors import InputError, nearest
from melanokine.patients import population
from melanokine.trials.scans import DAYS_PER_MONTH, ScanCalendar
from melanokine.trials.simulator import trial_model
from melanokine.yaml_file import Document, as_value_error

SCHEMA = Path(__file__).parent / "schema.json"

COURSES = (
    "lymphocytes", "nk_cells", "nk_bright_cells", "regulatory_t_cells", "cd8_t_cells", "tumour_cd8", "tumour_treg",
    "interferon_gamma", "pdl1", "interferon_gamma_plasma", "interleukin_6", "temperature", "vascular_leak",
    "mean_arterial_pressure", "albumin", "il10_myeloid", "il10_cd8", "il18_signal", "il18_binding_protein",
    "eosinophils", "neutrophils", "platelets", "haemoglobin",
)  # fmt: skip
"""Observables whose time courses a trial records unless it says otherwise."""

MOST_PATIENTS = 1_000_000
_KNOWN_DRUGS: ContextVar[tuple[Drug, ...]] = ContextVar("known_drugs", default=())


@contextmanager
def known_drugs(drugs: Iterable[Drug]) -> Iterator[None]:
    """While this holds, sentences may name these drugs beside those of the library."""
    token = _KNOWN_DRUGS.set(tuple(drugs))
    try:
        yield
    finally:
        _KNOWN_DRUGS.reset(token)


def _in_words(regimen: Any) -> Any:
    return str(regimen) if isinstance(regimen, Regimen) else regimen


def _understood(sentence: str) -> str:
    _checked(lambda text: Regimen.parse(text, drugs=_KNOWN_DRUGS.get()), sentence)
    return sentence


Sentence = Annotated[str, Field(min_length=1), BeforeValidator(_in_words), AfterValidator(_understood)]
"""A regimen in words; a `Regimen` is taken as well."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EvidenceArm(_Record):
    """Names the rows of the published evidence that belong to an arm."""

    trial_id: str
    arm: str


class Arm(_Record):
    """One arm: its treatment in sentences (none: untreated), and its number of patients if it differs."""

    regimen: list[Sentence]
    patients: int | None = Field(None, ge=1, le=MOST_PATIENTS)
    evidence: EvidenceArm | None = Field(None, description="the same arm in the published evidence")


class SubsequentOption(_Record):
    """Therapy that a share of the patients receives after progression."""

    regimen: list[Sentence] = Field(min_length=1)
    probability: float = Field(ge=0, le=1)


class TrialDesign(_Record):
    """Everything that a protocol fixes before the first patient enters. Unknown keys are refused."""

    name: str = Field("trial", min_length=1, description="short name, used for files")
    title: str = ""
    nct: str = Field("", pattern=r"^(NCT\d{8})?$", description="register number")
    sources: list[str] = Field(default_factory=list, description="DOI, PMID or NCT of the design")
    blind: bool = Field(False, description="predicted only: published outcomes are neither fitted nor shown")
    year: int = Field(
        2014, ge=1970, le=2100, description="year in which enrolment began: era of mortality and of later therapy"
    )
    population: str = Field(
        "advanced melanoma, first line",
        description="name in the library, or a YAML file, relative to that of the trial",
    )
    arms: dict[Annotated[str, Field(min_length=1)], Arm] = Field(min_length=1)
    patients_per_arm: int | None = Field(None, ge=1, le=MOST_PATIENTS)
    reference: str = Field("", description="the arm that others are compared with; by default the last")
    scans: str = Field("every 9 weeks", description="e.g. week 12, then every 6 weeks to week 49, then every 12 weeks")
    scan_window_days: int = Field(7, ge=0, le=28, description="patients come up to so many days early or late")
    confirmation: bool = Field(True, description="responses need a second scan at least 28 days later")
    stable_disease_weeks: float = Field(6.0, ge=0, le=52, description="shortest time to call a disease stable")
    duration_months: float = Field(24.0, gt=0, le=240, description="data cut-off, from the entry of the first patient")
    accrual_months: float = Field(0.0, ge=0, le=120, description="patients enter evenly over this time")
    subsequent_therapy: Literal["by era", "none"] | list[SubsequentOption] = Field(
        "by era", description="therapy after progression"
    )
    courses: list[str] = Field(list(COURSES), description="observables whose time courses are recorded")

    @field_validator("arms", mode="before")
    @classmethod
    def _sentences_alone_are_an_arm(cls, arms: Any) -> Any:
        if not isinstance(arms, dict):
            return arms
        return {name: {"regimen": arm} if isinstance(arm, list) else arm for name, arm in arms.items()}

    @field_validator("scans")
    @classmethod
    def _calendar_is_understood(cls, sentence: str) -> str:
        _checked(ScanCalendar.parse, sentence)
        return sentence

    @field_validator("population")
    @classmethod
    def _population_is_known(cls, name: str, info: ValidationInfo) -> str:
        """The name, or the path of a file, which is relative to the trial file if there is one."""
        if name.endswith((".yaml", ".yml")):
            name = str((info.context or {}).get("folder", Path()) / name)
        _checked(population.Population.load, name)
        return name

    @model_validator(mode="after")
    def _hangs_together(self) -> TrialDesign:
        for name, arm in self.arms.items():
            if arm.patients is None and self.patients_per_arm is None:
                error = InputError(f"arm {name!r} has no number of patients", remedy="add `patients_per_arm: 100`")
                raise as_value_error(error, ("arms", name))
            if self.blind and arm.evidence:
                message = f"arm {name!r} names evidence, but the trial is blind"
                error = InputError(message, remedy="leave one of them out")
                raise as_value_error(error, ("arms", name, "evidence"))
        if self.reference and self.reference not in self.arms:
            error = InputError(f"no arm {self.reference!r}", remedy=nearest(self.reference, self.arms))
            raise as_value_error(error, ("reference",))
        if self.accrual_months >= self.duration_months:
            error = InputError("the last patient enters after the data cut-off", remedy="give a longer duration_months")
            raise as_value_error(error, ("accrual_months",))
        if not isinstance(self.subsequent_therapy, str):
            total = sum(option.probability for option in self.subsequent_therapy)
            if total > 1 + 1e-9:
                error = InputError(f"probabilities add up to {total:g}", remedy="make them 1 or less")
                raise as_value_error(error, ("subsequent_therapy",))
        return self

    @model_validator(mode="after")
    def _courses_are_observed(self) -> TrialDesign:
        if set(self.courses) <= set(COURSES):  # every model has them, so none need be built
            return self
        known = trial_model(self.sentences, _KNOWN_DRUGS.get()).network.observables
        for position, name in enumerate(self.courses):
            if name not in known:
                error = InputError(f"the model has no observable {name!r}", remedy=nearest(name, known))
                raise as_value_error(error, ("courses", position))
        return self

    @classmethod
    def build(cls, **keywords: Any) -> TrialDesign:
        """A design from keyword arguments; raises InputError for what a file would be refused for."""
        data = {key: value for key, value in keywords.items() if value is not None}
        return Document(data=data, lines=_places(data), file=None).validate(cls)

    def patients(self, arm: str) -> int:
        """Number of patients of an arm."""
        return self.arms[arm].patients or self.patients_per_arm or 0

    @property
    def sentences(self) -> list[str]:
        """The regimens of all arms, and of the therapies after progression that the design itself names."""
        said = [arm.regimen for arm in self.arms.values()]
        if not isinstance(self.subsequent_therapy, str):
            said += [option.regimen for option in self.subsequent_therapy]
        return [sentence for regimen in said for sentence in regimen]

    @property
    def earlier_checkpoint_inhibitors(self) -> tuple[str, ...]:
        """Classes of checkpoint inhibitor that the patients have progressed on before the trial."""
        return population.Population.load(self.population).earlier_checkpoint_inhibitors

    @property
    def duration_days(self) -> float:
        """Data cut-off, counted from the entry of the first patient [d]."""
        return self.duration_months * DAYS_PER_MONTH

    @property
    def accrual_days(self) -> float:
        """How long patients enter [d]."""
        return self.accrual_months * DAYS_PER_MONTH

    @property
    def reference_arm(self) -> str:
        """The arm that others are compared with."""
        return self.reference or list(self.arms)[-1]

    @property
    def calendar(self) -> ScanCalendar:
        return ScanCalendar.parse(self.scans)


def schema() -> str:
    """The JSON Schema of a trial file, as it stands in `schema.json`.

    It admits the short form of an arm, a bare list of sentences, beside the full record.
    """
    record = TrialDesign.model_json_schema()
    arms = record["properties"]["arms"]
    sentences = record["$defs"]["Arm"]["properties"]["regimen"]
    arms["additionalProperties"] = {"anyOf": [sentences, {"$ref": "#/$defs/Arm"}]}
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _checked(function: Any, text: str) -> Any:
    try:
        return function(text)
    except InputError as error:
        raise as_value_error(error) from None


def _places(data: Any, place: tuple = ()) -> dict[tuple, int]:
    """Line 0 for every part of plain data, so that errors can say where in it they arose."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    places = {place: 0}
    for key, value in parts:
        places |= _places(value, (*place, key))
    return places
