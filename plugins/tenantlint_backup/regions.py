"""Regions: how they are spelled, and where the VMs are."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenantlint import fact, subscription_of
from tenantlint_backup.managed_vms import PUBLISHER_COLUMN, managed_by

if TYPE_CHECKING:
    from tenantlint import FactTables, Resource


_COLUMNS: Final = ("id", "subscriptionId", "location", PUBLISHER_COLUMN)


def region_of(resource: Resource) -> str:
    """Return the region of *resource* in its programmatic spelling ("West Europe" is westeurope); empty for none."""
    return _programmatic(resource.text("location") or "")


@lru_cache(maxsize=1024)  # there are some hundred regions, spelled in two ways
def _programmatic(location: str) -> str:
    return "".join(location.lower().split())


@fact(name="vms_by_region", reads=["virtual_machines"])
def vms_by_region(tables: FactTables) -> dict[str, Counter[str]]:
    """Count the VMs by subscription id, in lower case, and region, empty where that is not known.

    VMs that a managed service runs do not count: no vault is expected for them.
    """
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for vm_id, subscription, location, publisher in tables.values("virtual_machines", *_COLUMNS):
        if not managed_by(str(vm_id).lower(), publisher):
            here = str(subscription or "").lower() or subscription_of(str(vm_id))
            counted[here][_programmatic(str(location or ""))] += 1
    return dict(counted)
