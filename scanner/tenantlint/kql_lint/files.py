"""The queries that the user names: files, folders of ``.kql`` files, standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.kql_lint.findings import Linted
from tenantlint.kql_lint.linting import lint
from tenantlint.rule_files.library import IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STANDARD_INPUT: Final = "stdin"


def lint_files(named: Iterable[str]) -> list[Linted]:
    """Lint what is *named*, each file once, folders in the order of their paths. Raises ``UsageError``."""
    found: dict[str, Linted] = {}
    for name in named:
        for path, text, is_rule in _queries(name):
            if path not in found:
                findings = lint(text, is_rule=is_rule)
                found[path] = Linted(path, tuple(findings or ()), is_query=findings is not None)
    return list(found.values())


def _queries(name: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the path and the text of each query, and whether a library makes a rule of it."""
    if name == "-":
        yield STANDARD_INPUT, _decoded(sys.stdin.buffer.read(), "standard input"), False
        return
    path = Path(name)
    found = (file for file in path.rglob("*.kql") if file.is_file())
    files = sorted(found, key=Path.as_posix) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"there is no .kql file in {name}", hint="name a file, or a folder of .kql files")
    for file in files:
        yield _shown(file), _decoded(_content(file), str(file)), _is_recommended(file)


def _is_recommended(file: Path) -> bool:
    """Whether *file* lies as the queries of a library do: in a folder ``kql`` beside a list of recommendations."""
    folder = Path(os.path.abspath(file)).parent  # noqa: PTH100 - resolve() would follow links
    lists = folder.parent.glob("*.y*ml") if folder.name == "kql" else ()
    return any(name.encode() in _content(each) for each in lists if each.is_file() for name in IDS)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except ValueError as error:
        raise UsageError(f"{where} is not UTF-8: {error}") from error


def _shown(file: Path) -> str:
    """Return the path from the working directory where *file* lies in it, with slashes on every system."""
    path = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow links
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else file).as_posix()
