"""What a reply means: whether there are rows in it, and what to do where there are none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.graph.azure.governor import retry_after
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.graph.azure.wire import Reply
    from tenantlint.model import Json

_LONGEST_WORDS: Final = 500
_MOST_TEXT: Final = 10_000  # characters that are looked at
_MOST_DETAILS: Final = 10
_OK: Final = 200
_SERVER_ERROR: Final = 500


class Kind(Enum):
    """What to do about a reply."""

    OK = auto()
    THROTTLED = auto()
    """Ask the same later: we, or others with the same sign-in, asked too often."""
    PASSING = auto()
    """Ask the same again: the trouble is the service's own and will pass."""
    TOO_MUCH = auto()
    """Ask for less."""
    SIGNED_OUT = auto()
    """Sign in again."""
    DENIED = auto()
    """Nothing in scope can be read."""
    NO_TABLE = auto()
    """The service does not have that table, in this cloud."""
    REFUSED = auto()
    """The query is at fault."""
    STRANGE = auto()
    """Nothing that Resource Graph says: a redirect, a wrong address, somebody in between."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reply means. ``words`` are the service's own, on one line, and empty where all is well.

    ``wait`` is how many seconds it wants to be left alone, None where it does not say. ``again`` tells whether asking
    once more for just as much is worth the try.
    """

    kind: Kind
    words: str = ""
    request_id: str = ""
    wait: float | None = None
    again: bool = True


_BY_CODE: Final = {
    "responsepayloadtoolarge": Kind.TOO_MUCH,
    "unexpectedqueryexecutionerror": Kind.TOO_MUCH,
    "novalidsubscriptionsinqueryrequest": Kind.DENIED,
    "disallowedlogicaltablename": Kind.NO_TABLE,
}
_BY_STATUS: Final = {
    400: Kind.REFUSED,
    401: Kind.SIGNED_OUT,
    403: Kind.DENIED,
    408: Kind.PASSING,
    429: Kind.THROTTLED,
    504: Kind.TOO_MUCH,
}
_HOPELESS: Final = "responsepayloadtoolarge"  # its size will be the same


def classify(reply: Reply) -> Meaning:
    """Tell what *reply* means, whatever it holds; never raises."""
    if reply.status == _OK:
        return Meaning(Kind.OK, request_id=reply.request_id)
    problems = list(_problems(reply.body))
    codes = [code for code, _ in problems]
    words = one_line(" ".join(dict.fromkeys(text for _, text in problems)))
    return Meaning(
        _kind(reply.status, codes),
        words or f"HTTP {reply.status}",
        reply.request_id,
        retry_after(reply.headers),
        again=_HOPELESS not in codes,
    )


def _kind(status: int, codes: list[str]) -> Kind:
    found = next((_BY_CODE[code] for code in codes if code in _BY_CODE), None)
    if found and _BY_STATUS.get(status) not in {Kind.THROTTLED, Kind.SIGNED_OUT}:
        return found
    return _BY_STATUS.get(status, Kind.PASSING if status >= _SERVER_ERROR else Kind.STRANGE)


def _problems(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the codes, in lower case, and texts: the error's own text counts for nothing where it has details."""
    try:
        said = orjson.loads(body)
    except ValueError:
        return
    error = said.get("error", said) if isinstance(said, dict) else None
    if not isinstance(error, dict):
        return
    details = error.get("details")
    told = [each for each in details[:_MOST_DETAILS] if isinstance(each, dict)] if isinstance(details, list) else []
    yield _text(error, "code").lower(), "" if told else _told(error)
    yield from ((_text(each, "code").lower(), _told(each)) for each in told)


def _told(problem: Mapping[str, Json]) -> str:
    """Return the text of *problem*, with the place in the query that it names, if it does; columns count from 0."""
    text, line, column = _text(problem, "message"), problem.get("line"), problem.get("characterPositionInLine")
    return f"{text} (line {line}, column {column + 1})" if isinstance(line, int) and isinstance(column, int) else text


def _text(problem: Mapping[str, Json], name: str) -> str:
    value = problem.get(name)
    return value[:_MOST_TEXT] if isinstance(value, str) else ""


def one_line(text: str) -> str:
    """Return *text*, which anybody may have written, on one line of at most 500 characters."""
    line = " ".join(map(visible, text[:_MOST_TEXT].split()))
    return line if len(line) <= _LONGEST_WORDS else f"{line[: _LONGEST_WORDS - 1]}…"


def reason(error: BaseException) -> str:
    """Return, on one line, what was at the bottom of *error*: libraries wrap it until nobody can read it."""
    while below := error.__cause__ or error.__context__ or getattr(error, "inner_exception", None):
        error = below
    return one_line(getattr(error, "strerror", None) or str(error) or type(error).__name__)
