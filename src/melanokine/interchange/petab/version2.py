"""PEtab 2: experiments of periods, conditions as changes, distributions of noise, priors."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from melanokine.errors import InputError
from melanokine.interchange.petab.formulas import formula_of
from melanokine.interchange.petab.priors import log_density
from melanokine.interchange.petab.problem import Estimated, Experiment, Measurement, Observable, Period, Problem
from melanokine.interchange.petab.reading import as_input_errors, library, refuse
from melanokine.interchange.petab.tables import check_tables

AS_IT_IS = ""
"""The experiment of measurements that name none: the model as it is, from time 0."""


def read(path: Path, settings: dict[str, Any]) -> Problem:
    library()
    from petab import v2

    models = settings.get("model_files") or {}
    if len(models) != 1:
        refuse("several models", "one SBML model is simulated at a time", path)
    ((_, model),) = models.items()
    if model.get("language") != "sbml":
        refuse(f"a model in {model.get('language')}", "models are read from SBML", path)
    if settings.get("extensions"):
        refuse(f"extensions ({', '.join(settings['extensions'])})", "they may change what everything means", path)
    check_tables(path, 2, settings)
    with as_input_errors(path, "reading the problem"):
        files = v2.Problem.from_yaml(str(path))
    _check(files, path)
    file, model_file = str(path), path.parent / str(model["location"])
    conditions = {c.id: c.changes for c in files.conditions}
    experiments = {e.id: _experiment(e, conditions, file) for e in files.experiments}
    if any(m.experiment_id in (None, "") for m in files.measurements):
        experiments[AS_IT_IS] = Experiment(AS_IT_IS, (Period(0.0, ()),))
    return Problem(
        file,
        2,
        model_file.read_text(encoding="utf-8"),
        str(model_file),
        tuple(_parameter(p, file, bounded=_has_prior(files)) for p in files.parameters),
        {o.id: _observable(o, file) for o in files.observables},
        experiments,
        tuple(_measurement(m, experiments, number, file) for number, m in enumerate(files.measurements, 2)),
        files.measurement_df.reset_index(drop=True),
        {str(m.petab_id): str(m.model_id) for m in files.mappings if m.model_id},
    )


def _check(files: Any, path: Path) -> None:
    """The library's own rules, but for those of SBML, which the reader of the model knows."""
    from petab.v2.lint import CheckModel, ValidationIssueSeverity

    with as_input_errors(path, "checking the problem"):
        tasks = [task for task in files.validation_tasks if not isinstance(task, CheckModel)]
        found = files.validate(validation_tasks=tasks)
    for issue in found:
        if issue.level >= ValidationIssueSeverity.ERROR:
            raise InputError(" ".join(issue.message.split()), file=path)


def _observable(record: Any, file: str) -> Observable:
    kind = str(getattr(record.noise_distribution, "value", record.noise_distribution))
    noise = 1.0 if record.noise_formula is None else record.noise_formula
    return Observable(
        record.id,
        formula_of(record.formula, f"observableFormula of {record.id!r}", file),
        formula_of(noise, f"noiseFormula of {record.id!r}", file),
        kind.removeprefix("log-"),
        "log" if kind.startswith("log-") else "lin",
        tuple(str(p) for p in record.observable_placeholders),
        tuple(str(p) for p in record.noise_placeholders),
    )


def _experiment(record: Any, conditions: dict, file: str) -> Experiment:
    periods = []
    for period in record.sorted_periods:
        changes: dict[str, tuple] = {}
        for id in period.condition_ids:
            if id not in conditions:
                raise InputError(f"experiment {record.id!r} names the unknown condition {id!r}", file=file)
            for change in conditions[id]:
                if change.target_id in changes:
                    what = f"experiment {record.id!r} changes {change.target_id!r} twice at time {period.time:g}"
                    raise InputError(what, file=file)
                where = f"targetValue of {change.target_id!r} in {id!r}"
                changes[change.target_id] = formula_of(change.target_value, where, file)
        periods.append(Period(float(period.time), tuple(changes.items())))
    if not periods or periods[-1].time == -math.inf:
        periods.append(Period(0.0, ()))  # what is measured after the steady state, unchanged
    return Experiment(record.id, tuple(periods))


def _measurement(record: Any, experiments: dict, number: int, file: str) -> Measurement:
    where, experiment = f"row {number} of the measurements", record.experiment_id or AS_IT_IS
    if experiment not in experiments:
        raise InputError(f"{where} names the unknown experiment {experiment!r}", file=file)
    first = next((p.time for p in experiments[experiment].periods if p.time > -math.inf), 0.0)
    if record.time < first:
        raise InputError(f"{where} is at {record.time:g}, before its experiment begins at {first:g}", file=file)
    return Measurement(
        record.observable_id,
        experiment,
        float(record.time),
        float(record.measurement),
        tuple(formula_of(value, where, file) for value in record.observable_parameters),
        tuple(formula_of(value, where, file) for value in record.noise_parameters),
    )


def _has_prior(files: Any) -> bool:
    """With one prior every estimated parameter has one: uniform between its bounds unless it is another."""
    return any(p.estimate and p.prior_distribution is not None for p in files.parameters)


def _parameter(record: Any, file: str, *, bounded: bool) -> Estimated:
    value = math.nan if record.nominal_value is None else float(record.nominal_value)
    if not record.estimate:
        return Estimated(record.id, value, False)
    with as_input_errors(file, f"the prior of {record.id!r}"):
        prior = record.prior_dist
    if prior is None and bounded:
        from petab.v1.distributions import Uniform

        prior = Uniform(record.lb, record.ub)
    if prior is None:
        return Estimated(record.id, value, True, "lin", float(record.lb), float(record.ub))

    return Estimated(
        record.id, value, True, "lin", float(record.lb), float(record.ub), log_density(prior),
        lambda random: float(prior.ppf(random.uniform())),
    )  # fmt: skip
