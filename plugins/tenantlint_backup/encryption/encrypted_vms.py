"""What rules about VMs encrypted with Azure Disk Encryption have in common: which VMs these are, and their vaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint import Violation
from tenantlint_backup.disk_encryption import disk_encryption
from tenantlint_backup.encryption.key_vault_findings import missing_vault, unnamed_vaults
from tenantlint_backup.protection import in_use
from tenantlint_backup.vaults_of import vault_id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disk_encryption import DiskEncryption
    from tenantlint_backup.encryption.key_vault_findings import Finding

    Look: TypeAlias = Callable[[Resource, Context, DiskEncryption], Iterable[Finding | None]]

_OS_DISK: Final = "properties.storageProfile.osDisk"
_LEVELS: Final = ("error", "warning", "note")
_CAUSES: Final = ("unread", "absent", "unobservable")
"""Which of several reasons is given: first what another scan may show."""


def judge_encrypted(vm: Resource, ctx: Context, look: Look) -> Verdict:
    """Judge *vm* by what *look* finds where it is encrypted with Azure Disk Encryption; to others no rule applies."""
    encryption, gap = disk_encryption(vm, ctx.tenant)
    findings: list[Finding] = [vm.not_evaluable(unread=gap)] if gap else []
    if encryption:
        findings += unnamed_vaults(vm, encryption)
        findings += filter(None, look(vm, ctx, encryption))
    elif not isinstance(vm.find(_OS_DISK), dict):
        findings.append(vm.not_evaluable(absent=_OS_DISK))
    elif not gap:
        return vm.not_applicable("is not encrypted with Azure Disk Encryption")
    return _conclude(vm, findings)


def _conclude(vm: Resource, findings: Sequence[Finding]) -> Verdict:
    """Make one verdict of *findings*: what is wrong stays so whatever is unknown; a note must not hide the unknown."""
    violations = [finding for finding in findings if isinstance(finding, Violation)]
    violations.sort(key=lambda violation: _LEVELS.index(violation.level))
    unknown = [finding for finding in findings if not isinstance(finding, Violation)]
    if unknown and all(violation.level == "note" for violation in violations):
        return min(unknown, key=lambda verdict: _CAUSES.index(verdict.cause or "unobservable"))
    return vm.violations(violations) if violations else vm.compliant()


def key_vault_ids(encryption: DiskEncryption) -> list[str]:
    """Return the ids, in lower case, of the key vaults that hold secrets and keys, each once."""
    return list(dict.fromkeys((*encryption.secret_vaults, *encryption.key_vaults)))


def in_key_vaults(
    vm: Resource,
    ctx: Context,
    encryption: DiskEncryption,
    look: Callable[[Resource, Resource], Iterable[Finding]],
) -> Iterator[Finding]:
    """Yield what *look* finds in *vm* and each of its key vaults, and for those without a row why they have none."""
    for id_ in key_vault_ids(encryption):
        vault = ctx.tenant.by_id("key_vaults", id_)
        yield from look(vm, vault) if vault else [missing_vault(vm, ctx, id_)]


def recovery_vault_ids(items: Iterable[Resource]) -> list[str]:
    """Return the ids, in lower case, of the vaults whose *items* may protect their VM, each once."""
    return list(dict.fromkeys(map(vault_id_of, in_use(items))))
