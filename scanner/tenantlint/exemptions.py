"""Exemptions of Azure Policy as waivers: of the built-in definitions that demand what one of our rules does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tenantlint.policy_rows import properties_of, text_of
from tenantlint.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.model import Json
    from tenantlint.policy_rows import Policies

RULES: Final = {"013e242c-8828-4970-87b3-ab247555486d": "unprotected-vm"}
"""The rules by the built-in definitions that demand the same: "Azure Backup should be enabled for Virtual Machines"."""

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
        id_ = text_of(row, "id")
        try:
            rule = _rule(policies, properties_of(row))
            if rule:
                expires, note = _expiry(properties_of(row).get("expiresOn"), today, today + timedelta(days=max_days))
                yield Exempted(id_, _table(row, rule, owner, expires), note)
        except CannotWaiveError as error:
            yield Exempted(id_, {}, problem=str(error))


def _rule(policies: Policies, properties: Mapping[str, Json]) -> str | None:
    """Return the rule that demands what the exemption is from; None where no rule does."""
    assigned = policies.assignments.get(text_of(properties, "policyAssignmentId").lower())
    if not assigned:
        raise CannotWaiveError("its assignment is not among the rows, so what it exempts from is not known")
    if _INITIATIVES not in assigned:
        return _rule_of(assigned)
    held = policies.initiatives.get(assigned)
    if held is None:
        raise CannotWaiveError("its initiative is not among the rows, so what it exempts from is not known")
    named = properties.get("policyDefinitionReferenceIds")
    wanted = {str(each).lower() for each in named} if isinstance(named, list) and named else held.keys()
    found = sorted({rule for name in wanted & held.keys() if (rule := _rule_of(held[name]))})
    return found[0] if found else None


def _rule_of(definition: str) -> str | None:
    """Return the rule of a built-in *definition*; those of a tenant's own lie in a subscription or management group."""
    return RULES.get(definition.removeprefix(_DEFINITIONS)) if definition.startswith(_DEFINITIONS) else None


def _table(row: Mapping[str, Json], rule: str, owner: str, expires: date) -> dict[str, str | date]:
    properties = properties_of(row)
    if properties.get("resourceSelectors"):
        raise CannotWaiveError("it holds only for resources that its selectors choose, which a waiver cannot say")
    metadata = properties.get("metadata")
    owner = (text_of(metadata, "requestedBy") if isinstance(metadata, dict) else "") or owner
    if not owner.strip():
        raise CannotWaiveError("it does not tell who requested it; say who answers for it with --owner")
    kind, scope = _scope(text_of(row, "id"))
    return {"rule": rule, kind: scope, "reason": _reason(row), "owner": " ".join(owner.split()), "expires": expires}


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
