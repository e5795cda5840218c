"""``tenantlint scan`` of a live graph: real processes, a real server, the real client of Azure in between."""

import os
import re
import shlex
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson
import pytest

from tenantlint.cli import cli
from tenantlint.cli.azure import WAYS, say
from tenantlint.cli.collecting import preflight
from tenantlint.coverage import Unread
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.azure.access import Access, reach
from tenantlint.graph.azure.clouds import CHINA, PUBLIC, US_GOVERNMENT
from tenantlint.graph.azure.scope import Choice, Scope
from tenantlint.graph.azure.signin import Identity
from tenantlint.graph.azure.unfinished import Run
from tenantlint.graph.copies import read_copy
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.graph.server.effects import Expire, Slow, Throttle
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.service import Settings as Service
from tenantlint.graph.server.serving import Options, Running, serving
from tenantlint.manifest import Manifest, load_manifest
from tenantlint.selection import select
from tenantlint.settings import Settings
from tests.cli.conftest import Call
from tests.commands import TENANTLINT, Ended, run, run_on_terminal
from tests.graph.azure.live_makers import ITEMS
from tests.graph.server.clients import CORP, DEMO, LAB, PARTLY, READ, demo_rows, write_estate
from tests.tenant_copies import catalog

HIDDEN = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003"
DEMO_SUBSCRIPTIONS = frozenset(orjson.loads((DEMO / "copy.json").read_bytes())["subscriptions"])
OTHERS = DEMO_SUBSCRIPTIONS - {HIDDEN}
SEVERAL = len(DEMO_SUBSCRIPTIONS)
RULES = select(catalog(), (), Settings())
QUERIES = len(catalog().needed_tables(RULES))
ONE = ("--rule", "unprotected-vm", "--fail-on", "never")
SECRET = "hush-0123456789-hush"  # noqa: S105 - of nothing

Serve = Callable[..., Running]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves a tenant copy, with options of its own."""
    with ExitStack() as stack:

        def start(copy: Path = DEMO, **options: Any) -> Running:  # noqa: ANN401 - whatever Options has
            return stack.enter_context(serving(read_copy(copy), Options(**{"quota": Quota(5000), **options})))

        yield start


@pytest.fixture
def scan(tmp_path: Path) -> Callable[..., Ended]:
    """Return a function that scans by one rule and keeps the snapshot, in an empty folder."""
    return lambda graph, *more: run("scan", "--graph", graph, *ONE, "--snapshot", "kept", *more, cwd=tmp_path)


def kept(folder: Path) -> Manifest:
    return load_manifest((folder / "kept" / "manifest.json").read_bytes())


def judged_rows(folder: Path) -> int:
    """Return how many verdicts the usual rules give on the snapshot that was kept: one for each row."""
    tables = kept(folder).tables
    return sum(tables[rule.on].rows for rule in RULES)


def reports(folder: Path, *arguments: object) -> tuple[Ended, bytes]:
    """Run a scan with all rules, if none is named; return how it ended and the JSON report."""
    folder.mkdir()
    ended = run("scan", *arguments, "--report", "json=v.jsonl", "--fail-on", "never", cwd=folder)
    return ended, (folder / "v.jsonl").read_bytes()


def test_a_live_scan_judges_as_a_scan_of_the_copy_does(serve: Serve, tmp_path: Path) -> None:
    copied, expected = reports(tmp_path / "copy", "--graph", DEMO, "--snapshot", "kept")
    live, found = reports(tmp_path / "live", "--graph", serve().url, "--previous", tmp_path / "copy" / "kept")

    assert found == expected
    assert len(found.splitlines()) == judged_rows(tmp_path / "copy") > 1000
    assert (copied.code, live.code) == (0, 0)
    assert copied.err == ""
    assert live.err == f"AzureCloud: {QUERIES} queries over {SEVERAL} subscriptions, {QUERIES} requests or more\n"
    assert live.out.splitlines()[-1] == copied.out.splitlines()[-1]


def test_the_quota_and_passing_trouble_change_nothing(serve: Serve, tmp_path: Path) -> None:
    trouble = [Fault(Throttle(1), request=2), Fault(Expire(), request=3)]
    url = serve(quota=Quota(), faults=trouble).url
    ended, found = reports(tmp_path / "live", "--graph", url, "--snapshot", "kept")
    _, expected = reports(tmp_path / "copy", "--graph", DEMO)

    assert ended.code == 0
    assert found == expected
    assert kept(tmp_path / "live").tables.keys() == {table.name for table in catalog().needed_tables(RULES)}
    assert "trying again in 1 s: " in ended.err


def test_verbose_tells_of_every_request_but_of_no_token_and_no_row(serve: Serve, scan: Callable[..., Ended]) -> None:
    ended = scan(serve().url, "--verbose")

    lines = [line for line in ended.err.splitlines() if line.startswith(("GET ", "POST "))]
    assert ended.code == 0
    assert len(lines) == len(ended.err.splitlines()) - 1 == 6
    assert all(": 200, " in line and ", quota " in line and line.endswith(" ms") for line in lines)
    for told in ("earer", "uthorization:", "query"):
        assert told not in ended.err
    names = {str(row["name"]) for row in demo_rows()}
    assert [name for name in names if len(name) > 3 and name in ended.err] == []


def test_a_terminal_sees_what_is_going_on(serve: Serve, tmp_path: Path) -> None:
    url = serve(faults=[Fault(Slow(1.0), query=ITEMS)]).url
    ended = run_on_terminal("scan", "--graph", url, *ONE, out=tmp_path / "out.txt")

    assert ended.code == 0
    assert " rows read, " in ended.err
    assert "judging …" in ended.err
    assert f"AzureCloud: 3 queries over {SEVERAL} subscriptions, 3 requests or more\n" in ended.err
    assert "rows read" not in ended.out


def test_at_the_deadline_what_was_read_is_judged_and_the_rest_is_unread(serve: Serve, tmp_path: Path) -> None:
    url = serve(faults=[Fault(Slow(60), query=ITEMS, times=0)]).url
    before = time.monotonic()
    few = ("--rule", "unprotected-vm", "--rule", "too-many-data-disks", "--rule", "vault-soft-delete")
    ended, found = reports(tmp_path / "live", "--graph", url, "--deadline", 0.15, *few)
    verdicts = [orjson.loads(line) for line in found.splitlines()]

    assert ended.code == 3
    assert time.monotonic() - before < 50
    types = Counter(row["type"] for row in demo_rows())
    vms, vaults = (types[f"microsoft.{each}"] for each in ("compute/virtualmachines", "recoveryservices/vaults"))
    assert len(verdicts) == 2 * vms + vaults
    unprotected = [each for each in verdicts if each["rule"] == "unprotected-vm"]
    assert {each["cause"] for each in unprotected if each["verdict"] == "not-evaluable"} >= {"unread"}
    assert {each["verdict"] for each in unprotected} <= {"not-evaluable", "not-applicable"}
    assert any(each["verdict"] == "violation" for each in verdicts if each["rule"] == "too-many-data-disks")
    assert "there is no time left" in ended.out


def test_a_hidden_subscription_is_unread_and_the_rest_is_reported(
    serve: Serve, scan: Callable[..., Ended], tmp_path: Path
) -> None:
    ended = scan(serve(settings=Service(frozenset({HIDDEN}))).url)

    assert ended.code == 3
    assert ended.err == (
        f"AzureCloud: 3 queries over {SEVERAL - 1} of {SEVERAL} subscriptions, 3 requests or more; "
        "`tenantlint doctor` says why the others cannot be read\n"
    )
    assert f"subscription {HIDDEN} was not read: Resource Graph does not show it" in ended.out
    assert "\nerror    unprotected-vm  VM " in ended.out
    coverage = kept(tmp_path).coverage
    assert coverage.subscriptions == OTHERS
    assert [entry.subscription for entry in coverage.unread] == [HIDDEN]


def test_subscriptions_are_chosen_and_left_out(serve: Serve, scan: Callable[..., Ended], tmp_path: Path) -> None:
    chosen = [option for name in (HIDDEN.upper(), *sorted(OTHERS)[:2]) for option in ("--subscription", name)]
    ended = scan(serve().url, *chosen, "--exclude-subscription", min(OTHERS).upper())

    assert ended.code == 0
    assert kept(tmp_path).coverage.subscriptions == {HIDDEN, sorted(OTHERS)[1]}
    assert kept(tmp_path).coverage.unread == ()


@pytest.mark.parametrize(
    ("options", "read"),
    [
        (["--management-group", "corp"], {READ, CORP}),
        (["--management-group", "web", "--management-group", "lab"], {READ, LAB}),
        (["--management-group", "web", "--subscription", PARTLY], {READ, PARTLY}),
        (["--management-group", "corp", "--exclude-subscription", READ], {CORP}),
    ],
    ids=["one", "two", "and a subscription", "but for one"],
)
def test_a_management_group_stands_for_what_is_below_it(
    serve: Serve, scan: Callable[..., Ended], tmp_path: Path, options: list[str], read: set[str]
) -> None:
    ended = scan(serve(write_estate(tmp_path / "copy")).url, *options)

    assert ended.code == 0
    assert kept(tmp_path).coverage.subscriptions == read


NOWHERE = "00000000-0000-4000-8000-000000000000"
WRONG = {
    ("--cloud", "mars"): "there is no cloud 'mars'",
    ("--subscription", "production"): "'production' is not the id of a subscription",
    ("--exclude-subscription", HIDDEN[:-1]): f"'{HIDDEN[:-1]}' is not the id of a subscription",
    ("--deadline", "0"): "Invalid value for '--deadline'",
    ("--auth", "password"): "Invalid value for '--auth'",
    ("--resume",): "there is nothing to go on with",
    ("--previous", "nowhere"): "nowhere is not a complete snapshot",
}


@pytest.mark.parametrize(("options", "said"), WRONG.items(), ids=[" ".join(each) for each in WRONG])
def test_mistakes_are_told_before_anything_is_asked(options: tuple[str, ...], said: str, call: Call) -> None:
    ended = call("scan", "--graph", "azure", *options)

    assert (ended.code, ended.out) == (2, "")
    assert f"rror: {said}" in ended.err


def test_what_does_not_exist_cannot_be_read(serve: Serve, scan: Callable[..., Ended], tmp_path: Path) -> None:
    ended = scan(serve().url, "--subscription", NOWHERE)

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: none of 1 subscriptions can be read\nhint: the role Reader is enough\n")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_management_group_is_an_error(serve: Serve, scan: Callable[..., Ended]) -> None:
    ended = scan(serve().url, "--management-group", "nowhere")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: management group 'nowhere' shows no subscription: ")


def test_https_needs_the_certificate_of_the_server(serve: Serve, scan: Callable[..., Ended]) -> None:
    running = serve(tls=True)
    assert running.url.startswith("https://")
    assert scan(running.url, "--ca", running.ca).code == 0

    ended = scan(running.url, "--snapshot", "other", "--deadline", 0.02)

    assert (ended.code, ended.out) == (3, "")
    assert "certificate verify failed" in ended.err
    assert ended.err.splitlines()[-1] == "error: there is no time left"


@pytest.mark.parametrize("url", ["http://graph.example", "https://graph.example"])
def test_a_url_is_of_this_machine(scan: Callable[..., Ended], url: str) -> None:
    ended = scan(url)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {url} is not on this machine: it needs a real sign-in\n")


def offline(tmp_path: Path, *options: object, **variables: str) -> Ended:
    """Scan Azure from a machine without identity, from which nothing can be reached."""
    nobody = {"HOME": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9", "PATH": "", **variables}
    return run("scan", "--graph", "azure", *options, env=nobody, cwd=tmp_path)


def test_without_its_variables_the_environment_signs_nobody_in(tmp_path: Path) -> None:
    ended = offline(tmp_path, "--auth", "environment")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: cannot sign in to Azure (environment): ")
    assert "\nhint: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or " in ended.err


def test_offline_it_says_so_soon_and_keeps_the_secret(tmp_path: Path) -> None:
    before = time.monotonic()
    secrets = {"AZURE_TENANT_ID": NOWHERE, "AZURE_CLIENT_ID": NOWHERE, "AZURE_CLIENT_SECRET": SECRET}
    ended = offline(tmp_path, "--auth", "environment", "--verbose", "--snapshot", "kept", **secrets)

    assert (ended.code, ended.out) == (2, "")
    assert time.monotonic() - before < 30
    assert ended.err.startswith("error: cannot sign in to Azure (environment): ")
    assert "Unable to connect to proxy" in ended.err
    assert "Traceback" not in ended.err
    assert SECRET not in ended.err
    assert not (tmp_path / "kept.unfinished").exists()


def test_github_needs_the_right_to_ask_for_its_token(tmp_path: Path) -> None:
    ended = offline(tmp_path, "--auth", "github-oidc", AZURE_TENANT_ID=NOWHERE, AZURE_CLIENT_ID=NOWHERE)

    assert (ended.code, ended.out) == (2, "")
    assert "id-token: write" in ended.err


WHY = "; there are more subscriptions; `tenantlint doctor` says why the others cannot be read"
MISSING = (Unread("hidden", "s4"), Unread("there are\nmore subscriptions"))


@pytest.mark.parametrize(
    ("scope", "name", "tenant", "line"),
    [
        (Scope((("s1",),)), "", "", "AzureCloud: 3 queries over 1 subscription, 3 requests or more"),
        (
            Scope((("s1", "s2"), ("s3",)), MISSING),
            "ci\x1b",
            NOWHERE,
            f"AzureCloud, tenant {NOWHERE}, ci\ufffd: 3 queries over 3 of 4 subscriptions, 6 requests or more{WHY}",
        ),
    ],
    ids=["little", "all"],
)
def test_the_first_line_tells_who_asks_for_how_much(scope: Scope, name: str, tenant: str, line: str) -> None:
    started = Run("AzureCloud", tenant, Choice(), scope, datetime(2026, 11, 20, tzinfo=UTC))
    with reach(Access(url="http://127.0.0.1:9"), say) as session:
        asking = replace(session, identity=Identity("", tenant, name) if name else None)

        assert preflight(asking, started, 3) == line


PAGE = (Path(__file__).parents[2] / "docs" / "azure.md").read_text("utf-8")
KNOWN = dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(language: str) -> list[str]:
    """Return the commands of the page that are in blocks of one language."""
    lines = (line for found, text in BLOCK.findall(PAGE) if found == language for line in text.splitlines())
    return [line.strip().removeprefix("- run: ") for line in lines if "tenantlint " in line]


def test_the_examples_without_azure_work_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(TENANTLINT).parent}{os.pathsep}{os.environ['PATH']}")
    serve, *others = examples("console")
    process = subprocess.Popen(f"exec {serve} --port 0", shell=True, stdout=subprocess.PIPE, text=True)  # noqa: S602 - a line of our own document
    try:
        assert process.stdout
        url = re.findall(r"https?://127\.0\.0\.1:\d+", process.stdout.readline())[0]
        for line in others:
            assert "http://127.0.0.1:8400" in line
            given = line.replace("http://127.0.0.1:8400", url)
            done = subprocess.run(given, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S602 - likewise
            assert done.returncode in (0, 1), done.stderr
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize("line", [line for line in (*examples("sh"), *examples("yaml")) if "azure" in line])
def test_the_examples_with_azure_have_options_that_exist(line: str) -> None:
    program, name, *arguments = shlex.split(line)
    command = cli.get_command(click.Context(cli), name)

    assert program == "tenantlint"
    assert command is not None
    assert command.make_context(name, arguments).params["graph"] == "azure"


def test_the_custom_role_reads_every_type_that_a_query_looks_at_and_nothing_else() -> None:
    (role,) = [orjson.loads(text) for language, text in BLOCK.findall(PAGE) if language == "json"]
    kql = "\n".join(table.kql for table in catalog().tables.values()).lower()
    types = set(re.findall(r"'(microsoft\.[a-z]+(?:/[a-z]+)+)'", kql))

    actions = {action.lower() for action in role["Actions"]}
    assert all(re.fullmatch(r"microsoft\.[a-z]+(/[a-z]+)+/read", action) for action in actions)
    assert {f"{name}/read" for name in types} <= actions
    assert role["NotActions"] == role["DataActions"] == role["NotDataActions"] == []
    assert {action.removesuffix("/read") for action in actions} - types == {
        "microsoft.management/managementgroups",
        "microsoft.resources/subscriptions/resourcegroups",
    }


def test_the_page_names_every_way_every_cloud_and_every_table() -> None:
    rows = set(re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE))
    reads = {name for query in catalog().tables.values() for name in check(query.kql, KNOWN).tables}

    assert {*WAYS, PUBLIC.name, US_GOVERNMENT.name, CHINA.name} <= rows
    assert {name.lower() for name in reads} <= {row.lower() for row in rows}


@pytest.mark.parametrize(
    "option", [("--subscription", HIDDEN), ("--cloud", "mars"), ("--verbose",), ("--management-group", "corp")]
)
@pytest.mark.parametrize(
    "command",
    [("scan", "--demo"), ("scan", "--graph", "./copy"), ("capture", "out", "--graph", "./copy")],
    ids=" ".join,
)
def test_an_option_for_azure_is_refused_where_azure_is_not_asked(
    command: tuple[str, ...], option: tuple[str, ...], call: Call
) -> None:
    ended = call(*command, *option)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"error: {option[0]} is for a live tenant\nhint: it goes with --graph azure\n"
