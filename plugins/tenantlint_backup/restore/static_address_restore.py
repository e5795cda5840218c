"""VMs with static private addresses must be given these again after a restore.

## Why
A VM that is restored as a new one gets dynamic addresses. Whatever knows the VM by its address, such as other servers,
firewall rules and DNS records made by hand, does not find it, while the restore itself succeeds.

## Fix
Write the addresses down where the restore is planned. After a restore, remove or change the old VM's interface, then:
`az network nic ip-config update --resource-group <group> --nic-name <interface> --name <configuration>
--private-ip-address <address>`. Disks that are replaced on the existing VM leave its addresses as they are.

## Limits
Only VMs that are backed up now are judged. Static public addresses do not count: they are resources of their own, which
can be attached again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.documents import SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2026
from tenantlint_backup.protection import protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Json, Resource, Rows, Verdict

_INTERFACES: Final = "network_interfaces"
_LISTED: Final = "properties.networkProfile.networkInterfaces"
_CONFIGURATIONS: Final = "properties.ipConfigurations"
_METHODS: Final = f"{_CONFIGURATIONS}[*].properties.privateIPAllocationMethod"


@rule(
    id="static-address-restore",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="restore",
    level="note",
    reads=["protected_items", _INTERFACES],
    sources=[SUPPORT_MATRIX_2026, SUPPORT_MATRIX_2023],
)
def static_address_restore(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    if not protecting(items):
        return without_protection(vm, items, ctx)
    interfaces = ctx.tenant.owned(_INTERFACES, vm)
    methods = {interface: _methods(interface) for interface in interfaces}
    static: list[Json] = [interface.id for interface, told in methods.items() if told and "static" in told]
    if static:
        message = "has a static private address; a VM that is restored from its backup gets a dynamic one"
        return vm.violation(message, level="note", evidence={f"{_INTERFACES}.id": static})
    if interfaces.unread:
        return vm.not_evaluable(unread=interfaces.unread)
    if None in methods.values():
        return vm.not_evaluable(absent=f"{_METHODS} of a network interface")
    return _unless_missing(vm, interfaces)


def _methods(interface: Resource) -> list[str] | None:
    """Return how *interface* gets its addresses, in lower case; None where it does not say so of each."""
    told, configurations = interface.items(_METHODS) or [], interface.items(_CONFIGURATIONS)
    methods = [method.lower() for method in told if isinstance(method, str)]
    known = configurations and len(methods) == len(configurations) and {*methods} <= {"static", "dynamic"}
    return methods if known or "static" in methods else None


def _unless_missing(vm: Resource, interfaces: Rows) -> Verdict:
    """Say that *vm* keeps the rule, unless it lists an interface that is not among its rows."""
    listed = vm.items(_LISTED)
    if not listed:
        return vm.not_evaluable(absent=_LISTED)
    seen = {interface.key for interface in interfaces}
    ids = [nic.get("id") if isinstance(nic, dict) else None for nic in listed]
    missing: list[Json] = [id_ for id_ in ids if not isinstance(id_, str) or id_.lower() not in seen]
    if not missing:
        return vm.compliant()
    return vm.not_evaluable(absent=f"{_INTERFACES}: a row of one that it lists", evidence={f"{_LISTED}.id": missing})
