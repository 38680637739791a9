"""Options that several commands share: who is treated, and how each drug is given."""

from __future__ import annotations

from collections.abc import Sequence

from melanokine.errors import InputError

PATIENTS = 200


def cohort(population: str | None, patients: int | None) -> tuple[str, int]:
    """Population and number of patients that `--population` and `--patients` ask for.

    `--population` takes a name, a file, or just a number of patients of the usual population.
    """
    from melanokine.analysis.setting import POPULATION

    if population is not None and population.strip().isdecimal():
        number = int(population)
        if patients is not None and patients != number:
            message = f"--population {population} and --patients {patients} give two numbers of patients"
            raise InputError(message, remedy="keep one of them")
        return POPULATION, number
    return population or POPULATION, PATIENTS if patients is None else patients


def regimens_by_drug(given: Sequence[str]) -> dict[str, str]:
    """What `--dose DRUG="SENTENCE"` says, by drug."""
    found: dict[str, str] = {}
    for one in given:
        drug, equals, sentence = one.partition("=")
        if not (equals and drug.strip() and sentence.strip()):
            remedy = 'write for example --dose nivolumab="480 mg IV every 4 weeks"'
            raise InputError(f"--dose {one!r} is not DRUG=SENTENCE", remedy=remedy)
        if drug.strip() in found:
            raise InputError(f"--dose is given twice for {drug.strip()}", remedy="keep one of them")
        found[drug.strip()] = sentence.strip()
    return found
