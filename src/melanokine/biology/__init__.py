"""The biology: one file per mechanism, with its parameters in a table beside it. Knows no drug by name."""

from melanokine.biology.registry import MECHANISMS, build

__all__ = ["MECHANISMS", "build"]
