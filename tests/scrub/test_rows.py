"""Rows: which keys are data, what the name of a property says, and rows that somebody made to break things."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantlint.scrub import Scrubber
from tenantlint.scrub.keys import ROW, Role, below
from tenantlint.scrub.lines import dump_line
from tenantlint.scrub.tokens import Tokens
from tenantlint.scrub.walk import texts_in, written_out

S = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003"
IDENTITY = f"/subscriptions/{S}/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-erp"
DEEPEST = 1023


def scrub(scrubber: Scrubber, row: dict[str, Any]) -> Any:  # noqa: ANN401 - rows hold anything
    return scrubber.row(row)


@pytest.fixture
def scrubber() -> Scrubber:
    return Scrubber(b"one key for all of these")


def test_names_of_properties_stay_and_so_do_numbers_flags_and_nothing(scrubber: Scrubber) -> None:
    row: dict[str, Any] = {"properties": {"diskSizeGB": 127, "KeyVaultURL": "", "ratio": 0.5, "on": True, "plan": None}}

    assert scrub(scrubber, row) == row
    assert scrub(scrubber, {}) == {}


def test_the_original_is_left_alone(scrubber: Scrubber) -> None:
    row: dict[str, Any] = {"tags": {"owner": "anna"}, "properties": {"list": [{"name": "erp"}]}}
    before = orjson.dumps(row)
    scrub(scrubber, row)

    assert orjson.dumps(row) == before


def test_tags_are_replaced_with_their_keys_in_whatever_they_are_nested(scrubber: Scrubber) -> None:
    row = scrub(scrubber, {"tags": {"env": "Enabled", "n": 3, "deep": {"owner": ["anna", None]}, "": ""}})

    text = orjson.dumps(row).decode()
    assert not any(word in text for word in ("env", "Enabled", "deep", "owner", "anna"))
    assert row["tags"][""] == ""
    assert scrubber.text("env") in row["tags"]
    assert list(row["tags"].values())[1] == 3


def test_the_prefix_of_a_tag_that_a_service_set_is_kept_where_it_is_the_name_of_the_tag(scrubber: Scrubber) -> None:
    row = scrub(scrubber, {"tags": {"aks-managed-poolName": "aks-managed-erp", "owner": "aks-managed-erp"}})

    of_aks, owner = row["tags"]
    assert of_aks.startswith("aks-managed-")
    assert "pool" not in of_aks.lower()
    assert owner == scrubber.text("owner", Role.FREE)
    assert "aks" not in row["tags"][of_aks] + row["tags"][owner]


def test_what_a_property_is_called_says_what_stands_there(scrubber: Scrubber) -> None:
    row: dict[str, Any] = {
        "instanceView": {"osName": "Windows Server 2019 Datacenter", "osVersion": "10.0.17763.6532"},
        "securityRules": [{"sourceAddressPrefix": "*", "destinationAddressPrefixes": ["Sql", "Storage.WestEurope"]}],
        "schedulePolicy": {"scheduleRunDays": ["Monday"]},
        "timeZone": "W. Europe Standard Time",
        "extendedLocation": {"type": "EdgeZone"},
    }

    assert scrub(scrubber, {"properties": row}) == {"properties": row}


def test_tags_whose_keys_differ_in_case_only_remain_two(scrubber: Scrubber) -> None:
    tags = {"Environment": "a", "environment": "b", "ENVIRONMENT": "c", "eNVIRONMENT": "d"}
    row = scrub(scrubber, {"tags": dict(tags)})

    assert len(row["tags"]) == len({key.lower() for key in row["tags"]}) + 3


def test_keys_that_are_replaced_alike_remain_as_many(scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tokens, "name", lambda _self, _text: "x")

    assert scrub(scrubber, {"tags": {"ab": 1, "AB": 2, "Ab": 3}}) == {"tags": {"x": 1, "xx": 2, "xxx": 3}}


@pytest.mark.parametrize("key", ["erp-db", "my key", "a.b", "erpdb01", "x" * 65, "_x", "größe", "", "\x00", IDENTITY])
def test_keys_that_are_no_names_of_properties_are_replaced(scrubber: Scrubber, key: str) -> None:
    (replaced,) = scrub(scrubber, {"properties": {key: 1}})["properties"]

    assert replaced == scrubber.text(key)
    assert replaced != key or not key


def test_a_map_by_ids_is_one_still(scrubber: Scrubber) -> None:
    row = scrub(scrubber, {"identity": {"userAssignedIdentities": {IDENTITY: {"clientId": S}}}})

    assert row == {"identity": {"userAssignedIdentities": {scrubber.text(IDENTITY): {"clientId": scrubber.text(S)}}}}


def test_a_list_of_parameters_is_no_map_by_names(scrubber: Scrubber) -> None:
    row = scrub(
        scrubber, {"parameters": [{"name": "site", "value": "Enabled"}], "properties": {"parameters": {"site": 1}}}
    )

    assert row["parameters"] == [{"name": scrubber.text("site"), "value": "Enabled"}]
    assert row["properties"] == {"parameters": {scrubber.text("site"): 1}}


@pytest.mark.parametrize(
    "key",
    [
        *(
            "adminPassword",
            "password",
            "clientSecret",
            "storageAccountKey",
            "primaryKey",
            "key1",
            "sasToken",
            "blobSas",
        ),
        *("connectionString", "SharedAccessSignature", "pwd", "AccessToken", "instrumentationKey", "KEY"),
    ],
)
def test_secrets_are_told_by_the_names_of_their_properties(scrubber: Scrubber, key: str) -> None:
    row = scrub(scrubber, {"properties": {key: "Enabled", f"x{key}": ["Enabled", 1234], "nested": {key: 123456}}})

    assert row["properties"] == {key: "scrubbed", f"x{key}": ["scrubbed", "scrubbed"], "nested": {key: "scrubbed"}}


def test_what_is_only_about_secrets_stays(scrubber: Scrubber) -> None:
    properties: dict[str, Any] = {
        "permissions": {"keys": ["get", "wrapKey"], "secrets": ["all"]},
        "keyEncryptionKey": {"keySource": "Microsoft.KeyVault", "enabled": True},
        "allowSharedKeyAccess": True,
        "password": None,
        "token": "",
    }

    assert scrub(scrubber, {"properties": properties}) == {"properties": properties}


def test_protected_settings_are_gone_as_a_whole(scrubber: Scrubber) -> None:
    row = scrub(scrubber, {"properties": {"protectedSettings": {"a": "b"}, "nested": [{"protectedSettings": "abc"}]}})

    assert row["properties"] == {"protectedSettings": "scrubbed", "nested": [{"protectedSettings": "scrubbed"}]}
    assert scrub(scrubber, {"protectedSettings": {}}) == {"protectedSettings": {}}


def test_a_name_says_what_it_is_of(scrubber: Scrubber) -> None:
    row = scrub(
        scrubber, {"name": "Standard", "sku": {"name": "Standard"}, "plan": {"name": "byol", "publisher": "contoso"}}
    )

    assert row["name"] != "Standard"
    assert row["sku"] == {"name": "Standard"}
    assert row["plan"] == {"name": "byol", "publisher": scrubber.text("contoso")}


def test_parts_of_texts_are_counted(scrubber: Scrubber) -> None:
    scrub(scrubber, {"id": IDENTITY, "tags": {"owner": "anna@contoso.com"}, "location": "westeurope", "zones": ["1"]})

    counted = {kind.value: count for kind, count in scrubber.counts.items()}
    assert counted["name"] == 3  # the group, the identity and who wrote the mail
    assert (
        counted["GUID"] == counted["text"] == counted["host"] == counted["region"] == counted["number or version"] == 1
    )


def nested(depth: int, *, in_lists: bool) -> bytes:
    opening, closing = (b"[", b"]") if in_lists else (b'{"erp-db":', b"}")
    return b'{"id":"x","properties":' + opening * depth + b'"secret-name"' + closing * depth + b"}"


@pytest.mark.parametrize("in_lists", [True, False])
@pytest.mark.parametrize("depth", [1, 199, 200, 253, 254, 400, 401, DEEPEST])
def test_rows_may_be_as_deep_as_json_can_be_read(scrubber: Scrubber, depth: int, *, in_lists: bool) -> None:
    row = scrub(scrubber, orjson.loads(nested(depth, in_lists=in_lists)))
    line = dump_line(row)

    name = scrubber.text("erp-db").encode()
    expected = (
        nested(depth, in_lists=in_lists)
        .replace(b"erp-db", name)
        .replace(b"secret-name", scrubber.text("secret-name").encode())
    )
    assert line == expected.replace(b'"x"', orjson.dumps(scrubber.text("x"))) + b"\n"


def test_a_row_that_is_too_deep_is_one_that_nobody_can_read() -> None:
    with pytest.raises(ValueError, match="depth limit"):
        orjson.loads(nested(DEEPEST + 1, in_lists=True))


# A secret is replaced by a word whatever it was: what is called like one has tests of its own.
json_keys = st.text(max_size=8).filter(lambda key: below(ROW, key).role is not Role.SECRET)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(json_keys, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(json_keys, json_values, max_size=6))
def test_any_row_keeps_its_shape(row: dict[str, Any]) -> None:
    scrubber = Scrubber(b"one key for all of these")
    scrubbed = scrub(scrubber, row)

    assert shape(orjson.loads(dump_line(scrubbed))) == shape(row)


def shape(value: object) -> object:
    if isinstance(value, dict):
        return [shape(each) for each in value.values()]
    if isinstance(value, list):
        return [shape(each) for each in value]
    return "text" if isinstance(value, str) else value


def test_every_text_of_a_row_is_found_with_its_path() -> None:
    row: Any = {"a": [{"b": "one"}, [["two"]]], "erp-db-1": {"c": "three"}, "d": 4, "e1": None}
    found = {written_out(each.path): each.text for each in texts_in(row) if not each.is_key}

    assert found == {"$.a[0].b": "one", "$.a[1][0][0]": "two", "$.….c": "three"}
    assert sorted(each.text for each in texts_in(row) if each.is_key) == ["e1", "erp-db-1"]
    assert all(each.role is ROW.role for each in texts_in(row) if not each.is_key)
