"""The ways in which a request can go wrong, and what each does to the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.graph.server.arm_errors import expired_token, gateway, throttled
from tenantlint.graph.server.errors import execution_failed, rate_limited
from tenantlint.graph.server.mutations import Mutation
from tenantlint.graph.server.paging import SkipToken

if TYPE_CHECKING:
    from datetime import datetime

    from tenantlint.graph.server.errors import ServiceError
    from tenantlint.graph.server.pages import Page


@dataclass(frozen=True, slots=True)
class Throttle:
    """Answer 429, as Resource Graph or, with ``manager``, as Resource Manager.

    ``retry_after`` is in seconds; None leaves the header out.
    """

    retry_after: int | None = 2
    manager: bool = False


@dataclass(frozen=True, slots=True)
class Fail:
    """Answer 500, 502, 503 or 504."""

    status: int = 500

    def __post_init__(self) -> None:
        if self.status not in {500, 502, 503, 504}:
            raise ValueError(f"status is 500, 502, 503 or 504; not {self.status}")


@dataclass(frozen=True, slots=True)
class Expire:
    """Answer 401: the token has expired."""


@dataclass(frozen=True, slots=True)
class NotJson:
    """Answer 200 with ``text``, which is no JSON."""

    text: str = "<html><body>The service is being updated.</body></html>"


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection instead of answering."""


@dataclass(frozen=True, slots=True)
class Truncate:
    """Close the connection when ``keep`` of the body, from 0 to 1, has been sent."""

    keep: float = 0.5


@dataclass(frozen=True, slots=True)
class Slow:
    """Send the body in two halves, ``seconds`` apart."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class RepeatToken:
    """Lead to the page that was asked for once more, instead of to the next one."""


@dataclass(frozen=True, slots=True)
class Total:
    """Count ``by`` rows more in ``totalRecords`` than there are; fewer where it is negative."""

    by: int = -1


@dataclass(frozen=True, slots=True)
class Count:
    """Count ``by`` rows more on the page than there are; fewer where it is negative."""

    by: int = 1


Delivery: TypeAlias = Reset | Truncate | Slow
Effect: TypeAlias = Throttle | Fail | Expire | NotJson | RepeatToken | Total | Count | Mutation | Delivery

EFFECTS: Final[dict[str, type[Effect]]] = {
    "count": Count,
    "expire": Expire,
    "fail": Fail,
    "mutate": Mutation,
    "not-json": NotJson,
    "repeat-token": RepeatToken,
    "reset": Reset,
    "slow": Slow,
    "throttle": Throttle,
    "total": Total,
    "truncate": Truncate,
}
"""What a script calls them."""


def refusal(effect: Effect, tenant: str, now: datetime) -> ServiceError | None:
    """Return the error that *effect* answers with instead of the rows, if it does."""
    match effect:
        case Throttle(manager=True):
            return throttled()
        case Throttle():
            return rate_limited(effect.retry_after)
        case Fail(500):
            return execution_failed()
        case Fail():
            return gateway(effect.status)
        case Expire():
            return expired_token(tenant, now - timedelta(seconds=3), now)
    return None


def alter(page: Page, effect: Effect, token: SkipToken | None) -> Page:
    """Return *page*, which *token* led to, as *effect* leaves it."""
    match effect:
        case Total():
            return replace(page, total=page.total + effect.by)
        case Count():
            return replace(page, count=page.count + effect.by)
        case RepeatToken():
            return replace(page, token=token or SkipToken(max(page.count, 1), 0))
    return page
