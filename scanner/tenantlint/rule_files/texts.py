"""Rule files as text: where something stands in them, and YAML with its lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent

from tenantlint.errors import RuleFileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from tenantlint.model import Json

_MOST_VALUES: Final = 10_000
"""So many values a file may hold once its aliases are written out."""


@dataclass(frozen=True, slots=True)
class Source:
    """A rule file: what it is called for people, and the name by which ``--without`` leaves it out."""

    file: Traversable
    shown: str
    stem: str

    def text(self) -> str:
        """Return what is in it. Raises ``RuleFileError``."""
        try:
            return self.file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(f"cannot be read: {error}") from error

    def error(self, message: str, line: int = 0, *, rule: str = "", hint: str = "") -> RuleFileError:
        """Make the error that says *message* of *line*, which counts from 1; 0 for the whole file."""
        where = f"{self.shown}, line {line}" if line else self.shown
        return RuleFileError(where, message, rule=rule or self.stem, hint=hint)


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file holds, as JSON, and where."""

    source: Source
    value: Json
    tree: Any  # ruamel.yaml's nodes, which know their lines

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line, from 1, of the value at *path*, or of the nearest that it lies in."""
        line, node = 1, self.tree
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                line = node.lc.key(step)[0] + 1
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                line = node.lc.item(step)[0] + 1
            else:
                break
            node = node[step]
        return line


def read_yaml(source: Source) -> Document:
    """Read a YAML file. Raises ``RuleFileError`` with the line where it is none."""
    try:
        text = source.text()
        _check_aliases(source, text)
        tree = YAML(typ="rt", pure=True).load(text)
        return Document(source, plain(tree), tree)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise source.error(f"this is not YAML: {error.problem}", mark.line + 1 if mark else 0) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise source.error(f"this is not YAML: {str(error).partition(chr(10))[0]}") from error


def _check_aliases(source: Source, text: str) -> None:
    """Raise ``RuleFileError`` where few lines with aliases stand for very many values, or one for itself.

    What is made of the file later goes through all of them.
    """
    if "&" not in text or "*" not in text:  # most files have none, and need not be read twice
        return
    sizes: dict[str, int] = {}
    begun: list[tuple[str | None, int]] = []
    values = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, CollectionEndEvent):
            anchor, before = begun.pop()
            sizes[anchor or ""] = values - before
        elif isinstance(event, AliasEvent):
            values += sizes.get(event.anchor, 0)
            if values > _MOST_VALUES:
                line = event.start_mark.line + 1
                raise source.error(f"*{event.anchor} makes too much of too little: write out what it means", line)
        elif isinstance(event, NodeEvent):
            values += 1
            sizes[event.anchor or ""] = 1
            if isinstance(event, CollectionStartEvent):
                sizes[event.anchor or ""] = _MOST_VALUES  # until it ends, it holds itself
                begun.append((event.anchor, values - 1))


def plain(value: object) -> Json:
    """Return *value* as JSON has it: a date is text."""
    if isinstance(value, dict):
        return {str(name): plain(held) for name, held in value.items()}
    if isinstance(value, list):
        return [plain(held) for held in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):  # written as 0x10, it knows that
        return int(value) if isinstance(value, int) else float(value)
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
