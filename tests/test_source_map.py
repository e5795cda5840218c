"""Alerts that point at the code that declares a resource: at the right line, or at none."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.errors import UsageError
from tenantlint.results import Subject
from tenantlint.source_map import SourceMap, SourceMapStage
from tenantlint.sources import arm, bicep, hcl, reading, terraform_state
from tenantlint.sources.declared import type_and_name
from tenantlint.sources.json_lines import values
from tenantlint.sources.places import Place, SourceRoot
from tenantlint.sources.reading import read_code
from tests import commands
from tests.makers import judge_all
from tests.tenant_copies import catalog, subscription, subscription_row, take_snapshot, vm_row, write_copy

RULES = catalog().select(["too-many-data-disks"])
GROUP = f"/subscriptions/{subscription(1)}/resourceGroups/rg-Web/providers/Microsoft.Compute/virtualMachines"
SECRET = "hunter2hunter2"  # noqa: S105 - it is looked for

MAIN = """\
# the shop
resource "azurerm_windows_virtual_machine" "web" {
  count = 2
  name  = "web-${count.index}"
  custom_data = <<-EOT
    } resource "azurerm_windows_virtual_machine" "other" {
  EOT
}

module "app" {
  source   = "./modules/app"
  for_each = toset(["a.b", "c[0]"])
}

module "far" { source = "hashicorp/far/azurerm" }
"""
APP = """\
resource azurerm_windows_virtual_machine vm {
  for_each = var.all
}
module "inner" { source = "../inner" }
"""
INNER = 'resource "azapi_resource" "x" {\n  type = "Microsoft.Compute/virtualMachines@2024-03-01"\n}\n'


def state(*resources: Mapping[str, Any], **more: object) -> str:
    return json.dumps({"version": 4, "terraform_version": "1.9.0", "resources": resources, **more})


def held(name: str, *ids: str, type_: str = "azurerm_windows_virtual_machine", **more: object) -> dict[str, Any]:
    instances = [{"index_key": at, "attributes": {"id": id_, "admin_password": SECRET}} for at, id_ in enumerate(ids)]
    return {"mode": "managed", "type": type_, "name": name, "provider": "p", "instances": instances, **more}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def mapped(folder: Path, *named: str) -> SourceMap:
    return SourceMap(read_code([folder / name for name in named or ["."]], SourceRoot(folder)))


def place(source: SourceMap, id_: str, tags: Mapping[str, Any] | None = None) -> tuple[str, int, int] | str:
    found = source.places(id_.lower(), dict(tags or {}), set())
    if len(found) != 1 or (only := next(iter(found))) is None:
        return "ambiguous" if found else "unmapped"
    return only.path, only.line, only.end_line


def test_a_resource_of_a_state_is_at_the_block_that_declares_it(tmp_path: Path) -> None:
    held_ = [
        held("web", f"{GROUP}/web-0", f"{GROUP}/WEB-1"),
        held("vm", f"{GROUP}/vm", module='module.app["a.b"]'),
        held("x", f"{GROUP}/x", type_="azapi_resource", module='module.app["c[0]"].module.inner'),
        held("y", f"{GROUP}/y", module="module.far"),
        held("z", f"{GROUP}/z"),
    ]
    files = {"tf/main.tf": MAIN, "tf/modules/app/a.tf": APP, "tf/modules/inner/i.tf": INNER}
    source = mapped(write(tmp_path, {**files, "tf/terraform.tfstate": state(*held_)}))

    names = ("web-0", "web-1", "vm", "x", "y", "z", "else")
    assert {name: place(source, f"{GROUP}/{name}") for name in names} == {
        "web-0": ("tf/main.tf", 2, 8),
        "web-1": ("tf/main.tf", 2, 8),
        "vm": ("tf/modules/app/a.tf", 1, 3),
        "x": ("tf/modules/inner/i.tf", 1, 3),
        "y": "unmapped",
        "z": "unmapped",
        "else": "unmapped",
    }


def test_lines_are_those_of_the_file_also_with_windows_line_ends(tmp_path: Path) -> None:
    write(tmp_path, {"terraform.tfstate": state(held("web", f"{GROUP}/web"))})
    (tmp_path / "main.tf").write_bytes(MAIN.replace("\n", "\r\n").encode())

    assert place(mapped(tmp_path), f"{GROUP}/web") == ("main.tf", 2, 8)


def test_a_state_from_elsewhere_goes_with_the_configuration_that_declares_most_of_it(tmp_path: Path) -> None:
    files = {"prod/main.tf": MAIN, "prod/b.tf": 'resource "azurerm_x" "b" {\n}\n', "dev/main.tf": MAIN}
    both = state(held("web", f"{GROUP}/web"), held("b", f"{GROUP}/b", type_="azurerm_x"))
    write(tmp_path, {**files, "pulled/prod.json": both, "pulled/unclear.json": state(held("web", f"{GROUP}/web-2"))})
    source = mapped(tmp_path, ".", "pulled/prod.json", "pulled/unclear.json")

    assert place(source, f"{GROUP}/web") == ("prod/main.tf", 2, 8)
    assert place(source, f"{GROUP}/web-2") == "unmapped"


def shown(name: str, id_: object, type_: str = "azurerm_windows_virtual_machine", **more: object) -> dict[str, Any]:
    values = {"id": id_, "admin_password": SECRET}
    return {"mode": "managed", "type": type_, "name": name, "index": 0, "values": values, **more}


def test_a_state_may_be_what_terraform_shows_of_it(tmp_path: Path) -> None:
    inner = {"address": 'module.app["a.b"].module.inner', "resources": [shown("x", f"{GROUP}/x", "azapi_resource")]}
    app = {"address": 'module.app["a.b"]', "resources": [shown("vm", f"{GROUP}/vm")], "child_modules": [inner]}
    root = {
        "resources": [
            shown("web", f"{GROUP}/WEB-1"),
            shown("web", f"{GROUP}/read", mode="data"),
            shown("web", f"{GROUP}/old", deposed_key="1a2b3c4d"),
            shown("web", 7),
        ],
        "child_modules": [app],
    }
    text = json.dumps({"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": root}})
    files = {"tf/main.tf": MAIN, "tf/modules/app/a.tf": APP, "tf/modules/inner/i.tf": INNER, "tf/show.json": text}
    write(tmp_path, files)

    for source in (mapped(tmp_path), mapped(tmp_path, "tf", "tf/show.json")):
        assert {name: place(source, f"{GROUP}/{name}") for name in ("web-1", "vm", "x", "read", "old")} == {
            "web-1": ("tf/main.tf", 2, 8),
            "vm": ("tf/modules/app/a.tf", 1, 3),
            "x": ("tf/modules/inner/i.tf", 1, 3),
            "read": "unmapped",
            "old": "unmapped",
        }
    assert SECRET not in repr(vars(read_code([tmp_path], SourceRoot(tmp_path))))


@pytest.mark.parametrize(
    "text", ['{"format_version": "1.2", "planned_values": {}}', '{"format_version": "1.0", "values": 1}']
)
def test_a_plan_is_no_state(text: str, tmp_path: Path) -> None:
    write(tmp_path, {"plan.json": text})

    with pytest.raises(UsageError, match="is not a Terraform state"):
        mapped(tmp_path, "plan.json")
    assert len(read_code([tmp_path], SourceRoot(tmp_path)).unreadable) == 1


def test_a_file_that_starts_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    files = {"main.tf": f"\ufeff{MAIN}", "a.json": f"\ufeff{TEMPLATE}", "b.bicep": f"\ufeff{BICEP}"}
    code = read_code([write(tmp_path, files)], SourceRoot(tmp_path))

    assert (code.unreadable, len(code.blocks), len(code.declared) > 2) == ([], 3, True)


def test_what_is_declared_twice_has_no_place(tmp_path: Path) -> None:
    block = 'resource "azurerm_x" "web" {\n}\n'
    states = state(
        held("web", f"{GROUP}/web", type_="azurerm_x"), held("vm", f"{GROUP}/vm"), held("vm2", f"{GROUP}/vm")
    )
    vms = (
        'resource "azurerm_windows_virtual_machine" "vm" {\n}\nresource "azurerm_windows_virtual_machine" "vm2" {\n}\n'
    )
    source = mapped(write(tmp_path, {"a.tf": block, "b.tf": block, "c.tf": vms, "terraform.tfstate": states}))

    assert place(source, f"{GROUP}/web") == place(source, f"{GROUP}/vm") == "ambiguous"


def test_an_override_and_what_only_extends_a_resource_do_not_make_it_ambiguous(tmp_path: Path) -> None:
    ids = f"{GROUP}/s"
    states = state(
        held("s", ids, type_="azurerm_subnet"),
        held("s", ids, type_="azurerm_subnet_route_table_association"),
        held("s", ids, type_="azapi_update_resource"),
    )
    code = 'resource "azurerm_subnet_route_table_association" "s" {\n}\nresource "azurerm_subnet" "s" {\n}\n'
    code += 'resource "azapi_update_resource" "s" {\n}\n'
    files = {"a.tf": code, "a_override.tf": code, "override.tf": code, "terraform.tfstate": states}

    assert place(mapped(write(tmp_path, files)), ids) == ("a.tf", 3, 4)


@pytest.mark.parametrize(
    "resource",
    [
        held("web", f"{GROUP}/web", mode="data"),
        {**held("web"), "instances": [{"deposed": "1a2b", "attributes": {"id": f"{GROUP}/web"}}]},
        {**held("web"), "instances": [{"attributes": {"id": 5}}, {"attributes": {}}, {"attributes": None}, {}]},
        held("web", f"{GROUP}/web", module="data.x"),
        held("web", "not an id"),
    ],
)
def test_what_terraform_does_not_manage_is_left_out(resource: Mapping[str, Any], tmp_path: Path) -> None:
    source = mapped(write(tmp_path, {"main.tf": MAIN, "terraform.tfstate": state(resource)}))

    assert place(source, f"{GROUP}/web") == "unmapped"


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", "[" * 100_000, "\x00\ud7ff", '{"version": 3, "modules": []}', '{"version": "4"}'),
        '{"version": 4, "resources": 1}',
        f'{{"version": 4, "outputs": {{"x": "{SECRET}"}}, "resources": [{{"instances": "{SECRET}"}}]}}',
    ],
)
def test_what_is_no_state_is_refused_without_quoting_it(text: str, tmp_path: Path) -> None:
    write(tmp_path, {"terraform.tfstate": text})

    with pytest.raises(UsageError, match="Terraform state") as refused:
        mapped(tmp_path, "terraform.tfstate")
    assert len(read_code([tmp_path], SourceRoot(tmp_path)).unreadable) == 1
    assert SECRET not in f"{refused.value}{refused.value.hint}"


def test_a_state_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.tfstate"
    with file.open("wb") as hole:
        hole.truncate(terraform_state.LARGEST + 1)

    with pytest.raises(UsageError, match="more than 256 MB"):
        mapped(tmp_path, "x.tfstate")


def test_secrets_of_a_state_do_not_stay_in_memory_or_get_out(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": MAIN, "terraform.tfstate": state(held("web", f"{GROUP}/web"), outputs={"p": SECRET})})

    assert SECRET not in repr(vars(read_code([tmp_path], SourceRoot(tmp_path))))


TEMPLATE = """\
{
  // a comment with "quotes" and { brackets
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "resources": [
    {
      "type": "Microsoft.Compute/virtualMachines",
      "apiVersion": "2024-03-01", /* { */
      "name": "Web",
      "properties": {"type": "x", "name": "}"},
      "resources": [
        {"type": "extensions", "apiVersion": "2024-03-01", "name": "agent"}
      ]
    },
    {
      "type": "Microsoft.Compute/virtualMachines",
      "apiVersion": "2024-03-01",
      "name": "[parameters('name')]"
    },
    {
      "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "nested",
      "properties": {"template": {"resources": [
        {"type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-03-01",
         "name": "deep"}
      ]}}
    },
    {"type": "Microsoft.Compute/virtualMachines/extensions", "apiVersion": "1", "name": "Web/other"},
    {"type": "Microsoft.Compute/virtualMachines/extensions", "apiVersion": "1", "name": "fits-not"},
    {"type": "[variables('t')]", "apiVersion": "1", "name": "x"}
  ]
}
"""
BICEP = """\
param name string
/* resource no 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: 'no'
} */
var text = '''
resource no 'Microsoft.Compute/virtualMachines@2024-03-01' = {
'''
@description('it\\'s } here')
resource web 'Microsoft.Compute/virtualMachines@2024-03-01' = if (contains({ a: 'b' }, 'a')) {
  name: 'Web' // the name
  properties: {
    name: 'not-this'
  }
  resource agent 'extensions@2024-03-01' = {
    name: 'agent'
  }
}
resource other 'Microsoft.Compute/virtualMachines/extensions@2024-03-01' = {
  parent: web
  name: 'other'
}
resource guess 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: name
}
resource guess2 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: 'x-${toLower('Y')}'
}
resource guess3 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: true ? 'a' : 'b'
}
resource old 'Microsoft.Compute/virtualMachines@2024-03-01' existing = {
  name: 'old'
}
resource in_old 'Microsoft.Compute/virtualMachines/extensions@2024-03-01' = {
  parent: old
  name: 'in'
}
resource all 'Microsoft.Compute/virtualMachines@2024-03-01' = [for i in range(0, 2): {
  name: 'all${i}'
}]
resource orphan 'Microsoft.Compute/virtualMachines/extensions@2024-03-01' = {
  parent: gone
  name: 'x'
}
"""


def test_a_template_declares_what_it_names_literally(tmp_path: Path) -> None:
    del tmp_path
    found = {each.named: (each.place.line, each.place.end_line) for each in arm.declared_in(TEMPLATE, "x.json")}
    vm = "microsoft.compute/virtualmachines"

    assert found.pop(None)
    assert found == {
        (vm, "web"): (5, 13),
        (f"{vm}/extensions", "web/agent"): (11, 11),
        ("microsoft.resources/deployments", "nested"): (19, 25),
        (vm, "deep"): (22, 23),
        (f"{vm}/extensions", "web/other"): (26, 26),
    }


def test_a_bicep_file_declares_what_it_names_literally() -> None:
    found = {each.named: (each.place.line, each.place.end_line) for each in bicep.declared_in(BICEP, "x.bicep")}
    vm = "microsoft.compute/virtualmachines"

    assert found.pop(None)
    assert found == {
        (vm, "web"): (9, 17),
        (f"{vm}/extensions", "web/agent"): (14, 16),
        (f"{vm}/extensions", "web/other"): (18, 21),
        (f"{vm}/extensions", "old/in"): (34, 37),
    }


def test_templates_with_symbolic_names_and_what_exists_already(tmp_path: Path) -> None:
    one = {"type": "a.b/c", "apiVersion": "1", "name": "n"}
    text = json.dumps(
        {"$schema": "x/deploymentTemplate.json#", "resources": {"s": one, "t": {**one, "existing": True}}}
    )

    assert [each.named for each in arm.declared_in(text, "x")] == [("a.b/c", "n")]
    assert arm.declared_in(json.dumps({"resources": [one]}), "x") == []
    del tmp_path


@pytest.mark.parametrize("text", ["{", "}", "[}", '{"a":', '{"a" 1 2}', ",", "[" * 300, '"', "{1}", "{" * 9, "'"])
def test_what_is_no_json_is_an_error_or_has_lines(text: str) -> None:
    try:
        assert all(found.line == 1 for found in values(text))
    except ValueError as error:
        assert re.search("is not JSON|not closed|not open|no key|deeper|outside", str(error))  # noqa: PT017


def test_lines_of_json_are_those_of_any_layout() -> None:
    text = '{"a": [1,\n 2],\n"b":\n\n{"c": "x\\ny"}}'

    assert {found.path: (found.line, found.end_line, found.text) for found in values(text)} == {
        ("a", 0): (1, 1, "1"), ("a", 1): (2, 2, "2"), ("a",): (1, 2, None),
        ("b", "c"): (5, 5, "x\ny"), ("b",): (3, 5, None), (): (1, 5, None),
    }  # fmt: skip


@pytest.mark.parametrize("text", ["resource a 'b/c' = {", "}", "{(})", "resource a 'b.c/d@1' = \n"])
def test_a_bicep_file_that_does_not_end_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"not closed|not open"):
        bicep.declared_in(text, "x")


@pytest.mark.parametrize("text", ['resource "a" {', "x = " + "(" * 5_000, "\x00", 'resource "a" "b" {\n x = "\n}\n'])
def test_a_terraform_file_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="it is not HCL"):
        hcl.blocks_in(text, "x")


def test_a_type_and_a_name_are_those_at_the_end_of_an_id() -> None:
    assert type_and_name(f"{GROUP}/Web/extensions/a") == ("microsoft.compute/virtualmachines/extensions", "web/a")
    assert type_and_name(f"{GROUP}/w/providers/A.b/c/d") == ("a.b/c", "d")
    for id_ in ("", "/", "/subscriptions/s", f"{GROUP}", f"{GROUP}/", "/providers", "/providers/a", "/providers/a/b//"):
        assert type_and_name(id_) is None


def test_a_name_in_two_templates_has_no_place(tmp_path: Path) -> None:
    source = mapped(write(tmp_path, {"a.json": TEMPLATE, "b/main.bicep": BICEP}))

    assert place(source, f"{GROUP}/web") == "ambiguous"
    assert place(source, f"{GROUP}/deep") == ("a.json", 22, 23)
    assert place(source, f"{GROUP}/guess") == "unmapped"


def test_a_tag_leads_to_the_block_that_has_it(tmp_path: Path) -> None:
    block = 'resource "azurerm_x" "a" {{\n  tags = {{\n    yor_trace = "{}"\n    git_file = "x"\n  }}\n}}\n'
    files = {"tf/a.tf": "\n" + block.format("t-1") + block.format("t-2"), "tf/b.tf": block.format("t-2")}
    source = mapped(write(tmp_path, files))

    assert place(source, GROUP, {"yor_trace": "t-1"}) == ("tf/a.tf", 2, 7)
    assert place(source, GROUP, {"YOR_trace": "t-1", "git_file": "tf/a.tf"}) == ("tf/a.tf", 2, 7)
    assert place(source, GROUP, {"yor_trace": "t-1", "git_file": "repo/tf/a.tf"}) == ("tf/a.tf", 2, 7)
    assert place(source, GROUP, {"yor_trace": "t-1", "git_file": "elsewhere/main.tf"}) == "ambiguous"
    assert place(source, GROUP, {"yor_trace": "t-2"}) == "ambiguous"
    for tags in ({"yor_trace": "t-3"}, {"yor_trace": 7}, {"git_file": "tf/a.tf"}, {"yor_trace": ""}):
        assert place(source, GROUP, tags) == "unmapped"


FILES = {
    "vm.tf": 'resource "azurerm_windows_virtual_machine" "x" {\n  name = var.name\n}\n'
    'resource "azurerm_recovery_services_vault" "x" {\n  name = "Bank"\n}\n',
    "two.tf": 'resource "azurerm_linux_virtual_machine" "a" {\n  name = "a"\n}\n'
    'resource "azapi_resource" "b" {\n  type = "Microsoft.Compute/virtualMachines@2024-03-01"\n  name = "b"\n}\n',
    "mixed.tf": 'resource "azurerm_linux_virtual_machine" "a" {\n  name = "a"\n}\n'
    'resource "azurerm_linux_virtual_machine" "all" {\n  for_each = var.all\n  name = "${each.key}"\n}\n',
    "m.bicep": "resource vm 'Microsoft.Compute/virtualMachines@2024-03-01' = {\n  name: vmName\n}\n",
}


@pytest.mark.parametrize(
    ("name", "file", "found"),
    [
        ("any", "infra/vm.tf", ("infra/vm.tf", 1, 3)),
        ("any", "/repo/infra/vm.tf", ("infra/vm.tf", 1, 3)),
        ("A", "infra/two.tf", ("infra/two.tf", 1, 3)),
        ("b", "infra/two.tf", ("infra/two.tf", 4, 7)),
        ("c", "infra/two.tf", "unmapped"),
        ("a", "infra/mixed.tf", "ambiguous"),
        ("c", "infra/mixed.tf", ("infra/mixed.tf", 4, 7)),
        ("any", "infra/m.bicep", ("infra/m.bicep", 1, 3)),
        ("any", "elsewhere/vm.tf", "unmapped"),
        ("any", "tf", "unmapped"),
        ("any", "", "unmapped"),
    ],
)
def test_a_tag_that_names_the_file_leads_to_the_one_block_in_it_that_may_be_meant(
    name: str, file: str, found: object, tmp_path: Path
) -> None:
    source = mapped(write(tmp_path / "infra", FILES).parent)

    assert place(source, f"{GROUP}/{name}", {"git_file": file}) == found
    assert place(source, f"{GROUP}/{name}", {"git_file": file, "yor_trace": "unknown"}) == "unmapped"


def test_a_file_may_declare_one_resource_of_each_type(tmp_path: Path) -> None:
    source = mapped(write(tmp_path, FILES))
    vaults = f"/subscriptions/{subscription(1)}/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults"

    assert place(source, f"{vaults}/bank", {"git_file": "vm.tf"}) == ("vm.tf", 4, 6)
    assert place(source, f"{vaults}/other", {"git_file": "vm.tf"}) == "unmapped"


def test_state_counts_more_than_templates_and_these_more_than_tags(tmp_path: Path) -> None:
    tagged = 'resource "azurerm_windows_virtual_machine" "web" {\n  tags = { yor_trace = "t" }\n}\n'
    code = {"m/main.tf": tagged, "x/a.json": TEMPLATE}
    by_tag = mapped(write(tmp_path / "1", {"main.tf": tagged}))
    by_name = mapped(write(tmp_path / "2", code))
    by_id = mapped(write(tmp_path / "3", {**code, "m/terraform.tfstate": state(held("web", f"{GROUP}/web"))}))

    assert [place(source, f"{GROUP}/web", {"yor_trace": "t"}) for source in (by_tag, by_name, by_id)] == [
        ("main.tf", 1, 3),
        ("x/a.json", 5, 13),
        ("m/main.tf", 1, 3),
    ]


def test_folders_are_read_but_for_what_is_hidden_linked_or_of_others(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"x.json": TEMPLATE})
    root = write(tmp_path / "root", {f"{name}/x.json": TEMPLATE for name in (".git", ".terraform/m", "node_modules/p")})
    write(root, {"broken.tf": "resource {", "big.bicep": "x", "data.json": "[1", "a.json": '{"x": 1}', "t.txt": "x"})
    (root / "link.json").symlink_to(outside / "x.json")
    (root / "folder").symlink_to(outside)
    with (root / "big.bicep").open("ab") as hole:
        hole.truncate(reading.LARGEST + 1)
    (root / "binary.tf").write_bytes(b"\xff\xfe")
    code = read_code([root], SourceRoot(root))

    assert (code.declared, code.blocks) == ([], [])
    assert [file.name for file in code.unreadable] == ["big.bicep", "binary.tf", "broken.tf", "data.json"]


@pytest.mark.parametrize("name", ["../outside/x.json", "link.json", "../outside", "folder"])
def test_a_place_is_never_outside_of_the_repository(name: str, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"x.json": TEMPLATE})
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link.json").symlink_to(outside / "x.json")
    (tmp_path / "root" / "folder").symlink_to(outside)

    with pytest.raises(UsageError, match="is not below"):
        read_code([tmp_path / "root" / name], SourceRoot(tmp_path / "root"))


def test_a_module_outside_of_what_was_named_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret/m.tf": 'resource "azurerm_x" "a" {\n}\n'})
    held_ = held("a", f"{GROUP}/a", type_="azurerm_x", module="module.m")
    files = {"r/main.tf": 'module "m" { source = "../secret" }\n', "r/terraform.tfstate": state(held_)}
    source = SourceMap(read_code([write(tmp_path, files) / "r"], SourceRoot(tmp_path / "r")))

    assert place(source, f"{GROUP}/a") == "unmapped"


def test_two_resources_of_one_name_have_no_place_in_a_template(tmp_path: Path) -> None:
    rows = [
        vm_row(1, "web", disks=33),
        vm_row(2, "WEB", disks=33),
        vm_row(1, "deep", disks=33),
        vm_row(2, "x", disks=33),
    ]
    named = {"Resources": rows, "ResourceContainers": [subscription_row(1), subscription_row(2)]}
    snapshot = take_snapshot(write_copy(tmp_path / "copy", named, subscriptions=[1, 2]), tmp_path / "kept", *RULES)
    stage = SourceMapStage(mapped(write(tmp_path / "r", {"a.json": TEMPLATE})), snapshot, ["virtual_machines"])
    summary, judgements = judge_all(snapshot, RULES)

    assert stage.mark(judgements, summary) == judgements
    assert {each.subject.name: stage.locate(each.subject, None) for each in judgements} == {
        "web": None, "WEB": None, "deep": Place("a.json", 22, 23), "x": None
    }  # fmt: skip
    assert stage.locate(Subject(f"{GROUP}/deep", "deep", ""), None) == Place("a.json", 22, 23)
    assert stage.finish(summary) == [
        "open violations by what the source map says of their resources: mapped 1, ambiguous 2, unmapped 1"
    ]


def test_sarif_points_at_the_code_and_else_into_the_inventory(tmp_path: Path) -> None:
    rows = [
        vm_row(1, "web", disks=33),
        vm_row(1, "tagged", disks=33, tags={"yor_trace": "t"}),
        vm_row(1, "x", disks=33),
    ]
    named = {"Resources": rows, "ResourceContainers": [subscription_row(1)]}
    write_copy(tmp_path / "copy", named, subscriptions=[1])
    tagged = 'resource "azurerm_x" "a" {\n  tags = { yor_trace = "t" }\n}\n'
    root = write(tmp_path / "repo", {"infra/my main.tf": MAIN + tagged, "bad.tf": "{"})
    write(tmp_path, {"pulled.tfstate": state(held("web", f"{GROUP}/web"))})
    ended = commands.run(
        "scan", "--graph", tmp_path / "copy", "--rule", "too-many-data-disks", "--inventory", root / "inventory",
        "--source-map", root, "--source-map", tmp_path / "pulled.tfstate", "--source-root", root,
        "--report", "sarif=x.sarif", "--report", "sarif-full=full.sarif", cwd=tmp_path,
    )  # fmt: skip

    assert ended.code == 1, ended.err
    assert "mapped 2, ambiguous 0, unmapped 1" in ended.err
    assert "since they are not what their names say or too large: 1 files" in ended.err
    for name in ("x.sarif", "full.sarif"):
        results = [each for run in orjson.loads((tmp_path / name).read_bytes())["runs"] for each in run["results"]]
        where = {each["locations"][0]["logicalLocations"][0]["name"]: each["locations"][0] for each in results}
        found = {vm: location["physicalLocation"] for vm, location in where.items()}
        assert found["web"] == {
            "artifactLocation": {"uri": "infra/my%20main.tf", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 2, "endLine": 8},
        }
        assert found["tagged"]["region"] == {"startLine": 16, "endLine": 18}
        assert found["x"]["artifactLocation"]["uri"].startswith("inventory/bbbbbbbb")
        assert (root / found["x"]["artifactLocation"]["uri"]).is_file()
        assert where["web"]["logicalLocations"][0]["fullyQualifiedName"] == f"{GROUP}/web"
        assert SECRET not in (tmp_path / name).read_text("utf-8")


def test_without_the_extra_terraform_files_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hcl2", None)

    with pytest.raises(UsageError, match="python-hcl2") as refused:
        mapped(write(tmp_path, {"main.tf": MAIN}))
    assert "tenantlint[source-map]" in refused.value.hint


@pytest.mark.parametrize(("option", "said"), [("gone", "there is no such file"), ("x.tf", "it is not HCL")])
def test_what_cannot_be_read_ends_with_2(option: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, {"x.tf": "{"})
    ended = commands.run("scan", "--demo", "--rule", "unprotected-vm", "--source-map", option, cwd=tmp_path)

    assert (ended.code, said in ended.err) == (2, True), ended.err
