"""Small rules, tenant copies and scans for the tests of the host."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from tenantlint import Document, Fact, Rule, Table, Verdict, fact, read_table, rule
from tenantlint.collect import collect
from tenantlint.evaluate import Evaluation, Job
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.results import Judgement, Summary
from tenantlint.settings import Settings
from tenantlint.snapshot import Reader, Snapshot, SnapshotReader, open_snapshot

DOCUMENT = Document("Guide to what must be", "2026-01-01", "https://example.test/guide")

Row = dict[str, Any]


def make_rule(judge: Callable[..., Any], id_: str = "acme-rule", *, on: str = "machines", **more: Any) -> Rule:  # noqa: ANN401 - whatever a rule may have
    """Make a rule; *judge* may return anything."""
    return rule(**{"id": id_, "on": on, "level": "error", "sources": [DOCUMENT], **more})(judge)


def make_fact(compute: Callable[..., object], name: str = "acme_fact", reads: Sequence[str] = ("machines",)) -> Fact:
    """Make a fact."""
    return fact(name=name, reads=reads)(compute)


def make_table(name: str, kind: str, owner: str | None = None, columns: str = "name, subscriptionId, tags") -> Table:
    """Make a table of the resources of one type; with an *owner*, that column is ``properties.owner``."""
    partition = f"owner {owner}" if owner else "tenant"
    extend = "" if owner in (None, "id") else f"| extend {owner} = tostring(properties.owner)\n"
    column = "" if owner in (None, "id") else f", {owner}"
    kql = f"Resources\n| where type == '{kind}'\n{extend}| project id, {columns}{column}\n| order by id asc\n"
    return read_table(name, f"// {name}.\n// partition: {partition}\n{kql}", f"{__name__}.{name}")


MACHINES = make_table("machines", "acme/machines", "id")
PARTS = make_table("parts", "acme/parts", "machineId")
SHOPS = make_table("shops", "acme/shops")


def row(kind: str, name: str, subscription: str = "s1", **more: object) -> Row:
    """Make a row as Resource Graph gives it."""
    id_ = f"/subscriptions/{subscription}/resourceGroups/g/providers/Acme/{kind}/{name}"
    return {"id": id_, "name": name, "type": f"acme/{kind}", "subscriptionId": subscription, **more}


ROWS: list[Row] = [
    *(row("machines", f"m{n}", f"s{n % 3}", tags={"n": n}) for n in range(9)),
    *(row("parts", f"p{n}", "s1", properties={"owner": row("machines", f"M{n}", f"S{n % 3}")["id"]}) for n in range(6)),
    row("shops", "north"),
    row("shops", "south", "s2"),
]
"""Nine machines in three subscriptions; parts of the first six, in a subscription of their own; two shops."""

TABLES = (MACHINES, PARTS, SHOPS)


def write_copy(folder: Path, rows: Mapping[str, Iterable[Row]], **head: object) -> Path:
    """Write a tenant copy; *head* overrides what ``copy.json`` says."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = {name: list(given) for name, given in rows.items()}
    named = sorted({str(found["subscriptionId"]) for given in everything.values() for found in given})
    said = {"captured_at": "2026-11-20T02:00:00Z", "cloud": "AzureCloud", "tenant_id": "t", "subscriptions": named}
    (folder / "copy.json").write_bytes(orjson.dumps({**said, "tables": list(everything), "unread": [], **head}))
    for name, given in everything.items():
        (folder / f"{name}.jsonl").write_bytes(b"".join(orjson.dumps(found) + b"\n" for found in given))
    return folder


def collect_copy(copy: Path, tables: Iterable[Table], into: Path, rows_per_partition: int = 20_000) -> Snapshot:
    """Collect a snapshot of a tenant copy."""
    with TemporaryDirectory() as work, LocalGraph(read_copy(copy), Path(work)) as graph:
        collect(graph, tables, into, rows_per_partition=rows_per_partition)
    return open_snapshot(into)


def judge_all(  # noqa: PLR0913 - a test says only what differs
    snapshot: Snapshot,
    rules: Sequence[Rule],
    facts: Iterable[Fact] = (),
    *,
    everything: bool = True,
    settings: Settings | None = None,
    through: Callable[[Reader], Reader] = lambda reader: reader,
) -> tuple[Summary, list[Judgement]]:
    """Judge a snapshot; *through* may stand between the evaluation and the files."""
    defaults = Settings({each.id: {setting.name: setting.default for setting in each.settings} for each in rules})
    known, now = {each.name: each for each in facts}, snapshot.manifest.ended_at
    job = Job(snapshot.manifest, rules, known, settings or defaults, now)
    evaluation = Evaluation(job, everything=everything)
    with SnapshotReader(snapshot) as reader:
        judgements = [judgement for batch in evaluation.judgements(through(reader)) for judgement in batch]
    return evaluation.summary, judgements


def check_sums(summary: Summary, snapshot: Snapshot, rules: Sequence[Rule]) -> None:
    """Assert that outcomes add up to the manifest's rows for every rule, and causes and levels to outcomes."""
    for each in rules:
        tally = summary.tallies[each.id]
        assert tally.total == sum(tally.outcomes.values()) == snapshot.manifest.tables[each.on].rows
        assert tally.causes.total() == tally.outcomes["not-evaluable"]
        assert tally.levels.total() == tally.outcomes["violation"]


def judge_alike(snapshot: Snapshot, judge: Callable[..., Any], **more: Any) -> tuple[Summary, Verdict]:  # noqa: ANN401 - whatever a rule may have
    """Judge by one rule; return the summary and the verdict, which must be the same on every resource."""
    only = make_rule(judge, **more)
    summary, judgements = judge_all(snapshot, [only])
    check_sums(summary, snapshot, [only])
    verdicts = [judgement.verdict for judgement in judgements]
    assert all(verdict == verdicts[0] for verdict in verdicts)
    return summary, verdicts[0]
