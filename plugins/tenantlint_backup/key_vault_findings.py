"""What is wrong, or cannot be told, about one key vault of an encrypted VM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint import Verdict, Violation
from tenantlint_backup.backup_service_identity import OBJECT_ID, backup_service, how_to_find
from tenantlint_backup.disk_encryption import OPERATION
from tenantlint_backup.key_vault_firewall import BYPASS, evidence_of_firewall, firewall
from tenantlint_backup.key_vault_grants import POLICIES, USES_ROLES, uses_roles
from tenantlint_backup.key_vault_permissions import in_words, shortfall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint import Context, Json, Resource
    from tenantlint_backup.backup_service_identity import Identity
    from tenantlint_backup.disk_encryption import DiskEncryption
    from tenantlint_backup.key_vault_permissions import Grant, Need, Shortfall

Finding: TypeAlias = Violation | Verdict
"""A violation, or a verdict that says why something is not evaluable."""

_ROLE_TABLES: Final = ("role_assignments", "role_definitions")


def unnamed_vaults(vm: Resource, encryption: DiskEncryption) -> list[Finding]:
    """Say what the evidence of encryption leaves out: whether it is on, or which key vaults hold secret and key."""
    if not encryption.certain:
        return [vm.not_evaluable(absent=f"{OPERATION} of its disk encryption extension")]
    found: list[Finding] = []
    if not encryption.secret_vaults:
        found.append(vm.not_evaluable(absent="diskEncryptionKey.sourceVault.id of its disk encryption settings"))
    if encryption.has_kek and not encryption.key_vaults:
        found.append(vm.not_evaluable(absent="keyEncryptionKey.sourceVault.id of its disk encryption settings"))
    return found


def missing_vault(vm: Resource, ctx: Context, vault: str) -> Finding:
    """Say why the key vault with the id *vault*, in lower case, has no row."""
    evidence: dict[str, Json] = {"key_vaults.id": vault}
    depends = f"depends on key vault '{vault.rpartition('/')[2]}'"
    subscription = vault.partition("/subscriptions/")[2].partition("/")[0]
    gap = ctx.tenant.gap("key_vaults", subscription)
    # A subscription that was never to be read is a gap as well, and scanning again will not close it.
    known = ctx.tenant.by_id("subscriptions", f"/subscriptions/{subscription}") or ctx.tenant.gap("key_vaults", None)
    if gap and known:
        return vm.not_evaluable(unread=f"{depends}, which was not read: {gap}", evidence=evidence)
    reason = f"{depends}, which has no row: it is deleted, in another tenant, or not open to the reader"
    return vm.not_evaluable(unobservable=reason, evidence=evidence)


def firewall_of(vm: Resource, vault: Resource) -> list[Finding]:
    """Say what is wrong with the firewall of *vault*."""
    state, evidence = firewall(vault), {"key_vaults.id": vault.id, **evidence_of_firewall(vault)}
    depends = f"depends on key vault '{vault.name}'"
    if state == "open":
        return []
    if state == "shut":
        message = f"{depends}, whose firewall does not let trusted Microsoft services in; Azure Backup is one of them"
        return [Violation(message, "error", evidence, f"{vault.key}:firewall")]
    if state == "perimeter":
        reason = f"{depends}, which a network security perimeter guards; whether its rules let Azure Backup in is not seen"
        return [vm.not_evaluable(unobservable=reason, evidence=evidence)]
    return [vm.not_evaluable(absent=f"{BYPASS} and what goes with it, of key vault '{vault.name}'", evidence=evidence)]


def access_to(vm: Resource, ctx: Context, vault: Resource, need: Need) -> list[Finding]:
    """Say what Azure Backup may not do in *vault* of what *need* asks for."""
    by_roles = uses_roles(vault)
    if by_roles is None:
        evidence: dict[str, Json] = {"key_vaults.id": vault.id}
        reason = f"{USES_ROLES} or {POLICIES} of key vault '{vault.name}'"
        return [vm.not_evaluable(absent=reason, evidence=evidence)]
    grants: Sequence[Grant] = ctx.fact("key_vault_grants", dict)[vault.key]
    service = backup_service(ctx, (vault.text("tenantId") or "").lower())
    short = shortfall(need.required | need.advised, grants, service.object_id if service else None)
    if not short.lacking and not short.doubtful:
        return []
    evidence = _evidence(vault, service, need, short, by_roles=by_roles)
    gap = _gap(ctx, vault.subscription_id) if by_roles else None
    if gap:
        reason = f"depends on key vault '{vault.name}', whose role assignments were not read: {gap}"
        return [vm.not_evaluable(unread=reason, evidence=evidence)]
    return _of_shortfall()
