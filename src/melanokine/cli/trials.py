"""`melanokine trials`: the published and planned designs of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from melanokine.trials import TrialDesign

FAMILY = "advanced melanoma, "
"""What the names of most populations begin with, which a list need not repeat."""


def list_trials(
    drug: Annotated[str | None, typer.Option(metavar="NAME", help="Only designs that give this drug.")] = None,
    blind: Annotated[
        bool | None, typer.Option("--blind/--published", help="Only blind designs, or only those with outcomes.")
    ] = None,
    not_covered: Annotated[
        bool, typer.Option("--not-covered", help="List the trials of the evidence that no design holds, and why.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a list of records as JSON.")] = False,
) -> None:
    """List the trial designs of the library."""
    from melanokine import trials
    from melanokine.cli.console import output, print_json

    if not_covered:
        if drug is not None or blind is not None:
            raise InputError("--not-covered lists no designs", remedy="leave --drug, --blind and --published out")
        missing = trials.not_covered()
        if json:
            print_json([record._asdict() for record in missing])
        else:
            output().print(_missing_table(missing))
        return
    designs = _chosen(drug, blind)
    if json:
        print_json([_record(name, design) for name, design in designs.items()])
    else:
        console = output()
        console.print(_table(designs))
        console.print(
            f"{len(designs)} designs. melanokine trial NAME runs one; a blind design is predicted, never fitted",
            style="dim",
        )


def _chosen(drug: str | None, blind: bool | None) -> dict[str, TrialDesign]:
    """The designs that give the drug and are blind or not, in alphabetical order; InputError if there are none."""
    from melanokine import drugs, trials

    wanted = None if drug is None else drugs.load(drug).id
    designs = {name: trials.load(name) for name in trials.names()}
    chosen = {
        name: design
        for name, design in designs.items()
        if (blind is None or design.blind == blind)
        and (wanted is None or wanted in {given.id for given in trials.drugs_of(design)})
    }
    if not chosen:
        kind = "" if blind is None else "blind " if blind else "published "
        raise InputError(f"no {kind}design of the library gives {wanted}", remedy="see `melanokine trials`")
    return chosen


def _record(name: str, design: TrialDesign) -> dict[str, object]:
    from melanokine import trials

    return {
        "name": name,
        "title": design.title,
        "subject": trials.subject(design),
        "nct": design.nct,
        "blind": design.blind,
        "population": design.population,
        "duration_months": design.duration_months,
        "arms": [
            {"arm": arm, "patients": design.patients(arm), "regimen": list(design.arms[arm].regimen)}
            for arm in design.arms
        ],
        "sources": list(design.sources),
    }


def _table(designs: dict[str, TrialDesign]) -> Table:
    """A row per design, grouped by what it is about."""
    from melanokine import trials
    from melanokine.trials.catalogue import CHECKPOINT, CHEMOTHERAPY, SUBJECTS

    table = _empty("trial", "arms (patients)", "population")
    table.add_column("months", justify="right")
    table.add_column("")
    groups: dict[str, list[str]] = {}
    for name, design in designs.items():
        groups.setdefault(trials.subject(design), []).append(name)
    for subject in (*SUBJECTS, CHECKPOINT, CHEMOTHERAPY):
        if subject not in groups:
            continue
        table.add_section()
        table.add_row(f"[bold]{subject}[/bold]")
        for name in groups[subject]:
            design = designs[name]
            arms = "\n".join(f"{arm} ({design.patients(arm)})" for arm in design.arms)
            population = design.population.removeprefix(FAMILY)
            blind = "blind" if design.blind else ""
            table.add_row(f"  {name}", arms, population, f"{design.duration_months:g}", blind)
    return table


def _missing_table(missing: list) -> Table:
    table = _empty("trial", "arm", "why no design holds it")
    for record in missing:
        table.add_row(record.trial_id, record.arm, record.reason)
    return table


def _empty(first: str, *others: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, overflow="fold")
    return table
