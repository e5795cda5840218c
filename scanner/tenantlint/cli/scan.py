"""``tenantlint scan``."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.azure import AZURE_OPTIONS, azure_options, choose_azure, is_live, refuse_azure_options
from tenantlint.cli.options import judging_options
from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from tenantlint.cli.azure import AzureChoices
    from tenantlint.cli.collecting import Place
    from tenantlint.cli.judging import Choices
    from tenantlint.collect import Doubts


@click.command("scan")
@click.option("--demo", is_flag=True, help="Scan the demo tenant that comes with tenantlint.")
@click.option("--graph", metavar="azure|URL|PATH", help="Scan Azure, `tenantlint serve`, or a tenant copy.")
@click.option(
    "--snapshot", metavar="DIR", type=click.Path(path_type=Path), help="Keep the snapshot in this new folder."
)
@click.option(
    "--previous",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Compare with this older snapshot: where far fewer rows are left, absence proves nothing.",
)
@click.option("--resume", is_flag=True, help="Go on with the run for --snapshot that was not finished.")
@azure_options
@judging_options
def command(  # the other options are typed by choose() and choose_azure()
    *,
    demo: bool,
    graph: str | None,
    snapshot: Path | None,
    previous: Path | None,
    resume: bool,
    **options: Any,  # noqa: ANN401 - see above
) -> int:
    """Collect a snapshot of a tenant and judge it.

    \b
    Examples:
      tenantlint scan --demo
      tenantlint scan --graph azure --snapshot ./2026-11-20
      tenantlint scan --graph azure --snapshot ./2026-11-20 --resume
      tenantlint scan --graph azure --snapshot ./2026-11-21 --previous ./2026-11-20
      tenantlint scan --graph azure --management-group corp --baseline none --report sarif=tenantlint.sarif
      tenantlint scan --graph azure --management-group corp --baseline last.sarif --report sarif=tenantlint.sarif
      tenantlint scan --graph azure --inventory inventory --source-map infra --report sarif=tenantlint.sarif
      tenantlint scan --graph ./tenant-copy --rule unprotected-vm --plugin ./my_rule.py
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.judging import choose, judge
    from tenantlint.cli.previous import doubts
    from tenantlint.snapshot import open_snapshot

    azure = {name: options.pop(name) for name in AZURE_OPTIONS}
    if demo == bool(graph):
        raise UsageError("what is to be scanned?", hint="give either --demo or --graph azure|URL|PATH")
    if resume and not (snapshot and is_live(graph or "")):
        raise UsageError("there is nothing to go on with", hint="--resume goes with --graph azure and --snapshot DIR")
    if not is_live(graph or ""):
        refuse_azure_options()
    choices, doubt = choose(**options), doubts(previous)
    with ExitStack() as stack:
        work = Path(stack.enter_context(TemporaryDirectory(prefix="tenantlint-")))
        into = snapshot or work / "snapshot"
        if graph and is_live(graph):
            from tenantlint.cli.collecting import Place

            place = Place(into, kept=snapshot is not None, resume=resume)
            collect_live(choose_azure(graph, **azure), choices, place, doubt)
        else:
            folder = stack.enter_context(as_file(files("tenantlint.demo"))) if demo else Path(graph or "")
            collect_copy(folder, into, work, choices, doubt)
        return judge(open_snapshot(into, verify=False), choices)


def collect_live(azure: AzureChoices, choices: Choices, place: Place, doubts: Doubts) -> None:
    """Collect what the chosen rules need from a service."""
    from tenantlint.cli.collecting import collect_azure

    collect_azure(azure, choices.tables, place, choices.about, doubts)


def collect_copy(folder: Path, into: Path, work: Path, choices: Choices, doubts: Doubts) -> None:
    """Collect what the chosen rules need from the tenant copy in *folder*."""
    from tenantlint.cli.progress import progress
    from tenantlint.collect import collect
    from tenantlint.graph.copies import read_copy
    from tenantlint.graph.local import LocalGraph

    copy = read_copy(folder)
    staging = work / "graph"
    staging.mkdir()
    with progress() as tell, LocalGraph(copy, staging) as graph:
        collect(graph, choices.tables, into, about=choices.about, doubts=doubts, progress=tell)
