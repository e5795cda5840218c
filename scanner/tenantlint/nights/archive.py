"""Walks through the runs of an archive, which may lie in several files beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenantlint.nights.json_stream import JsonStream
from tenantlint.nights.night import NightError
from tenantlint.reports.sarif_names import Part, file_of, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RESULT: Final = "result"
HINT: Final = "give a snapshot, or a report written with `check --report sarif-full=FILE` or `json=FILE`"
_NOT_ONE: Final = "is not an archive of tenantlint"


class LaterFileError(NightError):
    """A file of an archive, but not the first of its files."""


class Mistakes:
    """Says of whatever is not as it should be that the file is no archive."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, _: object) -> None:
        if isinstance(error, ValueError | KeyError | TypeError | AttributeError | IndexError):
            why = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            raise NightError(f"{self._name} {_NOT_ONE}, or was cut short: {why}", hint=HINT) from error


def head_of(path: Path) -> dict[str, Any]:
    """Return the members of an archive's first run, without its results; see :func:`members_of` for what it raises."""
    head: dict[str, Any] = {}
    for name, value in members_of(path):
        if name == RESULT or name in head:  # or the next run, where this one has no results
            break
        head[name] = value
    return head


def members_of(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the members of each run in turn, and each result as one.

    Raises ``NightError`` where the files are no archive, or not all of one, and ``LaterFileError`` where *path* is not
    the first of them.
    """
    first: Part | None = None
    number = seen = 0
    while first is None or seen < first.of:
        number += 1
        for name, value in _file(_present(path, number, first, seen)):
            if name == "automationDetails":
                with Mistakes(str(path)):
                    part = _part(path, value, first, seen + 1)
                first, seen = first or part, seen + 1
            yield name, value
        if first is None:
            raise NightError(f"{path} {_NOT_ONE}, or was cut short: it names no run", hint=HINT)


def _present(path: Path, number: int, first: Part | None, seen: int) -> Path:
    file = file_of(path, number, "archive")
    if first and not file.is_file():
        said = f"{path} holds {seen} of {first.of} parts of an archive: there is no {file.name} beside it"
        raise NightError(said, hint="keep all files of an archive in one folder")
    return file


def _part(path: Path, details: dict[str, Any], first: Part | None, due: int) -> Part:
    part = part_of(details["id"])
    if part is None:
        raise ValueError("its run has another name; the `sarif` report, which is to upload, does not tell enough")
    if first is None and part.number > 1:
        raise LaterFileError(f"{path} is a later file of an archive", hint="give the first of its files")
    if first and part != Part(due, first.of, first.at):
        raise ValueError(f"part {part.number} of {part.of}, as of {part.at}, is not what comes next")
    return part


def _file(path: Path) -> Iterator[tuple[str, Any]]:
    with Mistakes(str(path)), path.open(encoding="utf-8", newline="") as file:
        stream = JsonStream(file)
        for name in stream.members():
            if name != "runs":
                stream.value()
                continue
            for _ in stream.items():
                yield from _run(stream)
        stream.end()


def _run(stream: JsonStream) -> Iterator[tuple[str, Any]]:
    is_named = False
    for name in stream.members():
        if name != "results":
            is_named |= name == "automationDetails"
            yield name, stream.value()
            continue
        if not is_named:
            raise ValueError("a run that does not say which part of an archive it is")
        for _ in stream.items():
            yield RESULT, stream.value()
