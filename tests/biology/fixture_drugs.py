"""Records of drugs that the library lacks, and of rough ones that tests vary: for tests only."""

from __future__ import annotations

from typing import Any

from melanokine.drugs import Drug


def value(number: float, unit: str = "1") -> dict[str, Any]:
    """An assumed value, of the width that the lint asks for."""
    wide = {"low": number / 2, "high": number * 2} if number else {"low": 0.0, "high": 0.1}
    return {"value": number, "unit": unit, "how": "assumed", "grade": "D", **wide}


def cytokine(
    name: str,
    role: str,
    mass: float,
    *,
    clearance: float,
    volume: float,
    absorption: float | None = None,
    bioavailability: float = 0.5,
    **affinities: float,
) -> Drug:
    """A cytokine [kDa] in one compartment [L/d, L], given into a vein and, with `absorption` [1/d], under the skin."""
    routes: dict[str, Any] = {"IV": {"duration": value(15, "min")}}
    if absorption is not None:
        fraction = {**value(bioavailability), "high": 1.0}
        routes["SC"] = {
            "absorption_rate": value(absorption, "1/d"),
            "bioavailability": fraction,
            "lag": value(1, "min"),
        }
    return Drug.model_validate(
        {
            "id": name,
            "name": name,
            "parent": "IL-15" if role == "il15_ligand" else "IL-2",
            "strategy": "for tests",
            "grade": "D",
            "molar_mass": value(mass, "kDa"),
            "binding": {"role": role, **{chain: value(number) for chain, number in affinities.items()}},
            "guard": "haemodynamic_tolerance",
            "routes": routes,
            "pharmacokinetics": {
                "structure": "one_compartment",
                "clearance": value(clearance, "L/d"),
                "central_volume": value(volume, "L"),
            },
        }
    )


NATIVE = cytokine(
    "test_il15", "il15_ligand", 14.5, clearance=24.0, volume=4.8, absorption=8.0, alpha=1.0, betagamma=1.0
)
"""Half-life 2.5 h after a bolus, receptors included."""


def lymphodepleting(name: str, mass: float, standard: float, loss: float) -> Drug:
    """A drug [kDa] whose standard dose [umol] gives an exposure of 1, which fades at `loss` [1/d]."""
    return Drug.model_validate(
        {
            "id": name,
            "name": name,
            "parent": "DNA",
            "strategy": "for tests",
            "grade": "D",
            "molar_mass": value(mass, "kDa"),
            "binding": {"role": "lymphodepleting"},
            "guard": "haematological_tolerance",
            "routes": {"IV": {"duration": value(60, "min")}},
            "pharmacokinetics": {
                "structure": "kinetic_pharmacodynamic",
                "effect_loss": value(loss, "1/d"),
                "standard_dose": value(standard, "umol"),
            },
        }
    )


CYCLOPHOSPHAMIDE = lymphodepleting("test_cyclophosphamide", 0.26109, 16000.0, 1.0)
"""60 mg/kg of 70 kg."""

FLUDARABINE = lymphodepleting("test_fludarabine", 0.36521, 130.0, 1.0)
"""25 mg/m2 of 1.9 m2."""

CONDITIONING = (
    "test_cyclophosphamide 60 mg/kg IV daily for 2 doses",
    "test_fludarabine 25 mg/m2 IV daily for 5 doses starting day 3",
)
"""Lymphodepletion over the week before cells are given on day 8."""


def cell_product(name: str, *, stem_like: float = 0.2, orthogonal: float = 0.0) -> Drug:
    """Cells that engraft within days."""
    return Drug.model_validate(
        {
            "id": name,
            "name": name,
            "parent": "T cells",
            "strategy": "for tests",
            "grade": "D",
            "binding": {"role": "transferred_cells", "stem_like": value(stem_like), "orthogonal": value(orthogonal)},
            "guard": "haemodynamic_tolerance",
            "routes": {"IV": {"duration": value(30, "min")}},
            "pharmacokinetics": {"structure": "engraftment", "engraftment_rate": value(0.7, "1/d")},
        }
    )


CELLS = cell_product("test_cells")
ENGINEERED = cell_product("test_engineered", orthogonal=0.8)
