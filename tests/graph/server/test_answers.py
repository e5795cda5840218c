"""Whole answers on disk."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.answers import Answers, Column, StoredAnswer, write_index
from tenantlint.graph.server.api_versions import API_VERSIONS
from tenantlint.graph.server.paging import SkipToken
from tenantlint.graph.server.queries import Queries
from tenantlint.graph.server.request import QueryRequest
from tenantlint.graph.server.service import Service, Settings
from tests.graph.server.clients import LAB, READ, write_estate, write_numbers

TEXT = (Column("id", "string"),)
VERSION = API_VERSIONS["2024-04-01"]


def stored(folder: Path, lines: list[bytes]) -> StoredAnswer:
    file = folder / "rows.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return StoredAnswer(file, write_index(file), TEXT, limited=False)


LINES = st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"\r")), max_size=30)


@given(LINES, st.integers(0, 40), st.integers(1, 40))
@settings(deadline=None, max_examples=80)
def test_a_slice_of_an_answer_is_a_slice_of_its_lines(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], start: int, rows: int
) -> None:
    answer = stored(tmp_path_factory.mktemp("answer"), lines)

    assert answer.rows == len(lines)
    assert answer.read(start, rows) == lines[start : start + rows]


def maker(calls: list[str], name: str) -> Callable[[Path], StoredAnswer]:
    def make(folder: Path) -> StoredAnswer:
        calls.append(name)
        return stored(folder, [name.encode()])

    return make


def lease(answers: Answers, name: str, calls: list[str]) -> Path:
    with answers.lease(name, maker(calls, name)) as answer:
        assert answer.read(0, 1) == [name.encode()]
        return answer.file


def test_an_answer_is_made_once(tmp_path: Path) -> None:
    calls: list[str] = []
    answers = Answers(tmp_path / "answers")

    assert lease(answers, "a", calls) == lease(answers, "a", calls)
    assert calls == ["a"]


def test_what_nobody_asked_for_lately_is_thrown_away(tmp_path: Path) -> None:
    calls: list[str] = []
    answers = Answers(tmp_path / "answers", kept=2)
    files = [lease(answers, name, calls) for name in "abac"]

    lease(answers, "a", calls)
    lease(answers, "b", calls)

    assert calls == ["a", "b", "c", "b"]
    assert [file.exists() for file in files] == [True, False, True, False]
    assert len(list((tmp_path / "answers").iterdir())) == 2


def test_an_answer_that_is_being_read_is_kept(tmp_path: Path) -> None:
    calls: list[str] = []
    answers = Answers(tmp_path / "answers", kept=1)

    with answers.lease("a", maker(calls, "a")) as answer:
        for name in "bcd":
            lease(answers, name, calls)
        assert answer.read(0, 1) == [b"a"]


def test_an_error_is_not_kept(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")

    def fail(_: Path) -> StoredAnswer:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError), answers.lease("a", fail):
        pass

    assert list((tmp_path / "answers").iterdir()) == []
    assert lease(answers, "a", []).exists()


def test_whoever_asks_for_the_same_at_the_same_time_waits(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")
    calls: list[str] = []
    go = threading.Event()
    found: list[Path] = []

    def make(folder: Path) -> StoredAnswer:
        go.wait(10)
        return maker(calls, "a")(folder)

    def ask() -> None:
        with answers.lease("a", make) as answer:
            found.append(answer.file)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()

    assert calls == ["a"]
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each query that is really run; it runs all the same."""
    texts: list[str] = []
    run = Queries.run

    def noted(self: Queries, query: object, *rest: object) -> StoredAnswer:
        texts.append(str(query))
        return run(self, query, *rest)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(Queries, "run", noted)
    return texts


def service(copy: Path, work: Path) -> Service:
    return Service(read_copy(copy), work, Settings())


def test_the_next_page_does_not_run_the_query_again(tmp_path: Path, runs: list[str]) -> None:
    asked = service(write_numbers(tmp_path / "copy", 30), tmp_path)

    for start in (0, 10, 20):
        asked.ask(QueryRequest("project id", token=SkipToken(10, start)), VERSION)

    assert len(runs) == 1


def test_another_scope_runs_the_query_again(tmp_path: Path, runs: list[str]) -> None:
    asked = service(write_estate(tmp_path / "copy"), tmp_path)

    totals = [asked.ask(QueryRequest("count", (id_,)), VERSION).rows for id_ in (READ, LAB, READ.upper())]

    assert totals == [[b'{"Count":2}']] * 3
    assert len(runs) == 2


def test_a_change_of_the_copy_runs_the_query_again(tmp_path: Path, runs: list[str]) -> None:
    asked = service(write_numbers(tmp_path / "copy", 30), tmp_path)
    before = asked.ask(QueryRequest("count"), VERSION).rows

    write_numbers(tmp_path / "copy", 29)

    assert (before, asked.ask(QueryRequest("count"), VERSION).rows) == ([b'{"Count":30}'], [b'{"Count":29}'])
    assert len(runs) == 2
