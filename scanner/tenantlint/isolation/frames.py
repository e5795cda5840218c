"""Messages between the host and its processes: a kind, a length, and that many bytes."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from tenantlint.isolation.budget import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = struct.Struct(">cQ")
_LONGEST: Final = 4 * MOST_BYTES
_AT_ONCE: Final = 1 << 20


class Kind(Enum):
    """What a message is: a plan; that all is loaded; that facts are computed; an answer, or why there is none.

    After ``ENDED`` nothing follows. It also stands for a message that did not come, and says why.
    """

    PLAN = b"P"
    READY = b"R"
    FACTS = b"F"
    ANSWER = b"A"
    STOPPED = b"S"
    ENDED = b"E"


@dataclass(frozen=True, slots=True)
class Frame:
    """One message."""

    kind: Kind
    content: bytes = b""


def send(file: int, frame: Frame) -> None:
    """Write *frame* to a file descriptor."""
    ahead = memoryview(_HEAD.pack(frame.kind.value, len(frame.content)) + frame.content)
    while ahead:
        ahead = ahead[os.write(file, ahead[:_AT_ONCE]) :]


def receive(file: int) -> Iterator[Frame]:
    """Yield what comes from a file descriptor, until it ends or makes no sense."""
    while head := _read(file, _HEAD.size):
        kind, length = _HEAD.unpack(head)
        if kind not in _KINDS or length > _LONGEST:
            return
        content = _read(file, length) if length else b""
        if content is None:
            return
        yield Frame(_KINDS[kind], content)


def _read(file: int, length: int) -> bytes | None:
    """Return exactly *length* bytes; None where there are fewer."""
    pieces: list[bytes] = []
    while length:
        piece = os.read(file, min(length, _AT_ONCE))
        if not piece:
            return None
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


_KINDS: Final = {kind.value: kind for kind in Kind}
