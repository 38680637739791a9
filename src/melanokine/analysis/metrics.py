"""What drugs are compared by: numbers of one patient's course, read off while it is computed.

A measure is a formula over readings of the course. A reading is a quantity of the model (an observable or a state) and
how it is reduced over the days of treatment; measures of quantities that a model does not have are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.engine.endpoints import Area, Endpoint, Maximum, Minimum, TimeOfMaximum, Value

Reading = tuple[str, str]
"""A quantity, and one of `start`, `end`, `peak`, `lowest`, `day of peak` and `mean`."""
Formula = Callable[..., NDArray]

DETECTED = 1.0
"""Million cells, a lesion of two millimetres: fewer than these are seen by no scan, and count as these."""
LEAST_SIGNAL = 0.01
"""Mean committed share above rest below which a drug does not signal to a cell class: no selectivity is defined."""
LEAST_EXPANSION = 1.1
"""Fold of the start below which cells have not expanded, and no day is that of their peak."""
LEAST_RISE = 0.1
"""Fold of the start, more than without treatment, below which a level in blood has not risen."""
MOVED_PATIENTS = 0.1
"""Share of patients in whom a measure must move to be shown."""
RESPONSE, PROGRESSION = -0.3, 0.2
"""Changes of the sum of diameters that RECIST 1.1 calls a response and a progression."""


@dataclass(frozen=True)
class Measure:
    """One row of a comparison: `formula` over `readings`, in `unit`.

    A `share` is a proportion of patients, whose formula says who counts. A measure `against_untreated` gets the
    readings of the untreated patient after those of the treated one. What differs by less than `least` between the
    treated and the untreated patient has not moved; a measure that no drug moves is left out of a comparison.
    """

    key: str
    group: str
    title: str
    unit: str
    readings: tuple[Reading, ...]
    formula: Formula = lambda value: value
    share: bool = False
    against_untreated: bool = False
    least: float = 0.0


def endpoint(reading: Reading, days: float) -> Endpoint:
    """The engine's endpoint for a reading of a course of `days`; a mean is an area still to be divided by them."""
    quantity, how = reading
    if how in ("start", "end"):
        return Value(quantity, at=0.0 if how == "start" else days)
    kinds = {"peak": Maximum, "lowest": Minimum, "day of peak": TimeOfMaximum, "mean": Area}
    return kinds[how](quantity)


def read(reading: Reading, values: NDArray, days: float) -> NDArray:
    """The values of an endpoint as the reading means them."""
    return values / days if reading[1] == "mean" else values


def name_of(reading: Reading) -> str:
    """How the endpoint of a reading is called."""
    return f"{reading[0]}, {reading[1]}"


def above_start(value: NDArray, start: NDArray) -> NDArray:
    return value - start


def relative(value: NDArray, start: NDArray) -> NDArray:
    return value / start


def change(value: NDArray, start: NDArray) -> NDArray:
    """Change since the start in percent."""
    return 100 * (value / start - 1)


def selectivity(value: NDArray, start: NDArray, treg: NDArray, treg_start: NDArray) -> NDArray:
    """Signal above rest, relative to that of regulatory T cells; NaN where they have none."""
    base = treg - treg_start
    return np.where(base > LEAST_SIGNAL, (value - start) / np.maximum(base, LEAST_SIGNAL), np.nan)


def moved(measure: Measure, treated: NDArray, untreated: NDArray) -> bool:
    """Whether patients, `MOVED_PATIENTS` of them or more, are `least` away from what they are without treatment."""
    return measure.least == 0 or bool(np.mean(np.abs(treated - untreated) >= measure.least) >= MOVED_PATIENTS)


def log_kill(treated: NDArray, untreated: NDArray) -> NDArray:
    """Decimal logarithm of untreated over treated tumour cells [Mcell], both at least what a scan sees."""
    return np.log10((untreated + DETECTED) / (treated + DETECTED))


def responded(lowest: NDArray, start: NDArray) -> NDArray:
    return lowest / start - 1 <= RESPONSE


def day_of_expansion(day: NDArray, peak: NDArray, start: NDArray) -> NDArray:
    """The day of the peak; NaN where there is none to speak of."""
    return np.where(peak / start >= LEAST_EXPANSION, day, np.nan)


def _controlled(end: NDArray, start: NDArray) -> NDArray:
    return end / start - 1 < PROGRESSION


def _signals() -> list[Measure]:
    group, found = "Receptor signal", []
    treg: tuple[Reading, Reading] = (("signal_treg", "mean"), ("signal_treg", "start"))
    cells = {"treg": "Treg", "circulating": "CD8", "nk": "NK", "effector": "CD8 in tumour"}
    for signal, cell in cells.items():
        state = f"signal_{signal}"
        for how in ("peak", "mean"):
            readings: tuple[Reading, ...] = ((state, how), (state, "start"))
            title = f"{cell}, {how} committed share above rest"
            found.append(Measure(f"{state}_{how}", group, title, "1", readings, above_start))
    for signal in ("circulating", "nk"):
        state = f"signal_{signal}"
        title = f"{cells[signal]} over Treg, mean signal"
        own: tuple[Reading, Reading] = ((state, "mean"), (state, "start"))
        found.append(Measure(f"selectivity_{signal}", group, title, "ratio", (*own, *treg), selectivity))
    return found


def _other_signals() -> list[Measure]:
    """Signals of IL-10 and IL-18, which are 0 without treatment."""
    group, found = "IL-10 and IL-18", []
    for quantity, title in {
        "il10_myeloid": "IL-10 on myeloid cells of the tumour",
        "il10_cd8": "IL-10 on CD8 in tumour",
        "il18_signal": "IL-18 on NK",
    }.items():
        for how in ("peak", "mean"):
            name = f"{title}, {how} signal above rest"
            found.append(Measure(f"{quantity}_{how}", group, name, "1", ((quantity, how),), least=LEAST_SIGNAL))
    decoy: tuple[Reading, ...] = (("il18_binding_protein", "peak"), ("il18_binding_protein", "start"))
    title = "IL-18 binding protein, peak"
    found.append(Measure("il18_binding_protein_peak", group, title, "fold", decoy, relative, least=LEAST_RISE))
    return found


def _expansion() -> list[Measure]:
    group, found = "Expansion", []
    for name, cell in {
        "cd8_t_cells": "CD8 in blood",
        "nk_cells": "NK in blood",
        "nk_bright_cells": "CD56bright NK in blood",
        "regulatory_t_cells": "Treg in blood",
        "lymphocytes": "lymphocytes in blood",
    }.items():
        peak: tuple[Reading, ...] = ((name, "peak"), (name, "start"))
        found.append(Measure(f"{name}_peak", group, f"{cell}, peak", "fold", peak, relative))
        days: tuple[Reading, ...] = ((name, "day of peak"), *peak)
        found.append(Measure(f"{name}_day", group, f"{cell}, day of peak", "d", days, day_of_expansion))
    tumour: tuple[Reading, Reading] = (("tumour_cd8", "peak"), ("tumour_cd8", "start"))
    return [*found, Measure("tumour_cd8_peak", group, "CD8 in tumour, peak", "fold", tumour, relative)]


_SUM = "sum_of_diameters"
_EFFICACY = "Tumour control"
_SAFETY = "Leak and pressure"
_CYTOKINES = "Cytokine release and immune toxicity"

MEASURES: tuple[Measure, ...] = (
    *_signals(),
    *_other_signals(),
    *_expansion(),
    Measure("change", _EFFICACY, "change of the sum of diameters at the end", "%",
            ((_SUM, "end"), (_SUM, "start")), change),
    Measure("best_change", _EFFICACY, "best change of the sum of diameters", "%",
            ((_SUM, "lowest"), (_SUM, "start")), change),
    Measure("response", _EFFICACY, "response: shrunk by 30 % or more", "%",
            ((_SUM, "lowest"), (_SUM, "start")), responded, share=True),
    Measure("control", _EFFICACY, "control: grown by less than 20 % at the end", "%",
            ((_SUM, "end"), (_SUM, "start")), _controlled, share=True),
    Measure("log_kill", _EFFICACY, "log10 kill of tumour cells against untreated", "1",
            (("tumour_cells", "end"),), log_kill, against_untreated=True),
    Measure("leak_peak", _SAFETY, "vascular leak, peak", "1", (("vascular_leak", "peak"),)),
    Measure("pressure_lowest", _SAFETY, "mean arterial pressure, lowest", "mmHg",
            (("mean_arterial_pressure", "lowest"),)),
    Measure("albumin_lowest", _SAFETY, "albumin, lowest", "g/dL", (("albumin", "lowest"),)),
    Measure("weight_gain_peak", _SAFETY, "weight gain, peak", "kg", (("weight_gain", "peak"),)),
    Measure("temperature_peak", _CYTOKINES, "temperature, peak", "degC", (("temperature", "peak"),), least=0.2),
    Measure("interleukin_6_peak", _CYTOKINES, "interleukin-6, peak", "", (("interleukin_6", "peak"),), least=2.0),
    Measure("interferon_plasma_peak", _CYTOKINES, "interferon-gamma in blood, peak", "",
            (("interferon_gamma_plasma", "peak"),), least=0.2),
    Measure("immune_toxicity_peak", _CYTOKINES, "immune toxicity, peak", "1", (("immune_toxicity", "peak"),)),
)  # fmt: skip
"""Every measure, in the order of the table; a unit that is left empty is that of the quantity."""


def unit_of(measure: Measure, units: Mapping[str, str]) -> str:
    """The unit of a measure; that of its quantity where none is said."""
    return measure.unit or units[measure.readings[0][0]]
