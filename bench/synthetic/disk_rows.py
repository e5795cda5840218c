"""The rows of managed disks in `Resources`, and what Azure Disk Encryption writes to them."""

from collections.abc import Iterator

from bench.synthetic.draws import MOMENTS, guid, pick
from bench.synthetic.machines import Encryption, Machine
from bench.synthetic.places import Row, resource
from bench.synthetic.tenant import Group

DISKS = "Microsoft.Compute/disks"
DISK_SKUS = (
    {"name": "Premium_LRS", "tier": "Premium"},
    {"name": "Premium_LRS", "tier": "Premium"},
    {"name": "StandardSSD_LRS", "tier": "Standard"},
    {"name": "Standard_LRS", "tier": "Standard"},
)
OS_DISK = -1
SPECIAL_SKUS = {"ultra": "UltraSSD_LRS", "premium-v2": "PremiumV2_LRS"}
HUGE_DISK_GB = 32_767
LARGE_DISKS_GB = {0: 40_960, 1: 65_536}
TRUSTED_LAUNCH = {"securityType": "TrustedLaunch"}
PLATFORM_KEY = {"type": "EncryptionAtRestWithPlatformKey"}


def disk_name(vm: Machine, lun: int = OS_DISK) -> str:
    """Name the disk at this LUN."""
    return f"{vm.name}_OsDisk_1" if lun == OS_DISK else f"{vm.name}_DataDisk_{lun}"


def shared_disk_id(group: Group) -> str:
    """Write the id of the disk that the nodes of a group's cluster share."""
    return group.place.id_of(DISKS, f"cluster{group.number:05}_SharedDisk")


def disk_sku(vm: Machine, lun: int = OS_DISK) -> dict[str, str]:
    """Return the SKU of the disk at this LUN."""
    if lun != OS_DISK and vm.special_disks in SPECIAL_SKUS:
        return {"name": SPECIAL_SKUS[vm.special_disks], "tier": "Premium"}
    return pick(vm.draws.sku, DISK_SKUS)


def disk_size(vm: Machine, lun: int = OS_DISK) -> int:
    """Return how many GiB the disk at this LUN has: rarely as many as such a disk may have, or half of that."""
    if lun == OS_DISK:
        return 127 if vm.image.system == "Windows" else 64
    if vm.special_disks == "huge":
        return HUGE_DISK_GB
    if vm.special_disks == "premium-v2" and lun == 0:
        return LARGE_DISKS_GB.get(vm.draws.sku % 8, 512)
    return 128 << lun % 4


def disk_rows(vm: Machine) -> Iterator[Row]:
    """Yield the rows of a VM's disks. Unmanaged disks are blobs and have none, nor have ephemeral ones."""
    if vm.storage != "unmanaged":
        for lun in range(0 if vm.special_disks == "ephemeral" else OS_DISK, vm.data_disks):
            yield _disk_row(vm, lun)


def _disk_row(vm: Machine, lun: int) -> Row:
    size = disk_size(vm, lun)
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
        properties |= {"osType": vm.image.system, "hyperVGeneration": "V2", "securityProfile": TRUSTED_LAUNCH}
    if lun == 0 and vm.special_disks == "confidential":
        properties["securityProfile"] = TRUSTED_LAUNCH
    if vm.special_disks == "entra":
        properties["dataAccessAuthMode"] = "AzureActiveDirectory"
    if vm.encryption and (lun == OS_DISK or vm.encryption.all_volumes):
        properties["encryptionSettingsCollection"] = _settings_collection(vm, vm.encryption, lun)
    return resource(vm.group.place, DISKS, disk_name(vm, lun), properties, managedBy=vm.seen_id, sku=disk_sku(vm, lun))


def shared_disk_row(group: Group, nodes: list[str]) -> Row:
    """Build the row of the disk that the nodes of a cluster share; the first of them manages it."""
    properties: Row = {
        "diskSizeGB": 1024,
        "diskState": "Attached",
        "provisioningState": "Succeeded",
        "maxShares": 2,
        "shareInfo": [{"vmUri": node} for node in nodes],
        "encryption": PLATFORM_KEY,
        "creationData": {"createOption": "Empty"},
    }
    path = shared_disk_id(group)
    return resource(
        group.place,
        DISKS,
        path.rpartition("/")[2],
        properties,
        managedBy=nodes[0],
        sku={"name": "Premium_ZRS", "tier": "Premium"},
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
