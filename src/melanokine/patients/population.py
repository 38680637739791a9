"""Who is enrolled: a population is a record of facts about a group of patients, each with its source.

A population replaces the between-patient distribution of some parameters of the model (body weight, the tumour size at
diagnosis), may shift others by a part of their standard deviation, and describes the covariates that a trial reports
at baseline. It never depends on the treatment, so all arms of a trial share it.
"""

from __future__ import annotations

import hashlib
import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from melanokine.errors import InputError, nearest
from melanokine.network.parameter import Parameter, split_sources
from melanokine.yaml_file import read_yaml

LIBRARY = Path(__file__).parent / "library"
SCHEMA = Path(__file__).parent / "population.schema.json"

Correlation = Annotated[float, Field(gt=-1, lt=1)]


class Sourced(BaseModel):
    """Where numbers come from: `source` is a DOI, PMID or NCT, and may be empty only for what is assumed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: Literal["measured", "derived", "fitted", "assumed"]
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _has_a_source(self) -> Sourced:
        if self.how != "assumed" and not self.source:
            raise ValueError(f"what is {self.how} needs a source (DOI, PMID or NCT)")
        return self


class Distribution(Sourced):
    """A between-patient distribution, as in the parameter tables of the mechanisms."""

    value: float
    unit: str
    distribution: Literal["fixed", "lognormal", "logitnormal", "normal", "exponential"]
    spread: float = Field(0.0, ge=0)
    low: float | None = None
    high: float | None = None

    def parameter(self, name: str) -> Parameter:
        """This distribution as a parameter called `name`."""
        return Parameter(
            name=name,
            value=self.value,
            unit=self.unit,
            distribution=self.distribution,
            spread=self.spread,
            low=-math.inf if self.low is None else self.low,
            high=math.inf if self.high is None else self.high,
            how=self.how,
            source=self.source,
            note=self.note,
        )


class Shift(Sourced):
    """A shift of a parameter's distribution by a number of its own between-patient standard deviations."""

    standard_deviations: float


class Frailty(Sourced):
    """How frail a group is as a whole: the `mean` of `frailty`, in standard deviations of first-line patients.

    Theirs is 0. What is known of a group is its performance status: its mean frailty is the correlation of frailty with
    the score behind that status, times the distance of the group's mean score from that of first-line patients.
    """

    mean: float


class Follower(Sourced):
    """A covariate whose standard normal score has the given correlation with that of one other quantity.

    `follows` maps the name of a parameter, of `frailty` or of a covariate above to the correlation (Gaussian copula).
    """

    follows: dict[str, Correlation] = Field(default_factory=dict, max_length=1)


class Continuous(Follower, Distribution):
    """A covariate on a scale: `offset` plus a draw of the distribution."""

    offset: float = 0.0


class Ordered(Follower):
    """A covariate in ordered classes, with the fraction of patients in each; the lowest score is in the first."""

    fractions: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(min_length=1)

    @model_validator(mode="after")
    def _fractions_add_up(self) -> Ordered:
        if abs(sum(self.fractions.values()) - 1) > 1e-6:
            raise ValueError(f"fractions add up to {sum(self.fractions.values()):g}, not to 1")
        return self


def _kind(covariate: Any) -> str:
    """Which kind of covariate is meant: only an ordered one has fractions."""
    fractions = "fractions" in covariate if isinstance(covariate, dict) else isinstance(covariate, Ordered)
    return "Ordered" if fractions else "Continuous"


Covariate = Annotated[
    Annotated[Continuous, Tag("Continuous")] | Annotated[Ordered, Tag("Ordered")], Discriminator(_kind)
]


class PdL1Assay(Sourced):
    """Immunohistochemistry of PD-L1: which percentage of tumour cells stains, seen through an imperfect assay.

    logit(percent / 100) = intercept + slope ln(pdl1 / reference) + noise z, with the model's observable `pdl1` at
    diagnosis and a standard normal z; a tumour is called positive from `positive_from` percent on.
    """

    reference: float = Field(gt=0)
    intercept: float
    slope: float
    noise: float = Field(ge=0)
    positive_from: float = Field(gt=0, le=100)


class Population(BaseModel):
    """A group of patients as enrolled in trials; see the files of `patients/library`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    era: int = Field(ge=1980, le=2100, description="typical year of enrolment; decides what therapy may follow")
    earlier_checkpoint_inhibitors: tuple[Literal["anti-PD-1", "anti-CTLA-4"], ...] = Field(
        (),
        description="classes that the disease has progressed on; decides what therapy may follow, not who is enrolled",
    )
    parameters: dict[str, Distribution] = Field(default_factory=dict)
    shifts: dict[str, Shift] = Field(default_factory=dict)
    frailty: Frailty | None = Field(None, description="of the group as a whole; as in first-line patients if left out")
    covariates: dict[str, Covariate] = Field(default_factory=dict)
    pdl1_assay: PdL1Assay | None = None

    @classmethod
    def load(cls, name: str | Path) -> Population:
        """The library's population of that name, or the one in a YAML file; InputError if there is none."""
        if Path(name).suffix in (".yaml", ".yml"):
            return read_yaml(name, cls)
        known = _library()
        if str(name) not in known:
            raise InputError(f"no population is called {str(name)!r}", remedy=nearest(str(name), known))
        return known[str(name)]

    @property
    def digest(self) -> str:
        """sha256 of everything in the record but `earlier_checkpoint_inhibitors`, on which no patient depends."""
        record = self.model_dump_json(exclude={"earlier_checkpoint_inhibitors"})
        return hashlib.sha256(record.encode()).hexdigest()

    def sources(self) -> list[str]:
        """Every DOI, PMID or NCT that the record cites, sorted."""
        records: list[Sourced] = [*self.parameters.values(), *self.shifts.values(), *self.covariates.values()]
        records += [record for record in (self.frailty, self.pdl1_assay) if record]
        return sorted({source for record in records for source in split_sources(record.source)})

    @model_validator(mode="after")
    def _followed_are_known(self) -> Population:
        above = {"frailty", *self.parameters}
        for name, covariate in self.covariates.items():
            for followed in covariate.follows:
                if followed in self.covariates and followed not in above:
                    raise ValueError(f"covariates.{name} follows {followed!r}, which stands below it")
            above.add(name)
        return self


def names() -> list[str]:
    """The names of the populations in the library."""
    return sorted(_library())


def schema() -> str:
    """The JSON Schema of a population file, as it stands in `population.schema.json`."""
    record: dict[str, Any] = Population.model_json_schema()
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


@lru_cache(maxsize=1)
def _library() -> dict[str, Population]:
    """The populations of the library by name, read once per process."""
    records = [read_yaml(path, Population) for path in sorted(LIBRARY.glob("*.yaml"))]
    return {record.name: record for record in records}
