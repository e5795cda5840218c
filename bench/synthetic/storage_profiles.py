"""What a VM's own row says of its disks and its image."""

from bench.synthetic.disk_rows import (
    DISKS,
    OS_DISK,
    disk_name,
    disk_size,
    disk_sku,
    secret_settings,
    shared_disk_id,
)
from bench.synthetic.machines import Machine
from bench.synthetic.places import Row


def storage_profile(vm: Machine) -> Row:
    """Build the storage profile: the disks and the image."""
    profile: Row = {
        "osDisk": _os_disk(vm),
        "dataDisks": _data_disks(vm),
    }
    if vm.shares_disk:
        disk = {"id": shared_disk_id(vm.group), "storageAccountType": "Premium_ZRS"}
        profile["dataDisks"] = [*_data_disks(vm), {"lun": vm.data_disks, "name": "shared", "managedDisk": disk}]
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
        "diskSizeGB": disk_size(vm),
        **_backing(vm, OS_DISK),
    }
    if vm.special_disks == "ephemeral":
        disk["diffDiskSettings"] = {"option": "Local", "placement": "CacheDisk"}
    if vm.accelerated and not vm.data_disks:
        disk["writeAcceleratorEnabled"] = True
    if vm.encryption and vm.encryption.flavour == "dual":
        disk["encryptionSettings"] = {"enabled": True, **secret_settings(vm, vm.encryption)}
    return disk


def _data_disks(vm: Machine) -> list[Row]:
    return [_data_disk(vm, lun) for lun in range(vm.data_disks)]


def _data_disk(vm: Machine, lun: int) -> Row:
    disk: Row = {
        "lun": lun,
        "name": disk_name(vm, lun),
        "createOption": "Attach",
        "caching": "None" if vm.accelerated else "ReadOnly",
        "toBeDetached": False,
        "diskSizeGB": disk_size(vm, lun),
        **_backing(vm, lun),
    }
    if vm.accelerated:
        disk["writeAcceleratorEnabled"] = True
    return disk


def _backing(vm: Machine, lun: int) -> Row:
    """Tell what backs a disk: a managed disk, or a blob in the group's storage account."""
    name = disk_name(vm, lun)
    if vm.storage == "unmanaged":
        return {"vhd": {"uri": f"https://{vm.group.account}.blob.core.windows.net/vhds/{name}.vhd"}}
    return {"managedDisk": {"id": vm.seen_place.id_of(DISKS, name), "storageAccountType": disk_sku(vm, lun)["name"]}}
