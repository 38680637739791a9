"""Tables and records of results, complete or not there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from melanokine.whole_file import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from melanokine.interchange.petab.fit import Fit
    from melanokine.interchange.petab.simulation import Evaluation


def simulation_table(evaluation: Evaluation) -> pd.DataFrame:
    """The measurement table with `simulation` in place of `measurement`, as PEtab has it."""
    table = evaluation.problem.table.copy()
    table.insert(list(table.columns).index("measurement"), "simulation", evaluation.values)
    return table.drop(columns="measurement")


def parameter_table(fit: Fit) -> pd.DataFrame:
    """Estimated parameters, linear, with the objective that each start came to."""
    import pandas as pd

    found = fit.parameters
    return pd.DataFrame({"parameterId": list(found), "value": list(found.values())})


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Tab-separated with all digits; InputError where it cannot be written."""
    write_whole(path, table.to_csv(sep="\t", index=False, lineterminator="\n").encode())
