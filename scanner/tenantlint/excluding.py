"""Reads ``[[exclude]]``: which resources the user leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenantlint.errors import ConfigError
from tenantlint.exclusions import Exclusion
from tenantlint.names import is_guid, nearest
from tenantlint.paths import is_from_one_property
from tenantlint.shapes import check_keys, check_table, number, pairs, text, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tenantlint.catalog import Catalog

_CONDITIONS: Final = ("subscriptions", "resource_groups", "resources", "tags", "where", "younger_than_days", "has")


def read_exclusions(value: object, catalog: Catalog) -> tuple[Exclusion, ...]:
    """Read the list of exclusions. Raises ``ConfigError``."""
    if not isinstance(value, list):
        raise ConfigError(f"exclude is a list of tables, not {value!r}", hint="each starts with the line [[exclude]]")
    return tuple(_read(f"exclude[{at}]", table, catalog) for at, table in enumerate(value))


def _read(where: str, table: object, catalog: Catalog) -> Exclusion:
    check_table(where, table)
    assert isinstance(table, dict)
    check_keys(where, table, ("reason", "rules", *_CONDITIONS))
    if "reason" not in table:
        raise ConfigError(f"{where} gives no reason", hint="say in `reason` why these resources are left out")
    if not table.keys() & set(_CONDITIONS):
        raise ConfigError(f"{where} would leave out everything", hint=f"name one of {', '.join(_CONDITIONS)}")
    return Exclusion(
        reason=text(f"{where}.reason", table["reason"]),
        rules=_known(f"{where}.rules", table, catalog.rules, catalog),
        subscriptions=_subscriptions(where, table),
        resource_groups=_patterns(f"{where}.resource_groups", table),
        resources=_patterns(f"{where}.resources", table),
        tags=tuple((name.lower(), pattern) for name, pattern in _pairs(f"{where}.tags", table)),
        where=_values(f"{where}.where", table),
        younger_than_days=_days(f"{where}.younger_than_days", table),
        has=_tables(f"{where}.has", table, catalog),
    )


def _given(where: str, table: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the file holds
    return table.get(where.rpartition(".")[2])


def _known(where: str, table: Mapping[str, Any], known: Collection[str], catalog: Catalog) -> tuple[str, ...]:
    value = _given(where, table)
    names = () if value is None else texts(where, value)
    for name in names:
        if name not in known and not catalog.may_lack(name):
            raise ConfigError(f"{where}: there is no {name!r}", hint=nearest(name, known))
    return names


def _tables(where: str, table: Mapping[str, Any], catalog: Catalog) -> tuple[str, ...]:
    owned = [name for name, known in catalog.tables.items() if known.owner not in (None, "id")]
    return _known(where, table, owned, catalog)


def _subscriptions(where: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    ids = _patterns(f"{where}.subscriptions", table)
    for id_ in ids:
        if not is_guid(id_):
            raise ConfigError(f"{where}.subscriptions: {id_!r} is not the id of a subscription")
    return ids


def _patterns(where: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    value = _given(where, table)
    return () if value is None else tuple(pattern.lower() for pattern in texts(where, value))


def _pairs(where: str, table: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    value = _given(where, table)
    found = () if value is None else pairs(where, value)
    return tuple((name, pattern.lower()) for name, pattern in found)


def _values(where: str, table: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = _pairs(where, table)
    for path, _ in found:
        try:
            fits = is_from_one_property(path)
        except ValueError as error:
            raise ConfigError(f"{where}: {error}") from error
        if not fits:
            raise ConfigError(f"{where}: {path!r} does not start from one property", hint="such as properties.priority")
    return found


def _days(where: str, table: Mapping[str, Any]) -> float | None:
    value = _given(where, table)
    return None if value is None else number(where, value)
