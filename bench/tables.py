"""Figures as tables: what was measured, and the targets."""

from collections.abc import Callable, Iterable, Sequence

from bench.fresh import Result
from bench.sizes import Size, Written
from bench.targets import Target

Row = Sequence[str]

FIGURES: dict[str, Callable[[Size], str]] = {
    "collect": lambda size: _time_and_peak(size.collect),
    "snapshot": lambda size: f"{size.collect.counts['rows']:,} rows, {_mb(size.collect.counts['bytes'])}",
    "decode only": lambda size: _time_and_peak(size.decode),
    "evaluate all rules": lambda size: _time_and_peak(size.evaluate),
    "evaluate ÷ decode only": lambda size: f"{size.ratio:.2f}",
    "a verdict ÷ one of the first rules": lambda size: f"{size.verdict:.2f}",
    "rules": lambda size: f"{size.evaluate.counts['rules']}",
    "resources judged": lambda size: f"{size.evaluate.counts['resources']:,}",
    "resources judged per second": lambda size: f"{size.evaluate.counts['resources'] / size.evaluate.seconds:,.0f}",
    "verdicts": lambda size: f"{size.evaluate.counts['verdicts']:,}",
    "sarif": lambda size: _report(size.sarif),
    "… by its own serialiser": lambda size: _own(size.sarif),
    "… own serialiser ÷ sarif": lambda size: f"{size.sarif.factor:.1f}",
    "sarif-full": lambda size: _report(size.sarif_full),
    "… all verdicts by its own serialiser": lambda size: _own(size.sarif_full),
    "… own serialiser ÷ sarif-full": lambda size: f"{size.sarif_full.factor:.1f}",
}


def figures(sizes: Sequence[Size]) -> list[Row]:
    """Lay out what was measured: one column per size."""
    rows = [(name, *map(show, sizes)) for name, show in FIGURES.items()]
    return [("", *(f"{size.vms:,} VMs" for size in sizes)), *rows]


def verdicts(targets: Iterable[Target]) -> list[Row]:
    """Lay out the targets: what was wanted, what was measured."""
    rows = [
        (target.what, target.wanted, f"{target.measured:,.2f}", "met" if target.met else "missed") for target in targets
    ]
    return [("target", "wanted", "measured", ""), *rows]


def markdown(rows: Sequence[Row]) -> str:
    """Write a table in Markdown."""
    head, *rest = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rest))


def plain(rows: Sequence[Row]) -> str:
    """Write a table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def _time_and_peak(result: Result) -> str:
    return f"{_seconds(result.seconds)}, {_mb(result.peak_rss)} peak RSS"


def _report(written: Written) -> str:
    report = written.report
    size = f"{report.counts['results']:,} results, {_mb(report.counts['bytes'])}"
    return f"{_seconds(report.seconds)}, {size}, {_mb(report.peak_rss)} peak RSS"


def _own(written: Written) -> str:
    sample, of = written.own.counts["results"], written.report.counts["results"]
    scaled = "" if sample == of else f" (scaled from {sample:,} results in {_seconds(written.own.seconds)})"
    return f"{_seconds(written.own_seconds)}{scaled}"


def _seconds(seconds: float) -> str:
    return f"{seconds:,.2f} s"


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
