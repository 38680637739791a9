"""PEtab 1: conditions with or without preequilibration, transformations of observables, scales of parameters."""

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

BEFORE = -math.inf


def read(path: Path, settings: dict[str, Any]) -> Problem:
    library()
    from petab import v1

    parts = settings.get("problems") or []
    if len(parts) != 1 or len(parts[0].get("sbml_files") or ()) != 1:
        refuse("several models", "one SBML model is simulated at a time", path)
    if settings.get("extensions"):
        refuse(f"extensions ({', '.join(settings['extensions'])})", "they may change what everything means", path)
    check_tables(path, 1, {**parts[0], "parameter_file": settings.get("parameter_file")})
    with as_input_errors(path, "reading the problem"):
        files = v1.Problem.from_yaml(str(path))
    model_file = path.parent / parts[0]["sbml_files"][0]
    for name, table in (("observable", files.observable_df), ("measurement", files.measurement_df)):
        if table is None:
            raise InputError(f"the problem has no {name} table", file=path)
    if files.parameter_df is None:
        raise InputError("the problem has no parameter table", file=path)
    observables = {str(id): _observable(str(id), row, str(path)) for id, row in files.observable_df.iterrows()}
    _check(files, path)
    experiments, names = _experiments(files, str(path))
    return Problem(
        str(path),
        1,
        model_file.read_text(encoding="utf-8"),
        str(model_file),
        tuple(_parameter(str(id), row, str(path)) for id, row in files.parameter_df.iterrows()),
        observables,
        experiments,
        _measurements(files.measurement_df, names, str(path)),
        files.measurement_df.reset_index(drop=True),
        {str(k): str(v) for k, v in files.mapping_df.iloc[:, 0].items()} if files.mapping_df is not None else {},
    )


def _check(files: Any, path: Path) -> None:
    """The library's own rules for each table."""
    from petab.v1 import lint

    with as_input_errors(path, "checking the condition table"):
        if files.condition_df is not None:
            lint.check_condition_df(files.condition_df, files.model, files.observable_df, files.mapping_df)
    with as_input_errors(path, "checking the observable table"):
        lint.check_observable_df(files.observable_df)
    with as_input_errors(path, "checking the measurement table"):
        lint.check_measurement_df(files.measurement_df, files.observable_df)
        if files.condition_df is not None:
            lint.assert_measurement_conditions_present_in_condition_table(files.measurement_df, files.condition_df)
    with as_input_errors(path, "checking the parameter table"):
        lint.check_parameter_df(
            files.parameter_df, files.model, files.observable_df, files.measurement_df, files.condition_df,
            files.mapping_df,
        )  # fmt: skip


def given(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value)) and str(value).strip() != ""


def _observable(id: str, row: Any, file: str) -> Observable:
    from petab.v1.observables import get_formula_placeholders

    noise = row.get("noiseFormula")
    noise = noise if given(noise) else 1.0
    distribution = row.get("noiseDistribution")
    scale = row.get("observableTransformation")
    return Observable(
        id,
        formula_of(row["observableFormula"], f"observableFormula of {id!r}", file),
        formula_of(noise, f"noiseFormula of {id!r}", file),
        str(distribution) if given(distribution) else "normal",
        str(scale) if given(scale) else "lin",
        tuple(get_formula_placeholders(str(row["observableFormula"]), id, "observable")),
        tuple(get_formula_placeholders(str(noise), id, "noise")),
    )


def _parameter(id: str, row: Any, file: str) -> Estimated:
    estimate = bool(int(row["estimate"]))
    value, scale = row.get("nominalValue"), row.get("parameterScale")
    scale = str(scale) if given(scale) else "lin"
    if not estimate:
        if not given(value):
            raise InputError(f"parameter {id!r} is not estimated and has no nominalValue", file=file)
        return Estimated(id, _number(value, f"nominalValue of {id!r}", file), False, scale)
    lower, upper = (_number(row[name], f"{name} of {id!r}", file) for name in ("lowerBound", "upperBound"))
    return Estimated(
        id,
        _number(value, f"nominalValue of {id!r}", file) if given(value) else math.nan,
        True,
        scale,
        lower,
        upper,
        *_prior(row, scale, file),
    )


def _prior(row: Any, scale: str, file: str) -> tuple:
    """Log prior (None without one), and how to draw a start."""
    from petab.v1.priors import Prior

    table = {**row.to_dict(), "parameterScale": scale}
    log_prior = None
    with as_input_errors(file, f"the prior of {row.name!r}"):
        if given(row.get("objectivePriorType")):
            log_prior = log_density(Prior.from_par_dict(table, "objective").distribution)
        if not given(row.get("initializationPriorType")):
            return log_prior, None
        start = Prior.from_par_dict(table, "initialization")
    return log_prior, lambda random: float(start.distribution.ppf(random.uniform()))


def _experiments(files: Any, file: str) -> tuple[dict[str, Experiment], list[str]]:
    """Each pair of preequilibration and condition is an experiment; the names are those of the measurements."""
    table, conditions = files.measurement_df, files.condition_df
    targets = [c for c in conditions.columns if c != "conditionName"] if conditions is not None else []
    changes: dict[str, tuple] = {}
    for id, row in conditions.iterrows() if conditions is not None else ():
        where = f"condition {id!r}"
        known = tuple((t, formula_of(row[t], f"{t} in {where}", file)) for t in targets if given(row[t]))
        changes[str(id)] = known, tuple(t for t in targets if not given(row[t]))
    experiments: dict[str, Experiment] = {}
    names = []
    for number, row in enumerate(table.to_dict("records"), 2):
        before, during = row.get("preequilibrationConditionId"), str(row["simulationConditionId"])
        chain = [str(before), during] if given(before) else [during]
        for condition in chain:
            if condition not in changes:
                raise InputError(
                    f"row {number} of the measurements names the unknown condition {condition!r}", file=file
                )
        name = " after ".join(reversed(chain))
        names.append(name)
        if name not in experiments:
            periods = [Period(0.0, changes[during][0], changes[during][1] if len(chain) > 1 else ())]
            if len(chain) > 1:
                periods.insert(0, Period(BEFORE, changes[chain[0]][0]))
            experiments[name] = Experiment(name, tuple(periods))
    return experiments, names


def _measurements(table: Any, names: list[str], file: str) -> tuple[Measurement, ...]:
    made = []
    for number, (name, row) in enumerate(zip(names, table.to_dict("records"), strict=True), 2):
        where = f"row {number} of the measurements"
        made.append(
            Measurement(
                str(row["observableId"]),
                name,
                _number(row["time"], f"time in {where}", file),
                _number(row["measurement"], f"measurement in {where}", file),
                overrides(row.get("observableParameters"), where, file),
                overrides(row.get("noiseParameters"), where, file),
            )
        )
    return tuple(made)


def _number(text: Any, where: str, file: str) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError):
        raise InputError(f"{where} is {text!r}, which is no number", file=file) from None
    if math.isnan(value):
        raise InputError(f"{where} is missing", file=file)
    return value


def overrides(text: Any, where: str, file: str) -> tuple:
    """What stands for placeholders: separated by semicolons."""
    if not given(text):
        return ()
    return tuple(formula_of(part.strip(), where, file) for part in str(text).split(";"))
