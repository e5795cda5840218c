"""Evaluation: every resource gets one verdict of every rule, whatever rules, facts and files do."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tenantlint import Context, FactTables, Resource, Verdict, Violation, read_table
from tenantlint.demo import __file__ as demo_file
from tenantlint.errors import SnapshotError
from tenantlint.manifest import Manifest
from tenantlint.model import COMPLIANT
from tenantlint.results import Problem
from tenantlint.schema import NO_MATTER_WHAT, Having
from tenantlint.snapshot import Cells, Reader, Snapshot
from tests.makers import (
    MACHINES,
    ROWS,
    SHOPS,
    TABLES,
    check_sums,
    collect_copy,
    judge_alike,
    judge_all,
    make_fact,
    make_rule,
    row,
    write_copy,
)

DEMO = Path(demo_file).parent


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("small")
    return collect_copy(write_copy(folder / "copy", {"Resources": ROWS}), TABLES, folder / "snapshot", 3)


def fine(resource: Resource, _: object) -> Verdict:
    return resource.compliant()


def raising(error: Callable[[], BaseException]) -> Callable[..., Any]:
    def compute(*_: object) -> Verdict:
        raise error()

    return compute


# -- verdicts


def test_a_broken_rule_stops_no_other_and_breaks_only_where_it_breaks(snapshot: Snapshot) -> None:
    def breaks_once(resource: Resource, _: object) -> Verdict:
        if resource.name == "m4":
            raise ValueError
        return resource.compliant()

    rules = [
        make_rule(fine, "acme-fine"),
        make_rule(breaks_once, "acme-once"),
        make_rule(raising(ValueError), "acme-never"),
    ]
    summary, judgements = judge_all(snapshot, rules)

    check_sums(summary, snapshot, rules)
    assert summary.tallies["acme-fine"].outcomes == {"compliant": 9}
    assert summary.tallies["acme-once"].outcomes == {"compliant": 8, "not-evaluable": 1}
    assert summary.tallies["acme-never"].causes == {"failed": 9}
    assert [(j.subject.name, j.rule.id) for j in judgements if j.verdict.cause and j.rule.id == "acme-once"] == [
        ("m4", "acme-once")
    ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda machine, ctx: ctx.tenant.owned("parts", machine),
        lambda machine, ctx: ctx.tenant.by_id("shops", machine.id),
        lambda _, ctx: ctx.fact("acme_fact", int),
    ],
)
def test_a_rule_that_looks_into_what_it_did_not_declare_breaks_alone(
    ask: Callable[..., object], snapshot: Snapshot
) -> None:
    def honest(machine: Resource, ctx: Context) -> Verdict:
        ask(machine, ctx)
        return machine.compliant()

    rules = [make_rule(ask, "acme-sly"), make_rule(honest, "acme-honest", reads=["parts", "shops", "acme_fact"])]
    summary, judgements = judge_all(snapshot, rules, [make_fact(count_machines)])

    check_sums(summary, snapshot, rules)
    assert summary.tallies["acme-sly"].causes == {"failed": 9}
    assert summary.tallies["acme-honest"].outcomes == {"compliant": 9}
    said = {judgement.verdict.message for judgement in judgements if judgement.rule.id == "acme-sly"}
    assert len(said) == 1
    assert "UndeclaredReadError: " in said.pop()


def test_problems_are_told_in_the_order_of_the_rules_ids(snapshot: Snapshot) -> None:
    summary, _ = judge_all(snapshot, [make_rule(raising(ValueError), id_) for id_ in "cab"])

    assert [problem.rule for problem in summary.problems] == ["a", "b", "c"]


def test_every_judgement_names_the_resource_and_the_rule(snapshot: Snapshot) -> None:
    rule = make_rule(fine)
    _, judgements = judge_all(snapshot, [rule])
    machines = {found["id"]: found for found in ROWS if found["type"] == "acme/machines"}

    assert len(judgements) == len(machines)
    for judgement in judgements:
        found = machines[judgement.subject.id]
        assert judgement.rule is rule
        assert (judgement.subject.name, judgement.subject.subscription_id) == (found["name"], found["subscriptionId"])


# -- which judgements are given


def test_without_everything_only_violations_and_what_keeps_the_scan_incomplete_are_given(snapshot: Snapshot) -> None:
    said = [
        COMPLIANT,
        Verdict("not-applicable", "is none"),
        Verdict("not-evaluable", "why", "absent"),
        Verdict("not-evaluable", "why", "unobservable"),
        Verdict("not-evaluable", "why", "unread"),
        Verdict("violation", "is bad", None, {}, (Violation("is bad", "note"),)),
        None,
    ]
    rule = make_rule(lambda resource, _: said[resource.find("tags.n") % len(said)])
    everything, all_judgements = judge_all(snapshot, [rule])
    some, judgements = judge_all(snapshot, [rule], everything=False)

    assert some == everything
    assert Counter(judgement.verdict.outcome for judgement in judgements) == {"not-evaluable": 2, "violation": 1}
    assert [judgement for judgement in all_judgements if judgement in judgements] == judgements


def test_judgements_come_sorted_by_resource_and_then_by_rule_within_a_partition(tmp_path: Path) -> None:
    rows = [row("machines", name, tags=None) for name in ("b", "A", "c", "B2")]
    whole = collect_copy(write_copy(tmp_path / "copy", {"Resources": rows}), TABLES, tmp_path / "snapshot")
    rules = [make_rule(fine, id_, on=on) for id_, on in (("z", "machines"), ("a", "machines"), ("m", "shops"))]
    _, judgements = judge_all(whole, rules)

    assert [(j.subject.name, j.rule.id) for j in judgements] == [
        (name, id_) for name in ("A", "b", "B2", "c") for id_ in "az"
    ]


def test_no_rules_give_no_judgements(snapshot: Snapshot) -> None:
    summary, judgements = judge_all(snapshot, [])

    assert (judgements, summary.tallies, summary.incomplete) == ([], {}, False)


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_the_garbage_collector_is_left_as_it_was(
    enabled: bool,  # noqa: FBT001 - a parameter of the test
    error: type[BaseException] | None,
    snapshot: Snapshot,
) -> None:
    before = gc.isenabled(), gc.get_threshold()
    try:
        (gc.enable if enabled else gc.disable)()
        with pytest.raises(error) if error else nullcontext():
            judge_all(snapshot, [make_rule(raising(error) if error else fine)])
        assert (gc.isenabled(), gc.get_threshold()) == (enabled, before[1])
    finally:
        (gc.enable if before[0] else gc.disable)()


# -- sums that can fail


class Leaky:
    """A reader that gives each batch as something makes of it."""

    def __init__(self, reader: Reader, leak: Callable[[Sequence[Cells]], Sequence[Cells]]) -> None:
        self._reader = reader
        self._leak = leak

    @property
    def manifest(self) -> Manifest:
        return self._reader.manifest

    def rows(
        self, table: str, partition: str | None, columns: Sequence[str], *, having: Having = NO_MATTER_WHAT
    ) -> Iterable[Sequence[Cells]]:
        return self._reader.rows(table, partition, columns, having=having)

    def counts(self, table: str, columns: Sequence[str]) -> Iterable[tuple[Cells, int]]:
        return self._reader.counts(table, columns)

    def keyed_rows(self, table: str, partition: str) -> Iterator[Sequence[Cells]]:
        for batch in self._reader.keyed_rows(table, partition):
            yield self._leak(batch)


@pytest.mark.parametrize(
    ("leak", "verdicts"),
    [
        (lambda _: [], 0),
        (lambda rows: [*rows, *rows], 18),
        (lambda rows: [cells for cells in rows if "m4" not in cells], 8),
        (lambda rows: [*rows, *[cells for cells in rows if "m4" in cells]], 10),
    ],
    ids=["all lost", "all doubled", "one lost", "one doubled"],
)
def test_rows_that_are_lost_or_doubled_on_the_way_are_a_problem(
    leak: Callable[[Sequence[Cells]], Sequence[Cells]], verdicts: int, snapshot: Snapshot
) -> None:
    summary, _ = judge_all(snapshot, [make_rule(fine)], through=lambda reader: Leaky(reader, leak))

    message = f"{verdicts} verdicts for 9 resources: the difference was not judged"
    assert summary.problems == [Problem("failed", message, "acme-rule", "")]
    assert summary.incomplete


def test_a_table_that_breaks_while_it_is_read_stops_the_scan_and_is_not_taken_for_its_end(snapshot: Snapshot) -> None:
    def broken(rows: Sequence[Cells]) -> Sequence[Cells]:
        if any("p3" in cells for cells in rows):
            raise SnapshotError("cannot read it")
        return rows

    with pytest.raises(SnapshotError, match="cannot read it"):
        judge_all(snapshot, [make_rule(owns, reads=["parts"])], through=lambda reader: Leaky(reader, broken))


def test_many_rows_of_one_owner_are_judged_like_any_others(tmp_path: Path) -> None:
    owner = row("machines", "m")["id"]
    rows = [row("machines", "m"), *(row("parts", f"p{n}", properties={"owner": owner}) for n in range(300))]
    snapshot = collect_copy(write_copy(tmp_path / "copy", {"Resources": rows}), TABLES, tmp_path / "snapshot")
    summary, judgements = judge_all(snapshot, [make_rule(fine, on="parts")])

    assert (len(judgements), summary.problems) == (300, [])


def test_what_all_verdicts_share_cannot_be_changed_by_a_rule(snapshot: Snapshot) -> None:
    def poison(machine: Resource, _: object) -> Verdict:
        verdict = machine.not_applicable("shared")
        verdict.evidence["name"] = machine.name  # type: ignore[index]  # that is what is tried
        return verdict

    summary, _ = judge_all(snapshot, [make_rule(poison), make_rule(fine, "acme-other")])
    assert (summary.tallies["acme-rule"].causes["failed"], summary.tallies["acme-other"].causes.total()) == (9, 0)
    assert dict(Verdict("compliant").evidence) == {}


def test_a_reader_that_loses_nothing_is_no_problem(snapshot: Snapshot) -> None:
    summary, _ = judge_all(snapshot, [make_rule(fine)], through=lambda reader: Leaky(reader, lambda rows: rows))

    assert summary.problems == []


# -- what is missing


def missing_table(tmp_path: Path, **head: object) -> Snapshot:
    """Collect a snapshot whose `parts` were not captured."""
    parts = read_table("parts", PARTS_OF_ANOTHER_TABLE, "acme")
    copy = write_copy(tmp_path / "copy", {"Resources": ROWS}, **head)
    return collect_copy(copy, (MACHINES, parts, SHOPS), tmp_path / "snapshot")


PARTS_OF_ANOTHER_TABLE = """// Parts.
// partition: owner machineId
AdvisorResources
| extend machineId = tostring(properties.owner)
| project id, name, subscriptionId, machineId
| order by id asc
"""
FAILING = """// Parts.
// partition: owner machineId
Resources
| project id, name, subscriptionId, machineId
| order by id asc
"""


def owns(machine: Resource, ctx: Context) -> Verdict:
    return machine.not_applicable(str(len(ctx.tenant.owned("parts", machine))))


def test_a_table_that_was_not_captured_makes_the_rules_that_read_it_unread(tmp_path: Path) -> None:
    rules = [
        make_rule(owns, "acme-owns", reads=["parts"]),
        make_rule(fine, "acme-fine"),
        make_rule(fine, "acme-parts", on="parts"),
    ]
    snapshot = missing_table(tmp_path)
    summary, judgements = judge_all(snapshot, rules)
    why = "table 'advisorresources' was not captured in this tenant copy"

    check_sums(summary, snapshot, rules)
    assert summary.tallies["acme-owns"].causes == {"unread": 9}
    assert summary.tallies["acme-fine"].outcomes == {"compliant": 9}
    assert {j.verdict.message for j in judgements if j.rule.id == "acme-owns"} == {why}
    assert summary.problems == [Problem("unread", f"nothing to judge: {why}", "acme-parts", "")]


def test_a_query_that_failed_makes_the_rules_that_read_it_failed(tmp_path: Path) -> None:
    rules = [make_rule(owns, "acme-owns", reads=["parts"]), make_rule(fine, "acme-parts", on="parts")]
    copy = write_copy(tmp_path / "copy", {"Resources": ROWS})
    snapshot = collect_copy(copy, (MACHINES, read_table("parts", FAILING, "acme")), tmp_path / "snapshot")
    summary, judgements = judge_all(snapshot, rules)

    check_sums(summary, snapshot, rules)
    assert summary.tallies["acme-owns"].causes == {"failed": 9}
    assert all("machineId" in judgement.verdict.message for judgement in judgements)
    assert [(problem.cause, problem.rule, problem.subscription) for problem in summary.problems] == [
        ("failed", "acme-parts", ""),
        ("failed", "acme-owns", None),
    ]


@pytest.mark.parametrize(("on", "reads"), [("machines", ["planets"]), ("machines", ["acme_lost"])])
def test_what_an_old_snapshot_does_not_hold_is_unread(on: str, reads: list[str], snapshot: Snapshot) -> None:
    summary, verdict = judge_alike(snapshot, fine, on=on, reads=reads)

    assert (verdict.cause, verdict.message) == ("unread", f"this snapshot does not hold table {reads[0]!r}")
    assert summary.tallies["acme-rule"].causes == {"unread": 9}
    assert summary.problems == []
    assert summary.incomplete


def test_of_several_missing_things_the_first_by_name_is_told_so_that_reports_stay_the_same(snapshot: Snapshot) -> None:
    _, verdict = judge_alike(snapshot, fine, reads=[f"table_{letter}" for letter in "hgfedcba"])

    assert verdict.message == "this snapshot does not hold table 'table_a'"


def test_a_judged_table_that_an_old_snapshot_does_not_hold_is_a_problem(snapshot: Snapshot) -> None:
    summary, judgements = judge_all(snapshot, [make_rule(fine, on="planets")])

    assert judgements == []
    assert summary.problems == [
        Problem("unread", "nothing to judge: this snapshot does not hold table 'planets'", "acme-rule", "")
    ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda machine, _: machine.not_applicable(str(machine.find("properties.size"))),
        lambda machine, ctx: machine.not_applicable(str(ctx.tenant.where("shops", "properties.size", "x"))),
        lambda machine, ctx: machine.not_applicable(str(ctx.tenant.owned("parts", machine)[0].find("properties.size"))),
    ],
)
def test_a_column_that_an_old_snapshot_lacks_is_unread(ask: Callable[..., Any], tmp_path: Path) -> None:
    rows = [found for found in ROWS if found["name"] in ("m1", "p1", "north")]
    snapshot = collect_copy(write_copy(tmp_path / "copy", {"Resources": rows}), TABLES, tmp_path / "snapshot")
    summary, verdict = judge_alike(snapshot, ask, reads=["shops", "parts"])

    assert verdict.cause == "unread"
    assert "has no column for 'properties.size'" in verdict.message
    assert summary.incomplete


@pytest.mark.parametrize(
    ("unread", "reads", "where"),
    [
        ({"subscription": "S1", "reason": "no permission"}, "subscription s1 was not read: no permission", "s1"),
        ({"table": "Resources", "reason": "cut"}, "table 'Resources' was not read: cut", ""),
        (
            {"table": "RESOURCES", "subscription": "s2", "reason": "cut"},
            "table 'RESOURCES' of subscription s2 was not read: cut",
            "s2",
        ),
        ({"table": "AdvisorResources", "reason": "cut"}, "table 'AdvisorResources' was not read: cut", None),
    ],
)
def test_what_was_not_read_is_a_problem_of_where_verdicts_may_be_missing(
    unread: dict[str, str], reads: str, where: str | None, tmp_path: Path
) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": ROWS}, unread=[unread])
    summary, _ = judge_all(collect_copy(copy, TABLES, tmp_path / "snapshot"), [make_rule(fine)])

    assert summary.problems == [Problem("unread", reads, "", where)]
    assert summary.incomplete


def test_a_resource_in_an_unread_subscription_is_told_so(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": ROWS}, subscriptions=["s0", "s1"])
    snapshot = collect_copy(copy, TABLES, tmp_path / "snapshot", 1)
    rule = make_rule(
        lambda machine, ctx: machine.not_applicable(str(ctx.tenant.owned("parts", machine).unread)), reads=["parts"]
    )
    _, judgements = judge_all(snapshot, [rule])

    assert {(j.subject.subscription_id, j.verdict.message) for j in judgements} == {
        ("s0", "None"),
        ("s1", "None"),
        ("s2", "subscription s2 was not read"),
    }


# -- facts


def count_machines(tables: FactTables) -> int:
    return sum(1 for _ in tables.rows("machines"))


def tell_fact(resource: Resource, ctx: Context) -> Verdict:
    return resource.not_applicable(repr(ctx.fact("acme_fact", object)))


def test_a_fact_is_computed_once_for_all_rules_over_all_partitions(snapshot: Snapshot) -> None:
    calls: list[int] = []

    def compute(tables: FactTables) -> int:
        calls.append(1)
        return count_machines(tables)

    rules = [make_rule(tell_fact, "a", reads=["acme_fact"]), make_rule(tell_fact, "b", on="shops", reads=["acme_fact"])]
    summary, judgements = judge_all(snapshot, rules, [make_fact(compute), make_fact(compute, "nobody-reads-this")])

    check_sums(summary, snapshot, rules)
    assert {judgement.verdict.message for judgement in judgements} == {"9"}
    assert calls == [1]


@pytest.mark.parametrize("value", [None, 0, "", [], False, {"a": 1}])
def test_a_fact_may_be_any_value(value: object, snapshot: Snapshot) -> None:
    judged = make_rule(tell_fact, on="shops", reads=["acme_fact"])
    _, judgements = judge_all(snapshot, [judged], [make_fact(lambda _: value)])

    assert {judgement.verdict.message for judgement in judgements} == {repr(value)}


@pytest.mark.parametrize(
    ("compute", "cause", "said"),
    [
        (raising(lambda: ValueError("no\nluck")), "failed", "fact 'acme_fact' broke: ValueError: no luck"),
        (raising(lambda: SystemExit(0)), "failed", "fact 'acme_fact' broke: SystemExit: 0"),
        (
            lambda tables: list(tables.rows("shops")),
            "failed",
            "'acme_fact' looks into 'shops', which its reads do not name",
        ),
        (
            lambda tables: list(tables.rows("machines", "name", "properties_size")),
            "unread",
            "fact 'acme_fact' cannot be computed: table 'machines' has no column 'properties_size'",
        ),
    ],
)
def test_a_fact_that_cannot_be_computed_breaks_only_the_rules_that_read_it(
    compute: Callable[..., Any], cause: str, said: str, snapshot: Snapshot
) -> None:
    rules = [make_rule(tell_fact, "acme-broken", reads=["acme_fact"]), make_rule(fine, "acme-fine")]
    summary, judgements = judge_all(snapshot, rules, [make_fact(compute)])

    check_sums(summary, snapshot, rules)
    assert summary.tallies["acme-broken"].causes == {cause: 9}
    assert summary.tallies["acme-fine"].outcomes == {"compliant": 9}
    assert all(said in judgement.verdict.message for judgement in judgements if judgement.rule.id == "acme-broken")


def test_facts_may_be_computed_from_facts_each_once(snapshot: Snapshot) -> None:
    calls: list[str] = []

    def count(tables: FactTables) -> int:
        calls.append("count")
        return count_machines(tables)

    def double(tables: FactTables) -> int:
        calls.append("double")
        return 2 * tables.fact("z_count", int)

    facts = [make_fact(double, "acme_fact", ["z_count"]), make_fact(count, "z_count")]
    rules = [make_rule(tell_fact, "a", reads=["acme_fact"]), make_rule(tell_fact, "b", reads=["acme_fact", "z_count"])]
    _, judgements = judge_all(snapshot, rules, facts)

    assert {judgement.verdict.message for judgement in judgements} == {"18"}
    assert calls == ["count", "double"]


@pytest.mark.parametrize(
    ("compute", "cause", "said"),
    [
        (raising(ValueError), "failed", "fact 'z_count' broke: ValueError:"),
        (lambda tables: list(tables.rows("machines", "size")), "unread", "fact 'z_count' cannot be computed: "),
        (lambda _: "nine", "failed", "fact 'acme_fact' broke: TypeError: fact 'z_count' is a str, not a int"),
    ],
)
def test_a_fact_breaks_with_the_fact_that_it_is_computed_from(
    compute: Callable[..., Any], cause: str, said: str, snapshot: Snapshot
) -> None:
    facts = [
        make_fact(lambda tables: tables.fact("z_count", int), "acme_fact", ["z_count"]),
        make_fact(compute, "z_count"),
    ]
    rules = [make_rule(tell_fact, reads=["acme_fact"])]
    summary, judgements = judge_all(snapshot, rules, facts)

    check_sums(summary, snapshot, rules)
    assert summary.tallies["acme-rule"].causes == {cause: 9}
    assert all(judgement.verdict.message.startswith(said) for judgement in judgements)


def test_a_fact_over_a_table_that_is_missing_is_not_computed(tmp_path: Path) -> None:
    snapshot = missing_table(tmp_path)
    rule = make_rule(tell_fact, reads=["acme_fact"])
    summary, judgements = judge_all(snapshot, [rule], [make_fact(raising(AssertionError), reads=["machines", "parts"])])

    assert summary.tallies["acme-rule"].causes == {"unread": 9}
    assert {judgement.verdict.message for judgement in judgements} == {
        "table 'advisorresources' was not captured in this tenant copy"
    }


# -- what a result may not depend on


def test_judging_twice_gives_the_same(snapshot: Snapshot) -> None:
    rules = [make_rule(owns, reads=["parts"]), make_rule(fine, "acme-fine", on="shops")]

    assert judge_all(snapshot, rules) == judge_all(snapshot, rules)
    assert judge_all(snapshot, rules[::-1])[1] == judge_all(snapshot, rules)[1]


def test_owned_rows_lie_where_their_owner_lies_in_partitions_of_any_size(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": ROWS})
    rule = make_rule(owns, reads=["parts"])
    for size in (1, 2, 5, 1000):
        _, judgements = judge_all(collect_copy(copy, TABLES, tmp_path / str(size), size), [rule])
        found = {judgement.subject.name: judgement.verdict.message for judgement in judgements}

        assert found == {f"m{n}": "1" if n < 6 else "0" for n in range(9)}
