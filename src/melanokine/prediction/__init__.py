"""Predictions of trials, with intervals for what will be observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.prediction.predictions import predict
else:
    __getattr__, __dir__ = on_first_use(__name__, {"predict": "melanokine.prediction.predictions.predict"})

__all__ = ["predict"]
