"""When a script does what."""

import pytest

from tenantlint.graph.server.effects import (
    Count,
    Fail,
    Total,
)
from tenantlint.graph.server.faults import GRAPH, Fault, FaultScript, Seen
from tests.graph.server.conftest import Serve


def due(script: FaultScript, *requests: tuple[str, int]) -> list[bool]:
    return [bool(script.due(GRAPH, query, page)) for query, page in requests]


WHEN = {
    "the second request": (Fault(Fail(), request=2), [False, True, False, False]),
    "always": (Fault(Fail(), times=0), [True, True, True, True]),
    "once": (Fault(Fail()), [True, False, False, False]),
    "twice": (Fault(Fail(), times=2), [True, True, False, False]),
    "a query": (Fault(Fail(), query="VAULTS", times=0), [False, True, True, False]),
    "a page of a query": (Fault(Fail(), query="vaults", page=2), [False, False, True, False]),
    "a page of any": (Fault(Fail(), page=2, times=0), [False, False, True, True]),
    "another path": (Fault(Fail(), path="/subscriptions"), [False, False, False, False]),
    "a function": (Fault(Fail(), when=lambda seen: seen.request > 2, times=0), [False, False, True, True]),
}


@pytest.mark.parametrize(("fault", "expected"), WHEN.values(), ids=WHEN)
def test_a_script_says_when(fault: Fault, expected: list[bool]) -> None:
    requests = (("Resources", 1), ("vaults", 1), ("Vaults | x", 2), ("Resources", 2))

    assert due(FaultScript([fault]), *requests) == expected


def test_requests_are_counted_by_path() -> None:
    script = FaultScript([Fault(Fail(), request=2, path="/subscriptions")])

    assert [bool(script.due(path)) for path in (GRAPH, "/subscriptions", GRAPH, "/subscriptions")] == [
        False,
        False,
        False,
        True,
    ]


def test_several_faults_may_meet() -> None:
    script = FaultScript([Fault(Total(1)), Fault(Count(1), page=1), Fault(Fail(), page=2)])

    assert script.due(GRAPH) == [Total(1), Count(1)]


def test_a_function_sees_the_request() -> None:
    seen: list[Seen] = []

    def note(each: Seen) -> bool:
        seen.append(each)
        return False

    script = FaultScript([Fault(Fail(), when=note)])

    script.due(GRAPH, "count", 3)

    assert seen == [Seen(1, GRAPH, "count", 3)]


def test_a_script_sees_what_the_server_could_not_read(serve: Serve) -> None:
    client = serve(faults=[Fault(Fail(503), query="", page=1)])

    assert client.send("POST", f"{GRAPH}?api-version=2024-04-01", b"{").status == 503


def test_a_failure_is_one_of_four() -> None:
    with pytest.raises(ValueError, match="status is 500, 502, 503 or 504; not 418"):
        Fail(418)
