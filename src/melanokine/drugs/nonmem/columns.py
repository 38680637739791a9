"""The columns of a dosing table, its units, and the table itself as it comes from a file or a data frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from melanokine.drugs.record import Drug
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("ID", "TIME", "AMT", "RATE", "DUR", "II", "ADDL", "SS", "EVID", "CMT", "ALAG", "F")
NAMED = "CMTNAME"
"""The column that names the compartment where CMT is its number."""

SPELLINGS = {"LAG": "ALAG", "TLAG": "ALAG", "ALAG1": "ALAG", "F1": "F", "BIO": "F"}
"""Other names under which columns are written."""

TimeUnit = Literal["hour", "day"]


def amount_unit(drug: Drug) -> str:
    """The unit of AMT for a drug."""
    return "cells" if drug.amount_unit == "Mcell" else "mg"


def bioavailability(drug: Drug, route: str) -> float:
    """The fraction of a dose by `route` that reaches the blood, by the drug's record."""
    return drug.routes.SC.bioavailability.to("1") if route == "SC" and drug.routes.SC else 1.0


def lag(drug: Drug, route: str) -> float:
    """Days until a dose by `route` enters its compartment, by the drug's record."""
    return drug.routes.SC.lag.to("d") if route == "SC" and drug.routes.SC else 0.0


def table_of(source: pd.DataFrame | str | Path) -> tuple[pd.DataFrame, str | None]:
    """The table with columns as above, and the file it came from; InputError where it is none."""
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        table, file = source, None
    else:
        file = str(source)
        table = _file(file)
    table = table.rename(columns=lambda name: str(name).strip().lstrip("#").upper())
    table = table.rename(columns={name: SPELLINGS.get(name, name) for name in table.columns})
    line = 1 if file else None
    for column in ("TIME", "AMT", "CMT"):
        if column not in table.columns:
            remedy = nearest(column, [str(name) for name in table.columns] or ["TIME"])
            raise InputError(f"the column {column} is missing", file=file, line=line, remedy=remedy)
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise InputError(f"the column {twice[0]} is given twice", file=file, line=line, remedy="keep one of them")
    return table, file


def _file(file: str) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_csv(file, na_values=["."], skipinitialspace=True)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(f"cannot be read: {reason}", file=file, remedy="check the path") from None
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        message = f"is not a table in CSV: {' '.join(str(error).split())}"
        raise InputError(message, file=file, remedy="write one row per record") from None
