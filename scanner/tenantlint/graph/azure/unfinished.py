"""A run that is under way, on disk: what it reads, and since when; and beside that, what it has read so far.

It is a folder beside the snapshot to be, which goes when the snapshot is complete, and is what ``--resume`` goes on
with.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time, as are the next: what is on disk must be of their types
from typing import TYPE_CHECKING, Final

import msgspec

from tenantlint.errors import UsageError
from tenantlint.graph.azure.scope import Choice, Scope  # noqa: TC001 - likewise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FILE: Final = "run.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Run:
    """What a run reads: the *choice* in a *cloud* and tenant, which came to a *scope* when it started."""

    cloud: str
    tenant_id: str
    choice: Choice
    scope: Scope
    started_at: datetime
    signed_in: str = ""
    """The object id of who reads; empty where nobody knows."""


@dataclass(frozen=True, slots=True)
class _Saved:
    run: Run
    format: int = _FORMAT


class Unfinished:
    """The *folder* of a run under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def is_begun(self) -> bool:
        """Whether there is a run to go on with."""
        return (self.folder / _FILE).exists()

    def begin(self, make: Callable[[], Run]) -> Run:
        """Start a run. Raises ``UsageError`` where one is under way here."""
        beside = self.folder / f"{_FILE}.new"
        if self.folder.exists() and any(entry != beside for entry in self.folder.iterdir()):
            hint = "the same command with --resume goes on with it; or remove the folder"
            raise UsageError(f"{self.folder} holds a run that was not finished", hint=hint)
        run = make()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with beside.open("wb") as out:
            out.write(msgspec.json.encode(_Saved(run)))
            out.flush()
            os.fsync(out.fileno())  # a power cut must not leave a run of which nobody knows what it reads
        beside.replace(self.folder / _FILE)
        return run

    def resume(self, cloud: str, tenant_id: str, choice: Choice, signed_in: str = "") -> Run:
        """Return the run to go on with. Raises ``UsageError`` where there is none, or one that reads something else."""
        try:
            run = _load((self.folder / _FILE).read_bytes())
        except FileNotFoundError as error:
            raise UsageError(f"there is no run to go on with in {self.folder}", hint=_ANEW) from error
        except (OSError, ValueError) as error:
            hint = f"remove the folder and {_ANEW}"
            raise UsageError(f"the run in {self.folder} cannot be gone on with: {error}", hint=hint) from error
        if (run.cloud, run.tenant_id, run.choice) != (cloud, tenant_id, choice):
            raise UsageError(
                f"the run in {self.folder} reads something else", hint="give the same cloud, tenant and subscriptions"
            )
        if run.signed_in and signed_in and run.signed_in != signed_in:
            hint = "sign in as whoever began it, since others may see less; or remove the folder and start anew"
            raise UsageError(f"the run in {self.folder} was begun by somebody else", hint=hint)
        return run

    def end(self) -> None:
        """Remove the folder: the run is finished."""
        shutil.rmtree(self.folder)


def _load(text: bytes) -> Run:
    said = msgspec.json.decode(text)
    if isinstance(said, dict) and said.get("format") != _FORMAT:
        raise ValueError("another version of tenantlint began it")
    return msgspec.convert(said, _Saved).run


_ANEW: Final = "start anew, without --resume"
