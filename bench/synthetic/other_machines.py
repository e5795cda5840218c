"""Machines that are no ordinary VMs: those of the classic model, scale sets, and the desktops that VMs serve."""

from collections.abc import Iterator

from bench.synthetic.draws import guid
from bench.synthetic.machines import Machine
from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import Subscription

SCALE_SETS = "Microsoft.Compute/virtualMachineScaleSets"
CLASSIC = "Microsoft.ClassicCompute/virtualMachines"
SESSION_HOSTS = "Microsoft.DesktopVirtualization/hostPools/sessionHosts"
CLASSIC_PER_SUBSCRIPTION = 2


def scale_set_id(subscription: Subscription, slot: int) -> str:
    """Write the id of the flexible scale set in a region: its VMs are ordinary ones."""
    return subscription.place("Shared", slot).id_of(SCALE_SETS, "vmss-flexible")


def scale_set_rows(subscription: Subscription) -> Iterator[Row]:
    """Yield the rows of `Resources` for scale sets: flexible ones, that of a cluster, perhaps a uniform one."""
    for slot in range(len(subscription.regions)):
        yield _scale_set_row(subscription.place("Shared", slot), "vmss-flexible", "Flexible", None)
    nodes = subscription.place("Shared", 0)
    nodes = nodes._replace(group=f"MC_{nodes.group}_aks_{nodes.region}")
    yield _scale_set_row(nodes, "aks-pool-vmss", "Uniform", {"aks-managed-poolName": "pool"})
    if subscription.number % 3 == 1:
        yield _scale_set_row(subscription.place("Shared", 0), "vmss-web", "Uniform", None)


def classic_rows(subscription: Subscription) -> Iterator[Row]:
    """Yield the rows of `Resources` for the few VMs of the classic deployment model: old subscriptions have some."""
    if subscription.number % 10 == 2:
        for number in range(CLASSIC_PER_SUBSCRIPTION):
            properties = {
                "provisioningState": "Succeeded",
                "hardwareProfile": {"size": "Basic_A1", "deploymentName": f"legacy-{number}"},
                "instanceView": {"status": "StoppedDeallocated", "powerState": "Stopped"},
            }
            yield resource(subscription.place("Shared", 0), CLASSIC, f"legacy-{number}", properties)


def session_host_rows(vm: Machine) -> Iterator[Row]:
    """Yield the row of `DesktopVirtualizationResources` for a VM that serves desktops."""
    if vm.purpose == "session-host":
        pool = vm.group.place.id_of("Microsoft.DesktopVirtualization/hostPools", "desktops")
        properties = {
            "resourceId": vm.seen_id,
            "virtualMachineId": guid(vm.digits),
            "allowNewSession": True,
            "sessions": 0,
            "status": "Available",
        }
        path = f"{pool}/sessionHosts/{vm.name}"
        yield resource(vm.group.place, SESSION_HOSTS, f"desktops/{vm.name}", properties, id=path)


def _scale_set_row(place: Place, name: str, mode: str, tags: dict[str, str] | None) -> Row:
    properties = {"provisioningState": "Succeeded", "orchestrationMode": mode, "singlePlacementGroup": False}
    sku = {"name": "Standard_D4s_v5", "tier": "Standard", "capacity": 3}
    return resource(place, SCALE_SETS, name, properties, sku=sku, tags=tags)
