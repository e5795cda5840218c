"""A backup policy in a time zone with daylight saving time must be adjusted by hand when the clocks change.

## Why
Azure Backup does not move the start of backups when daylight saving time begins or ends. From then on they run an hour
off, which matters where they have to stay clear of a nightly batch job or of office hours.

## Fix
Either edit the policy whenever the clocks change, or keep it in UTC and choose an hour that suits both halves of the
year: `az backup policy show --resource-group <group> --vault-name <vault> --name <policy>` into a file, set `timeZone`
to `UTC` and the schedule's and the retention's times accordingly, then `az backup policy set --resource-group <group>
--vault-name <vault> --name <policy> --policy <file>`. In Terraform: `timezone = "UTC"` of `azurerm_backup_policy_vm`.
Where an hour more or less does not matter, there is nothing to do.

## Limits
* A note, for people to know: which hour the policy ought to run at cannot be seen.
* A policy with a schedule but without a time zone runs by UTC, as do the times that PowerShell puts into policies.
* Which Windows time zones observe daylight saving time is shipped with this pack (from CLDR and the IANA time zone
  database 2026f); a zone that is not among them is not evaluable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.documents import (
    BACK_UP_2019,
    BACK_UP_2026,
    GENERAL_MATRIX_2023,
    PREPARE_2018,
    SUPPORT_MATRIX_2026,
)
from tenantlint_backup.policies.windows_time_zones import observes_daylight_saving

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_ZONE: Final = "properties.timeZone"
_SCHEDULE: Final = "properties.schedulePolicy"


@rule(
    id="policy-in-daylight-saving-zone",
    on="backup_policies",
    noun="backup policy",
    tags=["backup"],
    topic="policies",
    level="note",
    sources=[SUPPORT_MATRIX_2026, BACK_UP_2026, GENERAL_MATRIX_2023, BACK_UP_2019, PREPARE_2018],
)
def policy_in_daylight_saving_zone(policy: Resource, _ctx: Context) -> Verdict:
    if not isinstance(policy.find(_SCHEDULE), dict):
        return policy.not_evaluable(absent=_SCHEDULE)
    told = policy.find(_ZONE)
    zone = "UTC" if told is None else policy.text(_ZONE)
    observes = observes_daylight_saving(zone) if zone else None
    if observes is None:
        return policy.not_evaluable(absent=_ZONE, evidence={_ZONE: told})
    if not observes:
        return policy.compliant()
    message = f"runs by '{zone}', which has daylight saving time; its backups do not move when the clocks change"
    return policy.violation(message, level="note", evidence={_ZONE: told})
