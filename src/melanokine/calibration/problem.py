"""The calibration problem: what each candidate contributes to each target, given weights and trial effects.

For a target of a trial with population p, patient k counts with

    q_k = [k is a plausible patient of p]  P(k has failed the earlier therapy of p)  exp(b z_k)

b being the trial's effects on patients and z_k the patient's scores. With the expected endpoint f_k the model predicts

    m = sum_k w_k q_k f_k / sum_k w_k q_k.

Survival is f_k = sum_o p_o exp(-exp(d) H_ko): H_ko is the hazard accumulated with option o after progression, p_o how
common the option is, d the logarithm of the trial's and its era's factor on mortality.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melanokine.calibration import effects as trial_effects
from melanokine.calibration.responses import Responses, arm_plans
from melanokine.calibration.selections import ARM, selections
from melanokine.calibration.targets import Target, errors, values
from melanokine.patients.calibrated import DESIGN, ERA, HAZARD, TrialEffect, score
from melanokine.trials.death import Mortality

Array = NDArray[np.float64]
BEFORE, FROM = "before the change of era", "from the change of era"


@dataclass(frozen=True)
class Variable:
    """One trial effect to estimate: an effect, and the design or era that has it."""

    effect: TrialEffect
    of: str


@dataclass(frozen=True)
class Feature:
    """What patients contribute to one target: `value` (patients,), or for survival the accumulated `hazards`
    (options, patients) with the `shares` (options,) of the options."""

    value: Array | None
    hazards: Array | None = None
    shares: Array | None = None

    def at(self, log_hazard: float) -> tuple[Array, Array]:
        """Expected endpoint of each patient and its derivative by the logarithm of the hazard's factor."""
        if self.hazards is None or self.shares is None:
            assert self.value is not None
            return self.value, np.zeros_like(self.value)
        accumulated = np.exp(log_hazard) * self.hazards
        alive = np.exp(-accumulated)
        return self.shares @ alive, -(self.shares @ (accumulated * alive))


@dataclass(frozen=True)
class Problem:
    """Everything a fit needs. Rows of all arrays are the `candidates` (their numbers) that are plausible somewhere."""

    targets: tuple[Target, ...]
    candidates: NDArray[np.int64]
    members: dict[str, Array]
    populations: dict[str, str]
    eras: dict[str, str]
    features: tuple[Feature, ...]
    variables: tuple[Variable, ...]
    scores: dict[str, Array]

    @property
    def observed(self) -> Array:
        """Observed values as fractions, shape (targets,)."""
        return values(list(self.targets))

    @property
    def errors(self) -> Array:
        """Standard errors as fractions, shape (targets,)."""
        return errors(list(self.targets))

    @property
    def prior(self) -> Array:
        """All candidates alike."""
        return np.full(len(self.candidates), 1.0 / len(self.candidates))

    @property
    def effect_variances(self) -> Array:
        return np.array([variable.effect.sd**2 for variable in self.variables])

    def without(self, left_out: Sequence[bool]) -> Problem:
        """The problem without the targets that are marked."""
        kept = [i for i, out in enumerate(left_out) if not out]
        return replace(
            self, targets=tuple(self.targets[i] for i in kept), features=tuple(self.features[i] for i in kept)
        )

    def factor(self, design: str, effects: Array) -> Array:
        """q of the design's trial: how far each candidate counts in it, shape (candidates,)."""
        shift = sum(
            value * self.scores[variable.effect.name]
            for variable, value in zip(self.variables, effects, strict=True)
            if variable.of == design and variable.effect.acts_on != HAZARD
        )
        return self.members[design] * np.exp(shift)

    def log_hazard(self, design: str, effects: Array) -> float:
        """Logarithm of the factor on mortality in a trial."""
        return sum(
            float(value)
            for variable, value in zip(self.variables, effects, strict=True)
            if variable.of in (design, self.eras[design]) and variable.effect.acts_on == HAZARD
        )

    def contributions(self, effects: Array) -> tuple[Array, Array, Array]:
        """q, f, and the derivative of f by the log hazard, each (candidates, targets)."""
        factors = {design: self.factor(design, effects) for design in self.members}
        q = np.column_stack([factors[target.design] for target in self.targets])
        found = [
            feature.at(self.log_hazard(target.design, effects))
            for target, feature in zip(self.targets, self.features, strict=True)
        ]
        return q, np.column_stack([f for f, _ in found]), np.column_stack([slope for _, slope in found])

    def predicted(self, weights: Array, effects: Array) -> Array:
        """m of every target, shape (targets,)."""
        q, f, _ = self.contributions(effects)
        return (weights @ (q * f)) / (weights @ q)

    def sensitivities(self, weights: Array, effects: Array) -> Array:
        """Derivatives of m by the trial effects, shape (targets, variables)."""
        q, f, slope = self.contributions(effects)
        total = weights @ q
        m = (weights @ (q * f)) / total
        found = np.zeros((len(self.targets), len(self.variables)))
        for column, variable in enumerate(self.variables):
            own = [i for i, t in enumerate(self.targets) if variable.of in (t.design, self.eras[t.design])]
            if variable.effect.acts_on == HAZARD:
                found[own, column] = (weights @ (q * slope))[own] / total[own]
            elif own:
                z = self.scores[variable.effect.name] * weights
                found[own, column] = (z @ (q[:, own] * (f[:, own] - m[own]))) / total[own]
        return found


def build(responses: Responses, targets: Sequence[Target], halves: Sequence[int] = (0, 1)) -> Problem:
    """The problem of fitting `targets` to the simulated `responses`, averaged over the named halves of their chance."""
    plans = {plan.key: plan for plan in arm_plans(targets)}
    usable = np.any(list(responses.plausible.values()), axis=0)
    candidates = np.flatnonzero(usable)
    failure = failed_before(responses)
    change = Mortality.from_table().era_change
    members: dict[str, Array] = {}
    populations, eras = {}, {}
    for plan in plans.values():
        if plan.arm == ARM:
            continue
        name, population = plan.design.name, plan.design.population
        populations[name], eras[name] = population, FROM if plan.design.year >= change else BEFORE
        known = np.isfinite(responses.endpoints[plan.key]["ORR"]).all(axis=0)
        member = responses.plausible[population] & known
        chosen = np.nan_to_num(failure[population]) if population in failure else 1.0
        members[name] = np.minimum(members.get(name, 1.0), (member * chosen)[candidates])
    features = tuple(
        _feature(responses, target, candidates, halves, responses.plan["arms"][f"{target.design}|{target.arm}"])
        for target in targets
    )
    kinds = trial_effects.effects()
    levels = {DESIGN: list(members), ERA: sorted(set(eras.values()))}
    variables = tuple(Variable(kind, of) for kind in kinds for of in levels[kind.level])
    seed = responses.plan["seed"]
    scores = {kind.name: score(kind.parameters, seed, candidates) for kind in kinds if kind.parameters}
    return Problem(tuple(targets), candidates, members, populations, eras, features, variables, scores)


def failed_before(responses: Responses) -> dict[str, Array]:
    """For each population after a failed therapy, the probability of each candidate to have progressed on that."""
    return {
        each.population: 1.0
        - responses.endpoints[f"before {each.population}|{ARM}"][f"PFS_{each.months:g}mo"].mean(axis=0)
        for each in selections()
    }


def _feature(responses: Responses, target: Target, candidates: NDArray, halves: Sequence[int], arm: dict) -> Feature:
    """The simulated endpoint of a target; candidates who are no patients of its population have 0, and do not count."""
    found = responses.endpoints[f"{target.design}|{target.arm}"]

    def mean(name: str) -> Array:
        return np.nan_to_num(found[name][list(halves)][:, candidates].mean(axis=0), posinf=np.inf)

    if target.endpoint != "OS":
        return Feature(mean(target.name))
    shares = np.array([*arm["shares"], 1.0 - sum(arm["shares"])])
    labels = [*map(str, range(len(arm["shares"]))), "none"]
    survival = []
    for label in labels:
        both = found[f"hazard_{target.month:g}mo_{label}"][list(halves)][:, candidates]
        survival.append(np.exp(-both).mean(axis=0))
    alive = np.nan_to_num(np.array(survival), nan=1.0)
    return Feature(None, -np.log(np.maximum(alive, 1e-300)), shares)
