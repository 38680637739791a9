"""Calibrated populations: how common each virtual patient is, so that trials come out as those that were fitted.

The package ships one set of virtual patients, `data/calibrated.npz`, which `melanokine calibrate` writes. Patient k is
the same person in every population (the random streams are keyed by number), with a prevalence weight w_k that all
populations share; in population p a patient counts with

    w_k  [k is a plausible patient of p]  P(k has failed the earlier therapy of p),

and an ensemble of such weights carries what the data leave open. A new trial differs from its population by effects
drawn anew (`trial_effects`); one that acts on patients multiplies the weights with exp(b z_k), z_k being the
patient's score in the parameters that it shifts.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from melanokine.errors import InputError, ModelError, nearest
from melanokine.patients import streams
from melanokine.patients.model import model_of
from melanokine.patients.parameters import parameter_uniform
from melanokine.patients.population import Population

FILE = Path(__file__).parent / "data" / "calibrated.npz"
PATIENTS, HAZARD = "patients", "hazard"
DESIGN, ERA = "design", "era"


@dataclass(frozen=True)
class TrialEffect:
    """How trials (or eras) of one design and population differ: `sd` from one to the next, 0 on average.

    One that acts on `patients` shifts the distribution of `parameters`, all by the same part of their spread between
    patients; one that acts on the `hazard` is the logarithm of a factor on the hazard of death.
    """

    name: str
    level: str
    acts_on: str
    parameters: tuple[str, ...]
    sd: float


def score(parameters: tuple[str, ...], seed: int, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far each patient lies in the direction of `parameters`: a standard normal score, shape (patients,)."""
    each = [ndtri(parameter_uniform(seed, numbers, name)) for name in parameters]
    return np.sum(each, axis=0) / np.sqrt(len(each))


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Calibrated populations.

    `numbers` (patients,) are the numbers of the virtual patients in the random streams of `seed`. Member 0 is the best
    fit, members 1 to `members` are the ensemble; `log_weights` (members + 1, patients) and `era_effects`
    (members + 1, eras) belong to them. `prevalence` (patients,) by population is 0 for who is no plausible patient of
    it, otherwise the probability to have failed its earlier therapy. `provenance` says what all this was made of.
    """

    seed: int
    numbers: NDArray[np.int64]
    prevalence: Mapping[str, NDArray[np.float32]]
    log_weights: NDArray[np.float16]
    eras: tuple[str, ...]
    era_effects: NDArray[np.float64]
    trial_effects: tuple[TrialEffect, ...]
    provenance: Mapping[str, Any]

    @property
    def populations(self) -> tuple[str, ...]:
        """Names of the populations, as in the library."""
        return tuple(self.prevalence)

    @property
    def members(self) -> int:
        """How many members the ensemble has, the best fit not counted."""
        return len(self.log_weights) - 1

    def effects(self, member: int = 0) -> dict[str, float]:
        """Logarithm of the factor on the hazard of death that belongs to each era (`eras`), and to no trial."""
        return dict(zip(self.eras, self.era_effects[self._member(member)].tolist(), strict=True))

    def weights(
        self, population: str, member: int = 0, effects: Mapping[str, float] | None = None
    ) -> NDArray[np.float64]:
        """Prevalence of each patient in a population, shape (patients,), adding up to 1.

        `effects` gives the values of trial effects on patients by name, those left out being 0. Raises InputError
        for a population or effect that is not there.
        """
        if population not in self.prevalence:
            raise InputError(
                f"population {population!r} is not calibrated", remedy=nearest(population, self.populations)
            )
        exponent = self.log_weights[self._member(member)].astype(np.float64)
        known = {effect.name: effect for effect in self.trial_effects if effect.acts_on == PATIENTS}
        for name, value in (effects or {}).items():
            if name not in known:
                raise InputError(f"no trial effect {name!r} acts on patients", remedy=nearest(name, known))
            exponent = exponent + value * score(known[name].parameters, self.seed, self.numbers)
        weights = self.prevalence[population] * np.exp(exponent - exponent.max())
        return weights / weights.sum()

    def draw(
        self, population: str, count: int, seed: int, member: int = 0, effects: Mapping[str, float] | None = None
    ) -> NDArray[np.intp]:
        """Rows of `count` patients drawn by their prevalence, with replacement: position i depends on seed and i only,
        so a larger trial begins with the patients of a smaller one."""
        below = np.cumsum(self.weights(population, member, effects))
        u = streams.uniform(seed, np.arange(count), "patient of the calibrated population")[:, 0]
        return np.minimum(np.searchsorted(below / below[-1], u, side="right"), len(below) - 1)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of who there is and how common each is, in every member."""
        parts = (self.numbers, *self.prevalence.values(), self.log_weights, self.era_effects)
        return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()

    def _member(self, member: int) -> int:
        if not 0 <= member <= self.members:
            raise InputError(f"no member {member}", remedy=f"the ensemble has members 0 to {self.members}")
        return member

    def to_bytes(self) -> bytes:
        """The data file: the same content gives the same bytes."""
        told = {
            "seed": self.seed,
            "populations": list(self.populations),
            "eras": list(self.eras),
            "trial_effects": [asdict(effect) for effect in self.trial_effects],
            "provenance": dict(self.provenance),
        }
        stream = io.BytesIO()
        np.savez_compressed(
            stream,
            numbers=self.numbers.astype(np.int32),
            prevalence=np.stack([self.prevalence[name] for name in self.populations]).astype(np.float32),
            log_weights=self.log_weights,
            era_effects=self.era_effects,
            told=np.frombuffer(json.dumps(told, ensure_ascii=False, sort_keys=True).encode(), np.uint8),
        )
        return stream.getvalue()

    @classmethod
    def from_file(cls, file: Path) -> Calibrated:
        """What a data file holds, whatever model it was made with; InputError if it cannot be read."""
        try:
            with np.load(file) as arrays:
                told = json.loads(arrays["told"].tobytes())
                prevalence = dict(zip(told["populations"], arrays["prevalence"], strict=True))
                return cls(
                    seed=told["seed"],
                    numbers=arrays["numbers"].astype(np.int64),
                    prevalence=prevalence,
                    log_weights=arrays["log_weights"],
                    eras=tuple(told["eras"]),
                    era_effects=arrays["era_effects"],
                    trial_effects=tuple(
                        TrialEffect(**{**effect, "parameters": tuple(effect["parameters"])})
                        for effect in told["trial_effects"]
                    ),
                    provenance=told["provenance"],
                )
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise InputError(
                f"no calibrated population can be read: {error}",
                file=file,
                remedy="make one with `melanokine calibrate`",
            ) from None


def digests(populations: tuple[str, ...]) -> dict[str, str]:
    """What patients depend on, by digest: the mechanisms (the model without any drug) and each population."""
    return {
        "mechanisms": model_of(()).digest,
        **{f"population {name}": Population.load(name).digest for name in populations},
    }


@lru_cache(maxsize=4)
def _read(file: Path) -> Calibrated:
    return Calibrated.from_file(file)


def covers(population: Population) -> bool:
    """Whether this population is one of those that ship calibrated, and the library's own of that name."""
    return population.name in _read(FILE).populations and population.digest == Population.load(population.name).digest


@lru_cache(maxsize=4)
def load(file: Path = FILE) -> Calibrated:
    """The calibrated populations that ship with the package.

    Raises ModelError if mechanisms or populations have changed since they were made: the weights would be of others.
    """
    found = _read(file)
    made_of = found.provenance["digests"]
    changed = [name for name, digest in digests(found.populations).items() if made_of.get(name) != digest]
    if changed:
        raise ModelError(
            f"the calibrated populations were made with another model ({', '.join(changed)} changed)",
            file=file,
            remedy="recalibrate with `melanokine calibrate`",
        )
    return found
