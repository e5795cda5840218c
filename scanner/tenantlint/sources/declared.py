"""Resources as infrastructure code declares them, and what of an id tells which declaration is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from tenantlint.sources.places import Place

TypeAndName: TypeAlias = "tuple[str, str]"
"""``("microsoft.compute/virtualmachines/extensions", "web/agent")``, in lower case."""

TRACE_TAG: Final = "yor_trace"
_TRACE: Final = re.compile(r"""\byor_trace["']?\s*[=:]\s*["']([^"'\s]{1,200})["']""")
_LITERAL_TYPE: Final = re.compile(r"[\w.]+(/[\w.]+)+", re.ASCII)
_PAIR: Final = 2


class Declared(NamedTuple):
    """A declaration: its place, the type and name in lower case where both are literal, and its `yor_trace` tags.

    ``type`` is the type where it is literal, also if the name is not; else empty.
    """

    place: Place
    named: TypeAndName | None
    traces: frozenset[str]
    type: str = ""


def traces_in(lines: list[str], place: Place) -> frozenset[str]:
    """Return the values of `yor_trace` that are written on the lines of *place*."""
    return frozenset(_TRACE.findall("\n".join(lines[place.line - 1 : place.end_line])))


def type_and_name(resource_id: str) -> TypeAndName | None:
    """Return the type and the name that *resource_id* ends with; None where it names no resource of a provider."""
    segments = resource_id.lower().strip("/").split("/")
    if "providers" not in segments:
        return None
    at = len(segments) - 1 - segments[::-1].index("providers")
    namespace, pairs = segments[at + 1 : at + 2], segments[at + 2 :]
    if not pairs or len(pairs) % _PAIR or not all(pairs) or not namespace[0]:
        return None
    return "/".join([*namespace, *pairs[::2]]), "/".join(pairs[1::2])


def literal_type(type_: str) -> str:
    """Return *type_* of a template in lower case; empty where it is an expression, or only a part of a type."""
    return type_.lower() if "." in type_ and _LITERAL_TYPE.fullmatch(type_) else ""


def named(type_: str, name: str) -> TypeAndName | None:
    """Return *type_* and *name* of a template in lower case; None where one is an expression or they do not fit."""
    if not literal_type(type_) or type_.count("/") != name.count("/") + 1:
        return None
    if name.startswith("[") or "${" in name or not all(name.split("/")):
        return None
    return type_.lower(), name.lower()
