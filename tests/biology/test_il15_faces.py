"""Both faces of IL-15: every path of the table moves what it says, in the direction that it says."""

import csv
from pathlib import Path

import pytest

from melanokine import biology

TABLE = Path(biology.__file__).with_name("faces.csv")


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["interleukin"] == "IL-15"]


def test_there_are_two_faces():
    assert {row["face"] for row in rows()} == {"anti-tumour", "pro-tumour"}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["path"])
def test_every_path_leads_where_it_says(bench, row):
    change = {name.strip(): float(value) for name, value in (x.split("=") for x in row["change"].split(";"))}
    read = bench.rates if row["moves"] in bench.positions else None
    after, before = (read(state)[row["moves"]] if read else bench.value(row["moves"], state) for state in (change, {}))
    assert after > before if row["sign"] == "+" else after < before
