"""The service: what one request asks of the tenant copy, and the page that it gets."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.graph.server.answers import Answers, StoredAnswer
from tenantlint.graph.server.errors import payload_too_large
from tenantlint.graph.server.estate import Moment, read_estate
from tenantlint.graph.server.facets import facet
from tenantlint.graph.server.kql import whole
from tenantlint.graph.server.pages import Page
from tenantlint.graph.server.paging import following, window
from tenantlint.graph.server.queries import Queries
from tenantlint.graph.server.scope import resolve
from tenantlint.graph.server.tables import Tables

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tenantlint.graph.copies import TenantCopy
    from tenantlint.graph.server.api_versions import ApiVersion
    from tenantlint.graph.server.estate import Estate
    from tenantlint.graph.server.kql import Whole
    from tenantlint.graph.server.mutations import Mutation
    from tenantlint.graph.server.paging import Window
    from tenantlint.graph.server.request import QueryRequest
    from tenantlint.graph.server.scope import Scope
    from tenantlint.graph.server.tables import Revision


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server may be told: which subscriptions to ``deny``, and the service's own limits.

    ``under_scope`` is how many subscriptions a tenant or a management group may have, ``payload`` how many bytes an
    answer, ``listed`` how many subscriptions a page of ``GET /subscriptions``.
    """

    deny: frozenset[str] = frozenset()
    under_scope: int = 18_000
    payload: int = 16 * 1024 * 1024
    listed: int = 1000


class Service:
    """The tenant copy *copy*, which may change while it is asked; *work* is a folder for temporary files."""

    def __init__(self, copy: TenantCopy, work: Path, settings: Settings) -> None:
        self.copy = copy
        self.settings = settings
        self._tables = Tables(copy.files, work / "tables")
        self._answers = Answers(work / "answers")
        self._queries = Queries(self._tables, copy.captured_at)
        self._estates: dict[Revision | None, Estate] = {}
        self._lock = threading.Lock()

    def now(self) -> Moment:
        """Look at the tenant. Raises ``CopyError`` where a table's file has gone."""
        revisions = self._tables.revisions()
        containers = revisions.get("resourcecontainers")
        with self._lock:
            if containers not in self._estates:
                file = containers.file if containers else None
                self._estates = {containers: read_estate(file, self.copy.coverage, self.settings.deny)}
            return Moment(revisions, self._estates[containers])

    def mutate(self, mutation: Mutation) -> None:
        """Change the tenant, for everybody from now on; the copy on disk stays as it is. Raises ``CopyError``."""
        self._tables.change(mutation.table.lower(), mutation.rewrite)

    def ask(self, request: QueryRequest, version: ApiVersion) -> Page:
        """Answer *request* as *version* does. Raises ``ServiceError``, and ``CopyError`` for a broken copy."""
        moment = self.now()
        scope = resolve(request, moment.estate, self.settings.under_scope)
        query = whole(request.query)

        def run(kql: Whole) -> AbstractContextManager[StoredAnswer]:
            key = (kql.text, scope, tuple(moment.revisions.values()))
            return self._answers.lease(key, lambda folder: self._queries.run(kql, scope, moment, folder))

        with run(query) as answer:
            shown = window(request, limited=answer.limited, default=version.rows)
            self._refuse_large(answer, shown, request)
            facets = [facet(asked, query, answer.columns, run, table=request.table) for asked in request.facets]
            return _page(answer, shown, request, scope, facets)

    def _refuse_large(self, answer: StoredAnswer, shown: Window, request: QueryRequest) -> None:
        """Refuse a page that is known to be too large before it is read into memory."""
        begin, end = answer.span(shown.start, shown.rows)
        if not request.table and end - begin > self.settings.payload:
            raise payload_too_large(end - begin, self.settings.payload)


def _page(answer: StoredAnswer, shown: Window, request: QueryRequest, scope: Scope, facets: list[bytes]) -> Page:
    rows = answer.read(shown.start, shown.rows)
    more = shown.start + len(rows) < answer.rows
    return Page(
        answer.rows,
        len(rows),
        answer.columns,
        rows,
        facets,
        request.table,
        truncated=more and not answer.pageable,
        token=following(shown, request.token) if more and answer.pageable else None,
        cut=scope.cut,
    )
