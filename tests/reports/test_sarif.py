"""The upload: open violations of what was fully read, so that GitHub closes no alert that nobody looked into."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint import Context, Resource, Rule, Verdict, Violation, rule
from tenantlint.checking import Target, check
from tenantlint.reports.sarif import SarifReport
from tenantlint.reports.sarif_demands import RESULTS_PER_RUN
from tenantlint.reports.sarif_full import SarifFullReport
from tenantlint.results import Judgement, Problem
from tenantlint.settings import Settings
from tests.github_rules import problems
from tests.judgements import (
    BACKUP,
    DOCUMENT,
    LATER,
    compliant,
    not_applicable,
    owner,
    read_log,
    results,
    scan,
    subject,
    unknown,
    violates,
    write,
)
from tests.makers import Row
from tests.tenant_copies import catalog, subscription, subscription_row, take_snapshot, vm_row, write_copy

RULES = ("too-many-data-disks", "unprotected-vm")
Runs = dict[str, dict[str, Any]]


def names_of(numbers: Sequence[int]) -> list[Row]:
    return [subscription_row(number) for number in numbers]


def scope(run: Mapping[str, Any]) -> str:
    category: str = run["automationDetails"]["id"].split("/")[1]
    return category


def upload(folder: Path, rules: Sequence[str | Rule] = RULES, **copy: Any) -> tuple[Runs, list[str]]:  # noqa: ANN401 - what write_copy() takes
    """Snapshot a tenant copy, judge it, and return the runs of the upload by subscription, with the notes."""
    chosen = [catalog().rules[name] if isinstance(name, str) else name for name in rules]
    chosen.sort(key=lambda rule: rule.id)
    snapshot = take_snapshot(write_copy(folder / "copy", **copy), folder / "snapshot", *chosen)
    file = folder / "upload.sarif"
    targets = [Target(SarifReport(), file)]
    _, notes = check(snapshot, catalog(), chosen, targets, settings=Settings(), now=LATER, starts_over=True)
    if not file.exists():
        return {}, notes
    log = read_log(file)
    assert problems(log, "upload") == []
    return {scope(run): run for run in log["runs"]}, notes


def found(run: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["ruleId"], each["level"], each["message"]["text"].split("'")[1]) for each in run["results"]]


def left_out(count: str) -> str:
    return f"not fully read and left out, so that alerts stay as they are: {count}"


NOTHING = "there is nothing to upload: no file was written"


@rule(id="acme-breaks-at-fragile", on="virtual_machines", level="note", sources=[DOCUMENT])
def breaks_at_fragile(vm: Resource, ctx: Context) -> Verdict:
    """VMs must not be fragile."""
    del ctx
    if vm.name == "fragile":
        raise RuntimeError("it broke")
    return vm.compliant()


def test_there_is_one_run_per_subscription_and_a_clean_one_has_no_results(tmp_path: Path) -> None:
    rows = {"Resources": [vm_row(1, "web"), vm_row(1, "big", disks=33)], "ResourceContainers": names_of([1, 2])}

    runs, notes = upload(tmp_path, rows=rows, subscriptions=[1, 2])

    assert runs.keys() == {subscription(1), subscription(2)}
    assert found(runs[subscription(1)]) == [
        ("too-many-data-disks", "error", "big"),
        ("unprotected-vm", "error", "big"),
        ("unprotected-vm", "error", "web"),
    ]
    assert runs[subscription(2)]["results"] == []
    assert notes == []


def test_every_rule_is_listed_in_every_run_and_results_point_to_theirs(tmp_path: Path) -> None:
    rows = {"Resources": [vm_row(1, "web")], "ResourceContainers": names_of([1, 2])}
    every = sorted(catalog().rules)

    runs, _ = upload(tmp_path, rules=every, rows=rows, subscriptions=[1, 2])

    for run in runs.values():
        assert [entry["id"] for entry in run["tool"]["driver"]["rules"]] == every
    assert any(run["results"] for run in runs.values())


def test_only_violations_are_open_alerts(tmp_path: Path) -> None:
    judgements = [
        compliant(subject("a")),
        not_applicable(subject("b")),
        unknown(subject("c"), "absent"),
        unknown(subject("d"), "unobservable"),
        violates(subject("e"), "note"),
    ]
    write(SarifReport(), tmp_path / "x.sarif", replace(scan(), starts_over=True), judgements)

    log = read_log(tmp_path / "x.sarif")
    assert [result["message"]["text"] for result in results(log)] == ["VM 'e' in subscription 'One' has no owner."]
    assert problems(log, "upload") == []


def test_results_are_sorted_worst_first_then_by_rule_resource_and_part(tmp_path: Path) -> None:
    judgements = [
        violates(subject("B"), "note", "warning"),
        violates(subject("a"), "warning", "warning"),
        violates(subject("c"), "error"),
        violates(subject("d"), "error", by=BACKUP),
    ]
    write(SarifReport(), tmp_path / "forth.sarif", scan(), judgements)
    write(SarifReport(), tmp_path / "back.sarif", scan(), judgements[::-1])

    assert found(read_log(tmp_path / "forth.sarif")["runs"][0]) == [
        ("acme-backup", "error", "d"),
        ("acme-owner", "error", "c"),
        ("acme-owner", "warning", "a"),
        ("acme-owner", "warning", "a"),
        ("acme-owner", "warning", "B"),
        ("acme-owner", "note", "B"),
    ]
    assert (tmp_path / "forth.sarif").read_bytes() == (tmp_path / "back.sarif").read_bytes()


def test_a_warning_stays_one_though_its_rule_is_an_error_by_default(tmp_path: Path) -> None:
    rows = {"Resources": [vm_row(1, "big", disks=17)], "ResourceContainers": names_of([1])}

    runs, _ = upload(tmp_path, rules=["too-many-data-disks"], rows=rows, subscriptions=[1])

    run = runs[subscription(1)]
    assert run["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "error"
    assert found(run) == [("too-many-data-disks", "warning", "big")]


def test_a_message_names_the_resource_and_its_subscription(tmp_path: Path) -> None:
    rows = {"Resources": [vm_row(1, "web-1")], "ResourceContainers": [subscription_row(1, "Web shop")]}

    runs, _ = upload(tmp_path, rules=["unprotected-vm"], rows=rows, subscriptions=[1])

    (result,) = runs[subscription(1)]["results"]
    assert result["message"]["text"].startswith("VM 'web-1' in subscription 'Web shop' has no protected item")


def test_times_are_those_of_the_snapshot_in_utc_and_the_category_names_the_moment_of_judging(tmp_path: Path) -> None:
    runs, _ = upload(tmp_path, rows={"ResourceContainers": names_of([1])}, subscriptions=[1])

    run = runs[subscription(1)]
    assert run["invocations"] == [
        {"executionSuccessful": True, "startTimeUtc": "2026-11-20T02:00:00Z", "endTimeUtc": "2026-11-20T02:00:00Z"}
    ]
    assert run["automationDetails"]["id"] == f"tenantlint/{subscription(1)}/20261201T123000Z"


VMS = [vm_row(1, "web-1"), vm_row(2, "web-2")]


def test_a_subscription_that_was_not_read_is_left_out(tmp_path: Path) -> None:
    runs, notes = upload(
        tmp_path,
        rows={"Resources": VMS[:1], "ResourceContainers": names_of([1, 2])},
        subscriptions=[1],
        unread=[{"subscription": subscription(2), "reason": "no permission"}],
    )

    assert runs.keys() == {subscription(1)}
    assert notes == [left_out("1 subscription")]


def test_a_run_tells_that_another_subscription_was_not_read(tmp_path: Path) -> None:
    runs, _ = upload(
        tmp_path,
        rows={"Resources": VMS[:1], "ResourceContainers": names_of([1, 2])},
        subscriptions=[1],
        unread=[{"subscription": subscription(2), "reason": "no permission"}],
    )

    (notification,) = runs[subscription(1)]["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == f"subscription {subscription(2)} was not read: no permission"


def test_a_subscription_that_only_the_list_of_what_was_not_read_names_is_counted_too(tmp_path: Path) -> None:
    unread = [{"subscription": subscription(number), "reason": "no permission"} for number in (2, 3)]

    runs, notes = upload(tmp_path, rows={"Resources": VMS[:1]}, subscriptions=[1], unread=unread)

    assert runs.keys() == {subscription(1)}
    assert notes == [left_out("2 subscriptions")]


def test_a_subscription_that_nothing_says_was_read_is_left_out_with_its_violations(tmp_path: Path) -> None:
    rows = {"Resources": [vm_row(1, "a", disks=33), vm_row(2, "b", disks=33)]}

    runs, notes = upload(tmp_path, rules=["too-many-data-disks"], rows=rows, subscriptions=[1])

    assert runs.keys() == {subscription(1)}
    assert notes == [left_out("1 subscription")]


def test_a_subscription_with_a_verdict_that_something_was_not_read_is_left_out(tmp_path: Path) -> None:
    gap = {"subscription": subscription(2), "table": "RecoveryServicesResources", "reason": "throttled"}

    runs, notes = upload(
        tmp_path,
        rows={"Resources": VMS, "ResourceContainers": names_of([1, 2])},
        subscriptions=[1, 2],
        unread=[gap],
    )

    assert runs.keys() == {subscription(1)}
    assert notes == [left_out("1 subscription")]


def test_a_subscription_in_which_a_rule_broke_is_left_out(tmp_path: Path) -> None:
    rows = {"Resources": [*VMS, vm_row(2, "fragile")], "ResourceContainers": names_of([1, 2])}

    runs, notes = upload(tmp_path, rules=["unprotected-vm", breaks_at_fragile], rows=rows, subscriptions=[1, 2])

    assert runs.keys() == {subscription(1)}
    assert notes == [left_out("1 subscription")]


def test_where_what_is_judged_was_not_captured_nothing_is_uploaded_and_an_older_file_goes(tmp_path: Path) -> None:
    write(SarifReport(), tmp_path / "upload.sarif", scan(), [])

    runs, notes = upload(
        tmp_path, rows={"ResourceContainers": names_of([1])}, subscriptions=[1], tables=["ResourceContainers"]
    )

    assert runs == {}
    assert notes == [left_out("1 subscription"), NOTHING]
    assert not (tmp_path / "upload.sarif").exists()


def test_where_no_subscription_was_read_nothing_is_uploaded(tmp_path: Path) -> None:
    runs, notes = upload(tmp_path, rows={"Resources": VMS}, subscriptions=[])

    assert (runs, notes) == ({}, [left_out("2 subscriptions"), NOTHING])


def test_a_tenant_without_subscriptions_has_nothing_to_upload(tmp_path: Path) -> None:
    assert upload(tmp_path, rows={}, subscriptions=[]) == ({}, [NOTHING])


def test_what_is_left_out_does_not_depend_on_the_other_reports(tmp_path: Path) -> None:
    judged = [compliant(subject("a", "s9")), violates(subject("b"), "error")]
    with_compliant = write(SarifReport(), tmp_path / "a.sarif", scan(), judged)
    without = write(SarifReport(), tmp_path / "b.sarif", scan(), judged[1:])

    assert with_compliant == without == []


MANAGEMENT_GROUP = subject("root", subscription="", id_="/providers/Microsoft.Management/managementGroups/root")


def test_what_is_in_no_subscription_has_a_run_of_its_own(tmp_path: Path) -> None:
    judgements = [violates(MANAGEMENT_GROUP, "error"), violates(subject(), "note")]
    write(SarifReport(), tmp_path / "x.sarif", scan(), judgements)

    log = read_log(tmp_path / "x.sarif")
    assert {scope(run): len(run["results"]) for run in log["runs"]} == {"tenant-t1": 1, "s1": 1}
    assert problems(log, "upload") == []


def test_what_is_in_no_subscription_is_left_out_where_it_was_not_fully_read(tmp_path: Path) -> None:
    judgements = [violates(MANAGEMENT_GROUP, "error"), unknown(MANAGEMENT_GROUP, "unread", by=BACKUP)]

    notes = write(SarifReport(), tmp_path / "x.sarif", scan(), judgements)

    assert [scope(run) for run in read_log(tmp_path / "x.sarif")["runs"]] == ["s1"]
    assert notes == [left_out("what is in no subscription")]


def test_a_problem_that_may_be_anywhere_leaves_everything_out(tmp_path: Path) -> None:
    judgements = [violates(MANAGEMENT_GROUP, "error"), violates(subject(), "error")]

    notes = write(SarifReport(), tmp_path / "x.sarif", scan(), judgements, [Problem("failed", "a query broke")])

    assert notes == [left_out("1 subscription and what is in no subscription"), NOTHING]


def test_a_problem_of_one_subscription_leaves_that_out_and_one_of_none_nothing(tmp_path: Path) -> None:
    told = [Problem("unread", "s2 was throttled", "", "s2"), Problem("failed", "3 resources …", "acme-owner", None)]

    write(SarifReport(), tmp_path / "x.sarif", scan(names={"s1": "One", "s2": "Two"}), [], told)

    assert [scope(run) for run in read_log(tmp_path / "x.sarif")["runs"]] == ["s1"]


def test_more_subscriptions_than_a_file_may_have_runs_go_into_several_and_stale_files_vanish(tmp_path: Path) -> None:
    names = {f"s{number:02}": f"Subscription {number}" for number in range(45)}
    judgements = [violates(subject("web", key), "error") for key in names]
    write(SarifReport(), tmp_path / "x.sarif", scan(), [])
    for number in range(2, 6):
        (tmp_path / f"x-{number}.sarif").write_bytes((tmp_path / "x.sarif").read_bytes())

    write(SarifReport(), tmp_path / "x.sarif", scan(names=names), judgements)

    files = ["x.sarif", "x-2.sarif", "x-3.sarif"]
    logs = [read_log(tmp_path / file) for file in files]
    assert [len(log["runs"]) for log in logs] == [20, 20, 5]
    assert [scope(run) for log in logs for run in log["runs"]] == list(names)
    assert [problems(log, "upload") for log in logs] == [[], [], []]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(files)


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str]]:
    """Write a subscription with 7 violations more than GitHub is given: notes first, errors in the middle."""
    many = [violates(subject(f"n{number}"), "note") for number in range(RESULTS_PER_RUN)]
    many[2000:2000] = [violates(subject(f"e{number}"), "error") for number in range(7)]
    file = tmp_path_factory.mktemp("cut") / "x.sarif"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tenantlint.reports.sarif_categories.MOST_PARTS", 1)
        notes = write(SarifReport(), file, scan(), many)
    return read_log(file), notes


def test_of_more_violations_than_github_keeps_the_worst_are_sent(cut: tuple[dict[str, Any], list[str]]) -> None:
    levels = [result["level"] for result in results(cut[0])]

    assert (len(levels), levels[:8]) == (RESULTS_PER_RUN, ["error"] * 7 + ["note"])
    assert problems(cut[0], "upload") == []


def test_how_many_are_cut_is_said_to_the_user_and_in_the_run(cut: tuple[dict[str, Any], list[str]]) -> None:
    log, notes = cut
    said = "7 violations of subscription s1 (rule acme-owner), the least severe, left out of the upload"

    assert notes == [said]
    (notification,) = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert (notification["message"]["text"], notification["descriptor"]["id"]) == (said, "cut")


@pytest.mark.parametrize(("more", "categories"), [(0, 1), (1, 2), (RESULTS_PER_RUN, 4)])
def test_all_are_sent_in_as_many_parts_as_are_needed(more: int, categories: int, tmp_path: Path) -> None:
    about = [subject(f"n{number}", "", f"/n{number}") for number in range(RESULTS_PER_RUN + more)]

    notes = write(SarifReport(), tmp_path / "x.sarif", scan(), [violates(each, "note") for each in about])

    log = read_log(tmp_path / "x.sarif")
    assert (notes, problems(log, "upload")) == ([], [])
    assert sum(bool(run["results"]) for run in log["runs"]) == categories
    assert sum(1 for _ in results(log)) == RESULTS_PER_RUN + more


def test_the_runs_of_a_subscription_are_in_one_file_so_that_none_is_emptied_before_its_alerts_are_elsewhere(
    tmp_path: Path,
) -> None:
    names = {f"s{number:02}": f"Subscription {number}" for number in range(22)}
    many = [violates(subject(f"n{number}", "s18"), "note") for number in range(RESULTS_PER_RUN + 2)]
    one_each = [violates(subject("web", name), "note") for name in names]
    write(SarifReport(), tmp_path / "x.sarif", scan(names=names), [*many, *one_each])

    files = [[scope(run) for run in read_log(tmp_path / name)["runs"]] for name in ("x.sarif", "x-2.sarif")]
    assert ("s18" in files[0], files[1].count("s18") > 4) == (False, True)


def test_what_needs_more_than_memory_holds_is_sorted_all_the_same(tmp_path: Path) -> None:
    names = {f"s{number}": f"Subscription {number}" for number in range(5)}
    judgements = [violates(subject(f"n{number:05}", f"s{number % 5}"), "error") for number in range(10_500)]

    write(SarifReport(), tmp_path / "x.sarif", scan(names=names), judgements)

    log = read_log(tmp_path / "x.sarif")
    for number, run in enumerate(log["runs"]):
        assert [result["message"]["text"][4:10] for result in run["results"]] == [
            f"n{index:05}" for index in range(number, 10_500, 5)
        ]


def identities(run: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    place = "physicalLocation", "artifactLocation", "uri"
    return [
        (
            result["partialFingerprints"]["primaryLocationLineHash"],
            result["guid"],
            result["locations"][0][place[0]][place[1]][place[2]],
        )
        for result in run["results"]
    ]


def test_identities_are_unique_and_stay_when_ids_are_spelled_otherwise_and_tags_change(tmp_path: Path) -> None:
    vms = [vm_row(1, f"Web-{number}", disks=40 * (number % 2)) for number in range(6)]
    shouted = [{**vm, "id": vm["id"].upper(), "name": vm["name"].upper(), "tags": {"new": "x"}} for vm in vms]

    (before, _), (after, _) = (
        upload(tmp_path / name, rows={"Resources": rows}, subscriptions=[1])
        for name, rows in (("before", vms), ("after", shouted))
    )

    found_before = identities(before[subscription(1)])
    assert len({key for key, _, _ in found_before}) == len(found_before) == 9
    assert sorted(identities(after[subscription(1)])) == sorted(found_before)


def test_parts_of_one_verdict_have_identities_of_their_own(tmp_path: Path) -> None:
    write(SarifReport(), tmp_path / "x.sarif", scan(), [violates(subject(), "error", "error", "note")])

    run = read_log(tmp_path / "x.sarif")["runs"][0]
    assert len(set(identities(run))) == 3
    assert len({key for key, _, _ in identities(run)}) == 3


HOSTILE = [
    "\x1b[2J\x07",
    "[click](https://evil.example)",
    "..",
    "#?%:",
    "Göteborg 日本",
    "\u202egnp.exe",
    "a/b",
    "x" * 1_000_000,
    "{0} {1}",
    "<script>alert(1)</script>",
]


@pytest.fixture(scope="module")
def said_of_hostile_names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Upload a tenant with a subscription for each hostile name, and a VM of that name in it; return the messages."""
    vms = [vm_row(number, "web") for number in range(len(HOSTILE))]
    rows = {
        "Resources": [
            {**vm, "id": f"{vm['id']}/{name}", "name": name, "tags": {name: name}}
            for vm, name in zip(vms, HOSTILE, strict=True)
        ],
        "ResourceContainers": [subscription_row(number, name) for number, name in enumerate(HOSTILE)],
    }
    runs, notes = upload(tmp_path_factory.mktemp("hostile"), rows=rows, subscriptions=range(len(HOSTILE)))
    assert notes == []
    return [runs[subscription(number)]["results"][0]["message"]["text"] for number in range(len(HOSTILE))]


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=lambda number: repr(HOSTILE[number][:40]))
def test_a_hostile_name_neither_breaks_the_file_nor_the_message(number: int, said_of_hostile_names: list[str]) -> None:
    text = said_of_hostile_names[number]

    assert re.fullmatch(r"VM '.+' in subscription '.+' has no protected item .*\.", text)
    assert len(text) < 800
    assert "](" not in text
    assert not re.search(r"[\x00-\x1f\x7f\u202e]", text)


def test_what_is_discarded_leaves_an_older_upload_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "x.sarif").write_text("older")
    writer = SarifReport().open(tmp_path / "x.sarif", scan())
    writer.add([violates(subject(f"n{number}"), "error") for number in range(10_500)])
    writer.discard()

    assert [entry.read_text() for entry in tmp_path.iterdir()] == ["older"]


def test_standard_output_gets_the_same_bytes(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for path in (tmp_path / "x.sarif", None):
        write(SarifReport(), path, scan(), [violates(subject(), "error")])

    out = capfdbinary.readouterr().out
    assert out == (tmp_path / "x.sarif").read_bytes()
    assert orjson.loads(out)["runs"]


def test_a_row_that_came_twice_is_one_result_and_the_worse_one(tmp_path: Path) -> None:
    judgements = [violates(subject("A"), "note"), violates(subject("a"), "error"), violates(subject("A"), "note")]
    write(SarifReport(), tmp_path / "x.sarif", scan(), judgements)

    log = read_log(tmp_path / "x.sarif")
    assert [result["level"] for result in results(log)] == ["error"]
    assert problems(log, "upload") == []


def test_parts_are_the_same_in_any_spelling_unless_that_is_all_that_tells_them_apart(tmp_path: Path) -> None:
    def digests(*parts: str) -> set[str]:
        found = tuple(Violation("is odd", "error", part=part) for part in parts)
        judgement = Judgement(owner, subject(), Verdict("violation", "is odd", violations=found))
        write(SarifReport(), tmp_path / "x.sarif", scan(), [judgement])
        log = read_log(tmp_path / "x.sarif")
        assert problems(log, "upload") == []
        return {result["partialFingerprints"]["primaryLocationLineHash"] for result in results(log)}

    assert digests("WestEurope") == digests("westeurope")
    assert len(digests("Disk", "disk")) == 2


@pytest.mark.parametrize("odd", ["half \ud800", "\udfff/\ud83d", "a\u202e\x00\x1b[2J"])
def test_ids_that_are_no_proper_text_make_a_file_all_the_same(odd: str, tmp_path: Path) -> None:
    judgements = [violates(subject(odd, "s1"), "error"), violates(subject(odd[:-1], "s1"), "error")]
    for report, profile in ((SarifReport(), "upload"), (SarifFullReport(), "archive")):
        write(report, tmp_path / "x.sarif", scan(), judgements)

        log = read_log(tmp_path / "x.sarif")
        assert problems(log, "upload" if profile == "upload" else "archive") == []
        assert len({result["guid"] for result in results(log)}) == 2


def test_evidence_that_makes_a_file_large_stays_in_the_archive(tmp_path: Path) -> None:
    (found,) = violates(subject(), "error").verdict.violations
    large = replace(found, evidence={"properties": ["x" * 100] * 500})
    judgement = Judgement(owner, subject(), Verdict("violation", large.message, violations=(large,)))
    write(SarifReport(), tmp_path / "x.sarif", scan(), [judgement])
    write(SarifFullReport(), tmp_path / "full.sarif", scan(), [judgement])

    (uploaded,), (kept,) = (list(results(read_log(tmp_path / name))) for name in ("x.sarif", "full.sarif"))
    assert uploaded["properties"].keys() == {"tenantlint/leftOut"}
    assert kept["properties"]["tenantlint/evidence"] == {"properties": ["x" * 100] * 500}


def test_nothing_in_a_file_depends_on_tags_names_of_subscriptions_or_the_order_of_rows_but_what_is_said(
    tmp_path: Path,
) -> None:
    judgements = [violates(subject(f"n{number}"), "error") for number in range(50)]
    write(SarifReport(), tmp_path / "a.sarif", scan(names={"s1": "One"}), judgements)
    write(SarifReport(), tmp_path / "b.sarif", scan(names={"s1": "Other"}), judgements[::-1])

    first, second = (read_log(tmp_path / name)["runs"][0] for name in ("a.sarif", "b.sarif"))
    assert identities(first) == identities(second)


def test_what_is_in_no_subscription_and_was_looked_at_has_a_run_even_if_nothing_is_wrong(tmp_path: Path) -> None:
    write(SarifReport(), tmp_path / "x.sarif", scan(), [compliant(MANAGEMENT_GROUP)])

    assert {scope(run) for run in read_log(tmp_path / "x.sarif")["runs"]} == {"s1", "tenant-t1"}
