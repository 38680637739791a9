"""What every plausible patient would do in every fitted arm, computed once, kept in a directory, block by block.

Candidates 0, 1, 2, ... are the same people in every population (their random streams are keyed by number); a population
changes the size at which they are diagnosed, and who among them is diagnosed at all. For each block of candidates one
file is written beside its place and renamed, so a run that was killed goes on where it stood, and the same seed gives
the same bytes. `plan.json` says what the directory holds; a directory of another plan is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melanokine.calibration import plausible
from melanokine.calibration.arm_endpoints import HALVES, expected_endpoints, shortened
from melanokine.calibration.designs import fitted
from melanokine.calibration.selections import ARM, selections
from melanokine.calibration.targets import Target
from melanokine.errors import InputError
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import examine
from melanokine.patients.model import Model
from melanokine.patients.population import Population
from melanokine.patients.transfer import transfer
from melanokine.trials import tables
from melanokine.trials.design import TrialDesign
from melanokine.trials.simulator import ModelSimulator, trial_model
from melanokine.trials.subsequent import options_by_era
from melanokine.whole_file import write_whole

BLOCK = 512
"""Candidates in a file."""
PLAN = "plan.json"
Progress = Callable[[str, int, int], None]
PopulationOf = Callable[[str], Population]


@dataclass(frozen=True)
class ArmPlan:
    """An arm to simulate: its design with the population it is asked of, and the months of its survival endpoints."""

    design: TrialDesign
    arm: str
    progression_free: tuple[float, ...]
    alive: tuple[float, ...]

    @property
    def key(self) -> str:
        return f"{self.design.name}|{self.arm}"


def arm_plans(targets: Sequence[Target]) -> list[ArmPlan]:
    """The fitted arms, each with the months that its targets ask for, and the therapies that earlier failed."""
    plans = []
    for chosen in fitted():
        for arm in chosen.arms:
            own = [target for target in targets if (target.design, target.arm) == (chosen.design.name, arm)]
            months = [tuple(t.month for t in own if t.endpoint == e and t.month is not None) for e in ("PFS", "OS")]
            plans.append(ArmPlan(shortened(chosen.design, months[0] + months[1]), arm, months[0], months[1]))
    for each in selections():
        plans.append(ArmPlan(shortened(each.design, [each.months]), ARM, (each.months,), ()))
    return plans


@dataclass(frozen=True)
class Responses:
    """Everything simulated, for the candidates 0 to `candidates` - 1.

    `diagnosed` and `plausible` hold by population which candidates are patients of it, shape (candidates,);
    `endpoints` by arm (`design|arm`) and name the expected endpoints, shape (2, candidates), NaN for those who are no
    patients of the arm's population. `plan` is what `plan.json` says.
    """

    plan: dict[str, Any]
    candidates: int
    diagnosed: Mapping[str, NDArray[np.bool_]]
    plausible: Mapping[str, NDArray[np.bool_]]
    endpoints: Mapping[str, Mapping[str, NDArray[np.float64]]]

    def first(self, candidates: int) -> Responses:
        """The same for fewer candidates."""
        return Responses(
            self.plan,
            candidates,
            {name: values[:candidates] for name, values in self.diagnosed.items()},
            {name: values[:candidates] for name, values in self.plausible.items()},
            {arm: {name: v[:, :candidates] for name, v in own.items()} for arm, own in self.endpoints.items()},
        )


def simulate(
    directory: Path,
    targets: Sequence[Target],
    candidates: int,
    seed: int,
    workers: int,
    progress: Progress,
    *,
    population: PopulationOf = Population.load,
    step: str = "simulating plausible patients",
) -> Responses:
    """Simulate all candidates, or those that `directory` lacks, and return what it holds then.

    `candidates` is rounded up to whole blocks; `population` gives the population of a name, and `step` names what is
    done to `progress`. Raises InputError if the directory holds the results of another plan.
    """
    plans = arm_plans(targets)
    blocks = -(-candidates // BLOCK)
    directory.mkdir(parents=True, exist_ok=True)
    _agree(directory, _plan(plans, seed, population))
    done = sum((directory / _name(block)).exists() for block in range(blocks))
    progress(step, done, blocks)
    for block in range(blocks):
        if not (directory / _name(block)).exists():
            _write(directory / _name(block), _block(block, plans, seed, workers, population))
            done += 1
            progress(step, done, blocks)
    return load(directory, blocks)


def load(directory: Path, blocks: int | None = None) -> Responses:
    """What a directory holds, up to its first missing block (or `blocks`)."""
    plan = json.loads((directory / PLAN).read_text(encoding="utf-8"))
    files: list[Any] = []
    while (directory / _name(len(files))).exists() and (blocks is None or len(files) < blocks):
        files.append(np.load(directory / _name(len(files))))
    if not files:
        raise InputError(f"{directory} holds no simulated patients", remedy="run `melanokine calibrate`")
    joined = {key: np.concatenate([file[key] for file in files], axis=-1) for key in files[0].files}
    endpoints: dict[str, dict[str, NDArray]] = {}
    for key, values in joined.items():
        kind, _, rest = key.partition("|")
        if kind == "endpoint":
            arm, _, name = rest.rpartition("|")
            endpoints.setdefault(arm, {})[name] = values.astype(np.float64)
    flags = {
        kind: {key.partition("|")[2]: values for key, values in joined.items() if key.startswith(f"{kind}|")}
        for kind in ("diagnosed", "plausible")
    }
    return Responses(plan, len(files) * plan["block"], flags["diagnosed"], flags["plausible"], endpoints)


def _block(
    block: int, plans: Sequence[ArmPlan], seed: int, workers: int, population: PopulationOf
) -> dict[str, NDArray]:
    """All arms for the candidates of one block, as arrays by name."""
    numbers = np.arange(block * BLOCK, (block + 1) * BLOCK)
    base = trial_model(())
    found: dict[str, NDArray] = {}
    cohorts: dict[str, Cohort] = {}
    for plan in plans:
        name = plan.design.population
        if name not in cohorts:
            cohorts[name] = examine(base, population(name), seed, numbers, workers=workers)
            met = np.all(list(plausible.met(cohorts[name], base, workers).values()), axis=0)
            found[f"diagnosed|{name}"] = np.isin(numbers, cohorts[name].streams)
            found[f"plausible|{name}"] = np.isin(numbers, cohorts[name].streams[met])
        model = trial_model(plan.design.sentences)
        cohort = transfer(cohorts[name], base, model)
        simulator = ModelSimulator(model, workers=workers)
        values = expected_endpoints(
            plan.design, plan.arm, cohort, simulator, progression_free=plan.progression_free, alive=plan.alive
        )
        rows = cohort.streams - numbers[0]
        for endpoint, value in values.items():
            column = np.full((len(HALVES), len(numbers)), np.nan, np.float32)
            column[:, rows] = value
            found[f"endpoint|{plan.key}|{endpoint}"] = column
    return found


def _plan(plans: Sequence[ArmPlan], seed: int, population: PopulationOf) -> dict[str, Any]:
    """All that the numbers depend on, by digest where it is long."""
    from melanokine import __version__

    models: dict[str, Model] = {plan.design.name: trial_model(plan.design.sentences) for plan in plans}
    arms = {
        plan.key: {
            "progression_free": list(plan.progression_free),
            "alive": list(plan.alive),
            "design": hashlib.sha256(plan.design.model_dump_json().encode()).hexdigest(),
            "shares": [option.probability for option in _options(plan)],
        }
        for plan in plans
    }
    populations = {plan.design.population: population(plan.design.population).digest for plan in plans}
    trial_layer = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(tables.FOLDER.glob("*.csv"))))
    return {
        "version": __version__,
        "seed": seed,
        "block": BLOCK,
        "halves": [list(half) for half in HALVES],
        "base_model": trial_model(()).digest,
        "models": {name: model.digest for name, model in models.items()},
        "populations": populations,
        "trial_layer": trial_layer.hexdigest(),
        "criteria": plausible.digest(),
        "arms": arms,
    }


def _options(plan: ArmPlan) -> Sequence[Any]:
    from melanokine.drugs import Regimen

    if plan.design.subsequent_therapy != "by era":
        return ()
    sentences = plan.design.arms[plan.arm].regimen
    roles = {role for each in sentences for role in Regimen.parse(each).drug.roles}
    return options_by_era(plan.design.year, roles, plan.design.earlier_checkpoint_inhibitors)


def _agree(directory: Path, plan: dict[str, Any]) -> None:
    """Write the plan of a new directory; refuse one whose plan differs, and say in what. It may hold more arms."""
    file = directory / PLAN
    if not file.exists():
        write_whole(file, json.dumps(plan, indent=1, ensure_ascii=False).encode() + b"\n")
        return
    there = json.loads(file.read_text(encoding="utf-8"))
    differing = [key for key in plan if key != "version" and not _holds(there.get(key), plan[key])]
    if differing:
        message = f"{directory} holds patients of another calibration ({', '.join(differing)} differ)"
        raise InputError(message, remedy="name another folder with --out, or remove that one")


def _holds(there: Any, wanted: Any) -> bool:
    """Whether a part of a plan is the one that is wanted, or holds more arms."""
    if isinstance(there, dict) and isinstance(wanted, dict):
        return all(there.get(key) == value for key, value in wanted.items())
    return bool(there == wanted)


def _name(block: int) -> str:
    return f"block-{block:04d}.npz"


def _write(path: Path, arrays: dict[str, NDArray]) -> None:
    import io

    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    write_whole(path, stream.getvalue())
