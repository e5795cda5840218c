"""Azure VMs that are backed up through their agent must have one, and must let it run extensions.

## Why
A consistent backup is taken by an extension, which the VM agent installs and runs. A VM that was told to have no agent
(`provisionVMAgent`) or to run no extensions (`allowExtensionOperations`) refuses it, and its backups fail or are at
best crash-consistent.

## Fix
Install the agent if it is missing, then allow extensions: `az vm update --resource-group <group> --name <vm> --set
osProfile.allowExtensionOperations=true`. `provisionVMAgent` can only be chosen when a VM is created. In Terraform these
are `provision_vm_agent` and `allow_extension_operations`. A VM that must not have an agent can be protected with an
Enhanced policy that takes crash-consistent backups only (`"snapshotConsistencyType": "OnlyCrashConsistent"`).

## Limits
* Both settings are on where the VM does not say: that is the default. They say what was wanted, not whether the agent
  works, and its version (2.6.1198.718 or later on Windows) cannot be seen.
* A VM without an OS profile, made from a disk that had been in use, keeps the rule only where its agent reports the
  name of the system; else it is not evaluable, as no report proves nothing.
* An agent that reports although none was to be provisioned was installed by hand: a warning, since nothing but that
  report speaks for it. Extensions that are not allowed are an error all the same.
* A VM that nothing backs up gets a note, because protecting it would fail.
* VMs whose policy takes crash-consistent backups only, and VMs of Azure Databricks and Azure Red Hat OpenShift, are
  left out. Where the policy or the protected items cannot be looked at, the VM is judged as if an agent were needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.agentless import TABLES, unless_agentless
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    BACK_UP_2019,
    BACK_UP_2026,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2026,
)
from tenantlint_backup.managed_vms import managing_service
from tenantlint_backup.without_protection import nothing_backs_up

if TYPE_CHECKING:
    from tenantlint import Context, Level, Resource, Verdict

_PROFILE: Final = "properties.osProfile"
_OS_TYPE: Final = "properties.storageProfile.osDisk.osType"
_OS_NAME: Final = "properties.extended.instanceView.osName"
_ALLOWED: Final = f"{_PROFILE}.allowExtensionOperations"
_PROVISIONED: Final = {
    "windows": f"{_PROFILE}.windowsConfiguration.provisionVMAgent",
    "linux": f"{_PROFILE}.linuxConfiguration.provisionVMAgent",
}


@rule(
    id="agent-operations-off",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="agents",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=TABLES,
    sources=[SUPPORT_MATRIX_2026, BACK_UP_2026, BACK_UP_2019, PREPARE_2018, PREPARE_ARM_2016, PREPARE_CLASSIC_2015],
)
def agent_operations_off(vm: Resource, ctx: Context) -> Verdict:
    if service := managing_service(vm):
        return vm.not_applicable(f"is managed by {service}")
    return unless_agentless(vm, _judge(vm, ctx), ctx)


def _judge(vm: Resource, ctx: Context) -> Verdict:
    provisioned = _PROVISIONED.get((vm.text(_OS_TYPE) or "").lower())
    if provisioned is None:
        return vm.not_evaluable(absent=_OS_TYPE)
    told = {path: vm.find(path) for path in (_ALLOWED, provisioned)}
    if told[_ALLOWED] is False:
        return _violation(vm, "error", "allows no extensions, and with them no consistent backup", _ALLOWED, ctx)
    if told[provisioned] is False and vm.text(_OS_NAME) is None:
        return _violation(vm, "error", "was to have no VM agent, and its backup needs one", provisioned, ctx)
    if told[provisioned] is False:
        words = "was to have no VM agent, and its backup depends on one that was installed by hand"
        return _violation(vm, "warning", words, provisioned, ctx)
    odd = next((path for path, value in told.items() if not isinstance(value, bool | None)), None)
    if odd or (vm.find("hasOsProfile") is not True and vm.text(_OS_NAME) is None):
        return vm.not_evaluable(absent=odd or _PROFILE)
    return vm.compliant()


def _violation(vm: Resource, level: Level, words: str, path: str, ctx: Context) -> Verdict:
    unprotected = nothing_backs_up(vm, ctx)
    words = f"{words}; nothing backs it up yet" if unprotected else words
    return vm.violation(words, level="note" if unprotected else level, evidence={path: False})
