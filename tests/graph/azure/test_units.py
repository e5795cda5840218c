"""Parts of answers, and what is asked for them."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.azure.units import Question, Unit, in_order, parts_of
from tenantlint.graph.copies import read_copy
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.graph.local import LocalGraph
from tenantlint.graph.server import paging
from tenantlint.graph.spelling import words
from tenantlint.tables import tables_in
from tests import makers
from tests.graph.azure.conftest import Ask, Serve
from tests.graph.azure.live_makers import IN_ORDER, MACHINES, collect_live, ids_in, rows_of
from tests.makers import Row, row
from tests.tenant_copies import subscription, subscription_row, write_copy
from tests.validators import kql, node

TABLES = tables_in(resources.files("tenantlint_queries"))
QUERIES = {table.name: table.kql for table in TABLES}
PARTS = [Unit(0), Unit(0).split(7)[6], Unit(3).split(12)[11].split(5)[4]]
SERVICE = dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS)
THINGS = "Resources\n| project id, subscriptionId\n| order by id asc\n"

names = st.text(st.characters(codec="utf-8", exclude_characters="/", exclude_categories=("Cc", "Cs")), min_size=1)


@given(
    st.lists(names, unique_by=str.lower, max_size=60),
    st.lists(st.tuples(st.integers(0, 50), st.integers(2, 9)), max_size=4),
)
@settings(deadline=None, max_examples=15)
def test_parts_of_parts_have_every_row_exactly_once(found: list[str], cuts: list[tuple[int, int]]) -> None:
    units = [Unit(0)]
    for at, parts in cuts:
        units += units.pop(at % len(units)).split(parts)

    with TemporaryDirectory() as work:
        folder = Path(work)
        copy = makers.write_copy(folder / "copy", {"Resources": [row("Things", name) for name in found]})
        with LocalGraph(read_copy(copy), folder) as graph:
            rows = [line for unit in units for line in read(graph, unit, folder / "rows.jsonl")]

    assert sorted(ids_in(rows)) == sorted(row("Things", name)["id"] for name in found)


def read(graph: LocalGraph, unit: Unit, into: Path) -> Sequence[bytes]:
    graph.fetch(unit.kql(THINGS), into)
    return into.read_bytes().splitlines()


@given(st.integers(1, 40), st.lists(st.integers(2, 30), max_size=3))
def test_splits_of_splits_share_no_number_and_leave_none_out(first: int, more: list[int]) -> None:
    units = Unit(2).split(first)
    for parts in more:
        units += units.pop(0).split(parts)

    for number in range(300):
        assert [unit.group for unit in units if number % unit.modulus == unit.remainder] == [2]


@pytest.mark.parametrize("casing", [str.lower, str.upper, str.title])
def test_an_id_is_in_the_same_part_in_any_casing(tmp_path: Path, casing: type[str]) -> None:
    things = [row("things", f"thing{number}") for number in range(40)]
    spelled = [each | {"id": casing(each["id"])} for each in things]
    copies = [makers.write_copy(tmp_path / name, {"Resources": rows}) for name, rows in (("a", things), ("b", spelled))]
    found = []
    for copy in copies:
        with LocalGraph(read_copy(copy), tmp_path) as graph:
            found.append([each.lower() for each in ids_in(read(graph, Unit(0, 5, 3), tmp_path / "rows"))])

    assert sorted(found[0]) == sorted(found[1])
    assert found[0]


SUMMED = [name for name, kql in QUERIES.items() if Question(kql, []).is_summary]


@pytest.mark.parametrize("name", SUMMED)
def test_what_is_summed_is_of_one_subscription_and_so_of_one_request(name: str) -> None:
    """Groups of subscriptions are asked for one by one: a sum over several would come in pieces."""
    text = [word.text for word in words(QUERIES[name])]
    by = text[text.index("by", text.index("summarize")) :]

    assert "subscriptionId" in by[: by.index("|")]
    assert text.count("summarize") == 1


@pytest.mark.parametrize("page", [1000, 3])
def test_sums_are_the_same_in_parts_and_over_many_subscriptions(
    ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(paging, "LARGEST_PAGE", page)
    numbers = range(301)  # two groups
    of = {number: (subscription(number).upper(), subscription(number)) for number in numbers}
    rows = {
        "ResourceContainers": [subscription_row(number) for number in numbers],
        "Resources": [vault_row(of[n][at % 2], at) for n in numbers[:20] for at in range(n % 4)],
        "RecoveryServicesResources": [item_row(of[n][at % 2], at % 2, at) for n in numbers[:20] for at in range(n % 5)],
    }
    copy = write_copy(tmp_path / "tenant", rows, subscriptions=numbers)
    tables = [table for table in TABLES if table.name in SUMMED]

    whole = makers.collect_copy(copy, tables, tmp_path / "whole")
    found = collect_live(ask(serve(copy)), tables, tmp_path)

    assert {name: rows_of(found, name) for name in SUMMED} == {name: rows_of(whole, name) for name in SUMMED}
    assert sum(int(str(n)) for _, _, n in rows_of(found, "vault_counts")) == len(rows["Resources"])
    items = rows_of(found, "vault_contents")
    assert sum(int(str(n)) for _, _, n, _ in items) == len(rows["RecoveryServicesResources"])
    assert len(items) == len({id_ for id_, *_ in items}) > 10


def vault_row(subscription: str, at: int) -> Row:
    id_ = f"/subscriptions/{subscription}/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/vault{at}"
    return {"id": id_, "type": "microsoft.recoveryservices/vaults", "subscriptionId": subscription}


def item_row(subscription: str, vault: int, at: int) -> Row:
    """Make an item of a vault whose id is spelled in another way each time."""
    id_ = str(vault_row(subscription, vault)["id"])
    return {
        "id": f"{id_.upper() if at % 3 else id_}/backupFabrics/Azure/protectionContainers/c/protectedItems/i{at}",
        "type": "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems",
        "subscriptionId": subscription,
        "properties": {"backupManagementType": "AzureIaasVM" if at else "MAB"},
    }


@pytest.mark.parametrize("unit", PARTS, ids=str)
@pytest.mark.parametrize("name", QUERIES)
def test_a_part_of_a_query_is_within_the_dialect(name: str, unit: Unit) -> None:
    whole, part = check(QUERIES[name], SERVICE), check(unit.kql(in_order(QUERIES[name])), SERVICE)

    assert (part.columns, part.tables) == (whole.columns, whole.tables)


def test_microsofts_parser_takes_parts_and_counts(tmp_path: Path) -> None:
    node.demand()
    for name, query in QUERIES.items():
        for unit in PARTS:
            question = Question(unit.kql(in_order(query)), ["s"])
            (tmp_path / f"{name}.{unit}").write_text(question.kql, "utf-8")
            (tmp_path / f"{name}.{unit}.counted").write_text(question.counted.kql, "utf-8")

    found = kql.judge(sorted(tmp_path.iterdir()))

    assert {file.name: judged.errors for file, judged in found.items() if judged.errors} == {}
    assert len(found) == 6 * len(QUERIES)


@pytest.mark.parametrize(
    "query", [IN_ORDER, MACHINES, f"{MACHINES};", f"{IN_ORDER} ; // the end", f"{MACHINES}// | order by id asc"]
)
def test_rows_come_in_the_order_of_their_ids_however_a_query_ends(query: str) -> None:
    asked = Unit(0, 4, 1).kql(in_order(query))

    assert asked.endswith("\n| order by id asc\n| where hash(tolower(id)) % 4 == 1\n| order by id asc\n")
    assert check(asked, SERVICE).columns == ("id", "name", "subscriptionId")


def test_a_query_that_is_in_order_is_sent_as_it_is() -> None:
    assert Unit(0).kql(in_order(IN_ORDER)) == IN_ORDER


@pytest.mark.parametrize(
    ("total", "page", "parts"), [(0, 0, 1), (1000, 1000, 1), (1001, 1000, 2), (150, 30, 6), (5, 1, 5)]
)
def test_parts_are_so_many_that_each_fits_into_a_page(total: int, page: int, parts: int) -> None:
    assert parts_of(total, page) == parts


@pytest.mark.parametrize("total", [10_000, 123_456, 5_000_000])
def test_parts_are_nearly_full_and_hardly_ever_more_than_that(total: int) -> None:
    rows = total / parts_of(total, 1000)

    assert rows > 800  # 1.25 times as many requests as there are full pages
    assert rows + 3 * rows**0.5 < 1000


def test_a_request_asks_for_objects_and_a_full_page() -> None:
    asked = orjson.loads(Question(IN_ORDER, ["s1", "s2"], ["resources"]).body())

    assert asked == {
        "query": IN_ORDER,
        "subscriptions": ["s1", "s2"],
        "options": {"$top": 1000, "resultFormat": "objectArray"},
    }


def test_a_page_is_asked_for_by_its_offset_and_the_token_of_the_one_before() -> None:
    asked = orjson.loads(Question(IN_ORDER, ["s1"]).body("token", 999))

    assert asked["options"] == {"$top": 1000, "resultFormat": "objectArray", "$skipToken": "token", "$skip": 999}


@pytest.mark.parametrize(
    ("tables", "above"),
    [(["resources"], None), (["authorizationresources"], True), (["policyresources", "resources"], True), ([], None)],
)
def test_only_what_is_inherited_is_looked_for_above_subscriptions(tables: list[str], above: bool | None) -> None:  # noqa: FBT001 - an expectation
    asked = orjson.loads(Question(IN_ORDER, ["s1"], tables).body())

    assert asked["options"].get("authorizationScopeFilter") == ("AtScopeAboveAndBelow" if above else None)


def test_management_groups_are_asked_for_instead_of_subscriptions() -> None:
    asked = orjson.loads(Question(IN_ORDER, (), management_groups=["corp"]).body())

    assert (asked["managementGroups"], "subscriptions" in asked) == (["corp"], False)
