"""Declarative rules: YAML that says which rows a rule speaks of, and what it requires of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

import jsonschema_rs
import orjson

from tenantlint.dated import Dated
from tenantlint.model import Document
from tenantlint.names import nearest
from tenantlint.rule_files.demanding import EXPRESSIONS, Demand
from tenantlint.rule_files.demands import THRESHOLDS, Path, default_path
from tenantlint.rule_files.expressions import parse
from tenantlint.rules import Page, Rule, rule
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenantlint.errors import RuleFileError
    from tenantlint.model import Json
    from tenantlint.rule_files import texts

SCHEMA: Final = "rule.schema.json"
_SIGNS: Final = ("on", "require", "when")
"""Keys by which a YAML file shows that it is meant for a rule."""


def is_declared(value: Json) -> bool:
    """Tell whether the *value* of a YAML file is meant for a declarative rule, or a list of them."""
    listed = value if isinstance(value, list) else [value]
    return any(isinstance(entry, dict) and any(sign in entry for sign in _SIGNS) for entry in listed)


def read_declared(document: texts.Document) -> Iterator[Rule]:
    """Yield the rules of *document*. Raises ``RuleFileError`` with the line and the key of what is wrong."""
    value = document.value
    entries: list[tuple[list[str | int], Json]] = (
        [([at], entry) for at, entry in enumerate(value)] if isinstance(value, list) else [([], value)]
    )
    for at, entry in entries:
        _check(document, at, entry)
        yield _rule(document, at, cast("dict[str, Any]", entry))


def _check(document: texts.Document, at: list[str | int], entry: Json) -> None:
    known = _schema()["$defs"]["rule"]["properties"]
    for key in entry if isinstance(entry, dict) else ():
        if key not in known:
            raise _error(document, [*at, key], entry, f"there is no key {key!r}", hint=nearest(key, known))
    found = min(_validator().iter_errors(entry), key=_rank, default=None)
    if found:
        path = list(found.instance_path)
        raise _error(document, [*at, *path], entry, _said(path, found.message), hint=_described(found.schema_path))


def _rank(error: jsonschema_rs.ValidationError) -> tuple[list[str], bool]:
    """Sort errors by where they are; a key that is not known comes before the one that is missing instead."""
    return list(map(str, error.instance_path)), "additionalProperties" not in error.schema_path


def _described(path: Sequence[str | int]) -> str:
    """Return what the schema says in words of what breaks it at *path*."""
    if path[-1] != "pattern":
        return ""
    held: Any = _whole()
    for step in path[:-1]:  # older validators give the way there, references included
        held = _schema()["$defs"][held["$ref"].rpartition("/")[2]] if step == "$ref" else held[step]
    return str(held.get("description", "")).rstrip(".")


def _rule(document: texts.Document, at: list[str | int], entry: Mapping[str, Any]) -> Rule:
    judge = _judge(document, at, entry)
    documents = _documents(entry["source"])
    since = min(each.date for each in documents)[:7]
    try:
        made = rule(
            id=entry["id"],
            on=entry["on"],
            level=entry["level"],
            sources=documents,
            limits={name: Dated({since: value}) for name, value in entry.get(THRESHOLDS, {}).items()},
            tags=entry.get("tags", ()),
            noun=entry.get("noun", "resource"),
            topic=entry.get("topic", ""),
            visibility=entry.get("visibility", "full"),
            enabled=entry.get("enabled", True),
        )(judge)
    except ValueError as error:
        raise _error(document, at, entry, str(error)) from error
    sections = (" ".join(entry["title"].split()), *(entry.get(key, "").strip() for key in ("why", "fix", "limits")))
    return replace(made, written=Page(*sections), file=document.source.shown)


def _judge(document: texts.Document, at: list[str | int], entry: Mapping[str, Any]) -> Demand:
    defaults = {_path(document, at, entry, name): value for name, value in entry.get("defaults", {}).items()}
    lines = tuple((key, document.line([*at, key])) for key in (*EXPRESSIONS, "on", "defaults") if key in entry)
    message = " ".join(entry["message"].split())
    judge = Demand(entry["level"], entry["require"], message, entry.get("when", ""), tuple(defaults.items()), lines)
    _check_expressions(document, at, entry, judge)
    known = {str(path) for path in judge.paths}
    for name in map(str, defaults):
        if name not in known:
            raise _error(document, [*at, "defaults"], entry, f"no expression reads {name!r}", hint=nearest(name, known))
    return judge


def _documents(source: Mapping[str, str] | list[Mapping[str, str]]) -> list[Document]:
    sources = source if isinstance(source, list) else [source]
    return [Document(each["title"], each["date"], each["url"]) for each in sources]


def _check_expressions(document: texts.Document, at: list[str | int], entry: Mapping[str, Any], judge: Demand) -> None:
    """Raise ``RuleFileError`` for an expression that is none, or that reads a threshold which is not there."""
    for key in EXPRESSIONS:
        try:
            for path in (path for text in judge.expressions(key) for path in parse(text).paths):
                _check_threshold(path, entry)
        except ValueError as error:
            raise _error(document, [*at, key], entry, f"{key}: {error}") from error


def _check_threshold(path: Path, entry: Mapping[str, Any]) -> None:
    known = entry.get(THRESHOLDS, {})
    if path.names[:1] == (THRESHOLDS,) and (len(path.steps) != 2 or path.steps[1] not in known):  # noqa: PLR2004 - and its name
        raise ValueError(
            f"there is no threshold {str(path)!r}: {nearest(str(path), [f'{THRESHOLDS}.{n}' for n in known])}"
        )


def _path(document: texts.Document, at: list[str | int], entry: object, name: str) -> Path:
    try:
        return default_path(name)
    except ValueError as error:
        raise _error(
            document, [*at, "defaults", name], entry, f"defaults: {name!r} is no path to a property"
        ) from error


def _error(
    document: texts.Document, path: list[str | int], entry: object, message: str, hint: str = ""
) -> RuleFileError:
    named = entry.get("id") if isinstance(entry, dict) else None
    return document.source.error(message, document.line(path), rule=named if isinstance(named, str) else "", hint=hint)


def _said(path: list[str | int], message: str) -> str:
    where = ".".join(str(step) for step in path)
    return f"{where}: {visible(message)}" if where else visible(message)


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = orjson.loads(files(__package__).joinpath(SCHEMA).read_bytes())
    return schema


def _whole() -> dict[str, Any]:
    """Return the schema of one rule."""
    return {"$ref": "#/$defs/rule", "$defs": _schema()["$defs"]}


@cache
def _validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(_whole())
