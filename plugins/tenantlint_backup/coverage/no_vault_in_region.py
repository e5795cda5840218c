"""Every region in which a subscription has Azure VMs must have a Recovery Services vault of that subscription.

## Why
A vault protects only VMs of its own region, and for ten years it had to be of their subscription, too. Where there is
none, the first VM that is deployed to a new region stays without backup until somebody creates one. Since March 2026 a
vault of another subscription in the same tenant and region is supported as well. Such VMs depend on somebody else's
vault, and not every tool that enables backup can choose it.

## Fix
Where a vault of another subscription is meant for these VMs, waive the finding. Else create a vault in that region and
subscription: `az backup vault create --subscription <subscription> --resource-group <group> --name <vault> --location
<region>`. Choose its redundancy before anything is protected in it (`az backup vault backup-properties set`): it cannot
be changed later.

## Limits
* This is a warning, because it explains rather than counts: each VM that is not protected for want of a vault is an
  error of `unprotected-vm`, and a region whose VMs need no backup needs no vault.
* Vaults of other subscriptions are not counted, although they may do since March 2026: whether they are meant for these
  VMs cannot be seen. Where they protect them already, `vault-subscription-mismatch` says so.
* VMs of Azure Databricks and Azure Red Hat OpenShift do not count.
* A vault for the region that the reader may not see is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Edition, Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    BACK_UP_2019,
    BACK_UP_2026,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2026,
    SUPPORT_MATRIX_MARCH_2026,
)
from tenantlint_backup.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint import Context, Resource, Verdict


@rule(
    id="no-vault-in-region",
    on="subscriptions",
    noun="subscription",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    level="warning",
    reads=["vaults", "virtual_machines", "vms_by_region"],
    sources=[
        SUPPORT_MATRIX_MARCH_2026,
        SUPPORT_MATRIX_2026,
        BACK_UP_2026,
        BACK_UP_2019,
        PREPARE_2018,
        PREPARE_ARM_2016,
        PREPARE_CLASSIC_2015,
    ],
    history=[
        Edition(PREPARE_CLASSIC_2015),
        Edition(SUPPORT_MATRIX_2026),
        Edition(SUPPORT_MATRIX_MARCH_2026, "relaxed", "a vault of another subscription of the tenant is supported"),
    ],
)
def no_vault_in_region(subscription: Resource, ctx: Context) -> Verdict:
    here = subscription.subscription_id
    if not here:
        return subscription.not_evaluable(absent="subscriptionId")
    unread = ctx.tenant.gap("virtual_machines", here) or ctx.tenant.gap("vaults", here)
    if unread:
        return subscription.not_evaluable(unread=unread)
    known: Mapping[str, Mapping[str, int]] = ctx.fact("vms_by_region", dict)
    vms = known.get(here, {})
    if "" in known and not vms.keys() - _vault_regions(here, ctx):
        return subscription.not_evaluable(absent="the subscription of some VMs")
    if not vms:
        return subscription.not_applicable("has no VMs that need a vault")
    return _judge(subscription, vms, _vault_regions(here, ctx))


def _vault_regions(subscription_id: str, ctx: Context) -> set[str]:
    return {region_of(vault) for vault in ctx.tenant.where("vaults", "subscriptionId", subscription_id)}


def _judge(subscription: Resource, vms: Mapping[str, int], vaults: set[str]) -> Verdict:
    """Judge by the numbers of VMs and the vaults in each region; the empty region stands for one that is not known."""
    bare = sorted(vms.keys() - vaults - {""})
    if bare and "" in vaults:
        return subscription.not_evaluable(absent="the location of one of its vaults")
    if bare:
        return subscription.violations([_violation(region, vms[region]) for region in bare])
    if "" in vms:
        return subscription.not_evaluable(absent="the location of some of its VMs", evidence={"VMs": vms[""]})
    return subscription.compliant()


def _violation(region: str, vms: int) -> Violation:
    return Violation(
        f"has {vms} VM{'s' if vms > 1 else ''} in {region} but no Recovery Services vault of its own there; "
        "they can be protected only by a vault of their region and subscription",
        "warning",
        {"region": region, "VMs": vms, "vaults": 0},
        part=region,
    )
