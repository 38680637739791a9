"""Records of IL-18 drugs for tests: native, and decoy-resistant, given alike."""

from __future__ import annotations

from functools import cache

from melanokine import drugs
from melanokine.drugs import Drug
from melanokine.patients.model import Model


def _assumed(value: float, unit: str, **more) -> dict:
    return {"value": value, "unit": unit, "how": "assumed", "grade": "D", "low": value / 2, "high": value * 2} | more


def record(name: str, decoy: float) -> Drug:
    """18.2 kDa; the clearance gives a half-life of 33 h, which accumulates 2.5-fold over five daily doses."""
    return Drug.model_validate(
        {
            "id": name,
            "name": name,
            "parent": "IL-18",
            "strategy": "test",
            "grade": "D",
            "molar_mass": _assumed(18.2, "kDa"),
            "binding": {"role": "il18_ligand", "decoy": _assumed(decoy, "1", low=0.0, high=2.0)},
            "guard": "immune_tolerance",
            "routes": {
                "IV": {"duration": _assumed(2, "h")},
                "SC": {
                    "absorption_rate": _assumed(2, "1/d"),
                    "bioavailability": _assumed(0.7, "1", low=0.3, high=0.9),
                    "lag": _assumed(0.1, "h"),
                },
            },
            "pharmacokinetics": {
                "structure": "one_compartment",
                "clearance": _assumed(2.0, "L/d"),
                "central_volume": _assumed(4.0, "L"),
            },
        }
    )


NATIVE, RESISTANT = "rhil18_test", "resistant_test"


@cache
def model() -> Model:
    """Native and decoy-resistant IL-18, nivolumab and aldesleukin."""
    own = [record(NATIVE, 1.0), record(RESISTANT, 0.0)]
    return Model([*own, drugs.load("nivolumab"), drugs.load("aldesleukin")])
