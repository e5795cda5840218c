"""`tenantlint capture`: whole tables of a served tenant, with what could not be read, and scrubbed on demand."""

import re
import shlex
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.effects import Expire, Slow
from tenantlint.graph.server.faults import Fault, Seen
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.service import Settings
from tenantlint.graph.server.serving import Options, serving
from tests.cli.conftest import Call
from tests.commands import TENANTLINT, Ended
from tests.graph.server.clients import DEMO
from tests.tenant_copies import subscription, subscription_row, vm_row, write_copy

ROOT = Path(__file__).parents[2]
HIDDEN = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003"
SHOWN = "5d8e3b19-c4a7-42f0-b6d2-9e71f0a3c114"
EXEMPT = ("luks-encrypted-disks", "vault-name")
NAMES = sorted(path.stem for path in DEMO.glob("*.jsonl"))
TABLES = ", ".join(NAMES)
SEVERAL = len(orjson.loads((DEMO / "copy.json").read_bytes())["subscriptions"])
Row = dict[str, Any]
Verdict = dict[str, Any]
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves a tenant copy, with options of its own, and returns its address."""
    with ExitStack() as stack:

        def start(copy: Path = DEMO, **options: Any) -> str:  # noqa: ANN401 - whatever Options has
            return stack.enter_context(serving(read_copy(copy), Options(**{"quota": Quota(5000), **options}))).url

        yield start


@dataclass
class Watch:
    """Sees which tables are asked for."""

    asked: list[str] = field(default_factory=list)

    @property
    def fault(self) -> Fault:
        """A fault that does nothing but look."""
        return Fault(Slow(0), times=0, when=self._see)

    def _see(self, seen: Seen) -> bool:
        self.asked.append(seen.query.split()[0])
        return False


@pytest.fixture
def judged(call: Call, tmp_path: Path) -> Callable[[Path], list[Verdict]]:
    """Return a function that gives all verdicts on a tenant copy, at one and the same moment."""

    def judge(copy: Path) -> list[Verdict]:
        file = tmp_path / f"{copy.name}.verdicts"
        options = ("--as-of", "2026-11-20T02:00:00Z", "--fail-on", "never", "--report", f"json={file}")
        assert call("scan", "--graph", copy, *options).code == 0
        return [orjson.loads(line) for line in file.read_bytes().splitlines()]

    return judge


def rows_of(file: Path) -> list[Row]:
    """Return the rows of a table, by their ids."""
    return sorted((orjson.loads(line) for line in file.read_bytes().splitlines()), key=lambda row: str(row["id"]))


def is_given(row: Row) -> bool:
    """Tell whether the service gives a row to whoever asks for subscriptions: not management groups themselves."""
    return bool(row["type"] != "microsoft.management/managementgroups")


def shapes(verdicts: list[Verdict]) -> Counter[tuple[object, ...]]:
    """Count what is said by the rules that a scrubbed copy does not mislead, without any name."""
    return Counter(
        (each["rule"], each["verdict"], each.get("cause"), *sorted(found["level"] for found in each["violations"]))
        for each in verdicts
        if each["rule"] not in EXEMPT
    )


def small_copy(folder: Path, **more: Any) -> Path:  # noqa: ANN401 - what write_copy() takes
    rows = {"Resources": [vm_row(1, "web"), vm_row(2, "db")], "ResourceContainers": map(subscription_row, (1, 2))}
    return write_copy(folder, rows, subscriptions=[1, 2], **more)


def test_a_captured_tenant_gets_the_verdicts_of_the_original(
    serve: Serve, call: Call, judged: Callable[[Path], list[Verdict]], tmp_path: Path
) -> None:
    ended = call("capture", "copy", "--graph", serve())
    verdicts = judged(tmp_path / "copy")

    assert (ended.code, ended.out) == (0, f"captured {TABLES}: copy\n")
    queries = len(NAMES)
    assert ended.err == f"AzureCloud: {queries} queries over {SEVERAL} subscriptions, {queries} requests or more\n"
    assert len(verdicts) > 1000
    assert verdicts == judged(DEMO)


def test_rows_are_those_of_the_service(serve: Serve, call: Call, tmp_path: Path) -> None:
    call("capture", "copy", "--graph", serve())

    for file in DEMO.glob("*.jsonl"):
        assert rows_of(tmp_path / "copy" / file.name) == [row for row in rows_of(file) if is_given(row)]
    assert {file.name for file in (tmp_path / "copy").iterdir()} == {
        "copy.json",
        *(file.name for file in DEMO.glob("*.jsonl")),
    }


def test_a_copy_is_for_its_owner_and_nothing_else_is_left(serve: Serve, call: Call, tmp_path: Path) -> None:
    call("capture", "folder/copy", "--graph", serve(), "--scrub")

    assert (tmp_path / "folder" / "copy").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["copy"]


def original_names() -> set[str]:
    """Return the names in the demo tenant that only it can have: those of VMs, subscriptions, groups, and its ids."""
    rows = rows_of(DEMO / "Resources.jsonl")
    vms = {row["name"] for row in rows if row["type"] == "microsoft.compute/virtualmachines"}
    return {*vms, *(row[name] for row in rows for name in ("subscriptionId", "tenantId", "resourceGroup"))}


def assert_scrubbed(copy: Path, verdicts: list[Verdict], originals: list[Verdict]) -> None:
    text = b"".join(file.read_bytes() for file in copy.iterdir()).decode().lower()
    names = {name.lower() for name in original_names() if len(name) > 5}

    assert len(names) > 50
    assert [name for name in names if re.search(rf"(?<![a-z0-9-]){re.escape(name)}(?![a-z0-9-])", text)] == []
    assert shapes(verdicts) == shapes(originals)
    assert shapes(verdicts).total() > 300


def test_a_scrubbed_capture_names_nothing_and_gets_the_same_verdicts(
    serve: Serve, call: Call, judged: Callable[[Path], list[Verdict]], tmp_path: Path
) -> None:
    ended = call("capture", "copy", "--graph", serve(), "--scrub")

    assert (ended.code, ended.out) == (0, f"captured {TABLES}: copy\n")
    assert re.search(r"^replaced: name [1-9].*, GUID [1-9]", ended.err, re.MULTILINE)
    assert re.search(r"^kept: resource type or action [1-9]", ended.err, re.MULTILINE)
    assert ended.err.endswith(f"judged by what was replaced, and so perhaps otherwise: {', '.join(EXEMPT)}\n")
    assert_scrubbed(tmp_path / "copy", judged(tmp_path / "copy"), judged(DEMO))


def test_a_tenant_copy_can_be_scrubbed_later(
    call: Call, judged: Callable[[Path], list[Verdict]], tmp_path: Path
) -> None:
    ended = call("capture", "copy", "--graph", DEMO, "--scrub")

    assert ended.code == 0
    assert sorted(ended.out.removeprefix("captured ").removesuffix(": copy\n").split(", ")) == TABLES.split(", ")
    assert_scrubbed(tmp_path / "copy", judged(tmp_path / "copy"), judged(DEMO))


def test_an_incomplete_copy_stays_incomplete_when_it_is_scrubbed(call: Call, tmp_path: Path) -> None:
    copy = small_copy(tmp_path / "raw", unread=[{"subscription": subscription(3), "reason": "no right"}])
    ended = call("capture", "copy", "--graph", copy, "--scrub")
    (unread,) = read_copy(tmp_path / "copy").coverage.unread

    assert ended.code == 3
    assert f"unread: subscription {subscription(3)} was not read: no right\n" in ended.err
    assert unread.subscription
    assert unread.subscription != subscription(3)


def test_tables_are_captured_by_name(serve: Serve, call: Call, tmp_path: Path) -> None:
    ended = call("capture", "copy", "--graph", serve(), "--table", "RESOURCES", "--table", "resourceContainers")

    assert (ended.code, ended.out) == (0, "captured ResourceContainers, Resources: copy\n")
    assert read_copy(tmp_path / "copy").files.keys() == {"resources", "resourcecontainers"}


def test_a_hidden_subscription_is_named_in_the_copy(serve: Serve, call: Call, tmp_path: Path) -> None:
    url = serve(settings=Settings(frozenset({HIDDEN})))
    ended = call("capture", "copy", "--graph", url, "--subscription", HIDDEN, "--subscription", SHOWN)
    coverage = read_copy(tmp_path / "copy").coverage

    assert ended.code == 3
    assert f"unread: subscription {HIDDEN} was not read: " in ended.err
    assert coverage.subscriptions == {SHOWN}
    assert [entry.subscription for entry in coverage.unread] == [HIDDEN]
    assert call("scan", "--graph", "copy", "--rule", "unprotected-vm").code == 3


def test_a_table_that_is_not_there_is_named_in_the_copy(serve: Serve, call: Call, tmp_path: Path) -> None:
    ended = call("capture", "copy", "--graph", serve(), "--table", "Resources", "--table", "SecurityResources")
    copy = read_copy(tmp_path / "copy")

    assert (ended.code, ended.out) == (3, "captured Resources: copy\n")
    assert "unread: table 'SecurityResources' was not read: this cloud, or this account, does not have it" in ended.err
    assert copy.files.keys() == {"resources"}
    assert [entry.table for entry in copy.coverage.unread] == ["SecurityResources"]


def test_a_deadline_leaves_what_was_read_and_names_the_rest(serve: Serve, call: Call, tmp_path: Path) -> None:
    late = Fault(Slow(60), query="AuthorizationResources", times=0)
    ended = call("capture", "copy", "--graph", serve(faults=[late]), "--deadline", "0.08")
    copy = read_copy(tmp_path / "copy")

    assert ended.code == 3
    assert {entry.table.lower() for entry in copy.coverage.unread} == {"authorizationresources"}
    assert rows_of(copy.files["resources"]) == rows_of(DEMO / "Resources.jsonl")


@pytest.mark.parametrize("more", [(), ("--scrub",)], ids=" ".join)
def test_nothing_is_overwritten_and_nothing_asked_for_then(
    more: tuple[str, ...], serve: Serve, call: Call, tmp_path: Path
) -> None:
    watch = Watch()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "notes.txt").write_text("mine")
    ended = call("capture", "copy", "--graph", serve(faults=[watch.fault]), *more)

    assert (ended.code, ended.out) == (2, "")
    assert "copy exists already\nhint: name a new folder: copies are never overwritten\n" in ended.err
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["notes.txt"]
    assert watch.asked == []


def test_ctrl_c_says_how_to_go_on(serve: Serve, tmp_path: Path) -> None:
    watch = Watch()
    slow = Fault(Slow(60), query="RecoveryServicesResources", times=0)
    command = [TENANTLINT, "capture", "copy", "--graph", serve(faults=[watch.fault, slow])]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        while "RecoveryServicesResources" not in watch.asked:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)

    assert process.returncode == 130
    assert said.endswith("error: interrupted\nhint: the same command with --resume goes on\n")
    assert [path.name for path in tmp_path.iterdir()] == ["copy.unfinished"]


def test_the_folder_is_a_new_one_in_another(serve: Serve, call: Call) -> None:
    ended = call("capture", ".", "--graph", serve())

    assert error(ended) == (2, "error: . exists already\nhint: name a new folder: copies are never overwritten\n")


@pytest.mark.parametrize("more", [(), ("--scrub",)], ids=" ".join)
def test_a_run_that_was_not_finished_is_gone_on_with(
    more: tuple[str, ...], serve: Serve, call: Call, tmp_path: Path
) -> None:
    slowly_signed_out = [Fault(effect, query="AuthorizationResources", times=0) for effect in (Slow(0.5), Expire())]
    watch = Watch()
    broken = call("capture", "copy", "--graph", serve(faults=slowly_signed_out), *more)
    anew = call("capture", "copy", "--graph", serve(), *more)

    assert broken.code == 3
    assert "then the same command with --resume goes on\n" in broken.err
    assert anew.code == 2
    assert "holds a run that was not finished" in anew.err
    assert not (tmp_path / "copy").exists()
    assert (tmp_path / "copy.unfinished").stat().st_mode & 0o777 == 0o700

    resumed = call("capture", "copy", "--graph", serve(faults=[watch.fault]), "--resume", *more)

    assert (resumed.code, resumed.out) == (0, f"captured {TABLES}: copy\n")
    assert watch.asked == ["AuthorizationResources", "resourcecontainers"]  # and once more who may be seen
    assert {file.name: len(rows_of(file)) for file in (tmp_path / "copy").glob("*.jsonl")} == {
        file.name: len([row for row in rows_of(file) if is_given(row)]) for file in DEMO.glob("*.jsonl")
    }
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


NO_SERVICE = """\
error: 'elsewhere' is no service that can be captured
hint: with --scrub, and without --table and --resume, a tenant copy can be scrubbed
"""
NO_COPY = """\
error: cannot read elsewhere/copy.json: No such file or directory
hint: a tenant copy is a folder with copy.json and one .jsonl file per table
"""


def error(ended: Ended) -> tuple[int, str]:
    return ended.code, ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--graph", "http://127.0.0.1:1", "--table", "Resource"),
            "error: there is no table 'Resource'\nhint: did you mean 'Resources'?\n",
        ),
        (
            ("--graph", "elsewhere"),
            NO_SERVICE,
        ),
        (
            ("--graph", "elsewhere", "--scrub", "--table", "Resources"),
            NO_SERVICE,
        ),
        (
            ("--graph", "elsewhere", "--scrub"),
            NO_COPY,
        ),
    ],
    ids=["unknown table", "copy", "table of a copy", "no copy"],
)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...], said: str, call: Call, tmp_path: Path) -> None:
    assert error(call("capture", "out", *arguments)) == (2, said)
    assert list(tmp_path.iterdir()) == []


def test_the_examples_of_the_page_work_as_written(call: Call, tmp_path: Path) -> None:
    (tmp_path / "tenant-copy").symlink_to(DEMO)
    lines = re.findall(r"^\$ tenantlint (.*)", (ROOT / "docs" / "capture.md").read_text("utf-8"), re.MULTILINE)
    ended = {line: call(*shlex.split(line)) for line in lines}

    assert len(ended) == 4
    assert {line: each.code for line, each in ended.items() if each.code not in (0, 1) or not each.out} == {}
