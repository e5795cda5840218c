"""The inventory: resources with open violations as files, and the lines that alerts point at."""

import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint import Context, Json, Resource, Rule, Verdict, Violation
from tenantlint.checking import Target, check
from tenantlint.errors import UsageError
from tenantlint.findings import Mark, Waiving
from tenantlint.inventory import Inventory
from tenantlint.reports.json import JsonReport
from tenantlint.reports.sarif_full import SarifFullReport
from tenantlint.results import Judgement, Summary
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot
from tenantlint.sources.documents import Index, document
from tenantlint.sources.inventory_files import refuse_links
from tenantlint.sources.inventory_paths import LONGEST, inventory_path
from tenantlint.sources.places import Place, SourceRoot
from tenantlint.sources.secrets import REMOVED
from tests import commands, makers
from tests.makers import MACHINES, Row, make_rule, make_table
from tests.tenant_copies import catalog, subscription, subscription_row, take_snapshot, vm_row, write_copy

ID = f"/subscriptions/{subscription(1)}/resourceGroups/rg-Web/providers/Microsoft.Compute/virtualMachines/web"
RULES = catalog().select(["too-many-data-disks", "unprotected-vm"])
SAFE = re.compile(r"[a-z0-9._~-]+(/[a-z0-9._~-]+)+\.json")
RESERVED = {"con", "prn", "aux", "nul", "com1", "lpt9"}

WIDE = make_table("machines", "acme/machines", "id", "name, subscriptionId, tags, properties")
NAMED = make_table(
    "named_machines", "acme/machines", "id", "name, subscriptionId, location, properties_size = properties.size"
)


def written(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def judge(
    snapshot: Snapshot, rules: Iterable[Rule], folder: Path, *, whole: bool = True, root: Path | None = None
) -> list[dict[str, Any]]:
    """Check with an inventory; return the results of the archive."""
    chosen = list(rules)
    report = folder.with_name(f"{folder.name}.sarif")
    with Inventory(
        folder, SourceRoot(root or folder.parent), snapshot, {r.on for r in chosen}, is_whole=whole
    ) as stage:
        check(
            snapshot, catalog(), chosen, [Target(SarifFullReport(), report)],
            settings=Settings(), now=snapshot.manifest.ended_at, stages=[stage], places=stage,
        )  # fmt: skip
    results: list[dict[str, Any]] = orjson.loads(report.read_bytes())["runs"][0]["results"]
    return results


def places_of(results: Iterable[dict[str, Any]]) -> dict[str, tuple[str, int, int, str]]:
    return {
        f"{result['ruleId']} {result['locations'][0]['logicalLocations'][0]['name']}": (
            (where := result["locations"][0]["physicalLocation"])["artifactLocation"]["uri"],
            where["region"]["startLine"], where["region"].get("endLine", 0),
            where["region"].get("snippet", {}).get("text", ""),
        )
        for result in results if result["kind"] == "fail"
    }  # fmt: skip


def vms(
    folder: Path, *rows: Row, subscriptions: Iterable[int] = (1, 2), unread: Iterable[dict[str, str]] = ()
) -> Snapshot:
    named = {"Resources": rows, "ResourceContainers": [subscription_row(n) for n in subscriptions]}
    copy = write_copy(folder / "copy", named, subscriptions=subscriptions, unread=unread)
    return take_snapshot(copy, folder / "snapshot", *RULES)


def machines(folder: Path, rows: Iterable[Row], *tables: Any, rows_per_partition: int = 20_000) -> Snapshot:  # noqa: ANN401 - tables
    copy = makers.write_copy(folder / "copy", {"Resources": rows})
    return makers.collect_copy(copy, tables or (WIDE,), folder / "snapshot", rows_per_partition)


def says(*paths: str, part: str = "") -> Callable[[Resource, Context], Verdict]:
    def judge_one(resource: Resource, _: Context) -> Verdict:
        evidence: dict[str, Json] = dict.fromkeys(paths, 1)
        return resource.violations([Violation("is bad", "error", evidence, part)])

    return judge_one


def test_a_reported_resource_is_a_file_and_its_alert_points_at_the_property(tmp_path: Path) -> None:
    snapshot = vms(tmp_path, vm_row(1, "web", disks=33), vm_row(2, "Db"))
    places = places_of(judge(snapshot, RULES, tmp_path / "inventory"))

    web = f"{subscription(1)}/rg-web/microsoft.compute/virtualmachines/web.json"
    files = written(tmp_path / "inventory")
    assert sorted(files) == [web, f"{subscription(2)}/rg-web/microsoft.compute/virtualmachines/db.json"]
    assert orjson.loads(files[web])["properties"]["storageProfile"]["osDisk"] == {"osType": "Windows"}
    assert (
        files[web] == orjson.dumps(orjson.loads(files[web]), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
    )
    uri, line, end, snippet = places["too-many-data-disks web"]
    lines = files[web].decode().split("\n")
    assert (uri, lines[line - 1]) == (f"inventory/{web}", '      "dataDisks": [')
    assert (end - line, lines[end - 1], snippet) == (33 * 3 + 1, "      ],", "")


def test_every_alert_still_names_its_resource(tmp_path: Path) -> None:
    results = judge(vms(tmp_path, vm_row(1, "web", disks=33)), RULES, tmp_path / "inventory")

    assert {result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in results} == {ID}


def test_what_keeps_its_rules_is_not_written(tmp_path: Path) -> None:
    results = judge(vms(tmp_path, vm_row(1, "ok")), RULES[:1], tmp_path / "inventory")

    assert written(tmp_path / "inventory") == {}
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("subscriptions/")


def test_what_is_waived_is_not_written(tmp_path: Path) -> None:
    snapshot = vms(tmp_path, vm_row(1, "web", disks=33))
    waiving = Mark(Waiving("why", "who", date(2027, 1, 1)))

    class Waives:
        def mark(self, judgements: Iterable[Judgement], summary: Summary) -> list[Judgement]:
            del summary
            return [each._replace(marks={"": waiving}) for each in judgements]

        def finish(self, summary: Summary) -> list[str]:
            del summary
            return []

    with Inventory(tmp_path / "inventory", SourceRoot(tmp_path), snapshot, ["virtual_machines"]) as stage:
        check(snapshot, catalog(), RULES, [Target(JsonReport(), tmp_path / "v")], settings=Settings(),
              now=snapshot.manifest.ended_at, stages=[Waives(), stage], places=stage)  # fmt: skip

    assert written(tmp_path / "inventory") == {}


def test_files_of_what_is_no_longer_reported_go_where_the_subscription_was_read(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    judge(
        vms(tmp_path / "1", vm_row(1, "a"), vm_row(1, "b"), vm_row(2, "c"), vm_row(3, "d"), subscriptions=(1, 2, 3)),
        RULES,
        folder,
    )
    (folder / "README.md").write_text("mine")
    mine = folder / subscription(1) / "mine.json"
    mine.write_text('{"id": "/something/else"}')
    unread = [{"reason": "forbidden", "subscription": subscription(2)}]
    judge(vms(tmp_path / "2", vm_row(1, "a"), subscriptions=(1,), unread=unread), RULES, folder)

    assert {path.rpartition("/")[2] for path in written(folder)} == {
        "a.json",
        "c.json",
        "d.json",
        "README.md",
        "mine.json",
    }
    shutil.rmtree(tmp_path / "2")
    judge(vms(tmp_path / "2", subscriptions=(1, 2, 3)), RULES, folder)
    assert set(written(folder)) == {"README.md", f"{subscription(1)}/mine.json"}
    assert not (folder / subscription(3)).exists()


def test_where_not_all_rules_judged_nothing_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    judge(vms(tmp_path / "1", vm_row(1, "a")), RULES, folder)
    judge(vms(tmp_path / "2", vm_row(1, "b")), RULES, folder, whole=False)

    assert len(written(folder)) == 2


def test_where_a_rule_breaks_nothing_of_its_subscription_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    rows = [makers.row("machines", "a"), makers.row("machines", "b", "s2")]
    judge(machines(tmp_path / "1", rows), [make_rule(says())], folder)

    def breaks(machine: Resource, _: Context) -> Verdict:
        if machine.subscription_id == "s2":
            raise RuntimeError
        return machine.compliant()

    judge(machines(tmp_path / "2", rows), [make_rule(breaks)], folder)

    assert [path.partition("/")[0] for path in written(folder)] == ["s2"]


def test_bytes_do_not_depend_on_the_order_of_rows_nor_on_partitions(tmp_path: Path) -> None:
    rows = [
        makers.row("machines", f"m{n}", f"s{n % 3}", location="x", properties={"size": n, "b": {"z": 1, "a": 2}})
        for n in range(40)
    ]
    rules = [make_rule(says("tags")), make_rule(says("location"), "acme-other", on="named_machines")]
    first = machines(tmp_path / "1", rows, WIDE, NAMED)
    second = machines(tmp_path / "2", rows[::-1], NAMED, WIDE, rows_per_partition=7)
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    judge(first, rules, tmp_path / "x" / "inventory")
    judge(second, rules[::-1], tmp_path / "y" / "inventory")

    assert written(tmp_path / "x" / "inventory") == written(tmp_path / "y" / "inventory")
    assert len(written(tmp_path / "x" / "inventory")) == 40


def test_a_resource_of_two_tables_is_one_file_with_what_both_hold(tmp_path: Path) -> None:
    rows = [makers.row("machines", "m", location="big", tags={"a": "b"}, properties={"size": 7})]
    rules = [make_rule(says("tags.a")), make_rule(says("location"), "acme-other", on="named_machines")]
    places = places_of(judge(machines(tmp_path, rows, WIDE, NAMED), rules, tmp_path / "inventory"))

    ((path, content),) = written(tmp_path / "inventory").items()
    assert orjson.loads(content) | {"id": ""} == {
        "id": "", "location": "big", "name": "m", "properties": {"size": 7}, "subscriptionId": "s1", "tags": {"a": "b"}
    }  # fmt: skip
    assert places["acme-other m"] == (f"inventory/{path}", 3, 3, '  "location": "big",')
    assert places["acme-rule m"][3] == '    "a": "b"'


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        (["properties.list"], '    "list": ['),
        (["properties.list[1].lun"], '        "lun": 1'),
        (["properties.list[?lun==`1`].lun | [0]"], '    "list": ['),
        (["properties.list[7]"], '    "list": ['),
        (["properties.deep.gone.further"], '    "deep": {'),
        (["other_table.id"], "{"),
        (["nothing here", "name"], '  "name": "m",'),
        (["properties.gone", "name"], '  "name": "m",'),
        (['tags."a.b"'], '    "a.b": "c"'),
        ([], "{"),
        (["", "[", "[0]", '"', "."], "{"),
    ],
)
def test_a_path_of_evidence_leads_to_its_line_or_to_the_nearest(paths: list[str], line: str) -> None:
    row = {"name": "m", "properties": {"list": [{"lun": 0}, {"lun": 1}], "deep": {"x": 1}}, "tags": {"a.b": "c"}}
    cells = ["m", *(orjson.dumps(row[key]).decode() for key in ("properties", "tags"))]
    text = document([(list(row), cells)]).decode()

    assert text.split("\n")[Index(text).of(paths).first - 1] == line


@pytest.mark.parametrize(
    "text", ["", "{", '{\n  "a": [', '{\n  "a": [\n\n  \n    \n  1', "\n\n\n", '{"a": [1]}', "[\n  [\n    1\n"]
)
def test_a_file_that_somebody_changed_has_some_line(text: str) -> None:
    lines = Index(text).of(["a[0].b", "a[1]", "[0][0]", "a"])

    assert 1 <= lines.first <= lines.last


def test_flattened_columns_are_properties_again() -> None:
    columns = ["id", "properties_a", "properties_a_b_c", "sku_name", "my_own", "properties_", "properties_a_x"]
    cells = ["/x", '{"x":1}', "2", '"s"', "3", "4", "5"]

    assert orjson.loads(document([(columns, cells)])) == {
        "id": "/x", "properties": {"a": {"b": {"c": 2}, "x": 1}}, "sku": {"name": "s"}, "my_own": 3, "properties_": 4,
        "properties_a_x": 5,
    }  # fmt: skip


SECRET = "hunter2hunter2hunter2"  # noqa: S105 - it is looked for
JWT = f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.{SECRET}"


@pytest.mark.parametrize(
    "value",
    [
        {"adminPassword": SECRET},
        {"PASSWORDS": [SECRET, {"value": "x", "token": SECRET}]},
        {"storage_key": SECRET},
        {"AccountKey": SECRET},
        {"connectionString": SECRET},
        {"clientSecretValue": SECRET},
        {"protectedSettings": {"anything": [SECRET]}},
        {"customData": SECRET},
        {"url": f"https://a.blob.core.windows.net/c/b?sv=2024-01-01&sp=r&sig={SECRET}%3D&se=x"},
        {"x": f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={SECRET}==;EndpointSuffix=core"},
        {"x": f"Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey={SECRET}="},
        {"x": f"Server=tcp:a;User ID=u;Password={SECRET};Encrypt=True"},
        {"x": f"https://user:{SECRET}@example.com/x"},
        {"x": f"Authorization: Bearer {SECRET}"},
        {"x": JWT},
        {"x": f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----"},
    ],
    ids="-".join,
)
def test_secrets_do_not_get_into_a_file(value: Json) -> None:
    for cells in (["/x", orjson.dumps(value).decode()], ["/x", orjson.dumps({"a": [value]}).decode()]):
        text = document([(("id", "tags"), cells)]).decode()
        assert SECRET not in text
        assert REMOVED in text


def test_what_only_sounds_like_a_secret_stays() -> None:
    value = {
        "disablePasswordAuthentication": True,
        "keyUri": "https://v/keys/k",
        "keyEncryptionKey": {"sourceVault": "v"},
    }

    assert orjson.loads(document([(("properties",), [orjson.dumps(value).decode()])]))["properties"] == value


def test_long_hostile_texts_take_no_time() -> None:
    for text in ("a" * 300_000, "eyJ-" * 60_000, "x://" * 60_000, "key" + " " * 100_000, "-----BEGIN " * 30_000):
        document([(("tags",), [orjson.dumps({"x": text}).decode()])])


def test_what_nobody_sees_is_escaped_and_ends_no_line() -> None:
    text = document([(("tags",), [orjson.dumps({"x": "a\u2028b\u202e\x1b\nGöteborg 🙂"}).decode()])]).decode()

    assert text.split("\n")[2] == '    "x": "a\\u2028b\\u202e\\u001b\\nGöteborg 🙂"'
    assert len(text.splitlines()) == 5


def test_something_very_deep_is_cut() -> None:
    cell = '{"a":' * 300 + "1" + "}" * 300

    assert b"(too deep)" in document([(("properties",), [cell])])


BASE = f"/subscriptions/{subscription(1)}/resourceGroups"
NAMES = [
    *(
        "CON",
        "nul.txt",
        "com1",
        "lpt9.x",
        "a.",
        "a ",
        ".git",
        "..",
        ".",
        "a:b",
        "a*b",
        "a?b",
        "a b",
        "\u00e4",
        "a\u0308",
    ),
    *("x" * 500, "x" * 499 + "y", "~", "a~b", "-", "a\x00b", "\ud800", "vm/extensions/e", "vm/extensions/E/x"),
    *("", "/", "a//b"),
]
HOSTILE = [
    *(f"{BASE}/g/providers/Microsoft.Compute/virtualMachines/{name}" for name in NAMES),
    *(f"{BASE}/{group}/providers/a/b/c" for group in ("g h", "g*h", "con", "x.json")),
    *(f"{BASE}/{'g' * long}/providers/{'n' * long}/{'t' * long}/{'c' * long}" for long in (60, 90)),
    *(f"{BASE}/g/providers/{rest}" for rest in ("a/b.json/c", "a/b/c.json", "a/b/c/providers/d/e/f")),
    *(f"{BASE}/g", BASE, f"/subscriptions/{subscription(1)}", "/subscriptions/", "/subscriptions/_tenant/a"),
    *("/", "", "x", "/tenants/t", "../../etc/passwd", "\\\\server\\share"),
    "/subscriptions/../resourceGroups/../providers/../../../x",
    "/providers/Microsoft.Management/managementGroups/corp",
]


def test_file_names_are_safe_everywhere_and_each_is_of_one_resource() -> None:
    paths = [inventory_path(id_) for id_ in HOSTILE]

    assert len({path.lower() for path in paths}) == len({id_.lower() for id_ in HOSTILE})
    for path in paths:
        assert SAFE.fullmatch(path)
        assert len(path) <= LONGEST
        for segment in path.split("/"):
            assert segment.partition(".")[0] not in RESERVED
            assert segment[0] not in ".~"
            assert segment[-1] not in ". "


def test_a_file_has_the_same_name_however_the_id_is_spelled() -> None:
    assert {inventory_path(id_) for id_ in (ID, ID.upper(), ID.lower())} == {
        f"{subscription(1)}/rg-web/microsoft.compute/virtualmachines/web.json"
    }


def test_a_folder_outside_of_the_repository_is_refused(tmp_path: Path) -> None:
    snapshot = vms(tmp_path, vm_row(1, "web"))
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "link").symlink_to(tmp_path)
    for folder in (tmp_path / "inventory", tmp_path / "repo" / ".." / "inventory", tmp_path / "repo" / "link" / "x"):
        with pytest.raises(UsageError, match="is not below"):
            Inventory(folder, SourceRoot(tmp_path / "repo"), snapshot, ["virtual_machines"])


def test_a_link_in_the_inventory_leads_nowhere(tmp_path: Path) -> None:
    folder, outside = tmp_path / "inventory", tmp_path / "outside"
    outside.mkdir()
    folder.mkdir()
    (folder / subscription(1)).symlink_to(outside)

    with pytest.raises(UsageError, match="leads out of the inventory"):
        judge(vms(tmp_path, vm_row(1, "web")), RULES, folder)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("link", [subscription(1), f"{subscription(1)}/rg-web/microsoft.compute"])
def test_a_link_in_the_inventory_is_refused_before_anything_is_read(link: str, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "inventory" / link).parent.mkdir(parents=True)
    (tmp_path / "inventory" / link).symlink_to(tmp_path / "outside")

    ended = commands.run("scan", "--demo", "--inventory", "inventory", "--snapshot", "snapshot", cwd=tmp_path)

    assert (ended.code, "leads out of the inventory" in ended.err) == (2, True)
    assert not (tmp_path / "snapshot").exists()
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_within_the_inventory_and_hidden_folders_are_let_be(tmp_path: Path) -> None:
    (tmp_path / "inventory" / "a").mkdir(parents=True)
    (tmp_path / "inventory" / "b").symlink_to(tmp_path / "inventory" / "a")
    (tmp_path / "inventory" / ".cache").symlink_to(tmp_path)

    refuse_links(tmp_path / "inventory")
    refuse_links(tmp_path / "none")


def test_where_the_check_fails_the_inventory_is_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    judge(vms(tmp_path / "1", vm_row(1, "a")), RULES, folder)
    before = written(folder)

    class Breaks:
        def mark(self, judgements: Iterable[Judgement], summary: Summary) -> list[Judgement]:
            del judgements, summary
            raise KeyboardInterrupt

        def finish(self, summary: Summary) -> list[str]:
            raise NotImplementedError

    snapshot = vms(tmp_path / "2", vm_row(1, "b"))
    with (
        pytest.raises(KeyboardInterrupt),
        Inventory(folder, SourceRoot(tmp_path), snapshot, ["virtual_machines"]) as stage,
    ):
        check(snapshot, catalog(), RULES, [], settings=Settings(), now=snapshot.manifest.ended_at,
              stages=[stage, Breaks()])  # fmt: skip

    assert written(folder) == before
    assert not [entry for entry in tmp_path.iterdir() if "partial" in entry.name]


def test_a_violation_that_only_the_baseline_knows_points_at_the_file_that_was_kept(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    judge(vms(tmp_path / "1", vm_row(2, "c", disks=33)), RULES, folder)
    snapshot = vms(tmp_path / "2", subscriptions=(1,), unread=[{"reason": "no", "subscription": subscription(2)}])
    with Inventory(folder, SourceRoot(tmp_path), snapshot, ["virtual_machines"]) as stage:
        check(snapshot, catalog(), RULES, [], settings=Settings(), now=snapshot.manifest.ended_at, stages=[stage])
        subject = makers.judge_all(vms(tmp_path / "3", vm_row(2, "c")), RULES)[1][0].subject
        place = stage.locate(subject, Violation("x", "error", {"name": "c"}))
        gone = stage.locate(subject._replace(id=f"{subject.id}-gone"), Violation("x", "error"))

    assert place == Place(f"inventory/{inventory_path(subject.id)}", 5, 5, '  "name": "c",')
    assert gone is None


def test_many_rows_are_read_once(tmp_path: Path) -> None:
    rows = [makers.row("machines", f"m{n:04}", f"s{n % 5}") for n in range(1_500)]
    judge(machines(tmp_path, rows, MACHINES, rows_per_partition=100), [make_rule(says("name"))], tmp_path / "inventory")

    assert len(written(tmp_path / "inventory")) == 1_500


def test_the_command_line_writes_an_inventory_and_sarif_that_points_into_it(tmp_path: Path) -> None:
    ended = commands.run(
        "scan",
        "--demo",
        "--rule",
        "unprotected-vm",
        "--inventory",
        "inventory",
        "--report",
        "sarif-full=x.sarif",
        cwd=tmp_path,
    )

    assert ended.code == 1, ended.err
    results = json.loads((tmp_path / "x.sarif").read_text("utf-8"))["runs"][0]["results"]
    uris = {where[0] for where in places_of(results).values()}
    assert uris
    assert all((tmp_path / uri).is_file() for uri in uris)
    assert "no file of the inventory was removed" in ended.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--inventory", "../x"], "is not below"),
        (["--inventory", "."], "the root of the repository is no folder for it"),
        (["--source-root", "."], "the root of what?"),
        (["--source-root", "gone", "--inventory", "x"], "gone is no folder"),
        (["--inventory", "file"], "is no folder"),
    ],
)
def test_what_cannot_be_meant_ends_with_2(options: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ended = commands.run("scan", "--demo", "--rule", "unprotected-vm", *options, cwd=tmp_path)

    assert (ended.code, said in ended.err) == (2, True), ended.err
    assert replace(ended, err="").out == ""
