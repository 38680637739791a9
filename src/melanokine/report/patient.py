"""One simulated patient: the course as a table, and figures of exposure, immune cells and tumour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from melanokine.report.figures.courses import COURSES, Course, courses, moving
from melanokine.report.figures.exposure import exposure
from melanokine.report.figures.style import arm_colours
from melanokine.report.figures.svg import write_svg
from melanokine.report.figures.tumour import tumour
from melanokine.report.numbers import plain

if TYPE_CHECKING:
    import xarray as xr
    from rich.table import Table

    from melanokine.patients.model import Model

LEAST_SHOWN = 1e-3
"""What is less than this is shown as 0."""
_TUMOUR = (("sum_of_diameters", "Sum of lesion diameters", "mm"),)


def write_patient(data: xr.Dataset, model: Model, directory: Path) -> None:
    """Write `course.csv` and the figures `exposure`, `immune-courses` and `tumour` of the first patient in `data`."""
    course = course_frame(data)
    course.to_csv(directory / "course.csv", index=False, lineterminator="\n", float_format="%.6g")
    name = patient_name(data)
    colours = arm_colours([name])
    days = float(course["day"].iloc[-1])
    given = [drug for drug in model.drugs.values() if drug.id in set(data["dose_drug"].to_numpy())]
    if given:
        shown = pd.concat(
            _band(course, name, observable).assign(drug=drug.name, unit=unit)
            for drug in given
            for observable, unit in [drug.exposure]
        )
        figure = exposure(shown, arms=[name], colours=colours, days=days)
        write_svg(figure, directory / "exposure.svg", f"Exposure of the {name}")
    figure = courses(_bands(course, name), arms=[name], colours=colours, days=days)
    write_svg(figure, directory / "immune-courses.svg", f"Immune cells of the {name}")
    write_svg(tumour(course, days=days), directory / "tumour.svg", f"Tumour of the {name}")


def patient_name(data: xr.Dataset) -> str:
    """What the first patient of `data` is called: "typical patient", or the number and the population."""
    population = str(data.attrs["population"])
    return population if population.startswith("typical") else f"patient {int(data['patient'][0])} of {population}"


def doses_given(data: xr.Dataset) -> list[str]:
    """For each drug, how many of its planned doses the first patient received, in words."""
    given, drugs = data["given"].isel(patient=0).to_numpy(), data["dose_drug"].to_numpy()
    counts = {drug: (int(given[drugs == drug].sum()), int((drugs == drug).sum())) for drug in dict.fromkeys(drugs)}
    return [f"{drug}: {received} of {planned} doses given" for drug, (received, planned) in counts.items()]


def course_frame(data: xr.Dataset) -> pd.DataFrame:
    """All observables of the first patient: one row per recorded day, one column each."""
    first = data.isel(patient=0)
    columns = {name: first[name].to_numpy() for name in first.data_vars if first[name].dims == ("time",)}
    return pd.DataFrame({"day": data["time"].to_numpy(), **columns})


def course_table(data: xr.Dataset, columns: int = 7) -> Table:
    """The patient's course at some days, for the terminal; what does not move is left out."""
    from rich import box
    from rich.table import Table

    course = course_frame(data)
    last = float(course["day"].iloc[-1])
    wanted = np.linspace(0.0, last, columns)
    whole = last >= columns - 1
    if whole:
        wanted[1:-1] = np.round(wanted[1:-1])
    rows = [int(np.abs(course["day"] - day).argmin()) for day in wanted]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=patient_name(data), title_justify="left")
    table.add_column("day", overflow="fold")
    for row in rows:
        day = float(course["day"][row])
        table.add_column(f"{day:.0f}" if whole else plain(day), justify="right", no_wrap=True)
    lines = [(one.observable, one.title, one.unit) for one in _moving(course)]
    for observable, title, unit in [*_TUMOUR, *lines]:
        table.add_row(f"{title}, {unit}", *(plain(course[observable][row], least=LEAST_SHOWN) for row in rows))
    return table


def unmoved(data: xr.Dataset) -> list[str]:
    """Titles of the courses that `course_table` leaves out."""
    course = course_frame(data)
    moving_ones = _moving(course)
    titles = [one.title for one in COURSES if one.observable in course and one not in moving_ones]
    return [title[0].lower() + title[1:] if title[1].islower() else title for title in titles]


def _moving(course: pd.DataFrame) -> list[Course]:
    return moving(_bands(course, ""))


def _bands(course: pd.DataFrame, name: str) -> pd.DataFrame:
    """All courses in the form of bands of no width."""
    present = [one.observable for one in COURSES if one.observable in course]
    return pd.concat([_band(course, name, observable).assign(observable=observable) for observable in present])


def _band(course: pd.DataFrame, name: str, observable: str) -> pd.DataFrame:
    """A course in the form of a band of no width."""
    values = course[observable]
    return pd.DataFrame({"arm": name, "day": course["day"], "low": values, "median": values, "high": values})
