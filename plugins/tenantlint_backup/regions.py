"""Regions: how they are spelled, and where the VMs are."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenantlint import fact
from tenantlint_backup.managed_vms import PUBLISHER_COLUMN, managed_by

if TYPE_CHECKING:
    from tenantlint import FactTables, Resource


_COLUMNS: Final = ("subscriptionId", "location", "resourceGroup", PUBLISHER_COLUMN)


def region_of(resource: Resource) -> str:
    """Return the region of *resource* in its programmatic spelling ("West Europe" is westeurope); empty for none."""
    return _programmatic(resource.text("location") or "")


@lru_cache(maxsize=1024)  # there are some hundred regions, spelled in two ways
def _programmatic(location: str) -> str:
    return "".join(location.lower().split())


@fact(name="vms_by_region", reads=["virtual_machines"])
def vms_by_region(tables: FactTables) -> dict[str, Counter[str]]:
    """Count the VMs by subscription id, in lower case, and region, each empty where it is not known.

    VMs that a managed service runs do not count: no vault is expected for them.
    """
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (subscription, location, *managed), vms in tables.counts("virtual_machines", *_COLUMNS):
        if not managed_by(*managed):
            counted[str(subscription or "").lower()][_programmatic(str(location or ""))] += vms
    return dict(counted)
