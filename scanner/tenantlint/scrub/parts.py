"""What a text is made of: parts that are kept, because everybody has them, and parts that are replaced."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a part of a text is, and so what becomes of it. The values are the words of a report."""

    STRUCTURE = "structure"
    KNOWN_NAME = "well-known name"
    KNOWN_GUID = "well-known GUID"
    TYPE = "resource type or action"
    WORD = "word of the service"
    REGION = "region"
    IMAGE = "marketplace image"
    MOMENT = "date or duration"
    NUMBER = "number or version"
    CLOUD_HOST = "host of a cloud"

    NAME = "name"
    ENCODED = "percent-encoded name"
    TEXT = "text"
    GUID = "GUID"
    HOST = "host"
    ADDRESS = "IP address"
    PLACE = "unknown region"
    SECRET = "secret"  # noqa: S105 - a word for a report, no secret
    BLANK = "blank"
    DROPPED = "query or user of a URL"


class Part(NamedTuple):
    """A piece of a text and what it is. The pieces of a text stand in its order."""

    text: str
    kind: Kind


KEPT: Final = frozenset(
    {
        Kind.STRUCTURE,
        Kind.KNOWN_NAME,
        Kind.KNOWN_GUID,
        Kind.TYPE,
        Kind.WORD,
        Kind.REGION,
        Kind.IMAGE,
        Kind.MOMENT,
        Kind.NUMBER,
        Kind.CLOUD_HOST,
    }
)
"""The vocabulary: whatever is of another kind is replaced."""


def split_words(text: str) -> frozenset[str]:
    """Return the words of *text*, in lower case."""
    return frozenset(text.lower().split())


def split_lines(text: str) -> frozenset[str]:
    """Return the lines of *text*, each of which may have several words, in lower case and without the indentation."""
    return frozenset(line.strip() for line in text.lower().splitlines() if line.strip())
