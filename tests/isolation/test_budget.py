"""What `[isolation]` in a settings file may say."""

from typing import Any

import pytest

from tenantlint.errors import ConfigError
from tenantlint.isolation.budget import Budget, read_budget


@pytest.mark.parametrize(
    ("config", "budget"),
    [
        ({}, Budget(30, 100)),
        ({"isolation": {}}, Budget(30, 100)),
        ({"isolation": {"seconds": 0.5}}, Budget(0.5, 100)),
        ({"isolation": {"seconds": 86_400, "failures": 0}}, Budget(86_400, 0)),
    ],
)
def test_what_is_left_unsaid_is_as_documented(config: dict[str, Any], budget: Budget) -> None:
    assert read_budget(config) == budget


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"seconds": 0}, "isolation.seconds: expected a number above zero, not 0"),
        ({"seconds": -1}, "isolation.seconds: expected a number above zero, not -1"),
        ({"seconds": float("nan")}, "isolation.seconds: expected a number above zero, not nan"),
        ({"seconds": True}, "isolation.seconds: expected a number above zero, not True"),
        ({"seconds": "30"}, "isolation.seconds: expected a number above zero, not '30'"),
        ({"seconds": 86_401}, "isolation.seconds: expected at most 86400, a day, not 86401"),
        ({"failures": -1}, "isolation.failures: expected a number of resources, not -1"),
        ({"failures": 1.5}, "isolation.failures: expected a number of resources, not 1.5"),
        ({"failures": False}, "isolation.failures: expected a number of resources, not False"),
        ({"second": 1}, "[isolation] has no key 'second'"),
        ("30", "isolation is a table, not '30'"),
    ],
)
def test_what_cannot_be_meant_is_an_error(said: object, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_budget({"isolation": said})
    assert str(raised.value) == message
