"""``tenantlint capture``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.azure import azure_options, choose_azure, is_live, refuse_azure_options, say
from tenantlint.cli.options import plugin_options
from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenantlint.capture import Captured
    from tenantlint.catalog import Catalog
    from tenantlint.cli.azure import AzureChoices
    from tenantlint.cli.collecting import Place
    from tenantlint.wanted import Wanted


@click.command("capture")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--graph", metavar="azure|URL|PATH", required=True, help="Capture Azure, `tenantlint serve`, or a tenant copy."
)
@click.option("--table", "named", metavar="NAME", multiple=True, help="Capture this table (repeatable).")
@click.option("--scrub", is_flag=True, help="Replace names, ids, tags and secrets.")
@click.option("--resume", is_flag=True, help="Go on with the run for OUT that was not finished.")
@azure_options
@plugin_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    out: Path,
    graph: str,
    named: tuple[str, ...],
    scrub: bool,
    resume: bool,
    wanted: Wanted,
    **azure: Any,  # noqa: ANN401 - the options that choose_azure() types
) -> int:
    """Save whole tables of Resource Graph as a tenant copy, in the new folder OUT.

    A tenant copy serves every rule that reads what it holds, on any later day and without network: `scan --graph OUT`
    judges it, `query` and `serve` answer from it. By default it has the tables that the installed rules read, and
    those of --rules. With --scrub it can be shown to others, and still gets the same verdicts. The exit code is 3 where
    anything was not read.

    \b
    Examples:
      tenantlint capture ./tenant-copy --graph azure
      tenantlint capture ./tenant-copy --graph azure --table Resources --table ResourceContainers
      tenantlint capture ./tenant-copy --graph azure --rules ./rules
      tenantlint capture ./for-a-bug-report --graph azure --scrub
      tenantlint capture ./for-a-bug-report --graph ./tenant-copy --scrub
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.plugins import load_plugins

    if not is_live(graph):
        refuse_azure_options()
    catalog = load_plugins(wanted)
    if is_live(graph):
        captured = capture_live(choose_azure(graph, **azure), out, catalog, named, scrub=scrub, resume=resume)
    elif scrub and not (named or resume):
        captured = scrub_folder(Path(graph), out, catalog)
    else:
        hint = "with --scrub, and without --table and --resume, a tenant copy can be scrubbed"
        raise UsageError(f"{graph!r} is no service that can be captured", hint=hint)
    for entry in captured.unread:
        _say(f"unread: {entry}")
    answer(f"captured {', '.join(captured.tables) or 'nothing'}: {out}")
    return 3 if captured.unread else 0


def capture_live(  # noqa: PLR0913 - what a capture depends on, spelled out
    choices: AzureChoices, out: Path, catalog: Catalog, named: Sequence[str], *, scrub: bool, resume: bool
) -> Captured:
    """Capture the tables that are *named*, or those that the rules need, from a service into *out*."""
    from tenantlint.capture import choose_tables, tables_read_by
    from tenantlint.cli.collecting import Place
    from tenantlint.folders import new_folder, refuse_existing

    tables = choose_tables(named, tables_read_by(catalog.tables.values()))
    place = Place(out, kept=True, resume=resume)
    refuse_existing(out, "copies")  # before anything is read
    if scrub:
        raw = place.unfinished.folder / "raw"
        captured = _read(choices, tables, place, raw)
        scrub_folder(raw, out, catalog)
    else:
        with new_folder(out, "copies") as folder:
            captured = _read(choices, tables, place, folder)
    place.unfinished.end()
    return captured


def _read(choices: AzureChoices, tables: Sequence[str], place: Place, folder: Path) -> Captured:
    """Read *tables* into *folder*, as a scan reads its queries: what was read so far is with the unfinished run."""
    from tenantlint.capture import capture
    from tenantlint.cli.collecting import reading

    with reading(choices, place, len(tables)) as (graph, tell):
        folder.mkdir(mode=0o700, exist_ok=True)
        return capture(graph, tables, folder, tell)


def scrub_folder(source: Path, out: Path, catalog: Catalog) -> Captured:
    """Scrub the tenant copy *source* into *out*, and say on standard error what that did to it."""
    from tenantlint.capture import Captured
    from tenantlint.cli.progress import progress
    from tenantlint.graph.copies import read_copy
    from tenantlint.scrub import scrub_copy

    with progress() as tell:
        report = scrub_copy(source, out, catalog=catalog, progress=tell)
    _say(f"replaced: {_counted(report.replaced)}")
    _say(f"kept: {_counted(report.kept)}")
    if report.exempt:
        _say(f"judged by what was replaced, and so perhaps otherwise: {', '.join(report.exempt)}")
    return Captured(tuple(report.rows), read_copy(source).coverage.unread)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {count:,}" for what, count in counts.items()) or "nothing"


def _say(line: str) -> None:
    """Say on standard error what may quote a tenant."""
    from tenantlint.sentences import visible_prose

    say(visible_prose(line))
