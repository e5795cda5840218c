"""The last backup of a protected Azure VM must have succeeded, and its health check must ask for nothing.

## Why
A VM whose backup failed is still listed as protected, but its newest recovery point is that of the day before, or of
last month. A backup that completed with warnings took the snapshot and could not bring it to the vault, or could not
bring the applications to rest: it can be restored, with less than was wanted. The health check that Azure Backup makes
before a backup says ahead of time what is going to fail.

## Fix
Let the job say what went wrong: `az backup job list --resource-group <group> --vault-name <vault> --status Failed`,
then `az backup job show --name <job>`. Most failures are one of: the VM's agent is old or does not answer, the snapshot
extension cannot run, a lock on the resource group keeps old restore points from being removed, or permission to a key
vault is missing. Repeat the backup when it is fixed: `az backup protection backup-now`.

## Limits
* `Failed` is an error; `CompletedWithWarnings` and health `ActionRequired` are warnings; health `ActionSuggested` is a
  note. Where an item says several of these, the worst is reported.
* Any other word is not judged, and neither is a missing one, unless the other property already shows a violation. While
  a backup runs, how it ends cannot be known.
* A VM whose first backup is still to come belongs to `first-backup-pending`, one that nothing backs up to
  `unprotected-vm`.
* How old the last backup is does not matter here: see `recovery-point-stale`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint import Violation, rule
from tenantlint_backup.controls import MONITOR_BACKUPS
from tenantlint_backup.documents import BACK_UP_2026
from tenantlint_backup.first_backups import is_pending
from tenantlint_backup.protection import protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Level, Resource, Verdict

_Bad: TypeAlias = "tuple[str, str, Level, str]"

_STATUS: Final = "properties.lastBackupStatus"
_HEALTH: Final = "properties.healthStatus"
_RUNNING: Final = frozenset({"inprogress", "started"})
_GOOD: Final = {_STATUS: frozenset({"completed", "succeeded"}), _HEALTH: frozenset({"passed"})}
_BAD: Final[tuple[_Bad, ...]] = (
    (_STATUS, "failed", "error", "had its last backup fail; its newest recovery point is older than that"),
    (_STATUS, "completedwithwarnings", "warning", "had its last backup complete with warnings only"),
    (_HEALTH, "actionrequired", "warning", "has a health check that requires action; its next backup may fail"),
    (_HEALTH, "actionsuggested", "note", "has a health check that suggests action"),
)
"""Worst first."""


@rule(
    id="last-backup-failed",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="health",
    controls=MONITOR_BACKUPS,
    visibility="full",
    level="error",
    reads=["protected_items"],
    sources=[BACK_UP_2026],
)
def last_backup_failed(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    active = protecting(items)
    if not active:
        return without_protection(vm, items, ctx)
    told = [(item, _worst(item.text(_STATUS), item.text(_HEALTH))) for item in active]
    violations = [_violation(item, found) for item, found in told if isinstance(found, tuple)]
    if violations:
        return vm.violations(violations)
    if items.unread:
        return vm.not_evaluable(unread=items.unread)
    backed_up = [(item, found) for item, found in told if found is None or not is_pending(item)]
    if not backed_up:
        return vm.not_applicable("its first backup is still to come")
    return next((_unclear(vm, item, found) for item, found in backed_up if isinstance(found, str)), vm.compliant())


@lru_cache(maxsize=1024)  # a tenant's items say a handful of words
def _worst(status: str | None, health: str | None) -> _Bad | str | None:
    """Return the worst that is said, or else the path at which nothing clear is said; None where all is well."""
    words = {_STATUS: (status or "").lower(), _HEALTH: (health or "").lower()}
    bad = next((bad for bad in _BAD if words[bad[0]] == bad[1]), None)
    return bad or next((path for path, word in words.items() if word not in _GOOD[path]), None)


def _violation(item: Resource, bad: _Bad) -> Violation:
    _, _, level, message = bad
    evidence = {f"protected_items.{path}": item.find(path) for path in ("id", _STATUS, _HEALTH)}
    return Violation(message, level, evidence, part=item.key)


def _unclear(vm: Resource, item: Resource, path: str) -> Verdict:
    evidence = {f"protected_items.{name}": item.find(name) for name in ("id", path)}
    if path == _STATUS and (item.text(path) or "").lower() in _RUNNING:
        running = "its last backup is still running: how it ends is not known"
        return vm.not_evaluable(unobservable=running, evidence=evidence)
    return vm.not_evaluable(absent=f"{path} of its protected item", evidence=evidence)
