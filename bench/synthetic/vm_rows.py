"""The row of a VM in `Resources`: 2 to 3 KB, as the service shows it."""

from bench.synthetic.disk_rows import DISKS, disk_name, secret_settings
from bench.synthetic.draws import MOMENTS, guid, pick
from bench.synthetic.images import SIZE_FOR_MANY_DISKS, SIZES
from bench.synthetic.machines import Machine
from bench.synthetic.places import Row, resource

MOST_DISKS_OF_ORDINARY_SIZES = 8
STAGES = ("production", "production", "acceptance", "development")
ZONES = (None, None, ["1"], ["2"], ["3"])


def vm_row(vm: Machine) -> Row:
    """Build the row, without a storage profile for the few VMs whose storage Resource Graph does not show."""
    properties: Row = {
        "vmId": guid(vm.digits),
        "timeCreated": pick(vm.draws.created, MOMENTS),
        "provisioningState": "Succeeded",
        "hardwareProfile": {"vmSize": _size(vm)},
        "storageProfile": _storage_profile(vm),
        "osProfile": _os_profile(vm),
        "networkProfile": _network_profile(vm),
        "securityProfile": _security_profile(vm),
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        "extended": {"instanceView": _instance_view(vm)},
    }
    if vm.storage == "unseen":
        del properties["storageProfile"]
    return resource(
        vm.group.place,
        "Microsoft.Compute/virtualMachines",
        vm.name,
        properties,
        tags=_tags(vm),
        identity=_identity(vm),
        zones=pick(vm.draws.zone, ZONES),
    )


def _size(vm: Machine) -> str:
    large = vm.accelerated or vm.data_disks > MOST_DISKS_OF_ORDINARY_SIZES
    return SIZE_FOR_MANY_DISKS if large else pick(vm.draws.size, SIZES)


def _storage_profile(vm: Machine) -> Row:
    profile: Row = {
        "osDisk": _os_disk(vm),
        "dataDisks": [_data_disk(vm, lun) for lun in range(vm.data_disks)],
    }
    image = vm.image
    if image.publisher:
        profile["imageReference"] = {
            "publisher": image.publisher,
            "offer": image.offer,
            "sku": image.sku,
            "version": "latest",
            "exactVersion": f"{image.version}.{vm.draws.created}",
        }
    elif image.name:
        gallery = vm.subscription.place("Shared", 0).id_of("Microsoft.Compute/galleries", "golden")
        version = f"images/{image.system.lower()}/versions/1.0.{vm.draws.image % 40}"
        profile["imageReference"] = {"id": f"{gallery}/{version}"}
    return profile


def _os_disk(vm: Machine) -> Row:
    disk: Row = {
        "osType": vm.image.system,
        "name": disk_name(vm),
        "createOption": "FromImage",
        "caching": "ReadWrite",
        "deleteOption": "Detach",
        "diskSizeGB": 127 if vm.image.system == "Windows" else 64,
        **_backing(vm, disk_name(vm)),
    }
    if vm.accelerated and not vm.data_disks:
        disk["writeAcceleratorEnabled"] = True
    if vm.encryption and vm.encryption.flavour == "dual":
        disk["encryptionSettings"] = {"enabled": True, **secret_settings(vm, vm.encryption)}
    return disk


def _data_disk(vm: Machine, lun: int) -> Row:
    name = disk_name(vm, lun)
    disk: Row = {
        "lun": lun,
        "name": name,
        "createOption": "Attach",
        "caching": "None" if vm.accelerated else "ReadOnly",
        "toBeDetached": False,
        "diskSizeGB": 128 << lun % 4,
        **_backing(vm, name),
    }
    if vm.accelerated:
        disk["writeAcceleratorEnabled"] = True
    return disk


def _backing(vm: Machine, name: str) -> Row:
    """Tell what backs a disk: a managed disk, or a blob in the group's storage account."""
    if vm.storage == "unmanaged":
        return {"vhd": {"uri": f"https://{vm.group.account}.blob.core.windows.net/vhds/{name}.vhd"}}
    return {"managedDisk": {"id": vm.seen_place.id_of(DISKS, name), "storageAccountType": "Premium_LRS"}}


def _os_profile(vm: Machine) -> Row:
    profile: Row = {
        "computerName": vm.name,
        "adminUsername": "operator",
        "allowExtensionOperations": True,
    }
    if vm.image.system == "Windows":
        profile["windowsConfiguration"] = {
            "provisionVMAgent": True,
            "enableAutomaticUpdates": True,
            "patchSettings": {"patchMode": "AutomaticByOS"},
        }
    else:
        profile["linuxConfiguration"] = {
            "disablePasswordAuthentication": True,
            "provisionVMAgent": True,
            "patchSettings": {"patchMode": "ImageDefault"},
        }
    return profile


def _network_profile(vm: Machine) -> Row:
    card = vm.seen_place.id_of("Microsoft.Network/networkInterfaces", f"{vm.name}-nic")
    return {"networkInterfaces": [{"id": card, "properties": {"primary": True}}]}


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
    return {
        "powerState": {"code": "PowerState/running", "displayStatus": "VM running"},
        "osName": vm.image.name,
        "osVersion": vm.image.version,
        "hyperVGeneration": "V2",
    }


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
