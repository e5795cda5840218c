"""Scripts of faults in files."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.errors import ConfigError
from tenantlint.graph.server.effects import (
    EFFECTS,
    Count,
    Expire,
    Fail,
    NotJson,
    RepeatToken,
    Reset,
    Slow,
    Throttle,
    Total,
    Truncate,
)
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.mutations import Mutation
from tenantlint.graph.server.scripts import read_faults

ENTRIES: list[tuple[dict[str, Any], Fault]] = [
    ({"do": "throttle", "when": {"request": 3}}, Fault(Throttle(), request=3)),
    (
        {"do": "throttle", "retry_after": None, "manager": True, "times": 0},
        Fault(Throttle(None, manager=True), times=0),
    ),
    ({"do": "fail", "status": 502, "when": {"query": "vaults", "page": 2}}, Fault(Fail(502), query="vaults", page=2)),
    ({"do": "expire", "when": {"request": None, "path": "/tenants"}}, Fault(Expire(), path="/tenants")),
    ({"do": "not-json", "text": "no"}, Fault(NotJson("no"))),
    ({"do": "reset", "times": 2}, Fault(Reset(), times=2)),
    ({"do": "truncate", "keep": 0.1}, Fault(Truncate(0.1))),
    ({"do": "slow", "seconds": 3}, Fault(Slow(3))),
    ({"do": "repeat-token"}, Fault(RepeatToken())),
    ({"do": "total", "by": -9}, Fault(Total(-9))),
    ({"do": "count"}, Fault(Count())),
    ({"do": "mutate", "table": "Resources", "remove": ["/a"]}, Fault(Mutation("Resources", remove=("/a",)))),
    (
        {"do": "mutate", "table": "T", "add": [{"id": "/b"}], "change": {"/c": {"kind": "x"}}, "reverse": True},
        Fault(Mutation("T", add=({"id": "/b"},), change={"/c": {"kind": "x"}}, reverse=True)),
    ),
]


def written(tmp_path: Path, entries: object) -> Path:
    file = tmp_path / "faults.json"
    file.write_bytes(entries if isinstance(entries, bytes) else orjson.dumps(entries))
    return file


def test_every_fault_can_be_written(tmp_path: Path) -> None:
    assert read_faults(written(tmp_path, [entry for entry, _ in ENTRIES])) == [fault for _, fault in ENTRIES]
    assert {entry["do"] for entry, _ in ENTRIES} == EFFECTS.keys()


def test_no_faults_are_a_script_too(tmp_path: Path) -> None:
    assert read_faults(written(tmp_path, [])) == []


WRONG = {
    "no JSON": (b"[", "faults.json is not JSON"),
    "no list": ({"do": "reset"}, "does not hold a list"),
    "no object": (["reset"], "fault 1: a fault is an object"),
    "nothing to do": ([{"do": "reset"}, {}], "fault 2: 'do' is one of count, expire, "),
    "nothing that is known": ([{"do": "explode"}], "not 'explode'"),
    "not a name": ([{"do": 3}], "not 3"),
    "an unknown key": ([{"do": "fail", "code": 500}], "there is no 'code', only status"),
    "a key where none is": ([{"do": "reset", "now": 1}], "there is no 'now', only nothing"),
    "an unknown condition": (
        [{"do": "reset", "when": {"hour": 3}}],
        "there is no 'hour', only page, path, query, request",
    ),
    "a function": ([{"do": "reset", "when": {"when": "x"}}], "there is no 'when'"),
    "a condition of another type": ([{"do": "reset", "when": 3}], "'when' is an object"),
    "a number in words": ([{"do": "fail", "status": "500"}], "'status' is a whole number; not '500'"),
    "a number that is true": ([{"do": "total", "by": True}], "'by' is a whole number; not True"),
    "seconds in words": ([{"do": "slow", "seconds": "1"}], "'seconds' is a number"),
    "a request in words": ([{"do": "reset", "when": {"request": "1"}}], "'request' is a whole number or null"),
    "times that are none": ([{"do": "reset", "times": None}], "'times' is a whole number"),
    "text that is none": ([{"do": "not-json", "text": 3}], "'text' is text"),
    "a flag in words": ([{"do": "throttle", "manager": "yes"}], "'manager' is true or false"),
    "rows that are none": ([{"do": "mutate", "table": "T", "add": [3]}], "'add' is a list of rows"),
    "ids that are none": ([{"do": "mutate", "table": "T", "remove": [3]}], "'remove' is a list of texts"),
    "changes that are none": ([{"do": "mutate", "table": "T", "change": {"a": 1}}], "'change' is an object of rows"),
    "no table": ([{"do": "mutate"}], "missing 1 required positional argument: 'table'"),
    "a status that is no failure": ([{"do": "fail", "status": 200}], "status is 500, 502, 503 or 504; not 200"),
}


@pytest.mark.parametrize(("entries", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, entries: object, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_faults(written(tmp_path, entries))

    assert said in str(error.value)


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read .*none\.json: No such file"):
        read_faults(tmp_path / "none.json")
