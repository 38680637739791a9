"""SED-ML, Level 1 Version 4: time courses of models in SBML, and a report of some of their quantities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from melanokine.interchange.sbml_export.xml import element, list_of

NAMESPACE = "http://sed-ml.org/sed-ml/level1/version4"
SBML = "http://www.sbml.org/sbml/level3/version2/core"
LANGUAGE = "urn:sedml:language:sbml.level-3.version-2"
TIME = "urn:sedml:symbol:time"
STIFF = "KISAO:0000019"
"""CVODE, the solver for stiff equations that most tools know; ours is a Rosenbrock method (KISAO:0000033)."""


@dataclass(frozen=True)
class TimeCourse:
    """A model at `source` (a path beside the document), and the labels of its parameters that are reported, by id."""

    name: str
    source: str
    reported: Mapping[str, str]


def document(courses: Sequence[TimeCourse], *, days: float, steps: int) -> str:
    """Every course from day 0 to `days` in equal `steps`, one report each."""
    simulation = element(
        "uniformTimeCourse",
        {"id": "course", "initialTime": 0.0, "outputStartTime": 0.0, "outputEndTime": days, "numberOfSteps": steps},
        element("algorithm", {"kisaoID": STIFF}),
    )
    models, tasks, generators, outputs = [], [], [], []
    for number, course in enumerate(courses, 1):
        model, task = f"model_{number}", f"task_{number}"
        models.append(
            element("model", {"id": model, "name": course.name, "language": LANGUAGE, "source": course.source})
        )
        tasks.append(element("task", {"id": task, "modelReference": model, "simulationReference": "course"}))
        sets = []
        for place, (identifier, label) in enumerate({"": "time [d]", **course.reported}.items()):
            generator = f"data_{number}_{place}"
            generators.append(_generator(generator, label, task, identifier))
            attributes = {"id": f"column_{number}_{place}", "label": label, "dataReference": generator}
            sets.append(element("dataSet", attributes))
        outputs.append(element("report", {"id": f"report_{number}", "name": course.name}, list_of("DataSets", sets)))
    parts = (
        list_of("Models", models),
        list_of("Simulations", [simulation]),
        list_of("Tasks", tasks),
        list_of("DataGenerators", generators),
        list_of("Outputs", outputs),
    )
    root = {"xmlns": NAMESPACE, "xmlns:sbml": SBML, "level": 1, "version": 4}
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + element("sedML", root, "\n" + "".join(parts)) + "\n"


def _generator(generator: str, label: str, task: str, identifier: str) -> str:
    """A column: the quantity with this id, or the time."""
    variable = f"{generator}_value"
    where = {"symbol": TIME}
    if identifier:
        where = {"target": f"/sbml:sbml/sbml:model/sbml:listOfParameters/sbml:parameter[@id='{identifier}']"}
    variables = list_of("Variables", [element("variable", {"id": variable, **where, "taskReference": task})])
    formula = f'<math xmlns="http://www.w3.org/1998/Math/MathML"><ci> {variable} </ci></math>'
    return element("dataGenerator", {"id": generator, "name": label}, variables + formula)
