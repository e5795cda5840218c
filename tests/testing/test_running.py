"""What authors of plugins test with: rows spelled out, judged by the real host."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tenantlint import Context, Document, Resource, Setting, Verdict, read_table, rule
from tenantlint.catalog import Catalog
from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import UsageError
from tenantlint.plugins import load_plugins
from tenantlint.table_columns import columns_of
from tenantlint.testing import NOW, a_disk, run
from tests.makers import MACHINES, PARTS, SHOPS, Row, make_fact, make_rule, make_table, row

ID = "/subscriptions/s1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-1"
VM: Row = {"id": ID, "name": "web-1", "subscriptionId": "s1"}
CATALOG = Catalog(
    tables={table.name: table for table in (MACHINES, PARTS, SHOPS)},
    facts={"acme_fact": make_fact(lambda tables: sum(1 for _ in tables.rows("machines")))},
)


@rule(
    id="acme-owner",
    on="virtual_machines",
    level="warning",
    sources=[Document("Guide", "2026-01-01", "https://example.test")],
    reads=["protected_items"],
    settings=[Setting("tag", "The tag.", str, default="owner")],
)
def owner(vm: Resource, ctx: Context) -> Verdict:
    """VMs must carry a tag that names their owner."""
    if ctx.tenant.owned("protected_items", vm).unread:
        return vm.not_evaluable(unread="protected items")
    if vm.text(f"tags.{ctx.settings['tag']}"):
        return vm.compliant()
    return vm.violation(f"has no tag {ctx.settings['tag']!r}", level="warning")


def said(judge: Any, tables: dict[str, list[Row]], **more: Any) -> list[str]:  # noqa: ANN401 - whatever run takes
    """Return what a rule over the small tables says of each of its resources."""
    reads = more.pop("reads", ())
    verdicts = run(make_rule(judge, on=more.pop("on", "machines"), reads=reads), tables, catalog=CATALOG, **more)
    return [verdict.message for verdict in verdicts.values()]


def test_verdicts_are_by_the_ids_as_they_are_spelled() -> None:
    tagged, bare = {**VM, "tags": {"owner": "Ann"}}, {**VM, "id": ID.upper() + "2"}
    verdicts = run(owner, {"virtual_machines": [tagged, bare]})

    assert list(verdicts) == [ID, ID.upper() + "2"]
    assert [verdict.outcome for verdict in verdicts.values()] == ["compliant", "violation"]


def test_a_rule_of_an_installed_plugin_may_be_named() -> None:
    rows = {"virtual_machines": [VM]}

    assert run("unprotected-vm", rows) == run(load_plugins().rules["unprotected-vm"], rows)
    with pytest.raises(UsageError, match="there is no rule 'unprotected-vms'") as raised:
        run("unprotected-vms", rows)
    assert raised.value.hint == "did you mean 'unprotected-vm'?"
    with pytest.raises(UsageError, match="there is no rule 'unprotected-vm'"):
        run("unprotected-vm", {}, catalog=CATALOG)


def test_no_rows_give_no_verdicts() -> None:
    assert run(owner, {"virtual_machines": []}) == {}


@pytest.mark.parametrize("tables", [{}, {"disks": [a_disk()]}])
def test_no_word_of_the_rules_own_table_is_an_error_and_not_nothing(tables: dict[str, list[Row]]) -> None:
    with pytest.raises(UsageError, match="rule 'acme-owner' judges table 'virtual_machines'") as raised:
        run(owner, tables)
    assert raised.value.hint == 'where it is to be empty, say so: {"virtual_machines": []}'


@pytest.mark.parametrize("rows", [VM, (row for row in [VM]), None, "rows", {VM["id"]: VM}])
def test_a_table_is_a_list_of_rows(rows: Any) -> None:  # noqa: ANN401 - what a test may give by mistake
    with pytest.raises(UsageError, match="table 'virtual_machines' is a list of rows, not "):
        run(owner, {"virtual_machines": rows})
    with pytest.raises(UsageError, match="table 'disks' is a list of rows, not "):
        run(owner, {"virtual_machines": [], "disks": rows})


@pytest.mark.parametrize("odd", [None, "row", [VM]])
def test_a_row_is_an_object(odd: Any) -> None:  # noqa: ANN401 - what a test may give by mistake
    with pytest.raises(UsageError, match="a row of table 'virtual_machines' is an object, not "):
        run(owner, {"virtual_machines": [VM, odd]})


def test_two_rows_of_one_id_are_refused_in_any_case_since_one_verdict_would_be_lost() -> None:
    bare, tagged = VM, {**VM, "id": ID.upper(), "tags": {"owner": "Ann"}}
    for rows in ([bare, tagged], [tagged, bare]):
        with pytest.raises(UsageError, match=f"two rows of table 'virtual_machines' have the id {rows[1]['id']}"):
            run(owner, {"virtual_machines": rows})
    with pytest.raises(UsageError, match="two rows of table 'protected_items' have the id"):
        run(owner, {"virtual_machines": [VM], "protected_items": [{"id": "/i"}, {"id": "/I"}]})


def test_settings_override_defaults() -> None:
    rows = {"virtual_machines": [{**VM, "tags": {"team": "Ann"}}]}

    assert run(owner, rows)[ID].message == "has no tag 'owner'"
    assert run(owner, rows, settings={"tag": "team"})[ID].outcome == "compliant"


@pytest.mark.parametrize(
    ("column", "path", "value"),
    [
        ({"properties": {"storageProfile": {"osDisk": {"x": 1}}}}, "properties.storageProfile.osDisk.x", 1),
        ({"properties_storageProfile": {"osDisk": {"x": 1}}}, "properties.storageProfile.osDisk.x", 1),
        ({"properties": {"storageProfile": None}}, "properties.storageProfile", None),
        ({"properties": None}, "properties.storageProfile", None),
        ({"properties": "odd"}, "properties.storageProfile", None),
        ({}, "properties.storageProfile", None),
        ({"tags": {"a": [True, None, 1.5]}}, "tags.a", [True, None, 1.5]),
        ({"tags": "odd"}, "tags", "odd"),
        ({"location": "westeurope"}, "location", "westeurope"),
        ({"location": ""}, "location", ""),
        ({"location": None}, "location", None),
        ({"location": 7}, "location", "7"),
    ],
)
def test_rows_are_spelled_as_resource_graph_shows_them(column: Row, path: str, value: object) -> None:
    seen: list[object] = []

    def judge(vm: Resource, _: Context) -> Verdict:
        seen.append(vm.find(path))
        return vm.compliant()

    run(make_rule(judge, on="virtual_machines"), {"virtual_machines": [{**VM, **column}]})
    assert seen == [value]


def test_a_column_that_the_query_computes_is_given_as_such() -> None:
    rows = {
        "machines": [row("machines", "m")],
        "parts": [{**row("parts", "p"), "machineId": row("machines", "M")["id"]}],
    }

    assert said(lambda vm, ctx: vm.not_applicable(ctx.tenant.owned("parts", vm)[0].name), rows, reads=["parts"]) == [
        "p"
    ]


def test_a_column_that_the_query_does_not_project_is_unread() -> None:
    verdicts = run(make_rule(lambda vm, _: vm.find("zones"), on="virtual_machines"), {"virtual_machines": [VM]})

    assert verdicts[ID].cause == "unread"


def test_facts_are_computed_over_the_rows() -> None:
    rows = {"machines": [row("machines", name) for name in "abc"], "shops": [row("shops", "s")]}

    def judge(shop: Resource, ctx: Context) -> Verdict:
        return shop.not_applicable(str(ctx.fact("acme_fact", int)))

    assert said(judge, rows, on="shops", reads=["acme_fact"]) == ["3"]
    assert said(judge, {"shops": [row("shops", "s")]}, on="shops", reads=["acme_fact"]) == ["0"]


def test_a_fact_takes_only_the_rows_in_which_a_column_is_set() -> None:
    tagged = make_fact(lambda tables: [found.id for found in tables.rows("machines", having={"tags": None})])
    rows = [
        row("machines", "a", tags={}),
        row("machines", "b", tags=None),
        row("machines", "c"),
        row("machines", "d", tags=""),
    ]
    judge = make_rule(
        lambda shop, ctx: shop.not_applicable(str(len(ctx.fact("acme_fact", list)))), on="shops", reads=["acme_fact"]
    )
    catalog = Catalog(tables=CATALOG.tables, facts={"acme_fact": tagged})

    (verdict,) = run(judge, {"machines": rows, "shops": [row("shops", "s")]}, catalog=catalog).values()
    assert verdict.message == "2"


def test_every_subscription_of_the_rows_is_read_unless_the_coverage_says_otherwise() -> None:
    rows = {"virtual_machines": [{**VM, "subscriptionId": "S1"}]}
    gap = Coverage(frozenset({"s1"}), (Unread("no permission", "s1"),))

    assert run(owner, rows)[ID].outcome == "violation"
    assert run(owner, rows, coverage=gap)[ID].cause == "unread"
    assert run(owner, rows, coverage=Coverage(frozenset()))[ID].cause == "unread"


def test_a_table_that_was_not_read_is_missing() -> None:
    verdict = run(owner, {"virtual_machines": [VM]}, missing={"protected_items": "no permission"})[ID]

    assert (verdict.outcome, verdict.cause, verdict.message) == ("not-evaluable", "unread", "no permission")
    assert run(owner, {"virtual_machines": [VM]}, missing={"virtual_machines": "no permission"}) == {}


def test_the_clock_the_cloud_and_the_tenant_are_the_tests() -> None:
    rows = {"shops": [row("shops", "s")]}
    moment = datetime(2020, 1, 1, tzinfo=UTC)

    def judge(shop: Resource, ctx: Context) -> Verdict:
        return shop.not_applicable(f"{ctx.now:%Y-%m-%d} {ctx.cloud} {ctx.tenant_id}")

    assert said(judge, rows, on="shops") == ["2026-11-20 AzureCloud "]
    assert said(judge, rows, on="shops", now=moment, cloud="AzureChinaCloud", tenant_id="t") == [
        "2020-01-01 AzureChinaCloud t"
    ]


@pytest.mark.parametrize(
    ("on", "tables", "hint"),
    [
        ("machine", {}, "did you mean 'machines'?"),
        ("machines", {"partz": []}, "did you mean 'parts'?"),
        ("zzz", {}, "there is machines, parts, shops"),
    ],
)
def test_a_table_that_no_plugin_contributes_is_an_error_and_not_an_empty_result(
    on: str, tables: dict[str, list[Row]], hint: str
) -> None:
    with pytest.raises(UsageError, match="there is no table") as raised:
        said(lambda vm, _: vm.compliant(), tables, on=on)
    assert raised.value.hint == hint


def test_a_missing_table_that_no_plugin_contributes_is_an_error_and_not_nothing() -> None:
    with pytest.raises(UsageError, match="there is no table 'protected_item'"):
        run(owner, {"virtual_machines": [VM]}, missing={"protected_item": "no permission"})


def test_a_setting_that_the_rule_does_not_have_is_an_error_and_not_its_default() -> None:
    with pytest.raises(UsageError, match="there is no setting 'tags'") as raised:
        run(owner, {"virtual_machines": [VM]}, settings={"tags": "team"})
    assert raised.value.hint == "did you mean 'tag'?"


def test_a_rule_that_breaks_says_so_in_its_verdict() -> None:
    verdict = run(make_rule(lambda vm, _: vm.nonsense, on="virtual_machines"), {"virtual_machines": [VM]})[ID]

    assert verdict.cause == "failed"
    assert "AttributeError" in verdict.message


def test_the_columns_of_a_table_are_those_that_its_query_projects() -> None:
    assert columns_of(PARTS) == (("id", "name", "subscriptionId", "tags", "machineId"), ("resources",))
    assert columns_of(make_table("x", "y", columns="name, n = tostring(tags.n)")) == (
        ("id", "name", "n"),
        ("resources",),
    )


def test_the_tables_that_a_query_reads_are_sorted_and_in_lower_case() -> None:
    joined = "Resources\n| join kind=inner (ResourceContainers | project subscriptionId, home = name) on subscriptionId"
    kql = f"// Joined.\n// partition: tenant\n{joined}\n| project id, home\n| order by id asc\n"

    assert columns_of(read_table("joined", kql)) == (("id", "home"), ("resourcecontainers", "resources"))


@pytest.mark.parametrize("table", sorted(load_plugins().tables))
def test_every_table_of_the_packs_has_an_id_and_a_subscription(table: str) -> None:
    columns, reads = columns_of(load_plugins().tables[table])

    assert {"id", "subscriptionId"} <= set(columns)
    assert reads
    assert len(set(columns)) == len(columns)


def test_a_row_without_an_id_is_refused() -> None:
    with pytest.raises(UsageError, match="a row of table 'machines' has no id"):
        said(lambda vm, _: vm.compliant(), {"machines": [{"name": "m"}]})


def test_ids_are_lowered_as_the_database_of_a_snapshot_does() -> None:
    rows = {
        "machines": [row("machines", "ΟΔΟΣ-İ")],
        "parts": [{**row("parts", "p"), "machineId": row("machines", "οδοσ-i")["id"]}],
    }

    assert said(lambda vm, ctx: vm.not_applicable(str(len(ctx.tenant.owned("parts", vm)))), rows, reads=["parts"]) == [
        "1"
    ]


def test_a_verdict_is_as_a_scan_would_give_it_where_the_rule_judges_in_a_process_of_its_own() -> None:
    odd: dict[str, Any] = {"numbers": (1, 2), "none": float("nan"), "at": NOW}
    rule = make_rule(lambda vm, _: vm.violation("is odd", level="note", evidence=odd), on="virtual_machines")
    (verdict,) = run(rule, {"virtual_machines": [{"id": "/vm", "subscriptionId": "s"}]}).values()

    assert verdict.violations[0].evidence == {"numbers": [1, 2], "none": None, "at": "2026-11-20T02:00:00+00:00"}
