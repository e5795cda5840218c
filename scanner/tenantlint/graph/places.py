"""Finds which of several signs that are spelled alike is meant: the second ``==`` of a condition, the third call."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from duckdb_kql import ir

from tenantlint.graph.spelling import find, place, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.graph.kinds import MistypedError


def place_of(error: MistypedError, operator: ir.Operator, kql: str, start: int, end: int) -> tuple[int, int]:
    """Return where in *operator*, which *kql* has from *start* to *end*, the sign is of which *error* tells.

    It is the first that is spelled so where the tree has not as many of them as the text.
    """
    signs = [node for node in _as_written(operator) if _sign(node) == error.sign]
    places = _places(error, kql, start, end)
    at = next((at for at, node in enumerate(signs) if node is error.node), None)
    if at is None or len(signs) != len(places):
        return find(error.sign, kql, start, called=error.called)
    return place(kql, places[at])


def _places(error: MistypedError, kql: str, start: int, end: int) -> list[int]:
    tokens = words(kql)
    return [
        word.start
        for before, word, after in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False)
        if start <= word.start < end
        and word.text == error.sign
        and not (before is not None and before.type == "DOT")
        and (after is not None and after.type == "OPENPAREN") >= error.called
    ]


def _as_written(node: object) -> Iterator[object]:
    """Walk everything below *node*, queries inside it too, in the order in which the signs of it are written."""
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _as_written(item)
    elif isinstance(node, ir.BinaryOp):
        yield from _as_written(node.left)
        yield node
        yield from _as_written(node.right)
    elif isinstance(node, ir.Node):
        yield node
        if dataclasses.is_dataclass(node):
            for field in dataclasses.fields(node):
                yield from _as_written(getattr(node, field.name))


def _sign(node: object) -> str:
    """Return how *node* shows in a query, where that is known."""
    if isinstance(node, ir.BinaryOp):
        return node.op
    return node.name if isinstance(node, ir.FunctionCall) else ""
