"""Queries whose rows share ids, or have none: there is no order to page by, and no row may be lost for that."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.errors import KqlError
from tenantlint.graph import Answer, NotReadError
from tenantlint.graph.azure.answers import BrokenAnswerError, read_page
from tenantlint.graph.azure.scope import Scope
from tenantlint.graph.azure.units import ROWS_PER_PAGE, Question, Unit, open_ended
from tenantlint.graph.server import paging
from tenantlint.graph.server.effects import Count, Total
from tenantlint.graph.server.faults import Fault
from tests.graph.azure.conftest import Ask, Serve
from tests.graph.azure.live_makers import Watch, live, machines_copy, scope_of
from tests.tenant_copies import vm_row

DISKS = """\
Resources
| where type =~ 'microsoft.compute/virtualmachines'
| mv-expand disk = properties.storageProfile.dataDisks limit 400
| project id, lun = tostring(disk.lun)
"""
Fetch = Callable[..., tuple[Answer, Counter[tuple[Any, Any]], Watch]]


@pytest.fixture
def fetch(ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fetch:
    """Return a function that serves VMs with so many disks each in pages of 20 rows, and runs a query over them."""

    def run(kql: str, vms: int, disks: int, *faults: Fault, subscriptions: int = 1) -> Any:  # noqa: ANN401 - see above
        monkeypatch.setattr(paging, "LARGEST_PAGE", 20)
        numbers = range(1, subscriptions + 1)
        rows = [vm_row(number, f"vm{at:03}", disks) for number in numbers for at in range(vms)]
        watch = Watch()
        asking = ask(serve(machines_copy(tmp_path / "copy", rows, list(numbers)), faults=[watch.fault(), *faults]))
        with live(asking, tmp_path / "run", scope_of(*numbers)) as graph:
            answer = graph.fetch(kql, tmp_path / "rows.jsonl", repeating=True)
        found = [orjson.loads(line) for line in (tmp_path / "rows.jsonl").read_bytes().splitlines()]
        return answer, Counter((row.get("id"), row.get("lun")) for row in found), watch

    return run


@pytest.mark.parametrize(("vms", "disks"), [(1, 1), (5, 4), (7, 9), (30, 7), (3, 19)])
def test_every_row_is_read_once_however_many_share_an_id(fetch: Fetch, vms: int, disks: int) -> None:
    answer, rows, _ = fetch(DISKS, vms, disks)

    assert answer.unread == ()
    expected = {(vm_row(1, f"vm{at:03}")["id"], str(lun)) for at in range(vms) for lun in range(disks)}
    assert rows == dict.fromkeys(expected, 1)


def test_no_second_page_is_asked_for(fetch: Fetch) -> None:
    _, _, watch = fetch(DISKS, 30, 7)

    assert {page for _, page in watch.pages} == {1}
    assert not [query for query, _ in watch.pages if "order by" in query]


def test_more_rows_of_one_id_than_fit_into_an_answer_are_unread_and_the_others_are_not_waited_for(fetch: Fetch) -> None:
    answer, rows, watch = fetch(DISKS, 2, 30)

    assert [entry.table for entry in answer.unread] == ["resources"] * len(answer.unread) != []
    assert "more rows of one id" in answer.unread[0].reason
    assert all(count == 1 for count in rows.values())
    assert len(watch.seen) < 60


@pytest.mark.parametrize("project", ["id = tostring(properties.nothing)", "id = properties.nothing", "id = '  '"])
def test_rows_without_an_id_are_read_too(fetch: Fetch, project: str) -> None:
    kql = DISKS.replace("project id", f"project {project}")
    answer, rows, _ = fetch(kql, 2, 3)

    assert (answer.unread, rows.total()) == ((), 6)


@pytest.mark.parametrize("end", ["| order by lun desc\n", ";\n", "// the end", "| order by id asc\n"])
def test_a_query_may_end_as_it_likes(fetch: Fetch, end: str) -> None:
    _, rows, _ = fetch(DISKS + end, 7, 9)

    assert rows.total() == 63


def test_a_query_without_an_id_is_refused(fetch: Fetch) -> None:
    with pytest.raises(KqlError, match="column 'id'"):
        fetch("Resources\n| project name\n", 1, 1)


@pytest.mark.parametrize("effect", [Count(1), Count(-1), Total(-1)])
def test_an_answer_that_contradicts_itself_is_asked_for_again(fetch: Fetch, effect: Any) -> None:  # noqa: ANN401 - effects share no type
    answer, rows, watch = fetch(DISKS, 2, 3, Fault(effect, times=1))

    assert (answer.unread, rows.total(), len(watch.seen)) == ((), 6, 2)


def test_the_same_text_as_a_table_and_as_a_listing_is_read_twice(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    kql = "Resources\n| where type =~ 'microsoft.compute/virtualmachines'\n| project id\n| order by id asc\n"
    asking = ask(serve(machines_copy(tmp_path / "copy", [vm_row(1, "a")])))
    with live(asking, tmp_path / "run", scope_of(1)) as graph:
        graph.prepare([kql], repeating=[kql])
        answers = [
            graph.fetch(kql, tmp_path / f"{repeating}.jsonl", repeating=repeating) for repeating in (False, True)
        ]

    assert answers[0] == answers[1]


def test_what_puts_rows_together_is_not_asked_of_groups_that_do_not_see_each_other(
    ask: Ask, serve: Serve, tmp_path: Path
) -> None:
    groups = scope_of(1).groups + scope_of(2).groups
    asking = ask(serve(machines_copy(tmp_path / "copy", [vm_row(1, "a"), vm_row(2, "b")], [1, 2])))
    together = "Resources\n| summarize n = count() by id\n"
    with live(asking, tmp_path / "run", Scope(groups)) as graph:
        graph.prepare([], repeating=[together, DISKS])
        with pytest.raises(NotReadError, match="puts rows together"):
            graph.fetch(together, tmp_path / "rows.jsonl", repeating=True)
        assert graph.fetch(DISKS, tmp_path / "disks.jsonl", repeating=True).unread == ()


def test_parts_are_cut_by_the_id_whatever_it_is() -> None:
    kql = Unit(0).split(3)[2].kql(open_ended("Resources\n| project id;\n"), repeating=True)

    assert kql == "Resources\n| project id\n| where hash(tolower(tostring(id))) % 3 == 2\n"


def test_how_many_there_are_is_one_row_with_an_id() -> None:
    assert Question("Resources\n", ["s"], repeating=True).counted.repeating is False


@pytest.mark.parametrize("ids", [["a", "a"], ["a", None], [None], [7, {"x": 1}]])
def test_a_page_may_hold_any_ids_where_they_repeat(ids: list[object]) -> None:
    rows = [{"id": id_} for id_ in ids]
    body = orjson.dumps({"count": len(ids), "data": rows, "totalRecords": len(ids), "resultTruncated": "false"})

    assert read_page(body, repeating=True).count == len(ids) < ROWS_PER_PAGE
    with pytest.raises(BrokenAnswerError):
        read_page(body)
