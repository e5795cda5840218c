"""Servers that several test files ask."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.serving import Options, serving
from tests.graph.server.clients import DEMO, Client, write_estate, write_numbers

Serve = Callable[..., Client]

UNCOUNTED = Quota(None)


def _served(copy: Path) -> Iterator[Client]:
    with serving(read_copy(copy), Options(quota=UNCOUNTED)) as running:
        yield Client(running.url)


@pytest.fixture(scope="session")
def demo() -> Iterator[Client]:
    """Serve the demo tenant; nobody counts queries."""
    yield from _served(DEMO)


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Serve 2,345 numbered resources."""
    yield from _served(write_numbers(tmp_path_factory.mktemp("numbers")))


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Serve a tenant with management groups, and subscriptions that were not read."""
    yield from _served(write_estate(tmp_path_factory.mktemp("estate")))


@pytest.fixture(scope="session")
def started() -> Iterator[ExitStack]:
    """Return what closes servers that have been told to stop: waiting for each by itself would take its time."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve(started: ExitStack) -> Iterator[Serve]:
    """Return a function that serves a copy, with options of its own, until the test ends."""
    servers = []

    def start(copy: Path = DEMO, **options: Any) -> Client:  # noqa: ANN401 - whatever Options has
        running = started.enter_context(serving(read_copy(copy), Options(**{"quota": UNCOUNTED, **options})))
        servers.append(running.server)
        return Client(running.url)

    yield start
    for server in servers:
        server.should_exit = True
