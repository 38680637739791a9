"""YAML files read into pydantic records, with errors that name the file, the line and the nearest known key.

The text is composed to nodes rather than loaded, because nodes keep their line numbers; scalars follow the
YAML 1.2 core schema, dates stay text, and keys are always text. Refused with a line: malformed text, keys given
twice, `.nan` and `.inf`, tags that ask for Python objects, aliases that expand without bound, and whatever the
record itself refuses.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from melanokine.errors import InputError, nearest

Record = TypeVar("Record", bound=BaseModel)
Location = tuple[str | int, ...]

LARGEST_DOCUMENT = 200_000
"""Values a document may hold once its aliases are expanded."""

DEEPEST_NESTING = 50
"""Levels of nesting a document may have; an alias to its own container has no end."""

CONTAINER_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(frozen=True)
class Document:
    """A parsed YAML document: `data` in plain Python types, and the line of every part of it."""

    data: Any
    lines: dict[Location, int]
    file: str | None

    def line(self, location: Sequence[str | int]) -> int | None:
        """Line of the part at `location` (keys and list positions from the root), or of what contains it."""
        location = tuple(location)
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location)

    def error(self, location: Sequence[str | int], message: str, remedy: str | None = None) -> InputError:
        """An InputError that points at the line of `location`."""
        return InputError(message, file=self.file, line=self.line(location), remedy=remedy)

    def validate(self, model: type[Record]) -> Record:
        """The document as a record of `model`; raises InputError for the first line that does not fit.

        Validators of `model` find the folder of the file, if there is one, as `folder` in their context.
        """
        context = {} if self.file is None else {"folder": Path(self.file).parent}
        try:
            return model.model_validate(self.data, context=context)
        except ValidationError as error:
            raise self._translate(error, model) from None

    def _translate(self, error: ValidationError, model: type[BaseModel]) -> InputError:
        details = error.errors(include_url=False)
        places = [(*detail["loc"], *detail.get("ctx", {}).get("place", ())) for detail in details]
        located = [(self._locate(place), detail) for place, detail in zip(places, details, strict=True)]
        located = [(place, detail) for place, detail in located if not _of_another_kind(place, detail, located)]
        location, detail = min(located, key=self._urgency)
        message, remedy = _explain(detail, location, model)
        others = len({place for place, _ in located}) - 1
        if others:
            message += f" (and {others} more place{'s' if others > 1 else ''} to correct)"
        return self.error(location, message, remedy)

    def _urgency(self, located: tuple[Location, ErrorDetails]) -> tuple[bool, int]:
        """By line, but missing keys last: a misspelt key is also missing, and the misspelling says more."""
        location, detail = located
        return detail["type"] == "missing", self.line(location) or 0

    def _locate(self, loc: Location) -> Location:
        """The part of the data that a pydantic location means, without the labels of union members."""
        place: Location = ()
        for element in loc:
            if (*place, element) in self.lines:
                place = (*place, element)
        return place


def read_yaml(path: str | Path, model: type[Record]) -> Record:
    """The record in the YAML file at `path`; raises InputError naming the file and the line."""
    return read_document(path).validate(model)


def read_yaml_text(text: str, model: type[Record], *, file: str | Path | None = None) -> Record:
    """The record in YAML `text`; `file` is the name that errors give."""
    return parse_document(text, file=file).validate(model)


def read_document(path: str | Path) -> Document:
    """The YAML document at `path`; raises InputError if it cannot be read or is not YAML."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such file", file=path, remedy=_neighbours(path)) from None
    except IsADirectoryError:
        raise InputError("is a directory", file=path, remedy="name a YAML file in it") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not text in UTF-8 (byte {error.start})", file=path, remedy="save the file as UTF-8"
        ) from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        remedy = "check the path and its permissions"
        raise InputError(f"cannot be read: {reason}", file=path, remedy=remedy) from None
    return parse_document(text, file=path)


def parse_document(text: str, *, file: str | Path | None = None) -> Document:
    """YAML `text` as a Document; raises InputError if it is malformed, empty, or no mapping at its top."""
    name = None if file is None else str(file)
    yaml = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # YAML allows it: the later anchor counts
            node = yaml.compose(text)
        builder = _Builder(yaml, name)
        data = builder.build(node, ()) if node is not None else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise InputError(
            f"is not well-formed YAML: {' '.join(problem.split())}",
            file=name,
            line=None if mark is None else mark.line + 1,
            remedy="check indentation, colons and quotes there",
        ) from None
    except ReaderError as error:
        message = f"holds the character {error.character:#06x}, which YAML does not admit"
        line = text.count("\n", 0, error.position) + 1
        raise InputError(message, file=name, line=line, remedy="remove it, or save the file as text") from None
    except RecursionError:
        raise InputError("is nested too deeply", file=name, remedy="flatten the document") from None
    if not isinstance(data, dict):
        what = "is empty" if data is None else "does not hold `key: value` pairs at its top level"
        raise InputError(what, file=name, line=1, remedy="write `key: value` lines")
    return Document(data=data, lines=builder.lines, file=name)


def as_value_error(error: InputError, place: Location = ()) -> PydanticCustomError:
    """`error` in the form that a pydantic validator may raise, so that file and line can still be added.

    `place` is where in the validated record it arose, if that is not the record as a whole. A file that the error names
    itself, one that the document refers to, stays part of the message.
    """
    message = str(InputError(error.message, file=error.file, line=error.line))
    context = {"message": message, "remedy": error.remedy, "place": place}
    return PydanticCustomError("melanokine_input", "{message}", context)


class _Builder:
    """Turns composed nodes into plain values while noting the line of each part."""

    def __init__(self, yaml: YAML, file: str | None) -> None:
        self._construct = yaml.constructor.construct_object
        self._file = file
        self._count = 0
        self.lines: dict[Location, int] = {}

    def build(self, node: Node, place: Location) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        self._count += 1
        if self._count > LARGEST_DOCUMENT:
            raise InputError(
                f"holds more than {LARGEST_DOCUMENT} values",
                file=self._file,
                line=line,
                remedy="remove the aliases that repeat it, or split the file",
            )
        if len(place) > DEEPEST_NESTING:
            raise InputError("is nested too deeply", file=self._file, line=line, remedy="flatten it there")
        if isinstance(node, MappingNode | SequenceNode) and str(node.tag) not in CONTAINER_TAGS:
            remedy = "leave the tag out"
            raise InputError(f"the tag {node.tag} is not known here", file=self._file, line=line, remedy=remedy)
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*place, position)) for position, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: MappingNode, place: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                remedy = "write `name: value`"
                raise InputError("a key must be plain text", file=self._file, line=line, remedy=remedy)
            name = str(key.value)
            if name in values:
                first = self.lines[(*place, name)]
                raise InputError(
                    f"the key {name!r} is given twice (first on line {first})",
                    file=self._file,
                    line=line,
                    remedy="keep one of them",
                )
            self.lines[(*place, name)] = line
            values[name] = self.build(value, (*place, name))
        return values

    def _scalar(self, node: Node, line: int) -> Any:
        if str(node.tag) == "tag:yaml.org,2002:timestamp":
            return node.value
        try:
            value = self._construct(node, deep=True)
        except (ValueError, LookupError):  # a tag such as `!!int` before other text, or thousands of digits
            message, remedy = f"{_shortened(node.value)} is no {str(node.tag).rpartition(':')[2]}", "correct the value"
            raise InputError(message, file=self._file, line=line, remedy=remedy) from None
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(
                f"{node.value} is not a finite number",
                file=self._file,
                line=line,
                remedy="give a number, or leave the key out",
            )
        return value


def _of_another_kind(place: Location, detail: ErrorDetails, located: Sequence[tuple[Location, ErrorDetails]]) -> bool:
    """Whether a complaint only says that a value is not of one kind, while another finds fault inside that value."""
    if detail["type"] in ("missing", "melanokine_input"):
        return False
    return any(len(other) > len(place) and other[: len(place)] == place for other, _ in located)


def _explain(detail: ErrorDetails, location: Location, model: type[BaseModel]) -> tuple[str, str | None]:
    """One-line message and remedy for a pydantic error."""
    place, last = _spell(location), str(detail["loc"][-1]) if detail["loc"] else ""
    context = detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        where = _spell(location[:-1])
        known = _keys(_types_at(model, detail["loc"][:-1]))
        return f"unknown key {last!r}" + (f" in {where}" if where else ""), nearest(last, known)
    if detail["type"] == "missing":
        return f"the key {last!r} is missing" + (f" from {place}" if place else ""), f"add `{last}: ...`"
    if detail["type"] == "melanokine_input":
        message, remedy = context["message"], context["remedy"]
    else:
        message, remedy = detail["msg"], None
        if "error" in context:
            message = str(context["error"])
        message = message[:1].lower() + message[1:]
        message += _shown(detail["input"])
    return " ".join(f"{place}: {message}".split() if place else message.split()), remedy


def _shown(value: Any) -> str:
    """The refused value, when it is short enough to show."""
    if isinstance(value, dict | list | BaseModel):
        return ""
    return f", not {_shortened(repr(value))}"


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _spell(location: Location) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _neighbours(path: Path) -> str:
    """A remedy naming the nearest file beside a missing one."""
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix in {".yaml", ".yml"}]
    except OSError:
        names = []
    known = nearest(path.name, names) if names else ""
    return known if known.startswith("did you mean") else "check the path"


def _types_at(model: type[BaseModel], loc: Location) -> list[Any]:
    """The types a pydantic location can refer to, walking fields, lists, mappings and unions from `model`."""
    types: list[Any] = [model]
    for element in loc:
        inner = [member for kind in types for member in _step(kind, element)]
        if inner:
            types = inner
            continue
        labelled = [kind for kind in types if _has_label(kind, element)]
        types = labelled or types
    return types


def _step(kind: Any, element: str | int) -> list[Any]:
    """Types of the part `element` of a value of type `kind`; empty when `kind` has no such part."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if element in (name, field.alias):
                return _members(field.annotation)
        return []
    arguments = get_args(kind)
    if get_origin(kind) is dict and isinstance(element, str):
        return _members(arguments[1])
    if get_origin(kind) in (list, tuple, set, frozenset) and isinstance(element, int):
        return [member for argument in arguments if argument is not Ellipsis for member in _members(argument)]
    return []


def _members(annotation: Any) -> list[Any]:
    """The types an annotation allows: unions opened, `Annotated` metadata dropped."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [member for argument in get_args(annotation) for member in _members(argument)]
    return [annotation]


def _has_label(kind: Any, label: str | int) -> bool:
    """Whether pydantic labels the union member `kind` so: by its name, or by the literal that selects it."""
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return False
    literals = [
        value
        for field in kind.model_fields.values()
        if get_origin(field.annotation) is Literal
        for value in get_args(field.annotation)
    ]
    return label == kind.__name__ or label in literals


def _keys(types: list[Any]) -> list[str]:
    return [
        field.alias or name
        for kind in types
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, field in kind.model_fields.items()
    ]
