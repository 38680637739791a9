"""Drugs: one record per molecule, the regimens they are given by, and their part of the network."""

from melanokine.drugs.add_to_network import add_to, connect, declare
from melanokine.drugs.dose import Dose, DoseTarget, dose_target
from melanokine.drugs.library import load, load_file, names
from melanokine.drugs.phase import Phase
from melanokine.drugs.record import Drug
from melanokine.drugs.regimen import Courses, Cycles, Regimen
from melanokine.drugs.time_span import TimeSpan

__all__ = [
    "Courses",
    "Cycles",
    "Dose",
    "DoseTarget",
    "Drug",
    "Phase",
    "Regimen",
    "TimeSpan",
    "add_to",
    "connect",
    "declare",
    "dose_target",
    "load",
    "load_file",
    "names",
]
