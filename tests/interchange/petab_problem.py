"""A small problem in both versions of PEtab: exponential decay with a dose, written out by tests."""

from pathlib import Path

MODEL = """<?xml version="1.0"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="decay">
<listOfParameters><parameter id="x" value="1" constant="false"/><parameter id="k" value="0.5" constant="true"/>
</listOfParameters><listOfRules><rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><minus/>
<apply><times/><ci>k</ci><ci>x</ci></apply></apply></math></rateRule></listOfRules></model></sbml>"""


def version1(folder: Path, *, noise="normal", transformation="lin", **tables: str) -> Path:
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
    (folder / "model.xml").write_text(MODEL, encoding="utf-8")
    problem = folder / "problem.yaml"
    problem.write_text(
        "format_version: 1\nparameter_file: parameters.tsv\nproblems:\n- sbml_files: [model.xml]\n"
        "  condition_files: [conditions.tsv]\n  observable_files: [observables.tsv]\n"
        "  measurement_files: [measurements.tsv]\n",
        encoding="utf-8",
    )
    return problem
