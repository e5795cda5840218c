"""The vaults in which the protected items of a VM lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint_backup.protection import Protection, protection_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint import Resource

_LEFT_BEHIND: Final = frozenset({Protection.SUSPENDED, Protection.PAUSED, Protection.STOPPED, Protection.SOFT_DELETED})


def in_use(items: Iterable[Resource]) -> list[Resource]:
    """Return those of a VM's protected *items* that were not stopped and not deleted, or may not have been."""
    return [item for item in items if protection_by(item) not in _LEFT_BEHIND]


def vault_id_of(item: Resource) -> str:
    """Return the id, in lower case, of the vault that *item* lies in; empty where it does not tell."""
    vault_id, found, _ = item.key.partition("/backupfabrics/")
    return vault_id if found else (item.text("properties.vaultId") or "").lower()
