"""Terraform configurations: which block an address of a state stands for."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint.sources.hcl import Block
    from tenantlint.sources.places import Place

_MODULE: Final = re.compile(r'module\.([^.\[\]"]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.|$)')


class Address(NamedTuple):
    """A resource of a configuration: the modules that it lies in, outermost first, its type and its name.

    All instances of ``count`` and ``for_each`` have the same.
    """

    modules: tuple[str, ...]
    type: str
    name: str


@dataclass
class _Folder:
    """A module as it is written: its resources by type and name, and the sources of the modules that it calls."""

    resources: dict[tuple[str, ...], list[Place]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class Configurations:
    """The folders with Terraform files that were named, each of which may be the root of a configuration."""

    def __init__(self) -> None:
        self._folders: dict[Path, _Folder] = {}

    def add(self, file: Path, blocks: Iterable[Block]) -> None:
        """Take the *blocks* of a *file*."""
        folder = self._folders.setdefault(Path(os.path.realpath(file.parent)), _Folder())
        for block in blocks:
            if block.kind == "module":
                folder.calls[block.labels[0]].append(block.source)
            else:
                folder.resources[block.labels].append(block.place)

    def places(self, root: Path, address: Address) -> list[Place]:
        """Return the blocks that *address* may stand for in the configuration at *root*."""
        folder: Path | None = root
        for name in address.modules:
            folder = self._called(folder, name) if folder else None
        found = self._folders.get(folder) if folder else None
        return found.resources.get((address.type, address.name), []) if found else []

    def root_of(self, state: Path, addresses: Iterable[Address]) -> Path | None:
        """Return the root of the configuration that *state*, with these *addresses*, belongs to.

        That is the folder of the state itself, where it has Terraform files; else the one that declares more of the
        addresses than any other. None where there is no such.
        """
        own = Path(os.path.realpath(state.parent))
        if own in self._folders:
            return own
        known = list(addresses)
        scores = sorted(
            ((sum(bool(self.places(root, address)) for address in known), root) for root in self._folders),
            key=lambda score: score[0],
        )[-2:]
        is_best = bool(scores) and scores[-1][0] > (scores[0][0] if len(scores) > 1 else 0)
        return scores[-1][1] if is_best else None

    def _called(self, folder: Path, name: str) -> Path | None:
        found = self._folders.get(folder)
        sources = found.calls.get(name, []) if found else []
        if len(sources) != 1 or not sources[0].startswith(("./", "../")):
            return None
        return Path(os.path.realpath(folder / sources[0]))


def modules_of(text: str) -> tuple[str, ...] | None:
    """Read ``module.app["web"].module.disk[0]``; None where it is something else."""
    names: list[str] = []
    at = 0
    while at < len(text):
        match = _MODULE.match(text, at)
        if match is None:
            return None
        names.append(match[1])
        at = match.end()
    return tuple(names)
