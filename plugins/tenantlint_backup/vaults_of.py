"""The vaults in which the protected items of a VM lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenantlint import Resource


def vault_id_of(item: Resource) -> str:
    """Return the id, in lower case, of the vault that *item* lies in; empty where it does not tell."""
    vault_id, found, _ = item.key.partition("/backupfabrics/")
    return vault_id if found else (item.text("properties.vaultId") or "").lower()
