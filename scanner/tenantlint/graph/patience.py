"""How long the local resource graph works for a query of a rule."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tenantlint.errors import KqlError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

SECONDS: Final = 120.0
"""A rule's query takes less than one on any copy; a join of everything with everything never ends."""

_AGAIN: Final = 0.1


@contextmanager
def within(seconds: float, connection: duckdb.DuckDBPyConnection, kql: str) -> Iterator[None]:
    """Interrupt what runs on *connection* after *seconds*; that raises ``KqlError``, and others go on."""
    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        ended = done.wait(seconds)
        while not ended:
            late.set()
            connection.interrupt()
            ended = done.wait(_AGAIN)  # then again: between two statements there was nothing to interrupt

    watcher = threading.Thread(target=watch, name="patience", daemon=True)
    watcher.start()
    try:
        yield
    except KqlError as error:
        if late.is_set():
            raise KqlError(f"it took longer than {seconds:g} s on the local resource graph", kql) from error
        raise
    finally:
        done.set()
        watcher.join()
