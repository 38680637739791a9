"""`melanokine petab`: problems of parameter estimation in the format PEtab, evaluated, simulated and fitted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import output
from melanokine.cli.output import staged

if TYPE_CHECKING:
    from melanokine.interchange.petab import Evaluation, Fit

LAST_SEED = 2**32 - 1

app = typer.Typer(no_args_is_help=True, help="Evaluate, simulate or fit a PEtab problem (versions 1 and 2).")
PROBLEM = Annotated[Path, typer.Argument(metavar="PROBLEM.yaml", help="The YAML file of a PEtab problem.")]
OUT = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where simulations.tsv goes; by default the current folder.", show_default=False),
]
JSON = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@app.command("evaluate")
def evaluate_problem(problem: PROBLEM, out: OUT = None, as_json: JSON = False) -> None:
    """Simulate the problem at its nominal parameters and score it: llh, chi2, and a table of simulations."""
    _evaluate(problem, out, as_json)


@app.command("simulate")
def simulate_problem(problem: PROBLEM, out: OUT = None, as_json: JSON = False) -> None:
    """Write what the problem predicts at its nominal parameters for each measurement."""
    _evaluate(problem, out, as_json)


@app.command("fit")
def fit_problem(
    problem: PROBLEM,
    out: OUT = None,
    starts: Annotated[
        int, typer.Option(min=1, metavar="N", help="Local fits; the first from the nominal values.")
    ] = 10,
    steps: Annotated[int, typer.Option(min=1, metavar="N", help="Steps of a local fit at most.")] = 200,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Of the starts.")] = 1,
    as_json: JSON = False,
) -> None:
    """Fit the estimated parameters from many starts, by gradients; writes simulations.tsv and parameters.tsv."""
    folder = out or Path()
    with staged(folder) as stage:
        from melanokine.interchange.petab import fit, read_petab
        from melanokine.interchange.petab.writing import parameter_table, simulation_table, write_table

        found = fit(read_petab(problem), starts=starts, steps=steps, seed=seed)
        write_table(simulation_table(found.best), stage / "simulations.tsv")
        write_table(parameter_table(found), stage / "parameters.tsv")
    _show_fit(found, folder, as_json)


def _evaluate(problem: Path, out: Path | None, as_json: bool) -> None:
    folder = out or Path()
    with staged(folder) as stage:
        from melanokine.interchange.petab import evaluate, read_petab
        from melanokine.interchange.petab.writing import simulation_table, write_table

        done = evaluate(read_petab(problem))
        write_table(simulation_table(done), stage / "simulations.tsv")
    record = _record(done, folder)
    if as_json:
        print(json.dumps(record))
    else:
        _show(record, done)


def _record(done: Evaluation, folder: Path) -> dict:
    scores = done.scores
    record = {"llh": scores.llh, "chi2": scores.chi2, "simulations": str(folder / "simulations.tsv")}
    if any(p.log_prior is not None for p in done.problem.parameters):
        record |= {"log_prior": scores.log_prior, "unnorm_log_posterior": scores.log_posterior}
    return record


def _show(record: dict, done: Evaluation) -> None:
    console = output()
    console.print(f"{len(done.values)} measurements, {len(done.problem.free)} estimated parameters")
    console.print(f"log-likelihood {record['llh']:.6g}, chi2 {record['chi2']:.6g}")
    if "log_prior" in record:
        console.print(f"log prior {record['log_prior']:.6g}")
    print(f"simulations: {record['simulations']}")


def _show_fit(found: Fit, folder: Path, as_json: bool) -> None:
    record = _record(found.best, folder)
    if as_json:
        record["parameters"] = found.parameters
        record["starts"] = [
            {"objective": s.objective if s.objective > -1e300 else None, "evaluations": s.evaluations}
            for s in found.starts
        ]
        print(json.dumps(record))
        return
    console = output()
    _show(record, found.best)
    reached = [s for s in found.starts if found.starts[0].objective - s.objective < 0.1]
    console.print(f"{len(reached)} of {len(found.starts)} starts came within 0.1 of the best")
    print(f"parameters: {folder / 'parameters.tsv'}")
