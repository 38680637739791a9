"""`melanokine model`: its size, its mechanisms and where its numbers come from; the two faces of each interleukin."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from melanokine.biology.faces import Effect
    from melanokine.patients.model import Model


def describe_model(
    faces: Annotated[
        bool, typer.Option("--faces", help="Show by which paths each interleukin acts for and against the tumour.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Describe the model: size, mechanisms, drugs and citations, or the two faces of each interleukin."""
    from melanokine.cli.console import output, print_json

    if faces:
        from melanokine.biology.faces import effects

        found = effects()
        if json:
            print_json([effect.record() for effect in found])
        else:
            output().print(_faces(found))
        return

    from melanokine.patients.model import standard_model

    model = standard_model()
    if json:
        print_json(_record(model))
        return
    console = output()
    console.print(_size(model))
    console.print(_mechanisms(model))
    console.print("[bold]Citations[/bold]")
    for one in _citations(model):
        console.print(f"  {one}", soft_wrap=True)


def _faces(found: list[Effect]) -> Table:
    """A row per path; those of one interleukin and face stand under a heading, in the order of the file."""
    from rich import box
    from rich.padding import Padding
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("path", "mechanism", "source"):
        table.add_column(column, overflow="fold")
    heading = ""
    for effect in found:
        if heading != f"{effect.interleukin}, {effect.face}":
            heading = f"{effect.interleukin}, {effect.face}"
            table.add_section()
            table.add_row(f"[bold]{heading}[/bold]")
        table.add_row(Padding(effect.path, (0, 0, 0, 2)), effect.mechanism, "; ".join(effect.sources))
    return table


def _record(model: Model) -> dict[str, object]:
    sources = model.citations()
    rows = [{"name": name, "about": about, "parameters": n} for name, about, n in _modules(model)]
    return {
        "states": len(model.equations.states),
        "parameters": len(model.equations.parameters),
        "lesions": model.lesions,
        "digest": model.digest,
        "modules": [{**row, "sources": sources.get(str(row["name"]), [])} for row in rows],
    }


def _size(model: Model) -> str:
    equations = model.equations
    entries = sum(len(row) for row in equations.jacobian)
    return (
        f"[bold]{len(equations.states)} states, {len(equations.parameters)} parameters, {entries} entries in the"
        f" Jacobian, {model.lesions} target lesions[/bold]\nmodel {model.digest}"
    )


def _mechanisms(model: Model) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("mechanism or drug", no_wrap=True)
    table.add_column("what it is", overflow="fold")
    table.add_column("parameters", justify="right")
    table.add_column("sources", justify="right")
    sources = model.citations()
    for name, about, count in _modules(model):
        table.add_row(name, about, str(count), str(len(sources.get(name, []))))
    return table


def _modules(model: Model) -> list[tuple[str, str, int]]:
    """Mechanisms, drugs and whatever else has parameters: name, what it is, and how many."""
    from melanokine import biology

    counts: dict[str, int] = {}
    for parameter in model.parameters.values():
        counts[parameter.module] = counts.get(parameter.module, 0) + 1
    about = {name: _first_sentence(name) for name in biology.MECHANISMS}
    about["body_size"] = "Body weight and surface, by which doses are scaled"
    about |= {drug.id: f"{drug.name}: {drug.strategy}" for drug in model.drugs.values()}
    return [
        (name, about.get(name, ""), counts.get(name, 0)) for name in [*about, *sorted(counts.keys() - about.keys())]
    ]


def _first_sentence(mechanism: str) -> str:
    text = import_module(f"melanokine.biology.{mechanism}").__doc__ or ""
    return " ".join(text.strip().split("\n\n")[0].split()).split(". ")[0].rstrip(".")


def _citations(model: Model) -> list[str]:
    from melanokine.report.citations import citations

    found = citations(source for sources in model.citations().values() for source in sources)
    return [f"{one.text}  {one.url}" if one.url else one.text for one in found]
