"""Judges by a declarative rule: ``when`` it speaks of a resource, what it does ``require``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.model import Verdict
from tenantlint.rule_files.deciding import NoUsableValueError
from tenantlint.rule_files.demands import THRESHOLDS
from tenantlint.rule_files.expressions import parse
from tenantlint.rule_files.messages import fill, holes
from tenantlint.rule_files.rows import row_of, value_at

if TYPE_CHECKING:
    from tenantlint.context import Context
    from tenantlint.model import Json, Level
    from tenantlint.resource import Resource
    from tenantlint.rule_files.demands import Path
    from tenantlint.rule_files.expressions import Expression, Row


EXPRESSIONS: Final = ("when", "require", "message")
"""The keys of a rule that hold expressions."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The judge of one rule: JMESPath in ``require``, ``when`` (empty: always) and the braces of ``message``.

    ``defaults`` are pairs of a path and what its absence means. ``lines`` are pairs of a key and its line in the file.
    """

    level: Level
    require: str
    message: str
    when: str = ""
    defaults: tuple[tuple[Path, Json], ...] = ()
    lines: tuple[tuple[str, int], ...] = ()

    def expressions(self, key: str) -> tuple[str, ...]:
        """Return the expressions that *key* holds. Raises ``ValueError`` where the message is no template."""
        if key == "message":
            return holes(self.message)
        return tuple(filter(None, (self.when if key == "when" else self.require,)))

    @property
    def paths(self) -> set[Path]:
        """All paths that the rule reads."""
        return {path for key in EXPRESSIONS for text in self.expressions(key) for path in parse(text).paths}

    def __call__(self, resource: Resource, context: Context) -> Verdict:
        """Judge *resource*."""
        row = row_of(resource, self.paths, self.defaults, context)
        if self.when:
            speaks = _decide("when", parse(self.when), row, resource)
            if speaks is not True:
                return speaks or resource.not_applicable(f"the rule is for those only of which holds: {self.when}")
        required = parse(self.require)
        holds = _decide("require", required, row, resource)
        if holds is True:
            return resource.compliant()
        return holds or resource.violation(self._said(row), level=self.level, evidence=_evidence(required, row))

    def _said(self, row: Row) -> str:
        return fill(self.message, lambda text: _shown(parse(text), row))


def _decide(key: str, expression: Expression, row: Row, resource: Resource) -> Verdict | bool:
    """Return what *expression* says of *row*; the verdict where it cannot say anything."""
    try:
        value = expression.run(row)
    except NoUsableValueError as unknown:
        return resource.not_evaluable(absent=unknown.path or ", ".join(map(str, expression.paths)))
    if isinstance(value, bool):
        return value
    return Verdict("not-evaluable", f"the rule broke: its {key} gives {value!r:.80}, not true or false", "failed")


def _shown(expression: Expression, row: Row) -> Json:
    try:
        return expression.run(row)
    except NoUsableValueError:
        return None


def _evidence(expression: Expression, row: Row) -> dict[str, Json]:
    read = (path for path in expression.paths if path.names[0] != THRESHOLDS and not path.is_inner)
    return {str(path): value_at(row, path) for path in read}
