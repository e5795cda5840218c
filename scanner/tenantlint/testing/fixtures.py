"""What the fixtures of ``pytest_tenantlint`` are: the types by which a test names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from tenantlint.rules import Rule
    from tenantlint.testing.graphs import TenantGraph
    from tenantlint.testing.judging import Judged
    from tenantlint.testing.merging import Row


class CopyOf(Protocol):
    """``copy_of``: writes resources as a tenant copy; see :func:`tenantlint.testing.tenant_copy`."""

    def __call__(self, *resources: Row, **how: Any) -> Path:  # noqa: ANN401 - what tenant_copy takes
        """Return the folder of the copy."""
        ...


class LocalGraph(Protocol):
    """``local_graph``: opens a resource graph over a tenant copy, or over resources."""

    def __call__(self, *what: Path | Row) -> TenantGraph:
        """Return a graph that answers until the test ends."""
        ...


class Judge(Protocol):
    """``judge``: judges a tenant copy, or resources; see :func:`tenantlint.testing.judge_copy`."""

    def __call__(self, what: Path | list[Row], *rules: Rule | str, **how: Any) -> Judged:  # noqa: ANN401 - what judge_copy takes
        """Return what the rules say."""
        ...


class Golden(Protocol):
    """``golden``: holds a report against the file that keeps it, whose path starts at the test's folder."""

    def __call__(self, file: Path | str, report: str) -> None:
        """Assert that they are the same, or with ``--update-golden`` make them so."""
        ...
