"""`melanokine drugs`: the molecules that regimens may name."""

from __future__ import annotations

from typing import Annotated

import typer


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
    from rich import box
    from rich.table import Table

    from melanokine.cli.console import output

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("id", "name", "parent", "strategy", "grade"):
        table.add_column(column, overflow="fold")
    for drug in chosen:
        table.add_row(drug.id, drug.name, drug.parent, drug.strategy, drug.grade)
    console = output()
    console.print(table)
    console.print("melanokine drugs NAME shows one in full, with its sources", style="dim")


def _print_drug(drug) -> None:
    from melanokine.cli.console import output
    from melanokine.report.citations import citations

    console = output()
    console.print(f"[bold]{drug.name}[/bold] ({drug.id}), grade {drug.grade}")
    console.print(f"{drug.parent}; {drug.strategy}")
    if drug.note:
        console.print(drug.note, style="dim")
    for label, lines in _facts(drug):
        console.print(f"\n[bold]{label}[/bold]")
        for line in lines:
            console.print(f"  {line}")
    console.print("\n[bold]sources[/bold]")
    for one in citations(drug.sources):
        console.print(f"  {one.text}  {one.url}" if one.url else f"  {one.text}")


def _facts(drug) -> list[tuple[str, list[str]]]:
    """The record's groups of values, one line per value that is given."""
    record = drug.model_dump(mode="json", exclude_none=True)
    groups = []
    for name in ("molar_mass", "activity", "binding", "routes", "pharmacokinetics"):
        if name in record:
            groups.append((name.replace("_", " "), list(_lines(record[name]))))
    return groups


def _lines(value: object, name: str = ""):
    if isinstance(value, dict) and {"value", "how"} <= value.keys():
        unit = f" {value['unit']}" if value.get("unit", "1") != "1" else ""
        yield f"{name or 'value'}: {value['value']:g}{unit} ({value['how']})"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name} {key}".strip().replace("_", " "))
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, name)
    elif value not in ("", None):
        yield f"{name}: {value}"
