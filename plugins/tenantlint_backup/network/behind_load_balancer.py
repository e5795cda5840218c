"""Azure VMs must not be behind a load balancer.

## Why
In 2015 Azure Backup did not support VMs behind a load balancer, be it internal or facing the internet. From 2016 on it
backed them up, but only PowerShell put a restored VM behind its load balancer again. Since 2019 such VMs are supported.
The rule matters to those who look at a tenant as of an older edition of the documentation.

## Fix
Nothing today, but know how to restore: restore the disks, not the VM (`az backup restore restore-disks`), make the VM
from them, and put its network interface into the pool: `az network nic ip-config address-pool add --resource-group
<group> --nic-name <nic> --ip-config-name <configuration> --lb-name <load balancer> --address-pool <pool>`.

## Limits
* A VM is behind a load balancer if a backend pool holds one of its network interfaces. Pools that hold addresses
  instead of network interfaces are not seen.
* Inbound NAT rules alone, which lead to one VM and balance nothing, and application gateways do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.network.interfaces import CONFIGURATIONS, configurations_of, interfaces_of
from tenantlint_backup.network.reach import Unknown, not_known
from tenantlint_backup.network.special_networks import HISTORY, SOURCES

if TYPE_CHECKING:
    from tenantlint import Context, Json, Resource, Verdict

_POOLS: Final = "loadBalancerBackendAddressPools"
_PATH: Final = f"{CONFIGURATIONS}[].properties.{_POOLS}"


@rule(
    id="behind-load-balancer",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="network",
    visibility="partial",
    level="error",
    reads=["network_interfaces"],
    sources=SOURCES,
    history=HISTORY,
)
def behind_load_balancer(vm: Resource, ctx: Context) -> Verdict:
    interfaces, unknown = interfaces_of(vm, ctx)
    configurations, unlisted = configurations_of(interfaces)
    listed = [pools for properties in configurations if (pools := properties.get(_POOLS)) is not None]
    if ids := sorted({id_ for pools in listed for id_ in _ids(pools)}):
        evidence: dict[str, Json] = {_PATH: [*ids]}
        return vm.violation(_message(ids), level="error", evidence=evidence)
    if any(pools != [] for pools in listed):
        unlisted = Unknown("absent", f"{_PATH}[].id")
    unknown = unknown or unlisted
    return not_known(vm, unknown) if unknown else vm.compliant()


def _ids(pools: Json) -> set[str]:
    """Return the ids of the backend *pools*, in lower case."""
    named = [pool.get("id") for pool in pools if isinstance(pool, dict)] if isinstance(pools, list) else []
    return {id_.lower() for id_ in named if isinstance(id_, str) and id_}


def _message(pools: list[str]) -> str:
    names = ", ".join(f"'{id_.rpartition('/')[2]}'" for id_ in pools)
    several = "s" if len(pools) > 1 else ""
    return f"is behind a load balancer, in the backend pool{several} {names}; Azure Backup does not support that"
