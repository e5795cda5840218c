"""What an archive says is held against what it may say, and its words are those of the rule."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.cli.conftest import Call
from tests.nights import RULE, keep_night, vm
from tests.tenant_copies import subscription_row, vm_row, write_copy

Spoil = Callable[[dict[str, Any]], object]


def of_run(name: str, value: object) -> Spoil:
    return lambda run: run["properties"].update({f"tenantlint/{name}": value})


def of_result(name: str, value: object) -> Spoil:
    return lambda run: run["results"][0]["properties"].update({f"tenantlint/{name}": value})


def of_invocation(name: str, value: object) -> Spoil:
    return lambda run: run["invocations"][0].setdefault("properties", {}).update({f"tenantlint/{name}": value})


@pytest.mark.parametrize(
    "spoil",
    [
        of_run("settings", {"rules": [1]}),
        of_run("settings", []),
        of_run("settings", {"rules": None}),
        of_run("subscriptions", []),
        of_run("subscriptions", {"read": [3], "listed": None}),
        of_run("subscriptions", {"read": []}),
        of_result("part", 3),
        of_result("message", {}),
        of_result("carried", {"level": "error", "part": 3}),
        of_result("carried", "yes"),
        of_result("evidence", []),
        of_invocation("remembered", {"s1": {"too-many-data-disks": [1]}}),
        of_invocation("remembered", {"s1": {"too-many-data-disks": ["x", "y"]}}),
        of_invocation("remembered", [1]),
        lambda run: run["results"][0]["locations"][0].update(
            physicalLocation={"artifactLocation": {"uri": "../../etc/passwd"}, "region": {"startLine": 1}}
        ),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"].update(region={"startLine": "1"}),
        lambda run: run.update(invocations=[None]),
        lambda run: run.update(results=[3]),
    ],
)
def test_what_no_archive_says_is_refused_with_its_name(call: Call, tmp_path: Path, spoil: Spoil) -> None:
    night = keep_night(call, tmp_path, 19, [vm("web", 33)])
    log = orjson.loads(night.with_suffix(".sarif").read_bytes())
    spoil(log["runs"][0])
    (tmp_path / "odd.sarif").write_bytes(orjson.dumps(log))

    ended = call("check", night, *RULE, "--baseline=odd.sarif")

    assert ended.code == 2
    assert ended.err.startswith("error: odd.sarif is not an archive of tenantlint, or was cut short: ")


@pytest.mark.parametrize("name", ["Contoso 'Legacy' apps", "a' in subscription 'b' ", "[x](y)", "it's"])
def test_names_with_quotes_or_links_change_nothing(call: Call, tmp_path: Path, name: str) -> None:
    rows = {"Resources": [vm_row(1, name, 33)], "ResourceContainers": [subscription_row(1, name)]}
    copy = write_copy(tmp_path / "copy", rows, subscriptions=[1])
    call("scan", "--graph", copy, "--snapshot=kept", *RULE, "--report=sarif-full=kept.sarif")

    assert "kept.sarif: 1 unchanged" in call("check", "kept", *RULE, "--baseline=kept.sarif").err
