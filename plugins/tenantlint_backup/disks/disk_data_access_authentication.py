"""Disks of Azure VMs must not demand Microsoft Entra authentication for access to their data.

## Why
With data access authentication, whoever downloads or uploads a disk's content must sign in to Microsoft Entra ID and
hold a role for it. Azure Backup does not get past that check: backups of the whole VM fail as soon as one of its disks
demands it.

## Fix
Turn it off for the disk: `az disk update --resource-group <group> --name <disk> --data-access-auth-mode None`; in
Bicep, `dataAccessAuthMode: 'None'`. To keep strangers from the disk's content all the same, close its network instead,
which Azure Backup supports: `az disk update --resource-group <group> --name <disk> --network-access-policy DenyAll
--public-network-access Disabled`. Look also for an assignment of Azure Policy that turns it on for every disk: it would
do so again.

## Limits
* A disk that does not say what it demands demands nothing: that is the default.
* Unmanaged and ephemeral disks have no such switch.
* VMs that nothing backs up are judged as well: their backup would fail as soon as somebody turns it on.
* Whether a disk is left out of the backup is not looked at: nothing says that this would help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import READS, attached, conclude, no_row, no_value, rows_of
from tenantlint_backup.documents import ENHANCED_POLICY_2025, SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk, Finding

_MODE: Final = "properties.dataAccessAuthMode"
_SHOWN: Final = f"disks.{_MODE}"


@rule(
    id="disk-data-access-authentication",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    level="error",
    reads=READS,
    sources=[SUPPORT_MATRIX_2026, ENHANCED_POLICY_2025],
)
def disk_data_access_authentication(vm: Resource, ctx: Context) -> Verdict:
    disks = attached(vm)
    return conclude(vm, [_judge(*each, vm, ctx) for each in rows_of(disks.disks, vm, ctx)], disks.absent)


def _judge(disk: Disk, row: Resource | None, vm: Resource, ctx: Context) -> Finding | None:
    if row is None:
        return no_row(disk, vm, ctx, _SHOWN) if disk.kind in ("managed", "unknown") else None
    mode = row.find(_MODE)
    if mode is None:
        return None
    told = mode.lower() if isinstance(mode, str) else ""
    if told == "azureactivedirectory":
        message = f"has {disk.said}, which demands Microsoft Entra authentication for its data; backups of the VM fail"
        return Violation(message, "error", {"disks.id": row.id, _SHOWN: mode}, disk.part)
    return None if told == "none" else no_value(disk, vm, _SHOWN)
