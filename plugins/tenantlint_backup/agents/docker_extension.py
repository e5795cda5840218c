"""Linux VMs that Azure Backup protects must not have the Docker extension.

## Why
Azure Backup does not support VMs that run containers with Docker: in 2016 the documentation said so of Linux VMs with
the Docker extension, today it says so of any. The mounts of containers come and go under changing paths, and snapshots
that hit them fail or hold data that nobody can use.

## Fix
The extension has been retired for years: remove it (`az vm extension delete --resource-group <group> --vm-name <vm>
--name <extension>`), and run the containers where they need no backup of the VM: in Azure Kubernetes Service or Azure
Container Apps, with their data in a service that has a backup of its own. Where the VM must stay, keep the data of the
containers on disks or shares that are backed up separately.

## Limits
* Only the extension `Microsoft.Azure.Extensions/DockerExtension` can be seen. Containers that came into the VM in any
  other way are not supported either, and stay unseen: that a VM keeps this rule does not say that it runs none.
* It does not matter whether the extension was installed successfully, nor whether anything backs up the VM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import PREPARE_ARM_2016, SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_EXTENSIONS: Final = "docker_extensions"
_OS_TYPE: Final = "properties.storageProfile.osDisk.osType"


@rule(
    id="docker-extension",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="agents",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=[_EXTENSIONS],
    sources=[SUPPORT_MATRIX_2026, PREPARE_ARM_2016],
)
def docker_extension(vm: Resource, ctx: Context) -> Verdict:
    system = (vm.text(_OS_TYPE) or "").lower()
    if system == "windows":
        return vm.not_applicable("runs Windows")
    if system != "linux":
        return vm.not_evaluable(absent=_OS_TYPE)
    extensions = ctx.tenant.owned(_EXTENSIONS, vm)
    if not extensions:
        return vm.not_evaluable(unread=extensions.unread) if extensions.unread else vm.compliant()
    return vm.violation(
        f"has the Docker extension '{extensions[0].name}'; Azure Backup does not support VMs with Docker",
        level="error",
        evidence={f"{_EXTENSIONS}.id": extensions[0].id},
    )
