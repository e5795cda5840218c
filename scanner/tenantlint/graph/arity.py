"""How many arguments functions take: the engine drops some of too many, and does without some that are missing."""

from __future__ import annotations

from typing import Final

from duckdb_kql.translate.functions import AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS

from tenantlint.graph.kinds import MistypedError

_TAKEN: Final[dict[str, tuple[int, ...]]] = {
    "bin": (2,),
    "datetime_add": (3,),
    "datetime_diff": (3,),
    "datetime_part": (2,),
    "extract": (3,),
    "floor": (2,),
    "iff": (3,),
    "iif": (3,),
    "split": (2, 3),
    "strcat_array": (2,),
}
"""Where it is other than the library says."""

_LEAST: Final = 3
"""``case`` takes a condition, what it gives, and what else there is; and any number of pairs before."""


def check_arity(name: str, given: int) -> None:
    """Raise ``MistypedError`` where the function *name* does not take *given* arguments."""
    if name.lower() == "case":
        if given < _LEAST or not given % 2:
            reason = f"case() with {_arguments(given)}: conditions with what they give, and then what else there is"
            raise MistypedError(name, reason, called=True)
        return
    taken = _taken(name.lower())
    if taken and given not in taken:
        expected = " or ".join(map(str, taken))
        raise MistypedError(name, f"{name}() with {_arguments(given)}: here it takes {expected}", called=True)


def _taken(name: str) -> tuple[int, ...]:
    """Return how many arguments *name* may have; nothing where it may have any number."""
    spec = SCALAR_FUNCTIONS.get(name) or AGGREGATE_FUNCTIONS.get(name)
    return _TAKEN.get(name, spec.arities if spec else ())


def _arguments(count: int) -> str:
    return f"{count} argument" if count == 1 else f"{count or 'no'} arguments"
