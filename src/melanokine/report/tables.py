"""Tables of a report, free of any output format: the HTML report and the terminal print the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from melanokine.report.endpoints import Estimate, ordered, with_unit
from melanokine.report.reading import Reading


@dataclass(frozen=True)
class Cell:
    """A number and its details (interval, how it is known), both as text; `published` sets apart what others have
    measured."""

    value: str
    details: str = ""
    published: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, then one cell per column."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """A heading over `span` neighbouring columns."""

    name: str
    span: int
    colour: str | None = None


@dataclass(frozen=True)
class Table:
    """`header` names all columns, the first being that of the row names; `groups` stand above it."""

    caption: str
    groups: tuple[Group, ...]
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def summary_table(reading: Reading) -> Table:
    """Endpoints as rows, arms as columns; published values beside the predicted ones where the design is not blind."""
    return _table(
        "Values with 95% intervals; NR, not reached.",
        [(arm.name, arm.colour, arm.predicted, arm.published) for arm in reading.arms],
    )


def contrast_table(reading: Reading) -> Table:
    """Endpoints as rows, comparisons of two arms as columns."""
    colours = {arm.name: arm.colour for arm in reading.arms}
    return _table(
        "Comparisons, with 95% intervals; a hazard ratio below 1 favours the arm named first.",
        [
            (f"{contrast.arm} vs {contrast.reference}", colours[contrast.arm], contrast.predicted, contrast.published)
            for contrast in reading.contrasts
        ],
    )


def _table(caption: str, columns: Sequence[tuple[str, str, dict[str, Estimate], dict[str, Estimate]]]) -> Table:
    header, groups = ["Endpoint"], []
    units: dict[str, str] = {}
    for name, colour, predicted, published in columns:
        groups.append(Group(name, 2 if published else 1, colour))
        header += ["predicted", "published"] if published else ["predicted"]
        units.update({endpoint: estimate.unit for endpoint, estimate in predicted.items()})
    rows = []
    for endpoint in ordered(set(units)):
        cells: list[Cell] = []
        for _, _, predicted, published in columns:
            cells.append(_cell(predicted.get(endpoint)))
            if published:
                cells.append(_cell(published.get(endpoint), published=True))
        rows.append(Row(with_unit(endpoint, units[endpoint]), tuple(cells)))
    return Table(caption, tuple(groups), tuple(header), tuple(rows))


def _cell(estimate: Estimate | None, *, published: bool = False) -> Cell:
    if estimate is None:
        return Cell("–", published=published)
    return Cell(estimate.number(), estimate.details(), published)
