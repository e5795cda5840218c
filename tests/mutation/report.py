"""What a run found: per module in words, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.mutation.mutants import Mutant
from tests.mutation.survivors import accepted, reason_for


@dataclass(frozen=True)
class Tried:
    """A mutant, and what noticed it: nothing where it lives."""

    mutant: Mutant
    noticed: str

    @property
    def reason(self) -> str:
        """Why it may live; empty where it does not, or nothing says so."""
        return "" if self.noticed else reason_for(self.mutant)


def killed(tried: Sequence[Tried]) -> int:
    return sum(bool(each.noticed) for each in tried)


def is_new(each: Tried) -> bool:
    """Tell whether a mutant lives although nothing says that it may."""
    return not each.noticed and not each.reason


def rate(tried: Sequence[Tried]) -> float:
    return killed(tried) / len(tried) if tried else 1.0


def about_module(tried: Sequence[Tried]) -> Iterator[str]:
    """Yield the lines that tell how the mutants of one module fared."""
    yield f"{tried[0].mutant.place}: {len(tried)} mutants, {killed(tried)} killed"
    for each in tried:
        if not each.noticed:
            mutant = each.mutant
            yield f"  {mutant.place}:{mutant.line} {mutant.operator}"
            yield f"    - {mutant.before}"
            yield f"    + {mutant.after}"
            yield f"      {each.reason or 'NEW: nothing says why it may live'}"


def summary(tried: Sequence[Tried]) -> Iterator[str]:
    """Yield the lines at the end."""
    alive = [each for each in tried if not each.noticed]
    new = sum(map(is_new, alive))
    yield f"{len(tried)} mutants, {killed(tried)} killed ({rate(tried):.1%}), {len(alive)} alive, {new} of them new"


def stale(tried: Sequence[Tried]) -> Iterator[str]:
    """Yield what survivors.toml says and no mutant that lives needs; only a run over the whole pack can tell."""
    alive = [each.mutant for each in tried if not each.noticed]
    for entry in accepted():
        if not any(entry.accepts(mutant) for mutant in alive):
            yield f"survivors.toml: nothing that lives is {entry}"


def write_json(path: Path, tried: Sequence[Tried]) -> None:
    keys = ("module", "line", "operator", "before", "after")
    rows = [
        {**{key: getattr(each.mutant, key) for key in keys}, "noticed": each.noticed, "reason": each.reason}
        for each in tried
    ]
    path.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2) + b"\n")
