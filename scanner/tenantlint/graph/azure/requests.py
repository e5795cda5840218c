"""Asks until there is an answer: waits for the quota, tries again where that helps, and gives up in time."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tenantlint.errors import TenantlintError
from tenantlint.graph.azure.answers import BrokenAnswerError, check_envelope
from tenantlint.graph.azure.faults import Kind, Meaning, classify, one_line
from tenantlint.graph.azure.wire import LostError, SignedOutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantlint.graph.azure.governor import Governor
    from tenantlint.graph.azure.wire import Channel, Reply
    from tenantlint.model import Json

_TRIES: Final = 6
_RENEWALS: Final = 2
_LONGEST_PAUSE: Final = 30.0  # seconds between two tries, where the service does not say
_TICK: Final = 0.1  # seconds between two looks at whether a wait still makes sense


class StoppedError(Exception):
    """Somebody has set ``stop``."""


class AskingError(TenantlintError):
    """There is no answer: ``words`` says why, mostly in the service's own, ``request_id`` is for its support."""

    exit_code = 3

    def __init__(self, words: str, request_id: str = "", *, hint: str = "", slow: bool = False) -> None:
        super().__init__(f"{words} (correlation id {request_id})" if request_id else words, hint=hint)
        self.words = words
        self.request_id = request_id
        self.slow = slow


class FailedError(AskingError):
    """It went wrong too often, or in a way that is not the service's."""


class TooMuchError(AskingError):
    """The service cannot give so much at once: ask for less. ``slow`` where it did not say that it is the size."""


class DeniedError(AskingError):
    """Nothing of what was asked for may be read."""


class NoTableError(AskingError):
    """The service does not have that table, in this cloud."""


class RefusedError(AskingError):
    """The query is at fault."""


class DeadlineError(AskingError):
    """The time is up."""


_HOPELESS: Final = {
    Kind.DENIED: DeniedError,
    Kind.NO_TABLE: NoTableError,
    Kind.REFUSED: RefusedError,
    Kind.STRANGE: FailedError,
}


class _List(msgspec.Struct):
    value: list[Any]
    next: str | None = msgspec.field(name="nextLink", default=None)


@dataclass(frozen=True, slots=True)
class Sender:
    """Asks through ``channel`` at the pace of ``governor``; several threads may share it.

    ``deadline`` is on the clock of ``time.monotonic``. ``told`` gets a line for people about every trouble that is
    waited out, from the thread that waits. ``haste`` is what all pauses are multiplied by. Everything raises
    ``StoppedError`` soon after ``stop`` is set, and ``DeadlineError`` once there is nothing to hope for.
    """

    channel: Channel
    governor: Governor
    _: KW_ONLY
    deadline: float | None
    stop: threading.Event
    told: Callable[[str], None]
    haste: float = 1.0

    def send(self, body: bytes) -> Reply:
        """Ask Resource Graph; return a reply that holds rows. Raises ``AskingError`` and ``SignedOutError``."""
        return self._persist(lambda: self._metered(body), check_envelope)

    def get(self, path: str) -> list[Json]:
        """Read a whole list from the resource manager, page after page. Raises as ``send`` does."""
        found: list[Json] = []
        seen: set[str] = set()
        following: str | None = path
        while following:
            seen.add(following)
            page = _read_list(self._persist(partial(self._page, following), _read_list, less=False).body)
            found += page.value
            following = page.next
            if following in seen:
                raise FailedError("a list of Azure's goes round in a circle")
        return found

    def _metered(self, body: bytes) -> Reply:
        self.governor.acquire(None, self._pause)  # which knows the deadline
        self.governor.observe(reply := self._answered(lambda: self.channel.query(body)))
        return reply

    def _page(self, path: str) -> Reply:
        try:
            return self._answered(lambda: self.channel.get(path))
        except ValueError as error:
            raise FailedError(f"a list of Azure's goes on at {one_line(path)}: {error}") from error

    def _persist(self, ask: Callable[[], Reply], check: Callable[[bytes], object], *, less: bool = True) -> Reply:
        """Ask until *check* finds nothing wrong with the answer; *less* tells whether one could ask for less."""
        troubles = Counter[Kind]()
        while True:
            sign_in = None
            try:
                reply = ask()
                sign_in = reply.sign_in
                meaning = classify(reply)
                if meaning.kind is Kind.OK:
                    check(reply.body)
                    return reply
            except (LostError, BrokenAnswerError) as error:
                meaning = Meaning(Kind.PASSING, str(error))
            if meaning.kind is Kind.TOO_MUCH and not less:
                meaning = replace(meaning, kind=Kind.PASSING)
            troubles[meaning.kind] += 1
            self._endure(meaning, troubles[meaning.kind], sign_in)

    def _answered(self, ask: Callable[[], Reply]) -> Reply:
        """Ask in a thread of its own, which is left to itself where nobody wants the answer any more."""
        future: Future[Reply] = Future()

        def run() -> None:
            try:
                future.set_result(ask())
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it
                future.set_exception(error)

        self._pause(0)
        threading.Thread(target=run, daemon=True).start()
        while not wait_for([future], _TICK).done:
            self._pause(0)
        return future.result()

    def _endure(self, meaning: Meaning, times: int, sign_in: int | None) -> None:
        """Do what may help after the same trouble so many *times*, or raise an error."""
        match meaning.kind:
            case Kind.SIGNED_OUT if times > _RENEWALS:
                raise SignedOutError(meaning.words, hint="sign in again, for example with az login")
            case Kind.SIGNED_OUT:
                self.channel.renew(sign_in)
                return
            case Kind.TOO_MUCH if times > 1 or not meaning.again:
                raise TooMuchError(meaning.words, meaning.request_id, slow=meaning.again)
            case Kind.PASSING if times >= _TRIES:
                raise FailedError(f"gave up after {times} tries: {meaning.words}", meaning.request_id)
            case kind if kind in _HOPELESS:
                raise _HOPELESS[kind](meaning.words, meaning.request_id)
        pause = meaning.wait or 0.0
        if not pause or meaning.kind is Kind.PASSING:  # whoever throttles knows for how long
            pause = max(pause, min(2 ** (times - 1), _LONGEST_PAUSE) * random.uniform(0.5, 1))  # noqa: S311 - no secret
        self.told(f"trying again in {pause:.0f} s: {meaning.words}")
        self._pause(pause)

    def _pause(self, seconds: float) -> None:
        if self.deadline is not None and time.monotonic() + seconds * self.haste > self.deadline:
            raise DeadlineError("there is no time left")
        if self.stop.wait(seconds * self.haste):
            raise StoppedError


def _read_list(body: bytes) -> _List:
    try:
        return msgspec.json.decode(body, type=_List)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenAnswerError(f"the answer is no list: {error}") from error
