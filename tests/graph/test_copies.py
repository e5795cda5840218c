"""Tenant copies: what cannot be trusted is refused, with the file and what is wrong in it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tenantlint.coverage import Unread
from tenantlint.errors import CopyError
from tenantlint.graph.copies import check_keys, check_rows, is_copy, read_copy

HEAD = {
    "captured_at": "2026-11-20T02:00:00Z",
    "cloud": "AzureCloud",
    "tenant_id": "AAAA-1",
    "subscriptions": ["S1", "s2"],
    "tables": ["Resources"],
}


def copy_of(folder: Path, head: object = HEAD, *files: str) -> Path:
    (folder / "copy.json").write_text(json.dumps(head))
    for name in files or ("Resources.jsonl",):
        (folder / name).touch()
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(CopyError) as caught:
        read_copy(folder)
    assert str(folder / "copy.json") in str(caught.value)
    return str(caught.value)


def test_a_copy_says_what_it_holds(tmp_path: Path) -> None:
    unread = [{"subscription": "S9", "reason": "no access"}, {"table": "PolicyResources", "reason": "not there"}]
    copy = read_copy(copy_of(tmp_path, {**HEAD, "unread": unread, "note": "unknown keys are nobody's business"}))

    assert (copy.folder, copy.cloud, copy.tenant_id) == (tmp_path, "AzureCloud", "aaaa-1")
    assert copy.captured_at == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert copy.coverage.subscriptions == {"s1", "s2"}
    assert copy.coverage.unread == (Unread("no access", "s9"), Unread("not there", table="PolicyResources"))
    assert copy.files == {"resources": tmp_path / "Resources.jsonl"}


@pytest.mark.parametrize("key", HEAD)
def test_a_key_that_is_missing_is_named(tmp_path: Path, key: str) -> None:
    assert refusal(copy_of(tmp_path, {name: value for name, value in HEAD.items() if name != key})).endswith(
        f"has no key {key!r}"
    )


@pytest.mark.parametrize("key", HEAD)
@pytest.mark.parametrize("value", [None, 5, True, {}, [5], [None], [["Resources"]]])
def test_a_value_of_the_wrong_type_is_refused_with_its_key(tmp_path: Path, key: str, value: object) -> None:
    assert repr(key) in refusal(copy_of(tmp_path, {**HEAD, key: value}))


@pytest.mark.parametrize("moment", ["2026-11-20T02:00:00", "2026-11-20", "20261120"])
def test_a_moment_without_a_time_zone_is_refused(tmp_path: Path, moment: str) -> None:
    assert "'captured_at' needs a time zone" in refusal(copy_of(tmp_path, {**HEAD, "captured_at": moment}))


@pytest.mark.parametrize(
    "moment", ["", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_what_is_no_moment_is_refused(tmp_path: Path, moment: str) -> None:
    assert "'captured_at' is no moment" in refusal(copy_of(tmp_path, {**HEAD, "captured_at": moment}))


@pytest.mark.parametrize("moment", ["2026-11-20T04:00:00+02:00", "2026-11-20 02:00:00.000+00:00", "20261120T020000Z"])
def test_a_moment_of_any_zone_is_read(tmp_path: Path, moment: str) -> None:
    assert read_copy(copy_of(tmp_path, {**HEAD, "captured_at": moment})).captured_at == datetime(
        2026, 11, 20, 2, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("unread", "says"),
    [
        (None, "'unread' needs a list"),
        ({}, "'unread' needs a list"),
        ("x", "'unread' needs a list"),
        ([5], "names a subscription or a table"),
        ([{}], "names a subscription or a table"),
        ([{"reason": "r"}], "names a subscription or a table"),
        ([{"subscription": "", "table": None, "reason": "r"}], "names a subscription or a table"),
        ([{"subscription": "s1"}], "'reason' needs text"),
        ([{"subscription": "s1", "reason": 5}], "'reason' needs text"),
        ([{"subscription": ["s1"], "reason": "r"}], "'subscription' needs text"),
        ([{"table": {"a": 1}, "reason": "r"}], "'table' needs text"),
        ([{"table": "x" * 1_000, "reason": ["y" * 1_000]}], "'reason' needs text"),
        ([{"table": "RecoveryServiceResources", "reason": "r"}], "which Resource Graph does not have"),
    ],
)
def test_an_unread_entry_that_cannot_be_understood_is_refused_and_not_forgotten(
    tmp_path: Path, unread: object, says: str
) -> None:
    message = refusal(copy_of(tmp_path, {**HEAD, "unread": unread}))

    assert says in message
    assert len(message) < len(str(tmp_path)) + 250


@pytest.mark.parametrize("content", [b"", b"{", b'{"cloud": NaN}', b"\xff\xfe", b"[" * 3_000, b'{"a": "\xe9"}'])
def test_a_head_that_is_not_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy.json").write_bytes(content)

    assert "is not JSON" in refusal(tmp_path)


@pytest.mark.parametrize("head", [[], None, "text", 5])
def test_a_head_that_is_no_object_is_refused(tmp_path: Path, head: object) -> None:
    assert "does not hold a JSON object" in refusal(copy_of(tmp_path, head))


def test_a_folder_without_a_head_is_no_copy_and_the_hint_says_what_is_one(tmp_path: Path) -> None:
    with pytest.raises(CopyError, match="No such file") as caught:
        read_copy(tmp_path)

    assert not is_copy(tmp_path)
    assert not is_copy(tmp_path / "absent")
    assert "copy.json" in caught.value.hint
    assert is_copy(copy_of(tmp_path))


def test_a_head_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "copy.json").mkdir()

    assert "Is a directory" in refusal(tmp_path)


@pytest.mark.parametrize("file", ["Resources.jsonl", "resources.jsonl", "RESOURCES.JSONL", "rEsources.JsonL"])
def test_files_are_found_in_any_case(tmp_path: Path, file: str) -> None:
    head = {**HEAD, "tables": ["ReSources", "resources"]}

    assert read_copy(copy_of(tmp_path, head, file)).files == {"resources": tmp_path / file}


@pytest.mark.parametrize("files", [["Other.jsonl"], ["Resources.json"], ["Resources.jsonl.gz"], ["Resources"]])
def test_a_table_that_is_listed_needs_its_file(tmp_path: Path, files: list[str]) -> None:
    message = refusal(copy_of(tmp_path, HEAD, *files))

    assert "table 'Resources' is listed as captured, but there is no Resources.jsonl" in message


def test_a_folder_is_no_file_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "Resources.jsonl").mkdir()
    (tmp_path / "copy.json").write_text(json.dumps(HEAD))

    assert "there is no Resources.jsonl" in refusal(tmp_path)


def test_two_files_for_one_table_are_refused(tmp_path: Path) -> None:
    message = refusal(copy_of(tmp_path, HEAD, "Resources.jsonl", "RESOURCES.jsonl"))

    assert "RESOURCES.jsonl, Resources.jsonl" in message


def test_a_file_that_is_not_listed_was_not_captured(tmp_path: Path) -> None:
    head: dict[str, Any] = {**HEAD, "tables": []}

    assert read_copy(copy_of(tmp_path, head)).files == {}


@pytest.mark.parametrize("table", ["../secret", "/etc/passwd", "a/b"])
def test_a_table_never_names_a_file_elsewhere(tmp_path: Path, table: str) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "secret.jsonl").touch()

    assert "is listed as captured, but there is no" in refusal(copy_of(tmp_path / "copy", {**HEAD, "tables": [table]}))


GOOD = b'{"id": "/a", "type": "acme/things", "name": "first"}'


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id": "/b", "type": "acme/things", "properties": NaN}', "unexpected character"),
        (b'{"id": "/b", "type": "acme/things", "properties": Infinity}', "unexpected character"),
        (b'{"id": "/b", "type": "acme/things", "properties": 1e999}', "infinity"),
        (b'{"id": "/b", "type": "acme/things", "prop', "control character"),
        (b'{"id": "/b", "type": "acme/things", ', "unexpected"),
        (b'{"id": "/b\xff", "type": "acme/things"}', "UTF-8"),
        (b'{"id": "/b", "type": "acme/things", "tags": {"a": "\xed\xa0\x80"}}', "UTF-8"),
        (b'{"id": "/b", "type": "acme/things", "name": "\\ud800"}', "surrogate"),
        (b'{"id": "/b", "type": "acme/things", "properties": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", "depth limit"),
        (b'{"id": "/b", "type": "acme/things", "properties": ' + b'{"a":' * 2_000 + b"1" + b"}" * 2_001, "depth limit"),
        (b'\xef\xbb\xbf{"id": "/b", "type": "acme/things"}', "byte order mark"),
        (b'{"id": "/b", "type": "acme/things"} {"id": "/c", "type": "acme/things"}', "after document"),
        (b'{"id": "/b", "type": "acme/things"},', "after document"),
        (b'{"id": "/b", "type": "acme/things"}\r{"id": "/c", "type": "acme/things"}', "after document"),
        (b"{'id': '/b'}", "unexpected character"),
        (b'[{"id": "/b", "type": "acme/things"}]', "JSON object"),
        (b'"/b"', "JSON object"),
        (b"null", "JSON object"),
        (b"{}", "without an id"),
        (b'{"name": "b"}', "without an id"),
        (b'{"id": "/b"}', "without a type"),
        (b'{"id": "/b", "type": ""}', "without a type"),
        (b'{"id": "/b", "type": null}', "without a type"),
        (b'{"id": null}', "without an id"),
        (b'{"id": "", "type": "acme/things"}', "without an id"),
        (b'{"ID": "/b"}', "'ID' is spelled 'id'"),
        (b'{"id": "/b", "type": "acme/things", "Id": "/c"}', "'Id' is spelled 'id'"),
        (b'{"id": "/b", "type": "acme/things", "subscriptionid": "s"}', "'subscriptionid' is spelled 'subscriptionId'"),
        (b'{"id": "/b", "type": "acme/things", "Properties": {}}', "'Properties' is spelled 'properties'"),
        (b'{"id": {"value": "/b"}}', "'id' holds text, not {'value': '/b'}"),
        (b'{"id": ["/b"]}', "'id' holds text"),
        (b'{"id": 5}', "'id' holds text, not 5"),
        (b'{"id": true}', "'id' holds text, not True"),
        (b'{"id": "/b", "type": "acme/things", "location": 5}', "'location' holds text, not 5"),
        (b'{"id": "/b", "type": "acme/things", "kind": false}', "'kind' holds text, not False"),
        (b'{"id": "/b", "type": "acme/things", "managedBy": {}}', "'managedBy' holds text, not {}"),
        (b'{"id": "/b", "type": "acme/things", "name": ["' + b"x" * 10_000 + b'"]}', "'name' holds text"),
    ],
)
def test_a_malformed_line_is_refused_with_its_file_and_number(tmp_path: Path, line: bytes, says: str) -> None:
    file = tmp_path / "Resources.jsonl"
    file.write_bytes(b"\n".join([GOOD, b"", line, GOOD]))

    with pytest.raises(CopyError) as caught:
        check_rows(file)
    assert str(caught.value).startswith(f"{file}, line 3: ")
    assert says in str(caught.value)
    assert len(str(caught.value)) < len(str(file)) + 200


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        b"",
        b" \t \r",
        b"\x0c",
        b'\t{ "id" : "/b", "type" : "t" }  \r',
        b'{"\\u0069d": "/b", "type": "t"}',
        b'{"id": "/b", "type": "acme/things", "apiVersion": "2024", "somethingNew": {"x": [1]}}',
        b'{"id": "/b", "type": "t", "kind": "", "managedBy": null, "sku": null, "tags": "text", "zones": ["1"]}',
        b'{"id": "/b", "type": "t", "properties": 5}',
        b'{"id": "/b", "type": "acme/things", "name": "a\\u0000\\u001b[31m\\"\\\\\\n"}',
        b'{"id": "/b", "type": "acme/things", "properties": {"n": 123456789012345678901234567890, "f": 1.5e300}}',
        b'{"id": "/b", "type": "acme/things", "properties": ' + b"[" * 900 + b"]" * 900 + b"}",
        '{"id": "/b/É/😀/\u2028", "type": "acme/things"}'.encode(),
    ],
)
def test_every_line_that_the_service_could_give_is_accepted(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "Resources.jsonl").write_bytes(line)

    check_rows(tmp_path / "Resources.jsonl")
    check_keys(tmp_path / "Resources.jsonl")


def test_a_key_that_is_there_twice_is_found_on_its_line(tmp_path: Path) -> None:
    file = tmp_path / "Resources.jsonl"
    file.write_bytes(GOOD + b'\n\n{"id": "/b", "type": "acme/things", "tags": {"a": 1, "b": 2, "a": 3}}')

    with pytest.raises(CopyError, match="line 3: key 'a' is there twice"):
        check_keys(file)
