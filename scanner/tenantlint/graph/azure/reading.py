"""Reads one part of an answer, and proves that it is whole: all rows, each once, and none lost between two pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final

from tenantlint.graph.azure.answers import BrokenAnswerError, TruncatedError, read_page
from tenantlint.graph.azure.requests import FailedError, TooMuchError
from tenantlint.graph.azure.units import ROWS_PER_PAGE, Unit, in_order, parts_of

if TYPE_CHECKING:
    from tenantlint.graph.azure.answers import Page
    from tenantlint.graph.azure.requests import Sender
    from tenantlint.graph.azure.units import Question
    from tenantlint.graph.azure.wire import Reply

_PAGES: Final = 3
"""Up to which an answer is read page by page, since that takes fewer requests; beyond, it is read in parts."""
_TRIES: Final = 3
_QUARTERS: Final = 4
"""Of a page: what is too large is cut into parts that have so much less."""

_CUT: Final = "x-ms-tenant-subscription-limit-hit"


class NoWayError(FailedError):
    """There are more rows than were given, and no way to them; each of so many ``parts`` would be given whole."""

    def __init__(self, given: TruncatedError, request_id: str) -> None:
        super().__init__(str(given), request_id, hint=given.hint)
        self.parts = parts_of(given.total, given.count) if given.count else 1


class MovedError(Exception):
    """Rows came or went between two pages; ``parts`` is how many make do with a page each."""

    def __init__(self, parts: int, request_id: str) -> None:
        super().__init__()
        self.parts = parts
        self.request_id = request_id


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows of a part, each a JSON object on one line; ``cut`` where the service looked at fewer subscriptions."""

    rows: list[bytes]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """The part is better read in so many smaller ones; with ``why``, it cannot be read in another way.

    Where the modulus would be more than ``most``, there is no point in it. ``slow`` where nobody knows that it is too
    large: then smaller parts may not help either.
    """

    parts: int
    why: str = "it has too many rows"
    most: int = 1_000_000
    slow: bool = False

    def of(self, unit: Unit) -> list[Unit]:
        """Cut *unit*; return nothing where there is no point in it."""
        return unit.split(self.parts) if unit.modulus * self.parts <= self.most else []


def read_all(sender: Sender, query: Question) -> Whole:
    """Read a whole answer that fits into memory, in parts where that must be. Raises as :func:`read` does."""
    rows: list[bytes] = []
    cut, open_units, kql = False, [Unit(0)], in_order(query.kql)
    while open_units:
        unit = open_units.pop()
        found = read(sender, replace(query, kql=unit.kql(kql)))
        if isinstance(found, Whole):
            rows += found.rows
            cut = cut or found.cut
        elif parts := found.of(unit):
            open_units += parts
        else:
            raise FailedError(found.why)
    return Whole(rows, cut)


def requests_for(total: int) -> int:
    """Return how many requests it takes to read *total* rows, in parts where need be, if nothing goes wrong."""
    if total > _PAGES * ROWS_PER_PAGE:
        return 1 + parts_of(total, ROWS_PER_PAGE)
    return 1 + ceil(max(0, total - ROWS_PER_PAGE) / (ROWS_PER_PAGE - 1))


def read(sender: Sender, question: Question) -> Whole | Split:
    """Read a part. Raises what *sender* raises, and ``FailedError`` for answers that do not add up.

    Where rows move between the pages it is read again, and in the end cut into parts of one page. A summary, of which
    the documentation promises the first page only, is cut at once where there is no way to the second.
    """
    moved = MovedError(1, "")
    for _ in range(_TRIES):
        try:
            return _read_at_once(sender, question) if question.repeating else _read(sender, question)
        except TooMuchError as error:
            return _smaller(sender, question, error)
        except NoWayError as error:
            if error.parts > 1 and (question.is_summary or question.repeating):
                return Split(error.parts, str(error), slow=True)
            raise
        except MovedError as error:
            moved = error
    if moved.parts <= 1:
        raise FailedError("the pages of the answer do not add up", moved.request_id)
    return Split(moved.parts)


def _smaller(sender: Sender, question: Question, error: TooMuchError) -> Split:
    """Return how to cut an answer that is too large. Raises ``TooMuchError`` where it cannot be cut."""
    try:
        page, _ = _page(sender, question.counted)
    except TooMuchError:  # not large but slow; a few smaller parts may be faster
        return Split(_QUARTERS, str(error), most=_QUARTERS**2, slow=True)
    total = int(page.ids[0])
    if total <= 1:
        what = "a single row takes too long" if error.slow else "a single row is more than Resource Graph gives at once"
        raise TooMuchError(f"{what}: {error.words}", error.request_id)
    return Split(-(-total * _QUARTERS // min(total, ROWS_PER_PAGE)), str(error), slow=error.slow)


def _read_at_once(sender: Sender, question: Question) -> Whole | Split:
    """Read a part of which no second page may be trusted: rows that share an id have no order to be paged by."""
    page, reply = _page(sender, question)
    if page.count == page.total:
        return Whole(list(page.rows), _is_cut(reply))
    if len(set(page.ids)) == 1:
        raise FailedError(f"there are more rows of one id than fit into an answer: {page.ids[0]}", reply.request_id)
    return Split(parts_of(page.total, page.count))


def _read(sender: Sender, question: Question) -> Whole | Split:
    page, reply = _page(sender, question)
    total, parts = page.total, parts_of(page.total, page.count)
    if total > _PAGES * page.count:
        return Split(parts)
    rows, ids, cut = list(page.rows), list(page.ids), _is_cut(reply)
    tokens: set[str | None] = {None}
    while page.token or len(rows) < total:
        if page.token in tokens or not ids:
            raise MovedError(parts, reply.request_id)
        tokens.add(page.token)
        page, reply = _page(sender, question, page.token, len(rows) - 1)
        cut = cut or _is_cut(reply)
        if page.total != total or not _follows(page, ids[-1]):
            raise MovedError(parts, reply.request_id)
        rows += page.rows[1:]
        ids += page.ids[1:]
    if len(rows) != total or len(set(ids)) != total:
        raise MovedError(parts, reply.request_id)
    return Whole(rows, cut)


def _follows(page: Page, last: str) -> bool:
    """Tell whether *page* goes on after the row with the id *last*, with which it starts.

    Rows come in the order of their ids. Where that one has still as many before it, nothing has gone from one side of
    it to the other, and what is after it is all that there is to come.
    """
    return page.ids[:1] == (last,) and (page.count > 1 or not page.token)


def _is_cut(reply: Reply) -> bool:
    return reply.headers.get(_CUT, "").lower() == "true"


def _page(sender: Sender, question: Question, token: str | None = None, skip: int = 0) -> tuple[Page, Reply]:
    """Ask for one page, and again where the answer contradicts itself."""
    wrong = FailedError("")
    for _ in range(_TRIES):
        reply = sender.send(question.body(token, skip))
        try:
            page = read_page(reply.body, repeating=question.repeating)
        except BrokenAnswerError as error:
            wrong = FailedError(str(error), reply.request_id)
        except TruncatedError as error:
            raise NoWayError(error, reply.request_id) from error
        else:
            if token or page.count == page.total or (page.token and page.count):
                return page, reply
            wrong = NoWayError(TruncatedError(page.count, page.total), reply.request_id)
    raise wrong
