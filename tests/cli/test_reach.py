"""What a night did not look at is not gone in it, and what is deleted is, whatever nights were kept as."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.nights import RULE, keep_night, unread, vm

KINDS = ("", ".sarif")


def diff(call: Call, old: Path | str, new: Path | str) -> tuple[int, Counter[str]]:
    ended = call("diff", old, new, *RULE, "--format", "json")
    return ended.code, Counter(each["state"] for each in orjson.loads(ended.out)["changes"])


@pytest.mark.parametrize("then", KINDS)
@pytest.mark.parametrize("now", KINDS)
@pytest.mark.parametrize("machines", [1, 12])
def test_all_of_a_subscription_that_was_deleted_is_gone(
    call: Call, tmp_path: Path, then: str, now: str, machines: int
) -> None:
    lost = [vm(f"far-{number}", 33, 2) for number in range(machines)]
    old = keep_night(call, tmp_path, 19, [vm("near", 33), *lost])
    new = keep_night(call, tmp_path, 20, [vm("near", 33)], there=(1,))

    assert diff(call, f"{old}{then}", f"{new}{now}") == (0, {"gone": machines})


@pytest.mark.parametrize("kind", KINDS)
def test_a_trend_counts_what_was_deleted_as_fixed_once_a_night_was_complete(
    call: Call, tmp_path: Path, kind: str
) -> None:
    keep_night(call, tmp_path, 18, [vm("near", 33), *(vm(f"far-{n}", 33, 2) for n in range(12)), vm("other", 33, 3)])
    keep_night(call, tmp_path, 19, [vm("near", 33)], there=(1, 3), missing=[unread(3)])
    keep_night(call, tmp_path, 20, [vm("near", 33), vm("other", 33, 3)], there=(1, 3))
    folder = tmp_path / "of one kind"
    folder.mkdir()
    for path in (tmp_path / "nights").iterdir():
        if path.suffix == kind:
            path.rename(folder / path.name)

    rows = orjson.loads(call("trend", folder, *RULE, "--format", "json").out)

    assert [(row["errors"], row["fixed"]) for row in rows] == [(14, None), (1, 0), (2, 12)]


@pytest.mark.parametrize("kind", KINDS)
def test_results_that_were_carried_are_no_proof_that_their_subscription_was_read(
    call: Call, tmp_path: Path, kind: str
) -> None:
    near, far = vm("near", 33), vm("far", 33, 2)
    old = keep_night(call, tmp_path, 18, [near, far])
    new = keep_night(call, tmp_path, 20, [near], there=(1,))
    narrow = new.with_name("narrow")
    keep_scope(new, narrow)
    call("check", narrow, *RULE, f"--baseline={old}.sarif", f"--report=sarif-full={narrow}.sarif")

    assert diff(call, f"{old}.sarif", f"{narrow}{kind}") == (3, {"no-longer-known": 1})


def keep_scope(snapshot: Path, into: Path) -> None:
    """Make of a snapshot one of a scan for which its subscriptions were named."""
    snapshot.rename(into)
    manifest = orjson.loads((into / "manifest.json").read_bytes())
    manifest["scope"] = {"subscriptions": manifest["coverage"]["requested"]}
    (into / "manifest.json").write_bytes(orjson.dumps(manifest))
