"""The archive's own: waivers as suppressions, the baseline, plugins, and whether the scan was complete."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tenantlint.findings import Written
from tenantlint.nights.seen import Seen
from tenantlint.reports import Scan
from tenantlint.reports.sarif import SarifReport
from tenantlint.reports.sarif_full import SarifFullReport
from tenantlint.results import Judgement, Problem
from tests.github_rules import problems
from tests.judgements import (
    BACKUP,
    compliant,
    not_applicable,
    owner,
    read_log,
    scan,
    subject,
    summary_of,
    unknown,
    violates,
)
from tests.marked import WAIVING, stands, waived

if TYPE_CHECKING:
    from tenantlint.findings import BaselineState

GUID = "6f1d3a52-5c0e-5b0b-9d4c-3f6f7a1d2b10"


@dataclass
class Earlier:
    """A baseline that says what it is told to."""

    guid: str = GUID
    deleted: Collection[str] = ()
    remembered: Seen = field(default_factory=Seen)
    categories: Mapping[str, str] = field(default_factory=dict)
    lost: Sequence[Judgement] = ()
    fixed: Sequence[Judgement] = ()

    def carried(self) -> Iterable[Judgement]:
        return self.lost

    def absent(self) -> Iterable[Judgement]:
        return self.fixed


def archive(
    folder: Path,
    judgements: Sequence[Judgement],
    told: Sequence[Problem] = (),
    baseline: Earlier | None = None,
    about: Scan | None = None,
) -> Any:  # noqa: ANN401 - JSON
    """Return the run of an archive."""
    writer = SarifFullReport().open(folder / "x.sarif", about or scan())
    writer.add(judgements)
    summary = summary_of(judgements, told)
    summary.baseline = baseline
    assert writer.finish(summary) == []
    log = read_log(folder / "x.sarif")
    assert problems(log, "archive") == []
    return log["runs"][0]


def test_a_waived_violation_is_suppressed_and_all_other_results_say_that_they_are_not(tmp_path: Path) -> None:
    judged = [
        waived(violates(subject("a"), "error", "note"), 1),
        compliant(subject("b")),
        not_applicable(subject("c")),
        unknown(subject("d"), "absent"),
    ]

    found = [result["suppressions"] for result in archive(tmp_path, judged)["results"]]

    told = {
        "kind": "external",
        "status": "accepted",
        "justification": "is torn down in spring",
        "properties": {"expiryUtc": "2027-03-31T23:59:59Z", "tenantlint/owner": "team-a"},
    }
    assert found == [[], [told], [], [], []]


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("policy/my waivers.toml", {"uri": "policy/my%20waivers.toml", "uriBaseId": "%SRCROOT%"}),
        ("/etc/secret place/waivers.toml", {"uri": "waivers.toml"}),
        ("../elsewhere/waivers.toml", {"uri": "waivers.toml"}),
    ],
)
def test_a_suppression_tells_where_its_waiver_is_written(file: str, place: dict[str, str], tmp_path: Path) -> None:
    by = replace(WAIVING, written=Written(file, 12))
    (result,) = archive(tmp_path, [waived(violates(subject("a"), "error"), by=by)])["results"]

    (suppression,) = result["suppressions"]
    assert suppression["location"] == {"physicalLocation": {"artifactLocation": place, "region": {"startLine": 12}}}


def test_what_is_waived_is_not_uploaded(tmp_path: Path) -> None:
    judged = [waived(violates(subject("a"), "error", "note"), 1), waived(violates(subject("b"), "error"))]
    writer = SarifReport().open(tmp_path / "x.sarif", scan())
    writer.add(judged)
    writer.finish(summary_of(judged))

    (run,) = read_log(tmp_path / "x.sarif")["runs"]
    assert [(result["level"], result.get("suppressions")) for result in run["results"]] == [("error", None)]


def test_violations_have_their_state_and_the_run_names_the_baseline(tmp_path: Path) -> None:
    states: tuple[BaselineState, ...] = ("new", "unchanged", "updated")
    judged = [stands(violates(subject(state), "error"), state) for state in states]

    run = archive(tmp_path, [*judged, compliant(subject("z"))], baseline=Earlier())

    assert [result.get("baselineState") for result in run["results"]] == [*states, None]
    assert run["baselineGuid"] == GUID
    assert "baselineGuid" not in archive(tmp_path, judged)
    assert "baselineGuid" not in archive(tmp_path, judged, baseline=Earlier(guid="\x1b"))


def test_what_is_fixed_is_absent_and_what_cannot_be_judged_any_more_is_open_with_what_the_next_scan_needs(
    tmp_path: Path,
) -> None:
    lost = violates(subject("a"), "warning", "error")
    baseline = Earlier(lost=[lost], fixed=[violates(subject("b"), "note"), violates(subject("c"), "note", by=_other())])

    run = archive(tmp_path, [unknown(subject("a"), "absent")], baseline=baseline)

    assert [(each["kind"], each["level"], each.get("baselineState")) for each in run["results"]] == [
        ("open", "none", None),
        ("open", "none", None),
        ("open", "none", None),
        ("fail", "note", "absent"),
    ]
    assert [each["properties"].get("tenantlint/carried") for each in run["results"]] == [
        None,
        {"level": "warning", "part": "p0"},
        {"level": "error", "part": "p1"},
        None,
    ]


def _other() -> Any:  # noqa: ANN401 - a Rule
    return replace(owner, id="acme-gone")


def test_plugins_are_extensions_and_all_rules_are_in_the_driver(tmp_path: Path) -> None:
    about = scan(BACKUP, owner)
    about = replace(
        about, manifest=replace(about.manifest, plugins={"old": "1"}), plugins={"acme": "1.2", "tenantlint": "0.1"}
    )

    tool = archive(tmp_path, [violates(subject(), "error")], about=about)["tool"]

    assert tool["extensions"] == [{"name": "acme", "version": "1.2"}, {"name": "tenantlint", "version": "0.1"}]
    assert len(tool["driver"]["rules"]) == 2


def test_an_archive_of_an_incomplete_scan_says_so_and_what_failed(tmp_path: Path) -> None:
    told = [Problem("failed", "a query broke"), Problem("unread", "s2 was throttled", "", "s2")]
    (invocation,) = archive(tmp_path, [compliant(subject())], told)["invocations"]

    assert (invocation["executionSuccessful"], invocation["properties"]) == (True, {"tenantlint/incomplete": True})
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == [
        "a query broke",
        "s2 was throttled",
    ]
    (incomplete,) = archive(tmp_path, [unknown(subject(), "failed")])["invocations"]
    (complete,) = archive(tmp_path, [unknown(subject(), "absent")])["invocations"]
    assert [each["properties"]["tenantlint/incomplete"] for each in (incomplete, complete)] == [True, False]
