"""Moments as Azure writes them, and whatever else is written in their place."""

from datetime import UTC, datetime

import pytest

from tenantlint.model import Json
from tenantlint.times import parse_time

AT = datetime(2026, 11, 19, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-19T02:11:00Z", AT),
        ("2026-11-19t02:11:00z", AT),
        (" 2026-11-19T02:11:00 ", AT),
        ("2026-11-19T02:11", AT),
        ("2026-11-19T04:11:00+02:00", AT),
        ("2026-11-19T02:11:00.0000000Z", AT),
        ("2026-11-19T02:11:00.1234567Z", AT.replace(microsecond=123456)),
        ("2026-11-19T02:11:00.123Z", AT.replace(microsecond=123000)),
        ("2026-11-19T02:11:00.123456789+00:00", AT.replace(microsecond=123456)),
        ("2026-11-19", None),
        ("", None),
        ("T", None),
        ("soon", None),
        ("2026-02-30T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        (None, None),
        (7, None),
        (["2026-11-19T02:11:00Z"], None),
    ],
)
def test_a_moment_is_read_in_utc_and_nothing_else_is_one(value: Json, moment: datetime | None) -> None:
    assert parse_time(value) == moment
