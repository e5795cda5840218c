"""Which resources a rule is about that says no more than their type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenantlint.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(/[A-Za-z0-9._-]+)+")

_CONTAINERS: Final = {
    "microsoft.subscription/subscriptions": "microsoft.resources/subscriptions",
    "microsoft.resources/subscriptions": "microsoft.resources/subscriptions",
    "microsoft.resources/resourcegroups": "microsoft.resources/subscriptions/resourcegroups",
    "microsoft.resources/subscriptions/resourcegroups": "microsoft.resources/subscriptions/resourcegroups",
    "microsoft.management/managementgroups": "microsoft.management/managementgroups",
}
"""Types that lie in the table of containers, and what they are called there."""

_ELSEWHERE: Final = {
    "microsoft.advisor/": "AdvisorResources",
    "microsoft.alertsmanagement/alerts": "AlertsManagementResources",
    "microsoft.authorization/policy": "PolicyResources",
    "microsoft.authorization/role": "AuthorizationResources",
    "microsoft.cdn/profiles/origingroups": "CdnResources",
    "microsoft.cdn/profiles/securitypolicies": "CdnResources",
    "microsoft.compute/virtualmachines/patchassessmentresults": "PatchAssessmentResources",
    "microsoft.compute/virtualmachines/patchinstallationresults": "PatchInstallationResources",
    "microsoft.dataprotection/backupvaults/": "RecoveryServicesResources",
    "microsoft.guestconfiguration/guestconfigurationassignments": "GuestConfigurationResources",
    "microsoft.kubernetesconfiguration/": "KubernetesConfigurationResources",
    "microsoft.maintenance/applyupdates": "MaintenanceResources",
    "microsoft.maintenance/configurationassignments": "MaintenanceResources",
    "microsoft.policyinsights/": "PolicyResources",
    "microsoft.recoveryservices/vaults/": "RecoveryServicesResources",
    "microsoft.resourcehealth/availabilitystatuses": "HealthResources",
    "microsoft.resourcehealth/events": "ServiceHealthResources",
    "microsoft.security/assessments": "SecurityResources",
    "microsoft.security/pricings": "SecurityResources",
    "microsoft.security/regulatorycompliance": "SecurityResources",
    "microsoft.security/securescores": "SecurityResources",
}
"""What types start with that do not lie in the table of resources, and the table that they lie in."""


def population_of(type_: str, table: str = "") -> str:
    """Return the query for all resources of *type_*, in *table* of Resource Graph; empty where it is no type."""
    lower = type_.strip().lower()
    if not _TYPE.fullmatch(lower):
        return ""
    known = _CONTAINERS.get(lower)
    where = table or ("ResourceContainers" if known else _table_of(lower))
    return (
        f"{where}\n| where type =~ '{known or lower}'\n"
        "| project id, name, type, subscriptionId, resourceGroup, location, tags\n| order by id asc\n"
    )


def _table_of(type_: str) -> str:
    return next((table for start, table in _ELSEWHERE.items() if type_.startswith(start)), "Resources")


def with_populations(tables: Iterable[Table]) -> list[Table]:
    """Return *tables*, and for each population that some of them need a table of its own: one query each."""
    listed = list(tables)
    populations = dict.fromkeys(table.population for table in listed if table.population)
    return listed + [Table(_name(kql), "All resources of a type.", "id", kql) for kql in populations]


def _name(kql: str) -> str:
    return f"all {kql.split(chr(39))[1]}"
