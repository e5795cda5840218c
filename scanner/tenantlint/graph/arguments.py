"""Reads calls of functions: what each argument is taken for, and the type of what comes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Final, TypeAlias

from duckdb_kql import ir

from tenantlint.graph.arity import check_arity
from tenantlint.graph.kinds import KEYS, NUMBERS, TIMES, Kind, MistypedError, Typed, article, as_kind, call, common
from tenantlint.graph.signatures import SIGNATURES, Takes

if TYPE_CHECKING:
    from collections.abc import Sequence

Read: TypeAlias = Callable[[str, list[Typed]], Typed]

_TAKEN: Final[dict[Takes, frozenset[Kind]]] = {
    "array": frozenset({"dynamic"}),
    "bool": frozenset({"bool"}),
    "dynamic": frozenset({"dynamic"}),
    "number": NUMBERS,
    "span": frozenset({"timespan"}),
    "string": frozenset({"string"}),
    "text": frozenset({"string"}),
    "time": frozenset({"datetime"}),
    "when": frozenset({"datetime", "dynamic", "string"}),
}


def read_call(name: str, args: list[Typed]) -> Typed:
    """Read the call of the function *name*. Raises ``MistypedError``."""
    check_arity(name, len(args))
    special = _SPECIAL.get(name.lower())
    if special is not None and args:
        return special(name, args)
    signature = SIGNATURES.get(name.lower())
    if signature is None:
        raise MistypedError(name, f"'function:{name}'", called=True)
    last = len(signature.takes) - 1
    taken = [_taken(name, arg, signature.takes[min(at, last)]) for at, arg in enumerate(args)]
    gives = signature.gives if signature.gives != "same" else taken[0].kind if taken else "long"
    return Typed(_called(name, taken), gives)


def _taken(name: str, arg: Typed, takes: Takes) -> Typed:
    """Read *arg* as an argument that *takes* what it may be."""
    if takes == "any":
        return arg
    if takes == "text":
        arg = as_kind(arg, "string")
    if arg.kind not in _TAKEN[takes]:
        raise MistypedError(name, f"{name}() of {article([arg.kind])}: cast it", called=True)
    return Typed(call("tenantlint_array", arg.expr), "dynamic") if takes == "array" else arg


def _called(name: str, args: Sequence[Typed]) -> ir.FunctionCall:
    return ir.FunctionCall(name, tuple(arg.expr for arg in args))


def _iff(name: str, args: list[Typed]) -> Typed:
    """``iff(condition, then, else)``, and ``case(condition, then, …, else)``."""
    conditions, branches = args[:-1:2], [*args[1::2], args[-1]]
    for condition in conditions:
        if condition.kind != "bool":
            raise MistypedError(name, f"{name}() on {article([condition.kind])}: compare it", called=True)
    branches, kind = common(name, branches)
    both = [side for pair in zip(conditions, branches, strict=False) for side in pair]
    return Typed(_called(name, [*both, branches[-1]]), kind)


def _coalesce(name: str, args: list[Typed]) -> Typed:
    args, kind = common(name, args)
    if kind == "dynamic":  # null is null, whether it is absent or written out
        args = [Typed(call("tenantlint_present", arg.expr), kind) for arg in args]
    return Typed(_called(name, args), kind)


def _largest(name: str, args: list[Typed]) -> Typed:
    args = [_taken(name, arg, "number") for arg in args]
    return Typed(_called(name, args), "real" if any(arg.kind == "real" for arg in args) else "long")


def _sum(name: str, args: list[Typed]) -> Typed:
    """Give a long for whole numbers: the database adds them up to one of 128 bits, which no answer can hold."""
    taken = [_taken(name, args[0], "number"), *(_taken(name, arg, "bool") for arg in args[1:])]
    if args[0].kind == "real":
        return Typed(_called(name, taken), "real")
    return Typed(call("tenantlint_long", _called(name, taken)), "long")


def _bin(name: str, args: list[Typed]) -> Typed:
    kinds = {arg.kind for arg in args}
    if "timespan" in kinds and kinds <= TIMES:
        return Typed(_called(name, args), args[0].kind)
    return _largest(name, args)


def _parse_json(name: str, args: list[Typed]) -> Typed:
    """``parse_json`` of what is dynamic already gives it back."""
    return args[0] if args[0].kind == "dynamic" else Typed(_called(name, [_taken(name, args[0], "text")]), "dynamic")


def _split(name: str, args: list[Typed]) -> Typed:
    """``split`` with a third argument gives that part alone, in an array of its own."""
    taken = [_taken(name, args[0], "text"), *(_taken(name, arg, "string") for arg in args[1:2])]
    taken += [_taken(name, arg, "number") for arg in args[2:]]
    return Typed(_called("tenantlint_split_at" if args[2:] else name, taken), "dynamic")


def _concat(name: str, args: list[Typed]) -> Typed:
    taken = [_taken(name, arg, "array").expr for arg in args]
    return Typed(reduce(lambda left, right: call("tenantlint_concat", left, right), taken), "dynamic")


def _replace(name: str, args: list[Typed]) -> Typed:
    """``replace(regex, by, text)`` is the old way to write ``replace_regex(text, regex, by)``."""
    taken = [_taken(name, arg, "string") for arg in args]
    return Typed(_called("replace_regex", [*taken[2:3], *taken[:2]]), "string")


def _not(name: str, args: list[Typed]) -> Typed:
    """``not`` takes a dynamic value, too: what is neither true nor false stays null."""
    return Typed(_called(name, [_taken(name, as_kind(arg, "bool"), "bool") for arg in args]), "bool")


def _tobool(name: str, args: list[Typed]) -> Typed:
    return Typed(_called(name, [as_kind(arg, "string") for arg in args]), "bool")


def _collected(name: str, args: list[Typed]) -> Typed:
    """``make_list`` and ``make_set`` leave out nulls, and times stand in arrays as text."""
    what = args[0]
    if what.kind == "dynamic":
        what = Typed(call("tenantlint_present", what.expr), what.kind)
    elif what.kind in {"datetime", "timespan"}:
        what = Typed(call("tenantlint_filled", call("tostring", what.expr)), "string")
    return Typed(_called(name, [what, *args[1:]]), "dynamic")


def _ranked(name: str, args: list[Typed]) -> Typed:
    _refuse_dynamic(args[0])
    return _picked(name, args)


def _picked(name: str, args: list[Typed]) -> Typed:
    """Of no rows at all there is no value; but no string is null."""
    picked, kind = _called(name, args), args[0].kind
    return Typed(call("coalesce", picked, ir.Literal("", "string")) if kind == "string" else picked, kind)


def _counted(name: str, args: list[Typed]) -> Typed:
    _refuse_dynamic(args[0])
    return Typed(_called(name, args), "long")


def _hash(name: str, args: list[Typed]) -> Typed:
    if args[0].kind != "string":
        reason = "hash() of anything but a string"
        raise MistypedError(name, reason, called=True, hint="cast it, as in tostring(…)")
    return Typed(_called(name, args), "long")


def _refuse_dynamic(arg: Typed) -> None:
    if arg.kind == "dynamic":
        raise MistypedError("", KEYS)


_SPECIAL: Final[dict[str, Read]] = {
    **dict.fromkeys(("iff", "iif", "case"), _iff),
    **dict.fromkeys(("max_of", "min_of"), _largest),
    **dict.fromkeys(("bin", "floor"), _bin),
    **dict.fromkeys(("parse_json", "todynamic"), _parse_json),
    **dict.fromkeys(("sum", "sumif"), _sum),
    **dict.fromkeys(("tobool", "toboolean"), _tobool),
    **dict.fromkeys(("make_list", "make_set"), _collected),
    **dict.fromkeys(("dcount", "dcountif"), _counted),
    **dict.fromkeys(("max", "min", "arg_max", "arg_min", "percentile"), _ranked),
    **dict.fromkeys(("any", "take_any"), _picked),
    "array_concat": _concat,
    "coalesce": _coalesce,
    "hash": _hash,
    "not": _not,
    "replace": _replace,
    "split": _split,
}

KNOWN: Final = SIGNATURES.keys() | _SPECIAL.keys()
"""The names of all functions, in lower case."""
