"""``tenantlint check``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tenantlint.cli.options import judging_options


@click.command("check")
@click.argument("snapshot", type=click.Path(path_type=Path))
@judging_options
def command(*, snapshot: Path, **judging: Any) -> int:  # noqa: ANN401 - the options that choose() types
    """Judge a SNAPSHOT that was kept with `scan --snapshot` again, without network.

    The same snapshot, settings and time give the same reports. Every file is held against the SHA-256 in the manifest.

    \b
    Examples:
      tenantlint check ./2026-11-20
      tenantlint check ./2026-11-20 --report json=verdicts.jsonl --fail-on never
      tenantlint check ./2026-11-20 --inventory inventory --source-map infra --source-map ./state.json
      tenantlint check ./2026-11-20 --rule unprotected-vm --as-of 2026-12-01T00:00:00Z
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.judging import choose, judge
    from tenantlint.snapshot import open_snapshot

    choices = choose(**judging, replays=True)
    return judge(open_snapshot(snapshot), choices)
