"""Which resources a rule is about that says no more than their type."""

from __future__ import annotations

import re
from typing import Final

_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(/[A-Za-z0-9._-]+)+")

_CONTAINERS: Final = {
    "microsoft.subscription/subscriptions": "microsoft.resources/subscriptions",
    "microsoft.resources/subscriptions": "microsoft.resources/subscriptions",
    "microsoft.resources/resourcegroups": "microsoft.resources/subscriptions/resourcegroups",
    "microsoft.resources/subscriptions/resourcegroups": "microsoft.resources/subscriptions/resourcegroups",
    "microsoft.management/managementgroups": "microsoft.management/managementgroups",
}
"""Types that lie in the table of containers, and what they are called there."""


def population_of(type_: str, table: str = "") -> str:
    """Return the query for all resources of *type_*, in *table* of Resource Graph; empty where it is no type."""
    lower = type_.strip().lower()
    if not _TYPE.fullmatch(lower):
        return ""
    known = _CONTAINERS.get(lower)
    where = table or ("ResourceContainers" if known else "Resources")
    return (
        f"{where}\n| where type =~ '{known or lower}'\n"
        "| project id, name, type, subscriptionId, resourceGroup, location, tags\n| order by id asc\n"
    )


SUBSCRIPTIONS: Final = population_of("microsoft.resources/subscriptions")
"""All subscriptions."""
