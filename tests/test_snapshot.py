"""Snapshots on disk: read partition by partition, and refused where they are not what was collected."""

import gc
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

import orjson
import pytest

from tenantlint.errors import SnapshotError
from tenantlint.manifest import TENANT
from tenantlint.snapshot import Cells, Snapshot, SnapshotReader, open_snapshot
from tests.makers import MACHINES, PARTS, SHOPS, collect_copy, row, write_copy

ODD = {"name": "a\0\x1b[31m\"'\\\n\u2028é😀", "tags": {"k'\"\n\0": ["\u202e", None, 1.5e300, 2**63, 9007199254740993]}}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Take a snapshot of six machines in three subscriptions, two rows in a partition."""
    folder = tmp_path_factory.mktemp("pristine")
    machines = [row("machines", f"M{number}", f"s{number % 3}", tags={"n": number}) for number in range(6)]
    machines[3] |= ODD
    parts = [row("parts", "p", "s9", properties={"owner": machines[0]["id"].upper()})]
    copy = write_copy(folder / "copy", {"Resources": [*machines, *parts, row("shops", "s", "s1")]})
    return collect_copy(copy, [MACHINES, PARTS, SHOPS], folder / "snapshot", rows_per_partition=2)


@pytest.fixture
def snapshot(pristine: Snapshot, tmp_path: Path) -> Snapshot:
    """Return a copy of the snapshot, to be tampered with."""
    return open_snapshot(copytree(pristine.folder, tmp_path / "snapshot"))


def cells(snapshot: Snapshot, table: str, partition: str, columns: Sequence[str] | None = None) -> list[Cells]:
    with SnapshotReader(snapshot) as reader:
        stored = snapshot.manifest.tables[table].columns
        return [row for rows in reader.rows(table, partition, columns or stored) for row in rows]


def test_rows_are_read_partition_by_partition_sorted_by_id(snapshot: Snapshot) -> None:
    stored = snapshot.manifest.tables["machines"]
    read = {name: cells(snapshot, "machines", name, ["id", "name"]) for name in snapshot.manifest.partitions}

    assert {name: len(rows) for name, rows in read.items() if rows} == {
        name: file.rows for name, file in stored.files.items()
    }
    assert stored.rows == 6
    assert all(rows == sorted(rows, key=lambda row: str(row[0]).lower()) for rows in read.values())
    assert max(map(len, read.values())) > 1


def test_columns_come_in_the_order_in_which_they_are_asked_for(snapshot: Snapshot) -> None:
    ((name, id_),) = cells(snapshot, "shops", TENANT, ["name", "id"])

    assert (name, id_) == ("s", row("shops", "s", "s1")["id"])


def test_text_and_values_survive_whatever_they_hold(snapshot: Snapshot) -> None:
    rows = [found for partition in snapshot.manifest.partitions for found in cells(snapshot, "machines", partition)]
    index = snapshot.manifest.tables["machines"].columns.index
    (odd,) = [found for found in rows if found[index("name")] == ODD["name"]]

    assert orjson.loads(odd[index("tags")] or "") == ODD["tags"]


def test_a_partition_without_rows_of_a_table_gives_none(snapshot: Snapshot) -> None:
    assert [len(cells(snapshot, "parts", partition)) for partition in snapshot.manifest.partitions].count(1) == 1
    assert cells(snapshot, "parts", "p99999") == []
    assert cells(snapshot, "machines", TENANT) == []


def test_many_rows_come_some_at_a_time(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": [row("shops", f"{number:04}") for number in range(600)]})
    with SnapshotReader(collect_copy(copy, [SHOPS], tmp_path / "snapshot")) as reader:
        batches = [len(rows) for rows in reader.rows("shops", TENANT, ["id"])]

    assert sum(batches) == 600
    assert max(batches) < 600


def test_a_column_that_is_not_there_is_an_error(snapshot: Snapshot) -> None:
    with pytest.raises(SnapshotError, match=r"cannot read .*nonsense"):
        cells(snapshot, "shops", TENANT, ["nonsense"])


@pytest.mark.parametrize("name", ["id=5", "a[1]b", "star*", "quo'te", "é 😀"])
def test_a_snapshot_may_be_moved_to_a_folder_of_any_name(snapshot: Snapshot, tmp_path: Path, name: str) -> None:
    for decoy in ("a1b", "starry"):
        (tmp_path / decoy / "tables" / "shops").mkdir(parents=True)
        (tmp_path / decoy / "tables" / "shops" / "tenant.parquet").write_bytes(b"decoy")
    moved = open_snapshot(snapshot.folder.rename(tmp_path / name))

    assert cells(moved, "shops", TENANT, ["name"]) == [("s",)]


@pytest.mark.parametrize("table", ["machines", "shops"])
def test_a_byte_that_flipped_is_noticed(snapshot: Snapshot, table: str) -> None:
    file = snapshot.file(table, next(iter(snapshot.manifest.tables[table].files)))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    with pytest.raises(SnapshotError, match="SHA-256 differs") as caught:
        open_snapshot(snapshot.folder)
    assert str(file) in str(caught.value)
    assert caught.value.hint
    assert open_snapshot(snapshot.folder, verify=False).manifest == snapshot.manifest


@pytest.mark.parametrize("length", [0, 3, -9])
def test_a_file_that_was_cut_is_noticed_at_once_or_at_the_latest_when_it_is_read(
    snapshot: Snapshot, length: int
) -> None:
    file = snapshot.file("shops", TENANT)
    file.write_bytes(file.read_bytes()[:length])

    with pytest.raises(SnapshotError, match="SHA-256 differs"):
        open_snapshot(snapshot.folder)
    with pytest.raises(SnapshotError, match=r"cannot read .*tenant\.parquet"):
        cells(open_snapshot(snapshot.folder, verify=False), "shops", TENANT)


def test_a_file_that_is_missing_is_noticed_at_once_or_at_the_latest_when_it_is_read(snapshot: Snapshot) -> None:
    snapshot.file("shops", TENANT).unlink()

    with pytest.raises(SnapshotError, match=r"tenant\.parquet is missing from the snapshot"):
        open_snapshot(snapshot.folder)
    with pytest.raises(SnapshotError, match=r"cannot read .*tenant\.parquet"):
        cells(open_snapshot(snapshot.folder, verify=False), "shops", TENANT)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"{}", b'{"format": 99}', b"\xff"])
def test_a_manifest_that_is_none_is_refused(snapshot: Snapshot, content: bytes) -> None:
    (snapshot.folder / "manifest.json").write_bytes(content)

    with pytest.raises(SnapshotError, match=r"not a manifest|format 99"):
        open_snapshot(snapshot.folder)


@pytest.mark.parametrize(("inside", "hinted"), [("tables", True), ("spool", True), ("photos", False)])
def test_a_folder_without_a_manifest_is_no_complete_snapshot(
    tmp_path: Path,
    inside: str,
    hinted: bool,  # noqa: FBT001 - what is expected
) -> None:
    (tmp_path / inside).mkdir()

    with pytest.raises(SnapshotError, match=r"not a complete snapshot: it has no readable manifest\.json") as caught:
        open_snapshot(tmp_path)
    assert ("killed" in caught.value.hint) == hinted


@pytest.mark.parametrize("name", ["absent", "file", "file/below"])
def test_what_is_no_folder_is_no_snapshot(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SnapshotError, match="not a complete snapshot"):
        open_snapshot(tmp_path / name)


def test_a_reader_that_is_closed_early_leaves_nothing_open(snapshot: Snapshot) -> None:
    with SnapshotReader(snapshot) as reader:
        rows = iter(reader.rows("shops", TENANT, ["id"]))
        next(rows)
        del rows
    gc.collect()  # whatever was left open would warn here, and warnings are errors


def test_a_file_that_the_manifest_does_not_list_is_noticed(snapshot: Snapshot) -> None:
    manifest = orjson.loads((snapshot.folder / "manifest.json").read_bytes())
    manifest["tables"]["machines"]["files"] = {}
    (snapshot.folder / "manifest.json").write_bytes(orjson.dumps(manifest))

    with pytest.raises(SnapshotError, match="is not in the manifest: one of the two was altered"):
        open_snapshot(snapshot.folder)
