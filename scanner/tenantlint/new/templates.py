"""Files from plain templates, in which ``$words`` stand for what is not known yet."""

from __future__ import annotations

import os
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.new.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tenantlint.new.kinds import Kind

RULES: Final = "rules"
CASES: Final = "tests/cases"

_OF_PACK: Final = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".github/workflows/ci.yml": "ci.yml",
    "src/$package/__init__.py": "package.py",
    "src/$package/py.typed": "nothing",
    "src/$package/rules/__init__.py": "rules.py",
    "tests/test_rules.py": "test_rules.py",
}
"""The files of a pack, each with its template."""


def pack_files(words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the paths and the texts of the files of a new pack but for its rules."""
    for path, template in _OF_PACK.items():
        yield Template(path).substitute(words), _filled(template, words)


def rule_files(rule: str, kind: Kind, package: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of a new rule, and of its cases; *package* is the folder of the pack's package."""
    words = {"rule": rule, "function": rule.replace("-", "_"), "prefix": rule.partition("-")[0]}
    yield f"{package}/{RULES}/{kind.file_name(rule)}", _filled(f"rule{kind.suffix}", words)
    yield f"{CASES}/{rule}/cases.json", _filled(f"cases.{kind.name}.json", words)


def write_new(root: Path, found: Iterable[tuple[str, str]]) -> list[Path]:
    """Write the files that were *found* below *root*, or none where one is there already, and return them.

    Raises ``UsageError`` where that fails.
    """
    texts = {root / path: text for path, text in found}
    there = next((file for file in texts if os.path.lexists(file)), None)
    if there:
        raise UsageError(f"{there} exists already", hint="what is there is never overwritten")
    return [_write(file, text) for file, text in texts.items()]


def examples(name: str) -> dict[str, Kind]:
    """Return the rules of a new pack: one of each kind, by id."""
    return {f"{name}-{kind.example}": kind for kind in KINDS.values()}


def _write(file: Path, text: str) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
    return file


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = files("tenantlint.new").joinpath("templates", f"{template}.template").read_text("utf-8")
    return Template(text).substitute(words)
