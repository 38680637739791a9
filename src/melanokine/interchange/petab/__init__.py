"""PEtab problems, by concern.

| file                         | what                                                              |
|------------------------------|-------------------------------------------------------------------|
| problem                      | a problem as plain records, whatever its version                  |
| tables                       | the tables as text: errors with file and line                     |
| reading, version1, version2  | the files, read and checked by the library `petab`                |
| formulas                     | mathematics of PEtab as formulas of the SBML reader               |
| model                        | the SBML model with observables, noise and changes as quantities  |
| periods, simulation          | experiments on the engine: rows, periods, steady states           |
| likelihood, priors           | noise models, priors, llh and chi2                                |
| gradient, fit                | derivatives along tied steps; fits from many starts               |
| writing                      | tables of simulations and of what was found                       |
"""

from melanokine.interchange.petab.fit import Fit, fit
from melanokine.interchange.petab.problem import Problem
from melanokine.interchange.petab.reading import read_petab
from melanokine.interchange.petab.simulation import Evaluation, evaluate

__all__ = ["Evaluation", "Fit", "Problem", "evaluate", "fit", "read_petab"]
