"""Being told to end, as by a cancelled job or ``docker stop``, tidies up as Ctrl-C does."""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

INTERRUPTED: Final = 130
"""What a shell gives for a program that SIGINT ended."""

_NAMES: Final = ("SIGTERM", "SIGHUP")
_SHELL: Final = 128


class Stopping:
    """Knows what the command was told to end by, if not by Ctrl-C."""

    def __init__(self) -> None:
        self._told: int | None = None

    @property
    def code(self) -> int:
        """What a command ends with that was interrupted."""
        return _SHELL + self._told if self._told else INTERRUPTED

    def take(self, number: int, _: FrameType | None) -> None:
        """Interrupt what goes on."""
        self._told = number
        raise KeyboardInterrupt


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Let signals that would end the process at once interrupt it; what somebody ignores stays ignored."""
    told = Stopping()
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    taken = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    with suppress(ValueError):  # not in the main thread, which alone can be told
        for number in taken:
            signal.signal(number, told.take)
    try:
        yield told
    finally:
        with suppress(ValueError):
            for number in taken:
                signal.signal(number, signal.SIG_DFL)
