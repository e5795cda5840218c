"""`--baseline`: violations are new, unchanged or updated, and what cannot be seen is neither fixed nor forgotten."""

from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.makers import Row
from tests.nights import RULE, keep_night, unread, vm
from tests.tenant_copies import subscription
from tests.validators import node, sarif

KINDS = ("", ".jsonl", ".sarif")


def states(path: Path) -> dict[str, str]:
    """Return the baseline states in an archive by the names of resources."""
    results = orjson.loads(path.read_bytes())["runs"][0]["results"]
    named = [(each["locations"][0]["logicalLocations"][0]["name"], each) for each in results]
    return {name: each["baselineState"] for name, each in named if "baselineState" in each}


@pytest.mark.parametrize("kind", KINDS)
def test_violations_are_marked_by_how_they_stood(call: Call, tmp_path: Path, kind: str) -> None:
    old = keep_night(call, tmp_path, 19, [vm("same", 33), vm("more", 17), vm("mended", 33)])
    new = keep_night(call, tmp_path, 20, [vm("same", 33), vm("more", 18), vm("mended", 3), vm("fresh", 17)])
    ended = call("check", new, *RULE, "--baseline", f"{old}{kind}", "--report", "sarif-full=now.sarif")

    assert states(tmp_path / "now.sarif") == {
        "same": "unchanged",
        "more": "updated",
        "fresh": "new",
        "mended": "absent",
    }
    assert f"note: compared with {old}{kind}: 1 new, 1 changed, 1 unchanged, 1 fixed\n" in ended.err


@pytest.mark.parametrize(
    ("vms", "fail_on", "code"),
    [
        ([vm("old", 33)], "new-note", 0),
        ([vm("old", 33), vm("fresh", 17)], "new-warning", 1),
        ([vm("old", 33), vm("fresh", 17)], "new-error", 0),
        ([vm("old", 33), vm("fresh", 33)], "new-error", 1),
        ([vm("old", 34)], "new-error", 0),
        ([vm("mild", 33)], "new-error", 1),
        ([vm("old", 33)], "error", 1),
    ],
)
def test_only_what_is_new_or_worse_fails(call: Call, tmp_path: Path, vms: list[Row], fail_on: str, code: int) -> None:
    old = keep_night(call, tmp_path, 19, [vm("old", 33), vm("mild", 17)])
    new = keep_night(call, tmp_path, 20, vms)

    assert call("check", new, *RULE, "--baseline", old, "--fail-on", fail_on).code == code


def test_a_violation_whose_waiver_expired_counts_as_new(call: Call, tmp_path: Path) -> None:
    waiver = f'[[waiver]]\nrule = "too-many-data-disks"\nresource = "{vm("vm", 1)["id"]}"\nreason = "r"\nowner = "o"\n'
    (tmp_path / "waivers.toml").write_text(f"{waiver}expires = 2026-11-19\n", "utf-8")
    old, new = keep_night(call, tmp_path, 19, [vm("vm", 33)]), keep_night(call, tmp_path, 20, [vm("vm", 33)])

    for kind in KINDS:
        assert call("check", new, *RULE, "--baseline", f"{old}{kind}", "--fail-on", "new-error").code == 1


def test_new_since_when_is_a_usage_error(call: Call, tmp_path: Path) -> None:
    ended = call("scan", "--demo", "--fail-on", "new-error", "--snapshot", tmp_path / "s")

    assert ended.code == 2
    assert ended.err == "error: --fail-on new-error: new since when?\nhint: give --baseline FILE|DIR, too\n"
    assert not (tmp_path / "s").exists()


def test_a_baseline_that_is_none_is_told_before_anything_is_read(call: Call, tmp_path: Path) -> None:
    ended = call("scan", "--demo", "--baseline", "nowhere.jsonl", "--snapshot", tmp_path / "s")

    assert (ended.code, (tmp_path / "s").exists()) == (2, False)
    assert "cannot read nowhere.jsonl" in ended.err


def test_a_violation_that_cannot_be_judged_is_carried_from_archive_to_archive(call: Call, tmp_path: Path) -> None:
    seen = keep_night(call, tmp_path, 18, [vm("blank", 33)])
    blank = keep_night(call, tmp_path, 19, [vm("blank", None)])
    again = keep_night(call, tmp_path, 20, [vm("blank", 33)])
    call("check", blank, *RULE, "--baseline", f"{seen}.sarif", "--report", "sarif-full=blank.sarif")
    call("check", blank, *RULE, "--baseline", "blank.sarif", "--report", "sarif-full=blank-2.sarif")
    call("check", again, *RULE, "--baseline", "blank-2.sarif", "--report", "sarif-full=again.sarif")

    assert states(tmp_path / "again.sarif") == {"blank": "unchanged"}


def test_a_subscription_that_was_not_read_keeps_its_violations(call: Call, tmp_path: Path) -> None:
    old = keep_night(call, tmp_path, 19, [vm("near", 33), vm("far", 33, 2)])
    new = keep_night(call, tmp_path, 20, [vm("near", 33)], missing=[unread(2)])
    ended = call("check", new, *RULE, "--baseline", old, "--report", "sarif-full=now.sarif")

    assert ended.code == 3
    assert states(tmp_path / "now.sarif") == {"near": "unchanged"}
    assert "1 no longer known" in ended.err


def test_the_reports_with_a_baseline_are_valid_and_the_same_each_time(call: Call, tmp_path: Path) -> None:
    old = keep_night(call, tmp_path, 19, [vm("a", 33), vm("b", 17)])
    new = keep_night(call, tmp_path, 20, [vm("b", 33), vm("c", 17)])
    for name in ("one", "two"):
        reports = (f"--report=sarif-full={name}.sarif", f"--report=sarif={name}-up.sarif")
        call("check", new, *RULE, "--baseline", f"{old}.sarif", *reports)

    for suffix in (".sarif", "-up.sarif"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
    node.demand()
    for suffix in (".sarif", "-up.sarif"):
        assert sarif.schema_problems((tmp_path / f"one{suffix}").read_bytes()) == []


def categories(path: Path) -> dict[str, int]:
    """Return how many results each category of an upload has."""
    runs = orjson.loads(path.read_bytes())["runs"]
    return {run["automationDetails"]["id"].rpartition("/")[0]: len(run["results"]) for run in runs}


def test_without_a_baseline_nothing_is_uploaded_of_where_something_cannot_be_judged_unless_all_starts_over(
    call: Call, tmp_path: Path
) -> None:
    night = keep_night(call, tmp_path, 20, [vm("blank", None), vm("bad", 33), vm("fine", 3, 2)])
    upload = (night, *RULE, "--report", "sarif=x.sarif", "--fail-on", "never")
    unsaid = call("check", *upload)
    one, two = (f"tenantlint/{subscription(number)}" for number in (1, 2))
    assert categories(tmp_path / "x.sarif") == {two: 0}
    first = call("check", *upload, "--baseline", "none")

    assert categories(tmp_path / "x.sarif") == {one: 1, two: 0}
    assert "1 subscription, where 1 verdict of too-many-data-disks could not be given" in unsaid.err
    assert "left out" not in first.err


def test_where_there_was_no_earlier_run_all_is_new(call: Call, tmp_path: Path) -> None:
    night = keep_night(call, tmp_path, 20, [vm("bad", 17)])

    assert call("check", night, *RULE, "--baseline", "none", "--fail-on", "new-warning").code == 1
    assert call("check", night, *RULE, "--baseline", "none", "--fail-on", "new-error").code == 0


def test_a_file_that_is_called_none_is_named_with_its_folder(call: Call, tmp_path: Path) -> None:
    old = keep_night(call, tmp_path, 19, [vm("old", 33)])
    (tmp_path / "none").write_bytes(old.with_suffix(".sarif").read_bytes())

    ended = call("check", old, *RULE, "--baseline", "./none")
    assert "compared with none: 1 unchanged" in ended.err


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("machines", [1, 12])
def test_a_subscription_is_proven_to_be_deleted_by_a_snapshot_or_an_archive(
    call: Call, tmp_path: Path, kind: str, machines: int
) -> None:
    """A json report does not tell what was scanned: the subscription may just not have been asked for."""
    lost = [vm(f"far-{number}", 33, 2) for number in range(machines)]
    old = keep_night(call, tmp_path, 19, [vm("near", 33), *lost])
    new = keep_night(call, tmp_path, 20, [vm("near", 33)], there=(1,))
    reports = ("--report", "sarif=x.sarif", "--report", "sarif-full=now.sarif")
    ended = call("check", new, *RULE, "--baseline", f"{old}{kind}", *reports)
    far = f"tenantlint/{subscription(2)}"

    is_proof = kind != ".jsonl"
    assert categories(tmp_path / "x.sarif").get(far) == (0 if is_proof else None)
    assert ("1 subscription of the baseline no longer listed" in ended.err) == is_proof
    assert ("not fully read" in ended.err) == (not is_proof)
    kept = states(tmp_path / "now.sarif")
    assert kept == {"near": "unchanged"} | dict.fromkeys((each["name"] for each in lost if is_proof), "absent")


def test_an_archive_of_another_scope_proves_nothing_and_one_with_a_broken_scope_is_none(
    call: Call, tmp_path: Path
) -> None:
    old = keep_night(call, tmp_path, 19, [vm("near", 33), vm("far", 33, 2)]).with_suffix(".sarif")
    new = keep_night(call, tmp_path, 20, [vm("near", 33)], there=(1,))
    for scope, said in (({"management_groups": ["corp"]}, "not fully read"), ({"subscriptions": 3}, "no archive")):
        log = orjson.loads(old.read_bytes())
        log["runs"][0]["properties"]["tenantlint/scope"] = scope
        (tmp_path / "odd.sarif").write_bytes(orjson.dumps(log))
        ended = call("check", new, *RULE, "--baseline", "odd.sarif", "--report", "sarif=x.sarif")
        assert said in ended.err.replace("is not an archive", "is no archive")


def waive(file: Path, scope: str, until: str = "2026-12-24") -> None:
    text = f'[[waiver]]\nrule = "too-many-data-disks"\n{scope}\nreason = "r"\nowner = "o"\nexpires = {until}\n'
    file.write_text(text, "utf-8")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scope", [f'subscription = "{subscription(1)}"', 'tag = "env=dev"'])
def test_what_cannot_be_judged_is_waived_by_the_waivers_of_now_however_it_was_kept(
    call: Call, tmp_path: Path, kind: str, scope: str
) -> None:
    old = keep_night(call, tmp_path, 18, [{**vm("blank", 33), "tags": {"env": "dev"}}])
    blank = keep_night(call, tmp_path, 19, [{**vm("blank", None), "tags": {"env": "dev"}}])
    waive(tmp_path / "waivers.toml", scope)
    reports = ("--report=sarif=x.sarif", "--report=sarif-full=now.sarif")
    ended = call("check", blank, *RULE, f"--baseline={old}{kind}", *reports)

    assert categories(tmp_path / "x.sarif")[f"tenantlint/{subscription(1)}"] == 0
    assert "take the waiver out" not in ended.err
    waive(tmp_path / "waivers.toml", scope, "2026-11-18")
    call("check", blank, *RULE, "--baseline=now.sarif", *reports)
    assert categories(tmp_path / "x.sarif")[f"tenantlint/{subscription(1)}"] == 1


def test_a_waiver_by_a_tag_that_cannot_be_seen_opens_nothing(call: Call, tmp_path: Path) -> None:
    many = [{**vm(f"vm{number}", 33), "tags": {"env": "dev"}} for number in range(12)]
    waive(tmp_path / "waivers.toml", 'tag = "env=dev"')
    old, new = keep_night(call, tmp_path, 18, many), keep_night(call, tmp_path, 19, [])
    call("check", new, *RULE, f"--baseline={old}.sarif", "--report=sarif=x.sarif")

    assert categories(tmp_path / "x.sarif")[f"tenantlint/{subscription(1)}"] == 0


NOTE = "note: the sarif report leaves out "


def everything(call: Call, folder: Path, *options: object) -> str:
    """Keep a night that all rules judged as the archive `all.sarif`; return what a later upload with options says."""
    night = keep_night(call, folder, 19, [vm("bad", 33), vm("worse", 40)])
    call("check", night, "--report", "sarif-full=all.sarif", "--report", "json=all.jsonl")
    return call("check", night, "--report", "sarif=x.sarif", *options).err


@pytest.mark.parametrize("kind", ["all.sarif", "all.jsonl"])
def test_with_a_baseline_the_rules_are_named_whose_alerts_would_close(call: Call, tmp_path: Path, kind: str) -> None:
    said = everything(call, tmp_path, "--baseline", kind, "--without", RULE[1], "--without", "policy-missing")

    assert f"{NOTE}{RULE[1]} (2 in the baseline): uploading it closes their alerts\n" in said


def test_with_a_snapshot_for_a_baseline_the_rules_are_named_by_which_it_was_judged_then(
    call: Call, tmp_path: Path
) -> None:
    night = keep_night(call, tmp_path, 19, [vm("bad", 33)])
    ended = call("check", night, "--baseline", night, "--without", RULE[1], "--report", "sarif=x.sarif")

    assert f"{NOTE}{RULE[1]}: uploading it closes their alerts\n" in ended.err


def test_with_a_baseline_by_the_same_rules_nothing_is_said_of_them(call: Call, tmp_path: Path) -> None:
    assert NOTE not in everything(call, tmp_path, "--baseline", "all.sarif")


def test_exit_code_3_outranks_violations_unless_these_come_first(call: Call, tmp_path: Path) -> None:
    night = keep_night(call, tmp_path, 19, [vm("bad", 17)], missing=[unread(2)])

    assert call("check", night, *RULE).code == 3
    assert call("check", night, *RULE, "--violations-first").code == 1
    assert call("check", night, *RULE, "--violations-first", "--fail-on", "error").code == 3
    new = ("--violations-first", "--fail-on", "new-warning", "--baseline")
    assert call("check", night, *RULE, *new, "none").code == 1
    assert call("check", night, *RULE, *new, night).code == 3


@pytest.mark.parametrize("kind", ["", ".sarif"])
def test_alerts_close_of_a_subscription_that_was_not_read_the_night_before_it_was_deleted(
    call: Call, tmp_path: Path, kind: str
) -> None:
    nights = [
        keep_night(call, tmp_path, 18, [vm("far", 33, 2)]),
        keep_night(call, tmp_path, 19, [], missing=[unread(2)]),
        keep_night(call, tmp_path, 20, [], there=(1,)),
    ]
    for before, night in pairwise(nights):
        reports = ("--report=sarif=x.sarif", f"--report=sarif-full={night}.sarif")
        call("check", night, *RULE, f"--baseline={before}{kind}", *reports)

    assert categories(tmp_path / "x.sarif")[f"tenantlint/{subscription(2)}"] == 0


def test_the_page_tells_what_became_of_the_baseline_and_what_the_upload_lacks_in_any_order_of_reports(
    call: Call, tmp_path: Path
) -> None:
    old = keep_night(call, tmp_path, 19, [vm("mended", 33), vm("blank", 33), vm("gone", 33), vm("far", 33, 2)])
    new = keep_night(call, tmp_path, 20, [vm("mended", 3), vm("blank", None)], missing=[unread(2)])
    call("check", new, *RULE, f"--baseline={old}.sarif", "--report=markdown=page.md", "--report=sarif=x.sarif")

    page = (tmp_path / "page.md").read_text("utf-8")
    assert "Open violations since the baseline: **0 new**, 0 updated, 0 unchanged." in page
    told = page.partition("## To know\n\n")[2].partition("\n\n")[0].splitlines()
    assert told[0].endswith(": 1 fixed, 1 gone, 2 no longer known")
    assert told[1] == "- not fully read and left out, so that alerts stay as they are: 1 subscription"
