"""Makes judgements of which violations are waived or stand somehow in a baseline, and reports on them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from tenantlint.findings import BaselineState, Waiving
from tenantlint.reports import Report, Scan
from tenantlint.results import Judgement, Problem, Summary
from tests.judgements import scan, summary_of

WAIVING = Waiving("is torn down in spring", "team-a", date(2027, 3, 31))

UNSEEN = r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
HOSTILE = [
    "\x1b[2J\x1b[31mred",
    "two\r\nlines\ttab\x00nul",
    "\u202efdp.exe\u2028next",
    "half a \ud800 character, and none: \ufffe\uffff",
    "::error file=x::workflow command",
    "<script>alert(1)</script> & <img src=https://evil.example/x.png>",
    "]]> --> <!-- <![CDATA[",
    "[click](https://evil.example) ![x](https://evil.example/x.png) [a]: https://evil.example",
    "https://evil.example www.evil.example evil@evil.example evil.example mailto:a@evil.example",
    "@team @org/team #12 GH-12 org/repo#12 0123456789abcdef0123456789abcdef01234567 :skull: $x$ $`x`$",
    "`code` ``more`` ``` `",
    "a | b || \\| c",
    "# heading",
    "- item",
    "> quote",
    "*bold* __bold__ ~~gone~~ \\*x\\* &#64;team &lt;b&gt;",
    "=1+1",
    "   -1+1|cmd",
    "\uff1dHYPERLINK(1)",
    '";=1+1;"',
    "@SUM(A1)",
    "\t+1",
    "",
    "   ",
    "x" * 1_000_000,
    "x " * 1_000,
]


def waived(judgement: Judgement, *parts: int, by: Waiving = WAIVING) -> Judgement:
    """Waive the violations of some parts, by their places, or all."""
    found = judgement.verdict.violations
    named = [found[at].part for at in parts or range(len(found))]
    marks = {part: replace(judgement.mark(part), waiver=by) for part in named}
    return judgement._replace(marks={**judgement.marks, **marks})


def stands(judgement: Judgement, state: BaselineState) -> Judgement:
    """Say of all violations how they stood in the baseline."""
    marks = {v.part: replace(judgement.mark(v.part), state=state) for v in judgement.verdict.violations}
    return judgement._replace(marks=marks)


def marked_summary(judgements: Iterable[Judgement], problems: Iterable[Problem] = ()) -> Summary:
    """Count judgements, waived violations as a stage would correct it."""
    judged = list(judgements)
    summary = summary_of(judged, problems)
    for judgement in judged:
        level, left = judgement.verdict.level, replace(judgement.verdict, violations=judgement.open).level
        tally = summary.tallies[judgement.rule.id]
        if level and left != level:
            tally.levels[level] -= 1
            tally.levels.update([left] if left else [])
            tally.waived += not left
    return summary


def report_on(  # noqa: PLR0913 - a test says only what differs
    report: Report,
    path: Path,
    judgements: Iterable[Judgement],
    problems: Iterable[Problem] = (),
    *,
    about: Scan | None = None,
    left_out: Mapping[str, int] | None = None,
) -> list[str]:
    """Write a report as a scan does; return what it says is not in it."""
    judged = list(judgements)
    summary = marked_summary(judged, problems)
    summary.left_out.update(left_out or {})
    writer = report.open(path, about or scan())
    for at in range(0, len(judged), 100):
        writer.add(judged[at : at + 100])
    return writer.finish(summary)
