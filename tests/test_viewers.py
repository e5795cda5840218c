"""What a person sees of the demo tenant's archive, with waivers and a baseline, in VS Code and in Azure DevOps."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.commands import run
from tests.viewers import Places, everything, in_azure_devops, in_vs_code, shown

RULES = ("too-many-data-disks", "no-vault-in-region", "disk-too-large")
CHOSEN = tuple(f"--rule={rule}" for rule in RULES)
WAIVER = """[[waiver]]
rule = "too-many-data-disks"
resource = "{}"
reason = "is split up in spring"
owner = "docs team"
expires = 2027-03-31
"""
VIEWERS = pytest.mark.parametrize("places", [in_vs_code, in_azure_devops])
Json = dict[str, Any]


def archive(folder: Path, *options: str) -> Json:
    run("scan", "--demo", *CHOSEN, *options, f"--report=sarif-full={folder / 'x.sarif'}", cwd=folder)
    log: Json = json.loads((folder / "x.sarif").read_bytes())
    return log


def name_of(result: Mapping[str, Any]) -> str:
    return str(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"])


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """Make an archive: of last night's one violation is mended, one cannot be judged, one is waived, one is new."""
    folder = tmp_path_factory.mktemp("archive")
    night = archive(folder)
    (results,) = (run["results"] for run in night["runs"])
    disks = [each for each in results if each["ruleId"] == RULES[0] and each["kind"] == "fail"]
    of_rule = {each["kind"]: each for each in results if each["ruleId"] == RULES[0]}
    fine, blank = of_rule["pass"], of_rule["open"]
    for each in (fine, blank):  # they were violations then
        each.update(kind="fail", level="error")
    disks[0]["kind"], disks[0]["level"] = "pass", "none"  # and this was none
    (folder / "last.sarif").write_text(json.dumps(night))
    (folder / "waivers.toml").write_text(WAIVER.format(name_of(disks[1])))
    return archive(folder, "--baseline=last.sarif")


@VIEWERS
def test_what_is_open_and_nothing_else_is_a_failure_in_the_list(log: Json, places: Places) -> None:
    failing = [row for row in shown(log, places) if row.level in ("error", "warning", "note")]
    results = [result for run in log["runs"] for result in run["results"] if result["kind"] == "fail"]

    expected = [each for each in results if not each["suppressions"] and each["baselineState"] != "absent"]
    assert Counter((row.rule, row.level) for row in failing) == Counter((e["ruleId"], e["level"]) for e in expected)
    assert {row.rule for row in failing} == set(RULES)


@VIEWERS
def test_every_row_has_its_rule_with_a_title_and_help_and_says_what_is_wrong(log: Json, places: Places) -> None:
    rows = list(everything(log, places))

    assert len(rows) > 200
    assert {row.rule for row in rows} == set(RULES)
    assert [row for row in rows if not (row.title and row.help.startswith(row.title) and row.message)] == []


@VIEWERS
def test_what_is_waived_is_hidden_and_tells_why_when_it_is_asked_for(log: Json, places: Places) -> None:
    waived = [row for row in everything(log, places) if row.suppressed]

    assert [(row.rule, row.justification) for row in waived] == [(RULES[0], "is split up in spring")]
    assert waived[0] not in shown(log, places)


@VIEWERS
def test_what_is_mended_is_hidden_and_what_is_new_is_told_from_what_was_there(log: Json, places: Places) -> None:
    states = Counter(row.state for row in everything(log, places) if row.level in ("error", "warning", "note"))
    fresh = [row for row in shown(log, places) if row.state == "new" and row.level == "error" and row.rule == RULES[0]]

    assert states["absent"] == 1
    assert states["unchanged"] > 1
    assert len(fresh) == 1


@VIEWERS
def test_what_cannot_be_judged_is_open_neither_a_failure_nor_a_pass(log: Json, places: Places) -> None:
    rows = [row for row in shown(log, places) if row.level == "open"]

    assert {row.details["tenantlint/cause"] for row in rows if "tenantlint/cause" in row.details} == {"absent"}
    assert len([row for row in rows if "tenantlint/carried" in row.details]) == 1


def test_both_show_which_resource_it_is(log: Json) -> None:
    """VS Code knows the path alone, which is made of the id; Azure DevOps shows the id as it is spelled as well."""
    ids = [name_of(result) for run in log["runs"] for result in run["results"]]
    code, devops = ([row.places for row in everything(log, places)] for places in (in_vs_code, in_azure_devops))

    assert [(f"/{unquote(file)}", line) for file, line in code] == [(each.lower(), "1") for each in ids]
    assert [(full, f"/{unquote(file)}") for full, file in devops] == [(each, each.lower()) for each in ids]


def test_the_models_fall_for_what_the_viewers_fall_for() -> None:
    """A rule of an extension is not found, a kind overrides a level, and a file may be told by its index."""
    result = {
        "ruleId": "x",
        "rule": {"id": "x", "index": 0, "toolComponent": {"index": 0}},
        "kind": "pass",
        "level": "error",
        "message": {"text": "fine"},
        "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}],
    }
    tool = {"driver": {"name": "t"}, "extensions": [{"name": "e", "rules": [{"id": "x"}]}]}
    odd = {"runs": [{"tool": tool, "artifacts": [{"location": {"uri": "a.tf"}}], "results": [result]}]}
    (row,) = everything(odd, in_vs_code)

    assert (row.rule, row.level, row.places) == ("(No Rule)", "pass", ("a.tf", "-"))
