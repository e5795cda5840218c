"""The manifest: what was written is read again, and nothing else is."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import SnapshotError
from tenantlint.manifest import TENANT, Manifest, StoredFile, StoredTable, load_manifest

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
STORED = StoredTable("Resources\n", "aa", "id", ("id", "name"), ("resources",), {"p00000": StoredFile("bb", 3)})
MISSING = StoredTable("PolicyResources\n", "cc", None, missing="not captured", cause="unread")
MANIFEST = Manifest(
    tool_version="1.0",
    plugins={"acme": "2.0"},
    graph="tenant copy x",
    cloud="AzureCloud",
    tenant_id="t",
    started_at=AT,
    ended_at=AT + timedelta(minutes=5),
    coverage=Coverage(frozenset({"s1", "s2"}), (Unread("no access", "s3"),)),
    partitions=("p00000", "p00001"),
    tables={"machines": STORED, "policies": MISSING},
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])).filter(
    lambda moment: 1 < moment.year < 9999  # beyond, a moment may have no spelling in UTC
)
FILES = st.dictionaries(TEXT, st.builds(StoredFile, TEXT, st.integers(0, 10**12)), max_size=3)
TUPLES = st.lists(TEXT, max_size=3).map(tuple)
STORED_TABLES = st.builds(StoredTable, TEXT, TEXT, st.none() | TEXT, TUPLES, TUPLES, FILES)
MISSING_TABLES = st.builds(
    StoredTable, TEXT, TEXT, st.none() | TEXT, missing=TEXT, cause=st.sampled_from(["unread", "failed"])
)
COVERAGES = st.builds(
    Coverage, st.frozensets(TEXT), st.lists(st.builds(Unread, TEXT, TEXT, TEXT), max_size=2).map(tuple)
)
MANIFESTS = st.builds(
    Manifest,
    *(TEXT, st.dictionaries(TEXT, TEXT, max_size=2), TEXT, TEXT, TEXT, MOMENTS, MOMENTS, COVERAGES, TUPLES),
    st.dictionaries(TEXT, STORED_TABLES | MISSING_TABLES, max_size=3),
)


@given(MANIFESTS)
@settings(deadline=None, max_examples=60)
def test_every_manifest_is_read_as_it_was_written(manifest: Manifest) -> None:
    assert load_manifest(manifest.dump()) == manifest
    assert load_manifest(manifest.dump()).dump() == manifest.dump()


def test_the_same_snapshot_is_the_same_bytes() -> None:
    subscriptions = [str(number) for number in range(50)]
    dumps = {
        Manifest(**{**fields(), "coverage": Coverage(frozenset(order))}).dump()
        for order in (subscriptions, subscriptions[::-1])
    }

    assert len(dumps) == 1
    assert b'"started_at": "2026-11-20T02:00:00Z"' in dumps.pop()


def test_times_are_written_in_utc() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=-8)))

    assert Manifest(**{**fields(), "started_at": elsewhere}).dump() == MANIFEST.dump()


def test_a_table_knows_its_rows_and_where_they_can_be() -> None:
    assert (STORED.rows, MISSING.rows) == (3, 0)
    assert MANIFEST.partitions_of("machines") == ("p00000", "p00001")
    assert MANIFEST.partitions_of("policies") == (TENANT,)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"format": NaN}', b"[" * 3_000])
def test_what_is_not_json_is_refused(content: bytes) -> None:
    with pytest.raises(SnapshotError, match=r"manifest\.json is not a manifest of tenantlint"):
        load_manifest(content)


@pytest.mark.parametrize("content", [b"[]", b"null", b'"text"', b"5", b"{}", b'{"format": 2}'])
def test_json_that_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(SnapshotError, match=r"manifest\.json is not a manifest of tenantlint"):
        load_manifest(content)


@pytest.mark.parametrize("version", [0, 1, "1", None, [1]])
def test_another_format_is_refused_with_what_to_do(version: object) -> None:
    with pytest.raises(SnapshotError, match="reads format 2") as caught:
        load_manifest(orjson.dumps({**written(), "format": version}))

    assert "collect a new snapshot" in caught.value.hint


@pytest.mark.parametrize("path", ["", "coverage", "tables/machines", "tables/machines/files/p00000"])
def test_a_key_too_few_is_refused(path: str) -> None:
    for key in within(written(), path).keys() - {"missing", "cause", "population", "only_violations"}:
        value = written()
        del within(value, path)[key]
        with pytest.raises(SnapshotError, match="not a manifest"):
            load_manifest(orjson.dumps(value))


@pytest.mark.parametrize("path", ["", "tables/machines", "tables/machines/files/p00000"])
def test_a_key_too_many_is_refused(path: str) -> None:
    value = written()
    within(value, path)["surprise"] = 1

    with pytest.raises(SnapshotError, match="not a manifest"):
        load_manifest(orjson.dumps(value))


@pytest.mark.parametrize(
    ("path", "key", "wrong"),
    [
        ("", "started_at", "yesterday"),
        ("", "started_at", 5),
        ("", "ended_at", "2026-11-20T02:00:00"),
        ("", "coverage", []),
        ("", "tables", []),
        ("", "partitions", 5),
        ("coverage", "visible", None),
        ("coverage", "unread", [{"why": "x"}]),
        ("coverage", "unread", 5),
        ("tables", "machines", []),
        ("tables/machines", "files", []),
        ("tables/machines", "columns", None),
        ("tables/machines/files", "p00000", "text"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(path: str, key: str, wrong: object) -> None:
    value = written()
    within(value, path)[key] = wrong

    with pytest.raises(SnapshotError, match="not a manifest"):
        load_manifest(orjson.dumps(value))


def fields() -> dict[str, Any]:
    return {name: getattr(MANIFEST, name) for name in Manifest.__dataclass_fields__}


def written() -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads(MANIFEST.dump())
    return value


def within(value: dict[str, Any], path: str) -> dict[str, Any]:
    for step in path.split("/") if path else ():
        value = value[step]
    return value


@pytest.mark.parametrize("key", ["requested", "read"])
def test_a_coverage_that_contradicts_itself_is_refused(key: str) -> None:
    value = written()
    value["coverage"][key] = ["s99"]

    with pytest.raises(SnapshotError, match="contradicts itself"):
        load_manifest(orjson.dumps(value))
