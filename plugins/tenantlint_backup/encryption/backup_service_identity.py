"""Who Azure Backup is in a tenant: the object id of its service principal, to which key vaults grant access.

No row says it. The user may, and so do backups that succeed: what they needed, Azure Backup had been granted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint import Setting, fact, guids_by_tenant
from tenantlint_backup.disk_encryption import conclude
from tenantlint_backup.encryption.key_vault_permissions import candidates, needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenantlint import Context, FactTables, Resource
    from tenantlint_backup.encryption.key_vault_grants import Grants
    from tenantlint_backup.encryption.key_vault_permissions import Need

Needs: TypeAlias = "tuple[Need, ...]"

_APPLICATION: Final = "262044b1-e2ce-469f-a196-69ab7ada62d3"
_APPLICATIONS: Final[Mapping[str, str]] = {
    "AzureCloud": _APPLICATION,
    "AzureUSGovernment": "ff281ffe-705c-4f53-9f37-a40e6f2c68f3",
}
"""The application of Azure Backup by cloud. It has a service principal of its own in each tenant."""

OBJECT_ID: Final = Setting(
    "backup_service_object_id",
    "The object id of Azure Backup's service principal (Backup Management Service), by the id of the tenant.",
    guids_by_tenant,
)

_COLUMNS: Final = {
    "encrypted_disks": ("properties_encryptionSettingsCollection",),
    "disk_encryption_extensions": (
        "properties_settings_EncryptionOperation",
        "properties_settings_KeyVaultURL",
        "properties_settings_KeyVaultResourceId",
        "properties_settings_KeyEncryptionKeyURL",
        "properties_settings_KekVaultResourceId",
    ),
}
_VM_COLUMN: Final = "properties_storageProfile_osDisk_encryptionSettings"
VM_ID: Final = "vmId"
_SUCCEEDED: Final = {"properties_protectionState": "Protected", "properties_lastBackupStatus": "Completed"}


@dataclass(frozen=True, slots=True)
class Identity:
    """The object id of Azure Backup in one tenant, in lower case.

    ``vms`` is the number of VMs from whose backups it was inferred; 0 where the user gave it.
    """

    object_id: str
    vms: int = 0


@fact(
    name="backup_service_object_ids",
    reads=[*_COLUMNS, "virtual_machines", "protected_items", "key_vaults", "key_vault_grants"],
)
def backup_service_object_ids(tables: FactTables) -> dict[str, Identity]:
    """Who Azure Backup is, by tenant: the only one to whom all was granted that encrypted VMs' last backups needed."""
    grants: Grants = tables.fact("key_vault_grants", dict)
    vaults = tables.values("key_vaults", "id", "tenantId")
    tenants = {str(vault).lower(): str(tenant or "").lower() for vault, tenant in vaults}
    found: defaultdict[str, list[tuple[frozenset[str], int]]] = defaultdict(list)
    for wanted, vms in _backed_up(tables).items():
        within = {tenants.get(need.vault, "") for need in wanted}
        if len(within) == 1:
            found[within.pop()].append((_candidates(wanted, grants), vms))
    inferred = {tenant: _infer(evidence) for tenant, evidence in found.items() if tenant}
    return {tenant: identity for tenant, identity in inferred.items() if identity}


def backup_service(ctx: Context, tenant: str) -> Identity | None:
    """Return who Azure Backup is in *tenant* (an id in lower case); None where neither settings nor backups tell."""
    given: Mapping[str, str] = ctx.settings[OBJECT_ID.name] or {}
    if tenant in given:
        return Identity(given[tenant])
    inferred: Identity | None = ctx.fact("backup_service_object_ids", dict).get(tenant)
    return inferred


def how_to_find(cloud: str) -> str:
    """Say how a person finds the object id in *cloud*."""
    command = f"`az ad sp show --id {_APPLICATIONS.get(cloud, _APPLICATION)} --query id --output tsv`"
    return command if cloud in _APPLICATIONS else f"{command} (this application id is not verified for {cloud})"


def _backed_up(tables: FactTables) -> Counter[Needs]:
    """Count the encrypted VMs whose last backup succeeded, by what they need in key vaults."""
    wanted = dict(_wanted(tables))
    having = {**_SUCCEEDED, VM_ID: wanted.keys()}
    succeeded = {str(vm).lower() for (vm,) in tables.values("protected_items", VM_ID, having=having)}
    return Counter(wanted[vm] for vm in wanted.keys() & succeeded)


def _wanted(tables: FactTables) -> Iterator[tuple[str, Needs]]:
    """Yield each encrypted VM's id, in lower case, and what it needs in key vaults."""
    disks, extensions = (_by(VM_ID, tables.rows(table, VM_ID, *columns)) for table, columns in _COLUMNS.items())
    vms = _by("id", tables.rows("virtual_machines", _VM_COLUMN, having={_VM_COLUMN: None}))
    for key in sorted({*disks, *vms, *extensions}):
        encryption = conclude(disks.get(key, ()), vms.get(key, ()), extensions.get(key, ()))
        if encryption and (found := needs(encryption)):
            yield key, tuple(found)


def _by(path: str, rows: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Return *rows* by the text, in lower case, that *path* finds in them."""
    by: defaultdict[str, list[Resource]] = defaultdict(list)
    for row in rows:
        by[(row.text(path) or "").lower()].append(row)
    return dict(by)


def _candidates(wanted: Needs, grants: Grants) -> frozenset[str]:
    return frozenset.intersection(*(candidates(need.required, grants.get(need.vault, ())) for need in wanted))


def _infer(evidence: list[tuple[frozenset[str], int]]) -> Identity | None:
    """Return the one candidate in common. VMs without any tell nothing: what let the backup in is gone or unseen."""
    telling = [(found, vms) for found, vms in evidence if found]
    if not telling:
        return None
    common = frozenset.intersection(*(found for found, _ in telling))
    return Identity(min(common), sum(vms for _, vms in telling)) if len(common) == 1 else None
