"""Collecting: queries run once, and what they gave is on disk, whole or not at all."""

import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson
import pytest

from tenantlint import Table
from tenantlint.collect import collect
from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import CopyError, SnapshotError, UsageError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.manifest import TENANT, About, Manifest
from tenantlint.partitions import ROWS_PER_PARTITION
from tenantlint.snapshot import Snapshot, SnapshotReader, open_snapshot
from tenantlint.version import __version__
from tests.conftest import Row
from tests.makers import MACHINES, PARTS, SHOPS, collect_copy, row, write_copy

TABLES = (MACHINES, PARTS, SHOPS)


def tenant() -> list[Row]:
    """Return nine machines in three subscriptions, two parts of each in another one, and whatever has no owner."""
    machines = [row("machines", f"m{number}", f"s{number % 3}") for number in range(9)]
    parts = [
        row("parts", f"p{number}{side}", "s9", properties={"owner": spelled})
        for number, machine in enumerate(machines)
        for side, spelled in (("a", machine["id"].upper()), ("b", machine["id"].title()))
    ]
    lost = [row("parts", "lost", "s1"), row("parts", "root", "s1", properties={"owner": "/providers/x"})]
    return [*machines, *parts, *lost, row("shops", "s1", "s1"), row("shops", "s2", "s2")]


def take(
    folder: Path, rows: Iterable[Row], tables: Iterable[Table] = TABLES, size: int = ROWS_PER_PARTITION
) -> Snapshot:
    return collect_copy(write_copy(folder / "copy", {"Resources": rows}), tables, folder / "snapshot", size)


def table(kql: str, owner: str | None = None, name: str = "things") -> Table:
    return Table(name, "", owner, kql)


def names(snapshot: Snapshot, table: str) -> dict[str, list[str]]:
    """Return the names of the rows of a table by partition."""
    with SnapshotReader(snapshot) as reader:
        return {
            partition: [str(name) for rows in reader.rows(table, partition, ["name"]) for (name,) in rows]
            for partition in snapshot.manifest.partitions_of(table)
        }


def content(folder: Path) -> Mapping[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_the_manifest_says_what_was_collected_and_what_was_not(tmp_path: Path) -> None:
    unread = [{"subscription": "s7", "reason": "no access"}]
    copy = write_copy(
        tmp_path / "copy", {"Resources": tenant()}, tenant_id="T1", cloud="AzureChinaCloud", unread=unread
    )
    told: list[str] = []
    (tmp_path / "work").mkdir()
    with LocalGraph(read_copy(copy), tmp_path / "work") as graph:
        about = About({"acme": "1.2"}, {"edition": "2018-12"})
        given = collect(graph, TABLES, tmp_path / "new" / "snapshot", about=about, progress=told.append)
    manifest = open_snapshot(tmp_path / "new" / "snapshot").manifest

    assert manifest == given
    assert (manifest.tool_version, manifest.plugins) == (__version__, {"acme": "1.2"})
    assert manifest.settings == {"edition": "2018-12"}
    assert (manifest.graph, manifest.cloud, manifest.tenant_id) == ("tenant copy copy", "AzureChinaCloud", "t1")
    assert manifest.started_at == manifest.ended_at == read_copy(copy).captured_at
    assert manifest.coverage == Coverage(frozenset({"s0", "s1", "s2", "s9"}), (Unread("no access", "s7"),))
    assert manifest.partitions == ("p00000",)
    assert list(manifest.tables) == ["machines", "parts", "shops"]
    assert told == ["reading machines", "reading parts", "reading shops", "writing the snapshot"]
    _check_stored(manifest)


def _check_stored(manifest: Manifest) -> None:
    parts = manifest.tables["parts"]
    assert (parts.kql, parts.sha256, parts.owner) == (PARTS.kql, PARTS.sha256, "machineId")
    assert parts.columns == ("id", "name", "subscriptionId", "tags", "machineId")
    assert parts.reads == ("resources",)
    assert (parts.rows, parts.missing, parts.cause) == (20, "", None)
    assert list(manifest.tables["shops"].files) == [TENANT]


def test_a_snapshot_is_a_manifest_and_a_file_for_every_table_and_partition_with_rows(tmp_path: Path) -> None:
    snapshot = take(tmp_path, tenant(), size=10)
    listed = {
        str(snapshot.file(name, partition).relative_to(snapshot.folder))
        for name, stored in snapshot.manifest.tables.items()
        for partition in stored.files
    }

    assert content(snapshot.folder).keys() == {"manifest.json", *listed}
    assert all(file.rows for stored in snapshot.manifest.tables.values() for file in stored.files.values())


@pytest.mark.parametrize("size", [1, 4, 10, 100])
def test_every_row_is_in_exactly_one_partition_and_with_its_owner(tmp_path: Path, size: int) -> None:
    snapshot = take(tmp_path, tenant(), size=size)
    machines, parts = names(snapshot, "machines"), names(snapshot, "parts")

    assert sorted(name for found in machines.values() for name in found) == sorted(f"m{number}" for number in range(9))
    assert sum(len(found) for found in parts.values()) == 20
    for partition, found in machines.items():
        assert {f"p{name[1:]}{side}" for name in found for side in "ab"} <= set(parts[partition])
    assert [len(found) for found in machines.values()] == [
        snapshot.manifest.tables["machines"].files[name].rows
        if name in snapshot.manifest.tables["machines"].files
        else 0
        for name in machines
    ]
    assert (len(snapshot.manifest.partitions) > 1) == (size < 29)


def test_a_row_without_an_owner_lies_with_its_own_subscription_and_one_of_nobody_s_by_itself(tmp_path: Path) -> None:
    parts = names(take(tmp_path, tenant(), size=10), "parts")
    of_s1 = next(found for found in parts.values() if "p1a" in found)

    assert "lost" in of_s1
    assert "root" not in of_s1


@pytest.mark.parametrize("size", [16, 1_000])
def test_the_same_copy_gives_the_same_bytes_whatever_the_order_of_its_rows(tmp_path: Path, size: int) -> None:
    rows = [row("machines", str(number), f"s{number % 7}", tags={"n": number}) for number in range(60)] + tenant()
    shuffled = random.Random(1).sample(rows, len(rows))  # noqa: S311 - an order, not a secret
    first = take(tmp_path / "first", rows, size=size)
    second = take(tmp_path / "second", shuffled, size=size)

    assert content(first.folder) == content(second.folder)


def test_a_table_that_was_not_captured_is_recorded_and_stops_nothing_else(tmp_path: Path) -> None:
    policies = table("PolicyResources | project id", "id", "policies")
    snapshot = take(tmp_path, tenant(), [MACHINES, policies, SHOPS])
    missing = snapshot.manifest.tables["policies"]

    assert (missing.cause, missing.missing) == (
        "unread",
        "table 'policyresources' was not captured in this tenant copy",
    )
    assert (missing.kql, missing.sha256, missing.owner) == (policies.kql, policies.sha256, "id")
    assert (missing.files, missing.columns, missing.reads) == ({}, (), ())
    assert [snapshot.manifest.tables[name].rows for name in ("machines", "shops")] == [9, 2]


FAILING = [
    ("Resources\n| where nam == 'x'", None, "no column 'nam' here (line 2, column 9)"),
    ("Resources | extend a = fold(id)", "id", "'function:fold' (line 1, column 24)"),
    ("Resources | where name matches regex '('", None, "missing )"),
    ("Resources | let", None, "no operator 'let'"),
    ("", None, "the query is empty"),
    ("Nowhere", None, "no table 'Nowhere'"),
    ("Resources | project name", None, "need a column 'id'"),
    ("Resources | project id, name", "vmId", "need a column 'vmId'"),
    ("Resources | count", "id", "need a column 'id'"),
]


def test_a_query_that_fails_is_recorded_as_failed_and_stops_nothing_else(tmp_path: Path) -> None:
    failing = [table(kql, owner, f"t{number}") for number, (kql, owner, _) in enumerate(FAILING)]
    stored = take(tmp_path, tenant(), [*failing, SHOPS]).manifest.tables

    for number, (_, _, says) in enumerate(FAILING):
        assert says in stored[f"t{number}"].missing
        assert (stored[f"t{number}"].cause, stored[f"t{number}"].files) == ("failed", {})
    assert stored["shops"].rows == 2


def test_an_empty_table_is_there_and_has_columns_and_no_file(tmp_path: Path) -> None:
    snapshot = take(tmp_path, [], TABLES)
    machines = snapshot.manifest.tables["machines"]

    assert (machines.missing, machines.rows, machines.files) == ("", 0, {})
    assert machines.columns == ("id", "name", "subscriptionId", "tags")
    assert snapshot.manifest.partitions == ()
    assert content(snapshot.folder).keys() == {"manifest.json"}


@pytest.mark.parametrize(
    ("owner", "size", "second"),
    [
        ("id", 1, "/SUBSCRIPTIONS/S1/x"),
        ("id", 100, "/subscriptions/s1/X"),
        ("managedBy", 1, "/subscriptions/S1/x"),
        ("managedBy", 1, "/subscriptions/s1/x"),
        ("managedBy", 100, "/subscriptions/s1/X"),
        (None, 1, "/subscriptions/s1/X"),
    ],
)
def test_two_rows_for_one_resource_are_an_error_wherever_they_would_lie(
    tmp_path: Path, owner: str | None, size: int, second: str
) -> None:
    rows: list[Row] = [
        {"id": id_, "type": "t", "subscriptionId": "s1", "managedBy": f"/subscriptions/{at}/vm"}
        for at, id_ in (("s1", "/subscriptions/s1/x"), ("s2", second), ("s3", "/subscriptions/s1/y"))
    ]
    with pytest.raises(SnapshotError) as caught:
        take(tmp_path, rows, [table("Resources | project id, managedBy", owner)], size)

    assert f"table 'things' has more than one row with the id {min('/subscriptions/s1/x', second)!r}" in str(
        caught.value
    )
    assert "look into resources" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


@pytest.mark.parametrize(
    ("owner", "id_"),
    [
        ("id", "iff(name == 'b', '', id)"),
        ("name", "iff(name == 'b', '', id)"),
        (None, "iff(name == 'b', '', id)"),
        ("id", "tostring(properties.absent)"),
        ("id", "properties.absent"),
        ("name", "properties.absent"),
        (None, "properties.absent"),
    ],
)
def test_a_row_without_an_id_is_an_error_and_not_a_row_less(tmp_path: Path, owner: str | None, id_: str) -> None:
    rows = [row("things", name) for name in ("ab" if "name" in id_ else "b")]

    with pytest.raises(SnapshotError, match="table 'things' has a row without an id"):
        take(tmp_path, rows, [table(f"Resources | project id = {id_}, name", owner)])


@pytest.mark.parametrize("owner", ["id", None])
def test_columns_may_be_called_anything(tmp_path: Path, owner: str | None) -> None:
    odd = [
        "partition",
        "partition_",
        "subscription",
        "slice",
        "slices",
        "share",
        "row",
        "a\"b's",
        "é",
        "a b",
        "index",
        "select",
    ]
    kql = "Resources | project id, " + ", ".join(f'["{_escaped(name)}"] = name' for name in odd)
    snapshot = take(tmp_path, tenant(), [table(kql, owner)], 5)
    (stored,) = snapshot.manifest.tables.values()
    with SnapshotReader(snapshot) as reader:
        partitions = snapshot.manifest.partitions_of("things")
        rows = [row for name in partitions for rows in reader.rows("things", name, stored.columns) for row in rows]

    assert stored.columns == ("id", *odd)
    assert len(rows) == len(tenant())
    assert all(set(map(orjson.loads, map(str, found[1:]))) == {str(found[0]).rpartition("/")[2]} for found in rows)


def _escaped(name: str) -> str:
    return name.replace('"', '\\"')


def test_text_columns_are_kept_as_text_and_all_others_as_json(tmp_path: Path) -> None:
    kql = "Resources | project id, name, kind, tags, a = properties.a, b = properties.b, c = properties.c, d = 'x'"
    rows = [{**row("things", "null", tags=None, properties={"a": "null", "b": None, "c": 1.5e300}), "kind": ""}]
    snapshot = take(tmp_path, rows, [table(kql)])
    with SnapshotReader(snapshot) as reader:
        ((found,),) = reader.rows("things", TENANT, ["name", "kind", "tags", "a", "b", "c", "d"])

    assert found == ("null", "", None, '"null"', None, "1.5e300", '"x"')


def test_a_malformed_copy_stops_everything_and_leaves_nothing(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": tenant()})
    with (copy / "Resources.jsonl").open("ab") as lines:
        lines.write(b'{"id": "/x", "name": NaN}')

    with pytest.raises(CopyError, match=f"line {len(tenant()) + 1}: "):
        collect_copy(copy, TABLES, tmp_path / "snapshot")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_folder_that_holds_something_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "mine.txt").write_text("mine")

    with pytest.raises(UsageError, match="exists already") as caught:
        take(tmp_path, tenant())
    assert "never overwritten" in caught.value.hint
    assert content(tmp_path / "snapshot") == {"mine.txt": b"mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "snapshot"]


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "snapshot").write_text("mine")

    with pytest.raises(UsageError, match="exists already"):
        take(tmp_path, tenant())
    assert (tmp_path / "snapshot").read_text() == "mine"


def test_a_place_where_no_folder_can_be_is_the_user_s_to_mend(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    copy = write_copy(tmp_path / "copy", {"Resources": []})

    with pytest.raises(UsageError, match=r"cannot make the folder .*file/below"):
        collect_copy(copy, TABLES, tmp_path / "file" / "below")


def test_an_empty_folder_becomes_the_snapshot_even_the_one_one_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": tenant()})
    for name in ("empty", "here", "target"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    monkeypatch.chdir(tmp_path / "here")

    assert collect_copy(copy, TABLES, tmp_path / "empty").manifest.tables["machines"].rows == 9
    assert collect_copy(copy, TABLES, tmp_path / "link").manifest.tables["machines"].rows == 9
    collect_copy_here(copy)
    assert open_snapshot(tmp_path / "here").manifest.tables["machines"].rows == 9
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "empty", "here", "link", "target"]


def collect_copy_here(copy: Path) -> None:
    with tempfile.TemporaryDirectory() as work, LocalGraph(read_copy(copy), Path(work)) as graph:
        collect(graph, TABLES, Path())


@pytest.mark.parametrize("name", ["id=5 [1]", "partition=x*", "quo'te é 😀", "..."])
def test_a_snapshot_may_be_called_anything(tmp_path: Path, name: str) -> None:
    copy = write_copy(tmp_path / name / "copy", {"Resources": tenant()})
    snapshot = collect_copy(copy, TABLES, tmp_path / name / name, 5)

    assert sorted(found for rows in names(snapshot, "machines").values() for found in rows) == sorted(
        f"m{number}" for number in range(9)
    )


def test_nobody_else_may_look_into_a_snapshot(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        snapshot = take(tmp_path, tenant())
    finally:
        os.umask(mask)

    assert stat.S_IMODE(snapshot.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("moment", ["reading parts", "writing the snapshot"])
def test_an_exception_on_the_way_leaves_nothing(tmp_path: Path, moment: str) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": tenant()})
    (tmp_path / "work").mkdir()

    def stop(doing: str) -> None:
        if doing == moment:
            raise KeyboardInterrupt

    with LocalGraph(read_copy(copy), tmp_path / "work") as graph, pytest.raises(KeyboardInterrupt):
        collect(graph, TABLES, tmp_path / "snapshot", progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "work"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tenantlint.collect import collect
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tests.makers import MACHINES, PARTS, SHOPS

folder, moment = Path(sys.argv[1]), sys.argv[2]


def stop(doing):
    if doing == moment:
        os.kill(os.getpid(), signal.SIGKILL)


class Graph(LocalGraph):
    def info(self):
        stop("asking what was read")
        return super().info()


with Graph(read_copy(folder / "copy"), folder / "work") as graph:
    collect(graph, [MACHINES, PARTS, SHOPS], folder / "snapshot", progress=stop)
"""


@pytest.mark.parametrize("moment", ["reading parts", "asking what was read"])
def test_a_run_that_was_killed_leaves_nothing_that_looks_complete(tmp_path: Path, moment: str) -> None:
    write_copy(tmp_path / "copy", {"Resources": tenant()})
    (tmp_path / "work").mkdir()
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path, moment], cwd=Path(__file__).parents[1], check=False)
    (partial,) = tmp_path.glob(".snapshot.partial-*")

    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "snapshot").exists()
    with pytest.raises(SnapshotError, match="not a complete snapshot") as caught:
        open_snapshot(partial)
    assert "killed" in caught.value.hint
    assert collect_copy(tmp_path / "copy", TABLES, tmp_path / "snapshot").manifest.tables["machines"].rows == 9
