"""What of a report is kept, and how a difference is told."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tenantlint import __version__
from tenantlint.testing import compare_with_golden, normalised
from tenantlint.testing.golden import HINT, MOST_LINES, difference

LOG = {
    "runs": [
        {
            "tool": {
                "driver": {"semanticVersion": __version__, "fullName": f"tenantlint {__version__}"},
                "extensions": [{"name": "tenantlint_acme", "version": "3.2.1"}, {"name": "loose"}],
            },
            "automationDetails": {"id": "s/20261120T020000Z", "guid": "b6f1c2d4"},
            "results": [{"message": {"text": "was Göteborg 2026-11-20T02:00:00Z"}}],
        }
    ]
}
MOMENT = datetime(2026, 11, 20, 2, tzinfo=UTC)


def test_a_kept_log_is_indented_and_names_no_version() -> None:
    kept = normalised(json.dumps(LOG))

    assert __version__ not in kept
    assert "3.2.1" not in kept
    assert kept.splitlines()[1] == ' "runs": ['
    assert '"guid": "b6f1c2d4"' in kept
    assert "Göteborg 2026-11-20T02:00:00Z" in kept


def test_a_kept_log_differs_where_anything_but_the_version_does() -> None:
    assert "9.9.9" in normalised(json.dumps(LOG).replace(__version__, "9.9.9"))
    assert normalised(json.dumps(LOG).replace("3.2.1", "4")) == normalised(json.dumps(LOG))


@pytest.mark.parametrize("moment", [MOMENT, MOMENT.astimezone(timezone(timedelta(hours=9)))])
def test_a_moment_is_taken_out_however_it_is_written(moment: datetime) -> None:
    text = "as of 2026-11-20 02:00 UTC, 2026-11-20T02:00:00Z, 2026-11-20T02:00:00.0000000Z; 2026-11-20T02:00:01Z"

    assert normalised(text, moments=[moment]) == "as of MOMENT UTC, MOMENT, MOMENT; 2026-11-20T02:00:01Z"
    log = normalised(json.dumps(LOG), moments=[moment])
    assert '"id": "s/MOMENT"' in log
    assert "b6f1c2d4" not in log


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}', "{", '{"a": 1}\n{"runs": 1}\n', "no JSON\n"])
def test_what_is_no_sarif_log_is_kept_as_it_is(text: str) -> None:
    assert normalised(text) == text


def test_a_difference_is_shown_with_what_to_do() -> None:
    shown = list(difference('{\n "a": 1,\n "b": 2\n}\n', '{\n "a": 1,\n "b": 3\n}\n'))

    assert shown[-1] == HINT
    assert {'- "b": 2', '+ "b": 3'} <= set(shown)


def test_of_a_large_difference_the_beginning_is_shown() -> None:
    shown = list(difference("", "\n".join(map(str, range(10_000)))))

    assert len(shown) == MOST_LINES + 1
    assert shown[-1] == HINT


def test_what_is_kept_is_compared_and_only_kept_anew_where_asked(tmp_path: Path) -> None:
    file = tmp_path / "golden" / "demo.txt"
    with pytest.raises(AssertionError, match=r"demo\.txt differs") as raised:
        compare_with_golden(file, "one\n")
    assert "+one" in str(raised.value)
    assert not file.exists()

    compare_with_golden(file, "one\n", update=True)
    compare_with_golden(file, "one\n")
    assert file.read_bytes() == b"one\n"
    with pytest.raises(AssertionError, match="-one"):
        compare_with_golden(file, "two\n")
    assert file.read_bytes() == b"one\n"
