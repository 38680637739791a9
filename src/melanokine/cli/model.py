"""`melanokine model`: the size of the model, its mechanisms, and where its numbers come from."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from melanokine.patients.model import Model


def describe_model() -> None:
    """Describe the model: size, mechanisms, drugs and citations."""
    from melanokine.cli.console import output
    from melanokine.patients.model import standard_model

    model = standard_model()
    console = output()
    console.print(_size(model))
    console.print(_mechanisms(model))
    console.print("[bold]Citations[/bold]")
    for one in _citations(model):
        console.print(f"  {one}", soft_wrap=True)


def _size(model: Model) -> str:
    equations = model.equations
    entries = sum(len(row) for row in equations.jacobian)
    return (
        f"[bold]{len(equations.states)} states, {len(equations.parameters)} parameters, {entries} entries in the"
        f" Jacobian, {model.lesions} target lesions[/bold]\nmodel {model.digest}"
    )


def _mechanisms(model: Model):
    from rich import box
    from rich.table import Table

    from melanokine import biology

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("mechanism or drug", no_wrap=True)
    table.add_column("what it is", overflow="fold")
    table.add_column("parameters", justify="right")
    table.add_column("sources", justify="right")
    sources = model.citations()
    counts: dict[str, int] = {}
    for parameter in model.parameters.values():
        counts[parameter.module] = counts.get(parameter.module, 0) + 1
    about = {name: _first_sentence(name) for name in biology.MECHANISMS}
    about |= {drug.id: f"{drug.name}: {drug.strategy}" for drug in model.drugs.values()}
    for name in [*about, *sorted(counts.keys() - about.keys())]:
        table.add_row(name, about.get(name, ""), str(counts.get(name, 0)), str(len(sources.get(name, []))))
    return table


def _first_sentence(mechanism: str) -> str:
    text = import_module(f"melanokine.biology.{mechanism}").__doc__ or ""
    return " ".join(text.strip().split("\n\n")[0].split()).split(". ")[0].rstrip(".")


def _citations(model: Model) -> list[str]:
    from melanokine.report.citations import citations

    found = citations(source for sources in model.citations().values() for source in sources)
    return [f"{one.text}  {one.url}" if one.url else one.text for one in found]
