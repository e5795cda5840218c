"""What the engine would answer otherwise than Kusto is refused, where it stands."""

import pytest

from tenantlint.errors import KqlError
from tests.conftest import Ask


@pytest.mark.parametrize(
    ("kql", "said", "column"),
    [
        ("Resources | summarize make_list(name, 2)", "make_list() with a largest size", 23),
        ("Resources | summarize x = make_set(name, 1) by type", "make_set() with a largest size", 27),
        ("Resources | extend w = bin(now(), 7d)", "bin() by several days", 24),
        ("Resources | mv-expand tags limit 2001", "'mv-expand' with a limit above 2,000", 28),
        ("Resources | union (Resources | mv-expand tags limit 9999)", "'mv-expand' with a limit above 2,000", 47),
    ],
)
def test_what_would_be_misread_is_refused_with_its_place(kql: str, said: str, column: int, ask: Ask) -> None:
    with pytest.raises(KqlError) as error:
        ask(kql)

    assert f"the local resource graph cannot run {said}" in str(error.value)
    assert (error.value.line, error.value.column) == (1, column)


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | summarize names = make_list(name), kinds = make_set(type)",
        "Resources | extend day = bin(now(), 1d), hour = bin(now(), 1h), tens = bin(toint(properties.count), 10)",
        "Resources | mv-expand tags limit 2000",
    ],
)
def test_what_is_read_as_it_is_meant_runs(kql: str, ask: Ask) -> None:
    assert ask(kql)
