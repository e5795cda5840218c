"""Linux VMs that Azure Backup protects must not be encrypted with LUKS, other than by Azure Disk Encryption.

## Why
Encryption that was set up inside the VM with LUKS (dm-crypt) is not supported for backup, says the documentation of
2018; later editions speak neither for it nor against it. Backups may be taken and still be of no use: the keys that
open the disks are in nobody's vault.

## Fix
Find out whether the disks are encrypted inside the VM (`lsblk --fs` shows `crypto_LUKS`). If so, restore a backup as a
test, and keep the keys and the LUKS headers where they outlive the VM; or decrypt, and use encryption at host instead
(`az vm update --resource-group <group> --name <vm> --set securityProfile.encryptionAtHost=true`), which Azure Backup
supports. If the hint is wrong, waive the finding.

## Limits
* Resource Graph cannot show what is set up inside a VM: without a hint the rule is not evaluable, and never says that a
  Linux VM keeps it.
* Hints are for a person to review, and so at level note: a tag whose key or value has the word LUKS or dm-crypt; an
  extension or run command whose visible script mentions `cryptsetup`; guest configuration that reports a Linux VM as
  encrypted which neither Azure Disk Encryption, encryption at host nor the disk encryption of a confidential VM has
  encrypted.
* Settings that are protected are never visible, and neither is what somebody typed in a terminal.
* No document lifts the constraint: those after 2018 are silent. Silence is not support, so the finding stays, but it
  names the document that fell silent.
* Azure Disk Encryption itself uses dm-crypt on Linux and is supported: VMs that show it are left out.
* Encryption at host is taken to be off where the VM does not say: that is its default.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from tenantlint import Edition, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disk_encryption import TABLES, disk_encryption
from tenantlint_backup.documents import PREPARE_2018, SUPPORT_MATRIX_2019, SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint import Context, Json, Resource, Rows, Verdict

_OS_TYPE: Final = "properties.storageProfile.osDisk.osType"
_AT_HOST: Final = "properties.securityProfile.encryptionAtHost"
_CONFIDENTIAL: Final = "properties.storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType"
_BY_PLATFORM: Final = "diskwithvmgueststate"
_STATUS: Final = "properties.complianceStatus"
_WORD: Final = re.compile(r"(?<![a-z0-9])(luks[12]?|dm[-_ ]?crypt)(?![a-z0-9])", re.IGNORECASE | re.ASCII)
_SCRIPTS: Final = "cryptsetup_mentions"
_REPORTS: Final = "linux_encryption_assignments"
_SILENT: Final = "it says nothing of LUKS any more, neither for it nor against it"


class _Hint(NamedTuple):
    """What may come from LUKS, in words, with the path and the value that show it."""

    words: str
    path: str
    value: Json


@rule(
    id="luks-encrypted-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup", "reads-free-text"],
    topic="disks",
    controls=BACK_UP,
    visibility="none",
    level="note",
    reads=[*TABLES, _SCRIPTS, _REPORTS],
    sources=[PREPARE_2018],
    history=[
        Edition(PREPARE_2018),
        Edition(SUPPORT_MATRIX_2019, "relaxed", _SILENT),
        Edition(SUPPORT_MATRIX_2026, "relaxed", _SILENT),
    ],
)
def luks_encrypted_disks(vm: Resource, ctx: Context) -> Verdict:
    system = (vm.text(_OS_TYPE) or "").lower()
    if system not in ("linux", "windows"):
        return vm.not_evaluable(absent=_OS_TYPE)
    if system == "windows":
        return vm.not_applicable("runs Windows")
    encryption, gap = disk_encryption(vm, ctx.tenant)
    if encryption and encryption.certain:
        return vm.not_applicable("is encrypted by Azure Disk Encryption, which Azure Backup supports")
    scripts, reports = ctx.tenant.owned(_SCRIPTS, vm), ctx.tenant.owned(_REPORTS, vm)
    hints = [*_of_tags(vm), *_of_scripts(scripts)]
    if reports and not encryption and not gap:
        hints += _of_guest_configuration(vm, reports)
    if hints:
        return _for_review(vm, hints)
    if unread := gap or scripts.unread or reports.unread:
        return vm.not_evaluable(unread=unread)
    return vm.not_evaluable(unobservable="Resource Graph cannot show whether LUKS was set up inside the VM")


def _of_tags(vm: Resource) -> Sequence[_Hint]:
    tags = vm.find("tags")
    if not isinstance(tags, dict) or not _may_mention(orjson.dumps(tags)):
        return ()
    told = {key: value for key, value in tags.items() if _mentions(key, value)}
    return [_Hint("a tag mentions it", "tags", told)] if told else ()


def _may_mention(tags: bytes) -> bool:
    """Tell, fast, whether any tag could: of most VMs none does."""
    lower = tags.lower()
    return b"luks" in lower or b"crypt" in lower


def _mentions(*texts: Json) -> bool:
    return any(isinstance(text, str) and _WORD.search(text) for text in texts)


def _of_scripts(scripts: Rows) -> Sequence[_Hint]:
    if not scripts:
        return ()
    names = ", ".join(sorted(f"'{script.name}'" for script in scripts))
    return [_Hint(f"cryptsetup is mentioned by the script of {names}", f"{_SCRIPTS}.name", names)]


def _of_guest_configuration(vm: Resource, reports: Rows) -> Sequence[_Hint]:
    """Return the hint that lies in a VM being encrypted although Azure Disk Encryption has not encrypted it."""
    if vm.find(_AT_HOST) is True or (vm.text(_CONFIDENTIAL) or "").lower() == _BY_PLATFORM:
        return ()
    if "compliant" not in [(report.text(_STATUS) or "").lower() for report in reports]:
        return ()
    words = "guest configuration reports disks as encrypted that Azure has not encrypted"
    return [_Hint(words, f"{_REPORTS}.{_STATUS}", "Compliant")]


def _for_review(vm: Resource, hints: list[_Hint]) -> Verdict:
    return vm.violation(
        f"may be encrypted with LUKS, which Azure Backup does not support: {'; '.join(hint.words for hint in hints)}",
        level="note",
        evidence={hint.path: hint.value for hint in hints},
    )
