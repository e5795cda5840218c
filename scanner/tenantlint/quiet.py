"""Standard output is for reports: what plugins print while the host runs them goes to standard error."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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
