"""Rows are read in step with the resources that are judged: whatever comes out of step would be lost, and so raises."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tenantlint import Context, Resource, Verdict
from tenantlint.errors import SnapshotError
from tenantlint.lookups import Judged, OwnedRows, whole_owners
from tenantlint.schema import NO_MATTER_WHAT, Having, Schema
from tenantlint.snapshot import Cells, Snapshot, SnapshotReader
from tenantlint.tenant import WholeTables, open_tenant
from tests.makers import ROWS, TABLES, check_sums, collect_copy, judge_all, make_rule, row, write_copy

PARTS = Schema("parts", ("id",))
KEYS = [f"/subscriptions/s1/m{n}" for n in range(6)]


def machine(key: str) -> Resource:
    return Resource(PARTS, (key.upper(),))


def parts(*owners: str) -> OwnedRows:
    return OwnedRows(PARTS, [[(f"{owner}/p{at}", owner)] for at, owner in enumerate(owners)], lambda _: None)


def read(rows: OwnedRows, *keys: str) -> list[list[str]]:
    """Turn to the machines with *keys*; return the ids of the rows of each."""
    machines = {key: machine(key) for key in keys}
    rows.turn_to(Judged(machines.items()))
    return [[found.id for found in rows.of[each]] for each in machines.values()]


@pytest.mark.parametrize("size", range(1, 7))
def test_every_row_is_found_however_many_resources_are_judged_at_once(size: int) -> None:
    owners = ["/a", KEYS[1], KEYS[1], KEYS[2], KEYS[2] + "0", KEYS[5], "/z"]
    rows = parts(*owners)

    found = [each for at in range(0, 6, size) for each in read(rows, *KEYS[at : at + size])]
    assert found == [[f"{key}/p{at}" for at, owner in enumerate(owners) if owner == key] for key in KEYS]


def test_only_the_rows_of_the_resources_at_hand_are_kept() -> None:
    rows = parts(*KEYS)

    assert [len(rows.of) for some in (KEYS[:2], KEYS[2:4], KEYS[4:]) if read(rows, *some)] == [2, 2, 2]


OUT_OF_ORDER = "the rows of table 'parts' are not in order"


def test_rows_out_of_order_are_an_error() -> None:
    with pytest.raises(SnapshotError, match=OUT_OF_ORDER):
        read(parts(KEYS[1], KEYS[0]), *KEYS)


def test_rows_out_of_order_are_an_error_across_batches_too() -> None:
    rows = parts(KEYS[3], KEYS[0])
    read(rows, *KEYS[:3])

    with pytest.raises(SnapshotError, match=OUT_OF_ORDER):
        read(rows, *KEYS[3:])


def test_rows_that_nobody_has_asked_for_are_held_to_their_order_at_the_end() -> None:
    rows = parts("/z", KEYS[0])
    read(rows, *KEYS)

    with pytest.raises(SnapshotError, match=OUT_OF_ORDER):
        rows.finish()


def test_a_row_without_an_owner_belongs_to_nobody_not_even_itself() -> None:
    rows = OwnedRows(PARTS, [[(KEYS[0], None), ("/p", KEYS[0])]], lambda _: None)

    assert read(rows, KEYS[0]) == [["/p"]]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 128])
def test_what_shares_an_owner_comes_in_one_batch_wherever_the_file_is_cut(size: int) -> None:
    keys = [None, None, None, "a", "b", "b", "b", "c", "d", "d"]
    rows = [(str(at), key) for at, key in enumerate(keys)]
    batches = list(whole_owners(rows[at : at + size] for at in range(0, len(rows), size)))

    assert [row for batch in batches for row in batch] == rows
    for one, other in pairwise(batches):
        assert one
        assert one[-1][-1] is None or one[-1][-1] != other[0][-1]


def test_many_rows_of_one_owner_are_found_together_from_either_side(tmp_path: Path) -> None:
    owner = row("machines", "big")
    many = [row("parts", f"p{n}", "s2", properties={"owner": owner["id"].upper()}) for n in range(300)]
    loose = [row("parts", "loose", properties={"owner": None}), row("parts", "lost", properties={"owner": "/x/y"})]
    copy = write_copy(tmp_path / "copy", {"Resources": [owner, row("machines", "alone"), *many, *loose]})
    found: Counter[tuple[str, int, str | None]] = Counter()

    def judge(resource: Resource, ctx: Context) -> Verdict:
        rows = ctx.tenant.owned("parts" if resource.table == "machines" else "machines", resource)
        found[resource.table, len(rows), rows.unread] += 1
        return resource.compliant()

    rules = [
        make_rule(judge, "acme-machines", reads=["parts"]),
        make_rule(judge, "acme-parts", on="parts", reads=["machines"]),
    ]
    taken = collect_copy(copy, TABLES, tmp_path / "snapshot", 1)
    summary, _ = judge_all(taken, rules)

    check_sums(summary, taken, rules)
    assert found == {
        ("machines", 300, None): 1,
        ("machines", 0, None): 1,
        ("parts", 1, None): 300,
        ("parts", 0, None): 2,
    }


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("tenant")
    return collect_copy(write_copy(folder / "copy", {"Resources": ROWS}), TABLES, folder / "snapshot")


def test_resources_to_judge_out_of_order_are_an_error(snapshot: Snapshot) -> None:
    with SnapshotReader(snapshot) as reader:
        tenant = open_tenant(reader, "machines", "p00000", WholeTables(reader), ["parts"])
        tenant.turn_to([(KEYS[3], machine(KEYS[3]))])

        for key in KEYS[2:4]:
            with pytest.raises(SnapshotError, match="the rows of table 'machines' are not in order"):
                tenant.turn_to([(key, machine(key))])


def test_a_table_that_is_kept_whole_is_read_when_it_is_first_asked_for_and_only_once(snapshot: Snapshot) -> None:
    asked: list[str] = []

    class Watched(SnapshotReader):
        def rows(
            self, table: str, partition: str | None, columns: Sequence[str], *, having: Having = NO_MATTER_WHAT
        ) -> Iterator[list[Cells]]:
            asked.append(table)
            return super().rows(table, partition, columns, having=having)

    with Watched(snapshot) as reader:
        whole = WholeTables(reader)
        assert asked == []
        assert whole.get("shops") is whole.get("shops")
        assert asked == ["shops"]
