"""The network interfaces of a VM: it names them, and each has a row of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint_backup.network.reach import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenantlint import Context, Json, Resource

INTERFACES: Final = "properties.networkProfile.networkInterfaces"
CONFIGURATIONS: Final = "properties.ipConfigurations"


def named_interfaces(vm: Resource) -> tuple[frozenset[str], Unknown | None]:
    """Return the ids, in lower case, of the network interfaces that *vm* names, and why there may be more."""
    named = vm.items(INTERFACES)
    if named is None:
        return frozenset(), Unknown("absent", INTERFACES)
    ids = [entry.get("id") if isinstance(entry, dict) else None for entry in named]
    known = frozenset(id_.lower() for id_ in ids if isinstance(id_, str) and id_)
    all_known = all(isinstance(id_, str) and id_ for id_ in ids)
    return known, None if all_known else Unknown("absent", f"{INTERFACES}[].id")


def interfaces_of(vm: Resource, ctx: Context) -> tuple[Sequence[Resource], Unknown | None]:
    """Return the rows of the network interfaces that *vm* names, and why there may be more."""
    named, unknown = named_interfaces(vm)
    owned = ctx.tenant.owned("network_interfaces", vm)
    rows = [row for row in owned if row.key in named]
    if unknown is None and len(rows) < len(named):
        why = owned.unread
        unknown = Unknown("unread", why) if why else Unknown("absent", "the row of one of its network interfaces")
    return rows, unknown


def primary_interface(vm: Resource, ctx: Context) -> Resource | Unknown:
    """Return the network interface through which *vm* reaches whatever is outside of its networks."""
    rows, unknown = interfaces_of(vm, ctx)
    primary = [row for row in rows if row.find("properties.primary") is True]
    if len(primary) == 1:
        return primary[0]
    if unknown:
        return unknown
    if len(rows) == 1:
        return rows[0]
    return Unknown("absent", "properties.primary of its network interfaces" if rows else INTERFACES)


def configurations_of(interfaces: Iterable[Resource]) -> tuple[list[dict[str, Json]], Unknown | None]:
    """Return the properties of every IP configuration of *interfaces*, and why there may be more."""
    listed = [interface.items(CONFIGURATIONS) for interface in interfaces]
    each = [entry.get("properties") if isinstance(entry, dict) else None for found in listed for entry in found or ()]
    known = [properties for properties in each if isinstance(properties, dict)]
    if None in listed or len(known) < len(each):
        return known, Unknown("absent", f"{CONFIGURATIONS} of its network interfaces")
    return known, None
