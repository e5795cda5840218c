"""What users leave out: it is not judged, it is counted, and what cannot be checked excuses nothing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tenantlint import Context, Resource, Verdict
from tenantlint.exclusions import Exclusion
from tenantlint.results import Summary
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot
from tests.commands import run
from tests.makers import PARTS, SHOPS, collect_copy, judge_all, make_rule, make_table, row, write_copy

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
COLUMNS = """name, subscriptionId, tags, properties_priority = properties.priority,
    properties_timeCreated = properties.timeCreated, properties_size = properties.size"""
MACHINES = make_table("machines", "acme/machines", "id", COLUMNS)
OTHERS = make_table("others", "acme/machines", None, "name, subscriptionId")


def machine(name: str, group: str = "rg-app", subscription: str = "s1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any property
    tags = more.pop("tags", None)
    id_ = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/acme/machines/{name}"
    return {**row("machines", name, subscription), "id": id_, "tags": tags, "properties": more}


ROWS = [
    machine("spot", priority="SPOT", tags={"Env": "Dev"}),
    machine("lab", "RG-Lab-1", tags={"env": "prod", "n": 7, "no": None}),
    machine("young", subscription="s2", timeCreated="2026-11-14T02:00:00.1234567Z"),
    machine("week", subscription="s2", timeCreated="2026-11-13T02:00:00Z"),
    machine("future", subscription="s2", timeCreated="2026-12-01T02:00:00Z"),
    machine("odd", "rg-[x]", priority=["Spot"], timeCreated=7, tags="Dev", size=4),
    {**row("parts", "part", "s1"), "properties": {"owner": machine("spot")["id"].upper()}},
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("exclusions")
    tables = [MACHINES, OTHERS, PARTS, SHOPS]
    return collect_copy(write_copy(folder / "copy", {"Resources": ROWS}), tables, folder / "snapshot", 2)


def wrong(resource: Resource, _: Context) -> Verdict:
    return resource.violation("is wrong", level="error")


def judged(snapshot: Snapshot, *exclusions: Exclusion, on: str = "machines") -> tuple[Summary, dict[str, Verdict]]:
    settings = Settings(exclusions=exclusions)
    summary, judgements = judge_all(snapshot, [make_rule(wrong, on=on)], settings=settings)
    return summary, {judgement.subject.name: judgement.verdict for judgement in judgements}


def left_out(snapshot: Snapshot, exclusion: Exclusion, on: str = "machines") -> set[str]:
    _, verdicts = judged(snapshot, exclusion, on=on)
    return {name for name, verdict in verdicts.items() if verdict.outcome == "not-applicable"}


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        ({"where": (("properties.priority", "spot"),)}, {"spot"}),
        ({"where": (("properties.priority", "*"),)}, {"spot"}),
        ({"where": (("properties.size", "4"),)}, {"odd"}),
        ({"where": (("properties.size", "4"), ("properties.priority", "spot"))}, set()),
        ({"where": (("sku.name", "*"),)}, set()),
        ({"tags": (("env", "dev"),)}, {"spot"}),
        ({"tags": (("env", "*"),)}, {"spot", "lab"}),
        ({"tags": (("env", "*"), ("n", "7"))}, {"lab"}),
        ({"tags": (("no", "*"),)}, set()),
        ({"resource_groups": ("rg-lab-*",)}, {"lab"}),
        ({"resource_groups": ("rg-lab", "rg-[x]")}, {"odd"}),
        ({"where": (("properties.priority | length(@)", "4"),)}, {"spot"}),
        ({"where": (("properties.priority | lenght(@)", "4"),)}, set()),
        ({"resources": ("*/machines/s*", "*/young")}, {"spot", "young"}),
        ({"subscriptions": ("s2",)}, {"young", "week", "future"}),
        ({"subscriptions": ("s2",), "resources": ("*/young",)}, {"young"}),
        ({"younger_than_days": 7.0}, {"young"}),
        ({"younger_than_days": 7.1}, {"young", "week"}),
        ({"younger_than_days": 2.0**53}, {"young", "week"}),
        ({"has": ("parts",)}, {"spot"}),
        ({"rules": ("acme-rule",), "has": ("parts",)}, {"spot"}),
        ({"rules": ("acme-other",), "has": ("parts",)}, set()),
    ],
)
def test_what_all_conditions_of_an_exclusion_fit_is_left_out(
    conditions: dict[str, Any], names: set[str], snapshot: Snapshot
) -> None:
    assert left_out(snapshot, Exclusion("they are toys", **conditions)) == names


@pytest.mark.parametrize("conditions", [{"has": ("parts",)}, {"tags": (("env", "*"),)}, {"younger_than_days": 9.0}])
def test_a_table_that_cannot_tell_leaves_nothing_out(conditions: dict[str, Any], snapshot: Snapshot) -> None:
    assert left_out(snapshot, Exclusion("toys", **conditions), on="others") == set()


def test_what_is_left_out_says_why_and_is_counted(snapshot: Snapshot) -> None:
    toys, none = Exclusion("toys", resources=("*/spot", "*/lab")), Exclusion("none", resources=("*/x",))
    summary, verdicts = judged(snapshot, toys, none)

    assert verdicts["spot"].message == "is left out by the settings: toys"
    assert verdicts["week"].outcome == "violation"
    assert dict(summary.left_out) == {"toys": 2, "none": 0}
    assert summary.tallies["acme-rule"].total == 6
    assert not summary.incomplete


def test_of_two_exclusions_the_first_gives_the_reason(snapshot: Snapshot) -> None:
    _, verdicts = judged(snapshot, Exclusion("first", resources=("*/spot",)), Exclusion("second", resources=("*",)))

    assert verdicts["spot"].message.endswith("first")
    assert verdicts["lab"].message.endswith("second")


def test_a_verdict_that_two_exclusions_leave_out_is_counted_once(snapshot: Snapshot) -> None:
    spot, again, rest = (
        Exclusion(why, resources=(fits,)) for why, fits in (("a", "*/spot"), ("a", "*/sp*"), ("b", "*"))
    )
    summary, _ = judged(snapshot, spot, again, rest)

    assert dict(summary.left_out) == {"a": 1, "b": 5}


SETTINGS = """
[[exclude]]
reason = "session hosts are made anew"
rules = ["unprotected-vm"]
has = ["session_hosts"]
[[exclude]]
reason = "test"
tags = { env = "dev" }
"""


def test_a_scan_tells_what_the_settings_leave_out(tmp_path: Path) -> None:
    (tmp_path / "tenantlint.toml").write_text(SETTINGS)
    ended = run("scan", "--demo", "--rule", "unprotected-vm", cwd=tmp_path)

    assert ended.code == 1
    notes = ended.err.splitlines()
    assert notes[0].startswith("note: the settings leave out ")
    assert notes[0].endswith(": session hosts are made anew")
    assert notes[1].endswith("verdicts: test")
    counts = [int(note.partition("leave out ")[2].partition(" ")[0]) for note in notes]
    assert ended.out.splitlines()[-1].endswith(f"; left out by the settings: {sum(counts)}.")


def test_an_exclusion_for_other_rules_than_the_chosen_is_not_said_to_fit_nothing(tmp_path: Path) -> None:
    (tmp_path / "tenantlint.toml").write_text(SETTINGS)
    ended = run("scan", "--demo", "--rule", "too-many-data-disks", "--snapshot", "kept", cwd=tmp_path)

    assert [note.rpartition(": ")[2] for note in ended.err.splitlines()] == ["test"]
    assert not (tmp_path / "kept" / "tables" / "session_hosts").exists()
