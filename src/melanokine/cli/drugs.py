"""`melanokine drugs`: the molecules that regimens may name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

GROUPS = ("molar_mass", "activity", "binding", "targeting", "guard", "routes", "pharmacokinetics")
"""Parts of a record that hold what is known of the molecule, in the order in which they are shown."""

GRADES = (
    "grade A: measured in humans, primary source; B: through a secondary source or computed; "
    "C: from animals, the laboratory, another molecule or a fit; D: assumed"
)


def list_drugs(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show this drug in full.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print a list of records as JSON.")] = False,
) -> None:
    """List the drugs of the library, or show one of them."""
    from melanokine import drugs

    chosen = [drugs.load(one) for one in (drugs.names() if name is None else [name])]
    if json:
        _print_json(chosen, full=name is not None)
    elif name:
        _print_drug(chosen[0])
    else:
        _print_table(chosen)


def _print_json(chosen: list, *, full: bool) -> None:
    from melanokine.cli.console import print_json

    print_json([{**(drug.model_dump(mode="json") if full else {}), **drug.summary()} for drug in chosen])


def _print_table(chosen: list) -> None:
    """A row per drug, those of one parent together, interleukins first."""
    from rich import box
    from rich.table import Table

    from melanokine.cli.console import output

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("id", "what it is", "grade"):
        table.add_column(column, no_wrap=column == "id", overflow="fold")
    parents = sorted({drug.parent for drug in chosen}, key=_place)
    for parent in parents:
        table.add_section()
        table.add_row(f"[bold]{parent}[/bold]")
        for drug in chosen:
            if drug.parent == parent:
                table.add_row(f"  {drug.id}", f"{drug.name}: {drug.strategy}", drug.grade)
    console = output()
    console.print(table)
    console.print(f"{len(chosen)} drugs. melanokine drugs NAME shows one in full, with its sources", style="dim")
    console.print(GRADES, style="dim")


def _place(parent: str) -> tuple[bool, int, str]:
    """Where a parent stands: interleukins by number, then the rest by name."""
    number = parent.removeprefix("IL-")
    return not number.isdecimal(), int(number) if number.isdecimal() else 0, parent


def _print_drug(drug) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from melanokine.cli.console import output
    from melanokine.report.citations import citations

    console = output()
    console.print(Text.assemble((drug.name, "bold"), f" ({drug.id}), grade {drug.grade}"))
    console.print(Text(f"{drug.parent}; {drug.strategy}"))
    if drug.aliases:
        console.print(Text(f"also called {', '.join(drug.aliases)}"))
    if drug.note:
        console.print(Text(drug.note, style="dim"))
    record = drug.model_dump(mode="json", exclude_none=True)
    for group in (name for name in GROUPS if record.get(name)):
        console.print(Text(f"\n{group.replace('_', ' ')}", style="bold"))
        for line, note in _lines(record[group]):
            console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
            if note:
                console.print(Padding(Text(note, style="dim"), (0, 0, 0, 6), expand=False))
    console.print(f"\n{GRADES}", style="dim")
    console.print("\n[bold]sources[/bold]")
    for one in citations(drug.sources):
        console.print(Text(f"  {one.text}  {one.url}" if one.url else f"  {one.text}"))


def _lines(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """A line and a note for each number (value, spread, grade, how it was obtained, source) and each fact."""
    if isinstance(value, dict) and {"value", "how"} <= value.keys():
        yield f"{name or 'value'}: {_number(value)}", value.get("note", "")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name} {key}".strip().replace("_", " "))
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, name)
    elif value not in ("", None):
        yield (f"{name}: {value}" if name else str(value)), ""


def _number(value: dict) -> str:
    """For example `0.28 L/h (0.05 to 0.6, cv 40 %); grade B, fitted, 10.1093/oncolo/oyaf301`."""
    unit = f" {value['unit']}" if value["unit"] != "1" else ""
    spread = []
    if {"low", "high"} <= value.keys():
        spread.append(f"{value['low']:g} to {value['high']:g}")
    if "cv" in value:
        spread.append(f"cv {value['cv']:g} %")
    if "spread" in value:
        spread.append(f"{value['distribution']} with standard deviation {value['spread']:g}")
    within = f" ({', '.join(spread)})" if spread else ""
    known = ", ".join(filter(None, (f"grade {value['grade']}", value["how"], value.get("source"))))
    return f"{value['value']:g}{unit}{within}; {known}"
