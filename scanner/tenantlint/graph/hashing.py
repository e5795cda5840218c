"""Kusto's ``hash()`` of a string: xxhash64, where DuckDB's own function of that name is another.

Anything but a string is refused. Of a time Kusto hashes the ticks of 100 ns, and DuckDB keeps no more than
microseconds; how it hashes numbers and dynamic values, no document says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Hash:
    """A call of ``hash()``: *before* is the query as far as the operator of the call, which starts at *start*."""

    call: ir.FunctionCall
    before: ir.Query
    start: int

    @property
    def query(self) -> ir.Query:
        """A query for what is hashed, and nothing else."""
        hashed = ir.NamedExpr(self.call.args[0], "hashed")
        return replace(self.before, operators=[*self.before.operators, ir.Project((hashed,))])

    def refused(self, message: str, kql: str, *, hint: str = "") -> KqlError:
        """Make the error that says *message* of this call in *kql*."""
        at = find(self.call.name, kql, self.start, called=True)
        return KqlError(f"the local resource graph cannot run {message}", kql, *at, hint=hint)


def hashes_of(query: ir.Query, starts: Sequence[int]) -> Iterator[Hash]:
    """Yield the calls of ``hash()`` in *query* and in the queries inside it; *starts* as in ``check_columns``."""
    for count, (operator, start) in enumerate(zip(query.operators, starts, strict=True)):
        for inner in inner_queries(operator):
            yield from hashes_of(inner, [start] * len(inner.operators))
        before = replace(query, operators=query.operators[:count])
        for node in nodes(operator):
            # The library takes the name of a function in any case.
            if isinstance(node, ir.FunctionCall) and node.name.lower() == HASH.name:
                yield Hash(node, before, start)


def refuse_hashes(query: ir.Query, starts: Sequence[int], kql: str) -> None:
    """Raise ``KqlError`` for a call of ``hash()`` in *query* that cannot be answered as Kusto answers it."""
    for found in hashes_of(query, starts):
        if not 1 <= len(found.call.args) <= len(("source", "mod")):
            raise found.refused(f"hash() with {len(found.call.args)} arguments", kql, hint="it takes one or two")
        if not all(_is_positive(mod) for mod in found.call.args[1:]):
            raise found.refused("hash() modulo anything but a number of 1 or more that is written out", kql)
        if missing := [name for name in _LIBRARIES if find_spec(name) is None]:
            hint = "pip install 'tenantlint[server]'"
            raise found.refused(f"hash() without {' and '.join(missing)}", kql, hint=hint)


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
