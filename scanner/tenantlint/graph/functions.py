"""What of the library's functions the local resource graph has, mends and adds.

All that is dynamic is JSON: the library leaves some arrays as lists of the database, whose text is another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from duckdb_kql.translate.functions import AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS, FunctionSpec

from tenantlint.graph.arguments import KNOWN
from tenantlint.graph.hashing import HASH

_JSON_NULL: Final = "({0} IS NULL OR (typeof({0}) = 'JSON' AND CAST({0} AS VARCHAR) = 'null'))"

_STRINGS: Final = r'"(?:[^"\\]|\\.)*"'
_LAX: Final = r"(?i)nan|inf|,\s*[\]}}]|[0-9]e\+?[0-9]{{3}}"
"""What the database takes for JSON outside of strings, and nobody else does."""
_PARSED: Final = f"""CASE WHEN regexp_matches(regexp_replace({{0}}, '{_STRINGS}', '""', 'g'), '{_LAX}')
    THEN to_json({{0}}) ELSE coalesce(TRY_CAST({{0}} AS JSON), to_json(nullif({{0}}, ''))) END"""
"""Text that is no JSON becomes a dynamic value that holds the text."""

_SPLIT_AT: Final = "to_json(list_slice(str_split({0}, {1}), {2} + 1, {2} + 1))"

_CONCAT: Final = "to_json(list_concat(CAST(to_json({0}) AS JSON[]), CAST(to_json({1}) AS JSON[])))"

_ELEMENTS: Final = """(CASE WHEN json_type({0}) = 'OBJECT' THEN to_json(list_transform(
    map_entries(TRY_CAST({0} AS MAP(VARCHAR, JSON))), lambda _e: PAIR(_e.key, _e.value))) ELSE {0} END)"""
"""An array of what ``mv-expand`` makes of a bag; the library looks each key up, and fails on one with a quote."""

_LONG: Final = """(CASE WHEN {0} BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST({0} AS BIGINT)
    ELSE error('a sum that no long can hold') END)"""

_ADDED: Final = (
    HASH,
    FunctionSpec("tenantlint_long", "template", _LONG, (1,)),
    FunctionSpec("tenantlint_array", "template", "(CASE WHEN json_type({0}) = 'ARRAY' THEN {0} END)", (1,)),
    FunctionSpec("tenantlint_concat", "template", _CONCAT, (2,)),
    FunctionSpec("tenantlint_bags", "template", _ELEMENTS.replace("PAIR", "json_object"), (1,)),
    FunctionSpec("tenantlint_filled", "template", "nullif({0}, '')", (1,)),
    FunctionSpec("tenantlint_pairs", "template", _ELEMENTS.replace("PAIR", "json_array"), (1,)),
    FunctionSpec("tenantlint_present", "template", "(CASE WHEN json_type({0}) <> 'NULL' THEN {0} END)", (1,)),
    FunctionSpec("tenantlint_split_at", "template", _SPLIT_AT, (3,)),
    FunctionSpec("string_size", "native", "strlen({0})", (1,)),  # of DuckDB's the one that counts bytes
    FunctionSpec(
        "bag_keys", "template", "(CASE WHEN json_type({0}) = 'OBJECT' THEN to_json(json_keys({0})) END)", (1,)
    ),
)

_FORMS: Final = ("bin", "case", "datetime_add", "datetime_diff", "datetime_part", "strcat_array")
"""Functions that the library writes out by itself and knows as such nowhere but in expressions without aggregates."""

_MENDED: Final = {
    "isnull": _JSON_NULL,
    "isnotnull": f"(NOT {_JSON_NULL})",
    "notnull": f"(NOT {_JSON_NULL})",
    "parse_json": _PARSED,
    "todynamic": _PARSED,
    "split": "to_json(str_split({0}, {1}))",
}

_LIST: Final = "to_json(coalesce(list({0}) FILTER (WHERE {0} IS NOT NULL), []))"
_SET: Final = """to_json(coalesce(list_distinct(flatten(list(
    CASE WHEN typeof({0}) = 'JSON' AND json_type(TRY_CAST({0} AS JSON)) = 'ARRAY' THEN CAST(to_json({0}) AS JSON[])
    ELSE [to_json({0})] END) FILTER (WHERE {0} IS NOT NULL))), []))"""
"""The elements of arrays are collected, and of anything else the values; a text is no array, whatever it spells."""


def correct_functions() -> None:
    """Make the library's functions those that are known here: what answers otherwise than Kusto is left out."""
    for spec in _ADDED:
        SCALAR_FUNCTIONS[spec.name] = spec
    for name in _FORMS:
        SCALAR_FUNCTIONS[name] = FunctionSpec(name, "template", "")
    for name, template in _MENDED.items():
        SCALAR_FUNCTIONS[name] = replace(SCALAR_FUNCTIONS[name], template=template)
    SCALAR_FUNCTIONS["extract"] = replace(SCALAR_FUNCTIONS["extract"], arities=(3,))  # the fourth is a type
    for name, template in (("make_list", _LIST), ("make_set", _SET)):
        AGGREGATE_FUNCTIONS[name] = replace(AGGREGATE_FUNCTIONS[name], template=template)
    for name in SCALAR_FUNCTIONS.keys() - KNOWN - {spec.name for spec in _ADDED}:
        del SCALAR_FUNCTIONS[name]
