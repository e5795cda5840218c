"""Values that the documentation changed over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tenantlint.model import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = TypeVar("Value", int, float)


@dataclass(frozen=True, slots=True)
class InForce(Generic[Value]):
    """A limit as one edition of the documentation states it.

    ``since`` is the month from which it holds (``2026-01``). ``stricter`` is the latest smaller limit that an earlier
    edition stated, with ``stricter_since``; None where the limit was never raised. ``document`` and
    ``stricter_document`` are the documents that state them; None where the limit was given by months.
    """

    value: Value
    since: str
    stricter: Value | None = None
    stricter_since: str = ""
    document: Document | None = None
    stricter_document: Document | None = None

    @property
    def raised(self) -> str:
        """Tell which documents allowed the stricter limit and this one, as a part of a sentence; empty for none."""
        before, now = self.stricter_document, self.document
        if not (before and now):
            return ""
        told = f"'{before.title}' ({before.date}) allowed {self.stricter}"
        return f"{told}, '{now.title}' ({now.date}) raised that to {self.value}"


class Dated(Generic[Value]):
    """A limit by the document that states it, or by the month (``YYYY-MM``) from which one does.

    >>> disks = Dated({"2015-10": 16, "2026-01": 32})
    >>> disks.at("2018-12").value, disks.at().value, disks.at().stricter
    (16, 32, 16)
    """

    def __init__(self, values: Mapping[str, Value] | Mapping[Document, Value]) -> None:
        if not values:
            raise ValueError("a dated value needs at least one month")
        stated = [(_date(key), value, key if isinstance(key, Document) else None) for key, value in values.items()]
        stated.sort(key=lambda entry: entry[0])
        self._stated: list[tuple[str, Value, Document | None]] = [
            (date[:7], value, document) for date, value, document in stated
        ]

    @property
    def history(self) -> tuple[tuple[str, Value], ...]:
        """The limits by month, oldest first."""
        return tuple((month, value) for month, value, _ in self._stated)

    def at(self, edition: str | None = None) -> InForce[Value]:
        """Return the limit in force in *edition* (``YYYY-MM``); the newest for None.

        Before the first month that is known the first value holds: the documents do not reach further back.
        """
        known = [entry for entry in self._stated if edition is None or entry[0] <= edition] or [self._stated[0]]
        since, value, document = known[-1]
        smaller = [entry for entry in known if entry[1] < value]
        if smaller:
            return InForce(value, since, smaller[-1][1], smaller[-1][0], document, smaller[-1][2])
        return InForce(value, since, document=document)


def _date(stated: str | Document) -> str:
    return stated.date if isinstance(stated, Document) else stated
