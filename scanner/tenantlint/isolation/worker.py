"""The process in which a rule of a third party judges: ``python -P -m tenantlint.isolation.worker``.

It reads a plan from standard input and writes frames to standard output, both of which it moves out of the way before
any plugin is loaded: what plugins print goes where standard error went, and is counted there.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.isolation.answers import OverBudgetError
from tenantlint.isolation.budget import MOST_MEMORY, START_SECONDS
from tenantlint.isolation.frames import Frame, Kind, receive, send
from tenantlint.isolation.lifeline import at_most, end_with_host
from tenantlint.judge import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.isolation.judging import Judging
    from tenantlint.isolation.plan import Plan


@dataclass(frozen=True, slots=True)
class Streams:
    """What the host holds the other ends of, as file descriptors, and the process that it started.

    There are the plan, where answers go, and where what is printed is counted.
    """

    plan: int
    answers: int
    prints: int
    process: int


def main() -> None:
    """Judge as planned; then end at once, whatever threads a rule left running."""
    streams = _move_streams()
    try:
        plan = _read_plan(streams.plan)
        end_with_host(streams.plan, (streams.answers, streams.prints))
        _limit_memory()
        for frame in _frames(plan, streams):
            _send(streams, frame)
    except BaseException as error:  # noqa: BLE001 - a rule may raise anything; the host is told
        _send(streams, Frame(Kind.ENDED, f"it ended the process: {describe(error)}".encode()))
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
        os._exit(0)


def _send(streams: Streams, frame: Frame) -> None:
    """Send *frame*, unless a rule split the process in two and this is the other one."""
    if os.getpid() == streams.process:
        send(streams.answers, frame)


def _move_streams() -> Streams:
    """Take the standard streams away from whoever prints, reads or closes them; nobody hears a word from now on."""
    streams = Streams(os.dup(0), os.dup(1), os.dup(2), os.getpid())
    for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)):
        nowhere = os.open(os.devnull, flags)
        os.dup2(nowhere, number)
        os.close(nowhere)
    return streams


def _read_plan(file: int) -> Plan:
    plan: Plan = pickle.loads(next(receive(file)).content)  # noqa: S301 - of the host, through a pipe that nobody else has
    sys.path[:] = plan.path
    return plan


def _frames(plan: Plan, streams: Streams) -> Iterator[Frame]:
    from tenantlint.isolation.judging import Judging  # noqa: PLC0415 - the host's modules are found from here on

    budget = plan.isolation.budget.seconds
    with at_most(START_SECONDS):
        judging = Judging(plan)
    with judging:
        _let_print(streams.prints)
        yield Frame(Kind.READY)
        with at_most(budget):
            judging.compute_facts()
        yield Frame(Kind.FACTS)
        for partition in plan.partitions:
            with at_most(budget):
                frame = _judged(judging, partition)
            yield frame


def _judged(judging: Judging, partition: str) -> Frame:
    try:
        return Frame(Kind.ANSWER, judging.answer(partition))
    except OverBudgetError as error:
        return Frame(Kind.STOPPED, str(error).encode())


def _let_print(prints: int) -> None:
    """Let the host hear what is printed from now on, line by line: the process may be killed at any time."""
    os.dup2(prints, 1)
    os.dup2(prints, 2)
    os.close(prints)
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]  # it is what Python made it


def _limit_memory() -> None:
    """Let an allocation fail rather than the machine, where the system knows such a limit."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY if hard < 0 else min(hard, MOST_MEMORY), hard))


if __name__ == "__main__":
    main()
