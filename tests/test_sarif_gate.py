"""Every kind of SARIF file that tenantlint writes, before three judges: GitHub's rules, the schema, the multitool."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tenantlint import Context, Document, Resource, Rule, Verdict, __version__
from tenantlint.findings import Written
from tenantlint.reports.sarif import SarifReport
from tenantlint.reports.sarif_full import SarifFullReport
from tenantlint.results import Problem
from tenantlint.testing.golden import ANY_VERSION
from tests.github_rules import Profile, multitool_problems, problems, schema_problems
from tests.judgements import (
    BACKUP,
    compliant,
    not_applicable,
    owner,
    read_log,
    scan,
    subject,
    unknown,
    violates,
    write,
)
from tests.large_tenant import ALIKE, FINDINGS, LARGEST, RULES, SUBSCRIPTIONS, findings
from tests.marked import WAIVING, waived
from tests.test_golden import GOLDEN
from tests.validators import node

NAMES = [
    "\x00\x07\x1b[31m\x9b",
    "[click](https://evil.example)",
    "../../../etc/passwd",
    "..",
    "https://evil.example/x?y#z",
    "c:\\windows",
    "%2e%2e%00",
    "Göteborg 日本 😀",
    "\u202egnp.exe\u200b",
    "{0} {id} }{",
    "x" * 100_000,
    "",
    " ",
    "\"<>&'",
]
PROBLEMS = [
    Problem("unread", "subscription s9 was not read: [x](https://evil.example) \x1b[2J", "", "s9"),
    Problem("failed", "3 resources could not be judged\n\nbecause …", "acme-owner", None),
]


def _documented(docstring: str) -> Rule:
    def judge(resource: Resource, ctx: Context) -> Verdict:
        raise NotImplementedError

    judge.__doc__ = docstring
    odd = Document("A [bracket](https://evil.example)", "2026-01-01", "https://acme.example/a b?c#d")
    return replace(owner, id="x", judge=judge, sources=(odd,), tags=("azure", *map(str, range(30))), level="note")


ODD = _documented(f"\x1b[2J {'must ' * 1000}\n\n## Why\n[x](y) <script>")


def demo(folder: Path, name: str) -> list[Path]:
    file = folder / name
    file.write_text((GOLDEN / name).read_text("utf-8").replace(ANY_VERSION, __version__), "utf-8")
    return [file]


def hostile(folder: Path) -> list[Path]:
    judgements = [violates(subject(name), "error", "warning", "note", message=f"refers to '{name}'") for name in NAMES]
    judgements += [violates(subject(name), "note", by=ODD) for name in NAMES]
    judgements += [violates(subject(name, "", f"/{name}/{number}"), "error") for number, name in enumerate(NAMES)]
    names = {"s1": NAMES[0], "s2": NAMES[1], "a b/c": NAMES[2]}
    write(SarifReport(), folder / "x.sarif", scan(BACKUP, owner, ODD, names=names), judgements, PROBLEMS)
    return [folder / "x.sarif"]


def many(folder: Path) -> list[Path]:
    names = {f"s{number:02}": f"Subscription {number}" for number in range(22)}
    judgements = [violates(subject("web", name), "error") for name in names if name != "s00"]
    write(SarifReport(), folder / "x.sarif", scan(names=names), judgements)
    return [folder / "x.sarif", folder / "x-2.sarif"]


def archive(folder: Path) -> list[Path]:
    judgements = [
        each
        for name in NAMES
        for each in (
            compliant(subject(name), by=BACKUP),
            violates(subject(name), "warning"),
            unknown(subject(name), "failed", by=ODD),
            not_applicable(subject(f"{name}!")),
        )
    ]
    for file in ("policy/my waivers.toml", "/etc/waivers.toml"):
        by = replace(WAIVING, written=Written(file, 12))
        judgements.append(waived(violates(subject(f"waived in {file}"), "error"), by=by))
    write(SarifFullReport(), folder / "x.sarif", scan(BACKUP, owner, ODD), judgements, PROBLEMS)
    return [folder / "x.sarif"]


def large(folder: Path) -> list[Path]:
    names = {each: f"Subscription {each[:8]}" for each in SUBSCRIPTIONS}
    write(SarifReport(), folder / "x.sarif", scan(*RULES, names=names), findings())
    return sorted(folder.iterdir())


def large_archive(folder: Path) -> list[Path]:
    """Write one with more results than a file takes, of an incomplete scan; some rows came twice."""
    names = {each: f"Subscription {each[:8]}" for each in SUBSCRIPTIONS}
    fine = (compliant(subject(f"ok-{n}", SUBSCRIPTIONS[n % 45]), by=RULES[n % 12]) for n in range(45_000))
    twice = [
        compliant(subject("ok-0", SUBSCRIPTIONS[0]), by=RULES[0]),
        unknown(subject("x", "s9"), "unread", by=RULES[0]),
    ]
    write(SarifFullReport(), folder / "x.sarif", scan(*RULES, names=names), [*findings(), *fine, *twice], PROBLEMS)
    return sorted(folder.iterdir())


FILES: dict[str, tuple[Profile, Callable[[Path], Iterable[Path]]]] = {
    "the demo tenant": ("upload", lambda folder: demo(folder, "demo.sarif")),
    "the archive of the demo tenant": ("archive", lambda folder: demo(folder, "demo.full.sarif")),
    "hostile names": ("upload", hostile),
    "more subscriptions than a file takes": ("upload", many),
    "an archive of every kind of verdict": ("archive", archive),
    "60,000 violations in 45 subscriptions": ("upload", large),
    "an archive of 105,000 results": ("archive", large_archive),
}
TOO_LARGE = 5_000_000
"""Bytes of a file that takes the multitool minutes; what it looks at is in the smaller ones, too."""


@pytest.fixture(params=FILES)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Profile, list[Path]]:
    profile, make = FILES[request.param]
    return profile, list(make(tmp_path))


def test_github_takes_it(written: tuple[Profile, list[Path]]) -> None:
    profile, files = written

    assert files
    assert [problem for file in files for problem in problems(read_log(file), profile)] == []


def test_schema_and_multitool_find_nothing(written: tuple[Profile, list[Path]]) -> None:
    node.demand()
    for file in written[1]:
        assert schema_problems(file.read_bytes()) == []
        assert file.stat().st_size > TOO_LARGE or multitool_problems(file) == []


def test_of_60_000_violations_none_is_left_out_though_one_rule_has_more_than_github_keeps_of_a_run(
    tmp_path: Path,
) -> None:
    categories: Counter[str] = Counter()
    written: set[str] = set()
    for file in large(tmp_path):
        for run in read_log(file)["runs"]:
            categories[run["automationDetails"]["id"].rpartition("/")[0]] = len(run["results"])
            written |= {result["guid"] for result in run["results"]}

    assert len(written) == categories.total() == FINDINGS
    largest = {name.partition(LARGEST)[2]: count for name, count in categories.items() if LARGEST in name}
    assert largest.keys() == {
        *("", "/topic/disks", "/topic/network", "/topic/vaults"),
        *(f"/rule/{rule.id}" for rule in RULES if rule.topic == "disks"),
        *(f"/rule/acme-disks-0/{number}-of-2" for number in (1, 2)),
        *(f"/rule/acme-disks-0/{number}-of-4" for number in (1, 2, 3, 4)),  # nobody knows how many there were
    }
    parts = [largest[f"/rule/acme-disks-0/{number}-of-2"] for number in (1, 2)]
    assert (sum(parts), max(parts) < 5_000) == (ALIKE, True)
    assert (largest["/rule/acme-disks-0"], largest[""], largest["/topic/disks"]) == (0, 0, 0)


def test_the_judges_would_find_what_is_wrong(tmp_path: Path) -> None:
    write(SarifReport(), tmp_path / "x.sarif", scan(), [])
    log = read_log(tmp_path / "x.sarif")
    log["runs"] *= 2

    assert problems(log, "upload") == ["2 runs of tenantlint in the category 'tenantlint/s1'"]
