"""Who may do what in a key vault: patterns, roles, and what follows for a service that is or is not known."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenantlint import Json, Verdict
from tenantlint.plugins import load_plugins
from tenantlint.testing import run
from tenantlint_backup.encryption.key_vault_permissions import (
    DATA_ACTIONS,
    EVERYTHING,
    Grant,
    candidates,
    in_words,
    shortfall,
)
from tenantlint_backup.encryption.role_grants import allowed_by, matches

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
SERVICE = "bbbbbbbb-0000-4000-8000-000000000001"
VM = "/subscriptions/sub-1/resourceGroups/app/providers/Microsoft.Compute/virtualMachines/vm-1"
VAULT = "/subscriptions/sub-1/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/kv-1"

permissions = st.sets(st.sampled_from(sorted(EVERYTHING))).map(frozenset)
grants = st.lists(
    st.builds(
        Grant,
        principal=st.sampled_from(["service", "other", "third"]),
        kind=st.sampled_from(["single", "group", "unknown"]),
        allows=permissions,
        doubt=st.sampled_from(["", "a role assignment under a condition"]),
    ),
    max_size=6,
)


@given(pattern=st.text("aB/*", max_size=8), action=st.text("Ab/", max_size=8))
@example(pattern="ab*ba", action="aba")
@example(pattern="*", action="")
@example(pattern="", action="")
def test_a_star_stands_for_anything_and_case_does_not_matter(pattern: str, action: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))

    assert matches(pattern, action) == bool(re.fullmatch(expression, action, re.IGNORECASE))


def test_a_pattern_with_very_many_stars_takes_no_time() -> None:
    assert not matches("*a" * 5_000 + "*b", "a" * 6_000)


@pytest.mark.parametrize("special", ["?", "[a-z]", "(.)", "\\"])
def test_nothing_but_the_star_is_special(special: str) -> None:
    assert matches(f"x{special}*", f"X{special}y")
    assert not matches(special, "x")


@given(given_=permissions, taken=permissions, other=permissions)
def test_what_an_entry_takes_away_it_takes_from_itself_only(
    given_: frozenset[str], taken: frozenset[str], other: frozenset[str]
) -> None:
    entry: Json = {"dataActions": _actions(given_), "notDataActions": _actions(taken)}

    allowed = allowed_by([entry, {"dataActions": _actions(other)}])

    assert allowed is not None
    assert set(_actions(allowed)) == set(_actions(given_)) - set(_actions(taken)) | set(_actions(other))


def _actions(wanted: frozenset[str]) -> list[Any]:
    return [DATA_ACTIONS[each] for each in sorted(wanted)]


@given(wanted=permissions, grants=grants, service=st.sampled_from(["service", None]))
def test_what_is_wanted_is_certain_or_doubtful_or_lacking(
    wanted: frozenset[str], grants: list[Grant], service: str | None
) -> None:
    short = shortfall(wanted, grants, service)
    certain = {each for grant in grants if grant.principal == service and not grant.doubt for each in grant.allows}

    assert not short.lacking & short.doubtful
    assert short.lacking | short.doubtful == wanted - certain
    assert bool(short.by) == bool(short.doubtful)


@given(wanted=permissions, grants=grants, more=grants)
def test_one_more_grant_never_makes_anything_lacking(
    wanted: frozenset[str], grants: list[Grant], more: list[Grant]
) -> None:
    before, after = shortfall(wanted, grants, "service"), shortfall(wanted, grants + more, "service")

    assert after.lacking <= before.lacking


@given(wanted=permissions, grants=grants)
def test_whatever_is_lacking_for_a_service_that_is_not_known_is_lacking_for_whichever_it_is(
    wanted: frozenset[str], grants: list[Grant]
) -> None:
    unknown = shortfall(wanted, grants, None)

    assert all(unknown.lacking <= shortfall(wanted, grants, who).lacking for who in ("service", "other", "nobody"))


@given(required=permissions, grants=grants)
def test_a_service_that_has_all_by_itself_is_always_a_candidate_unless_nothing_follows(
    required: frozenset[str], grants: list[Grant]
) -> None:
    found = candidates(required, [*grants, Grant("backup", "single", required)])

    assert not found or "backup" in found


def test_permissions_are_named_as_those_who_grant_them_do() -> None:
    both = frozenset({"keys get", "keys list"})

    assert in_words(both, by_roles=True) == ["Microsoft.KeyVault/vaults/keys/read"]
    assert in_words(both, by_roles=False) == ["get", "list"]


def judge(*policies: dict[str, Any], key: bool = False, cloud: str = "AzureCloud", **settings: object) -> Verdict:
    """Judge a VM that is backed up and has its disk's secret, and a key, in a key vault with these access policies."""
    holder = {"sourceVault": {"id": VAULT}}
    secret = {"diskEncryptionKey": holder, **({"keyEncryptionKey": holder} if key else {})}
    disk = {"encryptionSettingsCollection": {"enabled": True, "encryptionSettings": [secret]}}
    item = {"protectionState": "Protected", "lastBackupStatus": "Completed"}
    place = {"subscriptionId": "sub-1", "tenantId": TENANT}
    tables: dict[str, list[dict[str, Any]]] = {
        "virtual_machines": [{"id": VM, **place, "properties": {"storageProfile": {"osDisk": {}}}}],
        "encrypted_disks": [{"id": "disk", **place, "vmId": VM.lower(), "properties": disk}],
        "protected_items": [{"id": "item", **place, "vmId": VM.lower(), "properties": item}],
        "key_vaults": [{"id": VAULT, "name": "kv-1", **place, "properties": {"accessPolicies": [*policies]}}],
    }
    rule = load_plugins().rules["key-vault-lacks-backup-access"]
    return run(rule, tables, cloud=cloud, settings=settings)[VM]


def policy(*secrets: str, to: str = SERVICE) -> dict[str, Any]:
    return {"objectId": to, "permissions": {"secrets": [*secrets], "keys": ["all"]}}


TWO_CANDIDATES = (policy("all"), policy("all", to="other"))


@pytest.mark.parametrize(
    ("cloud", "application"),
    [
        ("AzureCloud", "262044b1-e2ce-469f-a196-69ab7ada62d3"),
        ("AzureUSGovernment", "ff281ffe-705c-4f53-9f37-a40e6f2c68f3"),
    ],
)
def test_it_says_how_to_find_the_object_id_in_the_cloud_of_the_tenant(cloud: str, application: str) -> None:
    message = judge(*TWO_CANDIDATES, cloud=cloud).message

    assert f"`az ad sp show --id {application} --query id --output tsv`" in message
    assert "verified" not in message


def test_it_says_that_the_application_is_not_verified_for_another_cloud() -> None:
    message = judge(*TWO_CANDIDATES, cloud="AzureChinaCloud").message

    assert "(this application id is not verified for AzureChinaCloud)" in message


def test_the_evidence_says_what_is_granted_what_is_missing_and_to_whom() -> None:
    verdict = judge(policy("Get"), backup_service_object_id={TENANT: SERVICE})

    assert verdict.evidence == {
        "key_vaults.id": VAULT,
        "key_vaults.properties.enableRbacAuthorization": False,
        "secrets granted": ["get"],
        "secrets missing": ["backup", "list"],
        "backup_service_object_id": SERVICE,
    }


def test_the_evidence_says_from_how_many_backups_the_object_id_is_inferred() -> None:
    verdict = judge(policy("get", "list"), key=True)

    assert verdict.level == "note"
    assert verdict.evidence["backup_service_object_id"] == SERVICE
    assert verdict.evidence["VMs from whose backups it is inferred"] == 1
