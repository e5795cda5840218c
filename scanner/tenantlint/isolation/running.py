"""Lets rules judge apart: each in a process of its own, a few at a time."""

from __future__ import annotations

import os
import sys
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tenantlint.isolation.apart import NOBODY, Answers, Apart
from tenantlint.isolation.plan import Isolation, Plan
from tenantlint.isolation.supervision import Supervisor
from tenantlint.standing import is_demanded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from tenantlint.manifest import Manifest
    from tenantlint.rules import Rule
    from tenantlint.snapshot import Snapshot

_MOST_AT_ONCE: Final = 4
_LOOK_UP: Final = 0.2
"""Seconds after which the host looks whether it was interrupted: not everywhere does that end waiting."""


@contextmanager
def judged_apart(  # noqa: PLR0913 - what a check depends on, spelled out
    isolation: Isolation,
    rules: Sequence[Rule],
    snapshot: Snapshot,
    now: datetime,
    tell: Callable[[str], None] = lambda _: None,
    *,
    at_once: int = min(_MOST_AT_ONCE, os.cpu_count() or 1),
) -> Iterator[Apart]:
    """Let those of *rules* that *isolation* names judge *snapshot* as of *now*; give what they said.

    No process is started where it names none. *at_once* of them run at a time, which changes no verdict. *tell* is told
    what goes on.
    """
    chosen = [rule for rule in rules if rule.id in isolation.rules]
    if not chosen:
        yield NOBODY
        return
    with TemporaryDirectory(prefix="tenantlint-apart-", ignore_cleanup_errors=True) as folder:
        plans = [_plan(isolation, rule, snapshot, now) for rule in chosen]
        supervisors = [_supervisor(plan, Path(folder) / str(number)) for number, plan in enumerate(plans)]
        _run(supervisors, at_once, tell)
        notes = [note for each in supervisors for note in each.notes()]
        yield Apart({each.plan.rule: each.answers for each in supervisors}, tuple(notes))


def _plan(isolation: Isolation, rule: Rule, snapshot: Snapshot, now: datetime) -> Plan:
    partitions = _partitions(snapshot.manifest, rule.on) if is_demanded(rule, isolation.edition) else ()
    return Plan(isolation, rule.id, partitions, snapshot.folder, now, tuple(sys.path))


def _partitions(manifest: Manifest, table: str) -> tuple[str, ...]:
    """Return the partitions in which *table* has rows."""
    if table not in manifest.tables:
        return ()
    return tuple(name for name in manifest.partitions_of(table) if name in manifest.tables[table].files)


def _supervisor(plan: Plan, folder: Path) -> Supervisor:
    temp = folder / "temp"
    temp.mkdir(parents=True)
    return Supervisor(plan, Answers(folder / "answers"), temp)


def _run(supervisors: Sequence[Supervisor], at_once: int, tell: Callable[[str], None]) -> None:
    """Run all; where the host is interrupted meanwhile, end what was started first."""
    with ThreadPoolExecutor(at_once) as pool:
        waiting: set[Future[None]] = {pool.submit(each.run) for each in supervisors}
        try:
            while waiting:
                tell(f"judging by rules of others: {len(waiting)} to go")
                done, waiting = wait(waiting, _LOOK_UP, FIRST_COMPLETED)
                for each in done:
                    each.result()
        except BaseException:
            for supervisor in supervisors:
                supervisor.give_up()
            raise
