"""What `--source-map` names: states, Terraform files, Bicep files and ARM templates, or folders of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.sources import arm, bicep
from tenantlint.sources.hcl import blocks_in
from tenantlint.sources.terraform import Configurations
from tenantlint.sources.terraform_state import looks_shown, read_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.sources.declared import Declared
    from tenantlint.sources.hcl import Block
    from tenantlint.sources.places import SourceRoot
    from tenantlint.sources.terraform_state import Held

LARGEST: Final = 4 << 20
"""Bytes of a file of code that is read; ARM takes no larger template."""
_SUFFIXES: Final = (".tf", ".tfstate", ".bicep", ".json")
_OPTION: Final = "--source-map"


@dataclass
class Code:
    """What was read. ``states`` are by file; ``unreadable`` are files of folders that are not what they should be."""

    configurations: Configurations = field(default_factory=Configurations)
    blocks: list[Block] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    states: dict[Path, list[Held]] = field(default_factory=dict)
    unreadable: list[Path] = field(default_factory=list)


def read_code(named: Sequence[Path], root: SourceRoot) -> Code:
    """Read files and folders. Raises ``UsageError`` where one is not there, not below *root*, or not understood.

    In a folder, what is not understood is left out. A state may be outside of *root*: nothing points at it.
    """
    code = Code()
    seen: set[str] = set()
    for path in sorted(named, key=Path.is_dir):  # of a file that is named, more is known than of one that is found
        if path.is_dir():
            root.require(path, _OPTION)
        elif not path.exists():
            raise UsageError(f"{_OPTION} {path}: there is no such file or folder")
        for file in _files(path) if path.is_dir() else [path]:
            if (real := os.path.realpath(file)) not in seen:
                seen.add(real)
                _read(file, root, code, alone=not path.is_dir())
    return code


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of *folder* and of those in it, in order: no hidden ones, no links, no packages of others."""
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(files):
            file = Path(above, name)
            if name.lower().endswith(_SUFFIXES) and not name.startswith(".") and not file.is_symlink():
                yield file


def _read(file: Path, root: SourceRoot, code: Code, *, alone: bool) -> None:
    try:
        _take(file, root, code, alone=alone)
    except ValueError as error:
        if alone:
            raise UsageError(f"{_OPTION} {file}: {error}") from error
        code.unreadable.append(file)


def _take(file: Path, root: SourceRoot, code: Code, *, alone: bool) -> None:
    suffix = file.suffix.lower()
    if suffix == ".tfstate" or (_may_be_state(file, suffix) if alone else suffix == ".json" and looks_shown(file)):
        code.states[file] = read_state(file) if alone else _state_found(file)
        return
    path = root.require(file, _OPTION) if alone else root.path_of(file)
    if path is None or _is_override(file.name):
        return
    if suffix == ".tf":
        blocks = blocks_in(_text(file), path)
        code.configurations.add(file, blocks)
        code.blocks += blocks
    else:
        code.declared += (bicep if suffix == ".bicep" else arm).declared_in(_text(file), path)


def _is_override(name: str) -> bool:
    """Tell whether a Terraform file only changes blocks of other files."""
    return name == "override.tf" or name.endswith("_override.tf")


def _may_be_state(file: Path, suffix: str) -> bool:
    return suffix not in _SUFFIXES or (suffix == ".json" and not _is_template(file))


def _state_found(file: Path) -> list[Held]:
    """Read a state that nobody named. Raises ``ValueError`` where it is none."""
    try:
        return read_state(file)
    except UsageError as error:
        raise ValueError(str(error)) from error


def _is_template(file: Path) -> bool:
    try:
        with file.open("rb") as content:
            return b"deploymenttemplate" in content.read(LARGEST).lower()
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error


def _text(file: Path) -> str:
    """Return the text of *file*, lines ended by a line feed. Raises ``ValueError`` where it is none, or too long."""
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST >> 20} MB")
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
