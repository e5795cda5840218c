"""What Azure roles allow in key vaults, and at which scopes they are assigned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tenantlint_backup.encryption.key_vault_permissions import DATA_ACTIONS, EVERYTHING, NOTHING, Grant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenantlint import Json, Resource
    from tenantlint_backup.encryption.key_vault_permissions import Principal

MANAGEMENT_GROUPS: Final = "/providers/microsoft.management/managementgroups/"
_ASSIGNMENTS: Final = "/providers/microsoft.authorization/roleassignments/"
_KEY_VAULTS: Final = "/providers/microsoft.keyvault/vaults/"

_CONDITIONAL: Final = "a role assignment under a condition"
_UNKNOWN_ROLE: Final = "a role whose definition cannot be read"
_UNKNOWN_GROUP: Final = "a role at a management group that may or may not be above it"
_INSIDE: Final = "a role for single secrets or keys"

_KINDS: Final[Mapping[str, Principal]] = {
    "serviceprincipal": "single",
    "user": "single",
    "device": "single",
    "group": "group",
    "foreigngroup": "group",
}


@dataclass(frozen=True, slots=True)
class Ancestors:
    """The names, in lower case, of the management groups above a subscription; ``complete`` where these are all."""

    names: frozenset[str] = frozenset()
    complete: bool = False


@dataclass(frozen=True)
class RoleGrants:
    """The role assignments that matter to key vaults, by scope: the ids, in lower case and without a slash at the end.

    ``at_groups`` are by the name of a management group. ``inside`` are by key vault, for what is assigned within it.
    """

    at: defaultdict[str, list[Grant]] = field(default_factory=lambda: defaultdict(list))
    at_groups: defaultdict[str, list[Grant]] = field(default_factory=lambda: defaultdict(list))
    inside: defaultdict[str, list[Grant]] = field(default_factory=lambda: defaultdict(list))

    def on(self, vault: str, ancestors: Ancestors) -> Iterator[Grant]:
        """Yield the grants that reach the key vault with the id *vault*, in lower case."""
        for scope in _scopes(vault):
            yield from self.at.get(scope, ())
        for name, grants in self.at_groups.items():
            if name in ancestors.names:
                yield from grants
            elif not ancestors.complete:
                yield from _doubtful(grants, _UNKNOWN_GROUP)
        yield from _doubtful(self.inside.get(vault, ()), _INSIDE)


def matches(pattern: str, action: str) -> bool:
    """Tell whether *pattern*, in which ``*`` stands for anything, covers *action*; case does not matter."""
    first, *rest = pattern.lower().split("*")
    action = action.lower()
    if not rest:
        return action == first
    *middle, last = rest
    at = len(first)
    for part in middle:
        found = action.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return action.startswith(first) and action.endswith(last) and at + len(last) <= len(action)


def allowed_by(permissions: Json) -> frozenset[str] | None:
    """Return what the *permissions* of a role definition allow in a key vault; None where they cannot be read.

    What ``notDataActions`` take away, they take from their own entry only: another entry or role may still give it.
    """
    if not isinstance(permissions, list):
        return None
    found = [_allowed_by_entry(entry) for entry in permissions]
    return None if None in found else NOTHING.union(*(each for each in found if each))


def _allowed_by_entry(entry: Json) -> frozenset[str] | None:
    if not isinstance(entry, dict):
        return None
    given, taken = _texts(entry.get("dataActions")), _texts(entry.get("notDataActions"))
    if given is None or taken is None:
        return None
    return frozenset(
        permission
        for permission, action in DATA_ACTIONS.items()
        if any(matches(each, action) for each in given) and not any(matches(each, action) for each in taken)
    )


def _texts(value: Json) -> list[str] | None:
    """Return the texts of a list, which may be missing; None where *value* is something else."""
    entries = [] if value is None else value
    if not isinstance(entries, list):
        return None
    texts = [each for each in entries if isinstance(each, str)]
    return texts if len(texts) == len(entries) else None


def role_grants(assignments: Iterable[Resource], definitions: Iterable[Resource]) -> RoleGrants:
    """Gather the assignments of roles that allow anything in key vaults, or that may."""
    roles = {row.key.rpartition("/")[2]: allowed_by(row.find("properties.permissions")) for row in definitions}
    found = RoleGrants()
    for assignment in assignments:
        grant = _grant(assignment, roles)
        scope = _scope(assignment)
        if grant.allows and scope is not None:
            _file(found, scope, grant)
    return found


def _file(found: RoleGrants, scope: str, grant: Grant) -> None:
    above, _, below = scope.partition(_KEY_VAULTS)
    if scope.startswith(MANAGEMENT_GROUPS):
        found.at_groups[scope.removeprefix(MANAGEMENT_GROUPS)].append(grant)
    elif "/" in below:
        found.inside[f"{above}{_KEY_VAULTS}{below.partition('/')[0]}"].append(grant)
    else:
        found.at[scope].append(grant)


def _grant(assignment: Resource, roles: Mapping[str, frozenset[str] | None]) -> Grant:
    role = (assignment.text("properties.roleDefinitionId") or "").lower().rpartition("/")[2]
    principal = principal_of(assignment)
    allows = roles.get(role)
    doubt = _UNKNOWN_ROLE if allows is None else ""
    if assignment.find("properties.condition"):
        doubt = _CONDITIONAL
    return Grant(principal, kind_of(assignment), EVERYTHING if allows is None else allows, doubt)


def principal_of(assignment: Resource) -> str:
    """Return the object id, in lower case, to which *assignment* gives its role; empty where it does not say."""
    return (assignment.text("properties.principalId") or "").lower()


def kind_of(assignment: Resource) -> Principal:
    """Return what *assignment* says that its principal is."""
    return _KINDS.get((assignment.text("properties.principalType") or "").lower(), "unknown")


def _scope(assignment: Resource) -> str | None:
    """Return where a role is assigned, which the id begins with; empty for everywhere, None where nothing says it."""
    above, found, _ = assignment.key.rpartition(_ASSIGNMENTS)
    scope = assignment.text("properties.scope") or (above if found else None)
    return None if scope is None else scope.lower().rstrip("/")


def _scopes(vault: str) -> Iterator[str]:
    """Yield the scopes of a key vault, its resource group, its subscription and everything."""
    yield vault
    group = vault.partition("/providers/")[0]
    yield group
    yield group.partition("/resourcegroups/")[0]
    yield ""


def _doubtful(grants: Iterable[Grant], doubt: str) -> Iterator[Grant]:
    return (replace(grant, doubt=grant.doubt or doubt) for grant in grants)
