"""What a Recovery Services vault holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Context, Resource

CONTENTS: Final = "vault_contents"
ITEMS: Final = f"{CONTENTS}.items"
VMS: Final = f"{CONTENTS}.vms"


@dataclass(frozen=True, slots=True)
class Contents:
    """How many *items* of any kind a vault protects, and how many of them are Azure *vms*.

    *unread* says why there may be more than were seen; None where everything was read.
    """

    items: int
    vms: int
    unread: str | None


def contents_of(vault: Resource, ctx: Context) -> Contents | None:
    """Count what *vault* holds; None where its row in ``vault_contents`` does not tell. Without a row it is nothing."""
    unread = ctx.tenant.gap(CONTENTS, vault.subscription_id)
    row = ctx.tenant.by_id(CONTENTS, vault.id)
    if row is None:
        return Contents(0, 0, unread)
    items, vms = row.number("items"), row.number("vms")
    return None if items is None or vms is None else Contents(int(items), int(vms), unread)
