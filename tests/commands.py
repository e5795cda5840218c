"""Runs the command line as its users do: in a process of its own, into a pipe or on a terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TENANTLINT = str(Path(sys.executable).with_name("tenantlint"))
TIMEOUT = 60  # seconds

# What would change how a command prints, or what it reads.
_LEFT_OUT = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "TZ")


@dataclass(frozen=True)
class Ended:
    """What a command ended with, and what it printed."""

    code: int
    out: str
    err: str


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment without what changes how a command prints, and with `changes`."""
    return {name: value for name, value in os.environ.items() if name not in _LEFT_OUT} | changes


def run(*arguments: object, cwd: Path | None = None, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ended:
    """Run tenantlint with pipes for all three streams."""
    done = subprocess.run(
        [TENANTLINT, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        env=environment(**(env or {})),
        capture_output=True,
        check=False,
        timeout=TIMEOUT,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def run_on_terminal(*arguments: object, columns: int = 160, out: Path | None = None) -> Ended:
    """Run tenantlint on a terminal; `err` is what that shows, but for what goes to the file `out` if there is one."""
    leader, follower = pty.openpty()
    with out.open("wb") if out else os.fdopen(os.dup(follower), "wb") as stdout:
        process = subprocess.Popen(
            [TENANTLINT, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=follower,
            env=environment(TERM="xterm-256color", COLUMNS=str(columns)),
        )
    os.close(follower)
    shown = _all_of(leader).decode().replace("\r\n", "\n")
    return Ended(process.wait(TIMEOUT), out.read_text("utf-8") if out else "", shown)


def _all_of(leader: int) -> bytes:
    shown = b""
    with os.fdopen(leader, "rb", buffering=0) as terminal:
        while True:
            try:
                shown += terminal.read(65536) or b""
            except OSError:  # how Linux says that the other side is closed
                return shown
