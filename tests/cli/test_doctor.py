"""``tenantlint doctor``: who am I, what can I read, what is missing, and how long will a scan take."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

import tenantlint.settings
from tenantlint.cli.diagnosis import Diagnosis, as_json, as_text, duration
from tenantlint.coverage import Unread
from tenantlint.graph.azure.examine import Examination, Probe
from tenantlint.graph.azure.scope import Scope
from tenantlint.graph.azure.signin import Identity
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.service import Settings
from tenantlint.graph.server.serving import Options, serving
from tenantlint.selection import select
from tests.cli.conftest import Call
from tests.cli.test_main import WRITES_MODULES
from tests.commands import environment, run, run_on_terminal
from tests.graph.server.clients import DEMO, demo_rows
from tests.tenant_copies import TABLES, catalog, subscription_row, vm_row, write_copy

HIDDEN = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003"
SEEN = "5d8e3b19-c4a7-42f0-b6d2-9e71f0a3c114"
ROLE_RULE = "key-vault-lacks-backup-access"
UNCOUNTED = Quota(5000)
LISTED = len(orjson.loads((DEMO / "copy.json").read_bytes())["subscriptions"])
RULES = select(catalog(), (), tenantlint.settings.Settings())
REQUESTS = len(catalog().needed_tables(RULES)) + 2
NO_ROLES = [table for table in TABLES if table != "AuthorizationResources"]


def needing(table: str) -> set[str]:
    """Return the ids of the rules that judge and read a table, be it through facts."""
    return {rule.id for rule in RULES if table in {each.name for each in catalog().needed_tables([rule])}}


@pytest.fixture(scope="module")
def whole() -> Iterator[str]:
    """Serve the demo tenant."""
    with serving(read_copy(DEMO), Options(quota=UNCOUNTED)) as running:
        yield running.url


@pytest.fixture(scope="module")
def partly() -> Iterator[str]:
    """Serve the demo tenant without one of its subscriptions."""
    settings = Settings(frozenset({HIDDEN}))
    with serving(read_copy(DEMO), Options(quota=UNCOUNTED, settings=settings)) as running:
        yield running.url


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a tenant with one VM, and without the table of roles."""
    rows = {"Resources": [vm_row(1, "vm")], "ResourceContainers": [subscription_row(1)]}
    copy = write_copy(tmp_path_factory.mktemp("poor"), rows, subscriptions=[1], tables=NO_ROLES)
    with serving(read_copy(copy), Options(quota=UNCOUNTED)) as running:
        yield running.url


def test_where_all_is_well_it_says_so(whole: str, tmp_path: Path) -> None:
    ended = run("doctor", "--graph", whole, cwd=tmp_path)

    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[:3] == [
        "signed in as   not known (object id not known)",
        "tenant         not known in AzureCloud",
        f"subscriptions  {LISTED} can be read; Azure lists {LISTED}",
    ]
    assert lines[-1] == f"A scan takes about {REQUESTS} requests and less than a minute, and would be complete."
    vms = sum(row["type"] == "microsoft.compute/virtualmachines" for row in demo_rows())
    row = f"| virtual_machines | resources | {vms} | {len(needing('virtual_machines'))} |"
    assert row in [" ".join(line.split()) for line in lines]
    assert "\x1b" not in ended.out
    assert list(tmp_path.iterdir()) == []


def test_the_json_is_for_programs(whole: str) -> None:
    ended = run("doctor", "--graph", whole, "--format", "json")
    found = orjson.loads(ended.out)

    assert ended.code == 0
    assert found["identity"] == {"name": None, "object_id": None, "tenant_id": None, "cloud": "AzureCloud"}
    assert len(found["subscriptions"]["listed"]) == LISTED
    assert (found["subscriptions"]["readable"], found["subscriptions"]["hidden"]) == (
        found["subscriptions"]["listed"],
        [],
    )
    rules = {each["table"]: set(each["rules"]) for each in found["tables"]}
    assert rules["protected_items"] == needing("protected_items") > {ROLE_RULE, "unprotected-vm"}
    assert "too-many-data-disks" not in rules["protected_items"]
    assert rules["subscriptions"] == {rule.id for rule in RULES}  # reports name them
    assert {each["problem"] for each in found["tables"]} == {None}
    assert (found["complete"], found["requests"], found["minutes"]) == (
        True,
        REQUESTS,
        round((REQUESTS - 15) / 3 / 60, 1),
    )
    assert found["role_assignments_above_subscriptions"] == 3


def test_a_hidden_subscription_makes_a_scan_incomplete(partly: str) -> None:
    ended = run("doctor", "--graph", partly)

    assert ended.code == 3
    assert f"subscriptions  {LISTED - 1} can be read; Azure lists {LISTED}\n" in ended.out
    assert f"  cannot be read: {HIDDEN}: Azure lists it, but Resource Graph does not show it: " in ended.out
    assert "- assign the role Reader on the subscriptions that are to be scanned, " in ended.out
    assert ended.out.endswith("and would NOT be complete.\n")
    assert run("doctor", "--graph", partly, "--exclude-subscription", HIDDEN).code == 0
    assert run("doctor", "--graph", partly, "--subscription", SEEN.upper()).code == 0


def test_where_nothing_can_be_read_no_scan_is_possible(partly: str) -> None:
    ended = run("doctor", "--graph", partly, "--subscription", HIDDEN)

    assert ended.code == 3
    assert ended.out.splitlines()[2:] == [
        f"subscriptions  0 can be read; Azure lists {LISTED}",
        "  cannot be read: none of 1 subscriptions can be read: the role Reader is enough",
        "- assign the role Reader on the subscriptions that are to be scanned, or on a management group above them",
        "A scan is not possible.",
    ]


def test_a_missing_table_is_told_with_the_rules_that_suffer(poor: str) -> None:
    ended = run("doctor", "--graph", poor)

    assert ended.code == 3
    troubles = [line for line in ended.out.splitlines() if "cannot be read" in line]
    assert [line.split()[1] for line in troubles] == ["role_assignments", "role_definitions"]
    for line in troubles:
        assert "cannot be read: Table AuthorizationResources is invalid" in line
        assert line.endswith(f"; rules that suffer: {ROLE_RULE}")
    assert "| role_definitions             | authorizationresources      | unread |     1 |" in ended.out
    (empty,) = [line for line in ended.out.splitlines() if line.startswith("- no rows in ")]
    named = set(re.findall(r"\w+", empty))
    assert named >= {"cryptsetup_mentions", "firewall_rule_groups", "vaults"}
    assert named.isdisjoint(("subscriptions", "virtual_machines"))


def test_a_rule_that_can_do_without_it_does_not_suffer(poor: str) -> None:
    ended = run("doctor", "--graph", poor, "--rule", "too-many-data-disks", "--format", "json")

    assert ended.code == 0
    assert [each["table"] for each in orjson.loads(ended.out)["tables"]] == ["subscriptions", "virtual_machines"]


PLUGIN = """
from tenantlint import Document, hookimpl, read_table, rule
KQL = "CdnResources\\n| project id\\n| order by id asc\\n"
@rule(id="acme-cdn", on="acme_cdn", level="note", sources=[Document("A", "2026-01-01", "https://acme.example/a")])
def acme_cdn(row, ctx):
    return row.compliant()
@hookimpl
def register_queries():
    return [read_table("acme_cdn", f"// CDN.\\n// partition: tenant\\n{KQL}")]
@hookimpl
def register_rules():
    return [acme_cdn]
"""


def test_rules_of_ones_own_are_examined_too(whole: str, tmp_path: Path) -> None:
    file = tmp_path / "acme_plugin.py"
    file.write_text(PLUGIN)
    ended = run("doctor", "--graph", whole, "--plugin", file, "--rule", "acme-cdn")

    assert ended.code == 3
    assert "- acme_cdn cannot be read: Table CdnResources is invalid" in ended.out
    assert "; rules that suffer: acme-cdn\n" in ended.out


SETTINGS = """
[rules.vault-customer-managed-key]
enabled = true
[[exclude]]
reason = "session hosts are made anew"
rules = ["unprotected-vm"]
has = ["session_hosts"]
"""


def test_what_the_settings_need_is_examined_too(whole: str, tmp_path: Path) -> None:
    (tmp_path / "tenantlint.toml").write_text(SETTINGS)

    def rules(*arguments: str) -> dict[str, list[str]]:
        ended = run("doctor", "--graph", whole, "--format", "json", *arguments, cwd=tmp_path)
        return {each["table"]: each["rules"] for each in orjson.loads(ended.out)["tables"]}

    assert "vault-customer-managed-key" in rules()["vaults"]
    assert rules("--rule", "unprotected-vm")["session_hosts"] == ["unprotected-vm"]
    assert "session_hosts" not in rules("--rule", "too-many-data-disks")
    assert "vault-customer-managed-key" not in rules("--edition", "2018-12")["subscriptions"]


@pytest.mark.parametrize("columns", [160, 70])
def test_a_terminal_gets_a_table_and_progress(partly: str, columns: int) -> None:
    ended = run_on_terminal("doctor", "--graph", partly, columns=columns)

    assert ended.code == 3
    assert "\x1b[" in ended.err
    assert "looking for subscriptions" in ended.err
    assert "unmanaged_disk_vms" in ended.err
    assert ended.err.rstrip().endswith("\x1b[0m")


def test_verbose_tells_of_requests_and_of_no_token(whole: str) -> None:
    ended = run("doctor", "--graph", whole, "--verbose", "--rule", "unprotected-vm")

    assert ended.code == 0
    assert [line.split()[0] for line in ended.err.splitlines()] == ["GET", "GET", "POST", "POST", "POST", "POST"]
    assert "earer" not in ended.err


WRONG = {
    ("--graph", "./copy"): "'./copy' is no service",
    ("--graph", "https://management.example"): "https://management.example is not on this machine",
    ("--rule", "unprotected-vms"): "there is no rule 'unprotected-vms'",
    ("--subscription", "production"): "'production' is not the id of a subscription",
    ("--cloud", "mars"): "there is no cloud 'mars'",
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.items(), ids=[" ".join(each) for each in WRONG])
def test_mistakes_are_told_before_anything_is_asked(arguments: tuple[str, ...], said: str, call: Call) -> None:
    ended = call("doctor", *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {said}")
    assert "\nhint: " in ended.err


def test_its_help_waits_for_nothing() -> None:
    command = [sys.executable, "-c", WRITES_MODULES, "doctor", "--help"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)

    assert {name.partition(".")[0] for name in done.stderr.split()} & {"azure", "duckdb", "duckdb_kql", "rich"} == set()


ID = "0c5b9f6e-52d7-4a1c-8e34-b9a7d1f06c28"
EVIL = "\x1b[31mnasty\n[bold]x[/bold]"


def diagnosis(probe: Probe, *unread: Unread, identity: Identity | None = None, above: int | None = None) -> Diagnosis:
    found = Examination(frozenset({SEEN}), Scope(((SEEN,),), unread), (probe,), above)
    tenant = identity.tenant_id if identity else ""
    return Diagnosis(identity, "AzureCloud", tenant, found, {"rule-b": frozenset({"t"}), "rule-a": frozenset({"t"})})


def test_it_tells_who_is_signed_in() -> None:
    found = diagnosis(Probe("t", ("resources",), 1, 1), identity=Identity(ID, SEEN, "ci-reader"))

    assert as_text(found).splitlines()[:2] == [
        f"signed in as   ci-reader (object id {ID})",
        f"tenant         {SEEN} in AzureCloud",
    ]
    assert orjson.loads(as_json(found))["identity"]["object_id"] == ID


def test_what_others_wrote_is_shown_and_never_obeyed() -> None:
    found = diagnosis(Probe("t", ("resources",), None, 0, EVIL), Unread(EVIL))
    text = as_text(found)

    assert "\x1b" not in text
    assert "t cannot be read: \ufffd[31mnasty [bold]x[/bold]; rules that suffer: rule-a, rule-b" in text
    assert "  cannot be read: \ufffd[31mnasty [bold]x[/bold]" in text


def test_only_so_many_hidden_subscriptions_are_spelled_out() -> None:
    found = diagnosis(Probe("t", (), 1, 1), *(Unread("hidden", f"s{number}") for number in range(25)))

    assert as_text(found).count("  cannot be read: s") == 20
    assert "  … and 5 more; --format json has all of them\n" in as_text(found)
    assert len(orjson.loads(as_json(found))["subscriptions"]["hidden"]) == 25


def test_roles_above_subscriptions_are_missed_where_none_is_seen() -> None:
    advice = "no role assignment above subscriptions was seen"

    assert advice in as_text(diagnosis(Probe("t", (), 1, 1), above=0))
    assert advice not in as_text(diagnosis(Probe("t", (), 1, 1), above=1))
    assert advice not in as_text(diagnosis(Probe("t", (), 1, 1)))


def test_a_large_scan_takes_its_minutes() -> None:
    found = diagnosis(Probe("t", (), 1_000_000, 1113))

    assert "| t     |                   | 1,000,000 |" in as_text(found)
    assert "A scan takes about 1115 requests and about 7 minutes, and would be complete." in as_text(found)
    assert orjson.loads(as_json(found))["minutes"] == 6.1
    assert duration(59) == "less than a minute"
    assert duration(60) == "about 1 minute"
    assert duration(61) == "about 2 minutes"
