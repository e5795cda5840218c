"""The answer to one request, read and checked: what does not add up is no page.

Rows stay the bytes that came: they go to disk, and decoding them all on the way would take many times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

import msgspec

from tenantlint.errors import TenantlintError

T = TypeVar("T")


class BrokenAnswerError(TenantlintError):
    """An answer that contradicts itself, or is none. Asking again may help."""

    exit_code = 3


class TruncatedError(TenantlintError):
    """Only ``count`` of ``total`` rows were given, and there is no way to the others. Asking again gives the same."""

    exit_code = 3

    def __init__(self, count: int, total: int) -> None:
        hint = "a query must not limit itself, and must project a column that is no object"
        super().__init__(f"the answer holds {count} rows of {total}, and there is no way to the others", hint=hint)
        self.count = count
        self.total = total


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``total`` rows in the whole answer, ``count`` of them here.

    Each of ``rows`` is a JSON object on one line; ``ids`` are theirs, in lower case and in the same order. ``token``
    leads to the next page; it is None where there is none.
    """

    total: int
    count: int
    rows: tuple[bytes, ...]
    ids: tuple[str, ...]
    token: str | None


class _Envelope(msgspec.Struct):
    count: int
    data: list[msgspec.Raw]
    total: int = msgspec.field(name="totalRecords")
    truncated: str | bool = msgspec.field(name="resultTruncated")
    token: str | None = msgspec.field(name="$skipToken", default=None)


class _Row(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(pattern=r"\S")]


class _Rows(msgspec.Struct):
    data: list[_Row]


class _AnyRow(msgspec.Struct):
    id: msgspec.Raw = msgspec.Raw(b"null")


class _AnyRows(msgspec.Struct):
    data: list[_AnyRow]


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_ROWS: Final = msgspec.json.Decoder(_Rows)
_ANY_ROWS: Final = msgspec.json.Decoder(_AnyRows)


def check_envelope(body: bytes) -> None:
    """Raise ``BrokenAnswerError`` where *body* is not, in its whole length, an answer with rows."""
    _decode(_ENVELOPE, body)


def read_page(body: bytes, *, repeating: bool = False) -> Page:
    """Read the *body* of an answer in object form. Raises ``BrokenAnswerError`` and ``TruncatedError``.

    With *repeating* several rows may have the same id, or none: the ids are whatever JSON stands there.
    """
    text = _on_one_line(body)
    said = _decode(_ENVELOPE, text)
    if repeating:
        ids = tuple(bytes(row.id).decode().lower() for row in _decode(_ANY_ROWS, text).data)
    else:
        ids = tuple(row.id.lower() for row in _decode(_ROWS, text).data)
    _check(said, ids, repeating=repeating)
    return Page(said.total, said.count, tuple(map(bytes, said.data)), ids, said.token or None)


def _on_one_line(body: bytes) -> bytes:
    """Return *body* without the line breaks of a layout for people, so that no row has one."""
    try:
        if not body.isascii():
            body.decode()  # the decoder skips over text that it is not asked for, whatever its bytes are
        return msgspec.json.format(body, indent=-1) if b"\n" in body or b"\r" in body else body
    except (ValueError, RecursionError) as error:
        raise BrokenAnswerError(f"the answer is not JSON: {error}") from error


def _decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenAnswerError(f"the answer is no list of rows: {error}") from error


def _check(said: _Envelope, ids: tuple[str, ...], *, repeating: bool) -> None:
    truncated = str(said.truncated).lower()
    if truncated == "true":
        raise TruncatedError(len(ids), said.total)
    if truncated != "false":
        raise BrokenAnswerError("the answer does not say whether it is truncated")
    if said.count != len(ids):
        raise BrokenAnswerError(f"the answer counts {said.count} rows and holds {len(ids)}")
    if said.total < said.count:
        raise BrokenAnswerError(f"the answer holds {said.count} rows of only {said.total}")
    if not repeating and len(set(ids)) != len(ids):
        raise BrokenAnswerError("the answer holds two rows with the same id")
