"""A rule at work: what it judges by, and the rows that it is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.context import Context
from tenantlint.judge import judge
from tenantlint.lookups import whole_owners
from tenantlint.model import Verdict
from tenantlint.reads import DeclaredReads
from tenantlint.resource import Resource
from tenantlint.schema import Schema
from tenantlint.standing import instead_of_judging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from tenantlint.facts import Facts
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings
    from tenantlint.tenant import Tenant


@dataclass(frozen=True)
class Bench:
    """A rule ready to judge: its context, or the verdict on everything where there is nothing to judge by."""

    rule: Rule
    context: Context
    instead: Verdict | None

    def judge(self, resources: Sequence[Resource]) -> list[Verdict]:
        """Return a verdict on each of *resources*."""
        if self.instead:
            return [self.instead] * len(resources)
        return judge(self.rule, resources, self.context)


def open_bench(rule: Rule, tenant: Tenant, facts: Facts, settings: Settings, now: datetime) -> Bench:
    """Make *rule* ready to judge what *tenant* is about, by *settings* and as of *now*."""
    problem = facts.problem_with(rule.reads)
    missing = Verdict("not-evaluable", problem.message, problem.cause) if problem else None
    context = _context(rule, tenant, facts.values, settings, now)
    return Bench(rule, context, instead_of_judging(rule, settings.edition) or missing)


def _context(rule: Rule, tenant: Tenant, facts: Mapping[str, object], settings: Settings, now: datetime) -> Context:
    manifest, reads = tenant.manifest, DeclaredReads(rule.id, rule.reads, tenant)
    parameters = settings.parameters.get(rule.id, {})
    return Context(rule, reads, parameters, now, manifest.cloud, manifest.tenant_id, settings.edition, facts)


def batches_of(tenant: Tenant) -> Iterator[list[Resource]]:
    """Yield the resources that *tenant* is about, some at a time; what lies around them is there until the next."""
    schema = Schema(tenant.table, tenant.manifest.tables[tenant.table].columns)
    batches = tenant.reader.keyed_rows(tenant.table, tenant.partition)
    for batch in whole_owners(batches) if tenant.has_owners else batches:
        resources = [Resource(schema, cells) for cells in batch]
        tenant.turn_to([(cells[-1], resource) for cells, resource in zip(batch, resources, strict=True)])
        yield resources
    tenant.finish()
