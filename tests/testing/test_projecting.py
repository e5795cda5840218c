"""What tables show of rows, and rules that are tested without being installed."""

from pathlib import Path

import pytest

from tenantlint.errors import RuleFileError, UsageError
from tenantlint.testing import Judge, a_resource, a_vm, run, with_plugins
from tenantlint.testing.case_files import Expected
from tenantlint.testing.cases import Case
from tenantlint.testing.projecting import unprojected

KQL = """// id: acme-old-address
// title: Public IP addresses must be of the Standard SKU.
// level: warning
// type: Microsoft.Network/publicIPAddresses
// source: Guide, 2026-01-01, https://acme.example/network
// message: has the SKU {sku}

Resources
| where type =~ 'microsoft.network/publicipaddresses' and tostring(sku.name) !~ 'Standard'
| project id, sku = tostring(sku.name)
"""
PYTHON = '''
"""VMs must be named."""
from tenantlint import Document, rule

@rule(id="acme-named", on="virtual_machines", level="note", sources=[Document("Guide", "2026-01-01", "https://acme.example")])
def acme_named(vm, ctx):
    return vm.compliant()
'''
OLD, NEW = (
    a_resource("Microsoft.Network/publicIPAddresses", name, sku={"name": name}) for name in ("Basic", "Standard")
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Write a folder with a KQL rule."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "acme-old-address.kql").write_text(KQL, "utf-8")
    return tmp_path / "rules"


def test_rules_in_files_are_tested_without_being_installed(rules: Path, judge: Judge) -> None:
    catalog = with_plugins(rules)
    judged = judge([OLD, NEW], "acme-old-address", catalog=catalog)

    assert judged.violations("acme-old-address") == {OLD["id"]: ["has the SKU Basic"]}
    assert judged.verdicts["acme-old-address"][NEW["id"]].outcome == "compliant"
    expect = {OLD["id"]: Expected("violation", "warning", says=("Basic",)), NEW["id"]: Expected("compliant")}
    Case("acme-old-address", "both", expect, resources=[OLD, NEW]).check(catalog=catalog)


def test_a_python_file_and_rule_files_go_together(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text(PYTHON, "utf-8")
    catalog = with_plugins(tmp_path / "acme.py", f"mine={rules}")

    assert {"acme-named", "acme-old-address", "unprotected-vm"} <= catalog.rules.keys()
    assert [each.outcome for each in run("acme-named", {"virtual_machines": [a_vm()]}, catalog=catalog).values()] == [
        "compliant"
    ]
    assert "mine" in catalog.versions


def test_what_is_not_there_or_no_rule_is_an_error(rules: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no"):
        with_plugins(tmp_path / "none")
    (rules / "acme-old-address.kql").write_text("// id: acme-other\n\nResources\n", "utf-8")
    with pytest.raises(RuleFileError, match=r"acme-old-address\.kql"):
        with_plugins(rules)


@pytest.mark.parametrize(
    ("row", "paths"),
    [
        ({"id": "x", "tags": {"any": [1]}}, []),
        ({"properties": {"disk": {"size": 1}, "disks": []}}, ["properties_disks"]),
        ({"properties": {"disk": {"sizes": 1}}}, ["properties_disk_sizes"]),
        ({"properties": {"disk": None}}, []),
        ({"properties": None}, []),
        ({"properties": {}}, []),
        ({"other": None, "more": {}}, ["other", "more"]),
        ({"properties": 7}, ["properties"]),
    ],
)
def test_what_no_column_holds_is_told(row: dict[str, object], paths: list[str]) -> None:
    assert list(unprojected(row, ("id", "tags", "properties_disk_size"))) == paths  # type: ignore[arg-type]  # it is JSON
