"""The report for CI systems: two parsers read it back, its counts are right, and any text fits in."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import junitparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenantlint import Verdict, Violation
from tenantlint.findings import Waiving
from tenantlint.model import CAUSES
from tenantlint.reports.junit import JUnitReport
from tenantlint.results import Judgement, Problem
from tests.judgements import BACKUP, compliant, not_applicable, owner, scan, subject, unknown, violates
from tests.marked import HOSTILE, UNSEEN, report_on, stands, waived

KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
PROBLEMS = [
    Problem("unread", "subscription s2 was not read: no permission", subscription="s2"),
    Problem("failed", "nothing to judge: the query broke", "acme-backup"),
    Problem("failed", "1 resources could not be judged because something broke", "acme-owner", None),
]


def suites_of(
    tmp_path: Path, judgements: Iterable[Judgement], problems: Iterable[Problem] = ()
) -> dict[str, ET.Element]:
    """Write and read a report, check its counts; return its suites by name."""
    path = tmp_path / "junit.xml"
    assert report_on(JUnitReport(), path, judgements, problems) == []
    root = ET.parse(path).getroot()  # noqa: S314 - we have written it
    check_counts(root)
    check_as_ci_systems_do(path, root)
    return {suite.get("name", ""): suite for suite in root}


def check_counts(root: ET.Element) -> None:
    for element in (root, *root):
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
        for name, kind in KINDS.items():
            assert int(element.get(name, "")) == len(list(element.iter(kind)))


def check_as_ci_systems_do(path: Path, root: ET.Element) -> None:
    xml = junitparser.JUnitXml.fromfile(str(path))
    assert [suite.name for suite in xml] == [suite.get("name") for suite in root]
    for suite in xml:
        told = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()  # type: ignore[no-untyped-call]  # junitparser types the rest
        assert told == (suite.tests, suite.failures, suite.errors, suite.skipped)
        assert all(len(case.result) <= 1 for case in suite)


def cases_of(suite: ET.Element) -> list[tuple[str, str, str, str]]:
    """Return the cases of a suite: the resource, and what it came to: element, type and message."""
    return [
        (case.get("name", ""), found.tag, found.get("type", ""), found.get("message", ""))
        for case in suite.iter("testcase")
        for found in case
    ]


def test_a_suite_is_a_rule_with_a_case_for_each_resource_that_somebody_should_look_at(tmp_path: Path) -> None:
    judged = [
        violates(subject("a"), "note", "error"),
        violates(subject("b"), "warning", by=BACKUP),
        waived(violates(subject("c"), "error")),
        unknown(subject("d"), "failed"),
        unknown(subject("e"), "unread"),
    ]
    suites = suites_of(tmp_path, judged, PROBLEMS)

    assert list(suites) == ["tenantlint", "acme-backup", "acme-owner"]
    assert cases_of(suites["acme-backup"]) == [
        ("/subscriptions/s1/vms/b", "failure", "warning", "VM 'b' in subscription 'One' has no owner.")
    ]
    assert cases_of(suites["acme-owner"]) == [
        ("/subscriptions/s1/vms/a", "failure", "error", "VM 'a' in subscription 'One' has no owner."),
        (
            "/subscriptions/s1/vms/d",
            "error",
            "failed",
            "VM 'd' in subscription 'One' cannot be judged (failed): has no usable value at tags.",
        ),
        (
            "/subscriptions/s1/vms/e",
            "error",
            "unread",
            "VM 'e' in subscription 'One' cannot be judged (unread): has no usable value at tags.",
        ),
        (
            "/subscriptions/s1/vms/c",
            "skipped",
            "waived",
            "Waived until 2027-03-31 by team-a: is torn down in spring",
        ),
    ]
    assert {case.get("classname") for case in suites["acme-owner"].iter("testcase")} == {"acme-owner"}


def test_the_first_suite_tells_what_keeps_the_scan_from_being_complete_but_what_cases_tell(tmp_path: Path) -> None:
    suites = suites_of(tmp_path, [unknown(subject(), "failed")], PROBLEMS)

    said = ["subscription s2 was not read: no permission", "acme-backup: nothing to judge: the query broke"]
    assert cases_of(suites["tenantlint"]) == [
        (said[0], "error", "unread", said[0]),
        (said[1], "error", "failed", said[1]),
    ]


def test_a_scan_that_finds_nothing_is_a_test_that_passed(tmp_path: Path) -> None:
    suites = suites_of(tmp_path, [compliant(subject())])

    (case,) = suites["tenantlint"].iter("testcase")
    assert (case.get("name"), len(case)) == ("the scan is complete", 0)


def test_a_scan_that_did_not_see_all_has_not_passed_whoever_tells_of_it(tmp_path: Path) -> None:
    suites = suites_of(tmp_path, [unknown(subject(), "unread")])

    assert cases_of(suites["tenantlint"]) == [
        ("the scan is complete", "error", "unread", "Something was not read or broke.")
    ]


def test_all_others_are_numbers_among_the_properties(tmp_path: Path) -> None:
    judged = [
        violates(subject("a"), "error"),
        waived(violates(subject("b"), "error")),
        *[compliant(subject(f"c{number}")) for number in range(3)],
        *[not_applicable(subject(f"n{number}")) for number in range(2)],
        *[unknown(subject(cause), cause) for cause in CAUSES],
    ]
    suite = suites_of(tmp_path, judged)["acme-owner"]

    assert suite[0].tag == "properties"
    assert {each.get("name"): each.get("value") for each in suite.iter("property")} == {
        "title": "VMs must have an owner.",
        "help": "https://acme.example/rules",
        "resources": "11",
        "compliant": "3",
        "waived": "1",
        "not-applicable": "2",
        **{f"not-evaluable: {cause}": "1" for cause in CAUSES},
    }
    assert len(cases_of(suite)) == 4
    assert suite.get("timestamp") == "2026-12-01T12:30:00"


def test_a_resource_of_which_some_violations_are_waived_fails_by_the_worst_of_the_others(tmp_path: Path) -> None:
    judgement = stands(waived(violates(subject(), "error", "note", "warning"), 0), "new")
    (found,) = suites_of(tmp_path, [judgement])["acme-owner"].iter("failure")

    assert found.get("type") == "warning"
    said, evidence = "VM 'web-1' in subscription 'One' has no owner.", '{"tags.owner":null}'
    assert (found.text or "").splitlines() == [
        f"error, new: {said} Waived until 2027-03-31 by team-a: is torn down in spring {evidence}",
        f"note, new: {said} {evidence}",
        f"warning, new: {said} {evidence}",
        "See https://acme.example/rules",
    ]


def test_a_report_is_the_same_in_whatever_order_and_company_judgements_come(tmp_path: Path) -> None:
    judged = [violates(subject(name), "error", "note", by=rule) for name in ("b", "A", "c") for rule in (owner, BACKUP)]
    told = {}
    for name, order in {"one": judged, "other": judged[::-1]}.items():
        report_on(JUnitReport(), tmp_path / name, order)
        told[name] = (tmp_path / name).read_bytes()

    assert told["one"] == told["other"]


def test_a_rule_that_no_judgement_is_of_is_a_suite_all_the_same(tmp_path: Path) -> None:
    rules = [replace(owner, id=f"acme-{name}") for name in ("a", "a-b", "a1", "b", "c")]
    judged = [violates(subject(), "note", by=rules[1]), violates(subject(), "note", by=rules[3])]
    path = tmp_path / "junit.xml"
    report_on(JUnitReport(), path, [*judged, *(compliant(subject(), by=rule) for rule in rules)], about=scan(*rules))

    root = ET.parse(path).getroot()  # noqa: S314 - we have written it
    check_counts(root)
    assert [(suite.get("name"), suite.get("tests")) for suite in root][1:] == [
        ("acme-a", "0"),
        ("acme-a-b", "1"),
        ("acme-a1", "0"),
        ("acme-b", "1"),
        ("acme-c", "0"),
    ]


def hostile(text: str) -> Judgement:
    violation = Violation(text, "error", {text[:100]: text[:100]}, text)
    about = subject(text, "s1", f"/subscriptions/s1/vms/{text}")
    return Judgement(owner, about, Verdict("violation", violations=(violation,)))


def check_hostile(text: str, folder: Path) -> None:
    judged = [hostile(text), waived(hostile(text), 0, by=Waiving(text, text, date(2027, 1, 1)))]
    judged[1] = judged[1]._replace(subject=subject("other"))
    path = folder / "junit.xml"
    about = scan(names={"s1": text})
    report_on(JUnitReport(), path, judged, [Problem("failed", text, "", "")], about=about)
    root = ET.parse(path).getroot()  # noqa: S314 - we have written it
    check_counts(root)

    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped")
    }
    values = [value for element in root.iter() for value in element.attrib.values()]
    texts = [line for element in root.iter() for line in (element.text or "").strip("\n").split("\n")]
    assert not re.search(UNSEEN, "".join(values + texts))
    assert len(path.read_bytes().split(b"\n")) == 15  # whatever it says, a case is one line


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_stays_where_it_is_and_is_seen(text: str, tmp_path: Path) -> None:
    check_hostile(text, tmp_path)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters()))
def test_any_text_at_all_gives_xml(text: str, tmp_path: Path) -> None:
    check_hostile(text, tmp_path)


def test_an_id_is_not_cut_however_long_and_a_resource_without_one_is_called_by_its_name(tmp_path: Path) -> None:
    id_ = "/subscriptions/s1/" + "/".join("x" * 200 for _ in range(5))
    suite = suites_of(tmp_path, [violates(subject("x", id_=id_), "note"), violates(subject("y", "", ""), "note")])

    assert [name for name, *_ in cases_of(suite["acme-owner"])] == ["y", id_]


@pytest.mark.parametrize("to_file", [True, False])
def test_what_is_discarded_leaves_nothing(
    to_file: bool,  # noqa: FBT001 - pytest gives parameters by name
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    writer = JUnitReport().open(tmp_path / "junit.xml" if to_file else None, scan())
    writer.add([violates(subject(), "error")])
    writer.discard()

    assert (list(tmp_path.iterdir()), capsysbinary.readouterr().out) == ([], b"")
