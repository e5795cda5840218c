"""Exemptions of Azure Policy as waivers: of the built-in definitions that demand what one of our rules does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tenantlint.times import parse_time
from tenantlint.waivers.policy_rows import properties_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenantlint.model import Json
    from tenantlint.waivers.policy_rows import Policies

RULES: Final = {
    "013e242c-8828-4970-87b3-ab247555486d": "unprotected-vm",  # Azure Backup should be enabled for Virtual Machines
    "98d0b9f8-fd90-49c9-88e2-d3baf3b0dd86": "unprotected-vm",  # Configure backup …: without a tag, a new vault
    "83644c87-93dd-49fe-bf9f-6aff8fd0834e": "unprotected-vm",  # … with a tag, a new vault
    "09ce66bc-1220-4153-8104-e3f51c936913": "unprotected-vm",  # … without a tag, an existing vault
    "345fa903-145c-4fe1-8bcd-93ec2adccde8": "unprotected-vm",  # … with a tag, an existing vault
    "31b8092a-36b8-434b-9af7-5ec844364148": "vault-soft-delete",
    "d6f6f560-14b7-49a4-9fc8-d2c3a9807868": "vault-immutability",
    "c7031eab-0fc0-4cd9-acd0-4497bd66d91a": "vault-multi-user-authorization",
    "2e94d99a-8a36-4563-bc77-810d8893b671": "vault-customer-managed-key",
    "9ebbbba3-4d65-4da9-bb67-b22cfaaff090": "vault-public-network-access",  # … should disable
    "04726aae-4e8d-427c-af7d-ecf56d490022": "vault-public-network-access",  # Configure … to disable
    "c9d007d0-c057-4772-b18c-01e546713bcd": "storage-lacks-trusted-services",
    "06a78e20-9358-41c9-923c-fb736d382a4d": "unmanaged-disks",
    "1d84d5fb-01f6-4d12-ba4f-4a26081d403d": "classic-vms",
}
"""The rules by the built-in definitions that demand the same of the same resources; their names are in docs/waivers.md.

Not among them are definitions whose parameters decide what they demand, such as a redundancy that must not be chosen.
"""

_DEFINITIONS: Final = "/providers/microsoft.authorization/policydefinitions/"
_INITIATIVES: Final = "/policysetdefinitions/"
_EXEMPTIONS: Final = "/providers/microsoft.authorization/policyexemptions/"
_MOMENT: Final = timedelta(microseconds=1)


class CannotWaiveError(Exception):
    """Why an exemption is not a waiver."""


@dataclass(frozen=True, slots=True)
class Exempted:
    """An exemption of a definition that we have a rule for: its ``id``, and the keys of its ``[[waiver]]``.

    ``note`` says where the waiver differs from it. Where it cannot be one, ``problem`` says why.
    """

    id: str
    table: Mapping[str, str | date]
    note: str = ""
    problem: str = ""


def exempted(policies: Policies, owner: str, today: date, max_days: int) -> Iterator[Exempted]:
    """Yield the exemptions that matter, sorted by id; *owner* answers for those that name nobody.

    Those that end later than *max_days* after *today*, or never, are cut there.
    """
    for row in sorted(policies.exemptions, key=lambda row: text_of(row, "id").lower()):
        try:
            if rules := _rules(policies, properties_of(row)):
                yield from _waivers(row, rules, owner, today, today + timedelta(days=max_days))
        except CannotWaiveError as error:
            yield Exempted(text_of(row, "id"), {}, problem=str(error))


def _waivers(row: Mapping[str, Json], rules: list[str], owner: str, today: date, latest: date) -> list[Exempted]:
    """Return what an exemption becomes, which is a waiver of each of *rules*."""
    expires, note = _expiry(properties_of(row).get("expiresOn"), today, latest)
    table = _table(row, owner, expires)
    return [Exempted(text_of(row, "id"), {"rule": rule, **table}, note) for rule in rules]


def _rules(policies: Policies, properties: Mapping[str, Json]) -> list[str]:
    """Return the rules that demand what the exemption is from, sorted."""
    assigned = policies.assignments.get(text_of(properties, "policyAssignmentId").lower())
    if not assigned:
        raise CannotWaiveError("its assignment is not among the rows, so what it exempts from is not known")
    if _INITIATIVES not in assigned:
        return _rules_of([assigned])
    held = policies.initiatives.get(assigned)
    if held is None:
        raise CannotWaiveError("its initiative is not among the rows, so what it exempts from is not known")
    named = properties.get("policyDefinitionReferenceIds")
    wanted = {str(each).lower() for each in named} if isinstance(named, list) and named else held.keys()
    return _rules_of(held[name] for name in wanted & held.keys())


def _rules_of(definitions: Iterable[str]) -> list[str]:
    """Return the rules of built-in *definitions*; a tenant's own lie in a subscription or management group."""
    built_in = (each.removeprefix(_DEFINITIONS) for each in definitions if each.startswith(_DEFINITIONS))
    return sorted({RULES[guid] for guid in built_in if guid in RULES})


def _table(row: Mapping[str, Json], owner: str, expires: date) -> dict[str, str | date]:
    properties = properties_of(row)
    if properties.get("resourceSelectors"):
        raise CannotWaiveError("it holds only for resources that its selectors choose, which a waiver cannot say")
    metadata = properties.get("metadata")
    owner = (text_of(metadata, "requestedBy") if isinstance(metadata, dict) else "") or owner
    if not owner.strip():
        raise CannotWaiveError("it does not tell who requested it; say who answers for it with --owner")
    kind, scope = _scope(text_of(row, "id"))
    return {kind: scope, "reason": _reason(row), "owner": " ".join(owner.split()), "expires": expires}


def _scope(id_: str) -> tuple[str, str]:
    at = id_.lower().rfind(_EXEMPTIONS)
    scope = id_[: max(at, 0)]
    parts = scope.lower().split("/")
    if parts[1:2] != ["subscriptions"]:
        raise CannotWaiveError("it does not lie in a subscription: waive each subscription by itself")
    kinds = {3: "subscription", 5: "resource_group"}
    return kinds.get(len(parts), "resource"), scope


def _reason(row: Mapping[str, Json]) -> str:
    properties = properties_of(row)
    title = text_of(properties, "displayName") or text_of(row, "name")
    told = f"{text_of(properties, 'exemptionCategory') or 'Exempt'}: {title}"
    description = text_of(properties, "description")
    return " ".join(f"{told}. {description}".split() if description else told.split())


def _expiry(value: Json, today: date, latest: date) -> tuple[date, str]:
    """Return the last day of the waiver, and what is to be said of it."""
    if value in (None, ""):
        return latest, f"it never expires; the waiver does on {latest}"
    ends = parse_time(value)
    if ends is None:
        raise CannotWaiveError(f"its expiresOn, {value!r:.80}, is not a time")
    if ends.date() <= date.min or (last := (ends - _MOMENT).date()) < today:
        raise CannotWaiveError(f"it expired on {ends.date()}")
    if last > latest:
        return latest, f"it expires on {last}; the waiver does on {latest}"
    return last, ""
