"""Azure VMs must be running and sound when they are backed up, if applications are to find consistent data.

## Why
Of a VM that is shut down, or whose provisioning has failed, Azure Backup takes snapshots without the help of the VM
agent: crash-consistent ones, as after a power cut. Of a VM that was shut down properly that is enough. Where it crashed
or was switched off while it wrote, a database has to repair itself after the restore. And where the VM is not needed at
all any more, its backup only costs money.

## Fix
Start the VM (`az vm start --resource-group <group> --name <vm>`), at least around the time of its backup, or make a
backup before it is shut down: `az backup protection backup-now`. Where provisioning has failed, try `az vm reapply`. If
nobody needs the VM, stop its protection and keep the recovery points: `az backup protection disable`.

## Limits
* What is seen is the state at the moment of collection, not that at the time of the backup; how consistent a recovery
  point is, cannot be seen.
* Only VMs that are backed up now are judged; not those whose policy takes crash-consistent backups only, as that was
  somebody's choice.
* A VM that is just stopping counts as stopped, one that is just starting as running.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.agentless import TABLES, is_agentless
from tenantlint_backup.documents import (
    ABOUT_2026,
    BACK_UP_2019,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2019,
    SUPPORT_MATRIX_2026,
)
from tenantlint_backup.protection import protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_POWER: Final = "properties.extended.instanceView.powerState.code"
_STATE: Final = "properties.provisioningState"
_OFF: Final = frozenset({"deallocated", "deallocating", "stopped", "stopping"})
_ON: Final = frozenset({"running", "starting"})
_FAILED: Final = frozenset({"failed", "unavailable"})


@rule(
    id="powered-off-vm",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="restore",
    visibility="partial",
    level="note",
    reads=TABLES,
    sources=[
        SUPPORT_MATRIX_2026,
        ABOUT_2026,
        SUPPORT_MATRIX_2019,
        BACK_UP_2019,
        PREPARE_2018,
        PREPARE_ARM_2016,
        PREPARE_CLASSIC_2015,
    ],
)
def powered_off_vm(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    if not protecting(items):
        return without_protection(vm, items, ctx)
    verdict = _judge(vm)
    if verdict.outcome != "compliant" and is_agentless(vm, ctx):
        return vm.not_applicable("is backed up with crash consistency only, by its policy")
    return verdict


def _judge(vm: Resource) -> Verdict:
    power, state = (vm.text(_POWER) or "").lower().removeprefix("powerstate/"), (vm.text(_STATE) or "").lower()
    found = [f"is {power}"] if power in _OFF else []
    found += [f"is in the provisioning state {state}"] if state in _FAILED else []
    if found:
        message = f"{' and '.join(found)}; its backups are only crash-consistent meanwhile"
        return vm.violation(message, level="note", evidence={path: vm.find(path) for path in (_POWER, _STATE)})
    if power not in _ON:
        return vm.not_evaluable(absent=_POWER)
    return vm.compliant() if state else vm.not_evaluable(absent=_STATE)
