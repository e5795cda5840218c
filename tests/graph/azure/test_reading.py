"""Reading one part of an answer."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.graph.azure.reading import Split, Whole, read, read_all
from tenantlint.graph.azure.requests import FailedError, TooMuchError
from tenantlint.graph.azure.units import Question, Unit
from tenantlint.graph.server import paging
from tenantlint.graph.server.effects import Count, Effect, Fail, RepeatToken, Total
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.mutations import Mutation
from tenantlint.graph.server.service import Settings
from tests.graph.azure.conftest import Ask, Asking, Script, Serve, http
from tests.graph.azure.live_makers import IN_ORDER, MACHINES, Watch, always, ids_in, machines, machines_copy
from tests.tenant_copies import subscription, vm_row

QUESTION = Question(IN_ORDER, [subscription(1)], ["resources"])
COUNT = "summarize id"

Served = Callable[..., tuple[Asking, Watch]]


@pytest.fixture
def served(ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Return a function that serves so many machines, or these, in pages of so many rows."""

    def start(rows: int | list[Any], page: int = 20, *faults: Fault, **more: object) -> tuple[Asking, Watch]:
        monkeypatch.setattr(paging, "LARGEST_PAGE", page)
        copy = machines_copy(tmp_path / "copy", machines(rows) if isinstance(rows, int) else rows)
        watch = Watch()
        return ask(serve(copy, faults=[watch.fault(), *faults], **more)), watch

    return start


def expect_machines(found: Whole | Split, count: int) -> None:
    assert isinstance(found, Whole)
    assert sorted(ids_in(found.rows)) == [row["id"] for row in machines(count)]


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (39, 2), (40, 3), (58, 3), (60, 4)])
def test_a_few_pages_are_read_each_from_the_last_row_of_the_one_before(served: Served, rows: int, pages: int) -> None:
    asking, watch = served(rows)

    expect_machines(read(asking.sender, QUESTION), rows)
    assert len(watch.seen) == pages


def test_pages_of_a_thousand_rows_are_asked_for(served: Served) -> None:
    asking, watch = served(2001, 5000)

    expect_machines(read(asking.sender, QUESTION), 2001)
    assert len(watch.seen) == 3


@pytest.mark.parametrize(("rows", "page", "parts"), [(61, 20, 4), (200, 20, 12), (3001, 1000, 4), (4, 1, 4)])
def test_more_than_three_pages_are_parts(served: Served, rows: int, page: int, parts: int) -> None:
    asking, watch = served(rows, page)

    assert read(asking.sender, QUESTION) == Split(parts)
    assert len(watch.seen) == 1


@pytest.mark.parametrize("page", [3, 8, 100])
@pytest.mark.parametrize("kql", [IN_ORDER, MACHINES])
def test_the_size_of_pages_and_the_order_of_the_rows_do_not_matter(served: Served, page: int, kql: str) -> None:
    rows = machines(23)
    random.Random(page).shuffle(rows)  # noqa: S311 - an order, not a secret
    asking, _ = served(rows, page, Fault(Mutation("Resources", reverse=True), request=2))

    expect_machines(read_all(asking.sender, Question(kql, [subscription(1)])), 23)


PASSING: dict[str, Effect] = {
    "the token leads back": RepeatToken(),
    "the total falls": Total(-1),
    "the total rises": Total(3),
    "a page counts too many": Count(1),
    "a page counts too few": Count(-1),
}


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("name", PASSING)
def test_pages_that_do_not_fit_together_are_asked_for_again(served: Served, name: str, page: int) -> None:
    asking, watch = served(50, 20, Fault(PASSING[name], page=page))

    expect_machines(read(asking.sender, QUESTION), 50)
    assert len(watch.seen) <= 6
    # Where the next page starts is known without the token.
    assert (len(watch.seen) > 3) == (name != "the token leads back" or page > 1)


@pytest.mark.parametrize("rows", [1, 20, 50, 100])
@pytest.mark.parametrize("name", PASSING)
def test_what_never_fits_together_is_an_error_after_a_few_requests(served: Served, name: str, rows: int) -> None:
    asking, watch = served(rows, 20, always(PASSING[name]))

    with pytest.raises(FailedError, match=r"correlation id [0-9a-f-]{36}"):
        read_all(asking.sender, QUESTION)

    assert len(watch.seen) < 60


@pytest.mark.parametrize(("page", "count"), [(1, 1), (2, 1), (3, 1), (2, 3), (3, 3)])
@pytest.mark.parametrize("change", ["come", "go", "both"])
def test_rows_that_come_and_go_between_pages_cost_no_other_row(
    served: Served, page: int, count: int, change: str
) -> None:
    add = tuple(vm_row(1, f"vm{number:05}a") for number in range(count)) if change != "go" else ()
    late = tuple(vm_row(1, f"vm{49 - number:05}a") for number in range(count)) if change == "both" else ()
    remove = tuple(row["id"] for row in machines(50)[5 : 5 + count]) if change != "come" else ()
    mutation = Mutation("Resources", add=(*add, *late), remove=(*remove, *remove[:0]))
    asking, _ = served(50, 20, Fault(mutation, page=page))

    found = ids_in(read_all(asking.sender, QUESTION).rows)

    assert max(Counter(found).values()) == 1
    assert {row["id"] for row in machines(50)} - set(remove) <= set(found)


def test_a_row_that_goes_while_another_comes_hides_no_third(served: Served) -> None:
    """As many rows in all, none of them twice: only the overlap of two pages shows that one was never given."""
    moved = Mutation("Resources", add=(vm_row(1, "vm00045a"),), remove=(machines(6)[5]["id"],))
    asking, watch = served(50, 20, Fault(moved, page=2))

    found = read(asking.sender, QUESTION)

    assert isinstance(found, Whole)
    assert machines(21)[20]["id"] in ids_in(found.rows)
    assert len(watch.seen) == 5


def test_what_never_stands_still_is_cut_into_parts_of_one_page(served: Served) -> None:
    changes = [
        Fault(Mutation("Resources", add=(vm_row(1, f"vm00000{number:03}"),)), page=2, times=1, request=at)
        for number, at in enumerate(range(1, 40))
    ]
    asking, watch = served(50, 20, *changes)

    found = ids_in(read_all(asking.sender, QUESTION).rows)

    assert {row["id"] for row in machines(50)} <= set(found)
    assert max(Counter(found).values()) == 1
    assert any("hash" in each.query for each in watch.seen)


def fat(number: int, size: int) -> dict[str, Any]:
    return vm_row(1, f"vm{number:05}", tags={"fat": "x" * size})


FAT = "Resources\n| project id, tags\n| order by id asc\n"


@pytest.mark.parametrize(("rows", "limit"), [(100, 40_000), (40, 5_000)])
def test_an_answer_that_is_too_large_is_cut_until_it_fits(served: Served, rows: int, limit: int) -> None:
    asking, watch = served([fat(number, 1000) for number in range(rows)], 1000, settings=Settings(payload=limit))

    found = read_all(asking.sender, Question(FAT, [subscription(1)]))

    assert sorted(ids_in(found.rows)) == [row["id"] for row in machines(rows)]
    assert len(watch.seen) < 5 * rows


def test_a_single_row_that_is_too_large_is_an_error_that_says_so(served: Served) -> None:
    asking, _ = served([fat(0, 9000)], 1000, settings=Settings(payload=5000))

    with pytest.raises(TooMuchError, match=r"single row .* exceeded the limit of 5000.*correlation id [0-9a-f-]{36}"):
        read(asking.sender, Question(FAT, [subscription(1)]))


@pytest.mark.parametrize("status", [500, 504])
def test_what_is_too_slow_at_once_is_read_in_parts(served: Served, status: int) -> None:
    slow = Fault(Fail(status), times=0, when=lambda seen: "hash" not in seen.query and COUNT not in seen.query)
    asking, watch = served(30, 1000, slow)

    expect_machines(read_all(asking.sender, QUESTION), 30)
    assert len(watch.seen) == 7  # twice the whole, the count, four parts


@pytest.mark.parametrize("status", [500, 504])
def test_what_is_too_slow_in_any_size_is_given_up_soon(served: Served, status: int) -> None:
    asking, watch = served(30, 1000, always(Fail(status)))

    with pytest.raises(FailedError, match="correlation id"):
        read_all(asking.sender, QUESTION)

    assert len(watch.seen) < 100


def test_an_answer_that_is_truncated_is_an_error_with_its_correlation_id(ask: Ask, stub: Script) -> None:
    body = orjson.dumps({"totalRecords": 5, "count": 1, "data": [{"id": "/A"}], "resultTruncated": "true"})
    asking = ask(stub(http(200, body, x_ms_correlation_request_id="the-id")).url)

    with pytest.raises(FailedError, match=r"holds 1 rows of 5, .* \(correlation id the-id\)"):
        read(asking.sender, QUESTION)

    assert asking.requests == 1


SUMS = "Resources\n| summarize n = count() by id = tolower(id), subscriptionId\n| order by id asc\n"


@pytest.mark.parametrize("truncated", ["true", "false"])
def test_a_summary_without_a_second_page_is_cut_into_parts_of_one(ask: Ask, stub: Script, truncated: str) -> None:
    body = orjson.dumps({"totalRecords": 5, "count": 2, "data": [{"id": "/A"}, {"id": "/B"}]})
    asking = ask(stub(http(200, body[:-1] + f',"resultTruncated":"{truncated}"}}'.encode())).url)

    found = read(asking.sender, Question(SUMS, ["s"]))

    assert isinstance(found, Split)
    assert (found.parts, found.slow, "holds 2 rows of 5" in found.why) == (5, True, True)


@pytest.mark.parametrize("kql", [SUMS.replace("\n| order", "\n| take 3\n| order"), IN_ORDER])
def test_what_limits_itself_is_no_summary_and_is_not_cut(ask: Ask, stub: Script, kql: str) -> None:
    body = orjson.dumps({"totalRecords": 5, "count": 1, "data": [{"id": "/A"}], "resultTruncated": "true"})

    with pytest.raises(FailedError, match="holds 1 rows of 5"):
        read(ask(stub(http(200, body)).url).sender, Question(kql, ["s"]))


def envelope(*ids: str, **more: object) -> bytes:
    said = {"totalRecords": len(ids), "count": len(ids), "data": [{"id": id_} for id_ in ids], "facets": []}
    return orjson.dumps({**said, "resultTruncated": "false", **more})


def test_an_id_twice_in_a_page_is_an_error(ask: Ask, stub: Script) -> None:
    asking = ask(stub(http(200, envelope("/A", "/a"))).url)

    with pytest.raises(FailedError, match="two rows with the same id"):
        read(asking.sender, QUESTION)

    assert asking.requests == 3


@pytest.mark.parametrize("more", [{}, {"$skipToken": "t"}])
def test_a_page_with_none_of_the_rows_is_an_error(ask: Ask, stub: Script, more: dict[str, object]) -> None:
    asking = ask(stub(http(200, envelope(totalRecords=5000, **more))).url)

    with pytest.raises(FailedError, match="holds 0 rows of 5000"):
        read(asking.sender, QUESTION)

    assert asking.requests == 3


def test_an_id_on_two_pages_is_read_again_and_then_in_parts(ask: Ask, stub: Script) -> None:
    first = http(200, envelope("/A", "/B", totalRecords=3, **{"$skipToken": "t"}))
    second = http(200, envelope("/b", "/a", totalRecords=3))
    asking = ask(stub(first, second, first, second, first, second).url)

    assert read(asking.sender, QUESTION) == Split(3)
    assert asking.requests == 6


def test_a_token_that_comes_with_the_last_row_is_followed_and_does_no_harm(ask: Ask, stub: Script) -> None:
    asking = ask(
        stub(http(200, envelope("/A", "/B", **{"$skipToken": "t"})), http(200, envelope("/B", totalRecords=2))).url
    )

    assert read(asking.sender, QUESTION) == Whole([b'{"id":"/A"}', b'{"id":"/B"}'])


@pytest.mark.parametrize("page", [1, 2])
def test_a_scope_that_was_cut_is_told_wherever_it_was_said(ask: Ask, stub: Script, page: int) -> None:
    header = {"x_ms_tenant_subscription_limit_hit": "true"}
    answers = [
        http(200, envelope("/A", totalRecords=2, **{"$skipToken": "t"}), **(header if page == 1 else {})),
        http(200, envelope("/A", "/B"), **(header if page == 2 else {})),
    ]

    assert read(ask(stub(*answers).url).sender, QUESTION) == Whole([b'{"id":"/A"}', b'{"id":"/B"}'], cut=True)


def test_there_is_no_point_in_ever_more_parts() -> None:
    assert Split(4, most=16).of(Unit(0, 16, 3)) == []
    assert Split(4, most=16).of(Unit(0, 4, 3)) == Unit(0, 4, 3).split(4)
    assert Split(2).of(Unit(0, 600_000)) == []
