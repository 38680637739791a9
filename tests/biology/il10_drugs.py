"""IL-10 and its pegylated form, as far as tests of the biology need them where the library lacks a record.

Native IL-10: Radwanski 1998 (doi 10.1023/a:1011918425629), per 75 kg, with volumes that give its terminal half-life of
1.94 h. Pegilodecakin: half-life of a day and a tenth of the potency, both assumed.
"""

from __future__ import annotations

from functools import cache

from melanokine import drugs
from melanokine.drugs.record import Drug

SEEN = {"how": "measured", "grade": "A", "source": "10.1023/a:1011918425629"}
GUESS = {"how": "assumed", "grade": "D"}


def _guess(value: float, unit: str) -> dict:
    return {"value": value, "unit": unit, "low": value / 3, "high": value * 3, **GUESS}


def _record(name: str, structure: dict, potency: float, absorption: float) -> Drug:
    return Drug.model_validate({
        "id": name,
        "name": name,
        "parent": "IL-10",
        "strategy": "for tests",
        "grade": "D",
        "molar_mass": _guess(37, "kDa"),
        "binding": {"role": "il10_ligand", "receptor": _guess(potency, "1")},
        "guard": "immune_tolerance",
        "routes": {
            "IV": {"duration": _guess(5, "min")},
            "SC": {
                "absorption_rate": _guess(absorption, "1/h"),
                "bioavailability": {"value": 0.42, "unit": "1", **SEEN},
                "lag": _guess(1, "min"),
            },
        },
        "pharmacokinetics": structure,
    })  # fmt: skip


@cache
def il10_drugs() -> tuple[Drug, ...]:
    """`rhil10` and `pegilodecakin`: those of the library, else stand-ins."""
    native = {
        "structure": "two_compartment",
        "clearance": {"value": 4.9, "unit": "L/h", **SEEN},
        "central_volume": _guess(3.2, "L"),
        "intercompartmental_clearance": _guess(0.9, "L/h"),
        "peripheral_volume": _guess(2.0, "L"),
    }
    pegylated = {
        "structure": "one_compartment",
        "clearance": _guess(0.15, "L/h"),
        "central_volume": _guess(5.25, "L"),
    }
    stand_ins = {"rhil10": (native, 1.0, 0.4), "pegilodecakin": (pegylated, 0.1, 0.1)}
    return tuple(drugs.load(n) if n in drugs.names() else _record(n, *given) for n, given in stand_ins.items())
