"""The disks of a VM: as its storage profile lists them, with the rows of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from tenantlint import Verdict, Violation, fact, subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenantlint import Context, FactTables, Json, Resource

OS_DISK: Final = "properties.storageProfile.osDisk"
DATA_DISKS: Final = "properties.storageProfile.dataDisks"

READS: Final = ("disks", "shared_disks", "shared_disk_ids")
"""What a rule that asks for the rows of disks must declare in its ``reads``."""

Kind: TypeAlias = Literal["managed", "unmanaged", "local", "unknown"]

Finding: TypeAlias = Violation | Verdict
"""A violation by one disk, or a verdict that says why it cannot be judged."""


class Disk(NamedTuple):
    """A disk as the storage profile lists it, at ``path``, with what the profile has ``told`` about it.

    ``part`` tells it from the VM's other disks: its name, or its place in the list where that is missing or taken.
    ``managed_id`` is in lower case, and empty where the disk is not known to be managed. A ``local`` disk is an
    ephemeral one, which is kept on the host.
    """

    part: str
    path: str
    told: Mapping[str, Json]
    kind: Kind
    managed_id: str

    @property
    def said(self) -> str:
        """The disk in words."""
        return f"{'OS' if self.path == OS_DISK else 'data'} disk '{self.part}'"


class Attached(NamedTuple):
    """The disks of a VM that stay attached.

    ``absent`` is where the storage profile does not tell all of them, and ``absent_data_disks`` where it does not tell
    all that are not the disk of the operating system; None where it does.
    """

    disks: tuple[Disk, ...]
    data_disks: tuple[Disk, ...]
    absent: str | None
    absent_data_disks: str | None


@fact(name="shared_disk_ids", reads=["shared_disks"])
def shared_disk_ids(tables: FactTables) -> frozenset[str]:
    """Collect the ids of shared disks, in lower case: most disks are none, and need no look into their table."""
    return frozenset(str(id_).lower() for (id_,) in tables.values("shared_disks", "id"))


@lru_cache(maxsize=256)  # several rules ask for the disks of the VMs of one batch
def attached(vm: Resource) -> Attached:
    """Return the disks of *vm*, but for those that are being detached."""
    os_disk, data_disks = vm.find(OS_DISK), vm.items(DATA_DISKS)
    listed = [(OS_DISK, os_disk), *((DATA_DISKS, disk) for disk in data_disks or ())]
    disks: dict[str, Disk | None] = {}
    for at, (path, told) in enumerate(listed, -1):
        part = _part(told, at, disks)
        disks[part] = _disk(part, path, told) if isinstance(told, dict) else None
    staying = tuple(disk for disk in disks.values() if disk and disk.told.get("toBeDetached") is not True)
    absent_data_disks = None if _is_list_of_disks(data_disks) else DATA_DISKS
    absent = absent_data_disks if isinstance(os_disk, dict) else OS_DISK
    return Attached(staying, tuple(disk for disk in staying if disk.path == DATA_DISKS), absent, absent_data_disks)


def _is_list_of_disks(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(disk, dict) for disk in value)


def _part(told: Json, at: int, taken: Mapping[str, object]) -> str:
    name = told.get("name") if isinstance(told, dict) else None
    if isinstance(name, str) and name and name not in taken:
        return name
    part = "os-disk" if at < 0 else f"#{at}"
    while part in taken:
        part += "#"
    return part


def _disk(part: str, path: str, told: Mapping[str, Json]) -> Disk:
    managed_id = _text(told.get("managedDisk"), "id").lower()
    return Disk(part, path, told, _kind(told, managed_id), managed_id)


def _kind(told: Mapping[str, Json], managed_id: str) -> Kind:
    if _text(told.get("diffDiskSettings"), "option").lower() == "local":
        return "local"
    if managed_id:
        return "managed"
    return "unmanaged" if told.get("managedDisk") is None and _text(told.get("vhd"), "uri") else "unknown"


def _text(value: Json, key: str) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def rows_of(disks: Iterable[Disk], vm: Resource, ctx: Context) -> list[tuple[Disk, Resource | None]]:
    """Return *disks*, of *vm*, each with its row; None where it has none, or none that could be read."""
    rows = {row.key: row for row in ctx.tenant.owned("disks", vm)}
    return [(disk, rows.get(disk.managed_id) or shared_row(disk, ctx)) for disk in disks]


def shared_row(disk: Disk, ctx: Context) -> Resource | None:
    """Return the row of *disk* among the shared disks; None where it is not there."""
    shared: frozenset[str] = ctx.fact("shared_disk_ids", frozenset)
    return ctx.tenant.by_id("shared_disks", disk.managed_id) if disk.managed_id in shared else None


def no_row(disk: Disk, vm: Resource, ctx: Context, path: str) -> Verdict:
    """Say why *disk* has no row, which would show *path*."""
    if disk.kind == "unknown":
        return no_kind(disk, vm)
    subscription = subscription_of(disk.managed_id) or vm.subscription_id
    unread = ctx.tenant.owned("disks", vm).unread or ctx.tenant.gap("shared_disks", subscription)
    return vm.not_evaluable(unread=unread) if unread else no_value(disk, vm, path)


def no_kind(disk: Disk, vm: Resource) -> Verdict:
    """Say that *disk* is neither a managed disk nor an unmanaged one."""
    return no_value(disk, vm, f"{disk.path}.managedDisk.id")


def no_value(disk: Disk, vm: Resource, path: str) -> Verdict:
    """Say that there is nothing usable at *path*, which speaks of *disk*."""
    return vm.not_evaluable(absent=f"{path} of its {disk.said}")


def conclude(vm: Resource, findings: Iterable[Finding | None], absent: str | None) -> Verdict:
    """Return the verdict on *vm* by what was found about its disks, of which some are not listed at *absent*."""
    found = [finding for finding in findings if finding]
    violations = [finding for finding in found if isinstance(finding, Violation)]
    if violations:
        return vm.violations(violations)
    unknown = [finding for finding in found if isinstance(finding, Verdict)]
    if unknown:
        return next((verdict for verdict in unknown if verdict.cause == "unread"), unknown[0])
    return vm.not_evaluable(absent=absent) if absent else vm.compliant()
