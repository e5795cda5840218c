"""What the pack's rules accept as settings, what they refuse, and which of them judge only where they are asked to."""

import pytest

from tenantlint.plugins import load_plugins
from tenantlint_backup.encryption.disk_encryption_retirement import WARNING_DAYS
from tenantlint_backup.vaults.cross_region_regions import PREMIUM_V2_REGIONS, ULTRA_REGIONS


@pytest.mark.parametrize("days", [0, 1, 365])
def test_days_are_a_number(days: int) -> None:
    assert WARNING_DAYS.read(days) == days


@pytest.mark.parametrize("odd", [True, False, -1, 1.5, "7", None, [7]])
def test_days_are_nothing_else(odd: object) -> None:
    with pytest.raises(ValueError, match="expected a number of days"):
        WARNING_DAYS.read(odd)


def test_regions_are_spelled_in_either_way() -> None:
    assert ULTRA_REGIONS.read(["East US 2", "westeurope"]) == ("eastus2", "westeurope")


@pytest.mark.parametrize(
    "odd", [[], [""], [" "], ["westeurope", 7], [None], "westeurope", {"westeurope": 1}, None, True]
)
def test_regions_are_nothing_else(odd: object) -> None:
    with pytest.raises(ValueError, match="expected a list of regions"):
        PREMIUM_V2_REGIONS.read(odd)


def test_what_is_a_matter_of_taste_is_judged_only_where_the_user_asks_for_it() -> None:
    asleep = {rule.id for rule in load_plugins().rules.values() if not rule.enabled}

    assert asleep == {"vault-customer-managed-key", "vault-public-network-access"}
