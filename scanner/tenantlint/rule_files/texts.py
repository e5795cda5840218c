"""Rule files as text: where something stands in them, and YAML with its lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tenantlint.errors import RuleFileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from tenantlint.model import Json


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
        tree = YAML(typ="rt", pure=True).load(source.text())
        return Document(source, plain(tree), tree)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise source.error(f"this is not YAML: {error.problem}", mark.line + 1 if mark else 0) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise source.error(f"this is not YAML: {str(error).partition(chr(10))[0]}") from error


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
