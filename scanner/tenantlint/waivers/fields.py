"""Reads one waiver, from a file or from the command line, and accepts nothing that could be meant otherwise."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, get_args

from tenantlint.errors import ConfigError
from tenantlint.names import is_guid, nearest
from tenantlint.shapes import check_keys, joined
from tenantlint.shapes import text as some_text
from tenantlint.waivers.waiver import Scope, ScopeKind, Waiver, tag_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tenantlint.findings import Written

SCOPES: Final[tuple[ScopeKind, ...]] = get_args(ScopeKind)
KEYS: Final = ("rule", *SCOPES, "part", "reason", "owner", "expires")
_SUBSCRIPTION: Final = "/subscriptions/"
_GROUP: Final = re.compile(r"/subscriptions/(?P<subscription>[^/]+)/resourcegroups/[^/]+", re.IGNORECASE)
_SHORTEST: Final = 4
"""What names a resource: ``providers``, the namespace, a type and a name."""


def read_waiver(
    table: Mapping[str, object], rules: Collection[str] | None, where: Callable[[str], str], place: Written | str = ""
) -> Waiver:
    """Read a *table* of the keys of ``[[waiver]]``.

    *rules* are those that there are, None where that is not known. *where* says in words where a key is, and for ""
    where the waiver is. Raises ``ConfigError``.
    """
    for key in table:
        check_keys(f"{where(key)}: a waiver", [key], KEYS)
    return Waiver(
        rule=_rule(table, rules, where),
        scope=_scope(table, where),
        reason=_text("reason", table, where),
        owner=_text("owner", table, where),
        expires=_expires(table, where),
        part=_text("part", table, where) if "part" in table else None,
        place=place,
    )


def _text(key: str, table: Mapping[str, object], where: Callable[[str], str]) -> str:
    if key not in table:
        raise ConfigError(f"{where('')}: a waiver needs `{key}`", hint=_WHY[key])
    return some_text(where(key), table[key])


_WHY: Final = {
    "rule": "a waiver is of one rule: `tenantlint rules` lists them",
    "reason": "say why this is accepted",
    "owner": "say who answers for it",
    "expires": "say until when, such as 2027-01-31: nothing is accepted for good",
}


def _rule(table: Mapping[str, object], rules: Collection[str] | None, where: Callable[[str], str]) -> str:
    rule = _text("rule", table, where)
    if rules is not None and rule not in rules:
        raise ConfigError(f"{where('rule')}: there is no rule {rule!r}", hint=nearest(rule, rules))
    return rule


def _expires(table: Mapping[str, object], where: Callable[[str], str]) -> date:
    if "expires" not in table:
        raise ConfigError(f"{where('')}: a waiver needs `expires`", hint=_WHY["expires"])
    value = table["expires"]
    if not isinstance(value, date) or isinstance(value, datetime):
        hint = "without quotes and without a time: the waiver holds through that day, in UTC"
        raise ConfigError(f"{where('expires')}: expected a date such as 2027-01-31, not {str(value)!r}", hint=hint)
    return value


def _scope(table: Mapping[str, object], where: Callable[[str], str]) -> Scope:
    given = [kind for kind in SCOPES if kind in table]
    if len(given) != 1:
        said = f"has {' and '.join(given)}" if given else "says of nothing that it is accepted"
        raise ConfigError(f"{where(given[1] if given else '')}: a waiver {said}", hint=f"give one of {joined(SCOPES)}")
    (kind,) = given
    return Scope(kind, _KEYS_OF[kind](where(kind), some_text(where(kind), table[kind])))


def _resource(where: str, value: str) -> str:
    if _is_resource(value):
        return value.lower()
    hint = "such as /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.Compute/virtualMachines/<name>"
    if _GROUP.fullmatch(value):
        hint = "that is a resource group: write `resource_group` to accept what lies in it"
    raise ConfigError(f"{where}: {value!r} is not the id of a resource", hint=hint)


def _group(where: str, value: str) -> str:
    match = _GROUP.fullmatch(value)
    if match and is_guid(match["subscription"]):
        return value.lower()
    hint = "such as /subscriptions/<id>/resourceGroups/<name>"
    raise ConfigError(f"{where}: {value!r} is not the id of a resource group", hint=hint)


def _subscription(where: str, value: str) -> str:
    id_ = value.lower().removeprefix(_SUBSCRIPTION)
    if not is_guid(id_):
        raise ConfigError(f"{where}: {value!r} is not the id of a subscription", hint="it is a GUID")
    return f"{_SUBSCRIPTION}{id_}"


def _tag(where: str, value: str) -> str:
    name, equals, wanted = value.partition("=")
    if not (name.strip() and equals):
        raise ConfigError(f"{where}: {value!r} is no tag", hint="such as env=dev: its name, = and its value")
    return tag_key(name, wanted)


def _is_resource(id_: str) -> bool:
    """Tell whether *id_* is that of a resource: in a group, in a subscription, or in neither."""
    start, *parts = id_.lower().split("/")
    if start or not all(parts):
        return False
    if parts[:1] == ["subscriptions"]:
        if not is_guid("".join(parts[1:2])):
            return False
        parts = parts[2:]
    if parts[:1] == ["resourcegroups"]:
        parts = parts[2:]
    return parts[:1] == ["providers"] and len(parts) >= _SHORTEST


_KEYS_OF: Final[Mapping[ScopeKind, Callable[[str, str], str]]] = {
    "resource": _resource,
    "resource_group": _group,
    "subscription": _subscription,
    "tag": _tag,
}
