"""The network interfaces of VMs, and their public addresses."""

from collections.abc import Iterator

from bench.synthetic.draws import guid, pick
from bench.synthetic.machines import Machine
from bench.synthetic.networks import HOSTS_PER_VM, address, security_group_id, subnet_id
from bench.synthetic.places import Place, Row, resource
from bench.synthetic.rates import STATIC_ADDRESS

INTERFACES = "Microsoft.Network/networkInterfaces"
PUBLIC_ADDRESSES = "Microsoft.Network/publicIPAddresses"
BALANCERS = "Microsoft.Network/loadBalancers"
PUBLIC_PER_VM = {"public": 1, "two-addresses": 2}


def interface_ids(vm: Machine) -> list[str]:
    """Write the ids of a VM's network interfaces, as the VM spells them."""
    return [vm.seen_place.id_of(INTERFACES, name) for name in _names(vm)]


def nic_rows(vm: Machine) -> Iterator[Row]:
    """Yield the rows of `Resources` for a VM's network interfaces, then those for its public addresses."""
    place, public = vm.group.place, PUBLIC_PER_VM.get(vm.network, 0)
    for index, name in enumerate(_names(vm)):
        path = place.id_of(INTERFACES, name)
        configurations = [_configuration(vm, path, index + n, public=n < public) for n in range(max(1, public))]
        yield _interface_row(vm, name, index, configurations)
    for number in range(public):
        properties = {
            "provisioningState": "Succeeded",
            "publicIPAllocationMethod": "Static",
            "publicIPAddressVersion": "IPv4",
            "ipConfiguration": {"id": f"{place.id_of(INTERFACES, f'{vm.name}-nic')}/ipConfigurations/{number}"},
        }
        sku = {"name": "Standard", "tier": "Regional"}
        yield resource(place, PUBLIC_ADDRESSES, f"{vm.name}-ip{number}", properties, sku=sku)


def _names(vm: Machine) -> list[str]:
    names = [f"{vm.name}-nic", f"{vm.name}-nic2"]
    return names if vm.network == "two-nics" else names[:1]


def _interface_row(vm: Machine, name: str, index: int, configurations: list[Row]) -> Row:
    properties: Row = {
        "provisioningState": "Succeeded",
        "resourceGuid": guid(f"{vm.digits[48:]}{vm.digits[index:]}"),
        "ipConfigurations": configurations,
        "enableAcceleratedNetworking": True,
        "enableIPForwarding": False,
        "primary": index == 0,
        "virtualMachine": {"id": vm.id},
        "nicType": "Standard",
    }
    if vm.accelerated and vm.draws.address % 4 == 0:
        group = security_group_id(vm.subscription, vm.group.slot, "nsg-nothing-out")
        properties["networkSecurityGroup"] = {"id": group}
    return resource(vm.group.place, INTERFACES, name, properties, kind="Regular")


def _configuration(vm: Machine, interface: str, number: int, *, public: bool) -> Row:
    place: Place = vm.group.place
    properties: Row = {
        "provisioningState": "Succeeded",
        "privateIPAddress": address(vm.group, vm.number * HOSTS_PER_VM + number),
        "privateIPAllocationMethod": "Static" if pick(vm.draws.address, STATIC_ADDRESS) else "Dynamic",
        "subnet": {"id": subnet_id(vm.subscription, vm.group)},
        "primary": number == 0,
    }
    if public:
        properties["publicIPAddress"] = {"id": place.id_of(PUBLIC_ADDRESSES, f"{vm.name}-ip{number}")}
    if vm.network == "balancer":
        pool = f"{place.id_of(BALANCERS, 'lb-app')}/backendAddressPools/vms"
        properties["loadBalancerBackendAddressPools"] = [{"id": pool}]
    return {"name": f"{number}", "id": f"{interface}/ipConfigurations/{number}", "properties": properties}
