"""Comments that allow a trap: ``// lint-kql: allow kql-no-order  read by one page``, on the line that it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.graph.spelling import place
from tenantlint.kql_lint.findings import Finding
from tenantlint.kql_lint.nesting import end_of
from tenantlint.names import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tenantlint.graph.spelling import Word

CHECK: Final = "kql-allow"
RULE: Final = "A comment that allows a trap must name it and give a reason, on the line that it is in."
INSTEAD: Final = "Write `// lint-kql: allow kql-… reason` on the line of what is allowed."

COMMENT: Final = re.compile(r"//[^\n]*")
_ALLOWANCE: Final = re.compile(r"//\s*lint-kql\b:?\s*(?:allow\b)?(?P<checks>(?:[\s,]*kql-[a-z0-9-]+)*)(?P<reason>.*)")


@dataclass(frozen=True)
class Allowance:
    """A comment that allows *checks* on its line, for a *reason*."""

    line: int
    column: int
    text: str
    checks: tuple[str, ...]
    reason: str


def allowances(kql: str, tokens: Sequence[Word]) -> list[Allowance]:
    """Find the allowances in the comments of *kql*, which is what lies between its words."""
    found = []
    starts = [0, *(end_of(word) for word in tokens)]
    for start, end in zip(starts, [*(word.start for word in tokens), len(kql)], strict=True):
        for comment in COMMENT.finditer(kql, start, end):
            if told := _ALLOWANCE.match(comment[0].rstrip("\r")):
                checks = tuple(re.findall(r"kql-[a-z0-9-]+", told["checks"]))
                found.append(Allowance(*place(kql, comment.start()), told[0].strip(), checks, told["reason"].strip()))
    return found


def allowed(findings: Sequence[Finding], permitted: Sequence[Allowance], known: Collection[str]) -> Iterator[Finding]:
    """Yield the *findings* that no allowance covers, and one for each allowance that is not as it must be."""
    covered = {(each.line, check) for each in permitted if each.reason for check in each.checks}
    yield from (finding for finding in findings if (finding.line, finding.check) not in covered)
    there = {(finding.line, finding.check) for finding in findings}
    for each in permitted:
        if said := _fault(each, there, known):
            yield Finding(each.line, each.column, CHECK, "warning", each.text, said, INSTEAD)


def _fault(each: Allowance, there: Collection[tuple[int, str]], known: Collection[str]) -> str:
    if not each.checks:
        return "allows nothing: it names no check"
    for check in each.checks:
        if check not in known:
            return f"there is no check {check!r}: {nearest(check, known)}"
        if (each.line, check) not in there:
            return f"allows {check}, which is not on this line"
    return "" if each.reason else "gives no reason, and so allows nothing"
