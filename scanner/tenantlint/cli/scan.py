"""``tenantlint scan``."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.options import judging_options
from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from tenantlint.cli.judging import Choices
    from tenantlint.snapshot import Snapshot


@click.command("scan")
@click.option("--demo", is_flag=True, help="Scan the demo tenant that comes with tenantlint.")
@click.option("--graph", metavar="azure|PATH", help="Scan Azure, or the tenant copy in this folder.")
@click.option(
    "--snapshot", metavar="DIR", type=click.Path(path_type=Path), help="Keep the snapshot in this new folder."
)
@judging_options
def command(*, demo: bool, graph: str | None, snapshot: Path | None, **judging: Any) -> int:  # noqa: ANN401 - the options that choose() types
    """Collect a snapshot of a tenant and judge it.

    \b
    Examples:
      tenantlint scan --demo
      tenantlint scan --graph ./tenant-copy --snapshot ./2026-11-20
      tenantlint scan --demo --report sarif=tenantlint.sarif --fail-on never
      tenantlint scan --demo --rule unprotected-vm --plugin ./my_rule.py
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.judging import choose, judge

    if demo == bool(graph):
        raise UsageError("what is to be scanned?", hint="give either --demo or --graph azure|PATH")
    if graph == "azure":
        raise UsageError("--graph azure is not built yet", hint="scan a tenant copy: --graph PATH")
    choices = choose(**judging)
    with ExitStack() as stack:
        folder = stack.enter_context(as_file(files("tenantlint.demo"))) if demo else Path(graph or "")
        work = Path(stack.enter_context(TemporaryDirectory(prefix="tenantlint-")))
        return judge(collect_copy(folder, snapshot or work / "snapshot", work, choices), choices)


def collect_copy(folder: Path, into: Path, work: Path, choices: Choices) -> Snapshot:
    """Collect what the chosen rules need from the tenant copy in *folder*."""
    from tenantlint.cli.progress import progress
    from tenantlint.collect import collect
    from tenantlint.graph.copies import read_copy
    from tenantlint.graph.local import LocalGraph
    from tenantlint.snapshot import open_snapshot

    copy = read_copy(folder)
    tables = choices.catalog.needed_tables(choices.rules)
    staging = work / "graph"
    staging.mkdir()
    with progress() as tell, LocalGraph(copy, staging) as graph:
        collect(graph, tables, into, plugins=choices.catalog.versions, progress=tell)
    return open_snapshot(into, verify=False)
