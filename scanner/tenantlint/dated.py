"""Values that the documentation changed over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = TypeVar("Value", int, float)


@dataclass(frozen=True, slots=True)
class InForce(Generic[Value]):
    """A limit as one edition of the documentation states it.

    ``since`` is the month from which it holds (``2026-01``). ``stricter`` is the latest smaller limit that an earlier
    edition stated, with ``stricter_since``; None where the limit was never raised.
    """

    value: Value
    since: str
    stricter: Value | None = None
    stricter_since: str = ""


class Dated(Generic[Value]):
    """A limit by the month (``YYYY-MM``) from which the documentation states it.

    >>> disks = Dated({"2015-10": 16, "2026-01": 32})
    >>> disks.at("2018-12").value, disks.at().value, disks.at().stricter
    (16, 32, 16)
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        if not values:
            raise ValueError("a dated value needs at least one month")
        self.history: tuple[tuple[str, Value], ...] = tuple(sorted(values.items()))

    def at(self, edition: str | None = None) -> InForce[Value]:
        """Return the limit in force in *edition* (``YYYY-MM``); the newest for None.

        Before the first month that is known the first value holds: the documents do not reach further back.
        """
        known = [entry for entry in self.history if edition is None or entry[0] <= edition] or [self.history[0]]
        since, value = known[-1]
        smaller = [entry for entry in known if entry[1] < value]
        if smaller:
            return InForce(value, since, smaller[-1][1], smaller[-1][0])
        return InForce(value, since)
