"""``hash()`` of a string is Kusto's: the values are those that Microsoft's documentation shows."""

import sys
from itertools import chain
from pathlib import Path

import orjson
import pytest

from tenantlint.errors import KqlError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.serving import Options, serving
from tests.commands import run
from tests.conftest import Ask
from tests.graph.server.clients import DEMO, Client, demo_rows
from tests.makers import row, write_copy

HELLO, WORLD = 753694413698530628, 1846988464401551951
EMPTY = 0xEF46DB3751D8E999 - 2**64  # of no bytes, by the algorithm's own definition; as a long it is negative
SPAMMISH = 0xFBCEA83C8A378BF1 - 2**64  # xxHash's own example of a text that is longer than its stripes of 32 bytes
UMLAUTS = 9195948184497084108  # of the bytes as UTF-8


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("hash('World')", WORLD),
        ("hash('World', 100)", 51),
        ('hash("Hello")', HELLO),
        ("Hash(strcat('Wor', 'ld'))", WORLD),
        ("hash('World') % 100", 51),
        ("hash('')", EMPTY),
        ("hash('Nobody inspects the spammish repetition')", SPAMMISH),
        ("hash('Ünïcödé')", UMLAUTS),
        ("hash('') % 7", EMPTY % 7),
        ("hash('', 7)", EMPTY % 7),
        ("hash('', int(7))", EMPTY % 7),
        ("hash('', 2147483647)", EMPTY % 2147483647),
        ("hash('', 1)", 0),
        ("hash(tostring(properties.nothing))", EMPTY),
        ("hash(managedBy)", EMPTY),
        ("iff(hash('World', 100) == 51, 'yes', 'no')", "yes"),
    ],
)
def test_a_string_hashes_as_documented(call: str, expected: int | str, ask: Ask) -> None:
    assert ask(f"Resources | where name == 'a' | project x = {call}") == [{"x": expected}]


@pytest.mark.parametrize("part", ["hash(tolower(id)) % 7", "hash(tolower(id), 7)"])
def test_remainders_put_each_row_into_one_part(part: str, tmp_path: Path) -> None:
    rows = [{"id": f"/subscriptions/s1/things/{'X' * (number % 90)}{number}"} for number in range(500)]
    copy = write_copy(tmp_path / "copy", {"Resources": [row("things", "a", **each) for each in rows]})
    found = []
    with LocalGraph(read_copy(copy), tmp_path) as graph:
        for number in range(7):
            graph.fetch(f"Resources | where {part} == {number} | project id", tmp_path / "rows.jsonl")
            found.append([orjson.loads(line)["id"] for line in (tmp_path / "rows.jsonl").read_bytes().splitlines()])

    assert sorted(chain(*found)) == sorted(each["id"] for each in rows)
    assert min(map(len, found)) > 30


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | summarize n = count() by part = hash(name, 1)",
        "Resources | where hash(name, 1) == 0 | summarize n = countif(hash(name, 1) == 0)",
        "Resources | extend part = hash(name, 1) | order by hash(id) | summarize n = dcount(name) by part",
        "Resources | where id in ((Resources | where hash(id, 1) == 0 | project id)) | summarize n = count()",
        "Resources | join kind=inner (Resources | project id, x = hash(id, 1)) on id | summarize n = count() by x",
    ],
)
def test_hash_stands_wherever_a_value_may(kql: str, ask: Ask) -> None:
    assert [found["n"] for found in ask(kql)] == [3]


@pytest.mark.parametrize(
    "value",
    ["properties", "tags.env", "dynamic('World')", "1", "1.5", "true", "now()", "1h", "toint('1')", "todatetime(name)"],
)
def test_anything_but_a_string_is_refused_and_not_guessed(value: str, ask: Ask) -> None:
    with pytest.raises(KqlError, match=r"cannot run hash\(\) of anything but a string") as error:
        ask(f"Resources | extend x = hash(name)\n| where hash({value}) == 1")

    assert (error.value.line, error.value.column) == (2, 9)
    assert error.value.hint == "cast it, as in tostring(…)"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("hash()", "hash() with 0 arguments"),
        ("hash(id, 7, 1)", "hash() with 3 arguments"),
        ("hash(id, 0)", "hash() modulo anything but a number of 1 or more"),
        ("hash(id, -7)", "hash() modulo anything but a number of 1 or more"),
        ("hash(id, 2.5)", "hash() modulo anything but a number of 1 or more"),
        ("hash(id, 2147483648)", "hash() modulo anything but a number of 1 or more"),
        ("hash(id, toint(properties.count))", "hash() modulo anything but a number of 1 or more"),
    ],
)
def test_a_call_that_kusto_would_not_take_is_refused(call: str, said: str, ask: Ask) -> None:
    with pytest.raises(KqlError) as error:
        ask(f"Resources | union (Resources | where {call} == 1)")

    assert f"the local resource graph cannot run {said}" in str(error.value)
    assert (error.value.line, error.value.column) == (1, 38)


@pytest.mark.parametrize("library", ["numpy", "xxhash"])
def test_without_its_libraries_hash_is_refused(library: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # what Python itself takes for "there is none"

    assert ask("Resources | project hash = name | summarize n = count()") == [{"n": 3}]
    with pytest.raises(KqlError, match=rf"hash\(\) without {library} ") as error:
        ask("Resources | where hash(id, 2) == 1")
    assert error.value.hint == "pip install 'tenantlint[server]'"


def test_the_server_answers_it_and_refuses_it() -> None:
    with serving(read_copy(DEMO), Options(quota=Quota(None))) as running:
        client = Client(running.url)
        parts = [client.ask(f"where hash(tolower(id)) % 3 == {part} | project id").data for part in range(3)]
        table = client.ask("take 1 | project x = hash('World', 100)", options={"resultFormat": "table"}).data
        refusal = client.ask("where hash(properties) == 1")

    assert sorted(each["id"] for each in chain(*parts)) == sorted(each["id"] for each in demo_rows())
    assert table == {"columns": [{"name": "x", "type": "integer"}], "rows": [[51]]}
    assert refusal.status == 400
    assert "hash() of anything but a string" in refusal.body.decode()


def test_the_end_of_the_program_complains_of_nothing() -> None:
    done = run("query", DEMO, "Resources | where hash(id, 2) == 1 | summarize n = count()")

    assert (done.code, done.err) == (0, "")
