"""What a network security group makes of a VM's traffic to Azure Storage."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenantlint_backup.network.reach import OPEN, Blocked, Unknown, row_of
from tenantlint_backup.network.security_rules import decide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint import Context, Json, Resource
    from tenantlint_backup.network.reach import Way
    from tenantlint_backup.network.security_rules import Flow

_RULES: Final = "properties.securityRules"


def ways_by_group(id_: Json, flows: Sequence[Flow], ctx: Context) -> Iterator[Way]:
    """Yield what the network security group with this id makes of each of *flows*; nothing where there is none."""
    if id_ is None:
        return
    if not isinstance(id_, str):
        yield Unknown("absent", "the id of its network security group")
        return
    group = row_of("network_security_groups", id_, "network security group", ctx)
    if isinstance(group, Unknown):
        yield group
        return
    yield from (_way_by_group(group, flow) for flow in flows)


@lru_cache(maxsize=4096)  # many VMs share a group
def _way_by_group(group: Resource, flow: Flow) -> Way:
    """Tell whether the network security group *group* lets *flow* out."""
    rules = group.items(_RULES)
    if rules is None:
        return Unknown("absent", "properties.securityRules of its network security group")
    access, name = decide(rules, flow)
    if access == "allow":
        return OPEN
    if access == "deny":
        by = f"rule '{name}' of network security group '{group.name}'"
        return Blocked(by, {"network_security_groups.id": group.id, f"{_RULES}.name": name, "port": flow.port})
    return Unknown("unobservable", "whether the rules of its network security group speak of Azure Storage")
