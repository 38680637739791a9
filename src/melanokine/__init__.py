"""melanokine: an open, checked and fast virtual clinic for interleukin immunotherapy of melanoma.

The public names are loaded when they are first used, so that `import melanokine` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.analysis import combine, compare
    from melanokine.drugs import Drug, Regimen
    from melanokine.drugs import load as drug
    from melanokine.drugs.nonmem import read as read_nonmem
    from melanokine.errors import InputError, MelanokineError
    from melanokine.estimation import export_petab
    from melanokine.interchange import read_petab, read_sbml
    from melanokine.patients import Model, Population, export_nonmem, export_sbml, simulate
    from melanokine.prediction import predict
    from melanokine.trials import Trial
    from melanokine.trials.archive import open_trial
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "Drug": "melanokine.drugs.Drug",
            "InputError": "melanokine.errors.InputError",
            "MelanokineError": "melanokine.errors.MelanokineError",
            "Model": "melanokine.patients.Model",
            "Population": "melanokine.patients.Population",
            "Regimen": "melanokine.drugs.Regimen",
            "Trial": "melanokine.trials.Trial",
            "combine": "melanokine.analysis.combine",
            "compare": "melanokine.analysis.compare",
            "drug": "melanokine.drugs.load",
            "export_nonmem": "melanokine.patients.export_nonmem",
            "export_petab": "melanokine.estimation.export_petab",
            "export_sbml": "melanokine.patients.export_sbml",
            "open_trial": "melanokine.trials.archive.open_trial",
            "predict": "melanokine.prediction.predict",
            "read_nonmem": "melanokine.drugs.nonmem.read",
            "read_petab": "melanokine.interchange.read_petab",
            "read_sbml": "melanokine.interchange.read_sbml",
            "simulate": "melanokine.patients.simulate",
        },
    )

__version__ = "0.1.0"

__all__ = [
    "Drug",
    "InputError",
    "MelanokineError",
    "Model",
    "Population",
    "Regimen",
    "Trial",
    "combine",
    "compare",
    "drug",
    "export_nonmem",
    "export_petab",
    "export_sbml",
    "open_trial",
    "predict",
    "read_nonmem",
    "read_petab",
    "read_sbml",
    "simulate",
]
