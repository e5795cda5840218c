"""The page for people: a CommonMark parser finds what we meant in it, and nothing that a tenant wrote but words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tenantlint import Document, Rule, Verdict, Violation
from tenantlint.coverage import Coverage, Unread
from tenantlint.findings import Waiving
from tenantlint.model import CAUSES
from tenantlint.reports import Scan
from tenantlint.reports.markdown import MarkdownReport
from tenantlint.reports.markdown_findings import MOST_NEW, MOST_OF_A_RULE, MOST_WAIVERS
from tenantlint.reports.markdown_page import MOST_LINES
from tenantlint.reports.markdown_text import LONGEST, code, link, prose
from tenantlint.results import Judgement, Problem
from tenantlint.settings import Settings
from tests.judgements import BACKUP, compliant, not_applicable, owner, scan, subject, unknown, violates
from tests.marked import HOSTILE, UNSEEN, WAIVING, report_on, stands, waived

MIB = 1_048_576
GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {"text", "code_inline", "strong_open", "strong_close", "link_open", "link_close"}
# What GitHub makes links, pictures or formulas of in text that is not code.
LIVE = re.compile(r"@|#\d|\bgh-\d|://|www\.|\w\.[^\W\d]|\$|:\w+:|[0-9a-f]{7,}|[<>\[\]`*_~|\\]", re.IGNORECASE)


def text_of(
    tmp_path: Path,
    judgements: Iterable[Judgement],
    problems: Iterable[Problem] = (),
    about: Scan | None = None,
    left_out: dict[str, int] | None = None,
) -> str:
    path = tmp_path / "summary.md"
    assert report_on(MarkdownReport(), path, judgements, problems, about=about, left_out=left_out) == []
    content = path.read_bytes()
    assert len(content) < 900_000 < MIB
    assert b"\r" not in content
    return content.decode()


def inline(text: str) -> Iterator[Token]:
    """Yield what the lines of a page are made of."""
    for token in GFM.parse(text):
        yield from token.children or ()


def shape(text: str) -> list[str]:
    """Return the blocks of a page, and the links and emphasis in them."""
    blocks = [token.type for token in GFM.parse(text)]
    return blocks + [token.type for token in inline(text) if token.type not in ("text", "code_inline")]


def section(text: str, heading: str) -> list[str]:
    """Return the lines of a section."""
    return [line for line in text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].splitlines() if line]


def rows(text: str) -> dict[str, list[str]]:
    """Return the rows of the tables of a page by their first cells."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    found = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return {re.sub(r"^\[?`|`.*$", "", first): cells for first, *cells in found}


WHOLE = """\
# tenantlint

14 verdicts of 2 rules; resources in violation by worst level.

| verdict | number |
| --- | ---: |
| error | 1 |
| warning | 1 |
| note | 2 |
| waived | 1 |
| compliant | 1 |
| not applicable | 3 |
| not evaluable: unobservable | 1 |
| not evaluable: absent | 2 |
| not evaluable: unread | 1 |
| not evaluable: failed | 1 |

Open violations since the baseline: **2 new**, 0 updated, 3 unchanged.

## Incomplete

**What was not read or broke is not known to be fine.**

- unread: subscription s2 was not read: no permission (subscription `Two`)
- failed `acme-owner`: the query broke

## New since the baseline

- **error**, `acme-owner`: VM `a` in subscription `One` has no owner.
- **warning**, `acme-owner`: VM `a` in subscription `One` has no owner.

## Rules

| rule | error | warning | note | new | waived | not evaluable | unread or failed |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| [`acme-owner`](<https://acme.example/rules>) | 1 | 1 | 2 | 2 | 1 | 5 | 2 |

1 other rule: nothing but compliant or not applicable.

## Worst violations

### [`acme-owner`](<https://acme.example/rules>)

VMs must have an owner.

- **error**, new: VM `a` in subscription `One` has no owner.
- **warning**, new: VM `a` in subscription `One` has no owner.
- **warning**: VM `b` in subscription `One` has no owner.
- **note**: VM `c` in subscription `One` has no owner.
- **note**: VM `d` in subscription `One` has no owner.

## Waived

- 2 violations until 2027-03-31 by team-a: is torn down in spring

## Left out by the settings

- 7 verdicts: Spot VMs are made anew

## Scope

- Resource graph: tenant copy test, AzureCloud, tenant `t1`
- Asked for, management groups: `corp`
- Subscriptions fully read: 1 of 2
- Subscriptions not fully read: `Two`
- Snapshot: from 2026-11-20 02:00 to 2026-11-20 02:00 UTC
- Judged as of 2026-12-01 12:30 UTC, by the documentation of `2018-12`
"""


def test_the_whole_page(tmp_path: Path) -> None:
    judged = [
        stands(violates(subject("a"), "warning", "error"), "new"),
        stands(waived(violates(subject("b"), "warning", "note"), 1), "unchanged"),
        *[stands(violates(subject(name), "note"), "unchanged") for name in ("c", "d")],
        waived(violates(subject("w"), "error")),
        compliant(subject("e")),
        *[not_applicable(subject(name)) for name in ("f", "g", "h")],
        *[unknown(subject(cause), cause) for cause in CAUSES],
        unknown(subject("again"), "absent"),
    ]
    problems = [
        Problem("unread", "subscription s2 was not read: no permission", subscription="s2"),
        Problem("failed", "the query broke", "acme-owner"),
    ]
    about = scan(names={"s1": "One", "s2": "Two"})
    coverage = Coverage(frozenset({"s1"}), (Unread("no permission", "s2"),))
    manifest = replace(about.manifest, coverage=coverage, scope={"management_groups": ["corp"], "subscriptions": []})
    about = replace(about, manifest=manifest, settings=Settings(edition="2018-12"))

    text = text_of(tmp_path, judged, problems, about, {"Spot VMs are made anew": 7})
    assert text.splitlines() == WHOLE.splitlines()


def test_a_page_without_violations_has_none_of_their_sections(tmp_path: Path) -> None:
    text = text_of(tmp_path, [compliant(subject())])

    assert re.findall(r"^## .*", text, re.MULTILINE) == ["## Rules", "## Scope"]
    assert section(text, "Rules") == ["2 other rules: nothing but compliant or not applicable."]
    assert list(rows(text).items())[2:5] == [("error", ["0"]), ("warning", ["0"]), ("note", ["0"])]


def test_what_was_not_read_is_told_even_where_only_verdicts_tell_of_it(tmp_path: Path) -> None:
    text = text_of(tmp_path, [unknown(subject(), "unread")])

    assert section(text, "Incomplete")[0] == "**What was not read or broke is not known to be fine.**"
    assert rows(text)["acme-owner"] == ["", "", "", "", "1", "1"]


def test_the_worst_rule_comes_first_and_of_each_the_worst_and_newest_violations(tmp_path: Path) -> None:
    judged = [violates(subject(f"n{number:02}"), "note") for number in range(8)]
    judged += [stands(violates(subject("z-new"), "note"), "new"), violates(subject("x"), "warning", by=BACKUP)]
    lines = section(text_of(tmp_path, judged), "Worst violations")

    assert [line for line in lines if line.startswith("###")] == [
        "### [`acme-backup`](<https://acme.example/rules>)",
        "### [`acme-owner`](<https://acme.example/rules>)",
    ]
    assert [line.split("`")[1] for line in lines[-MOST_OF_A_RULE - 1 : -1]] == ["z-new", "n00", "n01", "n02", "n03"]
    assert lines[-1] == "- … and 4 more"


def test_a_page_is_the_same_in_whatever_order_and_company_judgements_come(tmp_path: Path) -> None:
    judged = [stands(violates(subject(name), "error", "note"), "new") for name in "bAcdefgh"]
    others = [not_applicable(subject("n")), compliant(subject("c")), unknown(subject("u"), "absent")]

    assert text_of(tmp_path, [*judged, *others]) == text_of(tmp_path, [*others, *judged[::-1]])


def test_waived_violations_are_counted_by_waiver_and_are_not_among_the_worst(tmp_path: Path) -> None:
    sooner = Waiving("asked @team", "https://x.example", date(2026, 12, 31))
    judged = [waived(violates(subject(f"vm{number}"), "error"), by=by) for by in (WAIVING, sooner) for number in (1, 2)]
    text = text_of(tmp_path, judged)

    assert section(text, "Waived") == [
        "- 2 violations until 2026-12-31 by `https://x.example`: asked `@team`",
        "- 2 violations until 2027-03-31 by team-a: is torn down in spring",
    ]
    assert "## Worst" not in text
    assert rows(text)["acme-owner"] == ["", "", "", "4", "", ""]


def test_no_more_waivers_are_told_apart_than_people_write(tmp_path: Path) -> None:
    judged = [
        waived(violates(subject(f"vm{number}"), "error"), by=replace(WAIVING, reason=f"because of {number}"))
        for number in range(MOST_WAIVERS + 2)
    ]
    lines = section(text_of(tmp_path, judged), "Waived")

    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == f"- … and {MOST_WAIVERS + 1 - MOST_LINES} more"


def rule_named(id_: str, url: str = "https://acme.example/rules") -> Rule:
    return replace(owner, id=id_, sources=(Document("x", "2026-01-01", url),))


def test_the_page_of_a_huge_tenant_is_less_than_github_shows_and_says_what_is_left_out(tmp_path: Path) -> None:
    rules = [rule_named(f"acme-{'x' * 100}-{number:04}", f"https://acme.example/{'y' * 300}") for number in range(400)]
    long = "\U00020000\u0300 " * 500
    several = [
        stands(violates(subject("\U00020000" * 300 + f"{name}"), "error" if at < 99 else "note", by=rule), "new")
        for at, rule in enumerate(rules)
        for name in range(7)
    ]
    judged = [
        judgement._replace(
            verdict=replace(
                judgement.verdict, violations=tuple(replace(v, message=long) for v in judgement.verdict.violations)
            )
        )
        for judgement in several
    ]
    reasons = [Waiving(f"{number} {long}", long, date(2027, 1, 1)) for number in range(100)]
    judged += [waived(violates(subject(f"w{at}"), "note", by=rules[0]), by=by) for at, by in enumerate(reasons)]
    problems = [Problem("unread", long, rules[0].id, "s1") for _ in range(300)]
    about = scan(*rules, names={f"s{number}": "\U00020000" * 300 for number in range(300)}, read=())
    text = text_of(tmp_path, judged, problems, about, {f"{number} {long}": 1 for number in range(100)})

    assert re.search(r"\n\d+ violations of \d+ rules, the least severe, are left out: the page is full\.\n", text)
    assert re.search(r"\n… and \d+ rules with less severe violations\.\n", text)
    assert section(text, "New since the baseline")[-1] == f"- … and {400 * 7 - MOST_NEW} more"
    assert "- **error**" in text
    assert re.fullmatch(r"- … and \d+ more", section(text, "Waived")[-1])
    assert re.fullmatch(r"- … and \d+ more", section(text, "Incomplete")[-1])


def hostile_page(text: str, tmp_path: Path) -> str:
    """Write a page in which everything that can come from outside is `text`."""
    violation = Violation(text, "error", {text[:50]: text[:50]}, text)
    one = Judgement(owner, subject(text, "s1", f"/vms/{text}"), Verdict("violation", violations=(violation,)))
    other = waived(one._replace(subject=subject("other")), by=Waiving(text, text, date(2027, 1, 1)))
    about = scan(names={"s1": text, "s2": text}, graph=text, read=["s1"])
    coverage = Coverage(frozenset({"s1"}), (Unread(text, "s2"),))
    manifest = replace(about.manifest, tenant_id=text, cloud=text, scope={"subscriptions": [text]}, coverage=coverage)
    problems = [Problem("unread", text, "", "s2")]
    return text_of(tmp_path, [stands(one, "new"), other], problems, replace(about, manifest=manifest), {text: 1})


def check_hostile(text: str, tmp_path: Path) -> None:
    page, harmless = hostile_page(text, tmp_path), hostile_page("harmless", tmp_path)

    assert shape(page) == shape(harmless)
    assert {token.type for token in inline(page)} <= OURS
    assert {token.attrs["href"] for token in inline(page) if token.type == "link_open"} == {owner.sources[0].url}
    assert [token.content for token in inline(page) if token.type == "text" and LIVE.search(token.content)] == []
    assert not re.search(UNSEEN, page.replace("\n", ""))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_nothing_but_words_and_code(text: str, tmp_path: Path) -> None:
    check_hostile(text, tmp_path)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text() | st.text(st.sampled_from("`'\"\\|<>[]()!*_~#@:.-+=&;$ /aw1\n\t")))
@example(text="`' `a")
@example(text="- `")
@example(text="1. x")
def test_no_text_at_all_draws_on_the_page(text: str, tmp_path: Path) -> None:
    check_hostile(text, tmp_path)


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("`'\"\\|<>[]()!*_~#@:.-+=&;$ aw1"), min_size=1).filter(str.strip))
def test_a_name_can_be_read_as_it_is(name: str) -> None:
    assert [token.content for token in inline(f"x {code(name)}") if token.type == "code_inline"] == [name]


PROSE = {
    "has 33 data disks; 32 are supported, since 2016.": "has 33 data disks; 32 are supported, since 2016.",
    "refers to 'my_vm' (in 'One')": "refers to '`my_vm`' (in 'One')",
    "asked @team, see https://x.example/y.": "asked `@team`, see `https://x.example/y`.",
    "costs 1.5% — or so…": "costs 1.5% — or so…",
    "its non-standard owner's disk": "its non-standard owner's disk",
    "properties.storageProfile is null": "`properties.storageProfile` is null",
    "deadbeef GH-12 1234567": "`deadbeef` `GH-12` `1234567`",
    "Premium SSD v2, but web-1 and D4s": "Premium SSD v2, but `web-1` and `D4s`",
    "`": "`` ` ``",
}


@pytest.mark.parametrize(("said", "shown"), PROSE.items())
def test_words_stay_words_and_all_else_is_code(said: str, shown: str) -> None:
    assert prose(said) == shown


def test_a_long_message_is_cut() -> None:
    assert prose("word " * 200) == "word " * (LONGEST // 5 - 1) + "word…"


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://learn.microsoft.com/azure/a_b?view=x#part", "https://learn.microsoft.com/azure/a_b?view=x#part"),
        ("https://x.example/a)(<b>|`\\'", "https://x.example/a%29%28%3Cb%3E%7C%60%5C%27"),
        ("javascript:alert(1)", None),
        ("https://user@evil.example/", None),
        ("https://x.example/\n\n# heading", None),
        ("", None),
    ],
)
def test_only_a_web_address_is_a_link(url: str, href: str | None) -> None:
    links = [token.attrs["href"] for token in inline(link("`x`", url)) if token.type == "link_open"]

    assert links == ([href] if href else [])


@pytest.mark.parametrize("to_file", [True, False])
def test_what_is_discarded_leaves_nothing(
    to_file: bool,  # noqa: FBT001 - pytest gives parameters by name
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    writer = MarkdownReport().open(tmp_path / "summary.md" if to_file else None, scan())
    writer.add([violates(subject(), "error")])
    writer.discard()

    assert (list(tmp_path.iterdir()), capsysbinary.readouterr().out) == ([], b"")
