"""What rules about the backups of a VM say where nothing backs it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint_backup.protection import STATE, Protection, evidence_of, protection_by

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Rows, Verdict


def unseen(items: Rows, ctx: Context) -> str | None:
    """Say why a VM may have more than these protected *items*; None where it has not.

    Items are in the subscription of their vault, which may be another one than the VM's.
    """
    return items.unread or ctx.tenant.gap("protected_items", None)


def nothing_backs_up(vm: Resource, ctx: Context) -> bool:
    """Tell whether it is certain that none of the protected items of *vm* backs it up, not even with errors."""
    items = ctx.tenant.owned("protected_items", vm)
    return all(protection_by(item) > Protection.IN_ERROR for item in items) and not unseen(items, ctx)


def without_protection(vm: Resource, items: Rows, ctx: Context) -> Verdict:
    """Say why *vm* is not judged, of whose protected *items* none is known to back it up."""
    if unread := unseen(items, ctx):
        return vm.not_evaluable(unread=unread)
    unknown = next((item for item in items if protection_by(item) is Protection.UNKNOWN), None)
    if unknown:
        return vm.not_evaluable(absent=f"{STATE} of its protected item", evidence=evidence_of(unknown))
    return vm.not_applicable("no protected item backs it up")
