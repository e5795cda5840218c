"""GUIDs, in whatever spelling: with dashes, with braces around them, or as 32 digits."""

from __future__ import annotations

import re
from typing import Final

from tenantlint.scrub.known_guids import KNOWN_GUIDS
from tenantlint.scrub.parts import Kind, Part

_DASHED: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_GUID: Final = re.compile(rf"{_DASHED}|[0-9a-f]{{32}}", re.IGNORECASE)
_WITHIN: Final = re.compile(rf"(?<![0-9a-f])(?:{_DASHED}|[0-9a-f]{{32}})(?![0-9a-f])", re.IGNORECASE)
_LENGTHS: Final = frozenset({32, 36, 34, 38})
_KNOWN: Final = KNOWN_GUIDS | {guid.replace("-", "") for guid in KNOWN_GUIDS}


def guid_parts(text: str) -> list[Part] | None:
    """Return the parts of a GUID, maybe in braces; None where *text* is none."""
    if len(text) not in _LENGTHS:
        return None
    if text[0] == "{" and text[-1] == "}":
        inner = guid_parts(text[1:-1])
        return inner and [Part("{", Kind.STRUCTURE), *inner, Part("}", Kind.STRUCTURE)]
    return [Part(text, _kind(text))] if _GUID.fullmatch(text) else None


def unknown_guids(text: str) -> list[str]:
    """List the GUIDs anywhere in *text* that are not the same in every tenant: in lower case, without dashes."""
    found = (match[0].lower().replace("-", "") for match in _WITHIN.finditer(text))
    return [guid for guid in found if guid not in _KNOWN]


def _kind(guid: str) -> Kind:
    return Kind.KNOWN_GUID if guid.lower() in _KNOWN else Kind.GUID
