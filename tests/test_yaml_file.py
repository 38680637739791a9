"""YAML files give records, or one line that names the file, the line and what would be right."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from melanokine.errors import InputError
from melanokine.yaml_file import as_value_error, parse_document, read_yaml, read_yaml_text


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Circle(Strict):
    kind: Literal["circle"]
    radius: float = Field(gt=0)


class Square(Strict):
    kind: Literal["square"]
    side: float


class Drawing(Strict):
    title: str
    patients_per_arm: int = 10
    arms: dict[str, list[str]] = {}
    shapes: list[Annotated[Circle | Square, Field(discriminator="kind")]] = []

    @field_validator("title")
    @classmethod
    def _no_tabs(cls, value: str) -> str:
        if value == "bad":
            raise as_value_error(InputError("the title is 'bad'", remedy="choose another"))
        return value


GOOD = """\
title: Example   # comment
patients_per_arm: 12
arms:
  control: ["nivolumab 360 mg IV every 3 weeks"]
shapes:
  - {kind: circle, radius: 1e-3}
"""


def refusal(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read_yaml_text(text, Drawing, file="trial.yaml")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("trial.yaml:")
    return caught.value


def test_a_good_file_becomes_a_record(tmp_path: Path):
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    drawing = read_yaml(path, Drawing)
    assert drawing.patients_per_arm == 12
    assert drawing.shapes[0] == Circle(kind="circle", radius=0.001)


def test_byte_order_mark_and_dates_are_read_as_text(tmp_path: Path):
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + b"title: 2024-05-01\n")
    assert read_yaml(path, Drawing).title == "2024-05-01"


@pytest.mark.parametrize(
    ("text", "line", "says", "remedy"),
    [
        ("title: a\npatients_per_amr: 3\n", 2, "unknown key 'patients_per_amr'", "mean 'patients_per_arm'?"),
        (
            "title: a\nshapes:\n  - kind: circle\n    radus: 3\n    radius: 1\n",
            4,
            "unknown key 'radus' in shapes[0]",
            "did you mean 'radius'?",
        ),
        ("patients_per_arm: 3\n", 1, "the key 'title' is missing", "add `title: ...`"),
        ("title: a\nshapes:\n  - kind: circle\n", 3, "the key 'radius' is missing from shapes[0]", "add"),
        ("title: a\nshapes:\n- {kind: circle, radius: -1}\n", 3, "shapes[0].radius: input should be", ""),
        ("title: a\nshapes:\n- {kind: cube}\n", 3, "'circle', 'square'", ""),
        ("title: a\npatients_per_arm: many\n", 2, "not 'many'", ""),
        ("title: a\ntitle: b\n", 2, "'title' is given twice (first on line 1)", "keep one"),
        ("title: a\nshapes:\n- kind: circle\n  radius: .nan\n", 4, ".nan is not a finite", "give a number"),
        ("title: a\nshapes:\n- kind: circle\n  radius: -.inf\n", 4, "-.inf is not a finite", "give a number"),
        ("title: a\nshapes:\n- kind: circle\n  radius: 'nan'\n", 4, "finite number", ""),
        ("title: [a\npatients_per_arm: 3\n", 2, "not well-formed YAML", "check indentation"),
        ("title: a\n\tb: 3\n", 2, "not well-formed YAML", "check indentation"),
        ("title: bad\n", 1, "title: the title is 'bad'", "choose another"),
        ("title: !!python/name:os.system x\n", 1, "not well-formed YAML", ""),
        ("title: a\narms: {? [b] : [c]}\n", 2, "a key must be plain text", ""),
        ("title: a\n---\ntitle: b\n", 2, "not well-formed YAML", ""),
        ("", 1, "is empty", "`key: value`"),
        ("# only a comment\n", 1, "is empty", ""),
        ("- a\n- b\n", 1, "does not hold `key: value` pairs", ""),
        ("title: a\npatients_per_arm: x\nextra: 1\n", 2, "(and 1 more place to correct)", ""),
    ],
)
def test_refusals_name_line_and_remedy(text: str, line: int, says: str, remedy: str):
    error = refusal(text)
    assert error.line == line
    assert says in error.message
    assert remedy in (error.remedy or "")


def test_control_characters_and_deep_nesting_are_refused():
    refusal("title: \x01\n")
    refusal("title: " + "[" * 5000 + "]" * 5000)


def test_aliases_that_multiply_are_refused():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    pairs = zip("abcdef", "bcdefg", strict=True)
    lines += [f"{new}: &{new} [{', '.join(['*' + old] * 10)}]" for old, new in pairs]
    assert "more than" in refusal("\n".join(lines)).message
    assert refusal("title: &t [*t]").line == 1


def test_unreadable_files_are_named(tmp_path: Path):
    (tmp_path / "trial-one.yaml").write_text(GOOD)
    with pytest.raises(InputError, match=r"no such file; did you mean 'trial-one.yaml'\?"):
        read_yaml(tmp_path / "trial-oen.yaml", Drawing)
    with pytest.raises(InputError, match="is a directory"):
        read_yaml(tmp_path, Drawing)
    (tmp_path / "binary.yaml").write_bytes(b"title: \xff\xfe")
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_yaml(tmp_path / "binary.yaml", Drawing)
    with pytest.raises(InputError, match="there is no such file"):
        read_yaml(tmp_path / "none" / "x.yaml", Drawing)
    with pytest.raises(InputError, match="cannot be read"):
        read_yaml(tmp_path / "trial-one.yaml" / "x.yaml", Drawing)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser reads all")
def test_a_file_without_read_permission_is_named(tmp_path: Path):
    path = tmp_path / "locked.yaml"
    path.write_text(GOOD)
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read: permission denied"):
        read_yaml(path, Drawing)


def test_a_document_points_at_its_lines():
    document = parse_document(GOOD, file="trial.yaml")
    assert document.line(("arms", "control", 0)) == 4
    assert document.line(("arms", "absent")) == 3
    assert str(document.error(("shapes", 0), "no", "yes")) == "trial.yaml:6: no; yes"
