"""The row of a VM in `Resources`: 2 to 3 KB, as the service shows it."""

from bench.synthetic.draws import MOMENTS, guid, pick
from bench.synthetic.images import SIZE_FOR_MANY_DISKS, SIZES
from bench.synthetic.machines import Machine
from bench.synthetic.nic_rows import interface_ids
from bench.synthetic.other_machines import scale_set_id
from bench.synthetic.places import Row, resource
from bench.synthetic.storage_profiles import storage_profile

MOST_DISKS_OF_ORDINARY_SIZES = 8
STAGES = ("production", "production", "acceptance", "development")
ZONES = (None, None, ["1"], ["2"], ["3"])
EXTENDED_ZONE = {"type": "EdgeZone", "name": "losangeles"}


def vm_row(vm: Machine) -> Row:
    """Build the row, without a storage profile for the few VMs whose storage Resource Graph does not show."""
    properties: Row = {
        "vmId": guid(vm.digits),
        "timeCreated": _created(vm),
        "provisioningState": "Failed" if vm.purpose == "failed" else "Succeeded",
        "hardwareProfile": {"vmSize": _size(vm)},
        "storageProfile": storage_profile(vm),
        "networkProfile": _network_profile(vm),
        "securityProfile": _security_profile(vm),
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        "extended": {"instanceView": _instance_view(vm)},
    }
    if vm.storage == "unseen":
        del properties["storageProfile"]
    if vm.agent != "no-profile":
        properties["osProfile"] = _os_profile(vm)
    if vm.purpose == "spot":
        properties |= {"priority": "Spot", "evictionPolicy": "Deallocate"}
    if vm.purpose == "scale-set":
        properties["virtualMachineScaleSet"] = {"id": scale_set_id(vm.subscription, vm.group.slot)}
    return resource(
        vm.group.place,
        "Microsoft.Compute/virtualMachines",
        vm.name,
        properties,
        plan=_plan(vm),
        tags=_tags(vm),
        identity=_identity(vm),
        zones=pick(vm.draws.zone, ZONES),
        extendedLocation=EXTENDED_ZONE if vm.purpose == "edge" else None,
    )


def _created(vm: Machine) -> str:
    """Tell when the VM was made: of those that wait for their first backup, half were made this week."""
    if vm.protection == "pending" and vm.draws.created % 2:
        return "2026-11-18T09:30:00.1234567Z"
    return pick(vm.draws.created, MOMENTS)


def _plan(vm: Machine) -> Row | None:
    image = vm.image
    return {"name": image.sku, "product": image.offer, "publisher": image.publisher} if image.sold else None


def _size(vm: Machine) -> str:
    large = vm.accelerated or vm.data_disks > MOST_DISKS_OF_ORDINARY_SIZES
    return SIZE_FOR_MANY_DISKS if large else pick(vm.draws.size, SIZES)


def _os_profile(vm: Machine) -> Row:
    provisioned = vm.agent != "not-provisioned"
    profile: Row = {
        "computerName": vm.name,
        "adminUsername": "operator",
        "allowExtensionOperations": vm.agent != "no-extensions",
    }
    if vm.image.system == "Windows":
        profile["windowsConfiguration"] = {
            "provisionVMAgent": provisioned,
            "enableAutomaticUpdates": True,
            "patchSettings": {"patchMode": "AutomaticByOS"},
        }
    else:
        profile["linuxConfiguration"] = {
            "disablePasswordAuthentication": True,
            "provisionVMAgent": provisioned,
            "patchSettings": {"patchMode": "ImageDefault"},
        }
    return profile


def _network_profile(vm: Machine) -> Row:
    ids = interface_ids(vm)
    return {"networkInterfaces": [{"id": id_, "properties": {"primary": id_ is ids[0]}} for id_ in ids]}


def _security_profile(vm: Machine) -> Row:
    profile: Row = {
        "securityType": "TrustedLaunch",
        "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
    }
    if vm.encrypts_host:
        profile["encryptionAtHost"] = True
    return profile


def _instance_view(vm: Machine) -> Row:
    if not vm.runs:
        return {"powerState": {"code": "PowerState/deallocated", "displayStatus": "VM deallocated"}}
    view: Row = {"powerState": {"code": "PowerState/running", "displayStatus": "VM running"}, "hyperVGeneration": "V2"}
    if vm.image.name:
        view |= {"osName": vm.image.name, "osVersion": vm.image.version}
    return view


def _tags(vm: Machine) -> Row:
    tags: Row = {
        "application": f"app-{vm.group.number:05}",
        "costCenter": f"{1000 + vm.draws.owner % 400}",
        "environment": pick(vm.draws.owner, STAGES),
        "owner": f"team-{vm.draws.owner % 90:02}@example.com",
    }
    if vm.luks == "tag":
        tags["disk-encryption"] = "LUKS"
    return tags


def _identity(vm: Machine) -> Row | None:
    if vm.draws.identity % 3 == 0:
        return None
    return {"type": "SystemAssigned", "principalId": guid(vm.digits[32:]), "tenantId": vm.group.place.tenant}
