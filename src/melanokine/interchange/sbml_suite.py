"""The SBML Test Suite's own convention: `python -m melanokine.interchange.sbml_suite CASES_DIR CASE_NUMBER OUT_DIR`.

Reads CASES_DIR/CASE_NUMBER with its settings, and writes OUT_DIR/CASE_NUMBER.csv. Exit code 3 is a declared refusal and
2 bad input, each with the reason on stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from melanokine.errors import InputError, MelanokineError
from melanokine.interchange.sbml import Refusal, SbmlModel, read_sbml
from melanokine.whole_file import write_whole

REFUSED, BAD_INPUT = 3, 2
RTOL = 1e-9
"""Well within the tolerances of the suite, most of which are 1e-4 of the value plus 1e-4 to 1e-9."""


def main(arguments: Sequence[str]) -> int:
    """Run one case; the exit code."""
    if len(arguments) != 3:
        print("usage: python -m melanokine.interchange.sbml_suite CASES_DIR CASE_NUMBER OUT_DIR", file=sys.stderr)
        return BAD_INPUT
    cases, number, out = Path(arguments[0]), arguments[1], Path(arguments[2])
    try:
        header, rows = run_case(cases, number)
        write(out / f"{number}.csv", header, rows)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except (MelanokineError, OSError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    return 0


def run_case(cases: Path, number: str) -> tuple[list[str], np.ndarray]:
    """Header and rows, time first, of the table that a case asks for."""
    folder = Path(cases) / number
    settings = read_settings(folder / f"{number}-settings.txt")
    model = read_sbml(newest(folder, number))
    if not settings.get("duration") or not settings.get("steps"):
        why = "melanokine computes time courses"
        raise Refusal("a test of another kind than a time course", f"case {number}", why, str(folder), None)
    start, duration, steps = (float(settings[name] or 0.0) for name in ("start", "duration", "steps"))
    times = start + duration * np.arange(int(steps) + 1) / int(steps)
    variables = _names(settings.get("variables", ""))
    kinds = dict.fromkeys(_names(settings.get("amount", "")), "amount")
    kinds |= dict.fromkeys(_names(settings.get("concentration", "")), "concentration")
    asked = [f"{kinds[v]}({v})" if v in kinds and v in model.species else v for v in variables]
    return ["time", *variables], np.column_stack([times, *simulate(model, times, asked)])


def simulate(model: SbmlModel, times: np.ndarray, quantities: Sequence[str]) -> list[np.ndarray]:
    """Each quantity at `times`; InputError where the integration fails."""
    rows = model.rows()
    course = model.course(times, rows, rtol=RTOL, max_step=float(times[-1] - times[0]) / (len(times) - 1))
    if course.status[0] != 0:
        from melanokine.engine.status import NAMES

        raise InputError(f"the integration failed: {NAMES[course.status[0]]}", file=model.file)
    values = model.measure(course, rows, quantities)
    return [values[name][0] for name in quantities]


def newest(folder: Path, number: str) -> Path:
    """The document of the highest level and version."""
    found = sorted(folder.glob(f"{number}-sbml-l*v*.xml"))
    if not found:
        raise InputError(f"there is no SBML document of case {number}", file=folder)
    return found[-1]


def read_settings(path: Path) -> dict[str, str]:
    """`name: value` by line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot read the settings: {error.strerror}", file=path) from None
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def write(path: Path, header: Sequence[str], rows: np.ndarray) -> None:
    """A table with all digits, in place only when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(header), *(",".join(repr(float(x)) for x in row) for row in rows)]
    write_whole(path, "".join(f"{line}\n" for line in lines).encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
