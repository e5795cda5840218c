"""Backup policies: ordinary ones in every vault, and in some vaults odd ones."""

from collections.abc import Iterator

from bench.synthetic.places import Row, resource
from bench.synthetic.recovery_vaults import VAULTS, Vault
from bench.synthetic.tenant import Subscription

POLICIES = f"{VAULTS}/backupPolicies"
NIGHTLY = "2026-11-19T21:00:00Z"
TIME_ZONES = {
    "westeurope": "W. Europe Standard Time",
    "northeurope": "GMT Standard Time",
    "eastus": "Eastern Standard Time",
    "eastus2": "Eastern Standard Time",
    "westus3": "US Mountain Standard Time",
    "uksouth": "GMT Standard Time",
    "germanywestcentral": "W. Europe Standard Time",
    "swedencentral": "W. Europe Standard Time",
    "southeastasia": "Singapore Standard Time",
    "japaneast": "Tokyo Standard Time",
    "australiaeast": "AUS Eastern Standard Time",
    "brazilsouth": "E. South America Standard Time",
}


def policy_rows(subscription: Subscription, vault: Vault) -> Iterator[Row]:
    """Yield the rows of `RecoveryServicesResources` for the policies of a vault."""
    zone = TIME_ZONES[vault.place.region] if subscription.number % 3 == 0 else "UTC"
    policies = {
        "DefaultPolicy": _standard(30, 2, "UTC"),
        "EnhancedPolicy": _enhanced(30, 7, zone),
        "gold": _enhanced(30, 14, zone) | {"retentionPolicy": _retention(35, yearly=True)},
        "weekly": _weekly(),
        "crash-consistent": _enhanced(14, 3, "UTC") | {"snapshotConsistencyType": "OnlyCrashConsistent"},
        "files": _files(),
    }
    name = odd_policy(subscription)
    if name:
        policies[name] = _standard(5, 2, "UTC") if name == "brief" else _enhanced(60, 45, "UTC")
    for name, properties in policies.items():
        yield resource(vault.place, POLICIES, name, properties, id=f"{vault.id}/backupPolicies/{name}")


def odd_policy(subscription: Subscription) -> str:
    """Name the policy that is not as it should be in the vaults of a subscription; empty for none."""
    return {2: "brief", 4: "endless"}.get(subscription.number % 8, "")


def _standard(days: int, snapshots: int, zone: str) -> Row:
    schedule = {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Daily",
        "scheduleRunTimes": [NIGHTLY],
        "scheduleWeeklyFrequency": 0,
    }
    return _policy("V1", schedule, _retention(days), snapshots, zone)


def _enhanced(days: int, snapshots: int, zone: str) -> Row:
    hourly = {"interval": 4, "scheduleWindowStartTime": "2026-11-19T08:00:00Z", "scheduleWindowDuration": 16}
    schedule: Row = {
        "schedulePolicyType": "SimpleSchedulePolicyV2",
        "scheduleRunFrequency": "Hourly",
        "hourlySchedule": hourly,
    }
    return _policy("V2", schedule, _retention(days), snapshots, zone)


def _weekly() -> Row:
    schedule: Row = {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Weekly",
        "scheduleRunDays": ["Sunday"],
        "scheduleRunTimes": [NIGHTLY],
        "scheduleWeeklyFrequency": 0,
    }
    weeks: Row = {"daysOfTheWeek": ["Sunday"], **_kept(12, "Weeks")}
    retention: Row = {"retentionPolicyType": "LongTermRetentionPolicy", "weeklySchedule": weeks}
    return _policy("V1", schedule, retention, 5, "UTC")


def _policy(version: str, schedule: Row, retention: Row, snapshots: int, zone: str) -> Row:
    return {
        "backupManagementType": "AzureIaasVM",
        "policyType": version,
        "instantRpRetentionRangeInDays": snapshots,
        "schedulePolicy": schedule,
        "retentionPolicy": retention,
        "timeZone": zone,
    }


def _retention(days: int, *, yearly: bool = False) -> Row:
    policy: Row = {"retentionPolicyType": "LongTermRetentionPolicy", "dailySchedule": _kept(days, "Days")}
    if yearly:
        months = {"retentionScheduleFormatType": "Weekly", "monthsOfYear": ["January"]}
        policy["yearlySchedule"] = {**months, **_kept(10, "Years")}
    return policy


def _kept(count: int, unit: str) -> Row:
    return {"retentionTimes": [NIGHTLY], "retentionDuration": {"count": count, "durationType": unit}}


def _files() -> Row:
    policy = _standard(30, 2, "UTC") | {"backupManagementType": "AzureStorage", "workLoadType": "AzureFileShare"}
    return {
        name: value for name, value in policy.items() if name not in {"policyType", "instantRpRetentionRangeInDays"}
    }
