"""Published observations, each with its source: the ground on which every other floor stands.

`load("outcomes")` gives one table, `names()` lists them, `published(trial_id, arm)` gives the endpoints of
one arm and `arm_names(trial_id)` the arms of a trial. The columns and the grades of certainty are described
in `evidence/data/README.md`.
"""

from melanokine.evidence.arms import arm_names, published
from melanokine.evidence.tables import load, names

__all__ = ["arm_names", "load", "names", "published"]
