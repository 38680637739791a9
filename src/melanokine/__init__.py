"""melanokine: an open, checked and fast virtual clinic for interleukin immunotherapy of melanoma.

The public names are loaded when they are first used, so that `import melanokine` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from melanokine.drugs import Drug, Regimen
    from melanokine.drugs import load as drug
    from melanokine.errors import InputError, MelanokineError
    from melanokine.patients import Model, Population, simulate
    from melanokine.trials import Trial

__version__ = "0.1.0"

__all__ = [
    "Drug",
    "InputError",
    "MelanokineError",
    "Model",
    "Population",
    "Regimen",
    "Trial",
    "drug",
    "simulate",
]

_HOMES = {
    "Drug": ("melanokine.drugs", "Drug"),
    "InputError": ("melanokine.errors", "InputError"),
    "MelanokineError": ("melanokine.errors", "MelanokineError"),
    "Model": ("melanokine.patients", "Model"),
    "Population": ("melanokine.patients", "Population"),
    "Regimen": ("melanokine.drugs", "Regimen"),
    "Trial": ("melanokine.trials", "Trial"),
    "drug": ("melanokine.drugs", "load"),
    "simulate": ("melanokine.patients", "simulate"),
}


def __getattr__(name: str) -> object:
    """The public name `name`, imported from the floor where it lives (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'melanokine' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
