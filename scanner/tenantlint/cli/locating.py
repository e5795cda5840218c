"""``--inventory`` and ``--source-map``: read before anything is collected, and opened when there is a snapshot."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tenantlint.errors import UsageError
from tenantlint.findings import Stage
from tenantlint.sources.places import Locator, SourceRoot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tenantlint.rules import Rule
    from tenantlint.snapshot import Snapshot
    from tenantlint.source_map import SourceMap


class _LocatingStage(Stage, Locator, Protocol):
    """Sees the judgements go by, and then knows where they belong."""


@dataclass(frozen=True)
class Places:
    """What the user chose; nothing by default."""

    inventory: Path | None = None
    source_map: SourceMap | None = None
    root: SourceRoot | None = None

    @contextmanager
    def open(self, snapshot: Snapshot, rules: Sequence[Rule], *, is_whole: bool) -> Iterator[Sequence[_LocatingStage]]:
        """Give the stages that find places in *snapshot*, those first that count most: code, then the inventory.

        *is_whole* says that all rules judge that would without ``--rule``.
        """
        tables = {rule.on for rule in rules}
        with ExitStack() as stack:
            found: list[_LocatingStage] = []
            if self.source_map:
                from tenantlint.source_map import SourceMapStage

                found.append(SourceMapStage(self.source_map, snapshot, tables))
            if self.inventory and self.root:
                from tenantlint.inventory import Inventory

                inventory = Inventory(self.inventory, self.root, snapshot, tables, is_whole=is_whole)
                found.append(stack.enter_context(inventory))
            yield found


NO_PLACES: Final = Places()


def choose_places(inventory: Path | None, source_map: Sequence[Path], source_root: Path | None) -> Places:
    """Read the options, and the code. Raises ``UsageError``."""
    if source_root and not (inventory or source_map):
        raise UsageError("--source-root: the root of what?", hint="it goes with --inventory or --source-map")
    root = SourceRoot(source_root)
    if inventory and root.require(inventory, "--inventory") == ".":
        raise UsageError("--inventory: the root of the repository is no folder for it", hint="--inventory inventory")
    if inventory and inventory.exists() and not inventory.is_dir():
        raise UsageError(f"--inventory {inventory} is no folder")
    if inventory:
        from tenantlint.sources.inventory_files import refuse_links

        refuse_links(inventory)
    if not source_map:
        return Places(inventory, None, root)
    from tenantlint.source_map import SourceMap
    from tenantlint.sources.reading import read_code

    return Places(inventory, SourceMap(read_code(source_map, root)), root)
