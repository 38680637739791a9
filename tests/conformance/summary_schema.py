"""The layout of `summary.json`, version 1, as JSON Schema: what other programs may rely on."""

from __future__ import annotations

ENDPOINTS = (
    "ORR", "CR", "DCR", "PFS_median_months", "PFS_6mo", "PFS_12mo", "OS_median_months", "OS_12mo", "OS_24mo",
    "grade3plus_TRAE", "hypotension_any", "hypotension_grade3plus", "fever_any", "fever_grade3plus", "CRS_any",
    "CRS_grade3plus", "lymphopenia_grade3plus", "neutropenia_any", "neutropenia_grade3plus", "thrombocytopenia_any",
    "thrombocytopenia_grade3plus", "anaemia_grade3plus", "eosinophilia", "capillary_leak_grade3plus",
    "discontinuation_for_toxicity",
)  # fmt: skip
CONTRASTS = ("ORR_difference", "PFS_HR", "OS_HR")

_KNOWN_OR_NOT = {"type": ["number", "null"]}
_TEXT = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 0}
_SECONDS = {"type": "number", "minimum": 0}
_ESTIMATE = {
    "type": "object",
    "properties": {"value": _KNOWN_OR_NOT, "low": _KNOWN_OR_NOT, "high": _KNOWN_OR_NOT, "unit": _TEXT},
    "required": ["value", "low", "high", "unit"],
    "additionalProperties": False,
}


def _all_of(names: tuple[str, ...], kind: dict) -> dict:
    properties = dict.fromkeys(names, kind)
    return {"type": "object", "properties": properties, "required": list(names), "additionalProperties": False}


def _record(**properties: dict) -> dict:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMA = _record(
    schema={"const": 1},
    trial=_TEXT,
    seed=_COUNT,
    replicates={"type": "integer", "minimum": 1},
    version=_TEXT,
    model_hash={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    calibration={"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
    arms={
        "type": "array",
        "minItems": 1,
        "items": _record(
            arm=_TEXT, n={"type": "integer", "minimum": 1}, failed=_COUNT, endpoints=_all_of(ENDPOINTS, _ESTIMATE)
        ),
    },
    contrasts={
        "type": "array",
        "items": _record(arm=_TEXT, reference=_TEXT, endpoints=_all_of(CONTRASTS, _ESTIMATE)),
    },
    runtime=_all_of(("compile_s", "simulate_s", "patients_per_s"), _SECONDS),
)
