"""Who may do what in each key vault of the tenant: by its access policies or, where it uses those instead, by roles."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint import fact
from tenantlint_backup.encryption.key_vault_permissions import EVERYTHING, Grant
from tenantlint_backup.encryption.role_grants import Ancestors, kind_of, principal_of, role_grants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenantlint import FactTables, Json, Resource
    from tenantlint_backup.encryption.key_vault_permissions import Principal

USES_ROLES: Final = "properties.enableRbacAuthorization"
POLICIES: Final = "properties.accessPolicies"
_CHAIN: Final = "properties.managementGroupAncestorsChain"

TABLES: Final = ("key_vaults", "role_assignments", "role_definitions", "subscriptions")
"""What a fact that asks for grants must declare in its ``reads``."""

_PRINCIPAL_COLUMNS: Final = ("properties_principalId", "properties_principalType")
_ASSIGNMENT_COLUMNS: Final = (
    *_PRINCIPAL_COLUMNS,
    "properties_roleDefinitionId",
    "properties_scope",
    "properties_condition",
)
_SUBSCRIPTION_COLUMNS: Final = ("subscriptionId", "tenantId", "properties_managementGroupAncestorsChain")
_VAULT_COLUMNS: Final = ("subscriptionId", "properties_enableRbacAuthorization", "properties_accessPolicies")

Grants: TypeAlias = dict[str, tuple[Grant, ...]]
"""By the id of the key vault, in lower case."""


@fact(name="key_vault_grants", reads=TABLES)
def key_vault_grants(tables: FactTables) -> Grants:
    """Who may do what in each key vault: nobody where the row does not say which way of granting it uses."""
    definitions = tables.rows("role_definitions", "properties_permissions")
    roles = role_grants(tables.rows("role_assignments", *_ASSIGNMENT_COLUMNS), definitions)
    kinds = {
        principal_of(row): kind
        for row in tables.rows("role_assignments", *_PRINCIPAL_COLUMNS)
        if (kind := kind_of(row)) != "unknown"
    }
    above = {row.subscription_id: _ancestors(row) for row in tables.rows("subscriptions", *_SUBSCRIPTION_COLUMNS)}
    grants: Grants = {}
    for vault in tables.rows("key_vaults", *_VAULT_COLUMNS):
        by_roles = uses_roles(vault)
        if by_roles:
            grants[vault.key] = tuple(roles.on(vault.key, above.get(vault.subscription_id, Ancestors())))
        elif by_roles is False:
            grants[vault.key] = tuple(policy_grants(vault.items(POLICIES) or (), kinds))
    return grants


def uses_roles(vault: Resource) -> bool | None:
    """Tell whether *vault* asks role assignments and ignores its access policies; None where its row does not say."""
    enabled = vault.find(USES_ROLES)
    if enabled is True:
        return True
    if not (enabled is None or enabled is False):
        return None
    # Access policies are what a vault uses by default. Where there is no list of them, the row does not show them.
    return None if vault.items(POLICIES) is None else False


def policy_grants(policies: Iterable[Json], kinds: Mapping[str, Principal]) -> Iterator[Grant]:
    """Yield what access *policies* grant to each object id; *kinds* tells what is known of some of these.

    A policy that also names an application is for users who sign in to that application, and so not for a service.
    """
    for policy in policies:
        if isinstance(policy, dict) and not policy.get("applicationId"):
            principal, permissions = policy.get("objectId"), policy.get("permissions")
            if isinstance(principal, str) and isinstance(permissions, dict):
                yield Grant(principal.lower(), kinds.get(principal.lower(), "unknown"), _allowed_by(permissions))


def _allowed_by(permissions: Mapping[str, Json]) -> frozenset[str]:
    return _allowed(_texts(permissions.get("secrets")), _texts(permissions.get("keys")))


@lru_cache(maxsize=1024)  # people pick from a few templates
def _allowed(secrets: tuple[str, ...], keys: tuple[str, ...]) -> frozenset[str]:
    named = {f"{kind} {each.lower()}" for kind, texts in (("secrets", secrets), ("keys", keys)) for each in texts}
    return frozenset(each for each in EVERYTHING if {each, f"{each.partition(' ')[0]} all"} & named)


def _texts(listed: Json) -> tuple[str, ...]:
    return tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()


def _ancestors(subscription: Resource) -> Ancestors:
    """Return the management groups above *subscription*. The name of the topmost is the tenant's id."""
    chain = subscription.items(_CHAIN) or ()
    names = (group.get("name") for group in chain if isinstance(group, dict))
    known = frozenset(name.lower() for name in names if isinstance(name, str))
    return Ancestors(known, complete=(subscription.text("tenantId") or "").lower() in known)
