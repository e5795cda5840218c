"""The rows of managed disks in `Resources`, and what Azure Disk Encryption writes to them."""

from collections.abc import Iterator

from bench.synthetic.draws import MOMENTS, guid, pick
from bench.synthetic.machines import Encryption, Machine
from bench.synthetic.places import Row, resource

DISKS = "Microsoft.Compute/disks"
DISK_SKUS = (
    {"name": "Premium_LRS", "tier": "Premium"},
    {"name": "Premium_LRS", "tier": "Premium"},
    {"name": "StandardSSD_LRS", "tier": "Standard"},
    {"name": "Standard_LRS", "tier": "Standard"},
)
OS_DISK = -1
PLATFORM_KEY = {"type": "EncryptionAtRestWithPlatformKey"}


def disk_name(vm: Machine, lun: int = OS_DISK) -> str:
    """Name the disk at this LUN."""
    return f"{vm.name}_OsDisk_1" if lun == OS_DISK else f"{vm.name}_DataDisk_{lun}"


def disk_rows(vm: Machine) -> Iterator[Row]:
    """Yield the rows of a VM's disks. Unmanaged disks are blobs and have none."""
    if vm.storage != "unmanaged":
        for lun in range(OS_DISK, vm.data_disks):
            yield _disk_row(vm, lun)


def _disk_row(vm: Machine, lun: int) -> Row:
    size = 128 << lun % 4 if lun != OS_DISK else 64
    properties: Row = {
        "diskSizeGB": size,
        "diskSizeBytes": size << 30,
        "diskIOPSReadWrite": 500,
        "diskMBpsReadWrite": 100,
        "diskState": "Attached" if vm.runs else "Reserved",
        "provisioningState": "Succeeded",
        "timeCreated": pick(vm.draws.created, MOMENTS),
        "uniqueId": guid(f"{vm.digits[32:60]}{lun + 1:04x}"),
        "encryption": PLATFORM_KEY,
        "networkAccessPolicy": "AllowAll",
        "publicNetworkAccess": "Enabled",
        "creationData": {"createOption": "FromImage" if lun == OS_DISK else "Empty"},
    }
    if lun == OS_DISK:
        properties |= {"osType": vm.image.system, "hyperVGeneration": "V2"}
    if vm.encryption and (lun == OS_DISK or vm.encryption.all_volumes):
        properties["encryptionSettingsCollection"] = _settings_collection(vm, vm.encryption, lun)
    return resource(
        vm.group.place,
        DISKS,
        disk_name(vm, lun),
        properties,
        managedBy=vm.seen_id,
        sku=pick(vm.draws.sku, DISK_SKUS),
    )


def _settings_collection(vm: Machine, encryption: Encryption, lun: int) -> Row:
    if encryption.flavour == "undone":
        return {"enabled": False}
    version = "1.0" if encryption.flavour == "dual" else "1.1"
    settings = [secret_settings(vm, encryption, lun)]
    return {"enabled": True, "encryptionSettingsVersion": version, "encryptionSettings": settings}


def secret_settings(vm: Machine, encryption: Encryption, lun: int = OS_DISK) -> Row:
    """Tell where the secret of a disk is kept and, if there is one, the key around it."""
    vault = encryption.vault
    source = {"id": vault.id}
    secret = f"{vault.url}/secrets/{guid(vm.digits[8:])}/{vm.digits[:28]}{lun + 1:04x}"
    settings: Row = {"diskEncryptionKey": {"secretUrl": secret, "sourceVault": source}}
    if encryption.wrapped:
        settings["keyEncryptionKey"] = {"keyUrl": key_url(encryption), "sourceVault": source}
    return settings


def key_url(encryption: Encryption) -> str:
    """Write the address of the key around the secrets: one in each vault."""
    return f"{encryption.vault.url}/keys/disks/0123456789abcdef0123456789abcdef"
