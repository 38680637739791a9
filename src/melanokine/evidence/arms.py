"""What a published trial found, arm by arm."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from melanokine.errors import InputError, nearest
from melanokine.evidence.tables import load

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ["endpoint", "value", "ci_low", "ci_high", "unit", "doi", "pmid", "nct", "verified", "note"]


def published(trial_id: str, arm: str) -> pd.DataFrame:
    """The published endpoints of one arm of one trial.

    Efficacy comes from `outcomes`, survival fractions that it lacks from `km_points` (as `PFS_12mo`, in
    percent), and adverse events that it lacks from `toxicity` where the arm has the same name there.

    Returns
    -------
    DataFrame with the columns endpoint, value, ci_low, ci_high, unit, doi, pmid, nct, verified and note, one
    row per endpoint. It is empty for an arm of a blind design: those are predicted, their outcomes not shipped.

    Raises
    ------
    InputError
        When no table knows the trial, or the trial has no such arm.
    """
    found = _observations()
    blind = load("blind_designs")
    known = {*found["trial_id"], *blind["trial_id"]}
    if trial_id not in known:
        raise InputError(f"no published trial {trial_id!r}", remedy=nearest(trial_id, known))
    of_trial = found[found["trial_id"] == trial_id]
    arms = {*of_trial["arm"], *blind.loc[blind["trial_id"] == trial_id, "arm"]}
    if arm not in arms:
        raise InputError(f"trial {trial_id} has no published arm {arm!r}", remedy=nearest(arm, arms))
    return of_trial.loc[of_trial["arm"] == arm, _COLUMNS].reset_index(drop=True)


def arm_names(trial_id: str) -> list[str]:
    """The arms of a trial of which `outcomes` tells something, in its order; none for a trial it does not know."""
    outcomes = load("outcomes")
    return list(dict.fromkeys(outcomes.loc[outcomes["trial_id"] == trial_id, "arm"]))


@lru_cache(maxsize=1)
def _observations() -> pd.DataFrame:
    """All endpoints of all arms under the names of `outcomes`, the first table that has one winning."""
    import pandas as pd

    points = load("km_points")
    fraction = {"value": "survival_fraction", "ci_low": "ci_low", "ci_high": "ci_high"}
    percent = {column: (100.0 * points[source]).round(6) for column, source in fraction.items()}
    month = points["month"].map("{:g}".format)
    points = points.assign(endpoint=points["endpoint"] + "_" + month + "mo", unit="percent", **percent)
    columns = ["trial_id", "arm", *_COLUMNS]
    tables = [load("outcomes"), points, load("toxicity")]
    together = pd.concat([table[columns] for table in tables], ignore_index=True)
    return together.drop_duplicates(["trial_id", "arm", "endpoint"], ignore_index=True)
