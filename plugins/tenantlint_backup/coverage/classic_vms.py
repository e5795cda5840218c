"""VMs of the classic deployment model must be migrated to Azure Resource Manager, or they stay without backup.

## Why
Azure Backup began with classic VMs, before there were others. Microsoft deprecated them in February 2020, to be retired
in March 2023, and later put that off to September 2023. What is left of them since then cannot be started, is not
backed up as an Azure VM, and may be deleted after notice. Whatever was backed up cannot be put back the way it was.

## Fix
Migrate what is still needed: with the platform's own migration (`Move-AzureVirtualNetwork` or `Move-AzureService` of
the classic PowerShell module, first with `-Validate`), or as a new VM from the VHD (`az disk create --source <VHD's
address>`, `az vm create --attach-os-disk <disk>`). Then protect the new VM: `az backup protection enable-for-vm`. Where
the classic VM no longer lets itself be managed, ask Azure support. Delete what nobody needs.

## Limits
* This is an error as of the documentation of January 2026. As of editions from February 2020 on it is a warning,
  because classic VMs still ran and could be backed up. As of older editions nothing is judged: in 2015 the classic VM
  was the only one that Azure Backup supported. What it demanded of classic networks (a reserved IP, endpoints) went
  with it.
* Whether the VM has protected items is not looked at: `orphaned-item` speaks of items whose VM is gone.
* Resource Graph names the type of every row; a row without one is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Edition, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import CLASSIC_2020, SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="classic-vms",
    on="classic_virtual_machines",
    noun="classic VM",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    visibility="full",
    level="error",
    sources=[SUPPORT_MATRIX_2026, CLASSIC_2020],
    history=[Edition(CLASSIC_2020)],
)
def classic_vms(vm: Resource, ctx: Context) -> Verdict:
    if not vm.text("type"):
        return vm.not_evaluable(absent="type")
    retired = ctx.edition is None or ctx.edition >= SUPPORT_MATRIX_2026.date[:7]
    if retired:
        message = (
            "is of the classic deployment model, which is retired; Azure Backup does not back it up as an Azure VM"
        )
    else:
        message = "is of the classic deployment model, which is deprecated; its backup ends with it"
    return vm.violation(message, level="error" if retired else "warning", evidence={"type": vm.find("type")})
