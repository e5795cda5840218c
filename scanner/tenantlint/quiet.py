"""Standard output is for reports: what plugins print while the host runs them goes to standard error."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAKEN: Final[list[tuple[TextIO, TextIO, int]]] = []
"""Where standard output is taken: what leads there, and to put it back what did before and its file descriptor."""


def stdout() -> TextIO:
    """Return the standard output, which where it is taken nobody else has."""
    return _TAKEN[-1][0] if _TAKEN else sys.stdout


def take_stdout() -> None:
    """From now on have standard output alone: what others print, at any time and by any way, goes to standard error.

    Threads that plugins start print when they like, and what they leave for the end is printed after all reports.
    """
    usual, number = sys.stdout, _number_of(sys.stdout)
    if _TAKEN or number is None or _number_of(sys.stderr) is None:
        return
    usual.flush()
    ours = os.fdopen(os.dup(number), "w", encoding=usual.encoding, errors=usual.errors, closefd=False)
    _TAKEN.append((ours, usual, os.dup(1)))
    os.dup2(2, 1)
    sys.stdout = sys.stderr


def give_stdout_back() -> None:
    """Undo that, where a process goes on with something else."""
    while _TAKEN:
        ours, usual, kept = _TAKEN.pop()
        sys.stdout = usual
        os.close(ours.fileno())
        os.dup2(kept, 1)
        os.close(kept)


@contextmanager
def folder_kept() -> Iterator[None]:
    """Come back to the working directory, from which paths are understood, wherever a plugin goes meanwhile."""
    try:
        here = Path.cwd()
    except OSError:  # it is gone
        yield
        return
    try:
        yield
    finally:
        os.chdir(here)


def _number_of(stream: TextIO | None) -> int | None:
    """Return the file descriptor of *stream*; None where it has none or is closed."""
    try:
        return stream.fileno() if stream else None
    except (OSError, ValueError):
        return None


@contextmanager
def stdout_kept() -> Iterator[None]:
    """Send to standard error what is printed meanwhile: by Python, by C, by other programs that are started."""
    with redirect_stdout(sys.stderr), _moved(1, onto=2):
        yield


@contextmanager
def _moved(number: int, *, onto: int) -> Iterator[None]:
    """Let one file descriptor mean another, where both are open."""
    _flush()
    try:
        kept = os.dup(number)
        os.dup2(onto, number)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _flush()
        os.dup2(kept, number)
        os.close(kept)


def _flush() -> None:
    with suppress(OSError, ValueError, AttributeError):  # closed, or none at all
        sys.__stdout__.flush()  # type: ignore[union-attr]  # see above
