"""Collects a snapshot from whatever ``--graph`` names."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tenantlint.cli.azure import say
from tenantlint.cli.progress import progress
from tenantlint.collect import collect
from tenantlint.errors import TenantlintError
from tenantlint.folders import refuse_existing
from tenantlint.graph.azure.access import reach
from tenantlint.graph.azure.live import AzureGraph, Tenant
from tenantlint.graph.azure.scope import find_scope
from tenantlint.graph.azure.unfinished import Run, Unfinished
from tenantlint.graph.azure.wire import SignedOutError
from tenantlint.populations import with_populations
from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tenantlint.cli.azure import AzureChoices
    from tenantlint.collect import Doubts
    from tenantlint.graph.azure.access import Session
    from tenantlint.manifest import About
    from tenantlint.tables import Table


class InterruptedRunError(TenantlintError):
    """The user has had enough for now."""

    exit_code = 130


@dataclass(frozen=True)
class Place:
    """Where a snapshot goes. What is read meanwhile is *kept* beside it, and *resume* goes on with what is there."""

    into: Path
    kept: bool
    resume: bool

    @property
    def unfinished(self) -> Unfinished:
        """The run under way."""
        return Unfinished(self.into.with_name(f"{self.into.name}.unfinished"))


def collect_azure(choices: AzureChoices, tables: Sequence[Table], place: Place, about: About, doubts: Doubts) -> None:
    """Collect *tables* from Azure into a new folder at *place*."""
    refuse_existing(place.into, "snapshots")  # before anything is read
    with reading(choices, place, len(with_populations(tables))) as (graph, tell):
        collect(graph, tables, place.into, about=about, doubts=doubts, progress=tell)
    place.unfinished.end()


@contextmanager
def reading(choices: AzureChoices, place: Place, queries: int) -> Iterator[tuple[AzureGraph, Callable[[str], None]]]:
    """Start the run at *place*, or go on with it; give the graph to read from, and what shows progress."""
    with progress() as tell, _resumable(place), reach(choices.access, say) as session:
        run = _run(session, choices, place)
        say(preflight(session, run, queries))
        tenant = Tenant(run.cloud, run.tenant_id, run.started_at, asdict(run.choice))
        folder = place.unfinished.folder
        with AzureGraph(session.sender, tenant, run.scope, folder, session.stop, _now, tell) as graph:
            yield graph, tell


def preflight(session: Session, run: Run, queries: int) -> str:
    """Say in one line who asks for how much, and what of it cannot be had; ``tenantlint doctor`` is the long form."""
    name = session.identity.name if session.identity else ""
    who = ", ".join(part for part in (run.cloud, run.tenant_id and f"tenant {run.tenant_id}", name) if part)
    readable, hidden = len(run.scope.subscriptions), sum(bool(entry.subscription) for entry in run.scope.unread)
    over = f"{readable} of {readable + hidden}" if hidden else f"{readable}"
    requests = len(run.scope.groups) * queries
    told = [
        f"{who}: {queries} queries over {over} subscription{'' if over == '1' else 's'}, {requests} requests or more"
    ]
    told += [entry.reason for entry in run.scope.unread if not entry.subscription]
    told += ["`tenantlint doctor` says why the others cannot be read"] if hidden else []
    return visible_prose("; ".join(told))


def _run(session: Session, choices: AzureChoices, place: Place) -> Run:
    cloud, tenant_id = choices.access.cloud.name, session.tenant_id
    if place.resume:
        return place.unfinished.resume(cloud, tenant_id, choices.choice, _signed_in(session))
    return place.unfinished.begin(
        lambda: Run(
            cloud, tenant_id, choices.choice, find_scope(session.sender, choices.choice), _now(), _signed_in(session)
        )
    )


def _signed_in(session: Session) -> str:
    return session.identity.object_id if session.identity else ""


@contextmanager
def _resumable(place: Place) -> Iterator[None]:
    """Tell whoever interrupts, or has to sign in again, how to go on."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise InterruptedRunError("interrupted", hint=_how_to_go_on(place)) from error
    except SignedOutError as error:
        error.hint = "; then ".join(filter(None, (error.hint, _how_to_go_on(place))))
        raise


def _how_to_go_on(place: Place) -> str:
    if not place.kept:
        return "with --snapshot, a run can be gone on with later"
    return "the same command with --resume goes on" if place.unfinished.is_begun else ""


def _now() -> datetime:
    return datetime.now(UTC)
