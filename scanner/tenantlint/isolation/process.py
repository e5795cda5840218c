"""A process that judges by one rule, held so that nothing it does keeps the host waiting."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final

from tenantlint.isolation.frames import Frame, Kind, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tenantlint.isolation.plan import Plan
    from tenantlint.isolation.prints import Prints

_COMMAND: Final = (sys.executable, "-P", "-m", "tenantlint.isolation.worker")
_PATIENCE: Final = 1.0
"""Seconds that a process and its pipes get to end after they were told to."""


class TooSlowError(Exception):
    """No frame came in time."""


class Process:
    """A process that works at *plan*, with a group of its own; its temporary files go to *temp*.

    Pipes are read by threads, since a pipe cannot be waited for everywhere, and since whatever a rule started may hold
    it open for ever.
    """

    def __init__(self, plan: Plan, temp: Path, prints: Prints) -> None:
        self._stopping = Lock()
        self._ended: str | None = None
        self._frames: SimpleQueue[Frame | None] = SimpleQueue()
        folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temp))
        with ExitStack() as theirs:
            stdin, self._plan = _pipe(theirs, 0)
            answers, stdout = _pipe(theirs, 1)
            printed, stderr = _pipe(theirs, 1)
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
                _COMMAND, env={**os.environ, **folders}, stdin=stdin, stdout=stdout, stderr=stderr, **_group()
            )
        self._threads = [_thread(self._listen, answers), _thread(prints.read, printed)]
        with suppress(OSError):  # it ended at once: the frames end, too
            send(self._plan, Frame(Kind.PLAN, pickle.dumps(plan)))

    def next(self, seconds: float) -> Frame | None:
        """Return the next frame; None where there is none left. Raises ``TooSlowError``."""
        try:
            return self._frames.get(timeout=seconds)
        except Empty:
            raise TooSlowError from None

    def stop(self) -> str:
        """Kill the process and whatever it started; say how it ended. Whoever waits for a frame is told at once."""
        with self._stopping:
            if self._ended is None:
                self._ended = self._stop()
            return self._ended

    def _stop(self) -> str:
        self._kill()
        self._frames.put(None)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        for thread in self._threads:
            thread.join(_PATIENCE)
        os.close(self._plan)
        return _told(self._process.returncode)

    def _listen(self, answers: int) -> None:
        for frame in receive(answers):
            self._frames.put(frame)
        self._frames.put(None)

    def _kill(self) -> None:
        if sys.platform == "win32":
            tree = ("taskkill", "/F", "/T", "/PID", str(self._process.pid))
            subprocess.run(tree, capture_output=True, check=False)  # noqa: S603 - of Windows
        else:
            with suppress(ProcessLookupError, PermissionError):  # nobody is left; or only what is ending
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()


def _pipe(theirs: ExitStack, end: int) -> tuple[int, int]:
    """Make a pipe of which one *end*, to be read (0) or written (1), is the other process's."""
    ends = os.pipe()
    theirs.callback(os.close, ends[end])
    return ends


def _thread(read: Callable[[int], None], file: int) -> Thread:
    """Read *file* to its end, which may never come, and close it."""

    def run() -> None:
        with suppress(OSError):
            read(file)
        os.close(file)

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread


def _group() -> dict[str, Any]:
    """Return what makes a process the first of a group, which Ctrl-C does not reach and which can be killed whole."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _told(code: int | None) -> str:
    if code is None or code >= 0:
        return f"its process ended with exit code {code}"
    with suppress(ValueError):
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process was ended by signal {-code}"
