"""The SBML semantic suite, scored in this process; as a script it writes its part of docs/conformance.md.

`python tests/suites/sbml_suite_cases.py` from the root of the repository runs every case.
"""

from __future__ import annotations

import csv
import math
import re
import sys
import tarfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from melanokine.errors import MelanokineError
from melanokine.interchange.sbml import Refusal
from melanokine.interchange.sbml_suite import read_settings, run_case

ROOT = Path(__file__).resolve().parents[2]
SUITES = ROOT.parent / "shared" / "suites"
OUT_OF_SCOPE = {"AlgebraicRule", "CSymbolDelay", "FastReaction"}
BEGIN, END = "<!-- sbml begin -->", "<!-- sbml end -->"


@dataclass(frozen=True)
class Outcome:
    case: str
    in_scope: bool
    tags: frozenset[str]
    result: str
    detail: str = ""
    exact: bool = False
    """Whether it passes where names are told apart by upper and lower case as well, as SBML does"""


def unpack(name: str, folder: Path) -> Path:
    """A suite's archive, unpacked into `folder`; FileNotFoundError where the suites are absent."""
    with tarfile.open(SUITES / name) as archive:
        archive.extractall(folder, filter="data")
    return folder / name.split("-even")[0].split("-a.")[0]


def case_names(cases: Path) -> list[str]:
    return sorted(path.name for path in cases.iterdir() if path.is_dir())


def described(cases: Path, case: str) -> tuple[frozenset[str], bool]:
    """Tags of a case, and whether it is in scope."""
    text = (cases / case / f"{case}-model.m").read_text(encoding="utf-8")
    lines = " ".join(re.findall(r"(?:componentTags|testTags):(.*)", text))
    tags = frozenset(re.findall(r"[\w:]+", lines))
    kind = re.search(r"testType:\s*(\w+)", text)
    course = kind is not None and kind.group(1) == "TimeCourse"
    return tags, course and not tags & OUT_OF_SCOPE and not any(":" in tag for tag in tags)


def run(cases: Path, case: str) -> Outcome:
    tags, in_scope = described(cases, case)
    try:
        header, rows = run_case(cases, case)
    except Refusal as refusal:
        return Outcome(case, in_scope, tags, "refused", refusal.what)
    except MelanokineError as error:
        return Outcome(case, in_scope, tags, "error", str(error))
    wrong = difference(cases / case, case, header, rows)
    exact = not difference(cases / case, case, header, rows, exact=True)
    return Outcome(case, in_scope, tags, "wrong" if wrong else "pass", wrong, exact)


def difference(folder: Path, case: str, header, rows, *, exact: bool = False) -> str:
    """The first value beyond the tolerances of the case.

    Names are compared without case, as the suite's score does; with `exact` as they are, the first column being time.
    """
    settings = read_settings(folder / f"{case}-settings.txt")
    absolute, relative = float(settings["absolute"]), float(settings["relative"])
    with (folder / f"{case}-results.csv").open(encoding="utf-8") as file:
        names, *wanted = [row for row in csv.reader(file) if row]
    called = str.strip if exact else lambda name: name.strip().lower()
    column = {called(name): k for k, name in enumerate(header)}
    places = [column[called(name)] for name in (names[1:] if exact else names)]
    if exact:
        places = [0, *places]
    if len(wanted) != len(rows):
        return f"{len(rows)} rows instead of {len(wanted)}"
    for want, got in zip(wanted, rows, strict=True):
        for name, text, place in zip(names, want, places, strict=True):
            x, y = float(text), float(got[place])
            same = x == y or (math.isnan(x) and math.isnan(y))
            if not same and not abs(x - y) <= absolute + relative * abs(x):
                return f"{name} is {y:g} instead of {x:g} at {want[0]}"
    return ""


def table(outcomes: list[Outcome]) -> str:
    """Markdown: the score, by tag, refusals by reason, and what does not pass."""
    inside = [o for o in outcomes if o.in_scope]
    passed = sum(o.result == "pass" for o in inside)
    lines = [
        f"In scope {passed} of {len(inside)} cases pass ({100 * passed / len(inside):.1f} %); of all {len(outcomes)}, "
        f"{sum(o.result == 'pass' for o in outcomes)} pass, {sum(o.result == 'refused' for o in outcomes)} are refused "
        f"by name and {sum(o.result in ('wrong', 'error') for o in outcomes)} are wrong or fail. Where names are told "
        f"apart by upper and lower case as well, {sum(o.exact for o in inside)} of {len(inside)} in scope pass.",
        "", "| tag | in scope | pass |", "|---|---|---|",
    ]  # fmt: skip
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for o in inside:
        for tag in o.tags:
            counts[tag][0] += 1
            counts[tag][1] += o.result == "pass"
    lines += [f"| {tag} | {n} | {good} |" for tag, (n, good) in sorted(counts.items())]
    reasons = Counter(o.detail for o in outcomes if o.result == "refused")
    lines += ["", "| refused for | cases |", "|---|---|", *(f"| {why} | {n} |" for why, n in reasons.most_common())]
    failing = [o for o in outcomes if o.result in ("wrong", "error")]
    lines += ["", "| does not pass | why |", "|---|---|", *(f"| {o.case} | {o.detail} |" for o in failing)]
    return "\n".join(lines)


def write(outcomes: list[Outcome]) -> None:
    page = ROOT / "docs" / "conformance.md"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{table(outcomes)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        unpacked = unpack("sbml-semantic-even.tar.xz", Path(folder))
        every = [run(unpacked, case) for case in case_names(unpacked)]
    write(every)
    print(table(every).splitlines()[0], file=sys.stderr)
