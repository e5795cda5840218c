"""All installed rules, ready to judge a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenantlint.catalog import Catalog
from tenantlint.checking import Target, check
from tenantlint.config import read_settings
from tenantlint.plugins import load_plugins
from tenantlint.results import Summary
from tenantlint.rules import Rule
from tenantlint.selection import select
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot


@dataclass(frozen=True)
class Pack:
    """What the installed plugins contribute, with the default settings."""

    catalog: Catalog
    rules: Sequence[Rule]
    settings: Settings


def load_pack(ids: Sequence[str] = ()) -> Pack:
    """Load what is installed; of the rules only those with *ids*, where any are named."""
    catalog = load_plugins()
    settings = read_settings({}, catalog)
    return Pack(catalog, select(catalog, ids, settings), settings)


def judge(snapshot: Snapshot, pack: Pack, targets: Sequence[Target] = ()) -> Summary:
    """Judge a snapshot by all rules as `tenantlint check` does.

    Raises ``RuntimeError`` where something was not read or broke: then less was judged than the figures would say.
    """
    # It starts over, as a first night does: an upload then has all that was found.
    summary, _ = check(
        snapshot,
        pack.catalog,
        pack.rules,
        targets,
        settings=pack.settings,
        now=snapshot.manifest.ended_at,
        starts_over=True,
    )
    if summary.incomplete:
        raise RuntimeError(f"the scan is incomplete, so its figures mean nothing: {summary.problems}")
    return summary
