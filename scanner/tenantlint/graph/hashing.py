"""Kusto's ``hash()`` of a string: xxhash64, where DuckDB's own function of that name is another.

Anything but a string is refused. Of a time Kusto hashes the ticks of 100 ns, and DuckDB keeps no more than
microseconds; how it hashes numbers and dynamic values, no document says.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from duckdb_kql import ir
from duckdb_kql.translate.functions import FunctionSpec

from tenantlint.errors import KqlError
from tenantlint.graph.columns import inner_queries, nodes
from tenantlint.graph.spelling import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

HASH: Final = FunctionSpec("hash", "udf", "kusto_hash({})")
"""What the library is to make of a call. There is no number of arguments: :func:`refuse_hashes` counts them."""

# No string is null in Kusto: what is one in DuckDB hashes as an empty one, so that each row has its part.
# The remainder is never negative, as Kusto's % is not.
_MACRO: Final = """
CREATE TEMP MACRO kusto_hash
    (source) AS kusto_xxhash64(coalesce(source, '')),
    (source, divisor) AS (kusto_xxhash64(coalesce(source, '')) % divisor + divisor) % divisor
"""

_LIBRARIES: Final = ("numpy", "xxhash")  # DuckDB calls no Python without numpy
_LARGEST_INT: Final = 2**31 - 1


def has_hashes(query: ir.Query) -> bool:
    """Tell whether *query* calls ``hash()``, or a query inside it does."""
    return any(True for _ in _hashes_of(query, [0] * len(query.operators)))


def refuse_hashes(query: ir.Query, starts: Sequence[int], kql: str) -> None:
    """Raise ``KqlError`` for a call of ``hash()`` in *query* that cannot be answered as Kusto answers it.

    *starts* as in ``check_columns``.
    """
    for call, start in _hashes_of(query, starts):
        at = find(call.name, kql, start, called=True)
        for reason, hint in _reasons(call.args):
            raise KqlError(f"the local resource graph cannot run {reason}", kql, *at, hint=hint)


def _hashes_of(query: ir.Query, starts: Sequence[int]) -> Iterator[tuple[ir.FunctionCall, int]]:
    for operator, start in zip(query.operators, starts, strict=True):
        for inner in inner_queries(operator):
            yield from _hashes_of(inner, [start] * len(inner.operators))
        for node in nodes(operator):
            # The library takes the name of a function in any case.
            if isinstance(node, ir.FunctionCall) and node.name.lower() == HASH.name:
                yield node, start


def _reasons(args: Sequence[ir.Expr]) -> Iterator[tuple[str, str]]:
    if not 1 <= len(args) <= len(("source", "mod")):
        yield f"hash() with {len(args)} arguments", "it takes one or two"
    if not all(_is_positive(mod) for mod in args[1:]):
        yield "hash() modulo anything but a number of 1 or more that is written out", ""
    if missing := [name for name in _LIBRARIES if find_spec(name) is None]:
        yield f"hash() without {' and '.join(missing)}", "pip install 'tenantlint[server]'"


def provide_hash(connection: duckdb.DuckDBPyConnection) -> None:
    """Let *connection* run what :data:`HASH` becomes. Close it: the interpreter's end complains of it otherwise."""
    from xxhash import xxh64_intdigest  # noqa: PLC0415 - the only queries to need it are those that hash

    def signed(text: str) -> int:
        digest = xxh64_intdigest(text.encode())
        return digest - 2**64 if digest >= 2**63 else digest

    connection.create_function("kusto_xxhash64", signed, ["VARCHAR"], "BIGINT")
    connection.execute(_MACRO)


def _is_positive(mod: ir.Expr) -> bool:
    value = mod.value if isinstance(mod, ir.Literal) and mod.kind in {"int", "long"} else None
    return isinstance(value, int) and 1 <= value <= _LARGEST_INT
