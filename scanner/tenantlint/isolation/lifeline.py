"""No process outlives its host, not even where a rule never lets another thread of Python run."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.context import Context
    from tenantlint.model import Verdict
    from tenantlint.resource import Resource
    from tenantlint.rules import Judge

_ENDED: Final = 70
"""What the process ends with when its host is gone."""

_LENIENCE: Final = 60.0
"""Seconds by which a process outstays its time before it ends itself: as a rule its host did that long before."""


def end_with_host(plan: int, others: tuple[int, ...]) -> None:
    """End this process, with all that a rule starts, once nobody holds the other end of the pipe *plan*.

    Where it can be, a process of its own waits for that: a regular expression may hold the interpreter for ever. It is
    nobody's child, so that a rule that waits for its children does not wait for it. *others* are no concern of its.
    """
    if sys.platform == "win32":
        Thread(target=_end, args=(plan, os.getpid()), daemon=True).start()
        return
    process = os.getpid()
    if between := os.fork():
        os.waitpid(between, 0)
        os.close(plan)
        return
    if os.fork():
        os._exit(0)
    for file in others:
        os.close(file)
    _end(plan, process)


def _end(plan: int, process: int) -> None:
    with suppress(OSError):
        while os.read(plan, 1):
            pass
    if sys.platform != "win32":
        if os.getpgrp() == process:
            os.killpg(0, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    os._exit(_ENDED)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End the process where what is done meanwhile takes far longer than *seconds* and no host put an end to it.

    Where what is done splits the process in two, only the first comes back.
    """
    process = os.getpid()
    faulthandler.dump_traceback_later(seconds + _LENIENCE, exit=True, file=2)
    try:
        yield
    finally:
        leave_unless(process)
        faulthandler.cancel_dump_traceback_later()


class InOneProcess:
    """Asks a rule; where that split the process in two, only the first comes back."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._process = os.getpid()

    def __call__(self, resource: Resource, context: Context) -> Verdict:
        """Return what the rule says."""
        try:
            return self._judge(resource, context)
        finally:
            leave_unless(self._process)


def leave_unless(process: int) -> None:
    """End this process unless it is *process*: a copy of it has none of the threads that hold its locks."""
    if os.getpid() != process:
        os._exit(0)
