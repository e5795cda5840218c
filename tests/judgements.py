"""Makes scans and judgements of any size to drive the writers of reports with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from tenantlint import Context, Document, Json, Level, Resource, Rule, Verdict, Violation, rule
from tenantlint.coverage import Coverage
from tenantlint.manifest import Manifest
from tenantlint.model import Cause
from tenantlint.reports import Report, Scan
from tenantlint.results import Judgement, Problem, Subject, Summary, Tally
from tenantlint.settings import Settings

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 12, 30, tzinfo=UTC)
DOCUMENT = Document("Acme's rules", "2026-03-01", "https://acme.example/rules")
_AT_ONCE = 256


@rule(id="acme-owner", on="virtual_machines", level="error", noun="VM", sources=[DOCUMENT])
def owner(vm: Resource, ctx: Context) -> Verdict:
    """VMs must have an owner.

    ## Why
    Somebody must be asked.

    ## Fix
    Set the tag.
    """
    raise NotImplementedError


BACKUP = replace(owner, id="acme-backup", level="warning")


def scan(
    *rules: Rule,
    names: Mapping[str, str] | None = None,
    read: Iterable[str] | None = None,
    graph: str = "tenant copy test",
) -> Scan:
    """Make a scan; `names` are those of the subscriptions by id, `read` (by default all of them) were fully read."""
    named = {"s1": "One"} if names is None else names
    coverage = Coverage(frozenset(named if read is None else read))
    manifest = Manifest("0.0.1", {}, graph, "AzureCloud", "t1", NOW, NOW, coverage, (), {})
    return Scan(manifest, rules or (BACKUP, owner), named, LATER, Settings())


def subject(name: str = "web-1", subscription: str = "s1", id_: str | None = None) -> Subject:
    return Subject(f"/subscriptions/{subscription}/vms/{name}" if id_ is None else id_, name, subscription)


def violates(about: Subject, *levels: Level, by: Rule = owner, message: str = "has no owner") -> Judgement:
    """Judge that a resource breaks a rule once for each of `levels`, each in a part of its own."""
    evidence: dict[str, Json] = {"tags.owner": None}
    several = len(levels) > 1
    found = tuple(Violation(message, level, evidence, f"p{n}" * several) for n, level in enumerate(levels))
    return Judgement(by, about, Verdict("violation", message, None, evidence, found))


def unknown(about: Subject, cause: Cause, by: Rule = owner) -> Judgement:
    """Judge that a resource cannot be judged."""
    return Judgement(by, about, Verdict("not-evaluable", "has no usable value at tags", cause))


def compliant(about: Subject, by: Rule = owner) -> Judgement:
    return Judgement(by, about, Verdict("compliant"))


def not_applicable(about: Subject, by: Rule = owner) -> Judgement:
    return Judgement(by, about, Verdict("not-applicable", "is a template"))


def summary_of(judgements: Iterable[Judgement], problems: Iterable[Problem] = ()) -> Summary:
    summary = Summary({"acme-backup": Tally(), "acme-owner": Tally()}, list(problems))
    for judgement in judgements:
        summary.tallies.setdefault(judgement.rule.id, Tally()).add([judgement.verdict])
    return summary


def write(
    report: Report,
    path: Path | None,
    about: Scan,
    judgements: Iterable[Judgement],
    problems: Iterable[Problem] = (),
) -> list[str]:
    """Write a report as a scan does, some judgements at a time; return what it says is not in it."""
    judged = list(judgements)
    writer = report.open(path, about)
    rest = iter(judged)
    while some := list(islice(rest, _AT_ONCE)):
        writer.add(some)
    return writer.finish(summary_of(judged, problems))


def read_log(path: Path) -> dict[str, Any]:
    """Read a SARIF log."""
    log: dict[str, Any] = orjson.loads(path.read_bytes())
    return log


def results(log: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the results of all runs of a SARIF log."""
    return (result for run in log["runs"] for result in run["results"])
