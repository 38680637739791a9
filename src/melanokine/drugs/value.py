"""A number of a drug record: what it is, how it varies between patients, and how it is known."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from melanokine.errors import InputError, UnitError
from melanokine.network.parameter import Parameter
from melanokine.network.units import parse
from melanokine.yaml_file import as_value_error

SOURCE = re.compile(r"10\.\d{4,9}/\S+|PMID:\d+|NCT\d{8}|label:\w+")
"""A DOI, a PMID, a registry number or a product's prescribing information; several are separated by `; `."""


class Record(BaseModel):
    """Base of all parts of a drug record: immutable, and every key must be known."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Value(Record):
    """A number with its unit, spread between patients, and origin.

    `value` is the median. The spread between patients is given as `cv` (percent, log-normal) or as `spread` (standard
    deviation of ln, logit or the value itself, as `distribution` says); without either the value is the same in all.
    `low` and `high` confine the draws of a varying value, and say what its sources leave open for a fixed one.

    Grades: A measured in humans and seen in the primary source; B measured in humans, seen through a secondary source
    or computed from graded values; C inferred from animals, from another molecule or from a fit; D assumed.
    """

    value: float
    unit: str
    cv: float | None = Field(default=None, gt=0, le=300)
    spread: float | None = Field(default=None, gt=0, le=5)
    distribution: Literal["fixed", "lognormal", "logitnormal", "normal"] = "fixed"
    low: float | None = None
    high: float | None = None
    source: str = ""
    how: Literal["measured", "derived", "fitted", "assumed"]
    grade: Literal["A", "B", "C", "D"]
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _log_normal_by_cv(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("cv") is not None and "distribution" not in data:
            return {**data, "distribution": "lognormal"}
        return data

    @model_validator(mode="after")
    def _consistent(self) -> Value:
        for check in (self._check_unit, self._check_spread, self._check_range, self._check_origin):
            try:
                check()
            except InputError as error:
                raise as_value_error(error) from None
        return self

    def _check_unit(self) -> None:
        try:
            parse(self.unit)
        except UnitError as error:
            raise InputError(error.message, remedy=error.remedy) from None

    def _check_spread(self) -> None:
        given = [name for name in ("cv", "spread") if getattr(self, name) is not None]
        if len(given) > 1:
            raise InputError("cv and spread are both given", remedy="keep one of them")
        if self.cv is not None and self.distribution != "lognormal":
            raise InputError(f"a cv does not describe a {self.distribution} value", remedy="give its spread")
        if self.distribution == "fixed" and given:
            raise InputError("a fixed value has no spread", remedy="say which distribution")
        if self.distribution != "fixed" and not given:
            raise InputError(f"a {self.distribution} value needs a spread", remedy="give cv or spread")
        if self.distribution == "lognormal" and self.value <= 0:
            raise InputError(f"a lognormal value must be positive, not {self.value:g}")
        if self.distribution == "logitnormal" and not 0 < self.value < 1:
            raise InputError(f"a logitnormal value lies between 0 and 1, not at {self.value:g}")

    def _check_range(self) -> None:
        low, high = self.bounds
        if not low <= self.value <= high:
            raise InputError(f"{self.value:g} lies outside its own range, {low:g} to {high:g}")

    def _check_origin(self) -> None:
        if (self.how == "assumed") != (self.grade == "D"):
            raise InputError("grade D and `how: assumed` go together")
        if not self.source and self.how != "assumed":
            raise InputError(f"a {self.how} value needs a source", remedy="give a DOI, PMID:... or NCT...")
        for part in filter(None, self.source.split("; ")):
            if not SOURCE.fullmatch(part):
                raise InputError(
                    f"{part!r} is no source", remedy="write a DOI (10.x/y), PMID:1, NCT00000001 or label:Product"
                )

    @property
    def bounds(self) -> tuple[float, float]:
        """`low` and `high`, infinite where they are not given."""
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high

    @property
    def deviation(self) -> float:
        """Standard deviation between patients on the scale of the distribution; 0 for a fixed value."""
        if self.cv is not None:
            return math.sqrt(math.log1p((self.cv / 100) ** 2))
        return self.spread or 0.0

    def to(self, unit: str) -> float:
        """The number in another unit; UnitError when the dimensions differ."""
        return self.value * parse(self.unit).factor_to(parse(unit))

    def parameter(self, name: str) -> Parameter:
        """The network parameter `name` that this value describes."""
        low, high = self.bounds
        return Parameter(
            name=name,
            value=self.value,
            unit=self.unit,
            distribution=self.distribution,
            spread=self.deviation,
            low=low,
            high=high,
            how=self.how,
            source=self.source,
            note=self.note,
        )


def _measured_in(*units: str, positive: bool) -> Any:
    described = " or ".join(units)

    def check(value: Value) -> Value:
        if not any(parse(value.unit).like(parse(unit)) for unit in units):
            raise as_value_error(InputError(f"is in {value.unit}", remedy=f"give it in a unit like {described}"))
        if positive and value.value <= 0:
            raise as_value_error(InputError(f"must be positive, not {value.value:g}"))
        return value

    return Annotated[Value, AfterValidator(check), Field(description=f"in a unit like {described}")]


Clearance = _measured_in("L/d", positive=True)
Volume = _measured_in("L", positive=True)
Rate = _measured_in("1/d", positive=True)
Duration = _measured_in("d", positive=True)
Weight = _measured_in("kg", positive=True)
Concentration = _measured_in("nM", positive=True)
MolarMass = _measured_in("kDa", positive=True)
SpecificActivity = _measured_in("IU/mg", positive=True)
EffectDose = _measured_in("mg/m2", "umol", positive=True)
Fraction = _measured_in("1", positive=True)
Number = _measured_in("1", positive=False)
