"""Published observations, each with its source: the ground on which every other floor stands.

`load("outcomes")` gives one table, `names()` lists them, `published(trial_id, arm)` gives the endpoints of
one arm. The columns and the grades of certainty are described in `evidence/data/README.md`.
"""

from melanokine.evidence.arms import published
from melanokine.evidence.tables import load, names

__all__ = ["load", "names", "published"]
