"""Whether Azure Disk Encryption has encrypted a VM, and with keys from which key vaults.

Three places tell, depending on how and when the VM was encrypted: its disks, its own model, and the extension that
does the work. The extension stays behind after decryption, so it is what it was told to do that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint import Resource, Rows

TABLES: Final = ("encrypted_disks", "disk_encryption_extensions")
"""What a rule that asks for the encryption of a VM must declare in its ``reads``."""

Source: TypeAlias = Literal["disk", "vm", "extension"]


class Lookups(Protocol):
    """Whatever finds the rows that belong to a resource: ``ctx.tenant``."""

    def owned(self, table: str, resource: Resource) -> Rows:
        """Return the rows of *table* that belong to *resource*."""
        ...


@dataclass(frozen=True, slots=True)
class DiskEncryption:
    """The evidence that a VM is encrypted, from the first ``source`` that has any.

    ``secret_vaults`` and ``key_vaults`` are the ids of the key vaults that hold the disks' secrets (BEK) and the keys
    that wrap those (KEK); ``secret_urls`` are the secrets' URLs or, from an extension, their vault's. All are in lower
    case, without doubles, and empty where the evidence does not say. ``has_kek`` holds also where the key's vault is
    not known. ``certain`` is False where there is only an extension that does not say what it was told to do.
    """

    source: Source
    secret_vaults: tuple[str, ...] = ()
    key_vaults: tuple[str, ...] = ()
    has_kek: bool = False
    secret_urls: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Paths:
    """Where one kind of evidence names the secret, the key and their vaults."""

    secret_vault: str
    secret_url: str
    key_vault: str
    key_url: str

    @classmethod
    def below(cls, settings: str) -> _Paths:
        secret, key = f"{settings}.diskEncryptionKey", f"{settings}.keyEncryptionKey"
        return cls(f"{secret}.sourceVault.id", f"{secret}.secretUrl", f"{key}.sourceVault.id", f"{key}.keyUrl")


VM_SETTINGS: Final = "properties.storageProfile.osDisk.encryptionSettings"
OPERATION: Final = "properties.settings.EncryptionOperation"

_OF_DISK: Final = _Paths.below("properties.encryptionSettingsCollection.encryptionSettings[*]")
_OF_VM: Final = _Paths.below(VM_SETTINGS)
_OF_EXTENSION: Final = _Paths(
    "properties.settings.KeyVaultResourceId",
    "properties.settings.KeyVaultURL",
    "properties.settings.KekVaultResourceId",
    "properties.settings.KeyEncryptionKeyURL",
)


def disk_encryption(vm: Resource, tenant: Lookups) -> tuple[DiskEncryption | None, str | None]:
    """Return the evidence that Azure Disk Encryption has encrypted *vm*, and why there may be more than was seen.

    There being none proves something only where there is no such reason: the TABLES were fully read.
    """
    disks, extensions = tenant.owned("encrypted_disks", vm), tenant.owned("disk_encryption_extensions", vm)
    return conclude(disks, [vm], extensions), disks.unread or extensions.unread


def conclude(
    disks: Sequence[Resource], vms: Sequence[Resource], extensions: Sequence[Resource]
) -> DiskEncryption | None:
    """Return the evidence in the rows of one VM: its encrypted *disks*, itself, and its *extensions*."""
    if disks:
        return _gather("disk", disks, _OF_DISK)
    if vms and vms[0].find(f"{VM_SETTINGS}.enabled") is True:
        return _gather("vm", vms, _OF_VM)
    return _of_extensions(extensions) if extensions else None


def _of_extensions(extensions: Sequence[Resource]) -> DiskEncryption | None:
    told = [extension for extension in extensions if extension.text(OPERATION)]
    encrypting = [extension for extension in told if (extension.text(OPERATION) or "").lower() != "disableencryption"]
    if encrypting:
        return _gather("extension", encrypting, _OF_EXTENSION)
    return DiskEncryption("extension", certain=False) if len(told) < len(extensions) else None


def _gather(source: Source, rows: Sequence[Resource], paths: _Paths) -> DiskEncryption:
    key_vaults = _texts(rows, paths.key_vault)
    return DiskEncryption(
        source=source,
        secret_vaults=_texts(rows, paths.secret_vault),
        key_vaults=key_vaults,
        has_kek=bool(key_vaults or _texts(rows, paths.key_url)),
        secret_urls=_texts(rows, paths.secret_url),
    )


def _texts(rows: Sequence[Resource], path: str) -> tuple[str, ...]:
    """Return the texts that *path* finds in *rows*, in lower case and each once."""
    texts: dict[str, None] = {}
    for row in rows:
        found = row.find(path)
        for value in found if isinstance(found, list) else (found,):
            if isinstance(value, str) and value:
                texts[value.lower()] = None
    return tuple(texts)
