"""What is compared: a drug as it is given, or several drugs together.

aldesleukin                                      the regimen in clinical use (`reference_regimen` of the record)
my-mutein.yaml                                   the same of a drug in a file, or of a variant (`variant_of`)
nivolumab 480 mg IV every 4 weeks                a sentence
my-mutein.yaml 0.01 mg/kg IV every 3 weeks       a sentence about a drug in a file
nivolumab + ipilimumab                           any of these, given together
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from melanokine.drugs import Drug, Regimen, load_file
from melanokine.drugs.library import find, spellings
from melanokine.errors import InputError

TOGETHER = re.compile(r"\s+\+\s+")
FILE = re.compile(r"(?P<path>.*?\.ya?ml)(?:\s+(?P<rest>\S.*))?", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """What patients receive, and what it is called in tables."""

    name: str
    regimens: tuple[Regimen, ...]

    @property
    def drugs(self) -> tuple[Drug, ...]:
        """The drugs, each once, in the order in which they were named."""
        return tuple({regimen.drug.id: regimen.drug for regimen in self.regimens}.values())

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(str(regimen) for regimen in self.regimens)

    def scaled(self, factor: float) -> tuple[Regimen, ...]:
        """The regimens with every dose multiplied; none at all for 0."""
        if factor == 0:
            return ()
        return tuple(
            replace(regimen, phases=tuple(replace(phase, amount=factor * phase.amount) for phase in regimen.phases))
            for regimen in self.regimens
        )


def read_candidates(given: Sequence[str | Drug | Candidate], doses: Mapping[str, str] | None = None) -> list[Candidate]:
    """The candidates that are meant, with names that differ.

    `doses` maps drugs, by any of their names or files, to a regimen that takes the place of the one in clinical use; a
    sentence may leave the drug's name out. Raises InputError for what cannot be read, or is named twice.
    """
    known = _drugs_of(given, doses or {})
    said = {find(name, known.values()).id if name not in known else known[name].id: name for name in doses or {}}
    if len(said) < len(doses or {}):
        raise InputError("two doses are given for one drug", remedy="keep one of them")
    chosen = {identity: (doses or {})[name] for identity, name in said.items()}
    candidates = [each if isinstance(each, Candidate) else _read(each, known, chosen) for each in given]
    present = {drug.id for candidate in candidates for drug in candidate.drugs}
    for identity, name in said.items():
        if identity not in present:
            raise InputError(f"a dose is given for {name}, which is not compared", remedy=f"name {identity} as well")
    return _told_apart(candidates)


def read_candidate(given: str | Drug | Candidate) -> Candidate:
    """One candidate; see `read_candidates`."""
    return read_candidates([given])[0]


def reference_regimen(drug: Drug) -> Regimen:
    """The regimen of `drug` in clinical use; InputError where its record has none."""
    if not drug.reference_regimen:
        remedy = f'say how it is given, such as "{drug.id} 1 mg IV every 3 weeks"'
        raise InputError(f"the record of {drug.id} has no reference_regimen", remedy=remedy)
    return Regimen.parse(drug.reference_regimen, drugs=[drug])


def _drugs_of(given: Sequence[str | Drug | Candidate], doses: Mapping[str, str]) -> dict[str, Drug]:
    """Drugs beside those of the library, by the name or the file that they were given by."""
    known: dict[str, Drug] = {}
    for each in given:
        if isinstance(each, Candidate):
            known.update({drug.id: drug for drug in each.drugs})
        elif isinstance(each, Drug):
            known[each.id] = each
        elif isinstance(each, str):
            for part in TOGETHER.split(each.strip()):
                if (match := FILE.fullmatch(part)) is not None:
                    known[match["path"]] = load_file(match["path"])
        else:
            raise InputError(f"{each!r} is no drug", remedy="give a name, a file, a sentence or a Drug")
    for name in doses:
        if FILE.fullmatch(name) and name not in known:
            raise InputError(f"a dose is given for {name}, which is not compared", remedy="name the file as well")
    by_id: dict[str, tuple[str, Drug]] = {}
    for name, drug in known.items():
        other, same = by_id.setdefault(drug.id, (name, drug))
        if same != drug:
            message = f"{name} and {other} are different drugs called {drug.id!r}"
            raise InputError(message, remedy="give one of them another id")
    return known


def _read(given: str | Drug, known: Mapping[str, Drug], doses: Mapping[str, str]) -> Candidate:
    if isinstance(given, Drug):
        regimens = [_usual(given, doses, known)]
    else:
        regimens = [_part(part, known, doses) for part in TOGETHER.split(given.strip())]
    return Candidate(" + ".join(dict.fromkeys(regimen.drug.name for regimen in regimens)), tuple(regimens))


def _part(text: str, known: Mapping[str, Drug], doses: Mapping[str, str]) -> Regimen:
    """The regimen of one drug."""
    drugs = tuple(known.values())
    if (match := FILE.fullmatch(text)) is not None:
        drug = known[match["path"]]
        return _sentence(match["rest"], drug, drugs) if match["rest"] else _usual(drug, doses, known)
    try:
        drug = find(text, drugs)
    except InputError as error:
        if len(text.split()) > 1:
            return Regimen.parse(text, drugs=drugs)
        raise error from None
    return _usual(drug, doses, known)


def _usual(drug: Drug, doses: Mapping[str, str], known: Mapping[str, Drug]) -> Regimen:
    """The regimen of a drug of which only the name was given."""
    if drug.id not in doses:
        return reference_regimen(drug)
    return _sentence(doses[drug.id], drug, tuple(known.values()))


def _sentence(text: str, drug: Drug, known: tuple[Drug, ...]) -> Regimen:
    """A sentence about `drug`, whose name may be left out."""
    named = any(text.casefold().startswith(f"{spelling.casefold()} ") for spelling in spellings(drug))
    return Regimen.parse(text if named else f"{drug.id} {text}", drugs=(drug, *known))


def _told_apart(candidates: list[Candidate]) -> list[Candidate]:
    """Candidates of the same name called by their first doses, or by their sentences, as well."""
    for more in (_first_doses, lambda candidate: ", ".join(candidate.sentences)):
        names = [candidate.name for candidate in candidates]
        candidates = [
            replace(each, name=f"{each.drugs[0].name if len(each.drugs) == 1 else each.name} {more(each)}")
            if names.count(each.name) > 1
            else each
            for each in candidates
        ]
    names = [candidate.name for candidate in candidates]
    for candidate in candidates:
        if names.count(candidate.name) > 1:
            message = f"{' + '.join(candidate.sentences)} is given twice"
            raise InputError(message, remedy="compare things that differ")
    return candidates


def _first_doses(candidate: Candidate) -> str:
    phases = [regimen.phases[0] for regimen in candidate.regimens]
    return " + ".join(f"{phase.amount:g} {phase.unit} {phase.route}" for phase in phases)
