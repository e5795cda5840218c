"""Starting the server: where it listens, and TLS."""

import http.client
import socket
import ssl
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import orjson
import pytest

from tenantlint.errors import UsageError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.effects import Reset, Slow
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.serving import Options, Running, serving
from tests.graph.server.clients import DEMO, GRAPH, Client

COPY = read_copy(DEMO)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "::", "10.0.0.1", "8.8.8.8"])  # noqa: S104 - refused
def test_it_serves_this_machine_only(host: str) -> None:
    with pytest.raises(UsageError, match="is not an address of this machine alone"), serving(COPY, Options(host)):
        pass


@pytest.mark.parametrize("host", ["example.com", "", "127.0.0.1:80"])
def test_a_name_is_no_address(host: str) -> None:
    with pytest.raises(UsageError, match="is not an address"), serving(COPY, Options(host)):
        pass


def can_listen(host: str) -> bool:
    """Tell whether this machine has the address: some have no IPv6, some one address of their own only."""
    try:
        socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError:
        return False
    return True


HOSTS = {"localhost": "http://127.0.0.1:", "127.0.0.2": "http://127.0.0.2:", "::1": "http://[::1]:"}


@pytest.mark.parametrize(("host", "url"), HOSTS.items())
def test_it_says_where_it_is(host: str, url: str) -> None:
    if not can_listen(host):
        pytest.skip(f"this machine has no {host}")

    with serving(COPY, Options(host)) as running:
        assert running.url.startswith(url)
        assert Client(running.url).ask("count").status == 200


@pytest.mark.parametrize(
    "name", ["attacker.example", "attacker.example:80", "192.168.1.1", "localhost.attacker.example", "[::2]"]
)
def test_a_web_page_cannot_ask_by_a_name_that_leads_here(demo: Client, name: str) -> None:
    answer = demo.send("POST", f"{GRAPH}?api-version=2024-04-01", b'{"query":"count"}', {"Host": name})

    assert (answer.status, answer.codes) == (421, ["MisdirectedRequest"])


@pytest.mark.parametrize("name", ["localhost", "localhost:1234", "127.0.0.1", "127.8.8.8:80", "[::1]:8400"])
def test_this_machines_own_names_are_good(demo: Client, name: str) -> None:
    answer = demo.send("POST", f"{GRAPH}?api-version=2024-04-01", b'{"query":"count"}', {"Host": name})

    assert answer.status == 200


def test_a_port_that_is_taken_is_an_error_with_a_hint() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(UsageError, match=f"cannot serve on 127.0.0.1, port {port}: ") as error:
            serving(COPY, Options(port=port)).__enter__()

    assert error.value.hint == "--port 0 takes any port that is free"


def test_a_port_may_be_chosen() -> None:
    with serving(COPY, Options()) as running:
        port = int(running.url.rsplit(":", 1)[1])

    with serving(COPY, Options(port=port)) as running:
        assert running.url == f"http://127.0.0.1:{port}"


def ask_over_tls(running: Running, ca: Path | None, host: str = "127.0.0.1") -> object:
    url = running.url.replace("127.0.0.1", host)
    headers = {"Authorization": "Bearer any", "Content-Type": "application/json"}
    request = urllib.request.Request(  # noqa: S310 - it is https
        f"{url}{GRAPH}?api-version=2024-04-01", b'{"query":"count"}', headers
    )
    context = ssl.create_default_context(cafile=str(ca) if ca else None)
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:  # noqa: S310 - likewise
        return orjson.loads(answer.read())["count"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_tls_holds_against_its_own_ca(host: str) -> None:
    with serving(COPY, Options(tls=True)) as running:
        assert running.url.startswith("https://")
        assert ask_over_tls(running, running.ca, host) == 1


def test_nobody_else_vouches_for_it() -> None:
    with serving(COPY, Options(tls=True)) as running, pytest.raises(OSError, match="certificate verify failed"):
        ask_over_tls(running, None)


def test_a_reset_goes_through_tls() -> None:
    with (
        serving(COPY, Options(tls=True, faults=[Fault(Reset())])) as running,
        pytest.raises(OSError, match=r"reset|EOF|closed"),
    ):
        ask_over_tls(running, running.ca)


def test_the_certificate_goes_when_the_server_does() -> None:
    with serving(COPY, Options(tls=True)) as running:
        assert running.ca
        folder = running.ca.parent
        assert folder.stat().st_mode & 0o077 == 0

    assert not folder.exists()


def test_every_server_has_a_certificate_of_its_own() -> None:
    with serving(COPY, Options(tls=True)) as one, serving(COPY, Options(tls=True)) as other:
        assert one.ca
        assert other.ca
        assert one.ca.read_bytes() != other.ca.read_bytes()


def test_answers_on_their_way_do_not_keep_the_server_from_stopping() -> None:
    with serving(COPY, Options(faults=[Fault(Slow(60))])) as running:
        client = Client(running.url)
        asking = threading.Thread(target=_ask_in_vain, args=(client,))
        asking.start()
        time.sleep(0.3)
        started = time.monotonic()

    assert time.monotonic() - started < 10
    asking.join(10)
    assert not asking.is_alive()


def _ask_in_vain(client: Client) -> None:
    with suppress(OSError, http.client.HTTPException):
        client.ask("count")
