"""Opens what was kept of earlier nights, and says what keeps two of them from being the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from tenantlint.nights.json_report import JsonNight
from tenantlint.nights.night import NightError
from tenantlint.nights.sarif_report import SarifNight
from tenantlint.nights.snapshots import SnapshotNight
from tenantlint.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tenantlint.comparing.comparison import Earlier
    from tenantlint.nights.night import Night
    from tenantlint.nights.seen import Seen
    from tenantlint.nights.snapshots import Judging

_SNIFFED = 1 << 16
_MOST = 10
_HINT = "give the folder of a snapshot, or a report that was written as json or sarif-full"


def open_night(path: Path, judging: Judging) -> Night:
    """Open the snapshot, ``sarif-full`` or ``json`` report at *path*; snapshots are judged by *judging*.

    Raises ``SnapshotError`` and ``NightError``.
    """
    if path.is_dir():
        return SnapshotNight(open_snapshot(path), judging)
    try:
        with path.open("rb") as file:
            start = file.read(_SNIFFED)
    except OSError as error:
        raise NightError(f"cannot read {path}: {error.strerror}", hint=_HINT) from error
    if not start.strip():
        raise NightError(f"{path} is empty: nothing can be told from it", hint=_HINT)
    if not start.lstrip().startswith(b"{"):
        raise NightError(f"{path} is neither a snapshot nor a report", hint=_HINT)
    return (JsonNight if _is_lines(start) else SarifNight)(path, judging.only)


def check_same_tenant(old: Night, new: Night) -> None:
    """Raise ``NightError`` where two nights are known to be of different tenants."""
    for then, now in zip(old.tenant, new.tenant, strict=True):
        if then and now and then.lower() != now.lower():
            raise NightError(
                f"{old.name} is of another tenant than {new.name}: {then}, and not {now}",
                hint="compare what is of one tenant",
            )


def check_subscriptions(old: Night, new: Night, earlier: Earlier, seen: Seen) -> None:
    """Raise ``NightError`` where nothing says whose one of two nights is, and they have no subscription in common."""
    if old.tenant[1] and new.tenant[1]:
        return
    then, now = earlier.seen.subscriptions, seen.subscriptions
    if then and now and not then & now:
        raise NightError(
            f"{old.name} has no subscription in common with what it is compared with: it may be of another tenant",
            hint="compare what is of one tenant",
        )


def other_settings(old: Night, new: Night) -> list[str]:
    """Say in words by what else the two nights were judged."""
    silent = [f"{night.name} does not say by which settings it judged" for night in (old, new) if not night.settings]
    if silent or old.settings is None or new.settings is None:
        return silent
    found = list(_differing(_plain(old.settings), _plain(new.settings)))
    return [f"{old.name} was judged by other settings: {'; '.join(found)}"] if found else []


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    if old.get("edition") != new.get("edition"):
        yield f"edition {old.get('edition')}, and not {new.get('edition')}"
    rules, others = old.get("rules") or {}, new.get("rules") or {}
    if others_than := [name for name in sorted(rules.keys() & others.keys()) if rules[name] != others[name]]:
        yield f"those of {', '.join(others_than)}"
    if old.get("exclude") != new.get("exclude"):
        yield "other exclusions"
    if old.get("waivers") != new.get("waivers"):
        yield "other waivers"


def not_judged(old: frozenset[str], new: frozenset[str]) -> Iterator[str]:
    """Say in words which rules judged in one of two nights only."""
    for rules, which in ((new - old, "earlier"), (old - new, "later")):
        if rules:
            named = sorted(rules)[:_MOST]
            more = f" and {len(rules) - _MOST} more" if len(rules) > _MOST else ""
            yield f"not compared, since they did not judge in the {which} night: {', '.join(named)}{more}"


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(orjson.dumps(settings, default=list))
    return plain


def _is_lines(start: bytes) -> bool:
    """Tell JSON Lines of verdicts from a single object: the first of them is one line, and the first key is `rule`."""
    return start.lstrip()[1:].lstrip().startswith(b'"rule"')
