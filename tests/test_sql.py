"""Quoting for DuckDB, and files read by the very names that they have."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.sql import identifier, literal, longest_line, read_json_sql, read_parquet_sql

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)


@given(TEXT, TEXT)
@settings(deadline=None, max_examples=60)
def test_any_text_is_a_value_and_any_text_is_a_name(text: str, name: str) -> None:
    found = duckdb.execute(f"SELECT {literal(text)} AS {identifier(name)}")

    assert found.description[0][0] == name
    assert found.fetchall() == [(text,)]


@pytest.mark.parametrize(
    ("content", "longest"), [(b"", 0), (b"\n", 1), (b"ab\nabc", 3), (b"abcd\nab\n", 5), ("é\n".encode(), 3)]
)
def test_the_longest_line_is_counted_in_bytes(tmp_path: Path, content: bytes, longest: int) -> None:
    (tmp_path / "lines").write_bytes(content)

    assert longest_line(tmp_path / "lines") == longest


@pytest.mark.parametrize("name", ["a[1]b", "[!a]b", "st*r", "q?x", "[", "]", "{a,b}", "**", "id=5", "quo'te"])
def test_a_file_is_read_by_its_very_name_and_nothing_beside_it(tmp_path: Path, name: str) -> None:
    for folder, value in (("a1b", 0), ("bb", 0), ("star", 0), ("qqx", 0), ("a", 0), (name, 1)):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "x.jsonl").write_text(f'{{"id": {value}}}\n')
        duckdb.execute(f"COPY (SELECT {value} AS id) TO {literal(str(tmp_path / folder / 'x.parquet'))}")
    file = tmp_path / name / "x.jsonl"
    json, parquet = read_json_sql(file, "id: 'INT'", longest_line(file)), read_parquet_sql(file.with_suffix(".parquet"))

    assert duckdb.execute(f"FROM {json}").fetchall() == [(1,)]
    assert duckdb.execute(f"FROM {parquet}").fetchall() == [(1,)]


@pytest.mark.parametrize("length", [20, 1 << 20, (1 << 20) + 1, 3_000_000])
def test_a_line_of_any_length_can_be_read(tmp_path: Path, length: int) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"id": "' + "x" * (length - 11) + '"}\n')

    assert longest_line(file) == length
    assert duckdb.execute(f"FROM {read_json_sql(file, 'id: VARCHAR', length)}").fetchall() == [("x" * (length - 11),)]
