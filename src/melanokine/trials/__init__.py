"""Virtual trials: protocol, visits, RECIST 1.1, adverse events, endpoints, statistics, and a library of designs.

`load("checkmate-067")` gives a published design, `names()` lists them; `Trial(load("checkmate-067")).run(seed=1)`
simulates it.
"""

from melanokine.trials.catalogue import drugs_of, load, names, not_covered, subject
from melanokine.trials.design import TrialDesign
from melanokine.trials.estimates import Estimate
from melanokine.trials.published_values import published
from melanokine.trials.result import Result
from melanokine.trials.run import Trial
from melanokine.trials.write import prepare_directory, write_parquet

__all__ = [
    "Estimate",
    "Result",
    "Trial",
    "TrialDesign",
    "drugs_of",
    "load",
    "names",
    "not_covered",
    "prepare_directory",
    "published",
    "subject",
    "write_parquet",
]
