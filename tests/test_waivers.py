"""Accepted findings: what a waiver accepts, what it does not, and what is said of a file that is wrong."""

import hashlib
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint import Context, Resource, Rule, Verdict
from tenantlint.catalog import Catalog
from tenantlint.checking import Target, check
from tenantlint.config import read_max_days, read_settings
from tenantlint.errors import ConfigError
from tenantlint.model import CAUSES, INCOMPLETE, Violation
from tenantlint.reports.json import JsonReport
from tenantlint.reports.text import TextReport
from tenantlint.results import Judgement, Subject, Summary
from tenantlint.selection import effective
from tenantlint.settings import Settings, WaiversTold
from tenantlint.snapshot import Snapshot
from tenantlint.waivers.checks import check_waivers, of_unknown_rules
from tenantlint.waivers.file import check_expiries, load_waivers, read_waivers, told_of
from tenantlint.waivers.lines import entry_lines
from tenantlint.waivers.stage import MOST, WaiverStage
from tenantlint.waivers.waiver import WaiverIndex, id_keys
from tests.makers import Row, collect_copy, make_rule, make_table, write_copy
from tests.tenant_copies import catalog

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
ONE, TWO = "bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
MACHINES = make_table("machines", "acme/machines", "id")
PLAIN = make_table("plain", "acme/plain", None, "name, subscriptionId")
ROOT = Path(__file__).parents[1]


def id_of(name: str, group: str = "Web", subscription: str = ONE, kind: str = "machines") -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Acme/{kind}/{name}"


def machine(name: str, group: str = "Web", subscription: str = ONE, kind: str = "machines", **tags: object) -> Row:
    id_ = id_of(name, group, subscription, kind)
    return {"id": id_, "name": name, "type": f"acme/{kind}", "subscriptionId": subscription, "tags": tags}


ROWS = [
    *(machine(f"m{number}", tags={}) for number in range(4)),
    machine("dev-1", "Dev", Env="Dev"),
    machine("dev-2", "Dev", TWO, ENV="Dev", **{"a=b": "c"}),
    machine("other", "Webs", TWO, env="dev", n=7),
    machine("p1", kind="plain", env="Dev"),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("waivers")
    return collect_copy(write_copy(folder / "copy", {"Resources": ROWS}), [MACHINES, PLAIN], folder / "snapshot", 2)


def wrong(_: Resource, __: Context) -> Verdict:
    parts = (Violation("is slow", "note", part="slow"), Violation("is open", "error", part="open"))
    return Verdict("violation", "is slow", violations=parts)


SLOW = Violation("is slow", "note", part="slow")
WRONG = make_rule(wrong)
ON_PLAIN = make_rule(wrong, "acme-plain", on="plain")
RULES = {"acme-rule": WRONG, "acme-plain": ON_PLAIN, "acme-other": make_rule(wrong, "acme-other")}


def waiver(scope: str, rule: str = "acme-rule", expires: str = "2027-01-31", more: str = "") -> str:
    head = f'[[waiver]]\nrule = "{rule}"\n{scope}\n{more}\n'
    return f'{head}reason = "is rebuilt"\nowner = "web <web@acme.example>"\nexpires = {expires}\n'


def judged(
    snapshot: Snapshot, folder: Path, text: str, *rules: Rule, now: datetime = NOW
) -> tuple[Summary, dict[str, dict[str, Any]], list[str]]:
    """Judge by a file of waivers; return the summary, the verdicts by name, and the notes."""
    waivers = read_waivers(Path("w.toml"), text, RULES)
    stage = WaiverStage(waivers, snapshot, now.astimezone(UTC).date())
    targets = [Target(JsonReport(), folder / "v.jsonl"), Target(TextReport(), folder / "r.txt")]
    chosen = rules or (WRONG,)
    summary, notes = check(snapshot, Catalog(), chosen, targets, settings=Settings(), now=now, stages=[stage])
    lines = [orjson.loads(line) for line in (folder / "v.jsonl").read_bytes().splitlines()]
    return summary, {line["resource"].rpartition("/")[2]: line for line in lines}, notes


def waived(verdicts: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return the parts that are waived by the names of their resources."""
    parts = {
        name: [violation["part"] for violation in line["violations"] if "waiver" in violation]
        for name, line in verdicts.items()
    }
    return {name: found for name, found in parts.items() if found}


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (f'resource = "{id_of("M1").upper()}"', {"m1"}),
        (f'resource = "{id_of("m")}"', set()),
        (f'resource_group = "/Subscriptions/{ONE}/RESOURCEGROUPS/web"', {"m0", "m1", "m2", "m3"}),
        (f'subscription = "{TWO.upper()}"', {"dev-2", "other"}),
        (f'subscription = "/subscriptions/{ONE}"', {"m0", "m1", "m2", "m3", "dev-1"}),
        ('tag = "env=Dev"', {"dev-1", "dev-2"}),
        ('tag = "eNV=dev"', {"other"}),
        ('tag = "n=7"', set()),
    ],
)
def test_a_waiver_accepts_what_lies_in_its_scope(
    scope: str, names: set[str], snapshot: Snapshot, tmp_path: Path
) -> None:
    summary, verdicts, notes = judged(snapshot, tmp_path, waiver(scope))
    tally = summary.tallies["acme-rule"]

    assert waived(verdicts) == {name: ["slow", "open"] for name in names}
    assert (tally.waived, tally.levels["error"], tally.levels["note"]) == (len(names), 7 - len(names), 0)
    assert tally.outcomes["violation"] == tally.total == 7
    assert bool(notes) == (not names)


def test_a_table_without_tags_is_matched_by_none(snapshot: Snapshot, tmp_path: Path) -> None:
    _, verdicts, notes = judged(snapshot, tmp_path, waiver('tag = "env=Dev"', "acme-plain"), ON_PLAIN)

    assert waived(verdicts) == {}
    assert notes == ["whether 1 more waivers are still needed is not known: not everything could be read"]


@pytest.mark.parametrize(("part", "levels"), [("slow", {"error": 1}), ("open", {"note": 1}), ("none", {"error": 1})])
def test_a_resource_with_an_open_violation_counts_by_that(
    part: str, levels: dict[str, int], snapshot: Snapshot, tmp_path: Path
) -> None:
    text = waiver(f'resource = "{id_of("m1")}"', more=f'part = "{part}"')
    summary, verdicts, _ = judged(snapshot, tmp_path, text)
    tally = summary.tallies["acme-rule"]

    assert waived(verdicts) == ({} if part == "none" else {"m1": [part]})
    assert (+tally.levels, tally.waived) == (
        {"error": 6} | {"error": 6 + levels.get("error", 0)} | ({"note": 1} if "note" in levels else {}),
        0,
    )


def test_a_part_is_the_same_in_any_case_as_for_baselines_and_alerts(snapshot: Snapshot, tmp_path: Path) -> None:
    _, verdicts, notes = judged(snapshot, tmp_path, waiver(f'resource = "{id_of("m1")}"', more='part = "SLOW"'))

    assert (waived(verdicts), notes) == ({"m1": ["slow"]}, [])


@pytest.mark.parametrize(("part", "accepted"), [("SLOW", True), ("slower", False)])
def test_so_it_is_of_what_only_the_baseline_knows(part: str, accepted: bool, snapshot: Snapshot) -> None:  # noqa: FBT001 - a parameter
    waivers = read_waivers(Path("w.toml"), waiver(f'subscription = "{ONE}"', more=f'part = "{part}"'), RULES)
    then = Judgement(WRONG, Subject(id_of("gone"), "gone", ONE), Verdict("violation", "x", violations=(SLOW,)))

    found = WaiverStage(waivers, snapshot, NOW.date()).accepts(then, has_tags=False)

    assert (found is not None) == accepted


def test_where_parts_differ_in_case_alone_a_waiver_is_of_the_very_one(snapshot: Snapshot, tmp_path: Path) -> None:
    def twice(_: Resource, __: Context) -> Verdict:
        return Verdict(
            "violation", "x", violations=(Violation("x", "note", part="A"), Violation("x", "note", part="a"))
        )

    scope = f'resource = "{id_of("m1")}"'
    one, other = (waiver(scope, more=f'part = "{part}"') for part in "Aa")

    assert waived(judged(snapshot, tmp_path, one, make_rule(twice))[1]) == {"m1": ["A"]}
    assert waived(judged(snapshot, tmp_path, other, make_rule(twice))[1]) == {"m1": ["a"]}


def test_two_waivers_of_parts_accept_the_whole_resource(snapshot: Snapshot, tmp_path: Path) -> None:
    scope = f'resource = "{id_of("m1")}"'
    text = waiver(scope, more='part = "slow"') + waiver(f'subscription = "{ONE}"', more='part = "open"')
    summary, verdicts, _ = judged(snapshot, tmp_path, text)

    assert waived(verdicts)["m1"] == ["slow", "open"]
    assert summary.tallies["acme-rule"].waived == 1


def test_what_is_accepted_says_why_by_whom_and_until_when(snapshot: Snapshot, tmp_path: Path) -> None:
    _, verdicts, _ = judged(snapshot, tmp_path, waiver('tag = "env=Dev"'))

    expected = {"reason": "is rebuilt", "owner": "web <web@acme.example>", "expires": "2027-01-31"}
    assert [violation["waiver"] for violation in verdicts["dev-1"]["violations"]] == [expected, expected]
    assert verdicts["dev-1"]["verdict"] == "violation"
    assert verdicts["dev-1"].keys() == verdicts["m1"].keys()


def test_the_text_lists_open_violations_and_counts_the_others_by_waiver(snapshot: Snapshot, tmp_path: Path) -> None:
    later = waiver(f'subscription = "{TWO}"', expires="2027-02-28").replace("is rebuilt", r"is\u001b[2J [b]bold[/b]")
    judged(snapshot, tmp_path, later + waiver(f'resource_group = "/subscriptions/{ONE}/resourceGroups/Dev"'))
    report = (tmp_path / "r.txt").read_text("utf-8")

    assert report.count("\nerror ") == report.count("\nnote ") == 4
    assert [line for line in report.splitlines() if line.startswith("waived")] == [
        "waived   acme-rule  2 violations until 2027-01-31, by web <web@acme.example>: is rebuilt",
        "waived   acme-rule  4 violations until 2027-02-28, by web <web@acme.example>: is\ufffd[2J [b]bold[/b]",
    ]
    assert "| waived |" in report
    assert "4 error, 0 warning, 0 note, 3 waived; not evaluable: 0." in report


def test_without_waivers_nothing_is_said_of_them(snapshot: Snapshot, tmp_path: Path) -> None:
    judged(snapshot, tmp_path, "")

    assert "waive" not in (tmp_path / "r.txt").read_text("utf-8")
    assert b"waive" not in (tmp_path / "v.jsonl").read_bytes()


def test_a_waiver_holds_through_its_last_day_in_utc(snapshot: Snapshot, tmp_path: Path) -> None:
    text = waiver(f'resource = "{id_of("m1")}"', expires="2026-11-20")
    late = datetime.fromisoformat("2026-11-20T23:59:59Z")
    over = datetime.fromisoformat("2026-11-20T20:00:00-04:00")

    assert waived(judged(snapshot, tmp_path, text, now=late)[1]) == {"m1": ["slow", "open"]}
    summary, verdicts, notes = judged(snapshot, tmp_path, text, now=over)
    said = " (the waiver of web <web@acme.example> expired on 2026-11-20)"
    assert [violation["message"] for violation in verdicts["m1"]["violations"]] == ["is slow" + said, "is open" + said]
    assert verdicts["m1"]["message"] == "is slow" + said
    assert (waived(verdicts), summary.tallies["acme-rule"].levels["error"], notes) == ({}, 7, [])


def test_a_waiver_by_tag_takes_over_from_one_that_expired(snapshot: Snapshot, tmp_path: Path) -> None:
    expired = waiver(f'resource = "{id_of("dev-1", "Dev")}"', expires="2026-11-19")
    _, verdicts, _ = judged(snapshot, tmp_path, expired + waiver('tag = "env=Dev"'))

    assert set(waived(verdicts)) == {"dev-1", "dev-2"}
    assert "expired" not in verdicts["dev-1"]["message"]


def test_of_several_that_hold_the_narrowest_is_told(snapshot: Snapshot, tmp_path: Path) -> None:
    mine = waiver(f'resource = "{id_of("dev-1", "Dev")}"', expires="2026-12-24")
    _, verdicts, notes = judged(snapshot, tmp_path, waiver('tag = "env=Dev"') + mine)

    assert verdicts["dev-1"]["violations"][0]["waiver"]["expires"] == "2026-12-24"
    assert verdicts["dev-2"]["violations"][0]["waiver"]["expires"] == "2027-01-31"
    assert notes == []


@pytest.mark.parametrize("outcome", CAUSES)
def test_what_cannot_be_judged_is_not_hidden(outcome: str, snapshot: Snapshot, tmp_path: Path) -> None:
    def unknown(_: Resource, __: Context) -> Verdict:
        cause = next(known for known in CAUSES if known == outcome)
        return Verdict("not-evaluable", "cannot tell", cause)

    summary, verdicts, notes = judged(snapshot, tmp_path, waiver(f'subscription = "{ONE}"'), make_rule(unknown))

    assert {line["verdict"] for line in verdicts.values()} == {"not-evaluable"}
    assert summary.tallies["acme-rule"].waived == 0
    unseen = "whether 1 more waivers are still needed is not known: not everything could be read"
    assert (notes == [unseen]) == (outcome in INCOMPLETE)


def test_waivers_without_a_use_are_told_unless_their_rule_or_subscription_was_not_judged(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    elsewhere = "cccccccc-0000-4000-8000-000000000009"
    text = (
        waiver(f'resource = "{id_of("gone")}"')
        + waiver(f'subscription = "{ONE}"', "acme-other")
        + waiver(f'subscription = "{elsewhere}"')
        + waiver(f'resource = "{id_of("gone-too")}"', expires="2026-01-31")
    )
    _, _, notes = judged(snapshot, tmp_path, text)

    gone = "there is no such violation of acme-rule any more; take the waiver out"
    assert notes == [f"w.toml, line 1: {gone}", f"w.toml, line 22: it expired on 2026-01-31, and {gone}"]


def test_of_many_waivers_without_a_use_some_are_told(snapshot: Snapshot, tmp_path: Path) -> None:
    text = "".join(waiver(f'resource = "{id_of(f"gone-{number}")}"') for number in range(MOST + 3))

    *told, last = judged(snapshot, tmp_path, text)[2]

    assert (len(told), last) == (MOST, "3 more waivers accept nothing")


def test_finding_a_waiver_does_not_look_at_the_others() -> None:
    text = "".join(waiver(f'resource = "{id_of(f"m{number}")}"') for number in range(300))
    index = WaiverIndex(read_waivers(Path("w.toml"), text, RULES))

    assert len(index.under("acme-rule", id_keys(id_of("m7").lower()))) == 1
    assert index.under("acme-other", id_keys(id_of("m7").lower())) == []


HOME = f"/subscriptions/{ONE}/resourcegroups/web"


@pytest.mark.parametrize(
    ("id_", "keys"),
    [
        (f"{HOME}/providers/a/b/c", [f"{HOME}/providers/a/b/c", HOME, f"/subscriptions/{ONE}"]),
        (HOME, [HOME, f"/subscriptions/{ONE}"]),
        (f"/subscriptions/{ONE}", [f"/subscriptions/{ONE}"]),
        (f"/subscriptions/{ONE}/providers/a/b/c", [f"/subscriptions/{ONE}/providers/a/b/c", f"/subscriptions/{ONE}"]),
        ("/providers/a/b/c", ["/providers/a/b/c"]),
        ("", [""]),
    ],
)
def test_what_lies_above_an_id(id_: str, keys: list[str]) -> None:
    assert id_keys(id_) == keys


GOOD = f'subscription = "{ONE}"'


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (waiver(GOOD, "acme-rul"), "line 2: there is no rule 'acme-rul'", "did you mean 'acme-rule'?"),
        (waiver(GOOD, more='tag = "a=b"'), "line 4: a waiver has subscription and tag", "give one of resource,"),
        (waiver(""), "line 1: a waiver says of nothing that it is accepted", "give one of resource,"),
        (waiver('resource = "m1"'), "line 3: 'm1' is not the id of a resource", "such as /subs"),
        (waiver(f'resource = "{HOME}"'), "line 3: '/subs", "that is a resource group: write `resource_group`"),
        (waiver(f'resource = "{id_of("m1", subscription="s")}"'), "is not the id of a resource", "such as"),
        (waiver(f'resource = "{id_of("m1")}/"'), "is not the id of a resource", "such as"),
        (waiver(f'resource_group = "{id_of("m1")}"'), "is not the id of a resource group", "such as"),
        (waiver('resource_group = "web"'), "line 3: 'web' is not the id of a resource group", "such as"),
        (waiver('subscription = "Shop"'), "line 3: 'Shop' is not the id of a subscription", "GUID"),
        (waiver('tag = "env"'), "line 3: 'env' is no tag", "env=dev"),
        (waiver('tag = "=dev"'), "line 3: '=dev' is no tag", "env=dev"),
        (waiver("subscription = 7"), "line 3: expected text, not 7", ""),
        (waiver(GOOD, more="part = ''"), "line 4: expected text, not ''", ""),
        (waiver(GOOD, more="expiry = 7"), "line 4: a waiver has no key 'expiry'", "did you mean 'expires'?"),
        (waiver(GOOD, expires='"2027-01-31"'), "line 7: expected a date such as 2027-01-31", "without quotes"),
        (waiver(GOOD, expires="2027-01-31T00:00:00Z"), "line 7: expected a date", "without a time"),
        (waiver(GOOD).replace("expires", "#"), "line 1: a waiver needs `expires`", "say until when"),
        (waiver(GOOD).replace("owner", "#"), "line 1: a waiver needs `owner`", "who answers"),
        (waiver(GOOD).replace("rule =", "#"), "line 1: a waiver needs `rule`", "tenantlint rules"),
        (waiver(GOOD).replace("is rebuilt", " \\t "), "line 5: expected text, not ' \\t '", ""),
        (waiver(GOOD) * 2, "line 8: w.toml, line 1 accepts violations of acme-rule there, too", "take one"),
        ("waivers = []", "w.toml has no key 'waivers'", "did you mean 'waiver'?"),
        ("[waiver]", "w.toml: waiver is a list of tables", "[[waiver]]"),
        ("waiver = [7]", "w.toml: waiver is a list of tables", "[[waiver]]"),
        ("[[waiver]\n", "w.toml is not TOML", ""),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, said: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_waivers(Path("w.toml"), text, RULES)

    assert said in str(raised.value)
    assert str(raised.value).startswith("w.toml")
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("id_", "right"),
    [
        (f"/subscriptions/{ONE}/providers/a/b/c", True),
        (f"/SUBSCRIPTIONS/{ONE.upper()}/RESOURCEGROUPS/Web/PROVIDERS/a/b/c/d/e/providers/f/g/h", True),
        ("/providers/Microsoft.Management/managementGroups/corp", True),
        ("/providers/Microsoft.Management/managementGroups/corp/providers/a/b/c", True),
        ("/resourceGroups/web/providers/a/b/c", True),
        ("/", False),
        ("/subscriptions", False),
        (f"/subscriptions/{ONE}", False),
        (f"/subscriptions/{ONE}/providers", False),
        (f"/subscriptions/{ONE}/providers/a/b", False),
        (f"/subscriptions/{ONE}/resourceGroups", False),
        (f"/subscriptions/{ONE}/resourceGroups/web/a/b/c", False),
        (f"/subscriptions/{ONE}/resourceGroups//providers/a/b/c", False),
        (f"subscriptions/{ONE}/providers/a/b/c", False),
        ("//providers/a/b/c", False),
        (f"/subscriptions/{ONE}{'/providers/a/b/c' * 100_000}//", False),
    ],
)
def test_what_is_the_id_of_a_resource_is_told_at_once(id_: str, right: bool) -> None:  # noqa: FBT001 - a parameter
    text = waiver(f'resource = "{id_}"')
    if right:
        assert read_waivers(Path("w.toml"), text, RULES)[0].scope.key == id_.lower()
        return
    with pytest.raises(ConfigError, match="is not the id of a resource"):
        read_waivers(Path("w.toml"), text, RULES)


def loaded(*, lacks_plugins: bool = False, without: frozenset[str] = frozenset()) -> Catalog:
    tables = {table.name: table for table in (MACHINES, PLAIN)}
    return Catalog(tables=tables, rules=RULES, lacks_plugins=lacks_plugins, without=without)


def test_a_waiver_by_tag_of_a_rule_whose_table_has_none_is_refused() -> None:
    by_tag = read_waivers(Path("w.toml"), waiver('tag = "env=Dev"') + waiver('tag = "env=Dev"', "acme-plain"), RULES)

    check_waivers(by_tag[:1], loaded())
    with pytest.raises(ConfigError, match=r"^w.toml, line 8: acme-plain judges the table 'plain', which has no tags"):
        check_waivers(by_tag, loaded())


def test_where_a_plugin_is_left_out_a_waiver_of_no_rule_is_let_through_and_told() -> None:
    given = read_waivers(Path("w.toml"), waiver(GOOD, "acme-rul") + waiver(GOOD, "acme-left-out"), None)
    without = frozenset({"acme-left-out"})

    check_waivers(given, loaded(lacks_plugins=True))
    assert of_unknown_rules(given, loaded(lacks_plugins=True, without=without)) == [
        "w.toml, line 1: the waiver of 'acme-rul' does nothing: no plugin that is loaded has this rule"
    ]


def test_where_a_rule_is_left_out_a_waiver_of_that_rule_is_let_through_and_no_other() -> None:
    without = frozenset({"acme-left-out"})
    given = read_waivers(Path("w.toml"), waiver(GOOD, "acme-left-out") + waiver(GOOD, "acme-rul"), None)

    check_waivers(given[:1], loaded(without=without))
    with pytest.raises(ConfigError, match=r"^w.toml, line 8: there is no rule 'acme-rul'") as raised:
        check_waivers(given, loaded(without=without))
    assert "acme-rule" in raised.value.hint


def test_where_rules_are_left_out_waivers_of_others_are_let_through() -> None:
    assert len(read_waivers(Path("w.toml"), waiver(GOOD, "other-rule"), None)) == 1


GROUP = f'resource_group = "{HOME.upper()}"'
RESOURCE = f'resource = "{id_of("m1")}"'


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (waiver(RESOURCE), waiver(GOOD), True),
        (waiver(RESOURCE), waiver(GROUP), True),
        (waiver(GROUP), waiver(GOOD), True),
        (waiver(RESOURCE), waiver(GOOD, more='part = "slow"'), True),
        (waiver(RESOURCE, more='part = "slow"'), waiver(RESOURCE, more='part = "slow"'), True),
        (waiver(RESOURCE, more='part = "Slow"'), waiver(GOOD, more='part = "slow"'), True),
        (waiver('tag = "Env=dev"'), waiver('tag = "env=dev"'), True),
        (waiver(RESOURCE, expires="2020-01-01"), waiver(GOOD), True),
        (waiver(RESOURCE), waiver(GOOD, "acme-other"), False),
        (waiver(RESOURCE, more='part = "slow"'), waiver(GOOD, more='part = "open"'), False),
        (waiver('tag = "env=dev"'), waiver('tag = "env=Dev"'), False),
        (waiver('tag = "env=dev"'), waiver(GOOD), False),
        (waiver(RESOURCE), waiver(f'resource = "{id_of("m1")}/disks/d"'), False),
        (waiver(GROUP), waiver(GROUP.replace("WEB", "WEB-2")), False),
    ],
)
def test_two_waivers_of_one_rule_do_not_accept_the_same(first: str, second: str, overlap: bool, turn: int) -> None:  # noqa: FBT001 - a parameter
    text = "".join([first, second][::turn])
    if not overlap:
        assert len(read_waivers(Path("w.toml"), text, RULES)) == 2
        return
    with pytest.raises(ConfigError, match="accepts violations of acme-rule there, too"):
        read_waivers(Path("w.toml"), text, RULES)


def test_an_expiry_that_is_too_far_away_says_where() -> None:
    waivers = read_waivers(Path("w.toml"), waiver(GOOD, expires="2027-11-22"), RULES)
    check_expiries(waivers, date(2026, 11, 21), 366)

    with pytest.raises(ConfigError, match=r"^w.toml, line 1: it expires on 2027-11-22, 367 days after 2026-11-20"):
        check_expiries(waivers, date(2026, 11, 20), 366)


# Q stands for a quote, of which three would end the text here.
TRICKY = r"""# [[waiver]]
x = QQQ
[[waiver]]
rule = "a\QQQ bQQQQQ # a quote: "

 [[ waiver ]] # [[waiver]]
"rule" = '''
[[waiver]]
tag = 1'''
'tag' = ["[[waiver]]", # ]
  "}", QQQQQQ]
part = { rule = 1 }
[other]
reason = 1
[["waiver"]]
reason = "#"
expires = 2027-01-31
[[waiver.sub]]
owner = 1
[[other2]]
waiver = [{rule = 1}]
""".replace("Q", '"').replace('[["waiver"]]\n', '[["waiver"]]\r\n')
INLINE = """\
first = { waiver = [{}] }
waiver = [ # {rule}
  { rule = "{", tag = ["a", { owner = 1 }], "part" = 1 }, {},

  { reason = \'\'\'
,rule = {
\'\'\', owner = 1 },
]
"""


def places(text: str) -> list[tuple[int, dict[str, int]]]:
    return [(entry.start, entry.keys) for entry in entry_lines(text, "waiver")]


def test_the_file_is_told_by_its_name_its_hash_and_how_many_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_text(waiver('tag = "a=b"'))
    waivers = load_waivers(file, RULES)

    assert told_of(file, waivers, 90) == WaiversTold("w.toml", hashlib.sha256(file.read_bytes()).hexdigest(), 1, 90)
    assert effective([], Settings(waivers=told_of(file, waivers, 90)))["waivers"] == {
        "file": "w.toml",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "count": 1,
        "max_days": 90,
    }


def test_where_there_is_no_file_nothing_is_told_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert told_of(None, (), 366) is None
    assert "waivers" not in effective([], Settings())


def test_lines_are_found_among_comments_strings_and_other_tables() -> None:
    assert len(tomllib.loads(TRICKY)["waiver"]) == 2
    assert places(TRICKY) == [(6, {"rule": 7, "tag": 10, "part": 12}), (15, {"reason": 16, "expires": 17})]


def test_lines_are_found_in_inline_tables() -> None:
    assert len(tomllib.loads(INLINE)["waiver"]) == 3
    assert places(INLINE) == [(3, {"rule": 3, "tag": 3, "part": 3}), (3, {}), (5, {"reason": 5, "owner": 7})]


@pytest.mark.parametrize("text", ["", "#", "a = 1", "[waiver]\nrule = 1", "[[other]]\nwaiver = [{}]"])
def test_where_there_is_no_waiver_there_is_no_line(text: str) -> None:
    assert places(text) == []


def test_a_file_with_a_byte_order_mark_and_windows_newlines_is_read(tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    file.write_bytes(b"\xef\xbb\xbf" + waiver(GOOD).replace("\n", "\r\n").encode())

    (found,) = load_waivers(file, RULES)
    assert str(found.place) == f"{file.as_posix()}, line 1"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# G\xf6teborg")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_waivers(tmp_path / "latin.toml", RULES)
    with pytest.raises(ConfigError, match="cannot read"):
        load_waivers(tmp_path / "none.toml", RULES)


@pytest.mark.parametrize("days", [0, -1, True, 1.5, "366", 40_000])
def test_the_longest_time_is_a_number_of_days(days: object) -> None:
    with pytest.raises(ConfigError, match=r"waivers.max_days: expected a number of days from 1 to 36525"):
        read_max_days({"waivers": {"max_days": days}})


def test_the_longest_time_can_be_set() -> None:
    config = {"waivers": {"max_days": 30}}
    read_settings(config, catalog())

    assert (read_max_days(config), read_max_days({})) == (30, 366)


def test_the_waivers_of_the_page_on_waivers_are_right() -> None:
    page = (ROOT / "docs" / "waivers.md").read_text("utf-8")
    example = page.partition('toml title="waivers.toml"\n')[2].partition("```")[0]

    assert len(read_waivers(Path("waivers.toml"), example, catalog().rules)) == 3
