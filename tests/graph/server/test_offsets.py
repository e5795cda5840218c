"""What changes between two pages: a token is an offset, and the query is run again."""

from pathlib import Path

import pytest

from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.mutations import Mutation
from tests.graph.server.clients import LAB, READ, container, ids, resource, write_estate, write_numbers
from tests.graph.server.conftest import Serve

SORTED = "project id, kind | order by id asc"


def number(at: int) -> str:
    return str(resource(f"n{at:05}", READ)["id"])


def walked(serve: Serve, tmp_path: Path, mutation: Mutation, query: str = SORTED) -> list[list[str]]:
    """Return the ids on four pages of ten, between the first two of which the tenant changes."""
    client = serve(write_numbers(tmp_path, 40), faults=[Fault(mutation, page=2)])
    pages = list(client.walk(query, 10))
    assert pages[0].json["totalRecords"] == 40
    return [ids(page) for page in pages]


def test_a_row_that_goes_takes_another_one_with_it(serve: Serve, tmp_path: Path) -> None:
    pages = walked(serve, tmp_path, Mutation("Resources", remove=(number(3).upper(),)))

    seen = {id_ for page in pages for id_ in page}
    assert number(3) in seen
    assert number(10) not in seen
    assert sum(map(len, pages)) == 39


def test_a_row_that_comes_gives_another_one_twice(serve: Serve, tmp_path: Path) -> None:
    new = resource("n00000a", READ)

    pages = walked(serve, tmp_path, Mutation("resources", add=(new,)))

    assert pages[1][0] == pages[0][-1] == number(9)
    assert new["id"] not in {id_ for page in pages for id_ in page}
    assert sum(map(len, pages)) == 41


def test_the_total_follows_the_tenant(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_numbers(tmp_path, 40), faults=[Fault(Mutation("Resources", remove=(number(1),)), page=3)])

    totals = [page.json["totalRecords"] for page in client.walk(SORTED, 10)]

    assert totals == [40, 40, 39, 39]


def test_a_row_may_change(serve: Serve, tmp_path: Path) -> None:
    change = Mutation("Resources", change={number(15).upper(): {"kind": "changed"}})
    client = serve(write_numbers(tmp_path, 40), faults=[Fault(change, page=2)])

    kinds = {row["kind"] for page in client.walk(SORTED, 10) for row in page.data}

    assert kinds == {"", "changed"}


def test_an_unsorted_query_may_give_its_rows_in_another_order(serve: Serve, tmp_path: Path) -> None:
    pages = walked(serve, tmp_path, Mutation("Resources", reverse=True), "project id, kind")

    assert pages[1] == list(reversed([number(at) for at in range(20, 30)]))
    assert pages[3] == pages[0][::-1]


def test_a_sorted_query_does_not_care_for_the_order(serve: Serve, tmp_path: Path) -> None:
    pages = walked(serve, tmp_path, Mutation("Resources", reverse=True))

    assert [id_ for page in pages for id_ in page] == [number(at) for at in range(40)]


def test_the_copy_itself_stays_as_it_is(serve: Serve, tmp_path: Path) -> None:
    before = (write_numbers(tmp_path, 40) / "Resources.jsonl").read_bytes()

    walked(serve, tmp_path, Mutation("Resources", remove=(number(3),)))

    assert (tmp_path / "Resources.jsonl").read_bytes() == before


def test_changes_add_up(serve: Serve, tmp_path: Path) -> None:
    faults = [Fault(Mutation("Resources", remove=(number(at),)), page=2, times=1) for at in (1, 2)]
    client = serve(write_numbers(tmp_path, 40), faults=faults)

    assert [page.json["totalRecords"] for page in client.walk(SORTED, 10)] == [40, 38, 38, 38]


@pytest.mark.parametrize(
    "mutation",
    [
        Mutation("Resources", remove=("/nowhere",)),
        Mutation("Resources", change={"/nowhere": {}}),
        Mutation("SecurityResources", reverse=True),
    ],
    ids=["removed", "changed", "table"],
)
def test_a_script_that_changes_what_is_not_there_is_told_so(serve: Serve, tmp_path: Path, mutation: Mutation) -> None:
    answer = serve(write_numbers(tmp_path, 4), faults=[Fault(mutation)]).ask("count")

    assert (answer.status, answer.codes[1]) == (500, "LocalResourceGraph")


def test_a_subscription_may_come_with_a_mutation(serve: Serve, tmp_path: Path) -> None:
    add = Mutation("Resources", add=(resource("n1", LAB),))
    client = serve(write_numbers(tmp_path, 4), faults=[Fault(add, request=2)])

    assert [client.ask("count").data for _ in range(2)] == [[{"Count": 4}]] * 2  # nobody said that it can be read


def test_a_copy_that_is_edited_is_read_again(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_numbers(tmp_path, 40))
    first = client.ask(SORTED, options={"$top": 10})

    write_numbers(tmp_path, 25)

    second = client.ask(SORTED, options={"$top": 10, "$skipToken": first.token})
    assert (first.json["totalRecords"], second.json["totalRecords"]) == (40, 25)


def test_the_hierarchy_is_read_again_when_it_changes(serve: Serve, tmp_path: Path) -> None:
    moved = container(f"/subscriptions/{LAB}", ["corp"], LAB)
    change = Mutation("ResourceContainers", change={moved["id"]: {"properties": moved["properties"]}})
    client = serve(write_estate(tmp_path), faults=[Fault(change, request=2)])
    query = "Resources | summarize by subscriptionId"

    before, after = (client.ask(query, managementGroups=["corp"]).data for _ in range(2))

    assert LAB not in {row["subscriptionId"] for row in before}
    assert LAB in {row["subscriptionId"] for row in after}
