"""A subscription must not have more Recovery Services vaults than Azure Backup supports.

## Why
A subscription takes a documented number of vaults. At the limit the next vault cannot be made: no VM in a new region,
and no deployment that brings its own vault, can be protected.

## Fix
Delete vaults that hold nothing (`az backup vault delete --resource-group <group> --name <vault>`), and protect VMs of
one region in few vaults rather than in one per application: a vault takes up to 1000 of them.

## Limits
* A subscription with 90 % of the limit or more is a note.
* Vaults that the reader may not see are not counted.
* The documents differ: elsewhere Microsoft allows as many for each region. Where you rely on that, raise `vaults`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, rule
from tenantlint_backup.documents import GENERAL_MATRIX_2023

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_NEARLY_ALL: Final = 0.9
_VAULTS: Final = "vault_counts.vaults"


@rule(
    id="too-many-vaults",
    on="subscriptions",
    noun="subscription",
    tags=["backup"],
    topic="vaults",
    level="warning",
    reads=["vault_counts"],
    limits={"vaults": Dated({GENERAL_MATRIX_2023: 500})},
    sources=[GENERAL_MATRIX_2023],
)
def too_many_vaults(subscription: Resource, ctx: Context) -> Verdict:
    row = ctx.tenant.by_id("vault_counts", subscription.id)
    vaults = row.number("vaults") if row else 0
    if vaults is None:
        return subscription.not_evaluable(absent=_VAULTS)
    limit, evidence = ctx.limit("vaults").value, {_VAULTS: vaults}
    if vaults > limit:
        message = f"has {vaults:g} Recovery Services vaults; Azure Backup supports up to {limit:g} per subscription"
        return subscription.violation(message, level="warning", evidence=evidence)
    if vaults >= limit * _NEARLY_ALL:
        message = f"has {vaults:g} of the {limit:g} Recovery Services vaults that a subscription supports"
        return subscription.violation(message, level="note", evidence=evidence)
    unread = ctx.tenant.gap("vault_counts", subscription.subscription_id)
    return subscription.not_evaluable(unread=unread) if unread else subscription.compliant()
