"""A night whose answers lack what another table holds must not read as a night in which all was mended."""

import shutil
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from tenantlint.comparing.changes import doubted
from tests.cli.conftest import Call
from tests.commands import Ended
from tests.nights import RULE, keep_night, unread, vm

DEMO = Path(str(files("tenantlint.demo")))


def demo_without_items(into: Path) -> Path:
    shutil.copytree(DEMO, into)
    file = next(path for path in into.iterdir() if path.name.lower().startswith("recoveryservicesresources"))
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(line for line in lines if b'/protecteditems"' not in line.lower()))
    return into


@pytest.mark.parametrize("kind", ["", ".sarif"])
def test_protected_items_that_are_not_shown_fix_nothing(call: Call, tmp_path: Path, kind: str) -> None:
    copies = (DEMO, demo_without_items(tmp_path / "copy"))
    for name, copy in zip(("then", "now"), copies, strict=True):
        kept = tmp_path / name
        call("scan", "--graph", copy, "--snapshot", kept, f"--report=sarif-full={kept}.sarif", "--fail-on", "never")

    said = orjson.loads(call("diff", f"{tmp_path / 'then'}{kind}", tmp_path / "now", "--format", "json").out)

    states = Counter(each["state"] for each in said["changes"])
    assert states["no-longer-known"] > 80
    assert states["gone"] == 0
    fixed = Counter(each["rule"] for each in said["changes"] if each["state"] == "fixed")
    # An archive does not tell what the tables held: a few violations of a rule may well be fixed in one night.
    assert max(fixed.values(), default=0) < (10 if kind else 1)


def test_an_archive_knows_what_had_ended(call: Call, tmp_path: Path) -> None:
    nights = [keep_night(call, tmp_path, day, [vm("web", disks)]) for day, disks in ((18, 33), (19, 3), (20, 33))]
    call("check", nights[1], "--baseline", nights[0], *RULE, f"--report=sarif-full={nights[1]}.sarif")

    ended = call("diff", f"{nights[1]}.sarif", nights[2], *RULE)

    assert "Reopened: these had ended before (1):" in ended.out
    assert ended.code == 1


def follow(call: Call, nights: list[Path], *, kept_as: str = ".sarif") -> Ended:
    """Judge each night with the one before as its baseline, and keep it so; return what the last one ended with."""
    for before, night in pairwise(nights):
        ended = call(
            "check",
            night,
            *RULE,
            f"--baseline={before}{kept_as}",
            f"--report=sarif-full={night}.sarif",
            "--fail-on=never",
        )
    return ended


def test_a_night_that_could_not_look_does_not_hide_what_is_lost_after_it(call: Call, tmp_path: Path) -> None:
    """Too few of them are violations to be missed: what kept the rule then must be remembered, too."""
    many = [vm(f"vm{number}", 33 if number < 4 else 3) for number in range(40)]
    nights = [
        keep_night(call, tmp_path, 17, many),
        keep_night(call, tmp_path, 18, [], missing=[unread(1)]),
        keep_night(call, tmp_path, 19, [], missing=[unread(1)]),
        keep_night(call, tmp_path, 20, []),
    ]

    ended = follow(call, nights)

    assert ": 4 no longer known" in ended.err
    assert "there are 0 such resources where there were 40, which may be a mistake" in ended.err
    said = call("diff", f"{nights[2]}.sarif", nights[3], *RULE)
    assert (said.code, "where there were 40" in said.out) == (3, True)


@pytest.mark.parametrize("kind", ["", ".sarif"])
def test_what_is_doubted_makes_a_scan_incomplete_once_and_the_next_night_is_believed(
    call: Call, tmp_path: Path, kind: str
) -> None:
    nights = [
        keep_night(call, tmp_path, 18, [vm(f"vm{number}", 33) for number in range(40)]),
        keep_night(call, tmp_path, 19, []),
        keep_night(call, tmp_path, 20, []),
    ]
    doubted = follow(call, nights[:2], kept_as=kind)

    assert doubted.code == 3
    assert "note: 40 violations look fixed or gone, which is not believed, 40 of them since " in doubted.err
    believed = follow(call, nights[1:])
    assert (believed.code, "40 gone" in believed.err) == (0, True)


def test_the_reasons_for_doubts_are_counted_after_the_first() -> None:
    (said,) = doubted(Counter({"a is lost": 3, "b is lost": 2, "c is lost": 1}))

    assert said.startswith("6 violations look fixed or gone, which is not believed, 3 of them since a is lost; ")
    assert "the others for 2 more such reasons" in said
    assert doubted(Counter()) == []
