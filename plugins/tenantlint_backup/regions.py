"""Regions: how they are spelled, and where the VMs are."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tenantlint import fact
from tenantlint_backup.managed_vms import managing_service

if TYPE_CHECKING:
    from tenantlint import FactTables, Resource


def region_of(resource: Resource) -> str:
    """Return the region of *resource* in its programmatic spelling ("West Europe" is westeurope); empty for none."""
    return "".join((resource.text("location") or "").lower().split())


@fact(name="vms_by_region", reads=["virtual_machines"])
def vms_by_region(tables: FactTables) -> dict[str, Counter[str]]:
    """Count the VMs by subscription id, in lower case, and region, empty where that is not known.

    VMs that a managed service runs do not count: no vault is expected for them.
    """
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for vm in tables.rows("virtual_machines", "subscriptionId", "location", "properties_storageProfile"):
        if not managing_service(vm):
            counted[vm.subscription_id][region_of(vm)] += 1
    return dict(counted)
