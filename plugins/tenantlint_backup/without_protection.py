"""What rules about the backups of a VM say where nothing backs it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint_backup.protection import STATE, Protection, evidence_of, protection_by

if TYPE_CHECKING:
    from tenantlint import Resource, Rows, Verdict


def without_protection(vm: Resource, items: Rows) -> Verdict:
    """Say why *vm* is not judged, of whose protected *items* none is known to back it up."""
    if items.unread:
        return vm.not_evaluable(unread=items.unread)
    unknown = next((item for item in items if protection_by(item) is Protection.UNKNOWN), None)
    if unknown:
        return vm.not_evaluable(absent=f"{STATE} of its protected item", evidence=evidence_of(unknown))
    return vm.not_applicable("no protected item backs it up")
