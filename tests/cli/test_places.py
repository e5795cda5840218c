"""Where an alert is shown is a part of its identity: it stays there when its resource cannot be judged any more."""

from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.makers import Row
from tests.tenant_copies import subscription_row, vm_row, write_copy

RULE = "too-many-data-disks"
NIGHTS: list[list[Row]] = [
    [vm_row(1, "web", disks=33), vm_row(1, "fine")],
    [vm_row(1, "web", properties={}), vm_row(1, "fine")],
    [vm_row(1, "web", properties={}), vm_row(1, "fine")],
    [vm_row(1, "fine")],
]


def paths(upload: Path) -> list[str]:
    """Return where an upload shows the violations of the rule."""
    results = [each for run in orjson.loads(upload.read_bytes())["runs"] for each in run["results"]]
    mine = [each for each in results if each["ruleId"] == RULE]
    return [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in mine]


@pytest.mark.parametrize("options", [("--inventory=inv",), ("--inventory=inv", "--rule", RULE)])
def test_an_alert_stays_at_its_file_until_its_resource_is_gone(
    call: Call, tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "tenantlint.toml").write_text("[rules.unprotected-vm]\nenabled = false\n", "utf-8")
    found, baseline = [], "none"
    for night, rows in enumerate(NIGHTS):
        copy = write_copy(
            Path(f"copy-{night}"), {"Resources": rows, "ResourceContainers": [subscription_row(1)]}, subscriptions=[1]
        )
        reports = ("--report=sarif=x.sarif", f"--report=sarif-full={night}.sarif")
        call("scan", "--graph", copy, f"--baseline={baseline}", *reports, *options)
        baseline = f"{night}.sarif"
        found.append(paths(tmp_path / "x.sarif"))

    (first,), *others = found
    assert first.startswith("inv/")
    assert others == [[first], [first], []]


def test_an_alert_stays_where_it_was_though_nobody_writes_an_inventory_any_more(call: Call, tmp_path: Path) -> None:
    for night, inventory in (("0", ["--inventory=inv", "--baseline=none"]), ("1", ["--baseline=0.sarif"])):
        rows = {"Resources": NIGHTS[int(night)], "ResourceContainers": [subscription_row(1)]}
        copy = write_copy(Path(f"copy-{night}"), rows, subscriptions=[1])
        reports = (f"--report=sarif={night}-up.sarif", f"--report=sarif-full={night}.sarif")
        call("scan", "--graph", copy, "--rule", RULE, *reports, *inventory)

    assert paths(tmp_path / "0-up.sarif") == paths(tmp_path / "1-up.sarif") != []
    (carried,) = [each for each in orjson.loads((tmp_path / "1.sarif").read_bytes())["runs"][0]["results"]
                  if "tenantlint/carried" in each.get("properties", {})]  # fmt: skip
    assert carried["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == paths(tmp_path / "0-up.sarif")[0]
