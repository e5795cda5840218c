"""A Recovery Services vault must not hold more VMs, nor more items in all, than Azure Backup supports.

## Why
A vault takes a documented number of VMs and of items of all kinds. When it is full, the next VM cannot be protected in
it: deployments fail, or policies that protect new VMs by themselves leave them without backup.

## Fix
Create another vault in the same region and subscription (`az backup vault create`) and let new VMs be protected there;
point the policies that enable backup by themselves to it. Items that were stopped and are no longer wanted can be
deleted: `az backup protection disable --delete-backup-data true`.

## Limits
* A vault that holds 90 % of a limit or more is a note: there is still room, but plan for the next vault.
* Every protected item counts, also those that were stopped or soft-deleted and those of databases, of which several
  may lie in one VM. The document counts data sources and does not say whether all of these are.
* Both numbers can be set: `vms` and `items`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import GENERAL_MATRIX_2023
from tenantlint_backup.vaults.vault_items import CONTENTS, ITEMS, VMS, contents_of

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_NEARLY_FULL: Final = 0.9


@rule(
    id="vault-too-full",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="warning",
    reads=[CONTENTS],
    limits={"vms": Dated({GENERAL_MATRIX_2023: 1000}), "items": Dated({GENERAL_MATRIX_2023: 2000})},
    controls=BACK_UP,
    sources=[GENERAL_MATRIX_2023],
)
def vault_too_full(vault: Resource, ctx: Context) -> Verdict:
    contents = contents_of(vault, ctx)
    if contents is None:
        return vault.not_evaluable(absent=CONTENTS)
    vms, items = ctx.limit("vms").value, ctx.limit("items").value
    found = [
        *_violations("vms", contents.vms, vms, f"of the {vms:g} VMs that a vault supports", VMS),
        *_violations(
            "items", contents.items, items, f"of the {items:g} items of all kinds that a vault supports", ITEMS
        ),
    ]
    if found:
        return vault.violations(found)
    return vault.not_evaluable(unread=contents.unread) if contents.unread else vault.compliant()


def _violations(part: str, held: int, limit: float, of_limit: str, path: str) -> list[Violation]:
    if held > limit:
        return [Violation(f"holds {held} {of_limit}; no more can be protected in it", "warning", {path: held}, part)]
    if held >= limit * _NEARLY_FULL:
        return [Violation(f"holds {held} {of_limit}; it is nearly full", "note", {path: held}, part)]
    return []
