"""Holds a query against all traps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.errors import KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.dialect import check
from tenantlint.graph.spelling import place, words
from tenantlint.kql_lint import casing, expanding, joining, naming, ordering, refusing, typed
from tenantlint.kql_lint.allowing import CHECK, allowances, allowed
from tenantlint.kql_lint.findings import Finding
from tenantlint.kql_lint.operands import STANDARD
from tenantlint.kql_lint.outline import TOO_MUCH, Outline, Pipe, is_too_much, read_pipe
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tenantlint.graph.spelling import Word
    from tenantlint.kql_lint.traps import Hit, Trap

TRAPS: Final[tuple[Trap, ...]] = (
    expanding.mv_expand_limit,
    expanding.mv_expand_large_limit,
    expanding.many_mv_expands,
    joining.bare_join,
    joining.join_kind,
    joining.many_joins,
    joining.many_unions,
    joining.table_joined_twice,
    ordering.no_order,
    ordering.order_not_unique,
    ordering.limit_without_order,
    ordering.limit_above_page,
    ordering.no_id,
    casing.case_sensitive,
    casing.join_case,
    typed.number_as_text,
    typed.dynamic_key,
    typed.dynamic_comparison,
    typed.isnull_of_text,
    refusing.syntax,
    naming.unknown_table,
    naming.unknown_column,
    naming.unknown_operator,
    naming.foreign_data,
    refusing.refused,
    refusing.not_run_here,
)

_TABLES: Final = dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD)


def lint(kql: str) -> list[Finding] | None:
    """Return what is to be told of *kql*, in the order of its places; None where it holds comments only."""
    tokens = words(kql)
    if not tokens:
        return None
    query = _outline(kql, tokens)
    syntax = [_finding(kql, refusing.syntax, hit) for hit in refusing.syntax.see(query)]
    found = syntax or {_finding(kql, trap, hit) for trap in TRAPS for hit in trap.see(query)}
    known = {trap.id for trap in TRAPS} | {CHECK}
    return sorted(allowed(_told_once(found), allowances(kql, tokens), known))


def _told_once(found: Collection[Finding]) -> list[Finding]:
    """Leave out the general error where a trap of its own tells of the same place."""
    errors = {(each.line, each.column) for each in found if each.level == "error" and each.check != refusing.refused.id}
    return [each for each in found if each.check != refusing.refused.id or (each.line, each.column) not in errors]


def _outline(kql: str, tokens: Sequence[Word]) -> Outline:
    if is_too_much(tokens):
        return Outline(kql, Pipe((), ()), error=KqlError(TOO_MUCH, kql, *place(kql, tokens[0].start)))
    pipe = read_pipe(kql, tokens)
    try:
        return Outline(kql, pipe, check(kql, _TABLES).columns)
    except KqlError as error:
        return Outline(kql, pipe, error=error)


def _finding(kql: str, trap: Trap, hit: Hit) -> Finding:
    text = visible(kql[hit.start : hit.end].partition("\n")[0].rstrip())
    return Finding(*place(kql, hit.start), trap.id, trap.level, text, visible(hit.said), trap.instead)
