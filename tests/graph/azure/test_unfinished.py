"""Runs that are under way, on disk."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from tenantlint.coverage import Unread
from tenantlint.errors import TenantlintError, UsageError
from tenantlint.graph.azure.scope import Choice, Scope
from tenantlint.graph.azure.unfinished import Run, Unfinished
from tests.graph.azure.live_makers import NOW
from tests.tenant_copies import TENANT, subscription

RUN = Run(
    "AzureCloud",
    TENANT,
    Choice((subscription(1),), ("corp",), (subscription(2),)),
    Scope(((subscription(1), subscription(3)), (subscription(4),)), (Unread("hidden", subscription(5), "resources"),)),
    NOW,
)


@pytest.fixture
def unfinished(tmp_path: Path) -> Unfinished:
    return Unfinished(tmp_path / "deep" / "snapshot.unfinished")


def begin(unfinished: Unfinished) -> Run:
    return unfinished.begin(lambda: RUN)


def resume(unfinished: Unfinished) -> Run:
    return unfinished.resume(RUN.cloud, RUN.tenant_id, RUN.choice)


def test_a_run_is_gone_on_with_as_it_was_begun(unfinished: Unfinished) -> None:
    assert begin(unfinished) is RUN
    assert resume(Unfinished(unfinished.folder)) == RUN


def test_nobody_else_can_read_what_is_in_a_run(unfinished: Unfinished) -> None:
    begin(unfinished)

    assert unfinished.folder.stat().st_mode & 0o077 == 0


def test_a_run_is_not_begun_where_there_is_one(unfinished: Unfinished) -> None:
    begin(unfinished)

    with pytest.raises(UsageError, match="was not finished") as error:
        unfinished.begin(lambda: pytest.fail("nothing is asked for then"))

    assert "--resume" in error.value.hint


def test_a_folder_of_somebody_elses_is_left_alone(unfinished: Unfinished) -> None:
    unfinished.folder.mkdir(parents=True)
    (unfinished.folder / "thesis.txt").touch()

    with pytest.raises(UsageError):
        begin(unfinished)


def test_nothing_is_left_where_the_scope_cannot_be_found(unfinished: Unfinished) -> None:
    def fail() -> Run:
        raise TenantlintError("there is nothing to read")

    with pytest.raises(TenantlintError):
        unfinished.begin(fail)

    assert not unfinished.folder.exists()


def test_a_run_that_was_killed_while_it_was_written_down_is_none(unfinished: Unfinished) -> None:
    unfinished.folder.mkdir(parents=True)
    (unfinished.folder / "run.json.new").write_bytes(b'{"ru')

    with pytest.raises(UsageError, match="no run to go on with"):
        resume(unfinished)
    assert begin(unfinished) == resume(unfinished)


def test_there_is_nothing_to_go_on_with(unfinished: Unfinished) -> None:
    with pytest.raises(UsageError, match="no run to go on with") as error:
        resume(unfinished)

    assert error.value.hint == "start anew, without --resume"


OTHERS: dict[str, Run] = {
    "another cloud": replace(RUN, cloud="AzureChinaCloud"),
    "another tenant": replace(RUN, tenant_id=subscription(9)),
    "another subscription": replace(RUN, choice=replace(RUN.choice, subscriptions=(subscription(7),))),
    "another group": replace(RUN, choice=replace(RUN.choice, management_groups=())),
    "less excluded": replace(RUN, choice=replace(RUN.choice, excluded=())),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_run_is_refused(unfinished: Unfinished, other: Run) -> None:
    begin(unfinished)

    with pytest.raises(UsageError, match="reads something else"):
        unfinished.resume(other.cloud, other.tenant_id, other.choice)


def changed(**changes: object) -> bytes:
    said = orjson.loads(orjson.dumps({"format": 1, "run": orjson.loads(orjson.dumps(RUN))}))
    return orjson.dumps({**said, "run": {**said["run"], **changes}})


BROKEN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "half": lambda: changed()[:80],
    "a list": lambda: b"[]",
    "no run": lambda: b'{"format": 1}',
    "no choice": lambda: changed(choice=[]),
    "no scope": lambda: changed(scope=None),
    "groups that are none": lambda: changed(scope={"groups": "abc", "unread": []}),
    "what is unread is none": lambda: changed(scope={"groups": [], "unread": [3]}),
    "no time": lambda: changed(started_at="yesterday"),
    "a number for a cloud": lambda: changed(cloud=3),
    "no text": lambda: b"\xff\xfe",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_run_that_cannot_be_read_is_an_error_that_says_what_to_do(
    unfinished: Unfinished, text: Callable[[], bytes]
) -> None:
    begin(unfinished)
    assert resume(unfinished) == RUN
    (unfinished.folder / "run.json").write_bytes(text())

    with pytest.raises(UsageError, match="cannot be gone on with") as error:
        resume(unfinished)

    assert "remove the folder" in error.value.hint


def test_what_breaks_the_run_is_the_change_alone(unfinished: Unfinished) -> None:
    begin(unfinished)
    (unfinished.folder / "run.json").write_bytes(changed())

    assert resume(unfinished) == RUN


def test_a_run_of_another_version_is_refused(unfinished: Unfinished) -> None:
    begin(unfinished)
    (unfinished.folder / "run.json").write_bytes(b'{"format": 2, "run": {}}')

    with pytest.raises(UsageError, match="another version"):
        resume(unfinished)


def test_a_run_that_is_finished_leaves_nothing(unfinished: Unfinished) -> None:
    begin(unfinished)
    (unfinished.folder / "query").mkdir()
    unfinished.end()

    assert not unfinished.folder.exists()


@pytest.mark.parametrize(
    ("begun", "signed_in", "taken"), [("a", "b", False), ("a", "a", True), ("", "b", True), ("a", "", True)]
)
def test_somebody_else_may_see_less_and_so_cannot_go_on(
    unfinished: Unfinished, *, begun: str, signed_in: str, taken: bool
) -> None:
    run = unfinished.begin(lambda: replace(RUN, signed_in=begun))

    if taken:
        assert unfinished.resume(run.cloud, run.tenant_id, run.choice, signed_in) == run
    else:
        with pytest.raises(UsageError, match="was begun by somebody else"):
            unfinished.resume(run.cloud, run.tenant_id, run.choice, signed_in)
