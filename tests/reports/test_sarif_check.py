"""The check that every SARIF file has to pass before it gets its name: what GitHub would refuse is told, and how."""

import copy
import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.reports import Report, Writer
from tenantlint.reports.sarif import SarifReport
from tenantlint.reports.sarif_check import Check, SarifError
from tenantlint.reports.sarif_full import SarifFullReport
from tenantlint.reports.sarif_names import Profile
from tests.judgements import compliant, read_log, scan, subject, summary_of, violates, write
from tests.validators.minimal_log import LOG, PLACE, planted

_RULE = "runs/0/tool/driver/rules/0"
_RESULT = "runs/0/results/0"
_PHYSICAL = f"{_RESULT}/locations/0/physicalLocation"


def check(log: Any, profile: Profile = "upload", times: int = 1, zipped: int = 0) -> None:  # noqa: ANN401 - JSON
    """Judge a log as its writer does."""
    judge = Check(profile)
    for run in copy.deepcopy(log["runs"]):
        results = run.pop("results")
        own = {name: run.pop(name) for name in ("automationDetails", "invocations") if name in run}
        judge.run(orjson.dumps(run)[1:-1], orjson.dumps(own)[1:-1])
        for _ in range(times):
            judge.results([orjson.dumps(result) for result in results])
    judge.file(zipped)


def test_a_good_log_passes() -> None:
    check(LOG)
    check(LOG, "archive")


DEFECTS = [
    (f"{_RULE}/shortDescription/text", "x" * 1025, "a rule has texts of 1 to 1024 characters"),
    (f"{_RULE}/fullDescription/text", "", "a rule has texts of 1 to 1024 characters"),
    (f"{_RULE}/help", {"text": ""}, "a rule has texts of 1 to 1024 characters"),
    (f"{_RULE}/name", "x" * 256, "a rule has texts of 1 to 1024 characters"),
    (f"{_RULE}/defaultConfiguration", {"level": "none"}, "a rule has texts"),
    (f"{_RULE}/properties/tags", [f"tag-{number}" for number in range(11)], "10 tags"),
    (f"{_RULE}/properties/precision", "sure", "known words"),
    (f"{_RULE}/properties/problem.severity", "fatal", "known words"),
    (f"{_RULE}/properties/security-severity", 5.0, "known words"),
    (f"{_RULE}/properties/security-severity", "high", "known words"),
    ("runs/0/automationDetails/id", "nothing", "a run has a category"),
    ("runs/0/bogus", 1, "it keeps the schema of SARIF 2.1.0"),
    ("runs/1", LOG["runs"][0], "a category has one run"),
    (f"{_RESULT}/ruleId", "", "a result names its rule"),
    (f"{_RESULT}/ruleId", "another", "ruleIndex is the place of the rule"),
    (f"{_RESULT}/ruleIndex", 1, "ruleIndex is the place of the rule"),
    (f"{_RESULT}/message", {"id": "disks"}, "a result has a message"),
    (f"{_RESULT}/message/text", "", "a result has a message"),
    (f"{_RESULT}/kind", "pass", "a result that is no failure has no level"),
    (f"{_RESULT}/kind", "bogus", "it keeps the schema"),
    (f"{_RESULT}/locations", [], "a result is at a path in the repository"),
    (f"{_RESULT}/locations", [PLACE] * 101, "a result is at a path in the repository"),
    (f"{_PHYSICAL}/region", {}, "with a line"),
    (f"{_PHYSICAL}/region/startLine", 0, "it keeps the schema"),
    *[
        (f"{_PHYSICAL}/artifactLocation/uri", uri, "a result is at a path in the repository")
        for uri in ("", "/a", "https://x/y", "debian:10", "a b", "a%2", "a?x", "a#x", "ä")
    ],
    (f"{_RESULT}/partialFingerprints", {}, "a result has a fingerprint"),
    (f"{_RESULT}/partialFingerprints/primaryLocationLineHash", "", "a result has a fingerprint"),
]
OF_UPLOADS = [
    ("runs/0/invocations/0/executionSuccessful", False, "an uploaded run was successful"),
    ("runs/0/tool/extensions", [{"name": f"pack-{number}"} for number in range(101)], "at most 100 extensions"),
    (_RESULT, {**LOG["runs"][0]["results"][0], "kind": "pass", "level": "none"}, "an uploaded result is a failure"),
    (f"{_RESULT}/level", "none", "an uploaded result has a level"),
    (f"{_RESULT}/suppressions", [{"kind": "external"}], "an uploaded result is not suppressed"),
    (f"{_RESULT}/baselineState", "absent", "an uploaded result is not absent"),
    ("runs/0/results/1", LOG["runs"][0]["results"][0], "no two results of a rule share a fingerprint"),
]


def named(defects: Iterable[tuple[str, object, str]]) -> pytest.MarkDecorator:
    found = list(defects)
    return pytest.mark.parametrize(
        ("path", "value", "said"),
        found,
        ids=[f"{path.rpartition('/')[2]} {str(value)[:20]!r}" for path, value, _ in found],
    )


@pytest.mark.parametrize("profile", ["upload", "archive"])
@named(DEFECTS)
def test_a_defect_is_told_by_the_demand_that_it_breaks(path: str, value: object, said: str, profile: Profile) -> None:
    with pytest.raises(SarifError) as told:
        check(planted(path, value), profile)

    assert said in str(told.value)
    assert told.value.exit_code == 3
    assert "nothing was written" in told.value.hint


@named(OF_UPLOADS)
def test_what_no_upload_may_have_an_archive_may(path: str, value: object, said: str) -> None:
    with pytest.raises(SarifError, match=said):
        check(planted(path, value))

    check(planted(path, value), "archive")


@pytest.mark.parametrize("uri", ["a", "a/b:c", "subscriptions/1/%C3%B6", "a//b", "%3A/x"])
def test_paths_in_a_repository_pass(uri: str) -> None:
    check(planted(f"{_PHYSICAL}/artifactLocation/uri", uri))


@pytest.mark.parametrize(
    ("judge", "said"),
    [
        (functools.partial(check, {"runs": []}), "a file has 1 to 20 runs"),
        (functools.partial(check, LOG, zipped=10_000_001), "no more than 10000000 bytes zipped"),
    ],
)
def test_what_a_file_has_to_be_as_a_whole_is_told(judge: Callable[[], None], said: str) -> None:
    with pytest.raises(SarifError, match=said):
        judge()


def test_a_fingerprint_that_comes_twice_is_found_in_results_that_come_apart() -> None:
    with pytest.raises(SarifError, match="share a fingerprint"):
        check(LOG, times=2)


def test_what_is_not_json_is_told() -> None:
    judge = Check("archive")
    with pytest.raises(SarifError, match="it has to be JSON"):
        judge.run(b'"tool":', b'"x":1')


def test_a_report_that_fails_leaves_an_older_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for report in (SarifReport(), SarifFullReport()):
        (tmp_path / "x.sarif").write_text("older")
        writer = report.open(tmp_path / "x.sarif", scan())
        with monkeypatch.context() as patched:
            patched.setattr("tenantlint.reports.sarif_objects.no_links", lambda _: "")
            with pytest.raises(SarifError, match="a result has a message"):
                _judge(writer)
        writer.discard()

        assert [file.read_text() for file in tmp_path.iterdir()] == ["older"]


def _judge(writer: Writer) -> None:
    writer.add([violates(subject(), "error")])
    writer.finish(summary_of([]))


def test_reports_pass_their_own_check(tmp_path: Path) -> None:
    judged = [violates(subject("a"), "error", "note"), compliant(subject("b"))]
    profiles: dict[Profile, Report] = {"upload": SarifReport(), "archive": SarifFullReport()}
    for profile, report in profiles.items():
        write(report, tmp_path / "x.sarif", scan(), judged)
        check(read_log(tmp_path / "x.sarif"), profile)
