"""Listings, collected from a tenant copy."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint import Table
from tenantlint.collect import collect
from tenantlint.graph import RESOURCE_GRAPH_TABLES, Answer
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.listing import VIOLATIONS
from tenantlint.manifest import Manifest, StoredTable
from tenantlint.populations import _ELSEWHERE, population_of, with_populations
from tenantlint.snapshot import SnapshotReader, open_snapshot
from tests.makers import row, write_copy

MACHINES = population_of("Acme/machines")
BIG = """\
Resources
| where type =~ 'acme/machines'
| where toint(properties.size) > 1
| project id, name, size = toint(properties.size)
"""
ROWS = [row("machines", f"m{n}", f"s{n % 2}", properties={"size": n}) for n in range(4)]
SUBSCRIPTIONS = [
    {"id": f"/subscriptions/{id_}", "name": id_, "type": "microsoft.resources/subscriptions", "subscriptionId": id_}
    for id_ in ("s0", "s1", "bbbbbbbb-0000-4000-8000-000000000001")
]
Collected = Callable[..., tuple[Manifest, dict[str, Any]]]


def listing(kql: str, population: str = MACHINES, name: str = "acme_big") -> Table:
    return Table(name, "x", "id", kql, "x", population)


class Watched:
    """The local graph, and which queries it was asked for."""

    def __init__(self, graph: LocalGraph) -> None:
        self.graph = graph
        self.asked: list[str] = []
        self.info = graph.info

    def prepare(self, queries: Iterable[str], *, repeating: Iterable[str] = ()) -> None:
        self.graph.prepare(queries, repeating=repeating)

    def fetch(self, kql: str, into: Path, *, repeating: bool = False) -> Answer:
        self.asked.append(kql)
        return self.graph.fetch(kql, into, repeating=repeating)


@pytest.fixture
def collected(tmp_path: Path) -> Collected:
    """Return a function that collects tables; it gives the manifest, and violations by table and name."""

    def run(*tables: Table, rows: list[Any] = ROWS, **head: object) -> tuple[Manifest, dict[str, Any]]:
        copy = write_copy(tmp_path / "copy", {"Resources": rows, "ResourceContainers": SUBSCRIPTIONS}, **head)
        (tmp_path / "work").mkdir()
        with LocalGraph(read_copy(copy), tmp_path / "work") as graph:
            collect(graph, tables, tmp_path / "snapshot")
        with SnapshotReader(open_snapshot(tmp_path / "snapshot")) as reader:
            found = {name: dict(_read(reader, name)) for name in reader.manifest.tables}
            return reader.manifest, found

    return run


def _read(reader: SnapshotReader, table: str) -> Iterable[tuple[str, Any]]:
    for batch in reader.rows(table, None, ("name", VIOLATIONS)) if reader.manifest.tables[table].columns else ():
        yield from ((str(name), orjson.loads(cell) if cell else None) for name, cell in batch)


def of(manifest: Manifest) -> StoredTable:
    return manifest.tables["acme_big"]


def test_a_listing_has_every_resource_of_the_type(collected: Collected) -> None:
    manifest, found = collected(listing(BIG))

    assert found["acme_big"] == {
        "m0": None,
        "m1": None,
        "m2": [{"name": "m2", "size": 2}],
        "m3": [{"name": "m3", "size": 3}],
    }
    assert (of(manifest).missing, of(manifest).only_violations, of(manifest).population) == ("", False, MACHINES)
    assert of(manifest).reads == ("resources",)


def test_a_population_is_asked_for_once_however_many_share_it(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": ROWS, "ResourceContainers": SUBSCRIPTIONS})
    tables = [listing(BIG.replace("> 1", f"> {n}"), name=f"acme_{n}") for n in range(3)]
    (tmp_path / "work").mkdir()
    with LocalGraph(read_copy(copy), tmp_path / "work") as local:
        graph = Watched(local)
        manifest = collect(graph, tables, tmp_path / "snapshot")

    assert len(graph.asked) == len(set(graph.asked)) == 4 == len(with_populations(tables))
    assert {table.rows for table in manifest.tables.values()} == {4}


def test_without_a_type_there_are_violations_only(collected: Collected) -> None:
    manifest, found = collected(listing(BIG, ""))

    assert sorted(found["acme_big"]) == ["m2", "m3"]
    assert of(manifest).only_violations


def test_a_type_that_nobody_lists_knows_violations_only(collected: Collected) -> None:
    manifest, found = collected(listing(BIG, population_of("Acme/machines/wheels")))

    assert sorted(found["acme_big"]) == ["m2", "m3"]
    assert of(manifest).only_violations


def test_a_type_of_which_there_is_nothing_is_known_by_nobody(collected: Collected) -> None:
    nothing = BIG.replace("> 1", "> 9")
    manifest, found = collected(listing(nothing, population_of("Acme/ships")))

    assert (found["acme_big"], of(manifest).only_violations, of(manifest).missing) == ({}, True, "")


@pytest.mark.parametrize(
    ("kql", "cause", "said"),
    [
        ("Resources\n| take 2\n| project id\n", "failed", "leaves out violations by its own 'take', on its line 2"),
        ("Resources\n| project name\n", "failed", "no column 'id'"),
        ("Resources\n| where nme == 'x'\n| project id\n", "failed", "there is no column 'nme'"),
        ("Resources\n| evaluate bag_unpack(tags)\n", "failed", "no operator 'evaluate'"),
        ("AdvisorResources\n| project id\n", "unread", "was not captured"),
        ("", "failed", "empty"),
    ],
)
def test_where_the_query_cannot_be_answered_the_resources_are_there_all_the_same(
    collected: Collected, kql: str, cause: str, said: str
) -> None:
    manifest, found = collected(listing(kql), listing(BIG, name="acme_other"))

    assert found["acme_big"] == dict.fromkeys(["m0", "m1", "m2", "m3"])
    assert of(manifest).cause == cause
    assert said in of(manifest).missing
    assert manifest.tables["acme_other"].missing == ""


def test_where_the_resources_cannot_be_read_the_violations_are_there_and_it_is_told(collected: Collected) -> None:
    manifest, found = collected(listing(BIG, population_of("Acme/machines", "SpotResources")))

    assert sorted(found["acme_big"]) == ["m2", "m3"]
    assert of(manifest).only_violations
    (entry,) = manifest.coverage.unread
    assert (entry.table, entry.subscription) == ("acme_big", "")
    assert "the resources that the rule is about" in entry.reason


def test_where_neither_can_be_read_there_is_nothing(collected: Collected) -> None:
    manifest, found = collected(listing("SpotResources\n| project id\n", population_of("a/b", "SpotResources")))

    assert found["acme_big"] == {}
    assert (of(manifest).cause, of(manifest).only_violations, of(manifest).columns) == ("unread", True, ())


@pytest.mark.parametrize(
    "id_", ["name", "tostring(properties.nothing)", "properties.size", "strcat('/other/', id)", "'/subscriptions/'"]
)
def test_rows_without_the_id_of_a_resource_are_told(collected: Collected, id_: str) -> None:
    kql = BIG.replace("project id", f"project id = {id_}")
    manifest, found = collected(listing(kql))

    assert found["acme_big"] == dict.fromkeys(["m0", "m1", "m2", "m3"])
    (entry,) = manifest.coverage.unread
    assert entry.table == "acme_big"
    assert entry.reason.startswith("2 rows of the query have no id of a resource, such as {")


def test_ids_count_in_any_case(collected: Collected) -> None:
    _, found = collected(listing(BIG.replace("project id", "project id = toupper(id)")))

    assert {name for name, rows in found["acme_big"].items() if rows} == {"m2", "m3"}
    assert len(found["acme_big"]) == 4


def test_the_bare_id_of_a_subscription_is_the_subscription(collected: Collected) -> None:
    id_ = "BBBBBBBB-0000-4000-8000-000000000001"
    rows = [row("machines", "m0", id_, properties={"size": 2})]
    kql = "Resources\n| summarize n = count() by subscriptionId\n| project id = subscriptionId, n\n"
    _, found = collected(listing(kql, population_of("Microsoft.Subscription/Subscriptions")), rows=rows)

    assert found["acme_big"] == {"s0": None, "s1": None, id_.lower(): [{"n": 1}]}


def test_a_table_is_the_same_only_with_the_same_population() -> None:
    assert listing(BIG).sha256 != listing(BIG, "").sha256 != Table("x", "x", "id", BIG).sha256


@pytest.mark.parametrize(
    ("type_", "query"),
    [
        ("Microsoft.Compute/virtualMachines", "Resources\n| where type =~ 'microsoft.compute/virtualmachines'"),
        (
            "microsoft.resources/resourceGroups",
            "ResourceContainers\n| where type =~ 'microsoft.resources/subscriptions/resourcegroups'",
        ),
        (
            "Microsoft.Subscription/Subscriptions",
            "ResourceContainers\n| where type =~ 'microsoft.resources/subscriptions'",
        ),
        (
            "microsoft.recoveryservices/vaults/backupPolicies",
            "RecoveryServicesResources\n| where type =~ 'microsoft.recoveryservices/vaults/backuppolicies'",
        ),
        ("Microsoft.RecoveryServices/vaults", "Resources\n"),
        ("microsoft.security/automations", "Resources\n"),
        ("Microsoft.Resources", ""),
        ("", ""),
        ("Microsoft.Compute/x' | project 'y", ""),
    ],
)
def test_a_type_says_where_its_resources_are(type_: str, query: str) -> None:
    assert population_of(type_).startswith(query)
    assert bool(population_of(type_)) == bool(query)


def test_types_lie_in_tables_that_there_are() -> None:
    tables = {population_of(f"{start.rstrip('/')}/x").partition("\n")[0].lower() for start in _ELSEWHERE}

    assert tables < RESOURCE_GRAPH_TABLES
    assert "resources" not in tables
    assert population_of("microsoft.advisor/recommendations", "Resources").startswith("Resources\n")
