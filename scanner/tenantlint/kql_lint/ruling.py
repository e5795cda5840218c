"""Traps of rule files: each row of their query is a violation, and a resource without a row complies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.traps import Hit, at, trap
from tenantlint.model import Document
from tenantlint.version import HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.kql_lint.outline import Outline

RULE_FILES: Final = Document("Rules in files", "", f"{HOME.rstrip('/')}/rule-files/")

_LIMITING: Final = frozenset({"limit", "sample", "top"})


@trap("kql-rule-header", "error", RULE_FILES)
def rule_header(query: Outline) -> Iterator[Hit]:
    """A rule file must have a whole header, and a query below it.

    ## Why
    A file that starts with `// id: …`, or another key, is a rule. `scan` stops where its header lacks a key, has an
    unknown one, or has nothing below it.

    ## Instead
    Write `// id:`, `// title:`, `// level:`, `// source:` and best `// type:`, a line each, then an empty line and the
    query.

    ## Avoid
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // levels: warning
    // type: Microsoft.Compute/disks
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096

    ## Prefer
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // level: warning
    // type: Microsoft.Compute/disks
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096
    """
    if query.rule and query.rule.fault:
        lines = query.kql.split("\n")
        start = sum(len(line) + 1 for line in lines[: query.rule.line - 1])
        text = lines[query.rule.line - 1].rstrip()
        yield Hit(start, start + len(text), query.rule.fault, is_whole=True)


@trap("kql-rule-limit", "error", RULE_FILES)
def rule_limit(query: Outline) -> Iterator[Hit]:
    """The query of a rule must not limit its rows.

    ## Why
    Its rows are what breaks the rule, and whatever has no row complies. `scan` does not trust a query that leaves rows
    out by itself: the rule is `failed`.

    ## Instead
    Leave the limit out; the order, too: it is added where pages need it.

    ## Avoid
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // level: warning
    // type: Microsoft.Compute/disks
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096
    | top 100 by id asc

    ## Prefer
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // level: warning
    // type: Microsoft.Compute/disks
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096
    """
    if query.rule:
        for pipe in query.pipe.united():
            for step in pipe.steps:
                if step.operator in _LIMITING:
                    yield at(step.words, "leaves out violations")


@trap("kql-rule-id", "error", RULE_FILES)
def rule_id(query: Outline) -> Iterator[Hit]:
    """The query of a rule must give the `id` of what breaks it.

    ## Why
    Without it no row says which resource it is about: the rule is `failed`.

    ## Instead
    Keep `id`; behind `summarize`, make it one of the keys: `by id`.

    ## Avoid
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // level: warning
    // type: Microsoft.Compute/disks
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096
    | project name, location

    ## Prefer
    // id: acme-large-disk
    // title: Disks must not be larger than 4 TiB
    // level: warning
    // type: Microsoft.Compute/disks
    // source: Storage standard, 2026-03-01, https://acme.example/storage

    Resources
    | where type =~ 'microsoft.compute/disks'
    | where toint(properties.diskSizeGB) > 4096
    | project id, name, location
    """
    if query.rule and query.columns and "id" not in query.columns:
        steps = query.pipe.steps
        yield at(steps[-1].words[:1] if steps else query.pipe.source, "ends a result without a column 'id'")
