"""The judges of SARIF logs pass a good log, and each of their checks catches a defect planted in it."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.github_rules import Profile, multitool_problems, problems, schema_problems
from tests.validators import node
from tests.validators.minimal_log import LOG, PLACE, REMOVED, RESULT, RULE, RUN, planted
from tests.validators.sarif import Json

_RUN = "runs/0"
_DRIVER = f"{_RUN}/tool/driver"
_RULE = f"{_DRIVER}/rules/0"
_RESULT = f"{_RUN}/results/0"
_PHYSICAL = f"{_RESULT}/locations/0/physicalLocation"
_URI = f"{_PHYSICAL}/artifactLocation/uri"


def _many_results(count: int) -> list[Json]:
    return [RESULT | {"partialFingerprints": {"primaryLocationLineHash": str(number)}} for number in range(count)]


# Defects of every log: (path, value, what `problems` says of it).
ALWAYS: list[tuple[str, object, str]] = [
    (f"{_RUN}/results", REMOVED, "no results array"),
    (f"{_RULE}/shortDescription", REMOVED, "no shortDescription.text"),
    (f"{_RULE}/shortDescription/text", "x" * 1025, "shortDescription.text has 1025 characters"),
    (f"{_RULE}/fullDescription/text", "", "no fullDescription.text"),
    (f"{_RULE}/fullDescription/text", "x" * 1025, "fullDescription.text has 1025 characters"),
    (f"{_RULE}/help", REMOVED, "no help.text"),
    (f"{_RULE}/name", "x" * 256, "name has more than 255"),
    (f"{_RULE}/defaultConfiguration", {"level": "none"}, "rule too-many-data-disks: level none"),
    (f"{_RULE}/properties/tags", [f"tag-{number}" for number in range(11)], "11 tags"),
    (f"{_RULE}/properties/precision", "sure", "precision 'sure'"),
    (f"{_RULE}/properties/problem.severity", "fatal", "problem.severity 'fatal'"),
    (f"{_RULE}/properties/security-severity", "5.0", "without the tag security"),
    (f"{_RULE}/properties", {"tags": ["security"], "security-severity": 5.0}, "security-severity 5.0 is no string"),
    (f"{_RULE}/properties", {"tags": ["security"], "security-severity": "high"}, "security-severity 'high'"),
    (f"{_RULE}/properties", {"tags": ["security"], "security-severity": "10.1"}, "security-severity '10.1'"),
    (f"{_RESULT}/ruleId", REMOVED, "ruleId None is no rule"),
    (f"{_RESULT}/ruleId", "too-many-disks", "ruleId 'too-many-disks' is no rule"),
    (f"{_RESULT}/ruleIndex", 1, "ruleIndex 1 is not too-many-data-disks"),
    (f"{_RESULT}/message", {"id": "disks"}, "no message.text"),
    (f"{_RESULT}/message/text", "", "no message.text"),
    (f"{_RESULT}/kind", "pass", "kind pass with level error"),
    (f"{_RESULT}/locations", REMOVED, "no physical uri"),
    (f"{_RESULT}/locations", [], "no physical uri"),
    (f"{_RESULT}/locations", [PLACE] * 101, "101 locations"),
    (_PHYSICAL, REMOVED, "no physical uri"),
    (_URI, "", "no physical uri"),
    (_URI, "/subscriptions/1", "no path in the repository"),
    (_URI, "https://portal.azure.com/1", "no path in the repository"),
    (_URI, "debian:10", "no path in the repository"),
    (_URI, "rg a/vm-1", "no path in the repository"),
    (_URI, "rg%2/vm-1", "no path in the repository"),
    (_URI, "vm-1?x", "no path in the repository"),
    (f"{_RESULT}/relatedLocations", [{"physicalLocation": {"artifactLocation": {"uri": "a:b"}}}], "'a:b' is no path"),
    (f"{_PHYSICAL}/region", REMOVED, "no startLine"),
    (f"{_RESULT}/partialFingerprints", REMOVED, "no primaryLocationLineHash"),
    (f"{_RESULT}/partialFingerprints/primaryLocationLineHash", "", "no primaryLocationLineHash"),
    (f"{_RUN}/results/1", RESULT, "2 results of too-many-data-disks share the fingerprint"),
    (f"{_RUN}/results/1", RESULT | {"suppressions": []}, "some results have suppressions"),
    ("runs/1", RUN, "2 runs of tenantlint in the category 'tenantlint/1'"),
    ("runs/1", RUN | {"automationDetails": {"id": "tenantlint/1/later"}}, "2 runs of tenantlint"),
    ("runs", [], "0 runs"),
    ("runs", [RUN | {"automationDetails": {"id": f"tenantlint/{number}/"}} for number in range(21)], "21 runs"),
    (f"{_RESULT}/message/text", hashlib.shake_256().hexdigest(10_000_000), "bytes zipped"),
    (f"{_RUN}/results", _many_results(5_001), "5001 results"),
    (f"{_DRIVER}/rules", [RULE, *(RULE | {"id": f"rule-{number}"} for number in range(25_000))], "25001 rules"),
    (f"{_RUN}/tool/extensions", [{"name": f"pack-{number}"} for number in range(101)], "101 extensions"),
    (f"{_RUN}/invocations/0/executionSuccessful", False, "an invocation was not successful"),
]
# Defects of a log that is to be uploaded: an archive may hold all of this.
UPLOAD: list[tuple[str, object, str]] = [
    (_RESULT, RESULT | {"kind": "pass", "level": "none"}, "kind pass"),
    (f"{_RESULT}/level", "none", "results[0]: level none"),
    (f"{_RESULT}/suppressions", [{"kind": "external", "status": "accepted"}], "suppressed"),
    (f"{_RESULT}/suppressions", [{"kind": "external"}], "suppressed"),
    (f"{_RESULT}/baselineState", "absent", "absent"),
]
# No defects, though close to one.
ALLOWED = [
    (f"{_RULE}/shortDescription/text", "x" * 1024, "longest text"),
    (f"{_RULE}/properties", {"tags": ["security"], "security-severity": "7.5"}, "a severity"),
    (f"{_RESULT}/ruleIndex", REMOVED, "the ruleId is enough"),
    (f"{_PHYSICAL}/region", {"startLine": 1}, "the line is enough"),
    (f"{_RESULT}/suppressions", [{"kind": "external", "status": "rejected"}], "a rejected suppression is none"),
    (f"{_RUN}/results", _many_results(5_000), "as many results as are kept"),
    (f"{_RUN}/results", [], "nothing found"),
    ("runs/1", RUN | {"automationDetails": {"id": "tenantlint/2/20261120T020000Z"}}, "another category"),
]
# What the schema alone catches: the multitool falls silent at an enum value that it does not know.
SCHEMA = [
    (f"{_RESULT}/kind", "bogus", "runs/0/results/0/kind"),
    (f"{_RESULT}/severity", "high", "runs/0/results/0"),
    (f"{_PHYSICAL}/region/startLine", 0, "region/startLine"),
    (f"{_RUN}/tool", REMOVED, '"tool" is a required property'),
]
# One defect for each rule of the multitool that GitHub's needs are about, and one that it cannot bear.
MULTITOOL = [
    (f"{_RESULT}/locations", REMOVED, "GH1001"),
    (f"{_RESULT}/codeFlows", [{"threadFlows": [{"locations": [{"index": 0}]}]}], "GH1002"),
    (f"{_PHYSICAL}/region", REMOVED, "GH1003"),
    (_URI, "https://portal.azure.com/1", "GH1005"),
    (f"{_PHYSICAL}/artifactLocation", {"uri": "file:///srv/main.tf"}, "GH1006"),
    (f"{_RESULT}/message", {"id": "disks"}, "GH1007"),
    (f"{_RUN}/results", REMOVED, "GH1014"),
    (f"{_RULE}/help", REMOVED, "GH2012"),
    (_URI, "/subscriptions/1", "SARIF1004"),
    (f"{_RESULT}/ruleIndex", 1, "SARIF1009"),
    (f"{_DRIVER}/name", "a lint for tenants", "SARIF2005"),  # a warning, unlike the others
    (_PHYSICAL, REMOVED, "the multitool broke down"),
]


def _named(defects: list[tuple[str, object, str]]) -> pytest.MarkDecorator:
    names = [f"{path.rpartition('/')[2]}: {caught}" for path, _, caught in defects]
    return pytest.mark.parametrize(("path", "value", "caught"), defects, ids=names)


@pytest.fixture(scope="module")
def validators() -> None:
    node.demand()


@pytest.mark.parametrize("profile", ["upload", "archive"])
def test_a_good_log_has_no_problems(profile: Profile) -> None:
    assert problems(LOG, profile) == []


@pytest.mark.usefixtures("validators")
def test_a_good_log_is_fine_with_schema_and_multitool(tmp_path: Path) -> None:
    file = tmp_path / "good.sarif"
    file.write_text(json.dumps(LOG), encoding="utf-8")

    assert schema_problems(file.read_bytes()) == []
    assert multitool_problems(file) == []


@pytest.mark.parametrize("profile", ["upload", "archive"])
@_named(ALWAYS)
def test_a_defect_is_caught_in_every_log(path: str, value: object, caught: str, profile: Profile) -> None:
    assert any(caught in problem for problem in problems(planted(path, value), profile))


@_named(UPLOAD)
def test_a_defect_is_caught_in_an_upload_and_allowed_in_an_archive(path: str, value: object, caught: str) -> None:
    log = planted(path, value)

    assert any(caught in problem for problem in problems(log, "upload"))
    assert problems(log, "archive") == []


@_named(ALLOWED)
def test_what_is_allowed_is_no_problem(path: str, value: object, caught: str) -> None:
    assert problems(planted(path, value), "upload") == [], caught


@pytest.mark.usefixtures("validators")
@_named(ALWAYS + UPLOAD)
def test_the_schema_would_have_let_the_defect_pass(path: str, value: object, caught: str) -> None:
    assert schema_problems(json.dumps(planted(path, value)).encode()) == [], caught


@pytest.mark.usefixtures("validators")
@_named(SCHEMA)
def test_the_schema_catches_a_defect(path: str, value: object, caught: str) -> None:
    assert any(caught in problem for problem in schema_problems(json.dumps(planted(path, value)).encode()))


@pytest.mark.usefixtures("validators")
@_named(MULTITOOL)
def test_the_multitool_catches_a_defect(tmp_path: Path, path: str, value: object, caught: str) -> None:
    file = tmp_path / "bad.sarif"
    file.write_text(json.dumps(planted(path, value)), encoding="utf-8")

    assert any(problem.startswith(caught) for problem in multitool_problems(file))


@pytest.mark.usefixtures("validators")
def test_what_is_not_json_or_not_there_is_no_good_log(tmp_path: Path) -> None:
    file = tmp_path / "half.sarif"
    file.write_text('{"version":', encoding="utf-8")

    assert schema_problems(file.read_bytes())[0].startswith("not JSON")
    assert multitool_problems(file)[0].startswith("JSON0001")
    assert multitool_problems(tmp_path / "gone.sarif")[0].startswith("the multitool broke down")
