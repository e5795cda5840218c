"""Scrubbed copies as folders: complete and private, or not there; and what is reported of them."""

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.catalog import Catalog
from tenantlint.errors import CopyError, UsageError
from tenantlint.graph.copies import read_copy
from tenantlint.scrub import READS_FREE_TEXT, Scrubber, scrub_copy
from tests.makers import make_rule
from tests.tenant_copies import TENANT, subscription, subscription_row, vm_row, write_copy

KEY = b"a key of a test, not of a tenant"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    rows = {"Resources": [vm_row(1, "web-1", tags={"env": "prod"}), vm_row(2, "web-2")], "ResourceContainers": []}
    return write_copy(tmp_path / "copy", rows, subscriptions=[1, 2], tables=list(rows))


def head(copy: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((copy / "copy.json").read_bytes())
    return found


def files(copy: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in copy.iterdir()}


def test_a_copy_is_there_as_a_whole_and_for_its_owner_only(copy: Path, tmp_path: Path) -> None:
    scrub_copy(copy, tmp_path / "new" / "scrubbed")

    assert stat.S_IMODE((tmp_path / "new" / "scrubbed").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["scrubbed"]
    assert files(tmp_path / "new" / "scrubbed").keys() == {"Resources.jsonl", "ResourceContainers.jsonl", "copy.json"}


def test_it_says_of_itself_what_the_original_says(copy: Path, tmp_path: Path) -> None:
    scrub_copy(copy, tmp_path / "scrubbed", key=KEY)
    before, after, scrubber = read_copy(copy), read_copy(tmp_path / "scrubbed"), Scrubber(KEY)

    assert (after.captured_at, after.cloud, after.files.keys()) == (
        before.captured_at,
        "AzureCloud",
        before.files.keys(),
    )
    assert after.tenant_id == scrubber.text(TENANT) != TENANT
    assert after.coverage.subscriptions == {scrubber.subscription(subscription(number)) for number in (1, 2)}


def test_what_was_not_read_is_scrubbed_with_its_reason(tmp_path: Path) -> None:
    unread = [
        {"subscription": subscription(2).upper(), "reason": "anna@contoso.com may not"},
        {"table": "PolicyResources", "reason": "no such table in AzureChinaCloud"},
    ]
    copy = write_copy(tmp_path / "copy", {"Resources": [vm_row(1, "web-1")]}, subscriptions=[1], unread=unread)
    scrub_copy(copy, tmp_path / "scrubbed", key=KEY)

    assert head(tmp_path / "scrubbed")["unread"] == [
        {"reason": "scrubbed", "subscription": Scrubber(KEY).subscription(subscription(2)).upper()},
        {"reason": "scrubbed", "table": "PolicyResources"},
    ]


def test_nothing_stays_that_is_not_part_of_the_format(copy: Path, tmp_path: Path) -> None:
    said = {**head(copy), "cloud": "ContosoCloud", "by": "anna@contoso.com"}
    (copy / "copy.json").write_bytes(orjson.dumps(said))
    (copy / "Notes.jsonl").write_text('{"id": "anna"}\n')
    scrub_copy(copy, tmp_path / "scrubbed", key=KEY)

    assert head(tmp_path / "scrubbed").keys() == said.keys() - {"by"}
    assert head(tmp_path / "scrubbed")["cloud"] == Scrubber(KEY).text("ContosoCloud")
    assert not (tmp_path / "scrubbed" / "Notes.jsonl").exists()


def test_a_table_with_a_name_of_its_own_is_renamed(copy: Path, tmp_path: Path) -> None:
    (copy / "ErpServers.jsonl").write_text('{"id": "/subscriptions/x", "type": "acme/servers", "name": "erp"}\n')
    (copy / "copy.json").write_bytes(orjson.dumps({**head(copy), "tables": ["ErpServers", "resources", "Resources"]}))
    report = scrub_copy(copy, tmp_path / "scrubbed", key=KEY)

    name = Scrubber(KEY).text("ErpServers")
    assert report.rows == {name: 1, "resources": 2}
    assert read_copy(tmp_path / "scrubbed").files.keys() == {name.lower(), "resources"}


def test_lines_keep_their_numbers(copy: Path, tmp_path: Path) -> None:
    lines = (copy / "Resources.jsonl").read_bytes().splitlines()
    (copy / "Resources.jsonl").write_bytes(b"\n".join([b"", lines[0], b"  ", lines[1]]))
    report = scrub_copy(copy, tmp_path / "scrubbed")

    assert report.rows["Resources"] == 2
    scrubbed = (tmp_path / "scrubbed" / "Resources.jsonl").read_bytes().split(b"\n")
    assert [bool(line) for line in scrubbed] == [False, True, False, True, False]


def test_the_same_key_gives_the_same_copy_and_none_gives_another_each_time(copy: Path, tmp_path: Path) -> None:
    for name, key in (("a", KEY), ("b", KEY), ("c", None), ("d", None)):
        scrub_copy(copy, tmp_path / name, key=key)
    a, b, c, d = (files(tmp_path / name) for name in "abcd")

    assert a == b
    assert a["copy.json"] != c["copy.json"] != d["copy.json"]


def test_it_is_told_how_far_it_is_without_naming_anything(copy: Path, tmp_path: Path) -> None:
    told: list[str] = []
    scrub_copy(copy, tmp_path / "scrubbed", progress=told.append)

    tables = ("Resources", "ResourceContainers")
    assert told == [f"{what} {table}" for what in ("scrubbing", "checking") for table in tables]


def test_the_report_counts_rows_and_parts_of_texts(copy: Path, tmp_path: Path) -> None:
    report = scrub_copy(copy, tmp_path / "scrubbed")

    assert report.rows == {"Resources": 2, "ResourceContainers": 0}
    assert (
        report.replaced["GUID"] == 2 * 3 + 3
    )  # of both rows: in the id, the subscription and the tenant; of copy.json
    assert report.replaced["text"] == 2  # the tag
    assert report.kept["region"] == 2
    assert not report.replaced.keys() & report.kept.keys()
    assert list(report.kept.values()) == sorted(report.kept.values(), reverse=True)


def test_rules_that_read_free_text_are_named(copy: Path, tmp_path: Path) -> None:
    reads = make_rule(print, "acme-reads", tags=["acme", READS_FREE_TEXT])
    other = replace(reads, id="acme-other", tags=("acme",))
    catalog = Catalog(rules={rule.id: rule for rule in (reads, other)})

    assert scrub_copy(copy, tmp_path / "scrubbed", catalog=catalog).exempt == ("acme-reads",)
    assert scrub_copy(copy, tmp_path / "again").exempt == ()


def test_a_folder_is_never_overwritten(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    scrub_copy(copy, tmp_path / "empty")

    for taken in (tmp_path / "empty", copy):
        before = files(taken)
        with pytest.raises(UsageError, match="exists already"):
            scrub_copy(copy, taken)
        assert files(taken) == before


def test_a_folder_that_cannot_be_made_is_an_error_of_the_user(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="cannot make"):
        scrub_copy(copy, tmp_path / "file" / "scrubbed")


@pytest.mark.parametrize(
    "line",
    ['{"id": ', "[]", '{"name": "no id"}', '{"id": "x", "type": "t", "name": 7}', '{"id": "\\ud800", "type": "t"}'],
)
def test_a_row_that_cannot_be_trusted_leaves_no_copy(copy: Path, tmp_path: Path, line: str) -> None:
    with (copy / "Resources.jsonl").open("a") as rows:
        rows.write(f"{line}\n")

    with pytest.raises(CopyError, match="line 3"):
        scrub_copy(copy, tmp_path / "scrubbed")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_rows_of_any_size_are_scrubbed(tmp_path: Path) -> None:
    properties = {
        "script": "s" * 10_000_000,
        "list": [f"erp-{number}" for number in range(20_000)],
        "secret": "x" * 10**6,
    }
    rows = {"Resources": [vm_row(1, "web-1", properties=properties)], "ResourceContainers": [subscription_row(1)]}
    copy = write_copy(tmp_path / "copy", rows, subscriptions=[1])
    scrub_copy(copy, tmp_path / "scrubbed")

    row = orjson.loads((tmp_path / "scrubbed" / "Resources.jsonl").read_bytes())
    assert len(row["properties"]["script"]) == 16
    assert len(set(row["properties"]["list"])) == 20_000
    assert row["properties"].get("secret") == "scrubbed"
