"""Azure VMs must not have several reserved public addresses.

## Why
In 2015 Azure Backup did not support VMs with more than one reserved (static) public IP address. From 2016 on it backed
them up, but restored their addresses only with PowerShell. Since 2019 such VMs are supported. The rule matters to those
who look at a tenant as of an older edition of the documentation.

## Fix
Nothing today, but know how to restore: restore the disks, not the VM (`az backup restore restore-disks`), then make
the VM from them with its network interfaces and addresses (`az vm create --attach-os-disk <disk> --nics <nic> <nic>`).
A VM that is restored as a whole comes without its public addresses.

## Limits
* Reserved are the public addresses on the VM's network interfaces whose allocation method is static. Addresses of a
  load balancer or a NAT gateway in front of the VM do not count.
* An address whose row is missing may be reserved: where that would make several, the rule is not evaluable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule, subscription_of
from tenantlint_backup.network.interfaces import CONFIGURATIONS, configurations_of, interfaces_of
from tenantlint_backup.network.reach import Unknown, not_known
from tenantlint_backup.network.special_networks import HISTORY, SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint import Context, Json, Resource, Verdict

_ADDRESS: Final = "publicIPAddress"
_METHOD: Final = "properties.publicIPAllocationMethod"


@rule(
    id="several-reserved-addresses",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="network",
    level="error",
    reads=["network_interfaces", "public_ip_addresses"],
    sources=SOURCES,
    history=HISTORY,
)
def several_reserved_addresses(vm: Resource, ctx: Context) -> Verdict:
    interfaces, unknown = interfaces_of(vm, ctx)
    configurations, unlisted = configurations_of(interfaces)
    addresses, unnamed = _addresses(configurations)
    methods = {address: _method(address, ctx) for address in addresses}
    reserved: list[Json] = [address for address, method in methods.items() if method == "static"]
    if len(reserved) > 1:
        message = f"has {len(reserved)} reserved public addresses; Azure Backup supports one"
        return vm.violation(message, level="error", evidence={"public_ip_addresses.id": reserved})
    unknown = unknown or unlisted or unnamed
    return _judge_others(vm, len(reserved), [address for address in addresses if not methods[address]], unknown, ctx)


def _judge_others(vm: Resource, reserved: int, untold: list[str], unknown: Unknown | None, ctx: Context) -> Verdict:
    """Judge by the addresses of which it is *untold* whether they are reserved, and by what may be missing."""
    if unknown:
        return not_known(vm, unknown)
    if not untold or reserved + len(untold) < 2:  # noqa: PLR2004 - several
        return vm.compliant()
    gaps = (ctx.tenant.gap("public_ip_addresses", subscription_of(address)) for address in untold)
    unread = next(filter(None, gaps), None)
    return vm.not_evaluable(unread=unread) if unread else vm.not_evaluable(absent=f"{_METHOD} of its addresses")


def _addresses(configurations: Iterable[dict[str, Json]]) -> tuple[list[str], Unknown | None]:
    """Return the ids of the public addresses, in lower case and each once, and why there may be more."""
    named = [address for properties in configurations if (address := properties.get(_ADDRESS)) is not None]
    ids = [address.get("id") if isinstance(address, dict) else None for address in named]
    known = sorted({id_.lower() for id_ in ids if isinstance(id_, str) and id_})
    all_known = all(isinstance(id_, str) and id_ for id_ in ids)
    return known, None if all_known else Unknown("absent", f"{CONFIGURATIONS}[].properties.{_ADDRESS}.id")


def _method(address: str, ctx: Context) -> str:
    """Return how the public address with this id is allocated, in lower case; empty where that is not known."""
    row = ctx.tenant.by_id("public_ip_addresses", address)
    method = row.text(_METHOD) if row else None
    return method.lower() if method and method.lower() in ("static", "dynamic") else ""
