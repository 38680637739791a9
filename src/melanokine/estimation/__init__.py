"""The calibration of the mechanism as an estimation problem for other tools (PEtab)."""

from melanokine.estimation.export import EstimationProblem, estimation_problem, export_petab

__all__ = ["EstimationProblem", "estimation_problem", "export_petab"]
