"""`tenantlint lint-kql`: files, folders and standard input; columns, JSON and SARIF; exit codes."""

from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.commands import run

GOOD = "Resources\n| project id\n| order by id asc\n"
BAD = "Resources\n| mv-expand x = properties.x\n| project id, x\n| order by id asc\n"
WEAK = "Resources\n| where id == 'x'\n| order by id asc\n"
NOTED = "Resources\n| project id, n = make_list(name, 3)\n| order by id asc\n"
UNORDERED = "Resources\n| project id\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    (folder / "more").mkdir(parents=True)
    (folder / "good.kql").write_text(GOOD)
    (folder / "more" / "bad.kql").write_text(BAD)
    (folder / "later.kql").write_text("// cannot be asked of Resource Graph\n")
    (folder / "note.txt").write_text("not KQL")
    return folder


def test_findings_are_printed_in_columns_with_what_to_write_instead(call: Call, rules: Path) -> None:
    ended = call("lint-kql", rules)

    assert (ended.code, ended.err) == (1, "")
    assert ended.out == (
        "rules/more/bad.kql:2:3  error  kql-mv-expand-limit  "
        "`mv-expand x = properties.x` drops what a row holds beyond 128 elements\n"
        "\n"
        "kql-mv-expand-limit: End the operator with `limit 400`, the most that is documented.\n"
        "\n"
        "1 error, 0 warnings, 0 notes in 2 queries; 1 file of comments only\n"
    )


def test_a_clean_query_says_so(call: Call, rules: Path) -> None:
    ended = call("lint-kql", rules / "good.kql")

    assert (ended.code, ended.out, ended.err) == (0, "0 errors, 0 warnings, 0 notes in 1 query\n", "")


def test_json_has_one_object_a_finding(call: Call, rules: Path) -> None:
    (line,) = call("lint-kql", rules, "--format", "json").out.splitlines()

    assert orjson.loads(line) == {
        "file": "rules/more/bad.kql",
        "line": 2,
        "column": 3,
        "level": "error",
        "check": "kql-mv-expand-limit",
        "text": "mv-expand x = properties.x",
        "message": "`mv-expand x = properties.x` drops what a row holds beyond 128 elements",
        "instead": "End the operator with `limit 400`, the most that is documented.",
    }


def test_sarif_goes_to_standard_output_or_a_file(call: Call, rules: Path, tmp_path: Path) -> None:
    printed = call("lint-kql", rules, "--format", "sarif")
    written = call("lint-kql", rules, "--format", "sarif", "--output", tmp_path / "x.sarif")

    assert (printed.code, written.code, written.out) == (1, 1, "")
    assert (tmp_path / "x.sarif").read_text("utf-8") == printed.out
    assert orjson.loads(printed.out)["runs"][0]["results"][0]["ruleId"] == "kql-mv-expand-limit"


@pytest.mark.parametrize(
    ("kql", "level", "code"),
    [
        (GOOD, "note", 0),
        *((BAD, level, 1) for level in ("error", "warning", "note")),
        *((WEAK, level, code) for level, code in {"error": 0, "warning": 1, "note": 1}.items()),
        *((UNORDERED, level, code) for level, code in {"error": 0, "warning": 1, "note": 1}.items()),
        *((NOTED, level, code) for level, code in {"error": 0, "warning": 0, "note": 1}.items()),
        (BAD, "never", 0),
    ],
)
def test_the_lowest_level_that_fails_can_be_chosen(call: Call, tmp_path: Path, kql: str, level: str, code: int) -> None:
    (tmp_path / "q.kql").write_text(kql)

    assert call("lint-kql", "q.kql", "--fail-on", level).code == code


def test_standard_input_is_read_in_utf_8_whatever_the_encoding_of_the_terminal() -> None:
    ended = run(
        "lint-kql",
        "-",
        stdin="\ufeffResources // Göteborg\n| where id == 'ö'\n".encode(),
        env={"PYTHONIOENCODING": "ascii"},
    )

    assert (ended.code, ended.err) == (1, "")
    assert "stdin:2:9  warning  kql-case-sensitive" in ended.out
    assert "'ö'" in ended.out


def test_a_file_named_twice_is_told_once(call: Call, rules: Path) -> None:
    assert call("lint-kql", rules, rules / "more" / "bad.kql", "rules/more").out == call("lint-kql", rules).out


def test_a_folder_that_is_called_as_a_query_is_a_folder(call: Call, tmp_path: Path) -> None:
    (tmp_path / "q" / "more.kql").mkdir(parents=True)
    (tmp_path / "q" / "more.kql" / "a.kql").write_text(GOOD)

    assert call("lint-kql", "q").code == 0


def test_files_come_in_one_order(call: Call, tmp_path: Path) -> None:
    (tmp_path / "q" / "a").mkdir(parents=True)
    for name in ("b.kql", "a.kql", "a/z.kql", "c.kql"):
        (tmp_path / "q" / name).write_text(WEAK)

    files = [orjson.loads(line)["file"] for line in call("lint-kql", "q", "--format", "json").out.splitlines()]

    assert files == ["q/a.kql", "q/a/z.kql", "q/b.kql", "q/c.kql"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.kql", None, "cannot read gone.kql: No such file or directory"),
        ("latin.kql", "Resources // Göteborg".encode("latin-1"), "latin.kql is not UTF-8"),
        ("empty", b"", "there is no .kql file in empty"),
    ],
)
def test_what_cannot_be_read_is_the_users_fault(
    call: Call, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if name == "empty":
        (tmp_path / name).mkdir()
    elif content is not None:
        (tmp_path / name).write_bytes(content)

    ended = call("lint-kql", name)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize("listed", ["- aprlGuid: 3f2d8c1e", "queries:\n- recommendationId: acme"])
def test_the_query_of_a_library_is_a_rule_and_needs_no_order(call: Call, tmp_path: Path, listed: str) -> None:
    (tmp_path / "disks" / "kql").mkdir(parents=True)
    (tmp_path / "disks" / "kql" / "a.kql").write_text(UNORDERED)
    (tmp_path / "disks" / "other.yaml").write_text("services: {}\n")

    alone = call("lint-kql", "disks")
    (tmp_path / "disks" / "recommendations.yaml").write_text(listed)
    (tmp_path / "disks" / "kql" / "b.kql").write_text("Resources\n| order by id asc\n| take 5\n")
    beside = call("lint-kql", "disks")

    assert (alone.code, "kql-no-order" in alone.out) == (1, True)
    assert (beside.code, "kql-no-order" in beside.out) == (1, False)
    assert "disks/kql/b.kql:3:3  error  kql-rule-limit  `take 5` leaves out violations\n" in beside.out


def test_something_must_be_named(call: Call) -> None:
    assert call("lint-kql").code == 2


def test_a_name_that_hides_itself_is_shown(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.kql").write_text(WEAK)

    ended = call("lint-kql", tmp_path)

    assert "\x1b" not in ended.out
