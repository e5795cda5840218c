"""Scale sets must use flexible orchestration where their VMs are to be backed up by Azure Backup.

## Why
Azure Backup knows the VMs of a flexible scale set as ordinary VMs and protects each by itself. The instances of a
uniform scale set are no such VMs: no vault lists them, nothing backs them up, and no coverage figure mentions them.
That is right for instances that hold no data, and a gap where somebody keeps some on them. This is a note because only
the owner knows which it is.

## Fix
Keep data outside the instances (databases, storage accounts, file shares, which have backups of their own), and accept
this finding with a waiver that says so. Where the instances themselves matter, make a flexible scale set and protect
its VMs: `az vmss create --orchestration-mode Flexible …` (in Bicep `orchestrationMode: 'Flexible'`, in Terraform
`azurerm_orchestrated_virtual_machine_scale_set`), then `az backup protection enable-for-vm` for each VM. The mode of an
existing scale set cannot be changed.

## Limits
* A scale set that does not name its mode is uniform: that was the only mode before there were two. Where even its
  provisioning state is missing, it is not judged.
* Node groups of Azure Kubernetes Service (resource group `MC_…`, or tags `aks-managed-…`) and scale sets of Azure
  Databricks are left out: the service makes their instances anew.
* How many instances there are is not looked at; it may be none today.
* The VMs of flexible scale sets are judged by the other rules, as VMs.
* In 2019 no VM of any scale set could be backed up; flexible ones came later, with their backup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import SUPPORT_MATRIX_2019, SUPPORT_MATRIX_2026
from tenantlint_backup.managed_vms import managed_by

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_MODE: Final = "properties.orchestrationMode"
_STATE: Final = "properties.provisioningState"


@rule(
    id="uniform-scale-sets",
    on="scale_sets",
    noun="scale set",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    visibility="full",
    level="note",
    sources=[SUPPORT_MATRIX_2026, SUPPORT_MATRIX_2019],
)
def uniform_scale_sets(scale_set: Resource, _ctx: Context) -> Verdict:
    if service := _managing_service(scale_set):
        return scale_set.not_applicable(f"is managed by {service}")
    mode = _mode_of(scale_set)
    if mode == "flexible":
        return scale_set.compliant()
    if mode != "uniform":
        return scale_set.not_evaluable(absent=_MODE)
    return scale_set.violation(
        "has uniform orchestration; Azure Backup does not back up its instances",
        level="note",
        evidence={_MODE: scale_set.find(_MODE), "sku.capacity": scale_set.find("sku.capacity")},
    )


def _mode_of(scale_set: Resource) -> str | None:
    mode = scale_set.find(_MODE)
    if mode is None:
        return "uniform" if scale_set.text(_STATE) else None
    return mode.lower() if isinstance(mode, str) else None


def _managing_service(scale_set: Resource) -> str | None:
    group = (scale_set.text("resourceGroup") or scale_set.key.partition("/resourcegroups/")[2]).lower()
    tags = scale_set.find("tags")
    if group.startswith("mc_") or (isinstance(tags, dict) and any(map(_is_of_aks, tags))):
        return "Azure Kubernetes Service"
    return managed_by(group, None)


def _is_of_aks(tag: str) -> bool:
    return tag.lower().startswith("aks-managed-")
