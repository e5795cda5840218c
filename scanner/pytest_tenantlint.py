"""Fixtures for the tests of plugins.

pytest imports this module wherever tenantlint is installed, and before it measures coverage. That is why it lies beside
the package rather than in it, and why nothing is imported before a fixture is asked for.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Rule
    from tenantlint.testing import Judged, Row
    from tenantlint.testing.fixtures import CopyOf, Golden, Judge, LocalGraph

GOLDEN = "--update-golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that keeps golden reports anew."""
    group = parser.getgroup("tenantlint", "policies for Azure tenants")
    group.addoption(GOLDEN, action="store_true", help="keep the golden reports as they are written now")


@pytest.fixture(scope="session")
def demo_tenant() -> Path:
    """Return the folder of the demo tenant, a tenant copy of a company that does not exist."""
    import tenantlint.demo  # noqa: PLC0415 - see above

    return Path(tenantlint.demo.__path__[0])


@pytest.fixture
def copy_of(tmp_path_factory: pytest.TempPathFactory) -> CopyOf:
    """Return a function that writes resources as a tenant copy and gives its folder."""
    from tenantlint.testing import tenant_copy  # noqa: PLC0415 - see above

    return lambda *resources, **how: tenant_copy(tmp_path_factory.mktemp("copies") / "copy", *resources, **how)


@pytest.fixture
def local_graph(copy_of: CopyOf) -> Iterator[LocalGraph]:
    """Return a function that opens a resource graph over a tenant copy, or over resources: ``.ask(kql)`` gives rows."""
    from tenantlint.testing import open_graph  # noqa: PLC0415 - see above

    with ExitStack() as opened:
        yield lambda *what: opened.enter_context(open_graph(_copy(what, copy_of)))


@pytest.fixture
def judge(tmp_path_factory: pytest.TempPathFactory, copy_of: CopyOf) -> Judge:
    """Return a function that judges a tenant copy, or a list of resources, by rules or their ids."""
    from tenantlint.testing import judge_copy  # noqa: PLC0415 - see above

    def judged(what: Path | list[Row], *rules: Rule | str, **how: Any) -> Judged:  # noqa: ANN401 - what judge_copy takes
        copy = what if isinstance(what, Path) else copy_of(*what)
        return judge_copy(copy, tmp_path_factory.mktemp("judged") / "snapshot", *rules, **how)

    return judged


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return a function that holds a report against the file that keeps it, whose path starts at the test's folder."""
    from tenantlint.testing import compare_with_golden  # noqa: PLC0415 - see above

    update = bool(request.config.getoption(GOLDEN))
    return lambda file, report: compare_with_golden(request.path.parent / file, report, update=update)


def _copy(what: tuple[Path | Row, ...], copy_of: CopyOf) -> Path:
    folders = [each for each in what if isinstance(each, Path)]
    return folders[0] if folders else copy_of(*(each for each in what if not isinstance(each, Path)))
