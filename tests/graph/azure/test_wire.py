"""What goes over the wire, and what never does."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from tenantlint.errors import TenantlintError, UsageError
from tenantlint.graph.azure.wire import Channel, LostError, SignedOutError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.effects import Reset, Slow, Truncate
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.serving import Options, serving
from tenantlint.version import __version__
from tests.graph.azure.conftest import (
    PAGE,
    QUERY,
    SCOPE,
    Connect,
    Credential,
    OldCredential,
    Script,
    Serve,
    http,
    zipped,
)
from tests.graph.server.clients import DEMO, demo_rows

ROOT = Path(__file__).parents[3]
LIST = "/subscriptions?api-version=2022-12-01"


def head(request: bytes) -> list[str]:
    return request.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def bearer(request: bytes) -> str:
    found = [line.partition(": ")[2] for line in head(request) if line.lower().startswith("authorization:")]
    assert len(found) == 1
    return found[0]


def test_a_query_is_sent_as_it_is(stub: Script, connect: Connect) -> None:
    server = stub(http())
    body = b'{ "query" : "Resources" , "options" : { "authorizationScopeFilter" : "AtScopeAndAbove" } }'

    reply = connect(server.url).query(body)

    lines = head(server.asked[0])
    assert lines[0] == "POST /providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01 HTTP/1.1"
    assert {"Content-Type: application/json", f"User-Agent: tenantlint/{__version__}"} <= set(lines)
    assert bearer(server.asked[0]) == "Bearer secret-1"
    assert server.asked[0].endswith(b"\r\n\r\n" + body)
    assert (reply.status, reply.body) == (200, PAGE)


def test_a_list_is_read(stub: Script, connect: Connect) -> None:
    server = stub(http(200, b'{"value":[]}'))

    connect(server.url).get(LIST)

    assert head(server.asked[0])[0] == f"GET {LIST} HTTP/1.1"
    assert bearer(server.asked[0]) == "Bearer secret-1"


def test_a_reply_is_what_was_answered(stub: Script, connect: Connect) -> None:
    server = stub(http(418, b"short", X_Odd="Yes", X_MS_Correlation_Request_Id="an\x1bid"))

    reply = connect(server.url).query(QUERY)

    assert (reply.status, reply.body, reply.headers["x-odd"]) == (418, b"short", "Yes")
    assert reply.request_id == "an\ufffdid"


def test_a_resource_graph_is_asked_over_tls() -> None:
    with serving(read_copy(DEMO), Options(tls=True)) as running:
        channel = Channel(running.url, Credential(), [SCOPE], ca=running.ca)
        reply = channel.query(b'{"query":"Resources | count"}')
        channel.close()

    assert orjson.loads(reply.body)["data"] == [{"Count": len(demo_rows())}]
    assert len(reply.request_id) == 36


def test_a_server_that_nobody_vouches_for_is_not_asked(stub: Script, connect: Connect) -> None:
    server = stub(http(), tls=True)

    with pytest.raises(LostError, match=r"(?i)certificate.verify.failed"):
        connect(server.url).query(QUERY)
    assert server.asked == []


def test_a_compressed_answer_is_unpacked(stub: Script, connect: Connect) -> None:
    assert connect(stub(zipped()).url).query(QUERY).body == PAGE


CHUNKED = {"transfer_encoding": "chunked", "content_length": ""}
BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"what?\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Len",
    "less than it should be": http(content_length="1000"),
    "a length that cuts it off": http(content_length="50"),
    "a length that is no number": http(content_length="many"),
    "no length, cut off": http(200, PAGE[:50], content_length=""),
    "an error, cut off": http(400, b'{"error":', content_length="1000"),
    "a chunk that is too short": http(200, b"ff\r\nabc", **CHUNKED),
    "no last chunk": http(200, b"%x\r\n%b\r\n" % (len(PAGE), PAGE), **CHUNKED),
    "chunks, cut off in the JSON": http(200, b"a\r\n%b\r\n0\r\n\r\n" % PAGE[:10], **CHUNKED),
    "no gzip": http(content_encoding="gzip"),
    "half a gzip": zipped(cut=30),
    "a gzip without its end": zipped(PAGE[:40], cut=-8),
    "HTML": http(200, b"<html>please sign in to the proxy</html>"),
    "an empty body": http(200, b""),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_is_not_whole_is_lost(stub: Script, connect: Connect, answer: bytes) -> None:
    server = stub(answer)

    with pytest.raises(LostError, match="answer"):
        connect(server.url).query(QUERY)

    assert len(server.asked) == 1


LOSING = """
import sys
from tenantlint.graph.azure.wire import Channel, LostError
from tests.graph.azure.conftest import Credential

try:
    Channel(sys.argv[1], Credential(), [], enforce_https=False).query(b"{}")
except LostError as error:
    print(error)
"""


def test_azures_libraries_print_nothing_of_their_own(stub: Script) -> None:
    server = stub(http(content_length="1000"))

    ran = subprocess.run(
        [sys.executable, "-c", LOSING, server.url], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stderr == ""
    assert ran.stdout.startswith("no answer: ")


@pytest.mark.parametrize("effect", [Reset(), Truncate(0.0), Truncate(0.99)])
def test_a_connection_that_breaks_loses_the_answer_and_no_other(serve: Serve, connect: Connect, effect: Any) -> None:  # noqa: ANN401 - any effect
    channel = connect(serve(faults=[Fault(effect, request=2)]))

    assert channel.query(QUERY).status == 200
    with pytest.raises(LostError):
        channel.query(QUERY)
    assert channel.query(QUERY).status == 200


def test_too_long_a_silence_loses_the_answer(serve: Serve, connect: Connect) -> None:
    channel = connect(serve(faults=[Fault(Slow(5.0))]), read_seconds=0.1)

    started = time.monotonic()
    with pytest.raises(LostError, match="timed out"):
        channel.query(QUERY)
    assert time.monotonic() - started < 2


def test_a_slow_answer_is_waited_for(serve: Serve, connect: Connect) -> None:
    assert connect(serve(faults=[Fault(Slow(0.3))])).query(QUERY).status == 200


def test_nobody_there_is_told_in_plain_words(connect: Connect) -> None:
    with pytest.raises(LostError) as error:
        connect("http://127.0.0.1:1").query(QUERY)

    assert str(error.value) == "no answer: Connection refused"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(stub: Script, connect: Connect, status: int) -> None:
    elsewhere = stub(http())
    server = stub(http(status, b"", location=elsewhere.url))
    channel = connect(server.url)

    assert [channel.query(QUERY).status, channel.get(LIST).status] == [status, status]
    assert elsewhere.asked == []


@pytest.mark.parametrize("answer", [http(429, retry_after="0"), http(503), http(401, www_authenticate="Bearer a=b")])
def test_nothing_is_tried_again_by_itself(stub: Script, connect: Connect, answer: bytes) -> None:
    server = stub(answer)
    connect(server.url).query(QUERY)

    assert len(server.asked) == 1


def test_no_resource_provider_is_ever_registered(stub: Script, connect: Connect) -> None:
    missing = b'{"error":{"code":"MissingSubscriptionRegistration","message":"register Microsoft.X"}}'
    server = stub(http(409, missing))

    connect(server.url).get("/subscriptions/11111111-1111-4111-8111-111111111111/providers/x?api-version=1")

    assert [request[:4] for request in server.asked] == [b"GET "]


STRAY: dict[str, Callable[[str], str]] = {
    "another host": lambda _: "https://evil.example/subscriptions",
    "no scheme": lambda _: "//evil.example/subscriptions",
    "another port": lambda url: url[:-1] + "/subscriptions",
    "another scheme": lambda url: url.replace("http:", "https:") + "/subscriptions",
    "a host that starts alike": lambda url: f"{url}.evil.example/subscriptions",
    "more of a host": lambda _: ".evil.example/subscriptions",
    "a user": lambda url: f"{url}@evil.example/subscriptions",
    "a user only": lambda _: "@evil.example/subscriptions",
    "a backslash": lambda url: f"{url}\\@evil.example/subscriptions",
    "no host": lambda _: "http:///subscriptions",
    "no path": lambda _: "subscriptions",
    "nothing": lambda _: "",
    "rubbish": lambda _: "http://[::1",
}


@pytest.mark.parametrize("address", STRAY.values(), ids=STRAY)
def test_no_other_host_sees_the_token(stub: Script, connect: Connect, address: Callable[[str], str]) -> None:
    server = stub(http())
    credential = Credential()

    with pytest.raises(ValueError):  # noqa: PT011 - the standard library has its own words for some of them
        connect(server.url, credential).get(address(server.url))
    assert (server.asked, credential.asked) == ([], [])


def test_a_whole_address_on_the_same_host_is_read(stub: Script, connect: Connect) -> None:
    server = stub(http())
    channel = connect(server.url)

    channel.get(f"{server.url}/subscriptions?a=b&$skiptoken=x%2Fy#part")
    channel.get(f"{server.url.upper().replace('HTTP', 'http')}/{{x}}")

    assert [head(request)[0] for request in server.asked] == [
        "GET /subscriptions?a=b&$skiptoken=x%2Fy HTTP/1.1",
        "GET /%7Bx%7D HTTP/1.1",
    ]


def test_the_usual_port_may_be_spelled_out(connect: Connect) -> None:
    with pytest.raises(LostError):  # nobody is there, but the address was taken
        connect("https://127.0.0.1:443", connect_seconds=1).get("https://127.0.0.1/subscriptions")


@pytest.mark.parametrize(
    ("url", "enforce"),
    [
        ("http://127.0.0.1:8400", True),
        ("http://management.azure.com", False),
        ("http://10.0.0.1", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False),
        ("ftp://127.0.0.1", False),
        ("127.0.0.1:8400", False),
        ("management.azure.com", True),
        ("https://", True),
        ("https://user@management.azure.com", True),
        ("https://management.azure.com/subscriptions", True),
        ("https://management.azure.com?x=y", True),
    ],
)
def test_an_address_that_would_not_keep_the_token_safe_is_refused(connect: Connect, url: str, enforce: bool) -> None:  # noqa: FBT001 - a parameter
    with pytest.raises(UsageError):
        connect(url, enforce_https=enforce)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_sees_what_this_machine_says_to_itself(
    stub: Script, connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    proxy, server = stub(http()), stub(http())
    monkeypatch.setenv(variable, proxy.url)

    connect(server.url).query(QUERY)

    assert (len(server.asked), len(proxy.asked)) == (1, 0)


def test_a_netrc_does_not_replace_the_token(
    stub: Script, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = stub(http(), tls=True)

    connect(server.url, ca=tmp_path / "ca.pem").query(QUERY)

    assert bearer(server.asked[0]) == "Bearer secret-1"


def test_either_kind_of_credential_is_taken(stub: Script, connect: Connect) -> None:
    server = stub(http())
    new = Credential()

    connect(server.url, new).query(QUERY)
    connect(server.url, OldCredential()).query(QUERY)

    assert new.asked == [(SCOPE,)]
    assert [bearer(request) for request in server.asked] == ["Bearer secret-1", "Bearer secret-old"]


@pytest.mark.parametrize(("seconds", "tokens"), [(3600, 1), (290, 1), (-10, 3)])
def test_a_token_is_kept_as_long_as_it_is_good(stub: Script, connect: Connect, seconds: float, tokens: int) -> None:
    credential = Credential(seconds)
    channel = connect(stub(http()).url, credential)
    for _ in range(3):
        channel.query(QUERY)

    assert len(credential.asked) == tokens


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let it be so many seconds later."""
    moment = time.time() + seconds
    monkeypatch.setattr("tenantlint.graph.azure.wire.time.time", lambda: moment)


@pytest.mark.parametrize(("later", "tokens"), [(3290, 1), (3310, 2)])
def test_a_token_is_replaced_five_minutes_before_its_end(
    stub: Script, connect: Connect, monkeypatch: pytest.MonkeyPatch, later: float, tokens: int
) -> None:
    credential = Credential(3600)
    channel = connect(stub(http()).url, credential)
    channel.query(QUERY)
    at(monkeypatch, later)
    channel.query(QUERY)

    assert len(credential.asked) == tokens


def test_a_token_that_is_still_good_is_used_while_there_is_no_other(
    stub: Script, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential, server = Credential(3600), stub(http())
    channel = connect(server.url, credential)
    channel.query(QUERY)
    credential.trouble = ServiceRequestError("no network")
    at(monkeypatch, 3400)
    for _ in range(5):
        channel.query(QUERY)

    assert {bearer(request) for request in server.asked} == {"Bearer secret-1"}
    assert len(credential.asked) == 2  # it is not asked again and again

    at(monkeypatch, 3700)
    with pytest.raises(SignedOutError, match="no network"):
        channel.query(QUERY)


class Forgetful(Credential):
    """A credential that gives the same token until it is told to forget it."""

    forgot = 0

    def forget(self) -> None:
        self.forgot += 1


def test_a_token_can_be_forgotten(stub: Script, connect: Connect) -> None:
    credential, server = Forgetful(), stub(http())
    channel = connect(server.url, credential)

    first = channel.query(QUERY)
    channel.renew(first.sign_in)
    second = channel.query(QUERY)
    channel.renew(first.sign_in)  # as another thread would that had used the first one
    third = channel.query(QUERY)
    channel.renew()
    channel.query(QUERY)

    assert [bearer(request)[-1] for request in server.asked] == ["1", "2", "2", "3"]
    assert [first.sign_in, second.sign_in, third.sign_in] == [1, 2, 2]
    assert credential.forgot == 2


def test_threads_share_a_token_and_its_renewal(serve: Serve, connect: Connect) -> None:
    credential = Credential()
    channel = connect(serve(), credential)

    def ask(_: int) -> int:
        sign_in = channel.query(QUERY).sign_in
        channel.renew(sign_in)
        return channel.query(QUERY).sign_in

    barrier = threading.Barrier(8)

    def first(_: int) -> int:
        barrier.wait()
        return channel.query(QUERY).sign_in

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(first, range(8))) == {1}
        used = list(threads.map(lambda _: channel.renew(1), range(8)))

    assert channel.query(QUERY).sign_in == 2
    assert (len(used), len(credential.asked)) == (8, 2)
    assert ask(0) == 3


@pytest.mark.parametrize(
    ("trouble", "words", "hint"),
    [
        (
            ClientAuthenticationError("AADSTS70043: The refresh token\nhas expired."),
            "AADSTS70043: The refresh token has expired.",
            "az login",
        ),
        (ServiceRequestError("no network"), "no network", "az login"),
        (TenantlintError("cannot sign in", hint="do this"), "cannot sign in", "do this"),
    ],
)
def test_whoever_has_no_token_is_signed_out(
    stub: Script, connect: Connect, trouble: Exception, words: str, hint: str
) -> None:
    server, credential = stub(http()), Credential()
    credential.trouble = trouble

    with pytest.raises(SignedOutError) as error:
        connect(server.url, credential).query(QUERY)

    assert (str(error.value), error.value.hint, server.asked) == (words, hint, [])


@pytest.mark.parametrize("token", ["", "secret\r\nX: y", "secret ", "sécret"])
def test_a_token_that_is_none_is_not_sent_and_not_quoted(stub: Script, connect: Connect, token: str) -> None:
    class Odd(OldCredential):
        def get_token(self, *_: str) -> Any:  # noqa: ANN401 - as Azure's
            return super().get_token()._replace(token=token)

    server = stub(http())
    with pytest.raises(SignedOutError) as error:
        connect(server.url, Odd()).query(QUERY)

    assert "cret" not in repr(error.value) + str(error.value.__cause__)
    assert server.asked == []


def test_nothing_that_is_told_or_logged_holds_a_secret(
    stub: Script, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    log: list[str] = []
    server = stub(
        http(x_ms_user_quota_remaining="14", x_ms_correlation_request_id="an-id"),
        http(200, b"private"),
        http(403, b"private"),
    )
    channel = connect(server.url, on_request=log.append)

    channel.query(b'{"query":"private"}')
    with pytest.raises(LostError) as error:
        channel.query(QUERY)
    channel.get("/subscriptions?private=yes")

    shown = "\n".join([*log, repr(channel), repr(vars(channel)), repr(error.value), repr(error.value.__cause__)])
    assert "secret" not in shown + caplog.text
    assert "private" not in "\n".join(log)
    assert [line.rpartition(", ")[0] for line in log] == [
        f"POST /providers/Microsoft.ResourceGraph/resources: 200, {len(PAGE)} bytes, quota 14, an-id",
        "POST /providers/Microsoft.ResourceGraph/resources: lost",
        "GET /subscriptions: 403, 7 bytes, quota unknown, no id",
    ]


def test_eight_threads_share_a_channel(serve: Serve, connect: Connect) -> None:
    channel = connect(serve())

    def ask(number: int) -> object:
        query = {"query": f"Resources | take 1 | project id, x = {number}"}
        return orjson.loads(channel.query(orjson.dumps(query)).body)["data"][0]["x"]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(24))) == list(range(24))
