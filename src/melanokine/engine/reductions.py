"""The endpoints of one call: checked, sorted by window, and written into the record that the driver reads."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine.driver.layout import REDUCTION, record_type
from melanokine.engine.driver.nodes import NODES
from melanokine.engine.endpoints import VALUE, Endpoint
from melanokine.errors import EngineError

if TYPE_CHECKING:
    from melanokine.engine.driver.watch import Watch
    from melanokine.engine.integration import Integration
    from melanokine.engine.kernel import Kernel

_Record = record_type(REDUCTION)
_ALIGNMENT = 64
"""Bytes; a vector of the widest lanes."""


@dataclass(frozen=True, eq=False)
class Reductions:
    """What all chunks of a call share: the endpoints by name, the quantities watched, and the driver's tables."""

    endpoints: Mapping[str, Endpoint]
    quantities: tuple[str, ...]
    watch: Watch
    tables: Mapping[str, np.ndarray]

    @classmethod
    def prepare(cls, kernel: Kernel, endpoints: Mapping[str, object], until: float) -> Reductions:
        """Check the endpoints of a run to day `until`; EngineError says what does not fit."""
        checked = {name: _checked(name, endpoint, until) for name, endpoint in endpoints.items()}
        quantities = tuple(sorted({endpoint.quantity for endpoint in checked.values()}))
        kernel.check_quantities(quantities)
        return cls(checked, quantities, kernel.watch(quantities), _tables(checked, quantities))

    def record(self, results: np.ndarray, lanes: int) -> ctypes.Structure:
        """The driver's record for a chunk whose endpoints go into `results`, with a workspace that lives as long."""
        count = len(self.endpoints)
        rows = {
            "constant": self.watch.constants,
            "curve": self.watch.curves,
            "watched": len(self.quantities) * (len(NODES) + 1),
            "value": count,
            "day": count,
        }
        memory = np.zeros(sum(rows.values()) * lanes + _ALIGNMENT // 8)
        address = memory.ctypes.data + -memory.ctypes.data % _ALIGNMENT
        places = {}
        for name, needed in rows.items():
            places[name] = address
            address += needed * lanes * 8
        record = _Record(
            windows=len(self.tables["window_start"]),
            quantities=len(self.quantities),
            results=results.ctypes.data,
            **self.watch.address,
            **places,
            **{name: table.ctypes.data for name, table in self.tables.items()},
        )
        record.memory = memory
        return record

    def complete(self, result: Integration, initial: np.ndarray) -> None:
        """Add values at day 0, which lie in no step, and take away what patients showed who then failed."""
        for column, endpoint in enumerate(self.endpoints.values()):
            if endpoint.kind == VALUE and endpoint.window[0] == 0.0:
                value = result.kernel.measure(result.parameters, initial, (endpoint.quantity,))
                result.endpoints[:, column] = value[:, 0]
        result.endpoints[result.failed] = np.nan


def _checked(name: str, endpoint: object, until: float) -> Endpoint:
    if not isinstance(endpoint, Endpoint):
        remedy = "give a Value, Maximum, Minimum, TimeOfMaximum, TimeOfMinimum, Area or FirstTime"
        raise EngineError(f"endpoint {name!r} is {endpoint!r}", remedy=remedy)
    endpoint.check(name, until)
    return endpoint


def _tables(endpoints: Mapping[str, Endpoint], quantities: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The arrays of layout.REDUCTION that describe windows, and endpoints in the order of their windows."""
    every = list(endpoints.values())
    order = sorted(range(len(every)), key=lambda k: every[k].window)
    inorder = [every[k] for k in order]
    windows = sorted({endpoint.window for endpoint in every})
    first = np.searchsorted([windows.index(endpoint.window) for endpoint in inorder], np.arange(len(windows) + 1))
    return {
        "window_start": np.array([start for start, _ in windows]),
        "window_stop": np.array([stop for _, stop in windows]),
        "window_first": first.astype(np.int64),
        "kind": np.array([endpoint.kind for endpoint in inorder], np.int64),
        "quantity": np.array([quantities.index(endpoint.quantity) for endpoint in inorder], np.int64),
        "sign": np.array([endpoint.sign for endpoint in inorder], float),
        "level": np.array([endpoint.level for endpoint in inorder], float),
        "column": np.array(order, np.int64),
    }
