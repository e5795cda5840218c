"""The files of an inventory: names that any system can have, the same every time, and each for one resource only."""

from __future__ import annotations

import hashlib
import re
from typing import Final

LONGEST: Final = 180
"""Characters of a path in the inventory: Windows, without further ado, has 260 for all of it."""

_LONGEST_NAME: Final = 64
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(\..*)?")
_OTHER: Final = re.compile(r"[^a-z0-9_-]+")
_RESOURCE: Final = re.compile(r"/subscriptions/([^/]+)/resourcegroups/([^/]+)/providers/([^/]+)/(.+)")
_PAIR: Final = 2


def inventory_path(resource_id: str) -> str:
    """Return the path of the file of a resource: ``<subscription>/<group>/<provider>/<type>/<name>.json``.

    The id may be spelled in any case. A name that no file may have, or that says less than the id does, as that of a
    part of another resource, ends with ``~`` and ten digits that depend on the whole id.
    """
    key = resource_id.lower()
    path = _path(key)
    if len(path) <= LONGEST:
        return path
    return f"{folder_of(_subscription(key))}/_long/{_marked(key.rpartition('/')[2], key)}.json"


def folder_of(subscription: str) -> str:
    """Return the folder of all files of *subscription*; empty is the tenant itself."""
    return _safe(subscription.lower()) if subscription else "_tenant"


def _path(key: str) -> str:
    found = _RESOURCE.fullmatch(key)
    segments = found[4].split("/") if found else []
    if found is None or len(segments) % _PAIR:
        return f"{folder_of(_subscription(key))}/_other/{_marked(key.rpartition('/')[2], key)}.json"
    folders = [folder_of(found[1]), *map(_safe, (found[2], found[3], *segments[::2]))]
    last = segments[-1]
    name = last if len(segments) == _PAIR and _is_safe(last) else _marked(last, key)
    return f"{'/'.join(folders)}/{name}.json"


def _subscription(key: str) -> str:
    segments = key.split("/")
    return segments[2] if segments[:2] == ["", "subscriptions"] and len(segments) > _PAIR else ""


def _safe(segment: str) -> str:
    """Return the name of a folder; one that had to be changed is no other's."""
    return segment if _is_safe(segment) and not segment.endswith(".json") else _marked(segment, segment)


def _is_safe(segment: str) -> bool:
    return bool(len(segment) <= _LONGEST_NAME and _NAME.fullmatch(segment) and not _RESERVED.fullmatch(segment))


def _marked(segment: str, whole: str) -> str:
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{_OTHER.sub('-', segment).strip('-_')[:40] or 'x'}~{digest}"
