"""Resource graphs: whatever answers KQL about a tenant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tenantlint.coverage import Coverage, Unread

RESOURCE_GRAPH_TABLES: Final = frozenset(
    [
        "advisorresources",
        "alertsmanagementresources",
        "appserviceresources",
        "authorizationresources",
        "awsresources",
        "azurebusinesscontinuityresources",
        "cdnresources",
        "chaosresources",
        "communitygalleryresources",
        "computeresources",
        "desktopvirtualizationresources",
        "dnsresources",
        "edgeorderresources",
        "elasticsanresources",
        "extendedlocationresources",
        "featureresources",
        "guestconfigurationresources",
        "healthresourcechanges",
        "healthresources",
        "insightsresources",
        "iotsecurityresources",
        "kubernetesconfigurationresources",
        "kustoresources",
        "maintenanceresources",
        "managedservicesresources",
        "migrateresources",
        "networkresources",
        "orbitalresources",
        "patchassessmentresources",
        "patchinstallationresources",
        "policyresources",
        "recoveryservicesresources",
        "resourcechanges",
        "resourcecontainerchanges",
        "resourcecontainers",
        "resources",
        "securityresources",
        "servicefabricresources",
        "servicehealthresources",
        "spotresources",
        "supportresources",
        "tagsresources",
    ]
)
"""The tables of the service, in lower case: their names are not case-sensitive."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: the columns of its result and the Resource Graph tables that it read, in lower case.

    ``unread`` is what of the answer is missing.
    """

    columns: tuple[str, ...]
    tables: tuple[str, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """Which tenant a graph speaks of, as of when, and how much of it can be seen. Times are aware.

    ``scope`` is what the user named of it; see ``Manifest``.
    """

    name: str
    cloud: str
    tenant_id: str
    started_at: datetime
    ended_at: datetime
    coverage: Coverage
    scope: Mapping[str, Sequence[str]] = field(default_factory=dict)


class NotReadError(Exception):
    """A table that this graph cannot give; the message says why.

    Verdicts that need the table are ``not-evaluable: unread``.
    """


class ResourceGraph(Protocol):
    """Something that answers KQL about a tenant."""

    def prepare(self, queries: Iterable[str], *, repeating: Iterable[str] = ()) -> None:
        """Say what will be fetched, so that it can be read at once; never raises for a query."""
        ...

    def fetch(self, kql: str, into: Path, *, repeating: bool = False) -> Answer:
        """Run *kql* and write its rows, one JSON object a line, in any order, to the new file *into*.

        With *repeating* several rows may have the same id, or none.

        Raises ``NotReadError`` where a table cannot be read, ``KqlError`` where the query cannot be run.
        """
        ...

    def info(self) -> GraphInfo:
        """Describe the tenant; asked after the last fetch, since only then is it known what could not be read."""
        ...
