"""The summary of a trial for the terminal: arms as columns, endpoints as rows, intervals in quieter type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.report.reading import read
from melanokine.report.tables import Cell, Row, Table, contrast_table, summary_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

    from melanokine.trials import Result


def print_summary(result: Result, console: Console) -> None:
    """Print the endpoints of every arm and the comparisons between arms to `console`."""
    reading = read(result)
    console.print(f"[bold]{reading.title}[/bold]")
    if reading.blind:
        console.print("blind design: predicted, not fitted; published values are not shown", style="italic")
    drawn = "calibrated" if result.calibration else "not calibrated"
    console.print(f"{result.design.population}, {drawn}", style="dim")
    for arm in reading.arms:
        failed = f", {arm.failed} failed" if arm.failed else ""
        console.print(f"{arm.name}: {arm.n} patients{failed}", style="dim")
    console.print(rich_table(summary_table(reading)))
    contrasts = contrast_table(reading)
    if contrasts.rows:
        console.print(rich_table(contrasts))


def rich_table(table: Table) -> RichTable:
    """A table as the terminal shows it."""
    from rich import box
    from rich.table import Table as RichTable

    drawn = RichTable(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, caption=table.caption)
    drawn.caption_justify = "left"
    drawn.add_column(table.header[0], overflow="fold")
    for name in () if table.groups else table.header[1:]:
        drawn.add_column(name, justify="right")
    for group in table.groups:
        drawn.add_column(group.name, justify="right", header_style=f"bold {group.colour}" if group.colour else "bold")
    for row in table.rows:
        drawn.add_row(row.name, *_cells(row, table))
    return drawn


def _cells(row: Row, table: Table) -> list[str]:
    """One text per arm: the predicted value, and on a second line the published one where there is any.

    In a table without arms each cell has a column of its own.
    """
    if not table.groups:
        return [_text(cell) for cell in row.cells]
    texts, start = [], 0
    for group in table.groups:
        own = row.cells[start : start + group.span]
        start += group.span
        lines = [_text(own[0])]
        lines += [f"[dim]published {_text(cell)}[/dim]" for cell in own[1:] if cell.value != "–"]
        texts.append("\n".join(lines))
    return texts


def _text(cell: Cell) -> str:
    return f"{cell.value} [dim]({cell.details})[/dim]" if cell.details else cell.value
