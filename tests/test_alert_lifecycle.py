"""A month of nights at GitHub: alerts open once, close when something is fixed, and for no other reason."""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tenantlint import Level, Rule
from tenantlint.coverage import Coverage, Unread
from tenantlint.manifest import StoredTable
from tenantlint.model import Cause
from tenantlint.nights.seen import Seen
from tenantlint.reports import Scan
from tenantlint.reports.sarif import SarifReport
from tenantlint.reports.sarif_categories import categories_of
from tenantlint.reports.sarif_demands import RESULTS_PER_RUN
from tenantlint.results import Judgement, Problem, Subject
from tenantlint.rules import Visibility
from tests.code_scanning import CodeScanning, Identity
from tests.github_rules import problems
from tests.judgements import compliant, owner, read_log, scan, subject, summary_of, unknown, violates
from tests.marked import waived

Finding = tuple[str, str, str]
"""Rule, resource in lower case, part: what is really wrong, or is not."""

LIMIT = 60
NIGHTS = 30
RULES: tuple[Rule, ...] = tuple(
    replace(owner, id=f"acme-{topic}-{number}", topic=topic)
    for topic in ("disks", "network", "vaults")
    for number in range(3)
)
LISTED = {"subscriptions": StoredTable("", "", None)}
LEVELS: tuple[Level, ...] = ("error", "warning", "note")


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let GitHub keep fewer results, so that a small tenant has to be split."""
    for module in ("sarif_categories", "sarif_files", "sarif_check"):
        monkeypatch.setattr(f"tenantlint.reports.{module}.RESULTS_PER_RUN", LIMIT)
    monkeypatch.setattr("tenantlint.reports.sarif_categories.NEAR", LIMIT // 2)
    assert RESULTS_PER_RUN > LIMIT


@dataclass
class Remembered:
    """What the scans so far have found and nobody has seen fixed; a baseline for the next one."""

    guid: str = "00000000-0000-4000-8000-000000000001"
    deleted: Collection[str] = ()
    remembered: Seen = field(default_factory=Seen)
    categories: dict[str, str] = field(default_factory=dict)
    found: dict[Finding, Judgement] = field(default_factory=dict)
    lost: list[Judgement] = field(default_factory=list)

    def carried(self) -> Iterable[Judgement]:
        return self.lost

    def absent(self) -> Iterable[Judgement]:
        return ()


@dataclass
class Night:
    """What one scan sees: judgements, and the subscriptions that it could not read. *broken*: it saw nothing."""

    judgements: list[Judgement]
    subscriptions: list[str]
    unread: tuple[str, ...] = ()
    broken: bool = False

    @property
    def told(self) -> list[Problem]:
        told = [Problem("unread", f"subscription {each} was not read", "", each) for each in self.unread]
        return [*told, Problem("failed", "a query broke")] if self.broken else told

    def scan(self, number: int) -> Scan:
        names = {each: f"Name {random.Random(number).random()}" for each in self.subscriptions}  # noqa: S311 - it changes
        about = scan(*RULES, names=names, read=set(self.subscriptions) - set(self.unread))
        coverage = Coverage(frozenset(names) - set(self.unread), tuple(Unread("throttled", s) for s in self.unread))
        manifest = replace(about.manifest, tables=LISTED, coverage=coverage)
        return replace(about, manifest=manifest, now=about.now + timedelta(days=number))


def upload(github: CodeScanning, night: Night, number: int, folder: Path, baseline: Remembered | None) -> list[str]:
    """Write the report of a night and upload its files as a workflow does; return the notes."""
    writer = SarifReport().open(folder / "x.sarif", night.scan(number))
    writer.add(night.judgements)
    summary = summary_of(night.judgements, night.told)
    summary.baseline = baseline
    notes = writer.finish(summary)
    logs = [read_log(file) for file in sorted(folder.glob("x*.sarif"))]
    assert [problem for log in logs for problem in problems(log, "upload")] == []
    github.upload(logs)
    return notes


def findings(judgements: Iterable[Judgement]) -> Iterator[tuple[Finding, Judgement]]:
    for judgement in judgements:
        for violation in judgement.open:
            only = replace(judgement.verdict, violations=(violation,))
            finding = (judgement.rule.id, judgement.subject.id.lower(), violation.part)
            yield finding, judgement._replace(verdict=only)


class Tenant:
    """A tenant that changes every night: what is true of each resource, and how much of it can be seen."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - the same month for the same seed
        self.subscriptions = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(6)]
        self.resources = [self._make() for _ in range(70)]
        self.broken: set[tuple[str, str]] = set()
        self.waived: set[tuple[str, str]] = set()
        self.made = 0

    def _make(self) -> Subject:
        subscription = self.dice.choice(self.subscriptions[:3] if self.dice.random() < 0.7 else self.subscriptions)
        return subject(f"VM-{self.dice.randrange(10**9)}", subscription)

    def live(self) -> None:
        """Break, mend, accept, delete and add."""
        dice = self.dice
        pairs = [(rule.id, about.id) for rule in RULES for about in self.resources]
        self.broken ^= set(dice.sample(pairs, len(pairs) // 12))
        self.waived ^= set(dice.sample(pairs, len(pairs) // 40))
        for _ in range(4):
            self.resources.remove(dice.choice(self.resources))
            self.resources.append(self._make())

    def crowd(self) -> None:
        """Break nearly everything in the first subscription, so that it has to be split; or mend most of it."""
        pairs = {
            (rule.id, a.id) for rule in RULES for a in self.resources if a.subscription_id == self.subscriptions[0]
        }
        self.broken = self.broken - pairs if len(self.broken & pairs) > LIMIT else self.broken | pairs

    def judged(self, about: Subject, rule: Rule, unknown_share: float) -> Judgement:
        spelled = about._replace(id=self.dice.choice((about.id, about.id.upper(), about.id.lower())))
        if self.dice.random() < unknown_share:
            return unknown(spelled, self.dice.choice(("absent", "unobservable")), by=rule)
        if (rule.id, about.id) not in self.broken:
            return compliant(spelled, by=rule)
        levels = LEVELS[: 1 + len(about.name) % 2]
        found = violates(spelled, *levels, by=rule, message=f"is wrong {self.dice.random()}")
        return waived(found) if (rule.id, about.id) in self.waived else found

    def night(self, *, unknown_share: float) -> Night:
        unread = tuple(self.dice.sample(self.subscriptions, self.dice.choice((0, 0, 1, 2))))
        seen = [about for about in self.resources if about.subscription_id in self.subscriptions]
        judgements = [
            self.judged(about, rule, unknown_share)
            for about in seen
            for rule in RULES
            if about.subscription_id not in unread or self.dice.random() < 0.3
        ]
        self.dice.shuffle(judgements)
        return Night(judgements, list(self.subscriptions), unread, broken=self.dice.random() < 0.1)


class Truth:
    """What should be open at GitHub: what was found when it was last seen, but for what was waived."""

    def __init__(self) -> None:
        self.open: dict[Finding, Judgement] = {}

    def see(self, night: Night) -> list[Judgement]:
        """Learn from a night; return what was found before and cannot be seen now."""
        if night.broken:
            return list(self.open.values())
        found = dict(findings(night.judgements))
        known = {(j.rule.id, j.subject.id.lower()) for j in night.judgements if j.verdict.cause is None}
        there = {judgement.subject.id.lower() for judgement in night.judgements}
        kept = {
            finding: judgement
            for finding, judgement in self.open.items()
            if judgement.subject.subscription_id in night.unread or (finding[:2] not in known and finding[1] in there)
        }
        self.open = {**kept, **{f: j for f, j in found.items() if j.subject.subscription_id not in night.unread}}
        return list(kept.values())


def names_of(open_alerts: Iterable[Identity]) -> Counter[tuple[str, str]]:
    return Counter((rule, f"/{path}") for rule, _, path in open_alerts)


def expected(truth: Truth) -> Counter[tuple[str, str]]:
    return Counter((rule, resource) for rule, resource, _ in truth.open)


def categories(truth: Truth) -> dict[str, str]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (rule, _, _), judgement in truth.open.items():
        counts[judgement.subject.subscription_id][rule] += 1
    return categories_of(counts, RULES, "t1")


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("seed", range(3))
def test_in_a_month_of_nights_exactly_what_is_known_to_be_wrong_is_open(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    github, tenant, truth = CodeScanning(), Tenant(seed), Truth()
    memory, split = Remembered(), 0
    for number in range(NIGHTS):
        tenant.live()
        if number % 4 == 3:
            tenant.crowd()
        if number == 20:
            memory.deleted = {tenant.subscriptions.pop()}  # with all that is in it
            monkeypatch.setattr("tenantlint.reports.sarif_runs.__version__", "9.9.9")
        night = tenant.night(unknown_share=0.1)
        was_open = {j.subject.subscription_id for j in truth.open.values()}
        memory.lost = truth.see(night)
        before = truth.open
        if not night.broken:
            truth.open = {f: j for f, j in before.items() if j.subject.subscription_id in night.subscriptions}
        memory.categories |= {f"tenantlint/{each}": each for each in was_open}

        upload(github, night, number, tmp_path, memory)

        assert names_of(github.open) == expected(truth)
        memory.categories |= categories(truth)
        split += any("/topic/" in name for name in memory.categories)

    assert split > 5
    opened = Counter(identity for identity in github.alerts)
    assert max(opened.values()) == 1
    assert len({alert.number for alert in github.alerts.values()}) == len(github.alerts) > 300


@pytest.mark.usefixtures("small_limits")
def test_without_a_baseline_partial_reads_and_failed_nights_close_nothing_and_what_is_fixed_closes(
    tmp_path: Path,
) -> None:
    github, tenant, truth = CodeScanning(), Tenant(9), Truth()
    for number in range(NIGHTS):
        tenant.live()
        night = tenant.night(unknown_share=0)
        truth.see(night)

        upload(github, night, number, tmp_path, None)

        assert names_of(github.open) == expected(truth)


def test_a_violation_that_cannot_be_judged_any_more_stays_open_night_after_night_until_it_is_seen_fixed(
    tmp_path: Path,
) -> None:
    github, about = CodeScanning(), subject("web")
    found = violates(about, "error", by=RULES[0])
    upload(github, Night([found], ["s1"]), 0, tmp_path, Remembered())
    for number in (1, 2, 3):
        memory = Remembered(categories={"tenantlint/s1": "s1"}, lost=[found])
        upload(github, Night([unknown(about, "absent", by=RULES[0])], ["s1"]), number, tmp_path, memory)
        assert len(github.open) == 1
    upload(github, Night([compliant(about, by=RULES[0])], ["s1"]), 4, tmp_path, Remembered())

    assert (github.open, [alert.closed for alert in github.alerts.values()]) == (set(), [1])


def test_without_a_baseline_a_single_resource_that_cannot_be_judged_any_more_closes_nothing(tmp_path: Path) -> None:
    github, about, rule = CodeScanning(), subject("web"), RULES[0]
    upload(github, Night([violates(about, "error", by=rule)], ["s1", "s2"]), 0, tmp_path, None)
    notes = upload(github, Night([unknown(about, "absent", by=rule)], ["s1", "s2"]), 1, tmp_path, None)

    assert len(github.open) == 1
    (note,) = notes
    assert note.startswith(
        f"left out, so that alerts stay as they are: 1 subscription, where 1 verdict of {rule.id} could not be given"
    )
    assert "--baseline FILE|DIR" in note
    assert "--baseline none" in note


@pytest.mark.parametrize("cause", ["absent", "unobservable"])
def test_without_a_baseline_a_subscription_is_left_out_as_long_as_a_rule_that_sees_all_cannot_judge_there(
    cause: Cause, tmp_path: Path
) -> None:
    github, about, rule = CodeScanning(), subject("web"), RULES[0]
    nights = [violates(about, "error", by=rule), unknown(about, cause, by=rule)]
    for number in range(4):
        upload(github, Night([nights[number % 2]], ["s1"]), number, tmp_path, None)
        assert len(github.open) == 1

    upload(github, Night([compliant(about, by=rule)], ["s1"]), 4, tmp_path, None)
    assert [(alert.number, alert.closed) for alert in github.alerts.values()] == [(1, 1)]


@pytest.mark.parametrize("visibility", ["partial", "none"])
def test_what_a_rule_cannot_see_by_nature_does_not_keep_a_subscription_from_being_uploaded(
    visibility: Visibility, tmp_path: Path
) -> None:
    blind = replace(RULES[0], visibility=visibility)
    judged = [unknown(subject("a"), "unobservable", by=blind), violates(subject("b"), "error", by=RULES[1])]
    writer = SarifReport().open(tmp_path / "x.sarif", scan(blind, RULES[1]))
    writer.add(judged)

    assert writer.finish(summary_of(judged)) == []
    assert [len(run["results"]) for run in read_log(tmp_path / "x.sarif")["runs"]] == [1]


def test_who_starts_over_leaves_nothing_out_for_the_sake_of_older_alerts(tmp_path: Path) -> None:
    judged = [unknown(subject("a"), "absent", by=RULES[0]), violates(subject("b"), "error", by=RULES[0])]
    writer = SarifReport().open(tmp_path / "x.sarif", replace(scan(*RULES), starts_over=True))
    writer.add(judged)

    assert writer.finish(summary_of(judged)) == []
    assert [len(run["results"]) for run in read_log(tmp_path / "x.sarif")["runs"]] == [1]


def test_the_rules_for_whose_sake_most_is_left_out_are_named_first_and_the_others_counted(tmp_path: Path) -> None:
    judged = [
        unknown(subject(f"v{n}", f"s{1 + n % 2}"), "absent", by=rule)
        for at, rule in enumerate(RULES[:5])
        for n in range(1 + at)
    ]
    writer = SarifReport().open(tmp_path / "x.sarif", scan(*RULES, names={"s1": "One", "s2": "Two"}))
    writer.add(judged)
    note, _ = writer.finish(summary_of(judged))

    named = ", ".join(rule.id for rule in RULES[4:1:-1])
    assert f"2 subscriptions, where 15 verdicts of {named} and 2 more rules could not be given" in note


def test_what_is_in_a_subscription_that_is_gone_closes_only_where_that_is_proven(tmp_path: Path) -> None:
    github = CodeScanning()
    both = [violates(subject("web", each), "error", by=RULES[0]) for each in ("s1", "s2")]
    upload(github, Night(both, ["s1", "s2"]), 0, tmp_path, None)
    memory = Remembered(categories={"tenantlint/s1": "s1", "tenantlint/s2": "s2"})

    upload(github, Night(both[:1], ["s1"]), 1, tmp_path, memory)
    assert len(github.open) == 2
    notes = upload(github, Night(both[:1], ["s1"]), 2, tmp_path, replace(memory, deleted={"s2"}))

    assert names_of(github.open) == {(RULES[0].id, "/subscriptions/s1/vms/web"): 1}
    assert notes == ["1 subscription of the baseline no longer listed: all alerts of it are closed"]
