"""``tenantlint scan``."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.azure import AZURE_OPTIONS, azure_options, choose_azure, is_live
from tenantlint.cli.options import judging_options
from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from tenantlint.cli.azure import AzureChoices
    from tenantlint.cli.judging import Choices
    from tenantlint.snapshot import Snapshot


@click.command("scan")
@click.option("--demo", is_flag=True, help="Scan the demo tenant that comes with tenantlint.")
@click.option("--graph", metavar="azure|URL|PATH", help="Scan Azure, `tenantlint serve`, or a tenant copy.")
@click.option(
    "--snapshot", metavar="DIR", type=click.Path(path_type=Path), help="Keep the snapshot in this new folder."
)
@click.option("--resume", is_flag=True, help="Go on with the run for --snapshot that was not finished.")
@azure_options
@judging_options
def command(*, demo: bool, graph: str | None, snapshot: Path | None, resume: bool, **options: Any) -> int:  # noqa: ANN401 - the options that choose() and choose_azure() type
    """Collect a snapshot of a tenant and judge it.

    \b
    Examples:
      tenantlint scan --demo
      tenantlint scan --graph azure --snapshot ./2026-11-20
      tenantlint scan --graph azure --snapshot ./2026-11-20 --resume
      tenantlint scan --graph azure --management-group corp --auth github-oidc --report sarif=tenantlint.sarif
      tenantlint scan --graph ./tenant-copy --rule unprotected-vm --plugin ./my_rule.py
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.judging import choose, judge

    azure = {name: options.pop(name) for name in AZURE_OPTIONS}
    if demo == bool(graph):
        raise UsageError("what is to be scanned?", hint="give either --demo or --graph azure|URL|PATH")
    if resume and not (snapshot and is_live(graph or "")):
        raise UsageError("there is nothing to go on with", hint="--resume goes with --graph azure and --snapshot DIR")
    choices = choose(**options)
    with ExitStack() as stack:
        work = Path(stack.enter_context(TemporaryDirectory(prefix="tenantlint-")))
        into = snapshot or work / "snapshot"
        if graph and is_live(graph):
            collect_live(choose_azure(graph, **azure), choices, into, resume=resume, kept=snapshot is not None)
        else:
            folder = stack.enter_context(as_file(files("tenantlint.demo"))) if demo else Path(graph or "")
            collect_copy(folder, into, work, choices)
        return judge(_open(into), choices)


def collect_live(azure: AzureChoices, choices: Choices, into: Path, *, resume: bool, kept: bool) -> None:
    """Collect what the chosen rules need from a service."""
    from tenantlint.cli.collecting import Place, collect_azure

    tables = choices.catalog.needed_tables(choices.rules)
    collect_azure(azure, tables, Place(into, kept, resume), choices.catalog.versions)


def _open(folder: Path) -> Snapshot:
    from tenantlint.snapshot import open_snapshot

    return open_snapshot(folder, verify=False)


def collect_copy(folder: Path, into: Path, work: Path, choices: Choices) -> None:
    """Collect what the chosen rules need from the tenant copy in *folder*."""
    from tenantlint.cli.progress import progress
    from tenantlint.collect import collect
    from tenantlint.graph.copies import read_copy
    from tenantlint.graph.local import LocalGraph

    copy = read_copy(folder)
    tables = choices.catalog.needed_tables(choices.rules)
    staging = work / "graph"
    staging.mkdir()
    with progress() as tell, LocalGraph(copy, staging) as graph:
        collect(graph, tables, into, plugins=choices.catalog.versions, progress=tell)
