"""The functions that the local resource graph has: what they take and what they give.

Those that read their arguments by rules of their own are in ``arguments``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from tenantlint.graph.kinds import Kind

Takes: TypeAlias = Literal["any", "array", "bool", "dynamic", "number", "string", "text", "time", "span", "when"]
"""What an argument may be.

``array`` is a dynamic value that is null unless it is an array; ``text`` is a string or a dynamic value, which is then
read as its text; ``string`` is a string alone; ``when`` is a datetime or something that can be read as one.
"""


class Signature(NamedTuple):
    """What a function takes (the last for any argument beyond), and what it gives: ``same`` is its first argument's."""

    takes: tuple[Takes, ...]
    gives: Kind | Literal["same"]


_TABLE: Final[tuple[tuple[tuple[Takes, ...], Kind | Literal["same"], str], ...]] = (
    (("any",), "string", "tostring gettype strcat strcat_delim reverse hash_md5 hash_sha1 hash_sha256"),
    (("text",), "string", "tolower toupper"),
    (("text", "number"), "string", "substring"),
    (("dynamic", "any"), "string", "strcat_array"),
    (("string",), "string", "replace_string replace_regex trim trim_start trim_end parse_ipv6"),
    (("string",), "string", "base64_encode_tostring base64_decode_tostring base64_encodestring base64_decodestring"),
    (("string", "number"), "string", "strrep"),
    (("string", "number", "string"), "string", "extract"),
    (("time", "string"), "string", "format_datetime"),
    (("string", "any"), "dynamic", "extract_all"),
    (("string",), "dynamic", "parse_url"),
    (("any",), "dynamic", "pack_array pack bag_pack"),
    (("array",), "dynamic", "array_reverse zip"),
    (("dynamic",), "dynamic", "bag_keys"),
    (("array", "number"), "dynamic", "array_slice"),
    (("array", "any"), "bool", "set_has_element"),
    (("array", "any"), "long", "array_index_of"),
    (("dynamic",), "long", "array_length"),
    (("array",), "real", "array_sum"),
    (("any",), "bool", "isnull isnotnull notnull isempty isnotempty"),
    (("number",), "bool", "isnan isfinite isinf"),
    (("text",), "long", "strlen string_size indexof"),
    (("string",), "long", "countof parse_ipv4"),
    (("any",), "int", "toint"),
    (("any",), "long", "tolong"),
    (("any",), "real", "todouble toreal"),
    (("text",), "guid", "toguid"),
    (("when",), "datetime", "todatetime"),
    (("any",), "timespan", "totimespan timespan"),
    (("number",), "same", "abs ceiling"),
    (("number",), "real", "exp exp2 exp10 log log2 log10 sqrt pow round sign gamma degrees radians pi"),
    (("number",), "real", "sin cos tan cot asin acos atan atan2"),
    (("number",), "long", "binary_and binary_or binary_xor binary_not binary_shift_left binary_shift_right"),
    (("span",), "datetime", "now ago"),
    (("time", "number"), "datetime", "startofday startofweek startofmonth startofyear"),
    (("time", "number"), "datetime", "endofday endofweek endofmonth endofyear"),
    (("number",), "datetime", "make_datetime"),
    (("string", "number", "time"), "datetime", "datetime_add"),
    (("number",), "timespan", "make_timespan"),
    (("time",), "timespan", "dayofweek"),
    (("string", "time"), "long", "datetime_diff"),
    (("string", "time"), "int", "datetime_part"),
    (("time",), "int", "getyear getmonth monthofyear dayofmonth dayofyear hourofday weekofyear week_of_year"),
    # Aggregates.
    (("any",), "long", "count"),
    (("bool",), "long", "countif"),
    (("number", "bool"), "real", "avg avgif stdev stdevif variance varianceif"),
)

SIGNATURES: Final = {name: Signature(takes, gives) for takes, gives, names in _TABLE for name in names.split()}
