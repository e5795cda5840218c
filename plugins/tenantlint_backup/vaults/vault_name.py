"""The name of a Recovery Services vault must be unique in its subscription, and 2 to 50 letters, digits and hyphens.

## Why
Azure refuses names of any other form when a vault is made, so that is rarely broken; but a vault that has such a name
after all cannot be made again under it, by a template or after a disaster. Two vaults with one name are easily mistaken
for each other, by people and by scripts that go by names: the wrong one is restored from, or deleted.

## Fix
A vault cannot be renamed. Create another one (`az backup vault create --name <name> --resource-group <group> --location
<region>`), protect new VMs there, and let the old one go when its last recovery point has expired. Its recovery points
cannot be moved.

## Limits
* The name starts with a letter; only letters and digits of the English alphabet count, and case does not.
* The documents demand a name that is unique in the subscription, but Azure itself allows the same name in another
  resource group: such vaults work.
* Vaults that were deleted and can still be recovered are not looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.documents import CREATE_VAULT_2025, PREPARE_2018, PREPARE_ARM_2016

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Json, Resource, Verdict

_SHORTEST: Final = 2
_LONGEST: Final = 50
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,49}")


@rule(
    id="vault-name",
    on="vaults",
    noun="vault",
    tags=["backup", "reads-free-text"],
    topic="vaults",
    level="warning",
    reads=["vaults"],
    sources=[CREATE_VAULT_2025, PREPARE_2018, PREPARE_ARM_2016],
)
def vault_name(vault: Resource, ctx: Context) -> Verdict:
    name = vault.text("name")
    if name is None:
        return vault.not_evaluable(absent="name")
    found = [*_form(name), *_others(vault, name, ctx)]
    if found:
        return vault.violations(found)
    unread = ctx.tenant.gap("vaults", vault.subscription_id)
    return vault.not_evaluable(unread=unread) if unread else vault.compliant()


def _form(name: str) -> Iterator[Violation]:
    if not _NAME.fullmatch(name):
        message = f"has a name that {' and '.join(_wrongs(name))}; Azure documents 2 to 50 letters, digits and hyphens"
        yield Violation(message, "warning", {"name": name}, "form")


def _wrongs(name: str) -> Iterator[str]:
    if not _SHORTEST <= len(name) <= _LONGEST:
        yield f"has {len(name)} character{'s' if len(name) > 1 else ''}"
    if not re.match(r"[A-Za-z]", name):
        yield "does not start with a letter"
    if re.search(r"[^A-Za-z0-9-]", name):
        yield "holds other characters"


def _others(vault: Resource, name: str, ctx: Context) -> Iterator[Violation]:
    same = ctx.tenant.where("vaults", "name", name)
    here = [other for other in same if other.subscription_id == vault.subscription_id and other.key != vault.key]
    if here:
        ids: list[Json] = [other.id for other in here]
        message = "has the name of another vault of its subscription; the documents demand one that is unique there"
        yield Violation(message, "warning", {"name": name, "vaults.id": ids}, "unique")
