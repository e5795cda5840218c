"""Reads one part of an answer, and proves that it is whole: all rows, each once, and of one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tenantlint.graph.azure.answers import BrokenAnswerError, read_page
from tenantlint.graph.azure.requests import FailedError, TooMuchError
from tenantlint.graph.azure.units import ROWS_PER_PAGE, ROWS_PER_PART, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.graph.azure.answers import Page
    from tenantlint.graph.azure.requests import Sender
    from tenantlint.graph.azure.units import Question

_PAGED: Final = 3 * ROWS_PER_PAGE
"""Rows up to which an answer is read page by page, since that takes fewer requests; beyond, it is read in parts."""
_TRIES: Final = 3
_TOO_MUCH_PARTS: Final = 4
"""Into how many parts an answer is cut of which nothing is known but that it is too large."""


_CUT: Final = "x-ms-tenant-subscription-limit-hit"


class MovedError(Exception):
    """Rows came or went between two pages."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows of a part, each a JSON object on one line; ``cut`` where the service looked at fewer subscriptions."""

    rows: list[bytes]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """The part is better read in so many smaller ones."""

    parts: int


def read_all(sender: Sender, query: Question) -> Whole:
    """Read a whole answer that fits into memory, in parts where that must be. Raises as :func:`read` does."""
    rows: list[bytes] = []
    cut, open_units = False, [Unit(0)]
    while open_units:
        unit = open_units.pop()
        found = read(sender, replace(query, kql=unit.kql(query.kql)))
        if isinstance(found, Split):
            open_units += unit.split(found.parts)
        else:
            rows += found.rows
            cut = cut or found.cut
    return Whole(rows, cut)


def read(sender: Sender, question: Question) -> Whole | Split:
    """Read a part. Raises what *sender* raises, ``TruncatedError``, and ``FailedError`` for answers that do not add up.

    Where rows move between the pages it is read again, and in the end cut into parts of one page.
    """
    total = 0
    for _ in range(_TRIES):
        try:
            return _read(sender, question)
        except TooMuchError:
            return Split(_TOO_MUCH_PARTS)
        except MovedError as moved:
            total = moved.total
    return Split(max(2, _parts(total)))


def _read(sender: Sender, question: Question) -> Whole | Split:
    first, cut = _page(sender, question, None)
    if first.total > _PAGED and first.token:
        return Split(_parts(first.total))
    rows, ids = list(first.rows), set(first.ids)
    for page, page_cut in _others(sender, question, first):
        rows, cut = rows + list(page.rows), cut or page_cut
        ids.update(page.ids)
        if page.total != first.total or len(ids) != len(rows):
            raise MovedError(page.total)
    if len(rows) != first.total:
        raise MovedError(first.total)
    return Whole(rows, cut)


def _others(sender: Sender, question: Question, page: Page) -> Iterator[tuple[Page, bool]]:
    """Yield the pages after *page*; a token that leads back is an error."""
    seen: set[str] = set()
    while page.token:
        if page.token in seen:
            raise MovedError(page.total)
        seen.add(page.token)
        page, cut = _page(sender, question, page.token)
        yield page, cut


def _page(sender: Sender, question: Question, token: str | None) -> tuple[Page, bool]:
    """Ask for one page, and again where the answer contradicts itself; tell, too, whether the scope was cut."""
    for tries in range(_TRIES):
        reply = sender.send(question.body(token))
        try:
            return read_page(reply.body), reply.headers.get(_CUT, "").lower() == "true"
        except BrokenAnswerError as error:
            if tries == _TRIES - 1:
                raise FailedError(str(error), reply.request_id) from error
    raise AssertionError


def _parts(rows: int) -> int:
    return -(-rows // ROWS_PER_PART)
