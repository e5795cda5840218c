"""``tenantlint query``."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from tenantlint.cli.answering import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fetch = Callable[[str, Path], object]


@click.command("query")
@click.argument("source", metavar="SNAPSHOT_OR_COPY", type=click.Path(path_type=Path))
@click.argument("kql")
def command(*, source: Path, kql: str) -> int:
    """Run KQL over a snapshot or a tenant copy; print one JSON object a row.

    A tenant copy has the tables of Resource Graph (Resources, RecoveryServicesResources …), a snapshot those that the
    queries made of them (virtual_machines, protected_items …). KQL - is read from standard input.

    \b
    Examples:
      tenantlint query ./tenant-copy "Resources | summarize count() by type"
      tenantlint query ./snapshot "virtual_machines | where location == 'westeurope' | project name"
    """  # noqa: D301 - \b is click's mark, not an escape
    text = _standard_input() if kql == "-" else kql
    with TemporaryDirectory(prefix="tenantlint-") as folder:
        rows = Path(folder) / "rows.jsonl"
        with _open(source, Path(folder)) as fetch:
            fetch(text, rows)
        with rows.open("rb") as lines:
            for line in lines:
                answer(line, nl=False)
    return 0


def _standard_input() -> str:
    from tenantlint.errors import UsageError

    try:
        return sys.stdin.buffer.read().decode()
    except ValueError as error:
        raise UsageError(f"standard input is not UTF-8: {error}") from error


@contextmanager
def _open(source: Path, work: Path) -> Iterator[Fetch]:
    from tenantlint.errors import UsageError
    from tenantlint.graph import NotReadError
    from tenantlint.graph.copies import is_copy, read_copy
    from tenantlint.graph.local import LocalGraph
    from tenantlint.graph.snapshots import SnapshotGraph
    from tenantlint.snapshot import open_snapshot

    if not source.is_dir():
        raise UsageError(f"there is no folder {source}", hint="name a snapshot or a tenant copy")
    graph = LocalGraph(read_copy(source), work) if is_copy(source) else SnapshotGraph(open_snapshot(source), work)
    with graph:
        try:
            yield lambda kql, into: graph.fetch(kql, into, in_order=True)
        except NotReadError as error:
            raise UsageError(str(error)) from error
