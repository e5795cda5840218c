"""Lookups: what a rule may look into, in any case of letters, and what it is told when rows may be missing."""

from collections.abc import Callable
from typing import Any

import pytest

from tenantlint import Context, Dated, Document, FactTables, InForce, Resource, Rows, Setting, Verdict
from tenantlint.catalog import Catalog
from tenantlint.coverage import Coverage, Unread
from tenantlint.evaluate import Evaluation, Job
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot, SnapshotReader
from tenantlint.testing import run
from tests.makers import MACHINES, PARTS, SHOPS, Row, collect_copy, judge_all, make_fact, make_rule, row, write_copy

Ask = Callable[[Resource, Context], object]

CATALOG = Catalog(tables={table.name: table for table in (MACHINES, PARTS, SHOPS)})
MACHINE = row("machines", "Web-1")
WHOLE = {
    "machines": [MACHINE],
    "parts": [{**row("parts", name), "machineId": MACHINE["id"].upper()} for name in ("P1", "P2")]
    + [{**row("parts", "P3"), "machineId": MACHINE["id"] + "0"}, {**row("parts", "P4"), "machineId": None}],
    "shops": [row("shops", "North", tags={"town": "Oslo"}), row("shops", "South", "s2", tags={"town": "OSLO"})],
}


def ask(
    question: Ask,
    *,
    on: str = "machines",
    reads: tuple[str, ...] = ("parts", "shops"),
    tables: dict[str, list[Row]] = WHOLE,
    coverage: Coverage | None = None,
    **more: Any,  # noqa: ANN401 - whatever a rule may have
) -> object:
    """Ask a question as a rule would; return the answer, or the message where the rule broke."""
    answers: list[object] = []

    def judge(resource: Resource, ctx: Context) -> Verdict:
        answers.append(question(resource, ctx))
        return resource.compliant()

    verdicts = run(make_rule(judge, on=on, reads=reads, **more), tables, catalog=CATALOG, coverage=coverage)
    return answers[0] if answers else next(iter(verdicts.values())).message


def names(rows: Rows) -> list[str]:
    return sorted(found.name for found in rows)


def test_owned_rows_are_found_by_the_owners_id_in_any_case() -> None:
    assert ask(lambda vm, ctx: names(ctx.tenant.owned("parts", vm))) == ["P1", "P2"]


def test_rows_are_a_sequence_that_knows_its_gap() -> None:
    def question(vm: Resource, ctx: Context) -> tuple[Any, ...]:
        rows = ctx.tenant.owned("parts", vm)
        return len(rows), bool(rows), rows[0].name, [found.name for found in rows[1:]], rows.unread, rows[0] in rows

    assert ask(question) == (2, True, "P1", ["P2"], None, True)


def test_asking_twice_gives_the_same_rows() -> None:
    def question(vm: Resource, ctx: Context) -> bool:
        return list(ctx.tenant.owned("parts", vm)) == list(ctx.tenant.owned("parts", vm))

    assert ask(question) is True


def test_the_rows_of_another_resource_may_lie_elsewhere_and_so_asking_for_them_raises() -> None:
    def question(vm: Resource, ctx: Context) -> object:
        return ctx.tenant.owned("parts", ctx.tenant.by_id("shops", WHOLE["shops"][0]["id"]) or vm)

    def judge(vm: Resource, ctx: Context) -> Verdict:
        return vm.not_applicable(str(question(vm, ctx)))

    verdicts = run(make_rule(judge, reads=("parts", "shops")), WHOLE, catalog=CATALOG)
    assert "only the rows of the resource that is judged can be found in 'parts'" in verdicts[MACHINE["id"]].message


@pytest.mark.parametrize("spell", [str, str.upper, str.lower, str.title])
def test_a_row_is_found_by_its_id_in_any_case(spell: Callable[[str], str]) -> None:
    shop = WHOLE["shops"][0]["id"]

    assert ask(lambda _, ctx: getattr(ctx.tenant.by_id("shops", spell(shop)), "name", None)) == "North"


@pytest.mark.parametrize("id_", ["", "North", "/subscriptions/s1", "/subscriptions/s9/x"])
def test_an_id_that_no_row_has_finds_none(id_: str) -> None:
    assert ask(lambda _, ctx: ctx.tenant.by_id("shops", id_)) is None


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("tags.town", "oslo", ["North", "South"]),
        ("tags.town", "Oslo ", []),
        ("tags.missing", "oslo", []),
        ("tags", "oslo", []),
        ("subscriptionId", "S2", ["South"]),
        ("name", "NORTH", ["North"]),
    ],
)
def test_rows_are_found_by_the_text_at_a_path_in_any_case(path: str, value: str, found: list[str]) -> None:
    assert ask(lambda _, ctx: names(ctx.tenant.where("shops", path, value))) == found


@pytest.mark.parametrize("odd", [None, 7, True, ["Oslo"], {"x": "Oslo"}])
def test_values_that_are_no_text_are_not_found_by_text(odd: object) -> None:
    tables = {"machines": [MACHINE], "shops": [row("shops", "North", tags={"town": odd})]}

    def question(_: Resource, ctx: Context) -> list[str]:
        wanted = ("Oslo", "7", "true", "None")
        return [found for value in wanted for found in names(ctx.tenant.where("shops", "tags.town", value))]

    assert ask(question, tables=tables) == []


S1_GAP = Unread("no permission", "s1", "Resources")
TABLE_GAP = Unread("timed out", table="RESOURCES")
OTHER_TABLE = Unread("timed out", table="AdvisorResources")


@pytest.mark.parametrize(
    ("unread", "told"),
    [
        ([], None),
        ([OTHER_TABLE], None),
        ([Unread("no permission", "s2")], None),
        ([S1_GAP], "table 'Resources' of subscription s1 was not read: no permission"),
        ([Unread("no permission", "s1")], "subscription s1 was not read: no permission"),
        ([OTHER_TABLE, TABLE_GAP], "table 'RESOURCES' was not read: timed out"),
    ],
)
def test_owned_rows_tell_of_gaps_in_the_subscription_of_the_resource(unread: list[Unread], told: str | None) -> None:
    coverage = Coverage(frozenset({"s1", "s2"}), tuple(unread))

    assert ask(lambda vm, ctx: ctx.tenant.owned("parts", vm).unread, coverage=coverage) == told
    assert ask(lambda vm, ctx: ctx.tenant.gap("parts", vm.subscription_id), coverage=coverage) == told
    nothing = {"machines": [MACHINE]}
    assert ask(lambda vm, ctx: ctx.tenant.owned("parts", vm).unread, coverage=coverage, tables=nothing) == told


@pytest.mark.parametrize("entry", [S1_GAP, TABLE_GAP, Unread("no permission", "s2")])
def test_rows_of_a_whole_table_tell_of_gaps_anywhere(entry: Unread) -> None:
    coverage = Coverage(frozenset({"s1", "s2"}), (entry,))

    assert ask(lambda _, ctx: ctx.tenant.where("shops", "tags.town", "oslo").unread, coverage=coverage) == str(entry)
    assert ask(lambda _, ctx: ctx.tenant.gap("shops", None), coverage=coverage) == str(entry)


def test_a_subscription_that_is_not_known_to_be_read_is_a_gap() -> None:
    coverage = Coverage(frozenset({"s2"}))
    told = "subscription s1 was not read"

    assert ask(lambda vm, ctx: ctx.tenant.owned("parts", vm).unread, coverage=coverage) == told
    assert ask(lambda _, ctx: ctx.tenant.gap("shops", "s2"), coverage=coverage) is None
    assert ask(lambda _, ctx: ctx.tenant.gap("shops", None), coverage=coverage) is None


@pytest.mark.parametrize("subscription", [None, ""])
def test_where_a_resource_lies_in_no_known_subscription_any_gap_counts(subscription: str | None) -> None:
    tables = {"machines": [{**MACHINE, "id": "/providers/acme/machines/m", "subscriptionId": subscription}]}
    coverage = Coverage(frozenset({"s1"}), (Unread("no permission", "s2"),))
    told = "subscription s2 was not read: no permission"

    assert ask(lambda vm, ctx: ctx.tenant.owned("parts", vm).unread, tables=tables, coverage=coverage) == told
    assert ask(lambda vm, ctx: ctx.tenant.gap("parts", vm.subscription_id), tables=tables, coverage=coverage) == told


UNDECLARED = "'acme-rule' looks into 'shops', which its reads do not name"


@pytest.mark.parametrize(
    "question",
    [
        lambda vm, ctx: ctx.tenant.owned("shops", vm),
        lambda vm, ctx: ctx.tenant.by_id("shops", vm.id),
        lambda _, ctx: ctx.tenant.where("shops", "name", "x"),
        lambda _, ctx: ctx.tenant.gap("shops", None),
        lambda _, ctx: ctx.fact("shops", int),
    ],
)
def test_looking_into_what_reads_does_not_name_raises(question: Ask) -> None:
    assert UNDECLARED in str(ask(question, reads=("parts",)))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            lambda vm, ctx: ctx.tenant.owned("shops", vm),
            "table 'shops' is kept whole for the tenant: use by_id or where",
        ),
        (lambda vm, ctx: ctx.tenant.by_id("parts", vm.id), "table 'parts' is partitioned, the row may lie elsewhere"),
        (
            lambda _, ctx: ctx.tenant.where("parts", "name", "P1"),
            "table 'parts' is partitioned, the row may lie elsewhere",
        ),
    ],
)
def test_a_lookup_that_partitioning_could_make_miss_raises(question: Ask, told: str) -> None:
    assert told in str(ask(question))


def test_a_rule_on_a_whole_table_cannot_look_into_a_partitioned_one() -> None:
    told = str(ask(lambda shop, ctx: ctx.tenant.owned("parts", shop), on="shops", reads=("parts",)))

    assert "table 'parts' is partitioned and cannot be looked into from here: use a fact" in told


def test_a_rule_on_a_whole_table_may_look_into_whole_tables() -> None:
    assert ask(lambda _, ctx: names(ctx.tenant.where("shops", "name", "north")), on="shops", reads=("shops",)) == [
        "North"
    ]


def test_settings_limits_and_the_clock_are_in_the_context() -> None:
    def question(_: Resource, ctx: Context) -> tuple[Any, ...]:
        return ctx.settings, ctx.limit("disks"), ctx.now.isoformat(), ctx.cloud, ctx.tenant_id, ctx.edition, ctx.rule.id

    limits = {"disks": Dated({"2015-10": 16, "2026-01": 32})}
    declared = [Setting("owner", "Who.", str, default="nobody")]

    assert ask(question, limits=limits, settings=declared) == (
        {"owner": "nobody"},
        InForce(32, "2026-01", 16, "2015-10"),
        "2026-11-20T02:00:00+00:00",
        "AzureCloud",
        "",
        None,
        "acme-rule",
    )


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("tenant")
    rows = [row("machines", f"m{n}", f"s{n % 3}", tags={"n": n}) for n in range(12)]
    rows += [row("machines", "bare", tags=None), row("shops", "North", tags={"town": "Oslo"})]
    return collect_copy(write_copy(folder / "copy", {"Resources": rows}), (MACHINES, SHOPS), folder / "snapshot", 2)


def compute(snapshot: Snapshot, computed: Callable[[FactTables], object], reads: tuple[str, ...]) -> Verdict:
    """Return the verdict of a rule that says what the fact is."""
    made = make_fact(computed, reads=reads)
    judge = make_rule(
        lambda shop, ctx: shop.not_applicable(repr(ctx.fact("acme_fact", object))), on="shops", reads=["acme_fact"]
    )
    (judgement,) = judge_all(snapshot, [judge], [made])[1]
    return judgement.verdict


def test_a_fact_streams_a_table_through_all_partitions(snapshot: Snapshot) -> None:
    def numbers(tables: FactTables) -> list[Any]:
        rows = [found for found in tables.rows("machines", "tags") if found.find("tags")]
        return sorted((found.find("tags.n"), found.subscription_id) for found in rows)

    assert len(snapshot.manifest.partitions) > 3
    assert compute(snapshot, numbers, ("machines",)).message == repr([(n, f"s{n % 3}") for n in range(12)])


def test_a_fact_sees_only_the_columns_that_it_names(snapshot: Snapshot) -> None:
    verdict = compute(
        snapshot, lambda tables: [found.find("tags") for found in tables.rows("machines", "name")], ("machines",)
    )

    assert (verdict.cause, verdict.message) == (
        "unread",
        "fact 'acme_fact' cannot be computed: table 'machines' has no column for 'tags'",
    )


def test_a_fact_may_name_a_column_twice_or_the_id(snapshot: Snapshot) -> None:
    def count(tables: FactTables) -> int:
        return len({found.id for found in tables.rows("machines", "name", "id", "name")})

    assert compute(snapshot, count, ("machines",)).message == "13"


def test_a_fact_may_take_only_the_rows_in_which_a_column_is_set(snapshot: Snapshot) -> None:
    def tagged(tables: FactTables) -> list[str]:
        return sorted(found.id.rpartition("/")[2] for found in tables.rows("machines", having={"tags": None}))

    assert compute(snapshot, tagged, ("machines",)).message == repr(sorted(f"m{n}" for n in range(12)))


def test_a_fact_may_take_only_the_rows_with_a_text_in_any_case(snapshot: Snapshot) -> None:
    def named(tables: FactTables) -> list[str]:
        rows = tables.rows("machines", having={"name": "M7", "tags": None})
        return [found.id.rpartition("/")[2] for found in rows]

    assert compute(snapshot, named, ("machines",)).message == repr(["m7"])


def test_a_fact_may_count_combinations_of_values(snapshot: Snapshot) -> None:
    def counted(tables: FactTables) -> list[str]:
        return sorted(f"{values} {rows}" for values, rows in tables.counts("machines", "subscriptionId"))

    assert compute(snapshot, counted, ("machines",)).message == repr(["['s0'] 4", "['s1'] 5", "['s2'] 4"])


def test_a_fact_may_take_bare_values(snapshot: Snapshot) -> None:
    def values(tables: FactTables) -> list[str]:
        return sorted(repr(value) for value in tables.values("machines", "name", "tags"))

    said = compute(snapshot, values, ("machines",)).message
    assert said == repr(sorted([repr(["bare", None]), *(repr([f"m{n}", {"n": n}]) for n in range(12))]))


@pytest.mark.parametrize(
    "computed", [lambda tables: list(tables.counts("machines")), lambda tables: list(tables.values("machines"))]
)
def test_a_fact_must_name_a_column(snapshot: Snapshot, computed: Callable[[FactTables], object]) -> None:
    verdict = compute(snapshot, computed, ("machines",))

    assert (verdict.cause, verdict.message) == (
        "failed",
        "fact 'acme_fact' broke: ValueError: of which columns of table 'machines'?",
    )


@pytest.mark.parametrize(
    "computed",
    [
        lambda tables: list(tables.rows("machines", "size")),
        lambda tables: list(tables.rows("machines", having={"size": None})),
        lambda tables: list(tables.values("machines", "name", "size")),
        lambda tables: list(tables.values("machines", having={"size": "7"})),
        lambda tables: list(tables.counts("machines", "name", "size")),
    ],
)
def test_a_column_that_the_snapshot_lacks_makes_a_fact_unread(
    snapshot: Snapshot, computed: Callable[[FactTables], object]
) -> None:
    verdict = compute(snapshot, computed, ("machines",))

    assert (verdict.cause, verdict.message) == (
        "unread",
        "fact 'acme_fact' cannot be computed: table 'machines' has no column 'size'",
    )


def test_a_fact_looks_things_up_in_a_whole_table(snapshot: Snapshot) -> None:
    def towns(tables: FactTables) -> list[Any]:
        return [found.find("tags.town") for found in tables.tenant("shops").where("name", "NORTH")]

    assert compute(snapshot, towns, ("shops",)).message == "['Oslo']"


@pytest.mark.parametrize(
    "computed",
    [
        lambda tables: list(tables.rows("machines")),
        lambda tables: list(tables.values("machines", "id")),
        lambda tables: tables.tenant("machines"),
        lambda tables: tables.fact("machines", int),
    ],
)
def test_a_fact_that_looks_into_what_its_reads_do_not_name_is_broken(
    snapshot: Snapshot, computed: Callable[[FactTables], object]
) -> None:
    verdict = compute(snapshot, computed, ("shops",))

    assert verdict.cause == "failed"
    assert "'acme_fact' looks into 'machines', which its reads do not name" in verdict.message


def test_a_fact_of_another_type_than_expected_breaks_the_rule(snapshot: Snapshot) -> None:
    judge = make_rule(
        lambda shop, ctx: shop.not_applicable(ctx.fact("acme_fact", str)), on="shops", reads=["acme_fact"]
    )
    (judgement,) = judge_all(snapshot, [judge], [make_fact(lambda _: 7)])[1]
    verdict = judgement.verdict

    assert (verdict.cause, verdict.message) == (
        "failed",
        "the rule broke: TypeError: fact 'acme_fact' is a int, not a str",
    )


@pytest.mark.parametrize(("edition", "limit"), [(None, 32), ("2020-01", 16), ("2026-01", 32)])
def test_a_limit_is_the_one_of_the_edition_in_use(snapshot: Snapshot, edition: str | None, limit: int) -> None:
    judge = make_rule(
        lambda shop, ctx: shop.not_applicable(str(ctx.limit("disks").value)),
        on="shops",
        limits={"disks": Dated({"2015-10": 16, "2026-01": 32})},
        sources=[Document("Guide", "2015-10-01", "https://acme.example/guide")],
    )
    job = Job(snapshot.manifest, [judge], {}, Settings(edition=edition), snapshot.manifest.ended_at)
    with SnapshotReader(snapshot) as reader:
        said = [judgement.verdict.message for batch in Evaluation(job).judgements(reader) for judgement in batch]

    assert said == [str(limit)]
