"""Holds a query against all traps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenantlint.errors import KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.dialect import check
from tenantlint.graph.spelling import place, words
from tenantlint.kql_lint import (
    casing,
    expanding,
    joining,
    matching,
    naming,
    ordering,
    populating,
    refusing,
    ruling,
    typed,
)
from tenantlint.kql_lint.allowing import CHECK, allowances, allowed
from tenantlint.kql_lint.findings import Finding
from tenantlint.kql_lint.heading import Header, header_of
from tenantlint.kql_lint.operands import STANDARD
from tenantlint.kql_lint.outline import NOTHING, Outline
from tenantlint.kql_lint.reading import TOO_MUCH, is_too_much, read_pipe
from tenantlint.rule_files.header import has_header
from tenantlint.rule_files.kql_rules import is_query
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
    ruling.rule_header,
    ruling.rule_limit,
    ruling.rule_id,
    populating.rule_type,
    casing.case_sensitive,
    casing.join_case,
    typed.number_as_text,
    typed.dynamic_key,
    typed.dynamic_comparison,
    typed.isnull_of_text,
    matching.pattern,
    refusing.syntax,
    naming.unknown_table,
    naming.unknown_column,
    naming.unknown_operator,
    naming.unknown_function,
    naming.foreign_data,
    refusing.refused,
    refusing.not_run_here,
)

_OF_ANYTHING: Final = (ruling.rule_header, refusing.syntax, refusing.refused, refusing.not_run_here)
_GENERAL: Final = frozenset({refusing.refused.id, refusing.not_run_here.id})
_TABLES: Final = dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD)


def lint(kql: str, *, is_rule: bool = False) -> list[Finding] | None:
    """Return what is to be told of *kql*, in the order of its places; None where it holds comments only.

    It is that of a rule where it has a header, or where a list of recommendations says so: *is_rule*.
    """
    headed = has_header(kql)
    if not is_query(kql) and not headed:
        return None
    tokens = words(kql)
    query = _outline(kql, tokens)
    if is_rule or headed:
        query = replace(query, rule=header_of(kql) if headed else Header())
    traps = TRAPS if query.is_readable else _OF_ANYTHING
    found = {_finding(kql, trap, hit) for trap in traps for hit in trap.see(query)}
    known = {trap.id for trap in TRAPS} | {CHECK}
    return sorted(allowed(_told_once(found), allowances(kql, tokens), known))


def _told_once(found: Collection[Finding]) -> list[Finding]:
    """Leave out what is general where a trap of its own tells of the same line."""
    lines = {each.line for each in found if each.level == "error" and each.check not in _GENERAL}
    return [each for each in found if each.check not in _GENERAL or each.line not in lines]


def _outline(kql: str, tokens: Sequence[Word]) -> Outline:
    if is_too_much(tokens):
        return Outline(kql, NOTHING, error=KqlError(TOO_MUCH, kql))
    pipe = read_pipe(kql, tokens)
    try:
        return Outline(kql, pipe, check(kql, _TABLES).columns)
    except KqlError as error:
        return Outline(kql, NOTHING if refusing.is_no_kql(error) else pipe, error=error)


def _finding(kql: str, trap: Trap, hit: Hit) -> Finding:
    text = visible(kql[hit.start : hit.end].partition("\n")[0].rstrip())
    return Finding(*place(kql, hit.start), trap.id, trap.level, text, visible(hit.said), trap.instead, hit.is_whole)
