"""URLs and e-mail addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from tenantlint.scrub.hosts import host_parts
from tenantlint.scrub.parts import Kind, Part, split_words
from tenantlint.scrub.resource_ids import id_parts, is_id, segment_parts

_LONGEST: Final = 8192
_SCHEME: Final = re.compile(
    r"\s*(https?|s?ftp|abfss?|wasbs?|adl|amqps?|sb|tcp|udp|mqtts?|wss?|ldaps?|rediss?|smb|nfs|git|ssh)://",
    re.ASCII | re.IGNORECASE,
)
_PORT: Final = re.compile(r"(?P<host>\[[^]]*\]|[^:]*)(?P<port>:\d{0,5})?", re.ASCII)
_WORDS: Final = split_words("secrets keys certificates")
"""The first segments of what key vaults hold."""
_ENDINGS: Final = split_words(".vhd .vhdx .vmdk .ps1 .psm1 .sh .py .zip .json .exe .msi .txt .xml .yaml .yml .bicep")
_LAST_DOT: Final = re.compile(r"\.[^.]*$")
_EMAIL: Final = re.compile(r"(?P<local>[\w.%+'#~-]{1,128})@(?P<domain>[\w-]{1,63}(\.[\w-]{1,63}){1,9})")
_WITHIN: Final = re.compile(r"(?<![\w.%+'#~-])[\w.%+'#~-]+@[\w-]+(?:\.[\w-]+)+")


def url_parts(text: str) -> list[Part] | None:
    """Return the parts of a URL; None where *text* is none. User, query and fragment are dropped: they open doors."""
    if len(text) > _LONGEST or not _SCHEME.match(text):
        return None
    try:
        url = urlsplit(text)
    except ValueError:
        return None
    user, at, server = url.netloc.rpartition("@")
    parts = [Part(f"{url.scheme}://", Kind.STRUCTURE), Part(f"{user}{at}", Kind.DROPPED), *_server_parts(server)]
    parts += id_parts(url.path) if is_id(url.path) else _path_parts(url.path)
    return [*parts, Part(f"{url.query}{url.fragment}", Kind.DROPPED)]


def email_parts(text: str) -> list[Part] | None:
    """Return the parts of an e-mail address; None where *text* is none."""
    found = _EMAIL.fullmatch(text)
    if not found:
        return None
    return [Part(found["local"], Kind.NAME), Part("@", Kind.STRUCTURE), Part(found["domain"], Kind.HOST)]


def emails_in(text: str) -> list[str]:
    """List the e-mail addresses anywhere in *text*."""
    return _WITHIN.findall(text) if "@" in text else []


def _server_parts(server: str) -> list[Part]:
    found = _PORT.fullmatch(server)
    if not server or not found:
        return [Part(server, Kind.HOST)] if server else []
    host, port = found["host"], found["port"] or ""
    if host[:1] == "[":
        inner = host_parts(host[1:-1])
        return [Part("[", Kind.STRUCTURE), *inner, Part(f"]{port}", Kind.STRUCTURE)]
    return [*(host_parts(host) if host else ()), Part(port, Kind.STRUCTURE)]


def _path_parts(path: str) -> list[Part]:
    found: list[Part] = []
    for at, segment in enumerate(path.split("/")):
        if at:
            found.append(Part("/", Kind.STRUCTURE))
        if at == 1 and segment.lower() in _WORDS:
            found.append(Part(segment, Kind.WORD))
        elif segment:
            found += _file_parts(segment)
    return found


def _file_parts(segment: str) -> list[Part]:
    """Return the parts of a name in a path; how the name of a file ends says what it is, and stays."""
    ending = _LAST_DOT.search(segment)
    if ending and ending.start() and ending[0].lower() in _ENDINGS:
        return [*segment_parts(segment[: ending.start()]), Part(ending[0], Kind.STRUCTURE)]
    return segment_parts(segment)
