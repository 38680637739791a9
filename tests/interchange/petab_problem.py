"""A small problem in both versions of PEtab: exponential decay with a dose, written out by tests."""

from pathlib import Path

MODEL = """<?xml version="1.0"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="decay">
<listOfParameters><parameter id="x" value="1" constant="false"/><parameter id="k" value="0.5" constant="true"/>
</listOfParameters><listOfRules><rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><minus/>
<apply><times/><ci>k</ci><ci>x</ci></apply></apply></math></rateRule></listOfRules></model></sbml>"""


def version1(folder: Path, *, noise="normal", transformation="lin", model=MODEL, **tables: str) -> Path:
    files = {
        "conditions.tsv": "conditionId\tx\nc\t2\n",
        "observables.tsv": "observableId\tobservableFormula\tobservableTransformation\t"
        f"noiseFormula\tnoiseDistribution\no\tscale*x\t{transformation}\tsigma\t{noise}\n",
        "measurements.tsv": "observableId\tsimulationConditionId\ttime\tmeasurement\n"
        "o\tc\t0\t6.3\no\tc\t1\t3.7\no\tc\t2\t2.1\no\tc\t4\t0.9\n",
        "parameters.tsv": "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\n"
        "k\tlog10\t0.001\t100\t0.5\t1\nscale\tlog10\t0.01\t100\t3\t1\nsigma\tlog10\t0.001\t10\t0.2\t1\n",
    }
    files |= {f"{name}.tsv": text for name, text in tables.items()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "model.xml").write_text(model, encoding="utf-8")
    problem = folder / "problem.yaml"
    problem.write_text(
        "format_version: 1\nparameter_file: parameters.tsv\nproblems:\n- sbml_files: [model.xml]\n"
        "  condition_files: [conditions.tsv]\n  observable_files: [observables.tsv]\n"
        "  measurement_files: [measurements.tsv]\n",
        encoding="utf-8",
    )
    return problem


def version2(folder: Path, *, noise="normal", priors=False, **tables: str) -> Path:
    """The same decay, with a second dose at time 2 as a period of its own."""
    files = {
        "conditions.tsv": "conditionId\ttargetId\ttargetValue\nfirst\tx\t2\nsecond\tx\tx + dose\n",
        "experiments.tsv": "experimentId\ttime\tconditionId\ne\t0\tfirst\ne\t2\tsecond\n",
        "observables.tsv": "observableId\tobservableFormula\tnoiseFormula\tnoiseDistribution\n"
        f"o\tscale*x\tsigma\t{noise}\n",
        "measurements.tsv": "observableId\texperimentId\ttime\tmeasurement\n"
        "o\te\t0\t6.3\no\te\t1\t3.7\no\te\t2.5\t4.1\no\te\t4\t1.9\n",
        "parameters.tsv": "parameterId\tlowerBound\tupperBound\tnominalValue\testimate\tpriorDistribution\t"
        "priorParameters\n"
        + "".join(
            f"{id}\t{low}\t{high}\t{value}\ttrue\t{prior if priors else chr(9)}\n"
            for id, low, high, value, prior in (
                ("k", 0.01, 5, 0.5, "log-normal\t-0.7;0.3"), ("scale", 0.1, 20, 3, "normal\t3;0.4"),
                ("sigma", 0.01, 5, 0.2, "\t"), ("dose", 0.01, 10, 1.0, "\t"),
            )
        ),
    }  # fmt: skip
    files |= {f"{name}.tsv": text for name, text in tables.items()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "model.xml").write_text(MODEL, encoding="utf-8")
    problem = folder / "problem.yaml"
    lists = "".join(f"{name}_files: [{name}s.tsv]\n" for name in ("condition", "experiment", "observable"))
    problem.write_text(
        f"format_version: 2.0.0\nparameter_files: [parameters.tsv]\n{lists}measurement_files: [measurements.tsv]\n"
        "model_files:\n  decay:\n    language: sbml\n    location: model.xml\n",
        encoding="utf-8",
    )
    return problem
