"""``tenantlint lint-kql``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenantlint.cli.exit_codes import failing
from tenantlint.cli.options import FAIL_ON, NEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.kql_lint.findings import Linted


@click.command("lint-kql")
@click.argument("named", metavar="FILE|DIR|-...", nargs=-1, required=True)
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How findings are written: in columns, one JSON object a line, or SARIF for GitHub code scanning.",
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to this file.")
@click.option(
    "--fail-on",
    metavar="LEVEL",
    type=click.Choice([level for level in FAIL_ON if level not in NEW]),
    default="warning",
    show_default=True,
    help="The lowest level of a finding that makes the exit code 1: error, warning, note or never.",
)
def command(*, named: tuple[str, ...], wanted: str, output: Path | None, fail_on: str) -> int:
    """Warn of Resource Graph's traps in KQL: what it refuses, and what it answers with less than was asked for.

    A folder stands for the .kql files in it, - for standard input. What is meant is allowed by a comment on its line,
    with a reason: `// lint-kql: allow kql-no-order  one page is enough`. What the local resource graph cannot run but
    the service may is a note. A file with the header of a rule, or in the kql/ folder of a library, must hold a query
    whose rows are all the violations, with an id; it needs no order.

    \b
    Examples:
      tenantlint lint-kql rules/unprotected.kql
      tenantlint lint-kql ./rules --fail-on error
      tenantlint lint-kql ./rules --format sarif --output lint-kql.sarif
      tenantlint lint-kql - < rules/unprotected.kql
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.kql_lint.files import lint_files

    files = lint_files(named)
    _write(files, wanted, output)
    levels = failing(fail_on)
    return int(any(each.level in levels for file in files for each in file.findings))


def _write(files: Sequence[Linted], wanted: str, path: Path | None) -> None:
    from tenantlint.kql_lint.plain import as_json, as_text
    from tenantlint.kql_lint.sarif import write_sarif
    from tenantlint.reports.output import Output

    if wanted == "sarif":
        write_sarif(files, path)
        return
    output = Output(path)
    output.write((as_text(files) if wanted == "text" else as_json(files)).encode("utf-8", "backslashreplace"))
    output.commit()
