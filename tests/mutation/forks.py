"""Runs something in a fork of this process: it starts with all that is imported here, and leaves nothing behind."""

import os
import resource
import select
import signal
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

_WAITING = 20
"""What a busy machine may make of a second of work; after that, the fork is waiting for something."""


@dataclass(frozen=True)
class Ended:
    """What a fork said, and the seconds that it worked."""

    said: str
    seconds: float


def in_fork(work: Callable[[], str], at_most: float) -> Ended:
    """Return what *work* returns, a short text; a fork that dies, or works for more seconds than *at_most*, says so."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _work(work, writing, at_most)
    os.close(writing)
    ended, _, _ = select.select([reading], [], [], at_most * _WAITING)
    if not ended:
        os.kill(child, signal.SIGKILL)
    said = os.read(reading, 1000).decode(errors="replace")
    os.close(reading)
    used = os.wait4(child, 0)[2]
    return Ended(said[1:] if said else "died, or was too slow", used.ru_utime + used.ru_stime)


def _work(work: Callable[[], str], writing: int, at_most: float) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(at_most), resource.RLIM_INFINITY))
        os.write(writing, f".{work()}".encode()[:1000])
    finally:
        os._exit(0)  # not as a process ends: what this one has begun is its parent's to finish
