"""The whole calibration, step by step, in one directory: a run that was killed goes on where it stood.

`patients/` holds what every candidate does in every fitted arm, `ablations/` the same for the model without one
mechanism. Both are kept; everything that is fitted to them is computed again, which takes minutes and gives the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from melanokine.calibration import responses, ship, targets
from melanokine.calibration.ablation import Ablated, ablate
from melanokine.calibration.diagnostics import Moved, moved, optimism, supported
from melanokine.calibration.ensemble import MEMBERS, members, shared_parameters
from melanokine.calibration.fit import STRENGTH, Fit, fit
from melanokine.calibration.leave_out import ARM, TRIAL, LeftOut, leave_out
from melanokine.calibration.problem import Problem, build
from melanokine.patients.calibrated import Calibrated

CANDIDATES = 5120
ABLATION_CANDIDATES = 512


@dataclass(frozen=True)
class Calibration:
    """A finished calibration: the problem, its best fit, the ensemble as data, and all that judges them.

    `own_chance` and `fresh_chance` are the RMS residuals [points] of a fit to one half of the trials' chance, in that
    half and in the other; `support` and `near_support` say of each arm whether some weights of its patients reproduce
    all its targets exactly, or each within half a standard error.
    """

    problem: Problem
    best: Fit
    calibrated: Calibrated
    own_chance: float
    fresh_chance: float
    support: dict[tuple[str, str], bool]
    near_support: dict[tuple[str, str], bool]
    moved: list[Moved]
    left_out: list[LeftOut]
    ablated: list[Ablated]


def calibrate(
    directory: Path,
    *,
    candidates: int = CANDIDATES,
    seed: int = 1,
    count: int = MEMBERS,
    ablation_candidates: int = ABLATION_CANDIDATES,
    workers: int,
    progress: responses.Progress,
) -> Calibration:
    """Everything from nothing, or from what `directory` holds of a run with the same arguments.

    `candidates` and `ablation_candidates` (0: no ablation) are rounded up to whole blocks; `count` is the number of
    members. Raises InputError if the directory holds another calibration, ModelError if the fit does not settle.
    """
    wanted = targets.from_evidence()
    simulated = responses.simulate(directory / "patients", wanted, candidates, seed, workers, progress)
    problem = build(simulated, wanted)
    progress("fitting weights and trial effects", 0, 1)
    best = fit(problem)
    halves = build(simulated, wanted, (0,)), build(simulated, wanted, (1,))
    own, fresh = optimism(halves, fit(halves[0]))
    progress("fitting weights and trial effects", 1, 1)
    ensemble = members(problem, best, seed, count=count, progress=progress)
    left_out = [row for what in (ARM, TRIAL) for row in leave_out(problem, best, what, seed, progress=progress)]
    ablated = (
        ablate(directory / "ablations", wanted, ablation_candidates, seed, workers, progress, simulated)
        if ablation_candidates
        else []
    )
    return Calibration(
        problem=problem,
        best=best,
        calibrated=ship.calibrated(simulated, problem, best, ensemble, STRENGTH),
        own_chance=own,
        fresh_chance=fresh,
        support=supported(problem),
        near_support=supported(problem, 0.5),
        moved=moved(problem, best, seed, [each.name for each in shared_parameters()]),
        left_out=left_out,
        ablated=ablated,
    )
