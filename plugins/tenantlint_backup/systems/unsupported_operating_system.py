"""Azure VMs that are backed up through their agent must run an operating system that Azure Backup supports.

## Why
An agent-based backup works inside the VM: on a system that is not supported it fails, or gives disks that were caught
in the middle of a write. Which systems are supported has changed over the years: clients from Windows 7 in 2018, none
in 2019, Windows 10 and 11 today; servers from 2008 R2 until 2019, from 2008 since. Servers before 2016 still can be
backed up, but the VM agent is no longer supported on them, and nobody will mend what it breaks. CoreOS Linux has been
excepted since 2016.

## Fix
Upgrade the system, or move the workload to a VM with a newer one. Where neither can be done, give the VM an Enhanced
policy that takes crash-consistent backups only (in its properties, `"snapshotConsistencyType": "OnlyCrashConsistent"`;
`az backup item set-policy`): those need no agent and do not ask what runs in the VM. Restore one as a test:
applications start from it as after a power cut.

## Limits
* What the agent reports decides; where it reports nothing, as in VMs that are stopped, the image from which the VM was
  made. Only Microsoft's own images tell the release of Windows by their names. Neither: not evaluable, as with custom
  images.
* On Linux only CoreOS is looked for; `unendorsed-linux` speaks of other distributions. A distribution that is not known
  in any way is not evaluable.
* The limits are NT versions: 6.0 is Server 2008, 6.1 is Windows 7 and Server 2008 R2, 6.2 is 8 and 2012, 6.3 is 8.1
  and 2012 R2, 10.0 is 10, 11 and Server 2016 to 2025; 99 stands for none. Releases of the semi-annual channel count as
  their version does, and the version without R2 of 2012, which the matrix of 2019 left out, as supported.
* The matrix of March 2026 lists no server before 2016 any more, where that of January still had them with an agent that
  is not supported. They get a warning by both: nothing says that their backups fail.
* That a system has 32 bits, which is not supported either, cannot be seen.
* VMs whose policy takes crash-consistent backups only, and VMs of Azure Databricks and Azure Red Hat OpenShift, are
  left out. Where the policy cannot be looked at, the VM is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, rule
from tenantlint_backup.agentless import TABLES, unless_agentless
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2019,
    SUPPORT_MATRIX_2023,
    SUPPORT_MATRIX_2026,
    SUPPORT_MATRIX_MARCH_2026,
)
from tenantlint_backup.managed_vms import managing_service
from tenantlint_backup.systems.linux_distributions import CORE_OS
from tenantlint_backup.systems.systems_of import OS_NAME, OS_TYPE, distribution, evidence_of, windows
from tenantlint_backup.systems.windows_releases import first_with

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.systems.windows_releases import Release

_NONE: Final = 99.0


@rule(
    id="unsupported-operating-system",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="systems",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=TABLES,
    limits={
        "oldest_server": Dated({PREPARE_CLASSIC_2015: 6.1, SUPPORT_MATRIX_2023: 6.0}),
        "oldest_server_with_agent": Dated(
            {PREPARE_CLASSIC_2015: 6.1, SUPPORT_MATRIX_2023: 6.0, SUPPORT_MATRIX_2026: 10.0}
        ),
        "oldest_client": Dated({PREPARE_2018: 6.1, SUPPORT_MATRIX_2019: _NONE, SUPPORT_MATRIX_2023: 10.0}),
    },
    sources=[
        SUPPORT_MATRIX_MARCH_2026,
        SUPPORT_MATRIX_2026,
        SUPPORT_MATRIX_2023,
        SUPPORT_MATRIX_2019,
        PREPARE_2018,
        PREPARE_ARM_2016,
        PREPARE_CLASSIC_2015,
    ],
)
def unsupported_operating_system(vm: Resource, ctx: Context) -> Verdict:
    if service := managing_service(vm):
        return vm.not_applicable(f"is managed by {service}")
    return unless_agentless(vm, _judge(vm, ctx), ctx, ", whatever its operating system")


def _judge(vm: Resource, ctx: Context) -> Verdict:
    system = (vm.text(OS_TYPE) or "").lower()
    if system == "linux":
        return _judge_linux(vm, ctx)
    if system != "windows":
        return vm.not_evaluable(absent=OS_TYPE)
    release = windows(vm)
    if release is None:
        return vm.not_evaluable(absent=OS_NAME, evidence=evidence_of(vm))
    return _judge_windows(vm, release, ctx)


def _judge_linux(vm: Resource, ctx: Context) -> Verdict:
    found = distribution(vm)
    if found is None and vm.text(OS_NAME) is None:
        return vm.not_evaluable(absent=OS_NAME, evidence=evidence_of(vm))
    if found is not CORE_OS or (ctx.edition and ctx.edition < PREPARE_ARM_2016.date[:7]):
        return vm.compliant()
    message = "runs CoreOS Linux; Azure Backup does not support it where backups go through the agent"
    return vm.violation(message, level="error", evidence=evidence_of(vm))


def _judge_windows(vm: Resource, release: Release, ctx: Context) -> Verdict:
    oldest = ctx.limit("oldest_server" if release.is_server else "oldest_client").value
    if release.kernel < oldest:
        first = first_with(oldest, is_server=release.is_server)
        supported = (
            f"{first} and later" if first else f"no such Windows {'servers' if release.is_server else 'clients'}"
        )
        message = f"runs {release.name}; Azure Backup supports {supported}"
        return vm.violation(message, level="error", evidence=evidence_of(vm))
    if release.is_server and release.kernel < ctx.limit("oldest_server_with_agent").value:
        message = f"runs {release.name}, on which the VM agent is no longer supported; its backups may work"
        return vm.violation(message, level="warning", evidence=evidence_of(vm))
    return vm.compliant()
