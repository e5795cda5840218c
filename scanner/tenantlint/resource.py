"""One row of a table, as rules see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.model import COMPLIANT, NO_EVIDENCE, Cause, Json, Level, Verdict, Violation, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenantlint.schema import Schema


class Resource:
    """One resource: its values by path, and the verdicts that can be given on it.

    ``id`` is spelled as the provider spells it; ``key`` is the id in lower case, the form in which ids are compared.
    ``subscription_id`` is in lower case, and empty where neither the row nor the id names one. Values are shared
    between rules: do not change them.
    """

    __slots__ = ("_schema", "_values", "id", "key", "subscription_id")

    def __init__(self, schema: Schema, cells: Sequence[str | None]) -> None:
        self._schema = schema
        self._values = schema.decode(cells)
        self.id = cells[schema.id_at] or ""
        self.key = self.id.lower()
        at = schema.subscription_at
        named = cells[at] if at is not None else None
        self.subscription_id = named.lower() if named else subscription_of(self.id)

    def find(self, path: str) -> Json:
        """Return what a JMESPath finds ("properties.storageProfile.dataDisks[?!toBeDetached]"); None for nothing.

        Raises ``MissingColumnError``, which the host turns into ``not-evaluable: unread``, where the snapshot does not
        hold the beginning of the path.
        """
        at, getter = self._schema.ways.get(path) or self._schema.way(path)
        value = self._values[at]
        return getter(value) if getter else value

    def text(self, path: str) -> str | None:
        """Return what *path* finds where that is text that is not empty; else None."""
        at, getter = self._schema.ways.get(path) or self._schema.way(path)  # as in find: rules ask for text most
        value = self._values[at]
        if getter:
            value = getter(value)
        return value if isinstance(value, str) and value else None

    def number(self, path: str) -> float | None:
        """Return what *path* finds where that is a number; else None."""
        value = self.find(path)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def items(self, path: str) -> list[Json] | None:
        """Return what *path* finds where that is a list; else None."""
        value = self.find(path)
        return value if isinstance(value, list) else None

    @property
    def table(self) -> str:
        """The name of the table that this is a row of."""
        return self._schema.table

    @property
    def name(self) -> str:
        """The resource's name; names alone never join anything."""
        named = self.text("name") if "name" in self._schema.index else None
        return named or self.id.rpartition("/")[2]

    def violation(
        self, message: str, *, level: Level, evidence: Mapping[str, Json] | None = None, part: str = ""
    ) -> Verdict:
        """Say that the resource breaks the rule; *message* goes on after its name: "has 33 data disks; …"."""
        return self.violations([Violation(message, level, evidence or NO_EVIDENCE, part)])

    def violations(self, violations: Sequence[Violation]) -> Verdict:
        """Say that the resource breaks the rule in several ways, each with a part of its own."""
        first = violations[0]
        return Verdict("violation", first.message, None, first.evidence, tuple(violations))

    def compliant(self) -> Verdict:
        """Say that the resource was looked at and keeps the rule."""
        return COMPLIANT

    def not_applicable(self, reason: str) -> Verdict:
        """Say that the rule does not speak of such a resource."""
        return plain("not-applicable", reason)

    def not_evaluable(
        self, *, absent: str = "", unobservable: str = "", unread: str = "", evidence: Mapping[str, Json] | None = None
    ) -> Verdict:
        """Say why the rule cannot be judged; give exactly one reason.

        *absent*: the path that this row lacks, or holds no usable value at. *unobservable*: what Resource Graph cannot
        show. *unread*: what was not collected.
        """
        if bool(absent) + bool(unobservable) + bool(unread) != 1:
            raise ValueError("give exactly one reason why something is not evaluable")
        cause: Cause = "absent" if absent else "unobservable" if unobservable else "unread"
        message = f"has no usable value at {absent}" if absent else unobservable or unread
        return (
            Verdict("not-evaluable", message, cause, evidence) if evidence else plain("not-evaluable", message, cause)
        )


def subscription_of(resource_id: str) -> str:
    """Return the id, in lower case, of the subscription that *resource_id* lies in; empty where it lies in none."""
    scope, _, path = resource_id.lower().removeprefix("/").partition("/")
    return path.partition("/")[0] if scope == "subscriptions" else ""
