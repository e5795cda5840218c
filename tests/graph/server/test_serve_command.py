"""``tenantlint serve``, in a process of its own and in this one."""

import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.commands import environment
from tests.graph.server.clients import DEMO, Client, demo_rows

MAIN = "from tenantlint.cli import COMMANDS, main; COMMANDS.setdefault('serve', ''); main()"


@dataclass
class Started:
    """A server in a process of its own, and the lines with which it greets."""

    process: subprocess.Popen[str]
    greeting: list[str]

    @property
    def url(self) -> str:
        return self.greeting[1].split(" at ")[1].split(";")[0]

    def stop(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; return the exit code and what was said to standard error."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


@contextmanager
def started(*arguments: str, lines: int = 2, temporary: Path | None = None) -> Iterator[Started]:
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**({"TMPDIR": str(temporary)} if temporary else {})),
    )
    try:
        assert process.stdout
        yield Started(process, [process.stdout.readline().rstrip("\n") for _ in range(lines)])
    finally:
        process.terminate()
        process.communicate(timeout=20)


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=environment(),
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_without_a_fuss_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with started("--demo", "--port", "0", "--tls", lines=3, temporary=tmp_path) as server:
        ca = Path(server.greeting[2].removeprefix("CA certificate: "))
        assert ca.read_text("ascii").startswith("-----BEGIN CERTIFICATE-----")
        assert len(list(tmp_path.glob("tenantlint-*"))) == 1

        assert server.stop(number) == (0, "stopped\n")

    assert list(tmp_path.glob("tenantlint-*")) == []


def test_the_first_line_is_a_command_that_works() -> None:
    with started(str(DEMO), "--port", "0") as server:
        program, url, *options = shlex.split(server.greeting[0])
        headers = dict(each.split(": ") for flag, each in pairwise(options) if flag == "-H")

        answer = Client(server.url).send(
            "POST", url.removeprefix(server.url), options[options.index("-d") + 1].encode(), headers
        )

    assert program == "curl"
    assert {row["type"]: row["count_"] for row in answer.data}.keys() == {row["type"] for row in demo_rows()}
    assert "b6f1c2d4-7a3e-4d58-9c1b-2e0f5a8d7c61" in server.greeting[1]


def test_over_tls_the_first_line_trusts_the_throw_away_certificate() -> None:
    with started("--demo", "--port", "0", "--tls", lines=3) as server:
        program, option, file, url, *_ = shlex.split(server.greeting[0])

    assert (program, option, server.greeting[2]) == ("curl", "--cacert", f"CA certificate: {file}")
    assert url.startswith("https://127.0.0.1:")


def test_a_mistake_is_an_error_with_a_hint() -> None:
    code, said = run("--demo", "--host", "0.0.0.0")  # noqa: S104 - refused

    assert code == 2
    assert said.startswith("error: 0.0.0.0 is not an address of this machine alone\nhint: ")
