"""What a storage account says about the networks from which it can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Resource

ACTION: Final = "properties.networkAcls.defaultAction"
ACCESS: Final = "properties.publicNetworkAccess"


def action_and_access(account: Resource) -> tuple[str, str]:
    """Return what *account* does by default, and whether it is public, in lower case; each empty where it is not said.

    Nonsense is no word that anybody knows.
    """
    return _word(account, ACTION), _word(account, ACCESS)


def _word(account: Resource, path: str) -> str:
    value = account.find(path)
    return "" if value is None else str(value).lower()


def where_not_open(account: Resource, action: str, access: str) -> str | None:
    """Return where *account*, which nothing is known to restrict, does not say that it is open; None where it does.

    An account without network rules is open, but one whose row shows nothing at all is not known to have none.
    """
    if not action and account.find("properties.provisioningState") is None:
        return "properties"
    if action not in {"", "allow"}:
        return ACTION
    return None if access in {"", "enabled"} else ACCESS
