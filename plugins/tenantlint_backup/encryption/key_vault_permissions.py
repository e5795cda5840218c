"""What Azure Backup must be allowed to do in the key vaults of an encrypted VM, and who is allowed what.

Access policies and roles speak of the same six permissions, each in its own words; here they have one name each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint_backup.disk_encryption import DiskEncryption

Kind: TypeAlias = Literal["secrets", "keys"]
Principal: TypeAlias = Literal["single", "group", "unknown"]
"""Whether a principal is a single one (a service, a user, a device) or a group, as far as anything says it."""

_DATA: Final = "Microsoft.KeyVault/vaults"
DATA_ACTIONS: Final[Mapping[str, str]] = {
    "secrets get": f"{_DATA}/secrets/getSecret/action",
    "secrets list": f"{_DATA}/secrets/readMetadata/action",
    "secrets backup": f"{_DATA}/secrets/backup/action",
    "keys get": f"{_DATA}/keys/read",
    "keys list": f"{_DATA}/keys/read",
    "keys backup": f"{_DATA}/keys/backup/action",
}
"""The six permissions, each with the data action by which a role gives it."""

EVERYTHING: Final = frozenset(DATA_ACTIONS)
NOTHING: Final[frozenset[str]] = frozenset()

_DOUBTS: Final[Mapping[Principal, str]] = {
    "group": "a grant to a group",
    "unknown": "a grant to an object id that may be a group's",
}

_READ_SECRETS: Final = frozenset({"secrets get", "secrets list"})
_BACK_UP_SECRETS: Final = frozenset({"secrets backup"})
_KEYS: Final = frozenset({"keys get", "keys list", "keys backup"})


@dataclass(frozen=True, slots=True)
class Need:
    """What one key vault must allow for a VM to be backed up. ``vault`` is an id in lower case.

    Without what is ``required`` backups fail. What is ``advised`` is documented too, but not for such a VM everywhere.
    """

    vault: str
    kind: Kind
    required: frozenset[str]
    advised: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True)
class Grant:
    """What one principal may do in a key vault. ``principal`` is an object id in lower case.

    ``doubt`` names the kind of grant where it may not count; empty where it certainly does.
    """

    principal: str
    kind: Principal
    allows: frozenset[str]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What of some permissions is ``lacking`` for certain, and what only grants ``by`` way of a doubt may give."""

    lacking: frozenset[str]
    doubtful: frozenset[str]
    by: tuple[str, ...]


def needs(encryption: DiskEncryption) -> list[Need]:
    """List what the key vaults that *encryption* names must allow."""
    if encryption.has_kek:
        required, advised = _READ_SECRETS, _BACK_UP_SECRETS
    else:
        required, advised = _READ_SECRETS | _BACK_UP_SECRETS, NOTHING
    secrets = [Need(vault, "secrets", required, advised) for vault in encryption.secret_vaults]
    return secrets + [Need(vault, "keys", _KEYS) for vault in encryption.key_vaults]


def shortfall(wanted: frozenset[str], grants: Sequence[Grant], service: str | None) -> Shortfall:
    """Return what of *wanted* the *grants* of a key vault do not certainly give the principal *service*.

    None stands for a service whose object id is not known: each of the principals may be it.
    """
    certain = NOTHING if service is None else _allowed_to(service, grants)
    missing = wanted - certain
    possible = [grant for grant in grants if grant.allows & missing and _may_reach(grant, service)]
    doubtful = missing & _union(possible)
    return Shortfall(missing - doubtful, doubtful, tuple(sorted({_doubt(grant) for grant in possible})))


def candidates(required: frozenset[str], grants: Sequence[Grant]) -> frozenset[str]:
    """Return the principals that may have all of *required* by themselves; none where groups can have it as well.

    Whoever is let in through a group is not among the principals, so that nothing follows from who is.
    """
    if required <= _union(grant for grant in grants if grant.kind == "group"):
        return frozenset()
    singles = {grant.principal for grant in grants if grant.principal and grant.kind != "group"}
    return frozenset(each for each in singles if required <= _union(g for g in grants if g.principal == each))


def _allowed_to(principal: str, grants: Iterable[Grant]) -> frozenset[str]:
    return _union(grant for grant in grants if grant.principal == principal and not grant.doubt)


def _may_reach(grant: Grant, service: str | None) -> bool:
    return service is None or grant.kind != "single" or grant.principal == service


def _doubt(grant: Grant) -> str:
    return grant.doubt or _DOUBTS.get(grant.kind, "")


def _union(grants: Iterable[Grant]) -> frozenset[str]:
    return NOTHING.union(*(grant.allows for grant in grants))


def in_words(permissions: Iterable[str], *, by_roles: bool) -> list[str]:
    """Return *permissions* in the words of roles or of access policies, sorted."""
    return sorted({DATA_ACTIONS[each] if by_roles else each.partition(" ")[2] for each in permissions})
