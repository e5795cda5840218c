"""Divides a text into parts: those of the declared vocabulary, and those to replace."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from tenantlint.scrub.guids import guid_parts
from tenantlint.scrub.hosts import bare_host_parts
from tenantlint.scrub.images import image_kind, is_publisher, system_parts
from tenantlint.scrub.keys import Role
from tenantlint.scrub.known_names import key_parts, name_parts
from tenantlint.scrub.parts import Kind, Part
from tenantlint.scrub.regions import is_region, region_parts
from tenantlint.scrub.resource_ids import id_parts, is_id
from tenantlint.scrub.resource_types import is_action, type_parts
from tenantlint.scrub.service_tags import tag_parts
from tenantlint.scrub.urls import email_parts, url_parts
from tenantlint.scrub.words import is_version, word_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Parts = list[Part]

_LONGEST: Final = 512
"""Characters of the longest text in which anything is looked for but ids and URLs, which look after themselves."""
_BETWEEN: Final = re.compile(r"(\s*,\s*|^\s+|\s+$)")
_ADDRESS: Final = re.compile(r"[0-9a-f.:]{2,45}(/\d{1,3})?", re.ASCII | re.IGNORECASE)


def parts_of(text: str, role: Role) -> Parts:
    """Divide *text*, found where texts hold what *role* says. What nobody knows is one part, and to be replaced."""
    if not text.strip():
        return [Part(text, Kind.BLANK)]
    if role in (Role.SECRET, Role.SEALED):
        return [Part(text, Kind.SECRET)]
    return _structured(text) or _BY_ROLE[role](text)


def _structured(text: str) -> Parts | None:
    """Divide what says by its form what it is, wherever it stands."""
    if is_id(text):
        return id_parts(text)
    if "://" in text[:40] and (parts := url_parts(text)):
        return parts
    if len(text) > _LONGEST:
        return [Part(text, Kind.TEXT)]
    return guid_parts(text) or (email_parts(text) if "@" in text else None)


def _value(text: str) -> Parts:
    if kind := word_kind(text):
        return [Part(text, kind)]
    if is_region(text):
        return [Part(text, Kind.REGION)]
    return type_parts(text) or _address(text) or bare_host_parts(text) or _listed(text) or _name(text, Kind.TEXT)


def _name(text: str, kind: Kind = Kind.NAME) -> Parts:
    """Divide a name; where nothing of it is known, it is one part of *kind*."""
    parts = name_parts(text)
    return [Part(text, kind)] if len(parts) == 1 and parts[0].kind is Kind.NAME else parts


def _free(text: str) -> Parts:
    return [Part(text, Kind.TEXT)]


def _key(text: str) -> Parts:
    return key_parts(text) or _free(text)


def _destination(text: str) -> Parts:
    return tag_parts(text) or _value(text)


def _region(text: str) -> Parts:
    return region_parts(text)


def _version(text: str) -> Parts:
    return [Part(text, Kind.NUMBER)] if is_version(text) else _value(text)


def _image(text: str) -> Parts:
    kind = Kind.NUMBER if is_version(text) else image_kind(text)
    return [Part(text, kind)] if kind else _name(text)


def _system(text: str) -> Parts:
    return system_parts(text) or _image(text)


def _publisher(text: str) -> Parts:
    return [Part(text, Kind.IMAGE)] if is_publisher(text) else type_parts(text) or _name(text)


def _action(text: str) -> Parts:
    return [Part(text, Kind.TYPE)] if is_action(text) else _free(text)


def _address(text: str) -> Parts | None:
    if not _ADDRESS.fullmatch(text):
        return None
    try:
        ip_network(text, strict=False)
    except ValueError:
        return None
    return [Part(text, Kind.ADDRESS)]


def _listed(text: str) -> Parts | None:
    """Divide a list of words, as in "Logging, Metrics, AzureServices", or of one; None where no entry is a word."""
    entries = _BETWEEN.split(text)
    kinds = [word_kind(entry) for entry in entries]
    if not any(kinds):
        return None
    return [_entry(entry, kind) for entry, kind in zip(entries, kinds, strict=True) if entry]


def _entry(text: str, kind: Kind | None) -> Part:
    if _BETWEEN.fullmatch(text):
        return Part(text, Kind.STRUCTURE)
    return Part(text, kind or Kind.TEXT)


_BY_ROLE: Final[Mapping[Role, Callable[[str], Parts]]] = {
    Role.VALUE: _value,
    Role.NAME: _name,
    Role.FREE: _free,
    Role.KEY: _key,
    Role.REGION: _region,
    Role.VERSION: _version,
    Role.IMAGE: _image,
    Role.SYSTEM: _system,
    Role.PUBLISHER: _publisher,
    Role.ACTION: _action,
    Role.DESTINATION: _destination,
}
