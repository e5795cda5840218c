"""Refuses what no row can ever make sense of: functions that are not there, and values whose types never meet."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

import orjson
from jmespath.functions import Functions

if TYPE_CHECKING:
    from tenantlint.model import Json
    from tenantlint.paths import Node

_SIGNATURES: Final = {name: entry["signature"] for name, entry in Functions.FUNCTION_TABLE.items()}
_SIGNS: Final = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "==", "ne": "!="}
_TYPES: Final = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
_MADE: Final = {
    "array": {"keys", "map", "sort", "sort_by", "to_array", "values", "multi_select_list", "projection", "flatten"}
    | {"filter_projection", "value_projection"},
    "boolean": {"contains", "ends_with", "starts_with", "comparator", "not_expression"},
    "number": {"abs", "avg", "ceil", "floor", "length", "sum", "to_number"},
    "object": {"merge", "multi_select_dict"},
    "string": {"join", "to_string", "type"},
    "expref": {"expref"},
}
_TYPE_MADE: Final = {maker: made for made, makers in _MADE.items() for maker in makers}


def type_of(value: Json) -> str:
    """Return what JMESPath calls the type of *value*."""
    return _TYPES.get(type(value), "null")


def check_types(node: Node) -> None:
    """Raise ``ValueError`` where a function or a comparison in *node* cannot mean anything, whatever the row holds."""
    children = [child for child in node["children"] if isinstance(child, dict)]  # the bounds of a slice are numbers
    if node["type"] == "function_expression":
        _check_function(node["value"], children)
        children = [child["children"][0] if child["type"] == "expref" else child for child in children]
    for child in children:
        check_types(child)
    if node["type"] == "comparator":
        _check_comparison(_SIGNS[node["value"]], *children)
    elif node["type"] == "slice" and 0 in node["children"][2:]:
        raise ValueError("the step of a slice cannot be zero")
    elif node["type"] == "expref":
        raise ValueError("'&' is for what functions such as sort_by() ask of each element")


def _check_function(name: str, given: list[Node]) -> None:
    signature = _SIGNATURES.get(name)
    if signature is None:
        close = difflib.get_close_matches(name, _SIGNATURES, n=1)
        raise ValueError(f"JMESPath has no function {name}()" + (f": did you mean {close[0]}()?" if close else ""))
    is_variadic = bool(signature) and bool(signature[-1].get("variadic"))
    if len(given) < len(signature) or (len(given) > len(signature) and not is_variadic):
        raise ValueError(f"{name}() takes {len(signature)} arguments, not {len(given)}")
    for argument, wanted in zip(given, signature, strict=False):
        allowed = {each.partition("-")[0] for each in wanted["types"]}
        found = _type(argument)
        if (found and allowed and found not in allowed) or (allowed == {"expref"} != {found}):
            raise ValueError(f"{name}() cannot take {_said(argument)}")


def _check_comparison(sign: str, left: Node, right: Node) -> None:
    types = _type(left), _type(right)
    if sign in ("==", "!="):
        if all(types) and types[0] != types[1] and "null" not in types:
            raise ValueError(f"{_said(left)} {sign} {_said(right)}: values of two types are never equal")
        return
    for operand, found in zip((left, right), types, strict=True):
        if found not in ("", "number"):
            raise ValueError(f"{sign!r} is for numbers, and cannot take {_said(operand)}")


def _type(node: Node) -> str:
    """Return the type of all that *node* can give, where that is known before there is a row; otherwise nothing."""
    if node["type"] == "literal":
        return type_of(node["value"])
    return _TYPE_MADE.get(node["value"] if node["type"] == "function_expression" else node["type"], "")


def _said(node: Node) -> str:
    if node["type"] == "literal":
        return f"{orjson.dumps(node['value']).decode():.80}"
    if node["type"] == "function_expression":
        return f"{node['value']}()"
    return f"an {found}" if (found := _type(node))[:1] in tuple("aeo") and found else f"a {found or 'property'}"
