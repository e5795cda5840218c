"""Ids of resources, segment by segment."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from tenantlint.scrub.images import image_kind, is_publisher
from tenantlint.scrub.known_names import name_parts
from tenantlint.scrub.parts import Kind, Part, split_words
from tenantlint.scrub.regions import region_parts
from tenantlint.scrub.resource_types import is_namespace, is_type
from tenantlint.scrub.words import is_version

_PROVIDERS: Final = "providers"
_SCOPES: Final = split_words("subscriptions resourcegroups tenants managementgroups locations tagnames tagvalues")
_STARTS: Final = split_words("subscriptions resourcegroups tenants providers")
_OF_IMAGES: Final = split_words("publishers artifacttypes offers skus versions")
_LONGEST: Final = 4096


def is_id(text: str) -> bool:
    """Tell whether *text* looks like the id of a resource or of a scope; the slash before it may be missing."""
    start = text[: len("/resourcegroups/")].lower().lstrip("/")
    head, slash, _ = start.partition("/")
    return head in _STARTS and (bool(slash) or text[0] == "/") and len(text) <= _LONGEST


def id_parts(text: str) -> list[Part]:
    """Return the parts of an id. Slashes stay wherever they are: also two in a row and those at the end."""
    return _Reader(text.split("/")).parts()


def segment_parts(segment: str) -> list[Part]:
    """Return the parts of a name as it stands in an id or a URL, where it may be percent-encoded."""
    if "%" in segment and unquote(segment) != segment:
        return [Part(segment, Kind.ENCODED)]
    return name_parts(segment)


def decoded_parts(segment: str) -> list[Part]:
    """Return the parts of the name that a percent-encoded *segment* stands for. It is decoded once, as by a server."""
    return name_parts(unquote(segment))


class _Reader:
    """Reads the segments of one id: after ``providers`` comes a namespace, else a type and a name take turns."""

    def __init__(self, segments: list[str]) -> None:
        self._segments = segments
        self._namespace = ""  # of the provider whose types come next; empty outside of one that is known
        self._type: str | None = None  # whose name comes next

    def parts(self) -> list[Part]:
        found: list[Part] = []
        starts_provider = False
        for at, segment in enumerate(self._segments):
            found.append(Part("/", Kind.STRUCTURE))
            if starts_provider:
                found += self._take_namespace(segment)
                starts_provider = False
            elif self._is_keyword(at):
                found.append(Part(segment, Kind.STRUCTURE))
                self._type, starts_provider = None, True
            elif self._type is None:
                found += self._take_type(segment)
            else:
                found += _named(self._type, segment) if segment else ()
                self._type = None
        return found[1:]

    def _is_keyword(self, at: int) -> bool:
        """Tell whether a segment announces a provider; a resource group may be called so as well."""
        if self._segments[at].lower() != _PROVIDERS:
            return False
        return self._type is None or is_namespace("".join(self._segments[at + 1 : at + 2]))

    def _take_namespace(self, segment: str) -> list[Part]:
        self._namespace = segment if is_namespace(segment) else ""
        return [Part(segment, Kind.TYPE)] if self._namespace else segment_parts(segment)

    def _take_type(self, segment: str) -> list[Part]:
        if not segment:  # two slashes in a row, or one at the end
            return []
        self._type = segment.lower()
        known = is_type(self._namespace, segment) if self._namespace else self._type in _SCOPES
        return [Part(segment, Kind.TYPE)] if known else segment_parts(segment)


def _named(type_: str, segment: str) -> list[Part]:
    """Return the parts of the name of something of a type, given in lower case."""
    if type_ == "locations":
        return region_parts(segment)
    if type_ in _OF_IMAGES and _is_of_image(type_, segment):
        return [Part(segment, Kind.IMAGE)]
    return segment_parts(segment)


def _is_of_image(type_: str, segment: str) -> bool:
    if type_ == "publishers":
        return is_publisher(segment)
    if type_ == "artifacttypes":
        return segment.lower() == "vmimage"
    return is_version(segment) if type_ == "versions" else image_kind(segment) is not None
