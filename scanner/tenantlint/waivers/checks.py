"""What only the plugins that are loaded can tell of waivers: whether there are their rules, and the tags they go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.errors import ConfigError
from tenantlint.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint.catalog import Catalog
    from tenantlint.waivers.waiver import Waiver


def check_waivers(waivers: Iterable[Waiver], catalog: Catalog) -> None:
    """Raise ``ConfigError`` for a waiver that can never accept anything, and tell its line.

    A rule that is not there may be one of a plugin that was left out: see :func:`of_unknown_rules`.
    """
    for waiver in waivers:
        if waiver.rule in catalog.rules:
            if waiver.scope.kind == "tag":
                _demand_tags(waiver, catalog)
        elif not catalog.may_lack(waiver.rule):
            said = f"{waiver.place}: there is no rule {waiver.rule!r}"
            raise ConfigError(said, hint=nearest(waiver.rule, catalog.rules))


def of_unknown_rules(waivers: Iterable[Waiver], catalog: Catalog) -> list[str]:
    """Tell of waivers that may be for a plugin that was left out, or have a typing error in the rule."""
    return [
        f"{waiver.place}: the waiver of {waiver.rule!r} does nothing: no plugin that is loaded has this rule"
        for waiver in waivers
        if waiver.rule not in catalog.rules and waiver.rule not in catalog.without
    ]


def _demand_tags(waiver: Waiver, catalog: Catalog) -> None:
    from tenantlint.table_columns import columns_of  # noqa: PLC0415 - most waivers need no KQL

    table = catalog.rules[waiver.rule].on
    if table in catalog.tables and "tags" not in columns_of(catalog.tables[table])[0]:
        said = f"{waiver.rule} judges the table {table!r}, which has no tags: this would accept nothing"
        raise ConfigError(f"{waiver.place}: {said}", hint="name a resource, its group or its subscription instead")
