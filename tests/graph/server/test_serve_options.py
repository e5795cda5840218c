"""The options of ``tenantlint serve``, in this process."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import orjson
import pytest

from tenantlint.cli.serve import command
from tenantlint.errors import TenantlintError
from tests.graph.server.clients import LATEST, Client

SANDBOX = "e4137c8d-6f92-4ea5-8b3c-c05a9d216336"


def here(*arguments: str) -> None:
    """Run the command in this process."""
    command.main(list(arguments), standalone_mode=False)


@pytest.mark.parametrize("arguments", [(), ("--demo", "copy")])
def test_it_serves_one_thing(arguments: Sequence[str]) -> None:
    with pytest.raises(TenantlintError, match="what is to be served"):
        here(*arguments)


def test_a_copy_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(TenantlintError, match=r"cannot read .*copy\.json"):
        here(str(tmp_path))


def test_a_subscription_to_deny_has_to_be_there() -> None:
    with pytest.raises(TenantlintError, match="there is no subscription") as error:
        here("--demo", "--deny", SANDBOX[:-1] + "0")

    assert SANDBOX in error.value.hint


def test_a_script_is_read_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(TenantlintError, match=r"cannot read .*none\.json"):
        here("--demo", "--faults", str(tmp_path / "none.json"))


@pytest.mark.parametrize("arguments", [("--port", "99999"), ("--payload-limit", "0"), ("--subscription-limit", "x")])
def test_numbers_are_checked(arguments: Sequence[str]) -> None:
    with pytest.raises(click.UsageError):
        here("--demo", *arguments)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tenantlint.graph.server.serving", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    with pytest.raises(TenantlintError, match="`tenantlint serve` needs uvicorn, which is not installed") as error:
        here("--demo")

    assert error.value.hint == "pip install 'tenantlint[server]'"


@contextmanager
def interrupted(port: int, number: signal.Signals, ask: Callable[[], object]) -> Iterator[None]:
    """Let another thread ask what is served on *port* by this one, and then interrupt it as a terminal would."""

    def run() -> None:
        try:
            _wait_for(port)
            ask()
        finally:
            os.kill(os.getpid(), number)

    asking = threading.Thread(target=run)
    asking.start()
    yield
    asking.join()


def test_its_options_reach_the_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "faults.json"
    script.write_bytes(orjson.dumps([{"do": "fail", "status": 503, "when": {"request": 1}}]))
    port = free_port()
    client = Client(f"http://127.0.0.1:{port}")
    found: dict[str, object] = {}

    def ask() -> None:
        found["faults"] = client.ask("count").status
        found["deny"] = client.ask("count", subscriptions=[SANDBOX]).status
        found["limit"] = client.ask("count").codes
        everything = {"allowPartialScopes": True}
        found["payload"] = client.ask("project properties", options=everything).codes
        found["no quota"] = {client.ask("count", LATEST, everything).status for _ in range(20)}

    limits = ("--subscription-limit", "2", "--payload-limit", "500")
    with interrupted(port, signal.SIGINT, ask):
        here("--demo", "--port", str(port), "--no-quota", "--deny", SANDBOX.upper(), "--faults", str(script), *limits)

    assert found == {
        "faults": 503,
        "deny": 403,
        "limit": ["BadRequest", "TooManySubscriptionsUnderScope"],
        "payload": ["BadRequest", "ResponsePayloadTooLarge"],
        "no quota": {200},
    }
    assert f"at http://127.0.0.1:{port}; Ctrl-C stops it" in capsys.readouterr().out


def test_the_quota_is_the_services_unless_it_is_switched_off(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    client = Client(f"http://127.0.0.1:{port}")
    found: list[int] = []

    with interrupted(port, signal.SIGTERM, lambda: found.extend(client.ask("count").status for _ in range(16))):
        here("--demo", "--port", str(port))

    assert found == [200] * 15 + [429]
    assert capsys.readouterr().err == "stopped\n"
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
