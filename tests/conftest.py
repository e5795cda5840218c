"""What tests share: KQL over one small tenant copy."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tenantlint.testing import open_graph
from tests.makers import row, write_copy

Row = dict[str, Any]
Ask = Callable[[str], list[Row]]

THINGS: list[Row] = [
    {
        **row("things", "a", location="westeurope", tags={"env": "prod", "a.b": "dotted"}),
        "kind": "linux",
        "properties": {
            "count": 3,
            "kind": "inner",
            "nothing": None,
            "word": "null",
            "list": [1, 2, 3],
            "set": {"of": 7},
        },
    },
    {**row("things", "b", "s2", location="northeurope", properties=None), "kind": ""},
    row("things", "C", "s2", location="westeurope", properties={"count": 5, "nothing": 0, "list": list(range(200))}),
]
SUBSCRIPTIONS: list[Row] = [
    {"id": f"/subscriptions/{id_}", "name": id_, "type": "microsoft.resources/subscriptions", "subscriptionId": id_}
    for id_ in ("s1", "s2")
]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Return a function that runs KQL over three things in two subscriptions and gives the rows."""
    copy = write_copy(tmp_path_factory.mktemp("copy"), {"Resources": THINGS, "ResourceContainers": SUBSCRIPTIONS})
    with open_graph(copy) as graph:
        yield graph.ask
