"""The report for spreadsheets: Python reads back what was written, and no program runs any of it."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tenantlint import Verdict, Violation
from tenantlint.model import Json
from tenantlint.reports.csv import COLUMNS, CsvReport
from tenantlint.reports.csv_cells import LONGEST_CELL, json_cell, text_cell
from tenantlint.results import Judgement, Problem
from tests.judgements import compliant, not_applicable, scan, subject, unknown, violates
from tests.marked import HOSTILE, UNSEEN, marked_summary, report_on, stands, waived

VM = "/subscriptions/S1/resourceGroups/rg-Web/providers/Microsoft.Compute/virtualMachines/web-1"
FORMULA = re.compile(r"""[\s"\ufffd]*[=+\-@\u2212]""")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def lines_of(tmp_path: Path, judgements: Iterable[Judgement]) -> list[dict[str, str]]:
    assert report_on(CsvReport(), tmp_path / "v.csv", judgements) == []
    return read(tmp_path / "v.csv")


def runs(cell: str) -> bool:
    """Tell whether a spreadsheet may take a cell, or what follows a semicolon in it, for a formula."""
    return any(FORMULA.match(unicodedata.normalize("NFKC", piece)) for piece in cell.split(";"))


def test_a_violation_is_a_line_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    judgement = stands(waived(violates(subject(id_=VM), "note")), "unchanged")

    assert lines_of(tmp_path, [judgement]) == [
        {
            "rule": "acme-owner",
            "level": "note",
            "state": "waived",
            "baseline": "unchanged",
            "subscription_id": "s1",
            "subscription": "One",
            "resource_group": "rg-Web",
            "resource_id": VM,
            "name": "web-1",
            "part": "",
            "message": "has no owner",
            "evidence": '{"tags.owner":null}',
            "help": "https://acme.example/rules",
            "waiver_reason": "is torn down in spring",
            "waiver_owner": "team-a",
            "waiver_expires": "2027-03-31",
        }
    ]


def test_each_part_is_a_line_and_is_open_or_waived_by_itself(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, [waived(violates(subject(), "error", "note"), 1)])

    assert [(line["part"], line["level"], line["state"], line["waiver_owner"]) for line in lines] == [
        ("p0", "error", "open", ""),
        ("p1", "note", "waived", "team-a"),
    ]


def test_the_bytes_are_those_of_the_rfc_with_the_mark_that_excel_wants(tmp_path: Path) -> None:
    lines_of(tmp_path, [violates(subject("a,b"), "note", message='has "no" owner')])
    content = (tmp_path / "v.csv").read_bytes()

    assert content.startswith(b"\xef\xbb\xbfrule,level,")
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r") == 2
    assert b',"a,b",,"has ""no"" owner","{""tags.owner"":null}",' in content


@pytest.mark.parametrize(
    "others", [[], [compliant(subject()), not_applicable(subject()), unknown(subject(), "absent")]]
)
def test_what_is_no_violation_is_no_line(others: list[Judgement], tmp_path: Path) -> None:
    assert len(lines_of(tmp_path, [violates(subject(), "note"), *others])) == 1
    assert (tmp_path / "v.csv").read_bytes().count(b"\n") == 2


@pytest.mark.parametrize(
    ("judged", "problems"), [([], [Problem("unread", "s2 was not read")]), ([unknown(subject(), "unread")], [])]
)
def test_a_file_without_lines_is_not_taken_for_a_clean_tenant_where_something_was_not_read(
    judged: list[Judgement], problems: list[Problem], tmp_path: Path
) -> None:
    (told,) = report_on(CsvReport(), tmp_path / "v.csv", judged, problems)

    assert told.endswith("what was not read or broke is not in it, and not known to be fine")
    assert read(tmp_path / "v.csv") == []


@pytest.mark.parametrize("id_", ["/providers/x", "", "/subscriptions/s1/resourceGroups"])
def test_what_is_in_no_group_or_subscription_has_empty_cells(id_: str, tmp_path: Path) -> None:
    (line,) = lines_of(tmp_path, [violates(subject("x", "", id_), "note")])

    assert (line["resource_group"], line["subscription_id"], line["subscription"]) == ("", "", "")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_stays_in_its_cell_is_seen_and_is_not_run(text: str, tmp_path: Path) -> None:
    about = subject(text, "s1", f"/subscriptions/s1/resourceGroups/{text}/vms/{text}")
    judgement = violates(about, "error", message=text)
    violation = Violation(text, "error", {text[:100]: text[:100]}, text)
    judgement = judgement._replace(verdict=Verdict("violation", violations=(violation,)))
    report_on(CsvReport(), tmp_path / "v.csv", [judgement], about=scan(names={"s1": text}))
    (line,) = read(tmp_path / "v.csv")

    assert list(line) == list(COLUMNS)
    assert not re.search(UNSEEN, "".join(line.values()))
    assert not any(runs(cell) for name, cell in line.items() if name != "evidence")
    assert all(len(cell) <= LONGEST_CELL for cell in line.values())


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("=+-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63 \u3000\xa0;'\"\t\rab1")))
@example("=1")
@example('a; "=1;b')
def test_no_text_is_run_and_none_is_lost(text: str) -> None:
    cell = text_cell(text)

    assert not runs(cell)
    assert re.sub(r"(^|;)'", r"\1", cell) == re.sub(r"(^|;)'", r"\1", text)


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("has 33 data disks; 32 are supported", "a=b", "2026-11-20", VM, "'quoted'", "5-1"):
        assert text_cell(text) == text


JSON_VALUES = st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=5)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.text(min_size=1), JSON_VALUES, min_size=1))
def test_evidence_is_json_that_can_be_seen_and_says_what_it_said(evidence: dict[str, Json]) -> None:
    cell = json_cell(evidence)

    assert orjson.loads(cell) == evidence
    assert not re.search(UNSEEN, cell)
    assert not any(FORMULA.match(piece) for piece in cell.split(";"))


def test_evidence_with_half_a_character_or_too_much_for_a_cell_is_json_all_the_same() -> None:
    assert json.loads(json_cell({"a": "\ud800"})) == {"a": "\ud800"}
    assert json.loads(json_cell({"a": "x" * 40_000})) == {"left out": "40008 characters"}


def test_a_large_tenant_is_written_as_it_comes(tmp_path: Path) -> None:
    writer = CsvReport().open(tmp_path / "v.csv", scan())
    for number in range(20):
        writer.add([violates(subject(f"vm{number}-{more}"), "note") for more in range(100)])
    writer.discard()

    assert list(tmp_path.iterdir()) == []


def test_standard_output_gets_the_same_bytes(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    lines_of(tmp_path, [violates(subject("Göteborg"), "note")])
    writer = CsvReport().open(None, scan())
    writer.add([violates(subject("Göteborg"), "note")])
    writer.finish(marked_summary([]))

    assert capsysbinary.readouterr().out == (tmp_path / "v.csv").read_bytes()


def test_columns_come_back_as_one_row_of_the_header(tmp_path: Path) -> None:
    lines_of(tmp_path, [])
    header = next(csv.reader(io.StringIO((tmp_path / "v.csv").read_text("utf-8-sig"))))

    assert tuple(header) == COLUMNS
