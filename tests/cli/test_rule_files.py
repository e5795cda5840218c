"""``--rules``: rules of KQL and of YAML do what rules of Python do, in every command and every report."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.serving import Options, serving
from tests.cli.conftest import Call
from tests.rule_files_texts import DECLARED, LISTED
from tests.tenant_copies import subscription, subscription_row, vm_row, write_copy

LIBRARY = Path(__file__).parents[2] / "fixtures" / "rule_files" / "library"
BIG = vm_row(1, "big")["id"]
BOTH = ("--rules", "rules", "--rule", "acme-large", "--rule", "acme-tagged")


@pytest.fixture(autouse=True)
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "acme-large.kql").write_text(LISTED)
    (folder / "acme-tagged.yaml").write_text(DECLARED)
    return folder


def verdicts(file: Path) -> dict[tuple[str, str], dict[str, Any]]:
    lines = map(orjson.loads, file.read_bytes().splitlines())
    return {(line["rule"], line["resource"].rpartition("/")[2]): line for line in lines}


def test_both_kinds_judge_every_resource(call: Call, tenant: Path, tmp_path: Path) -> None:
    ended = call("scan", "--graph", tenant, *BOTH, "--report", "json=v.jsonl")
    found = verdicts(tmp_path / "v.jsonl")

    assert ended.code == 1
    assert {key: line["verdict"] for key, line in found.items()} == {
        ("acme-large", "big"): "violation",
        ("acme-large", "mid"): "violation",
        ("acme-large", "Göteborg"): "compliant",
        **{("acme-tagged", name): "violation" for name in ("big", "mid", "Göteborg")},
    }
    assert found["acme-large", "big"]["message"] == "has 33 data disks"
    assert found["acme-large", "big"]["evidence"] == {"disks": 33}
    assert found["acme-tagged", "mid"]["message"] == "has no owner, but 17 disks"
    assert found["acme-tagged", "mid"]["evidence"] == {"tags.owner": ""}


def test_a_kept_snapshot_is_judged_again_without_the_query(call: Call, tenant: Path, tmp_path: Path) -> None:
    call("scan", "--graph", tenant, *BOTH, "--snapshot", "kept", "--report", "json=one.jsonl")
    call("check", "kept", *BOTH, "--report", "json=two.jsonl")

    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_an_older_snapshot_that_lacks_the_table_is_unread(call: Call, scanned: Path) -> None:
    ended = call("check", scanned / "kept", *BOTH)

    assert ended.code == 3
    assert "acme-large: nothing to judge: this snapshot does not hold table 'acme_large'" in ended.out


def test_they_are_listed_and_explained(call: Call) -> None:
    listed = {line.split()[1]: line for line in call("rules", "--rules", "rules").out.splitlines()}
    explained = [call("explain", name, "--rules", "rules").out for name in ("acme-large", "acme-tagged")]

    assert listed["acme-large"].split(maxsplit=4) == [
        "warning",
        "acme-large",
        "Size",
        "acme_large",
        "VMs must be small",
    ]
    assert listed["acme-tagged"].split(maxsplit=4)[2:4] == ["Tags", "virtual_machines"]
    assert "## Why\n\nLarge VMs take long to back up." in explained[0]
    assert all("- [Guide to what must be](https://example.test/guide), 2026-01-01" in page for page in explained)


def test_the_page_of_a_rule_of_a_library_makes_up_no_date(call: Call) -> None:
    explained = call("explain", "aprl-sub-001", "--rules", f"aprl={LIBRARY}").out

    assert explained.endswith("- [Limits](https://example.test/limits), undated\n")


def test_plugins_lists_them_and_what_is_no_rule(call: Call) -> None:
    out = call("plugins", "--rules", "rules", "--rules", f"aprl={LIBRARY}").out

    assert "1 tables, 2 rules" in next(line for line in out.splitlines() if line.startswith("rules "))
    assert f"aprl passes over {LIBRARY}/Compute/disks/recommendations.yaml, line 32: disabled" in out


def test_what_was_passed_over_is_told_in_one_line(call: Call, tenant: Path) -> None:
    ended = call("scan", "--graph", tenant, "--rules", f"aprl={LIBRARY}", "--rule", "aprl-sub-001")

    note = "note: passed over in the rule files 'aprl': 1 a comment for a query, 1 disabled, 1 no query\n"
    assert note in ended.err
    assert note in call("rules", "--rules", f"aprl={LIBRARY}").err


def test_settings_hold_for_them(call: Call, tenant: Path, tmp_path: Path) -> None:
    (tmp_path / "rules" / "acme-tagged.yaml").write_text(
        DECLARED.replace("tags.owner != ''", "length(tags.owner) >= thresholds.letters") + "thresholds: {letters: 1}\n"
    )
    (tmp_path / "tenantlint.toml").write_text(
        "[rules.acme-large]\nlevel = 'error'\n\n[rules.acme-tagged]\nletters = 0\n"
        "\n[[exclude]]\nreason = 'small'\nrules = ['acme-large']\nresources = ['*/mid']\n"
    )
    call("scan", "--graph", tenant, *BOTH, "--report", "json=v.jsonl")
    found = verdicts(tmp_path / "v.jsonl")

    assert found["acme-large", "big"]["level"] == "error"
    assert found["acme-large", "mid"]["verdict"] == "not-applicable"
    assert found["acme-tagged", "big"]["verdict"] == "compliant"


def test_they_are_switched_off_and_on(call: Call, tmp_path: Path) -> None:
    (tmp_path / "tenantlint.toml").write_text("[rules.acme-large]\nenabled = false\n")
    (tmp_path / "rules" / "acme-tagged.yaml").write_text(f"{DECLARED}enabled: false\n")

    out = call("scan", "--demo", "--rules", "rules", "--without", "tenantlint_backup").err
    assert "there is no rule to judge by" in out


@pytest.mark.parametrize("name", ["acme-large", "rules"])
def test_one_or_all_of_them_can_be_left_out(call: Call, name: str) -> None:
    ended = call("rules", "--rules", "rules", "--without", name)

    assert ended.code == 0
    assert ("acme-large" in ended.out, "acme-tagged" in ended.out) == (False, name != "rules")


def test_their_findings_are_waived(call: Call, tenant: Path, tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text(
        f"[[waiver]]\nrule = 'acme-large'\nresource = '{BIG}'\nreason = 'moving'\nowner = 'me'\nexpires = 2026-12-01\n"
    )
    ended = call("scan", "--graph", tenant, *BOTH, "--report", "csv=v.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "v.csv").read_text("utf-8-sig"))))

    assert "1 waived" in ended.out
    assert {row["rule"] for row in rows} >= {"acme-large", "acme-tagged"}


def test_a_baseline_knows_them(call: Call, tenant: Path) -> None:
    call("scan", "--graph", tenant, *BOTH, "--report", "sarif-full=old.sarif", "--snapshot", "kept")

    for baseline in ("old.sarif", "kept"):
        ended = call("scan", "--graph", tenant, *BOTH, "--baseline", baseline, "--fail-on", "new-note")
        assert (ended.code, ended.err) == (0, f"note: compared with {baseline}: 5 unchanged\n")
    assert call("diff", "old.sarif", "old.sarif", "--rules", "rules").code == 0


def test_sarif_knows_their_pages_tags_and_parts(call: Call, tenant: Path, tmp_path: Path) -> None:
    several = LISTED.replace("| extend disks", "| mv-expand disk = properties.storageProfile.dataDisks\n| extend disks")
    several = several.replace("project id", "project lun = tostring(disk.lun), id")
    (tmp_path / "rules" / "acme-large.kql").write_text(several.replace("// noun", "// part: {lun}\n// noun"))
    call("scan", "--graph", tenant, *BOTH, "--report", "sarif=x.sarif")
    (run,) = orjson.loads((tmp_path / "x.sarif").read_bytes())["runs"][:1]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    parts = {result["properties"]["tenantlint/part"] for result in run["results"] if result["ruleId"] == "acme-large"}

    assert rules["acme-large"]["helpUri"] == "https://example.test/guide"
    assert rules["acme-large"]["properties"]["tags"] == ["azure", "acme", "size", "Size"]
    assert "Somebody has to be asked." in rules["acme-tagged"]["help"]["markdown"]
    assert parts == {str(lun) for lun in range(33)}


def test_their_resources_are_in_the_inventory_without_what_the_rule_says(
    call: Call, tenant: Path, tmp_path: Path
) -> None:
    (tmp_path / "inventory").mkdir()
    call("scan", "--graph", tenant, *BOTH, "--inventory", "inventory", "--report", "sarif=x.sarif")
    files = [file for file in (tmp_path / "inventory").rglob("*.json") if "big" in file.name]

    assert len(files) == 1
    assert "tenantlint_violations" not in files[0].read_text("utf-8")
    results = orjson.loads((tmp_path / "x.sarif").read_bytes())["runs"][0]["results"]
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    assert any(uri.endswith(files[0].name) for uri in uris)


REPORTS = {
    "text": "t.txt",
    "markdown": "m.md",
    "junit": "j.xml",
    "csv": "c.csv",
    "json": "v.jsonl",
    "sarif": "x.sarif",
    "sarif-full": "f.sarif",
}


def test_where_the_type_is_not_known_no_report_says_how_many_comply(call: Call, tenant: Path, tmp_path: Path) -> None:
    text = LISTED.replace("// type: Microsoft.Compute/virtualMachines\n", "")
    (tmp_path / "rules" / "acme-large.kql").write_text(text)
    options = [f"--report={name}={file}" for name, file in REPORTS.items()]
    ended = call("scan", "--graph", tenant, "--rules", "rules", "--rule", "acme-large", *options)
    row = next(line for line in (tmp_path / "t.txt").read_text().splitlines() if "| acme-large" in line)

    assert ended.code == 1
    assert [cell.strip() for cell in row.split("|")][2:6] == [".", "2", ".", "?"]
    assert "acme-large: how many resources comply is not known, only which do not." in (tmp_path / "t.txt").read_text()
    assert "how many resources comply is not known" in (tmp_path / "m.md").read_text()
    assert 'name="compliant" value="not known"' in (tmp_path / "j.xml").read_text()


def test_a_type_that_is_misspelled_is_told_and_never_green(call: Call, tenant: Path, tmp_path: Path) -> None:
    text = LISTED.replace("// type: Microsoft.Compute/virtualMachines", "// type: Microsoft.Compute/virtualMachine")
    (tmp_path / "rules" / "acme-large.kql").write_text(text.replace("> 16", "> 99"))
    call(
        "scan",
        "--graph",
        tenant,
        "--rules",
        "rules",
        "--rule",
        "acme-large",
        "--report=text=t.txt",
        "--report=markdown=m.md",
    )
    told = "no resource of the type was seen, so nothing is known to comply."

    assert f"acme-large: {told}" in (tmp_path / "t.txt").read_text()
    assert told in (tmp_path / "m.md").read_text()


def test_text_of_a_tenant_is_shown_as_everywhere(call: Call, tmp_path: Path) -> None:
    evil = vm_row(1, "evil", 17, tags={"note": "\x1b[31mred\x1b[0m|[x](http://a)\u202e"})
    copy = write_copy(
        tmp_path / "copy", {"Resources": [evil], "ResourceContainers": [subscription_row(1)]}, subscriptions=[1]
    )
    (tmp_path / "rules" / "acme-large.kql").write_text(
        LISTED.replace("has {disks} data disks", "says {note}").replace("tags, disks", "note = tostring(tags.note)")
    )
    options = [f"--report={name}={file}" for name, file in REPORTS.items() if name != "json"]
    ended = call("scan", "--graph", copy, "--rules", "rules", "--rule", "acme-large", *options)

    assert ended.code == 1
    for file in (tmp_path / name for report, name in REPORTS.items() if report in ("text", "markdown", "junit", "csv")):
        said = file.read_text("utf-8-sig")
        assert "\x1b" not in said, file
        assert "\u202e" not in said, file


def test_a_query_that_fails_fails_its_own_rule_only(call: Call, tenant: Path, tmp_path: Path) -> None:
    (tmp_path / "rules" / "acme-large.kql").write_text(LISTED.replace("array_length(", "no_such_function("))
    ended = call("scan", "--graph", tenant, *BOTH, "--report", "json=v.jsonl")
    found = verdicts(tmp_path / "v.jsonl")

    assert ended.code == 3
    assert {line["cause"] for (rule, _), line in found.items() if rule == "acme-large"} == {"failed"}
    assert {line["verdict"] for (rule, _), line in found.items() if rule == "acme-tagged"} == {"violation"}
    assert len(found) == 6
    assert "no_such_function" in ended.err + ended.out


def test_a_table_that_was_not_captured_makes_it_unread(call: Call, tenant: Path, tmp_path: Path) -> None:
    (tmp_path / "rules" / "acme-large.kql").write_text(LISTED.replace("\nResources\n", "\nAdvisorResources\n"))
    ended = call("scan", "--graph", tenant, *BOTH, "--report", "json=v.jsonl")
    found = verdicts(tmp_path / "v.jsonl")

    assert ended.code == 3
    assert {line["cause"] for (rule, _), line in found.items() if rule == "acme-large"} == {"unread"}
    assert "advisorresources" in found["acme-large", "big"]["message"]


@pytest.mark.parametrize("together", [False, True])
def test_where_a_subscription_was_not_read_nothing_is_compliant_that_rests_on_it(
    call: Call,
    tmp_path: Path,
    together: bool,  # noqa: FBT001 - a case
) -> None:
    rows = [vm_row(1, "big", 33), vm_row(1, "small"), vm_row(2, "hidden", 33), vm_row(2, "other")]
    unread = [{"subscription": subscription(2), "reason": "no permission"}]
    tables = {"Resources": rows, "ResourceContainers": [subscription_row(1), subscription_row(2)]}
    copy = write_copy(tmp_path / "copy", tables, subscriptions=[1], unread=unread)
    if together:
        join = "| join kind=leftouter (Resources | project other = id) on $left.id == $right.other"
        text = f"{LISTED}{join}\n| project id, disks\n"
        (tmp_path / "rules" / "acme-large.kql").write_text(text)
    ended = call("scan", "--graph", copy, "--rules", "rules", "--rule", "acme-large", "--report", "json=v.jsonl")
    found = {name: line["cause"] or line["verdict"] for (_, name), line in verdicts(tmp_path / "v.jsonl").items()}

    assert ended.code == 3
    assert found == {
        "big": "unread" if together else "violation",
        "small": "unread" if together else "compliant",
        "hidden": "unread" if together else "violation",
        "other": "unread",
    }


def test_rows_without_an_id_leave_nothing_compliant(call: Call, tenant: Path, tmp_path: Path) -> None:
    (tmp_path / "rules" / "acme-large.kql").write_text(
        LISTED.replace("project id, name", "project id = iff(disks > 20, '', id), name")
    )
    ended = call("scan", "--graph", tenant, "--rules", "rules", "--rule", "acme-large", "--report", "json=v.jsonl")
    found = {name: line["cause"] or line["verdict"] for (_, name), line in verdicts(tmp_path / "v.jsonl").items()}

    assert ended.code == 3
    assert "1 rows of the query have no id of a resource" in ended.out
    assert found == {"big": "unread", "Göteborg": "unread", "mid": "violation"}


def test_a_declarative_rule_may_name_only_what_is_there(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "rules" / "acme-tagged.yaml"
    cases = {
        ("on: virtual_machines", "on: virtual_machine"): (
            2,
            "on: there is no table 'virtual_machine'",
            "did you mean 'virtual_machines'?",
        ),
        ("tags.owner != ''", "tagz.owner != ''"): (
            7,
            "require: table 'virtual_machines' has no column for 'tagz.owner'",
            "",
        ),
        ("'nowhere'", "propertis.x"): (6, "when: table 'virtual_machines' has no column for 'propertis.x'", ""),
        ("but {length(properties", "but {length(propertis"): (
            8,
            "message: table 'virtual_machines' has no column",
            "did you mean 'properties.storageProfile'?",
        ),
    }
    for (old, new), (line, said, hint) in cases.items():
        text = DECLARED.replace(old, new)
        file.write_text(text if "tagz" not in new else text.replace("tags.owner: ", "tagz.owner: "))
        ended = call("scan", "--demo", "--rules", "rules")
        assert ended.code == 3
        assert f"error: rules/acme-tagged.yaml, line {line}: {said}" in ended.err, ended.err
        assert hint in ended.err


def test_a_default_stands_only_where_it_can_be_seen_what_is_missing(call: Call, tmp_path: Path) -> None:
    path = "properties.securityProfile.encryptionAtHost"
    text = DECLARED.replace("tags.owner != ''", path).replace('tags.owner: ""', f"{path}: false")
    (tmp_path / "rules" / "acme-tagged.yaml").write_text(text)
    ended = call("rules", "--rules", "rules")

    assert ended.code == 3
    said = "line 9: defaults: table 'virtual_machines' does not show 'properties.securityProfile'"
    assert f"error: rules/acme-tagged.yaml, {said}" in ended.err
    assert f"if that means the same: ({path} || …)" in ended.err


def test_a_template_may_name_only_columns_of_the_query(call: Call, tmp_path: Path) -> None:
    (tmp_path / "rules" / "acme-large.kql").write_text(LISTED.replace("{disks}", "{diks}"))
    ended = call("rules", "--rules", "rules")

    assert ended.code == 3
    assert "rules/acme-large.kql: the query gives no column 'diks'" in ended.err
    assert "did you mean 'disks'?" in ended.err


def test_a_broken_file_stops_the_run_and_can_be_left_out(call: Call, tmp_path: Path) -> None:
    (tmp_path / "rules" / "acme-large.kql").write_text(LISTED.replace("level", "levle"))
    ended = call("rules", "--rules", "rules")

    assert (ended.code, ended.out) == (3, "")
    assert "error: rules/acme-large.kql, line 3: there is no key 'levle'" in ended.err
    assert "--without acme-large" in ended.err
    assert call("rules", "--rules", "rules", "--without", "acme-large").code == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("nowhere", "there is no rule file or folder nowhere"),
        ("acme=nowhere", "there is no rule file or folder nowhere"),
        ("Acme=rules", "'Acme' is no name for rules"),
        ("empty", "empty: there is no rule file here"),
    ],
)
def test_a_path_without_rules_is_an_error(call: Call, tmp_path: Path, value: str, said: str) -> None:
    (tmp_path / "empty").mkdir()
    ended = call("rules", "--rules", value)

    assert ended.code in (2, 3)
    assert said in ended.err


def test_two_folders_of_one_name_need_another(call: Call, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "rules", tmp_path / "more" / "rules")

    assert "two plugins are called 'rules'" in call("rules", "--rules", "rules", "--rules", "more/rules").err
    assert "contributed twice" in call("rules", "--rules", "rules", "--rules", "other=more/rules").err


def test_a_folder_may_have_an_equals_sign_in_its_name(call: Call, tmp_path: Path) -> None:
    (tmp_path / "rules").rename(tmp_path / "a=b")

    assert "acme-large" in call("rules", "--rules", "a=b").out


def test_a_tag_waives_findings_of_kql_rules_too(call: Call, tmp_path: Path) -> None:
    vms = [vm_row(1, "spare", 17, tags={"Temporary": "yes"}), vm_row(1, "kept", 17, tags={})]
    tables = {"Resources": vms, "ResourceContainers": [subscription_row(1)]}
    copy = write_copy(tmp_path / "copy", tables, subscriptions=[1])
    (tmp_path / "waivers.toml").write_text(
        "[[waiver]]\nrule = 'acme-large'\ntag = 'temporary=yes'\nreason = 'r'\nowner = 'me'\nexpires = 2026-12-01\n"
    )
    ended = call("scan", "--graph", copy, "--rules", "rules", "--rule", "acme-large")

    assert "1 waived" in ended.out, ended


def test_editions_hold_where_a_date_is_known(call: Call, tenant: Path, tmp_path: Path) -> None:
    options = ("--rules", "rules", "--rules", f"aprl={LIBRARY}", "--edition", "2018-12", "--report", "json=v.jsonl")
    call("scan", "--graph", tenant, *options, "--rule", "acme-large", "--rule", "acme-tagged", "--rule", "aprl-sub-001")
    found = {(rule, line["verdict"]) for (rule, _), line in verdicts(tmp_path / "v.jsonl").items()}

    assert found == {("acme-large", "not-applicable"), ("acme-tagged", "not-applicable"), ("aprl-sub-001", "compliant")}


@pytest.fixture
def served(tenant: Path) -> Iterator[str]:
    with serving(read_copy(tenant), Options(quota=Quota(5000))) as running:
        yield running.url


def test_they_judge_live_as_they_do_offline(call: Call, tenant: Path, served: str, tmp_path: Path) -> None:
    several = LISTED.replace("| extend disks", "| mv-expand disk = properties.storageProfile.dataDisks\n| extend disks")
    several = several.replace("project id", "project lun = tostring(disk.lun), id")
    (tmp_path / "rules" / "acme-large.kql").write_text(several)
    for graph in (tenant, served):
        ended = call("scan", "--graph", graph, *BOTH, "--report", f"json={'live' if graph == served else 'copy'}.jsonl")
        assert ended.code == 1, ended

    assert verdicts(tmp_path / "live.jsonl") == verdicts(tmp_path / "copy.jsonl")
    assert "4 queries over 2 subscriptions" in ended.err  # violations, their type, VMs and subscriptions


def test_doctor_counts_their_queries(call: Call, served: str) -> None:
    ended = call("doctor", "--graph", served, *BOTH, "--format", "json")
    tables = {table["table"]: table for table in orjson.loads(ended.out)["tables"]}

    assert ended.code == 0
    assert tables["acme_large"]["rules"] == ["acme-large"]
    assert (tables["acme_large"]["rows"], tables["acme_large"]["requests"]) == (2, 1)
    assert tables["all microsoft.compute/virtualmachines"]["rules"] == ["acme-large"]
    assert tables["all microsoft.compute/virtualmachines"]["rows"] == 3


def test_doctor_does_not_wonder_that_a_query_lists_nothing(call: Call, served: str, tmp_path: Path) -> None:
    (tmp_path / "rules" / "acme-large.kql").write_text(LISTED.replace("> 16", "> 99"))
    ended = call("doctor", "--graph", served, *BOTH)

    assert ended.code == 0
    assert "no rows in" not in ended.out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("array_length(", "no_such_function("),
        ("project id, name, tags, disks", "take 5"),
        ("project id, name", "project number = id, name"),
    ],
)
def test_doctor_tells_which_rule_suffers_from_a_query_that_cannot_be_run(
    call: Call, served: str, tmp_path: Path, old: str, new: str
) -> None:
    (tmp_path / "rules" / "acme-large.kql").write_text(LISTED.replace(old, new))
    ended = call("doctor", "--graph", served, *BOTH)

    assert ended.code == 3
    assert "acme_large cannot be read" in ended.out
    assert "rules that suffer: acme-large" in ended.out


def test_capture_takes_the_tables_that_they_name(call: Call, served: str, tmp_path: Path) -> None:
    join = "| join kind=leftouter (advisorresources | project id) on id\n"
    (tmp_path / "rules" / "acme-large.kql").write_text(f"{LISTED}{join}")
    call("capture", "plain", "--graph", served)
    call("capture", "more", "--graph", served, "--rules", "rules")
    plain, more = (
        set(orjson.loads((tmp_path / name / "copy.json").read_bytes())["tables"]) for name in ("plain", "more")
    )
    unread = orjson.loads((tmp_path / "more" / "copy.json").read_bytes())["unread"]

    assert "Resources" in plain & more
    assert {name.lower() for name in more | {entry["table"] for entry in unread}} > {"advisorresources"}
    assert "advisorresources" not in {name.lower() for name in plain}
