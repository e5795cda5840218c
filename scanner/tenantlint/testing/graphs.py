"""Answers KQL over a tenant copy, in this process or over HTTP."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson

from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.testing.merging import Row


@dataclass(frozen=True)
class TenantGraph:
    """A resource graph over the tenant copy in the folder ``copy``."""

    copy: Path
    _graph: LocalGraph
    _work: Path

    def ask(self, kql: str) -> list[Row]:
        """Run *kql* and return the rows, in their order. Raises ``KqlError`` for what Resource Graph would not take."""
        rows = self._work / "rows.jsonl"
        self._graph.fetch(kql, rows, in_order=True)
        return [orjson.loads(line) for line in rows.read_bytes().splitlines()]

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the copy over HTTP, as the service does, until the block ends; give the address for ``--graph``.

        Nobody counts queries there. Needs the extra ``server``; without it ``ModuleNotFoundError`` is raised.
        """
        from tenantlint.graph.server.quota import Quota  # noqa: PLC0415 - works only with the extra
        from tenantlint.graph.server.serving import Options, serving  # noqa: PLC0415 - likewise

        with serving(read_copy(self.copy), Options(quota=Quota(None))) as running:
            yield running.url


@contextmanager
def open_graph(copy: Path) -> Iterator[TenantGraph]:
    """Give a resource graph over the tenant copy in the folder *copy*, until the block ends."""
    with TemporaryDirectory(prefix="tenantlint-") as folder, LocalGraph(read_copy(copy), Path(folder)) as graph:
        yield TenantGraph(copy, graph, Path(folder))
