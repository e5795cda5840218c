"""Linux VMs that are backed up through their agent must run a distribution that Azure endorses.

## Why
Azure Backup supports the Linux distributions on Azure's list of endorsed ones. Others may work, as long as the VM agent
and Python run on them, but nobody tests that: an update of the agent, or of the distribution, may end the backups, or
may end their being consistent, and support will point at the list.

## Fix
Check that the VM's backups succeed and restore one as a test. For the longer term move the workload to an endorsed
distribution, or protect the VM with an Enhanced policy that takes crash-consistent backups only
(`"snapshotConsistencyType": "OnlyCrashConsistent"`), which need no agent. An appliance that its maker backs up in
another way, say by exporting its configuration, is worth a waiver that says so.

## Limits
* The list is part of this rule and may be behind: it is that of 2024-11-14 (AlmaLinux, Debian, Flatcar, Oracle Linux,
  Red Hat Enterprise Linux, Rocky Linux, SUSE Linux Enterprise, Ubuntu), with those of 2017, 2021 and 2023 for earlier
  editions. CentOS and openSUSE were on it until 2023.
* What the agent reports decides; where it reports nothing, as in VMs that are stopped, the publisher of the image. A
  publisher that is not known, such as the maker of an appliance, tells nothing about the distribution inside: then,
  and with custom images, the VM is not evaluable until its agent reports.
* Flatcar, an heir of CoreOS, is on the list, and the exception for CoreOS does not name it: it is taken as endorsed.
  CoreOS itself is left to `unsupported-operating-system`.
* The list names the distributions of partners and does not speak of Microsoft's own Azure Linux, which therefore is
  not evaluable.
* Neither versions nor Python are looked at, nor mounts that Azure Backup does not support (NFS, ZFS, `/var` with
  `noexec`).
* VMs whose policy takes crash-consistent backups only, and VMs of Azure Databricks and Azure Red Hat OpenShift, are
  left out. Where the policy cannot be looked at, the VM is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import rule
from tenantlint_backup.agentless import TABLES, unless_agentless
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    ENDORSED_LINUX_2024,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2019,
    SUPPORT_MATRIX_2026,
)
from tenantlint_backup.managed_vms import managing_service
from tenantlint_backup.systems.linux_distributions import AZURE_LINUX, CORE_OS, is_endorsed
from tenantlint_backup.systems.systems_of import OS_NAME, OS_TYPE, distribution, evidence_of

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="unendorsed-linux",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="systems",
    controls=BACK_UP,
    visibility="partial",
    level="warning",
    reads=TABLES,
    sources=[
        SUPPORT_MATRIX_2026,
        ENDORSED_LINUX_2024,
        SUPPORT_MATRIX_2019,
        PREPARE_2018,
        PREPARE_ARM_2016,
        PREPARE_CLASSIC_2015,
    ],
)
def unendorsed_linux(vm: Resource, ctx: Context) -> Verdict:
    system = (vm.text(OS_TYPE) or "").lower()
    if system == "windows":
        return vm.not_applicable("runs Windows")
    if system != "linux":
        return vm.not_evaluable(absent=OS_TYPE)
    if service := managing_service(vm):
        return vm.not_applicable(f"is managed by {service}")
    return unless_agentless(vm, _judge(vm, ctx), ctx, ", whatever its distribution")


def _judge(vm: Resource, ctx: Context) -> Verdict:
    found, name = distribution(vm), vm.text(OS_NAME)
    if found is CORE_OS:
        return vm.not_applicable("runs CoreOS Linux, of which unsupported-operating-system speaks")
    if found is AZURE_LINUX:
        return vm.not_evaluable(unobservable="the list of endorsed distributions does not speak of Azure Linux")
    if found and is_endorsed(found, ctx.edition):
        return vm.compliant()
    if found is None and name is None:
        return vm.not_evaluable(absent=OS_NAME, evidence=evidence_of(vm))
    called = found.name if found else f"'{name}'"
    message = f"runs {called}, which is not among the Linux distributions that Azure endorses; its backups may work"
    return vm.violation(message, level="warning", evidence=evidence_of(vm))
