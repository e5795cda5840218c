"""A Recovery Services vault must raise its alerts by Azure Monitor, not by the classic alerts that were retired.

## Why
Nobody looks at backup jobs every day: an alert is how people hear of backups that fail. Classic alerts of vaults were
retired on 31 March 2026. A vault that never switched to the alerts that are built into Azure Monitor tells nobody; one
that has both shows settings that no longer do anything.

## Fix
`az backup vault update --resource-group <group> --name <vault> --job-failure-alerts Enable --classic-alerts Disable`,
then route the alerts to people by an alert processing rule (`az monitor alert-processing-rule create --resource-group
<group> --name <rule> --rule-type AddActionGroups --scopes <vault's id> --action-groups <action group's id>`). In Bicep
they are `properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures` and
`properties.monitoringSettings.classicAlertSettings.alertsForCriticalOperations`.

## Limits
* Alerts of Azure Monitor that are off are a warning; classic alerts that are still on beside them are a note.
* Whether an alert reaches anybody (action groups, alert processing rules) is not looked at, nor are alert rules that
  you made yourself on metrics or logs.
* What a vault does not say of its alerts is not guessed. Microsoft's own query takes a vault without these settings
  for one with classic alerts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.controls import MONITOR_BACKUPS
from tenantlint_backup.documents import CLASSIC_ALERTS_2025
from tenantlint_backup.vaults.vault_properties import choice

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_FAILURES: Final = "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures"
_CLASSIC: Final = "properties.monitoringSettings.classicAlertSettings.alertsForCriticalOperations"
_STATES: Final = ("enabled", "disabled")


@rule(
    id="vault-classic-alerts",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="warning",
    controls=MONITOR_BACKUPS,
    sources=[CLASSIC_ALERTS_2025],
)
def vault_classic_alerts(vault: Resource, _ctx: Context) -> Verdict:
    failures, classic = choice(vault, _FAILURES), choice(vault, _CLASSIC)
    found = []
    if failures == "disabled":
        message = "raises no alerts by Azure Monitor when backup jobs fail"
        found.append(Violation(message, "warning", {_FAILURES: vault.find(_FAILURES)}, "job-failures"))
    if classic == "enabled":
        message = "still has classic alerts enabled, which were retired on 31 March 2026"
        found.append(Violation(message, "note", {_CLASSIC: vault.find(_CLASSIC)}, "classic"))
    if found:
        return vault.violations(found)
    unknown = next((path for path, state in ((_FAILURES, failures), (_CLASSIC, classic)) if state not in _STATES), "")
    return vault.not_evaluable(absent=unknown) if unknown else vault.compliant()
