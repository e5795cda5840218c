"""KQL as DuckDB answers it: what Kusto says, or an error; never something else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import orjson
import pytest

from tenantlint.errors import KqlError
from tenantlint.graph.engine import STANDARD_COLUMNS, KqlEngine, open_duckdb
from tests.conftest import Ask

NOW = datetime(2026, 11, 20, 4, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[KqlEngine]:
    """Give an engine over `numbers`: ten rows, the largest first."""
    with open_duckdb(tmp_path) as connection:
        engine = KqlEngine(connection, NOW)
        engine.add("Numbers", ["n", "half"], "SELECT 9 - i AS n, i / 2 AS half FROM range(10) AS t(i)")
        yield engine


@pytest.mark.parametrize(
    ("value", "null"),
    [
        ("properties.nothing", True),
        ("properties.absent", True),
        ("properties.absent.deeper", True),
        ("properties.list[7]", True),
        ("dynamic(null)", True),
        ("parse_json('null')", True),
        ("properties.word", False),
        ("properties.count", False),
        ("properties", False),
        ("tags", False),
        ("dynamic('null')", False),
        ("'null'", False),
        ("int(null)", True),
        ("toint('x')", True),
    ],
)
def test_null_is_what_kusto_calls_null_whether_it_is_absent_or_written_out(ask: Ask, value: str, null: bool) -> None:  # noqa: FBT001 - what is expected
    kql = (
        f"Resources | where name == 'a' | project a = isnull({value}), b = isnotnull({value}), c = not(isnull({value}))"
    )

    assert ask(kql) == [{"a": null, "b": not null, "c": not null}]


@pytest.mark.parametrize("aggregate", ["max(name)", "min(name)", "any(name)", "take_any(name)", "tolower(max(name))"])
def test_no_string_is_null_not_even_that_of_no_rows(ask: Ask, aggregate: str) -> None:
    of_none = f"Resources | where name == '' | summarize x = {aggregate}"
    kql = f"{of_none}, y = isnull({aggregate}) | project x, y, a = isnull(x), b = isempty(x), c = x == ''"

    assert ask(kql) == [{"x": "", "y": False, "a": False, "b": True, "c": True}]


def test_no_string_is_null_that_stands_beside_the_greatest_of_no_rows(ask: Ask) -> None:
    kql = "Resources | where name == '' | summarize arg_max(name, id, tags) | project name, id, tags, x = id == ''"

    assert ask(kql) == [{"name": "", "id": "", "tags": None, "x": True}]


def test_the_greatest_of_no_numbers_is_null(ask: Ask) -> None:
    kql = "Resources | where name == '' | summarize a = max(toint(tags)), b = any(tags), c = min(now())"

    assert ask(kql) == [{"a": None, "b": None, "c": None}]


def test_null_selects_rows_as_it_does_in_a_column(ask: Ask) -> None:
    assert ask("Resources | where isnull(properties.nothing) | summarize n = count()") == [{"n": 2}]
    assert ask("Resources | where isnull(properties) | project name") == [{"name": "b"}]
    assert ask("Resources | where isnotnull(properties.nothing) | project name") == [{"name": "C"}]


@pytest.mark.parametrize(
    "value", ["properties.nothing", "properties.absent", "tostring(properties.nothing)", "managedBy"]
)
def test_what_is_null_is_empty_too(ask: Ask, value: str) -> None:
    assert ask(f"Resources | where name == 'a' | project a = isempty({value}), b = isnotempty({value})") == [
        {"a": True, "b": False}
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("now()", "2026-11-20T02:00:00.0000000Z"),
        ("now(-1h)", "2026-11-20T01:00:00.0000000Z"),
        ("ago(1d)", "2026-11-19T02:00:00.0000000Z"),
        ("datetime(2026-01-31)", "2026-01-31T00:00:00.0000000Z"),
        ("todatetime('2026-01-31T10:20:30.1234567+02:00')", "2026-01-31T08:20:30.1234560Z"),
        ("tostring(ago(1d))", "2026-11-19T02:00:00.0000000Z"),
        ("tostring(now() - ago(26h))", "1.02:00:00"),
        ("pack('at', now())", {"at": "2026-11-20T02:00:00.0000000Z"}),
        ("toint((now() - todatetime('2026-11-18T02:00:00Z')) / 1d)", 2),
    ],
)
def test_the_clock_stands_at_the_moment_of_the_capture_and_times_are_written_as_kusto_does(
    ask: Ask, value: str, expected: object
) -> None:
    assert ask(f"Resources | take 1 | project x = {value}") == [{"x": expected}]


def test_a_moment_in_any_zone_is_the_same_moment(engine: KqlEngine, tmp_path: Path) -> None:
    engine.write_json("Numbers | take 1 | project x = now()", tmp_path / "rows.jsonl")

    assert orjson.loads((tmp_path / "rows.jsonl").read_bytes()) == {"x": "2026-11-20T02:00:00.0000000Z"}
    assert NOW.astimezone(UTC).hour == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("todouble(1) / 0", None),
        ("log(0)", None),
        ("sqrt(-1)", None),
        ("real(nan)", None),
        ("1.5e300", 1.5e300),
        ("0.1 + 0.2", 0.30000000000000004),
        ("9223372036854775807", 9223372036854775807),
        ("true", True),
        ("''", ""),
        ("'é😀\\t\\\\\\''", "é😀\t\\'"),
        ("dynamic({'a': [1, null, {'b': 'c'}]})", {"a": [1, None, {"b": "c"}]}),
        ("split('a/b', '/')", ["a", "b"]),
    ],
)
def test_values_of_every_type_are_json_when_they_come_out(ask: Ask, value: str, expected: object) -> None:
    assert ask(f"Resources | take 1 | project x = {value}") == [{"x": expected}]


@pytest.mark.parametrize(
    ("kql", "given"),
    [
        ("where name == 'c' | count", 0),
        ("where name =~ 'c' | count", 1),
        ("where id has 'acme' | count", 3),
        ("where id has 'acm' | count", 0),
        ("where id contains 'ACM' | count", 3),
        ("where id contains_cs 'ACM' | count", 0),
        ("where name in ('c', 'b') | count", 1),
        ("where name in~ ('c', 'b') | count", 2),
        ("where tobool(properties.absent) == true | count", 0),
        ("where tobool(properties.absent) != true | count", 3),
        ("where properties.kind =~ 'INNER' | count", 1),
        ("where isnotempty(coalesce(tostring(properties.absent), tostring(properties.kind))) | count", 1),
        ("where array_length(properties.list) > 3 | count", 1),
        ("join kind=inner (ResourceContainers) on subscriptionId | count", 3),
        ("join (ResourceContainers) on subscriptionId | count", 2),
        ("join kind=leftouter (ResourceContainers | take 0) on id | where isempty(id1) | count", 3),
        ("join kind=fullouter (ResourceContainers) on id | count", 5),
        ("mv-expand properties | where name == 'b' | count", 1),
    ],
)
def test_what_the_queries_of_the_packs_rest_on_is_answered_as_kusto_does(ask: Ask, kql: str, given: int) -> None:
    assert ask(f"Resources | {kql}") == [{"Count": given}]


@pytest.mark.parametrize(
    ("kql", "says"),
    [
        ("Numbers | extend a = fold(n)", "'function:fold' (line 1, column 22)"),
        ("Numbers // fold\n| extend a = 1\n| where fold(a) > 1", "'function:fold' (line 3, column 9)"),
        ("Numbers | extend fold = 1 + fold(n)", "'function:fold' (line 1, column 29)"),
        ("Numbers | extend a = array_sort_asc(dynamic([10, 9]))", "'function:array_sort_asc'"),
        ("Numbers | extend a = read_text('/etc/passwd')", "'function:read_text'"),
        ("Numbers | extend a = getenv('HOME')", "'function:getenv'"),
        ("Numbers | summarize a = fold(n)", "fold"),
        ("Numbers | where tostring(n) matches regex '('", "missing )"),
        ("Numbers | take -1", "negative"),
        ("Numbers | where n == 1 | extend a = toint(n) has 'x' + 1", "cannot run"),
        ("Other | count", "no table 'Other'"),
        ("Numbers | where N == 1", "no column 'N'"),
        ("Numbers | where n = 1", "does not compare"),
        ("Numbers | where", "not KQL"),
    ],
)
def test_a_query_that_cannot_be_run_gives_an_error_and_no_answer(
    engine: KqlEngine, tmp_path: Path, kql: str, says: str
) -> None:
    with pytest.raises(KqlError) as caught:
        engine.write_json(kql, tmp_path / "rows.jsonl")

    assert says in str(caught.value)
    assert not (tmp_path / "rows.jsonl").exists()


def test_an_error_leaves_the_engine_fit_for_the_next_query(engine: KqlEngine, tmp_path: Path) -> None:
    for kql in ("Numbers | where tostring(n) matches regex '('", "Numbers | where"):
        with pytest.raises(KqlError):
            engine.write_json(kql, tmp_path / "rows.jsonl")
    engine.write_json("Numbers | count", tmp_path / "rows.jsonl")

    assert (tmp_path / "rows.jsonl").read_text() == '{"Count":10}\n'


def test_an_answer_without_rows_is_an_empty_file_with_columns(engine: KqlEngine, tmp_path: Path) -> None:
    assert engine.write_json("Numbers | where n > 99 | project n", tmp_path / "rows.jsonl") == ("n",)
    assert (tmp_path / "rows.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("kql", "unsorted", "same"),
    [
        ("Numbers | order by n asc", list(range(9, -1, -1)), False),
        ("Numbers | order by n asc | take 2", [0, 1], True),
        ("Numbers | top 2 by n asc", [0, 1], True),
        ("Numbers | take 3", [9, 8, 7], True),
    ],
)
def test_only_a_last_sort_is_left_out_where_order_does_not_matter(
    engine: KqlEngine,
    tmp_path: Path,
    kql: str,
    unsorted: list[int],
    same: bool,  # noqa: FBT001 - what is expected
) -> None:
    def numbers(*, in_order: bool) -> list[int]:
        engine.write_json(kql, tmp_path / "rows.jsonl", in_order=in_order)
        return [orjson.loads(line)["n"] for line in (tmp_path / "rows.jsonl").read_bytes().splitlines()]

    assert numbers(in_order=False) == unsorted
    assert (numbers(in_order=True) == unsorted) == same


def test_a_table_that_is_declared_can_be_checked_before_it_is_there(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as connection:
        engine = KqlEngine(connection, NOW)
        engine.declare("Later", STANDARD_COLUMNS)

        assert engine.check("later | project id").columns == ("id",)
        with pytest.raises(KqlError, match="cannot run this"):
            engine.write_json("later | project id", tmp_path / "rows.jsonl")


@pytest.mark.parametrize("name", ['a"b', "a'b", "a;b -- c", "é", "a b", "select"])
def test_tables_and_columns_of_any_name_are_quoted(tmp_path: Path, name: str) -> None:
    spelled = "['" + name.replace("'", "\\'") + "']"
    with open_duckdb(tmp_path) as connection:
        engine = KqlEngine(connection, NOW)
        engine.add(name, [name], 'SELECT 1 AS "' + name.replace('"', '""') + '"')
        engine.write_json(f"{spelled} | extend x = {spelled} + 1", tmp_path / "rows.jsonl")

    assert orjson.loads((tmp_path / "rows.jsonl").read_bytes()) == {name: 1, "x": 2}


SECRETS = (
    "SELECT * FROM read_text('{outside}')",
    "SELECT * FROM read_csv('{outside}')",
    "SELECT * FROM '{outside}'",
    "COPY (SELECT 1) TO '{outside}.new'",
    "ATTACH '{outside}.db'",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET memory_limit = '100GB'",
    "INSTALL httpfs",
    "LOAD '{outside}'",
    "SELECT * FROM pool",
)


@pytest.mark.parametrize("sql", SECRETS)
def test_the_database_sees_its_folders_and_nothing_else(tmp_path: Path, sql: str) -> None:
    outside, inside, work = tmp_path / "outside.csv", tmp_path / "copy", tmp_path / "work"
    outside.write_text("a\n1\n")
    inside.mkdir()
    work.mkdir()
    (inside / "in.csv").write_text("a\n1\n")
    with open_duckdb(work, inside) as connection:
        pool = connection.sql("SELECT 1 AS a")

        assert connection.execute("SELECT a FROM read_csv(?)", [str(inside / "in.csv")]).fetchall() == pool.fetchall()
        with pytest.raises(duckdb.Error):
            connection.execute(sql.format(outside=outside))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "outside.csv", "work"]


REACHES = (
    "['{file}']",
    "{table}",
    "Resources | union ['{file}']",
    "Resources | join kind=inner (['{file}']) on id",
    "Resources | where id in (['{file}'] | project id)",
    "externaldata(a:string)['{file}']",
    "Resources | union (externaldata(a:string)['{file}'])",
    "Resources | extend a = toscalar(externaldata(a:string)['{file}'])",
    "Resources | extend a = read_text('{file}')",
    "Resources | extend a = read_csv('{file}')",
    "Resources | evaluate http_request('{file}')",
    "table('{file}')",
    "database('{file}').t",
    "cluster('{file}').database('main').t",
    "database('system').duckdb_tables",
    "Resources | union database('main').resources",
    "information_schema.tables",
    "['information_schema.tables']",
    "['main.resources']",
    """['resources" UNION ALL SELECT * FROM read_text("{file}") --']""",
    """Resources | project ['id", (SELECT 1) AS "x']""",
    "sqlite_master",
    "duckdb_settings()",
    "['duckdb_settings()']",
    "pragma_table_info('resources')",
    ".show tables",
    ".set-or-replace Resources <| Resources",
    ".drop table Resources",
    ".ingest into table Resources ('{file}')",
)


@pytest.mark.parametrize("kql", REACHES)
def test_no_query_reaches_anything_but_the_tables(ask: Ask, tmp_path: Path, kql: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("id\nsecret\n")

    with pytest.raises(KqlError):
        ask(kql.format(file=file, table=file.stem))
    assert ask("Resources | count") == [{"Count": 3}]


@pytest.mark.parametrize("text", ["'", "''", '"', "\\", "'; DROP VIEW resources; --", "{{}}", "$1", "%s", "\u2028"])
def test_text_stays_text(ask: Ask, text: str) -> None:
    written = orjson.dumps(text).decode()

    assert ask(f"Resources | take 1 | project x = {written}, y = strcat({written}, '')") == [{"x": text, "y": text}]


def test_a_column_without_a_name_has_that_which_kusto_gives_it(ask: Ask) -> None:
    kql = "Resources | take 1 | project strlen(id), gettype(id), tolower(id), strlen(tostring(tags.env)), not(true)"

    assert list(ask(kql)[0]) == ["strlen_id", "type_id", "Column1", "strlen_tags_env", "Column2"]


SPANS = [
    ("1d + 2h", "1.02:00:00"),
    ("-36h", "-1.12:00:00"),
    ("1.5s", "00:00:01.5000000"),
    ("datetime(2025-11-20) - now()", "-365.02:00:00"),
    ("now() - todatetime(properties.absent)", None),
    ("dayofweek(now())", "5.00:00:00"),
    ("pack_array(-1d)", ["-1.00:00:00"]),
    ("bag_pack('x', 90m)", {"x": "01:30:00"}),
]


@pytest.mark.parametrize(("span", "written"), SPANS)
def test_timespans_are_written_as_kusto_writes_them(ask: Ask, span: str, written: object) -> None:
    assert ask(f"Resources | where name == 'a' | project x = {span}") == [{"x": written}]


def test_timespans_are_sorted_and_picked_by_their_length(engine: KqlEngine, tmp_path: Path) -> None:
    into = tmp_path / "rows.jsonl"
    engine.write_json("Numbers | project span = (n - 3) * 13h | where span < 24h | order by span asc", into)
    assert [orjson.loads(line)["span"] for line in into.read_bytes().splitlines()] == [
        *("-1.15:00:00", "-1.02:00:00", "-13:00:00", "00:00:00", "13:00:00")
    ]

    engine.write_json("Numbers | project span = (n - 3) * 13h | summarize max(span), min(span)", into)
    assert orjson.loads(into.read_bytes()) == {"max_span": "3.06:00:00", "min_span": "-1.15:00:00"}


def test_times_that_are_absent_are_left_out_of_lists(ask: Ask) -> None:
    kql = "Resources | extend at = todatetime(properties.absent) | summarize make_list(at), make_set(now() - at)"

    assert ask(kql) == [{"list_at": [], "set_": []}]
