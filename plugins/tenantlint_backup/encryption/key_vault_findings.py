"""What is wrong, or cannot be told, about one key vault of an encrypted VM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint import Verdict, Violation, subscription_of
from tenantlint_backup.disk_encryption import OPERATION
from tenantlint_backup.encryption.backup_service_identity import OBJECT_ID, backup_service, how_to_find
from tenantlint_backup.encryption.key_vault_firewall import NETWORK, evidence_of_firewall, firewall
from tenantlint_backup.encryption.key_vault_grants import POLICIES, USES_ROLES, uses_roles
from tenantlint_backup.encryption.key_vault_permissions import in_words, shortfall

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenantlint import Context, Json, Level, Resource
    from tenantlint_backup.disk_encryption import DiskEncryption
    from tenantlint_backup.encryption.backup_service_identity import Identity
    from tenantlint_backup.encryption.key_vault_permissions import Grant, Need, Shortfall

Finding: TypeAlias = Violation | Verdict
"""A violation, or a verdict that says why something is not evaluable."""

_ROLE_TABLES: Final = ("role_assignments", "role_definitions", "subscriptions")


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
    gap = ctx.tenant.gap("key_vaults", subscription_of(vault))
    # A subscription that was never to be read, such as another tenant's, is a gap as well: nobody can close it.
    if gap and ctx.tenant.gap("key_vaults", None):
        return vm.not_evaluable(unread=f"{depends}, which was not read: {gap}", evidence=evidence)
    reason = f"{depends}, which has no row: it is deleted, in another tenant, or not open to the reader"
    return vm.not_evaluable(unobservable=reason, evidence=evidence)


def firewall_of(vm: Resource, vault: Resource) -> Finding | None:
    """Say what is wrong with the firewall of *vault*."""
    state, evidence = firewall(vault), {"key_vaults.id": vault.id, **evidence_of_firewall(vault)}
    depends = f"depends on key vault '{vault.name}'"
    if state == "open":
        return None
    if state == "shut":
        message = f"{depends}, whose firewall does not let trusted Microsoft services in; Azure Backup is one of them"
        return Violation(message, "error", evidence, f"{vault.key}:firewall")
    if state == "perimeter":
        reason = f"{depends}, which is behind a network security perimeter; the perimeter's rules are not seen"
        return vm.not_evaluable(unobservable=reason, evidence=evidence)
    return vm.not_evaluable(absent=f"{NETWORK} of key vault '{vault.name}'", evidence=evidence)


def access_to(vm: Resource, ctx: Context, vault: Resource, need: Need) -> Finding | None:
    """Say what Azure Backup may not do in *vault* of what *need* asks for."""
    by_roles = uses_roles(vault)
    if by_roles is None:
        reason = f"{USES_ROLES} or {POLICIES} of key vault '{vault.name}'"
        return vm.not_evaluable(absent=reason, evidence={"key_vaults.id": vault.id})
    grants: Sequence[Grant] = ctx.fact("key_vault_grants", dict)[vault.key]
    service = backup_service(ctx, (vault.text("tenantId") or "").lower())
    short = shortfall(need.required | need.advised, grants, service.object_id if service else None)
    access = _Access(vault, need, by_roles, service, short)
    if by_roles and (short.lacking or short.doubtful) and (gap := _gap(ctx, vault)):
        reason = f"depends on key vault '{vault.name}', whose role assignments were not all read: {gap}"
        return vm.not_evaluable(unread=reason, evidence=access.evidence(short.lacking | short.doubtful))
    return _of_access(vm, ctx, access)


@dataclass(frozen=True, slots=True)
class _Access:
    """What Azure Backup may do in a key vault, as far as it falls short of a need."""

    vault: Resource
    need: Need
    by_roles: bool
    service: Identity | None
    short: Shortfall

    def words(self, permissions: Iterable[str]) -> list[Json]:
        return [*in_words(permissions, by_roles=self.by_roles)]

    def evidence(self, missing: frozenset[str]) -> dict[str, Json]:
        wanted = self.need.required | self.need.advised
        found: dict[str, Json] = {
            "key_vaults.id": self.vault.id,
            f"key_vaults.{USES_ROLES}": self.by_roles,
            f"{self.need.kind} granted": self.words(wanted - self.short.lacking - self.short.doubtful),
            f"{self.need.kind} missing": self.words(missing),
        }
        if self.service:
            found[OBJECT_ID.name] = self.service.object_id
        if self.service and self.service.vms:
            found["VMs from whose backups it is inferred"] = self.service.vms
        return found


def _of_access(vm: Resource, ctx: Context, access: _Access) -> Finding | None:
    """Return the worst that is certain: where something required is lacking, it matters no more what is doubtful."""
    short = access.short
    if short.lacking & access.need.required:
        return _violation(access, short.lacking | short.doubtful, "error")
    if short.doubtful:
        return _doubt(vm, ctx, access)
    return _violation(access, short.lacking, "note") if short.lacking else None


def _violation(access: _Access, missing: frozenset[str], level: Level) -> Violation:
    words = in_words(missing, by_roles=access.by_roles)
    if access.by_roles:
        where, what = "where role assignments do not give Azure Backup", "data action"
    else:
        where, what = "whose access policies do not give Azure Backup", f"{access.need.kind[:-1]} permission"
    lacks = f"all of the {what}s {', '.join(words)}" if len(words) > 1 else f"the {what} {words[0]}"
    message = f"depends on key vault '{access.vault.name}', {where} {lacks}{_inferred(access.service)}"
    if level == "note":
        message += "; with a key encryption key, not every document asks for this"
    return Violation(message, level, access.evidence(missing), f"{access.vault.key}:{access.need.kind}")


def _doubt(vm: Resource, ctx: Context, access: _Access) -> Verdict:
    depends = f"depends on key vault '{access.vault.name}'"
    if access.service:
        only, kind = " or ".join(access.short.by), access.need.kind
        reason = f"{depends}, where only {only} may let Azure Backup use the {kind}{_inferred(access.service)}"
    else:
        reason = (
            f"{depends}, and whether Azure Backup is among those whom it lets in is not known without its object id in "
            f"this tenant: find it with {how_to_find(ctx.cloud)} and set {OBJECT_ID.name}"
        )
    return vm.not_evaluable(unobservable=reason, evidence=access.evidence(access.short.doubtful))


def _inferred(service: Identity | None) -> str:
    if service is None or not service.vms:
        return ""
    return f" (object id inferred from {service.vms} backed-up VM{'s' if service.vms > 1 else ''})"


def _gap(ctx: Context, vault: Resource) -> str | None:
    gaps = (ctx.tenant.gap(table, vault.subscription_id) for table in _ROLE_TABLES)
    return next((gap for gap in gaps if gap), None)
