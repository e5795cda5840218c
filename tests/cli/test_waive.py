"""`tenantlint waive`, and what `scan` and `check` make of its file."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import orjson
import pytest

from tenantlint.waivers.exemptions import RULES
from tests.cli.conftest import Call
from tests.commands import Ended
from tests.tenant_copies import catalog, subscription, write_copy

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=30)
ONE = subscription(1)
MANY_DISKS = "too-many-data-disks"
BIG = f"/subscriptions/{ONE}/resourceGroups/rg-Web/providers/Microsoft.Compute/virtualMachines/big"
WHY = ("--reason", "is rebuilt", "--owner", "web team <web@contoso.example>")
Waive = Callable[..., Ended]


@pytest.fixture
def waive(call: Call) -> Waive:
    """Return a function that waives unprotected VMs, with more arguments."""
    return lambda *arguments: call("waive", "--rule", "unprotected-vm", *WHY, *arguments)


def written(folder: Path, name: str = "waivers.toml") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((folder / name).read_bytes().decode("utf-8-sig"))["waiver"]
    return found


def test_a_waiver_is_written_and_shown(waive: Waive, tmp_path: Path) -> None:
    ended = waive("--subscription", ONE, "--expires", SOON)

    expected = f'[[waiver]]\nrule = "unprotected-vm"\nsubscription = "{ONE}"\nreason = "is rebuilt"\n'
    expected += f'owner = "web team <web@contoso.example>"\nexpires = {SOON}\n'
    assert (ended.code, ended.out, ended.err) == (0, f"added to waivers.toml:\n\n{expected}", "")
    assert (tmp_path / "waivers.toml").read_bytes() == expected.encode()


def test_days_count_from_today(waive: Waive, tmp_path: Path) -> None:
    assert waive("--tag", "env=dev", "--part", "x", "--days", 90, "--waivers", "w.toml").code == 0

    (found,) = written(tmp_path, "w.toml")
    assert (found["expires"], found["part"]) == (TODAY + timedelta(days=90), "x")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end"])
def test_what_is_in_the_file_stays_byte_for_byte(
    start: str, end: str, ending: str, waive: Waive, tmp_path: Path
) -> None:
    mine = f"[[waiver]] # mine\nrule='{MANY_DISKS}'\ntag = 'a=b'\nreason = '''[[\n'''\nowner = \"me\"\nexpires = {SOON}"
    text = f"{start}#  Göteborg\t\n\n{mine}{end}".replace("\n", ending)
    (tmp_path / "waivers.toml").write_bytes(text.encode())

    assert waive("--tag", "env=dev", "--days", 1).code == 0
    now = (tmp_path / "waivers.toml").read_bytes().decode()
    assert now.startswith(text)
    assert now.count("\n") == now.count(ending)
    assert [found["rule"] for found in written(tmp_path)] == [MANY_DISKS, "unprotected-vm"]


@pytest.mark.parametrize(
    "reason",
    [
        '"quoted" \\ it\'s',
        "two\nlines\r\n",
        "\x1b[31mred\x00\x7f",
        "\u202eleft",
        "Göteborg 🦊",
        "#",
        '"""',
        "x" * 5000,
        "\U000e0041x",
    ],
)
def test_any_text_comes_back_as_it_was_given(reason: str, call: Call, tmp_path: Path) -> None:
    given = ("--rule", "unprotected-vm", "--tag", f"a={reason}", "--reason", reason, "--owner", "o", "--days", 1)
    assert call("waive", *given).code == 0

    (found,) = written(tmp_path)
    assert (found["reason"], found["tag"]) == (reason, f"a={reason}")
    text = (tmp_path / "waivers.toml").read_text("utf-8")
    assert text.replace("\n", "").isprintable()


def test_text_that_is_not_utf_8_is_refused(waive: Waive, tmp_path: Path) -> None:
    ended = waive("--tag", "a=\udcff", "--days", 1)

    assert (ended.code, list(tmp_path.iterdir())) == (2, [])
    assert "is not text that UTF-8 can hold" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--days", 1], "this: a waiver says of nothing that it is accepted"),
        (["--tag", "a=b", "--subscription", ONE, "--days", 1], "a waiver has subscription and tag"),
        (["--resource-group", "web", "--days", 1], "--resource-group: 'web' is not the id of a resource group"),
        (["--tag", "a=b"], "this: a waiver needs `expires`"),
        (["--tag", "a=b", "--days", 1, "--expires", SOON], "--expires and --days both say until when"),
        (["--tag", "a=b", "--expires", "soon"], "'soon' is not a date such as 2027-01-31"),
        (["--tag", "a=b", "--expires", TODAY - timedelta(days=1)], "is over, it would accept nothing"),
        (["--tag", "a=b", "--days", 400], "400 days after"),
        (["--tag", "a=b", "--days", 1, "--reason", " "], "--reason: expected text"),
        (["--tag", "a=b", "--days", 1, "--rule", "unprotected"], "--rule: there is no rule 'unprotected'"),
        (["--tag", "a=b", "--days", 1, "--waivers", "no/such/folder.toml"], "cannot write"),
        (
            ["--rule", "no-vault-in-region", "--tag", "a=b", "--days", 1],
            "judges the table 'subscriptions', which has no",
        ),
        (["--import-exemptions", "copy"], "takes rules, scopes and days from the exemptions"),
    ],
)
def test_what_would_be_wrong_is_refused(arguments: Iterable[object], said: str, waive: Waive, tmp_path: Path) -> None:
    ended = waive(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_waiver_that_overlaps_is_refused_with_the_line_of_the_other(waive: Waive, tmp_path: Path) -> None:
    assert waive("--subscription", ONE, "--days", 1).code == 0
    before = (tmp_path / "waivers.toml").read_bytes()
    ended = waive("--resource", BIG, "--days", 1)

    assert ended.code == 2
    assert "the new waiver: waivers.toml, line 1 accepts violations of unprotected-vm there, too" in ended.err
    assert (tmp_path / "waivers.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"), [("[[", "is not TOML"), ("waiver = []", "cannot be added to"), ("a = 1", "no key")]
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(text: str, said: str, waive: Waive, tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text(text)
    ended = waive("--tag", "a=b", "--days", 1)

    assert ended.code == 2
    assert said in ended.err
    assert (tmp_path / "waivers.toml").read_text() == text


def test_the_settings_say_how_long_can_be_waived(waive: Waive, tmp_path: Path) -> None:
    (tmp_path / "tenantlint.toml").write_text("[waivers]\nmax_days = 10\n")

    assert "at most 10 can be waived" in waive("--tag", "a=b", "--days", 11).err
    assert waive("--tag", "a=b", "--days", 10).code == 0


WAIVER = """
[[waiver]]
rule = "{rule}"
{scope}
reason = "is rebuilt"
owner = "me"
expires = {expires}
"""


def waiver(scope: str, rule: str = MANY_DISKS, expires: str = "2026-12-31") -> str:
    return WAIVER.format(rule=rule, scope=scope, expires=expires)


def test_what_is_accepted_does_not_count_for_the_exit_code(check: Call, tmp_path: Path) -> None:
    one = ["--rule", MANY_DISKS, "--fail-on", "error"]
    assert check(*one).code == 1
    (tmp_path / "waivers.toml").write_text(waiver(f'resource = "{BIG}"'))

    ended = check(*one)
    assert (ended.code, ended.err) == (0, "")
    assert "waived   too-many-data-disks  1 violation until 2026-12-31, by me: is rebuilt" in ended.out
    assert check(*one, "--as-of", "2027-01-01T00:00:00Z").code == 1


def test_another_file_can_be_named(check: Call, tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text("not read")
    (tmp_path / "w.toml").write_text(waiver(f'resource = "{BIG}"'))

    assert check("--rule", MANY_DISKS, "--fail-on", "error", "--waivers", "w.toml").code == 0
    assert "cannot read none.toml" in check("--waivers", "none.toml").err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            waiver('tag = "a=b"', "too-many-disks"),
            "error: waivers.toml, line 3: there is no rule 'too-many-disks'\nhint: ",
        ),
        (
            waiver('tag = "a=b"', "no-vault-in-region"),
            "error: waivers.toml, line 2: no-vault-in-region judges the table 'subscriptions', which has no tags",
        ),
        (
            waiver('tag = "a=b"', expires="2028-01-01"),
            "error: waivers.toml, line 2: it expires on 2028-01-01, 407 days",
        ),
    ],
)
def test_a_file_that_is_wrong_ends_with_2_before_anything_is_judged(
    text: str, said: str, call: Call, tenant: Path, tmp_path: Path
) -> None:
    (tmp_path / "waivers.toml").write_text(text)
    ended = call("scan", "--graph", tenant, "--report", "json=v.jsonl")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(said)
    assert not (tmp_path / "v.jsonl").exists()


def test_a_waiver_of_a_rule_that_does_not_judge_or_is_left_out_is_not_called_unused(
    check: Call, tmp_path: Path
) -> None:
    (tmp_path / "waivers.toml").write_text(waiver('tag = "a=b"', "unprotected-vm"))

    assert check("--rule", MANY_DISKS, "--fail-on", "never").err == ""
    assert check("--rule", MANY_DISKS, "--without", "unprotected-vm", "--fail-on", "never").err == ""
    assert "note: waivers.toml, line 2: there is no such violation of unprotected-vm" in check().err


def test_a_typing_error_in_the_rule_of_a_waiver_is_told_also_where_something_is_left_out(
    check: Call, rule_file: Callable[[], Path], tmp_path: Path
) -> None:
    (tmp_path / "waivers.toml").write_text(waiver('tag = "a=b"', "too-many-data-diskz"))
    wrong = check("--without", "premium-storage")
    assert (wrong.code, "line 2: there is no rule 'too-many-data-diskz'" in wrong.err) == (2, True)

    told = check("--without", "tenantlint_backup", "--plugin", rule_file(), "--fail-on", "never")
    said = "note: waivers.toml, line 2: the waiver of 'too-many-data-diskz' does nothing: no plugin that is loaded has"
    assert (told.code, said in told.err) == (0, True)


BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/013E242C-8828-4970-87b3-ab247555486d"
OTHER = "/providers/Microsoft.Authorization/policyDefinitions/00000000-0000-4000-8000-000000000000"
SET = "/providers/Microsoft.Authorization/policySetDefinitions/benchmark"
SCOPE = f"/subscriptions/{ONE}"
DEMANDS_BACKUP = f"{SCOPE}/providers/Microsoft.Authorization/policyAssignments/backup"
BENCHMARK = (
    "/providers/Microsoft.Management/managementGroups/corp/providers/Microsoft.Authorization/policyAssignments/b"
)


def policy_row(id_: str, kind: str, **properties: object) -> dict[str, Any]:
    kind = f"microsoft.authorization/policy{kind}"
    return {"id": id_, "name": id_.rpartition("/")[2], "type": kind, "properties": properties}


def exemption(scope: str, name: str = "e", **properties: object) -> dict[str, Any]:
    told = {
        "policyAssignmentId": DEMANDS_BACKUP.upper(),
        "exemptionCategory": "Mitigated",
        "displayName": "Other product",
        "description": "backed up\nby another product",
        "expiresOn": f"{SOON}T00:00:00Z",
        "metadata": {"requestedBy": "Storage team"},
    }
    return policy_row(
        f"{scope}/providers/Microsoft.Authorization/policyExemptions/{name}", "exemptions", **{**told, **properties}
    )


ASSIGNED = [
    policy_row(DEMANDS_BACKUP, "assignments", policyDefinitionId=BUILT_IN),
    policy_row(BENCHMARK, "assignments", policyDefinitionId=SET.upper()),
    policy_row(f"{BENCHMARK}2", "assignments", policyDefinitionId=f"{SET}2"),
    policy_row(f"{BENCHMARK}3", "assignments", policyDefinitionId=OTHER),
    policy_row(f"{BENCHMARK}4", "assignments", policyDefinitionId=f"{SCOPE}{BUILT_IN}"),
    policy_row(
        SET,
        "setdefinitions",
        policyDefinitions=[
            {"policyDefinitionId": BUILT_IN, "policyDefinitionReferenceId": "backUpVMs"},
            {"policyDefinitionId": OTHER, "policyDefinitionReferenceId": "other"},
            7,
        ],
    ),
]


@pytest.fixture
def imported(call: Call, tmp_path: Path) -> Callable[..., tuple[list[dict[str, Any]], list[str]]]:
    """Return a function that imports exemptions; it gives the waivers and the lines that are printed."""

    def run(*exemptions: dict[str, Any], options: Iterable[str] = ()) -> tuple[list[dict[str, Any]], list[str]]:
        rows = [{**row, "subscriptionId": ONE} for row in [*exemptions, *ASSIGNED]]
        copy = write_copy(tmp_path / "copy", {"PolicyResources": rows}, subscriptions=[1], tables=["PolicyResources"])
        ended = call("waive", "--import-exemptions", copy, *options)
        assert (ended.code, ended.err) == (0, "")
        return (written(tmp_path) if (tmp_path / "waivers.toml").exists() else []), ended.out.splitlines()

    return run


Imported = Callable[..., tuple[list[dict[str, Any]], list[str]]]


@pytest.mark.parametrize(
    ("scope", "key"), [(SCOPE, "subscription"), (f"{SCOPE}/resourceGroups/Web", "resource_group"), (BIG, "resource")]
)
def test_an_exemption_becomes_a_waiver(scope: str, key: str, imported: Imported) -> None:
    (found,), lines = imported(exemption(scope))

    assert found == {
        "rule": "unprotected-vm",
        key: scope,
        "reason": "Mitigated: Other product. backed up by another product",
        "owner": "Storage team",
        "expires": SOON - timedelta(days=1),
    }
    assert lines[0] == f"imported for unprotected-vm, until {SOON - timedelta(days=1)}: {exemption(scope)['id']}"
    assert lines[1].startswith("1 of 1 exemptions added to waivers.toml")


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"policyAssignmentId": BENCHMARK}, 1),
        ({"policyAssignmentId": BENCHMARK, "policyDefinitionReferenceIds": []}, 1),
        ({"policyAssignmentId": BENCHMARK, "policyDefinitionReferenceIds": ["other", "BackUpVms"]}, 1),
        ({"policyAssignmentId": BENCHMARK, "policyDefinitionReferenceIds": ["other"]}, 0),
        ({"policyAssignmentId": f"{BENCHMARK}3"}, 0),
        ({"policyAssignmentId": f"{BENCHMARK}4"}, 0),
    ],
)
def test_what_is_exempted_from_goes_by_assignment_and_initiative(
    changes: dict[str, Any], count: int, imported: Imported
) -> None:
    found, lines = imported(exemption(SCOPE, **changes))

    assert (len(found), len(lines)) == (count, 1 + count)


def test_an_exemption_from_a_whole_initiative_becomes_a_waiver_of_each_rule_that_demands_a_part_of_it(
    imported: Imported,
) -> None:
    held = [
        {"policyDefinitionId": f"{BUILT_IN.rpartition('/')[0]}/{guid}", "policyDefinitionReferenceId": guid}
        for guid in RULES
    ]
    rows = [
        policy_row(f"{SET}-all", "setdefinitions", policyDefinitions=held),
        policy_row(f"{BENCHMARK}-all", "assignments", policyDefinitionId=f"{SET}-all"),
    ]
    found, lines = imported(exemption(SCOPE, policyAssignmentId=f"{BENCHMARK}-all"), *rows)

    assert [each["rule"] for each in found] == sorted(set(RULES.values()))
    assert lines[-1].startswith("1 of 1 exemptions")


def test_exemptions_become_waivers_of_rules_that_there_are_and_that_the_page_lists() -> None:
    page = (Path(__file__).parents[2] / "docs" / "waivers.md").read_text("utf-8")

    assert set(RULES.values()) <= catalog().rules.keys()
    assert dict(re.findall(r"\(`([0-9a-f-]{36})`\) \| `([a-z-]+)` \|", page)) == RULES


@pytest.mark.parametrize(
    ("scope", "changes", "why"),
    [
        (SCOPE, {"policyAssignmentId": f"{BENCHMARK}9"}, "its assignment is not among the rows"),
        (SCOPE, {"policyAssignmentId": None}, "its assignment is not among the rows"),
        (SCOPE, {"policyAssignmentId": f"{BENCHMARK}2"}, "its initiative is not among the rows"),
        (SCOPE, {"resourceSelectors": [{"name": "x"}]}, "it holds only for resources that its selectors choose"),
        (SCOPE, {"metadata": None}, "it does not tell who requested it"),
        (SCOPE, {"expiresOn": "2026-01-31T00:00:00Z"}, "it expired on 2026-01-31"),
        (SCOPE, {"expiresOn": "0001-01-01T00:00:00Z"}, "it expired on 0001-01-01"),
        (SCOPE, {"expiresOn": 7}, "its expiresOn, 7, is not a time"),
        ("/providers/Microsoft.Management/managementGroups/corp", {}, "it does not lie in a subscription"),
        ("/subscriptions/x", {}, "is not the id of a subscription"),
    ],
)
def test_what_cannot_be_a_waiver_says_why(scope: str, changes: dict[str, Any], why: str, imported: Imported) -> None:
    found, (line, last) = imported(exemption(scope, **changes))

    assert found == []
    assert line.startswith(f"not imported: {scope}/providers/Microsoft.Authorization/policyExemptions/e: ")
    assert why in line
    assert last.startswith("0 of 1 exemptions")


@pytest.mark.parametrize("ends", [None, "", "9999-12-31T23:59:59.9999999Z"])
def test_an_exemption_without_an_end_gets_the_longest_time_and_a_note(ends: str | None, imported: Imported) -> None:
    (found,), (line, _) = imported(exemption(SCOPE, expiresOn=ends, metadata={}), options=["--owner", "me"])

    latest = TODAY + timedelta(days=366)
    assert (found["expires"], found["owner"]) == (latest, "me")
    assert line.endswith(f"the waiver does on {latest})")


def test_an_import_can_be_repeated_and_adds_nothing(imported: Imported, tmp_path: Path) -> None:
    hostile = exemption(SCOPE, "\x1b[2J\n::error::x", displayName='"]\nrule = "x"')
    imported(hostile)
    before = (tmp_path / "waivers.toml").read_bytes()
    found, lines = imported(hostile, exemption(BIG))

    assert (tmp_path / "waivers.toml").read_bytes() == before
    assert found[0]["reason"].startswith('Mitigated: "] rule = "x"')
    assert not any(line.startswith("::") or "\x1b" in line for line in lines)
    assert sum("accepts violations of unprotected-vm there, too" in line for line in lines) == 2


def test_many_exemptions_are_imported_in_the_time_that_it_takes_to_read_them(imported: Imported) -> None:
    many = [exemption(f"{SCOPE}/resourceGroups/g{number}") for number in range(3_000)]
    started = monotonic()
    found, lines = imported(*many, exemption(f"{SCOPE}/resourceGroups/g999", "z"))

    assert (len(found), "there, too" in lines[-2]) == (3_000, True)
    assert monotonic() - started < 30  # it took minutes when each was held against all the others


@pytest.mark.parametrize("wrap", [lambda rows: {"data": rows}, lambda rows: rows])
@pytest.mark.parametrize("indent", [0, orjson.OPT_INDENT_2])
def test_what_az_prints_can_be_imported(
    wrap: Callable[[object], object], indent: int, call: Call, tmp_path: Path
) -> None:
    (tmp_path / "az.json").write_bytes(orjson.dumps(wrap([exemption(SCOPE), *ASSIGNED, 7]), option=indent))

    assert "1 of 1 exemptions" in call("waive", "--import-exemptions", "az.json").out


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{", "is neither JSON Lines nor JSON"), (b'{"type":"x"}\n\n{', "line 3"), (None, "holds no PolicyResources")],
)
def test_a_file_that_holds_no_rows_is_told(content: bytes | None, said: str, call: Call, tmp_path: Path) -> None:
    if content:
        (tmp_path / "rows").write_bytes(content)
    ended = call("waive", "--import-exemptions", "rows")

    assert ended.code == 2
    assert said in ended.err


def test_a_copy_without_policies_says_how_to_capture_them(call: Call, tenant: Path) -> None:
    ended = call("waive", "--import-exemptions", tenant)

    assert ended.code == 2
    assert "tenantlint capture ./copy --graph azure --table PolicyResources" in ended.err


def test_what_was_not_read_of_the_policies_is_told(call: Call, tmp_path: Path) -> None:
    unread = [{"table": "policyresources", "reason": "no access"}]
    rows = {"PolicyResources": [{**row, "subscriptionId": ONE} for row in ASSIGNED]}
    copy = write_copy(tmp_path / "copy", rows, subscriptions=[1], unread=unread, tables=["PolicyResources"])

    assert "note: table 'policyresources' was not read: no access\n" in call("waive", "--import-exemptions", copy).out


def write_waiver(folder: Path, expires: str) -> None:
    scope = f'rule = "too-many-data-disks"\nsubscription = "{ONE}"'
    (folder / "waivers.toml").write_text(
        f'# accepted\n[[waiver]]\n{scope}\nreason = "r"\nowner = "o"\nexpires = {expires}\n'
    )


def test_a_snapshot_that_was_kept_is_judged_by_waivers_that_are_too_long_for_its_day_and_a_scan_is_not(
    call: Call, check: Call, tenant: Path, tmp_path: Path
) -> None:
    write_waiver(tmp_path, "2028-06-01")
    only = ("--rule", "too-many-data-disks")
    refused, judged = call("scan", "--graph", tenant, *only), check(*only)

    assert (refused.code, judged.code) == (2, 0)
    assert "waivers.toml, line 2: it expires on 2028-06-01" in refused.err
    assert "note: 1 of the waivers expire more than 366 days after 20" in judged.err
    assert ", the day that is judged, such as waivers.toml, line 2: a scan would refuse them\n" in judged.err


def test_the_file_of_waivers_is_among_the_settings_of_snapshots_and_archives(
    call: Call, tenant: Path, tmp_path: Path
) -> None:
    write_waiver(tmp_path, "2027-01-31")
    only = ("--rule", "too-many-data-disks")
    call(
        "scan",
        "--graph",
        tenant,
        *only,
        "--snapshot",
        "kept",
        "--report",
        "sarif-full=a.sarif",
        "--report",
        "sarif=u.sarif",
    )
    content = (tmp_path / "waivers.toml").read_bytes()
    told = {"file": "waivers.toml", "sha256": hashlib.sha256(content).hexdigest(), "count": 1, "max_days": 366}
    runs = [orjson.loads((tmp_path / name).read_bytes())["runs"][0] for name in ("a.sarif", "u.sarif")]

    assert orjson.loads((tmp_path / "kept" / "manifest.json").read_bytes())["settings"]["waivers"] == told
    assert [run["properties"]["tenantlint/settings"]["waivers"] for run in runs] == [told, told]
    places = [
        each["suppressions"][0]["location"]["physicalLocation"] for each in runs[0]["results"] if each["suppressions"]
    ]
    assert places == [
        {"artifactLocation": {"uri": "waivers.toml", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 2}}
    ] * len(places)
    assert places
    (tmp_path / "waivers.toml").write_bytes(content + b"# looked at\n")
    assert "judged by other settings: other waivers" in call("diff", "a.sarif", "kept", *only).err
