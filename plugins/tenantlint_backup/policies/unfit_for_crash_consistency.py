"""Why a VM does not support crash-consistent snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation
from tenantlint_backup.disks.attached import OS_DISK, attached, no_row, rows_of, shared_row
from tenantlint_backup.disks.write_accelerator import ENABLED, has_write_accelerator
from tenantlint_backup.policies.disk_kinds import SKU, kind_of, ultra_name
from tenantlint_backup.policies.vm_sizes import vm_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenantlint import Context, Json, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk

SIZE: Final = "properties.hardwareProfile.vmSize"
_EPHEMERAL: Final = f"{OS_DISK}.diffDiskSettings"


def reasons(vm: Resource, policy: Resource, ctx: Context) -> list[Violation]:
    """Return what is known to speak against crash-consistent snapshots of *vm* by *policy*, each as a violation."""
    found = [*_of_size(vm), *_of_disks(vm, ctx)]
    if is_ephemeral(vm):
        found.append(("ephemeral-os-disk", "an ephemeral OS disk", {f"{_EPHEMERAL}.option": "Local"}))
    return [_violation(policy, *reason) for reason in found]


def _of_size(vm: Resource) -> Iterator[tuple[str, str, dict[str, Json]]]:
    name = vm.text(SIZE) or ""
    size = vm_size(name)
    if size and not size.premium:
        yield "size-without-premium-storage", f"the size {name}, which takes no premium storage", {SIZE: name}
    if size and size.boost:
        yield "azure-boost-size", f"the Azure Boost size {name}", {SIZE: name}


def _of_disks(vm: Resource, ctx: Context) -> Iterator[tuple[str, str, dict[str, Json]]]:
    disks = rows_of(attached(vm).disks, vm, ctx)
    kinds = (
        (
            "ultra-disk",
            "Ultra or Premium SSD v2 disks",
            [disk for disk, row in disks if ultra_name(kind_of(disk, row))],
        ),
        ("shared-disk", "shared disks", [disk for disk, _ in disks if shared_row(disk, ctx)]),
        (
            "write-accelerator",
            "Write Accelerator disks",
            [disk for disk, _ in disks if has_write_accelerator(disk.told)],
        ),
    )
    for part, words, having in kinds:
        if having:
            names: list[Json] = [disk.part for disk in having]
            yield part, f"{words} ({', '.join(map(str, names))})", {"properties.storageProfile disks": names}


def _violation(policy: Resource, part: str, what: str, evidence: dict[str, Json]) -> Violation:
    message = f"has {what}, which the crash-consistent snapshots of its backup policy '{policy.name}' do not support"
    return Violation(message, "error", {**evidence, "backup_policies.id": policy.id}, part)


def is_ephemeral(vm: Resource) -> bool | None:
    """Tell whether the OS disk of *vm* is ephemeral; None where what it says is no answer."""
    if vm.find(_EPHEMERAL) is None:
        return False
    option = (vm.text(f"{_EPHEMERAL}.option") or "").lower()
    return True if option == "local" else None


def unknown_reason(vm: Resource, ctx: Context) -> Verdict | None:
    """Say what of *vm*, against which nothing is known to speak, is not known; None for nothing."""
    disks, size = attached(vm), vm_size(vm.text(SIZE) or "")
    unread = ctx.tenant.gap("shared_disks", vm.subscription_id)
    if unread:
        return vm.not_evaluable(unread=unread)
    without = next((disk for disk, row in rows_of(disks.disks, vm, ctx) if _is_unknown(disk, row)), None)
    if without:
        return no_row(without, vm, ctx, SKU)
    absent = disks.absent or _absent(vm, disks.disks)
    if absent or size is None:
        return vm.not_evaluable(absent=absent or SIZE)
    unobservable = f"whether {vm.text(SIZE)} counts as an Azure Boost size"
    return vm.not_evaluable(unobservable=unobservable) if size.boost is None else None


def _is_unknown(disk: Disk, row: Resource | None) -> bool:
    """Tell whether *disk* may be of a kind that is not supported, or shared, which only a row of its own shows."""
    return kind_of(disk, row) is None or (row is None and disk.kind in ("managed", "unknown"))


def _absent(vm: Resource, disks: Iterable[Disk]) -> str | None:
    if any(has_write_accelerator(disk.told) is None for disk in disks):
        return f"{ENABLED} of its disks"
    return f"{_EPHEMERAL}.option" if is_ephemeral(vm) is None else None
