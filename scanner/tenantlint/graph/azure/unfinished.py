"""A run that is under way, on disk: what it reads, and since when; and beside that, what it has read so far.

It is a folder beside the snapshot to be, which goes when the snapshot is complete, and is what ``--resume`` goes on
with.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.coverage import Unread
from tenantlint.errors import UsageError
from tenantlint.graph.azure.scope import Choice, Scope

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


class Unfinished:
    """The *folder* of a run under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, make: Callable[[], Run]) -> Run:
        """Start a run. Raises ``UsageError`` where one is under way here."""
        if self.folder.exists():
            hint = "the same command with --resume goes on with it; or remove the folder"
            raise UsageError(f"{self.folder} holds a run that was not finished", hint=hint)
        run = make()
        self.folder.mkdir(mode=0o700, parents=True)
        beside = self.folder / f"{_FILE}.new"
        beside.write_bytes(orjson.dumps({"format": _FORMAT, **asdict(run)}))
        beside.replace(self.folder / _FILE)
        return run

    def resume(self, cloud: str, tenant_id: str, choice: Choice) -> Run:
        """Return the run to go on with. Raises ``UsageError`` where there is none, or one that reads something else."""
        try:
            run = _load(orjson.loads((self.folder / _FILE).read_bytes()))
        except FileNotFoundError as error:
            raise UsageError(f"there is no run to go on with: {self.folder} is not there", hint=_ANEW) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"the run in {self.folder} cannot be gone on with: {error}", hint=_ANEW) from error
        if (run.cloud, run.tenant_id, run.choice) != (cloud, tenant_id, choice):
            raise UsageError(
                f"the run in {self.folder} reads something else", hint="give the same cloud, tenant and subscriptions"
            )
        return run

    def end(self) -> None:
        """Remove the folder: the run is finished."""
        shutil.rmtree(self.folder)


_ANEW: Final = "start anew, without --resume"


def _load(said: dict[str, Any]) -> Run:
    if said["format"] != _FORMAT:
        raise ValueError("another version of tenantlint began it")
    scope = Scope(
        tuple(tuple(group) for group in said["scope"]["groups"]),
        tuple(Unread(**entry) for entry in said["scope"]["unread"]),
    )
    choice = Choice(**{name: tuple(values) for name, values in said["choice"].items()})
    return Run(said["cloud"], said["tenant_id"], choice, scope, datetime.fromisoformat(said["started_at"]))
