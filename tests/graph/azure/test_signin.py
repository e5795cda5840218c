"""Signing in with azure-identity itself; servers of the test's own play GitHub and Microsoft Entra ID."""

import base64
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from tenantlint.errors import ConfigError, UsageError
from tenantlint.graph.azure.clouds import PUBLIC, Cloud
from tenantlint.graph.azure.signin import Identity, LocalToken, SignInError, credential, who
from tenantlint.graph.azure.ways import WAYS

if TYPE_CHECKING:
    from azure.core.credentials import SupportsTokenInfo

TENANT, OTHER_TENANT = "aaaaaaaa-0000-4000-8000-000000000000", "bbbbbbbb-0000-4000-8000-000000000000"
CLIENT = "cccccccc-0000-4000-8000-000000000000"
SCOPE = PUBLIC.scope
BEARER = "what-lets-this-job-ask-github"


def jwt(**claims: object) -> str:
    parts = ({"alg": "RS256", "typ": "JWT"}, claims, {"not": "a signature"})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


@dataclass
class Reply:
    """What a server answers; ``body`` is sent as JSON, or as it is."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Asked:
    """A request that a server got."""

    path: str
    query: dict[str, list[str]]
    bearer: str
    form: dict[str, list[str]]


class Server:
    """GitHub, which gives assertion after assertion, and Entra ID, which gives tokens, at one address with TLS."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self.asked: list[Asked] = []
        self.github: list[Reply] = []
        self.entra: list[Reply] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(Asked(*_target(self.path), self.headers.get("Authorization", ""), {}), server.github)

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self._answer(Asked(*_target(self.path), self.headers.get("Authorization", ""), form), server.entra)

            def _answer(self, asked: Asked, replies: list[Reply]) -> None:
                server.asked.append(asked)
                reply = replies.pop(0)
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.content)))
                self.end_headers()
                self.wfile.write(reply.content)

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.host = f"localhost:{self._server.server_port}"
        self.cloud = Cloud("AzureCloud", PUBLIC.resource_manager, PUBLIC.scope, f"https://{self.host}")
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def assertions(self) -> list[str]:
        return [assertion for asked in self.asked for assertion in asked.form.get("client_assertion", [])]


def _target(path: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(path)
    return parts.path, parse_qs(parts.query)


def token(text: str, seconds: int = 3600) -> Reply:
    return Reply(200, {"access_token": text, "expires_in": seconds, "token_type": "Bearer"})


@pytest.fixture(autouse=True)
def _no_identity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away whatever identity this machine has."""
    for name in (
        *("AZURE_AUTHORITY_HOST", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"),
        *("AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID", "AZURE_TOKEN_CREDENTIALS", "AZURE_USERNAME"),
        *("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"),
        *("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Play GitHub and Entra ID, with a certificate that this process trusts."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(tls)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    playing = Server(tls)
    yield playing
    playing.close()


@pytest.fixture
def job(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Make this process a job of GitHub Actions that may ask for an identity; there is one assertion."""
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"https://{server.host}/github?api-version=2.0")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER)
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
    monkeypatch.setenv("AZURE_CLIENT_ID", CLIENT)
    server.github.append(Reply(200, {"count": 1, "value": jwt(n=1)}))
    return server


def got_from(signed_in: "SupportsTokenInfo") -> str:
    return signed_in.get_token_info(SCOPE).token


def refusal(way: str, cloud: Cloud = PUBLIC, tenant: str | None = None) -> SignInError:
    """Sign in, which must fail."""
    with pytest.raises(SignInError) as error, credential(way, cloud, tenant) as signed_in:
        signed_in.get_token_info(SCOPE)
    return error.value


def test_github_is_asked_for_a_new_assertion_for_every_new_token(job: Server) -> None:
    job.github.append(Reply(200, {"value": jwt(n=2)}))
    job.entra += [token("first", seconds=0), token("second")]
    with credential("github-oidc", job.cloud) as signed_in:
        got = [signed_in.get_token_info(SCOPE) for _ in range(3)]

    assert [each.token for each in got] == ["first", "second", "second"]
    assert got[1].expires_on > time.time() + 3000
    assert job.assertions() == [jwt(n=1), jwt(n=2)]
    assert job.paths() == ["/github", f"/{TENANT}/oauth2/v2.0/token"] * 2
    assert job.asked[0].bearer == f"Bearer {BEARER}"
    assert job.asked[0].query == {"api-version": ["2.0"], "audience": ["api://AzureADTokenExchange"]}
    assert job.asked[1].form["client_id"] == [CLIENT]
    assert job.asked[1].form["scope"] == [SCOPE]


def test_a_token_that_is_forgotten_is_asked_for_anew(job: Server) -> None:
    job.github.append(Reply(200, {"value": jwt(n=2)}))
    job.entra += [token("first"), token("second")]
    with credential("github-oidc", job.cloud) as signed_in:
        first = signed_in.get_token_info(SCOPE)
        signed_in.forget()
        second = signed_in.get_token_info(SCOPE)

    assert (first.token, second.token) == ("first", "second")
    assert job.assertions() == [jwt(n=1), jwt(n=2)]


def test_the_tenant_that_is_named_outranks_the_environments(job: Server) -> None:
    job.entra.append(token("elsewhere"))
    with credential("github-oidc", job.cloud, OTHER_TENANT) as signed_in:
        signed_in.get_token_info(SCOPE)

    assert job.paths()[-1] == f"/{OTHER_TENANT}/oauth2/v2.0/token"


def test_github_may_stumble(job: Server) -> None:
    job.github.insert(0, Reply(503, b"later"))
    job.entra.append(token("first"))
    with credential("github-oidc", job.cloud) as signed_in:
        assert got_from(signed_in) == "first"

    assert job.paths() == ["/github", "/github", f"/{TENANT}/oauth2/v2.0/token"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(403, {"message": BEARER}), "GitHub gives no assertion, but HTTP 403: the job of the workflow needs"),
        (Reply(302, b"", {"Location": "/elsewhere"}), "GitHub gives no assertion, but HTTP 302"),
        (Reply(200, {"value": "x" * 100_000}), "GitHub's reply holds no assertion"),
        (Reply(200, {"value": 7}), "GitHub's reply holds no assertion"),
        (Reply(200, {"value": ""}), "GitHub's reply holds no assertion"),
        (Reply(200, [jwt(n=1)]), "GitHub's reply holds no assertion"),
        (Reply(200, b"<html>"), "GitHub's reply holds no assertion"),
    ],
)
def test_what_is_no_assertion_is_an_error_and_nobody_else_is_asked(job: Server, reply: Reply, said: str) -> None:
    job.github[:] = [reply]
    error = refusal("github-oidc", job.cloud)

    assert str(error).startswith(f"cannot sign in to Azure (github-oidc): {said}")
    assert job.paths() == ["/github"]
    assert BEARER not in f"{error}{error!r}{error.details}{error.hint}"


def test_what_entra_says_is_told_in_a_line_without_a_secret_and_without_the_error_itself(job: Server) -> None:
    described = (
        f"AADSTS700213: No matching federated identity record found\x1b[2J for {jwt(n=1)} and {BEARER}.\r\nTrace ID: 1"
    )
    job.entra.append(Reply(401, {"error": "invalid_client", "error_description": described}))
    error = refusal("github-oidc", job.cloud)

    assert "(github-oidc): " in str(error)
    assert "AADSTS700213: No matching federated identity record found\ufffd[2J for … and …." in str(error)
    assert "\n" not in str(error)
    assert "Trace ID: 1" in error.details
    assert error.hint == "the application needs a federated credential for this repository and branch or environment"
    assert jwt(n=1)[:20] not in f"{error}{error.details}"
    assert BEARER not in f"{error}{error.details}"
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize(
    ("missing", "hint"),
    [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "the job of the workflow needs permissions: id-token: write"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "the job of the workflow needs permissions: id-token: write"),
        ("AZURE_TENANT_ID", WAYS["github-oidc"]),
        ("AZURE_CLIENT_ID", WAYS["github-oidc"]),
    ],
)
def test_what_a_job_lacks_is_told_before_anybody_is_asked(
    job: Server, monkeypatch: pytest.MonkeyPatch, missing: str, hint: str
) -> None:
    monkeypatch.setenv(missing, " ")

    with pytest.raises(ConfigError, match=f"--auth github-oidc needs .*{missing}") as error:
        credential("github-oidc", job.cloud)
    assert error.value.hint == hint
    assert not job.asked


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("URL", "http://github.example/token", "no https address"),
        ("URL", "http://localhost@github.example/token", "no https address"),
        ("URL", "ftp://localhost/token", "no https address"),
        ("TOKEN", "secret\r\nX-Other: header", "not one line of ASCII"),
        ("TOKEN", "s\u00e9cret", "not one line of ASCII"),
    ],
)
def test_a_secret_is_not_sent_where_it_could_be_read(
    job: Server, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"ACTIONS_ID_TOKEN_REQUEST_{name}", value)

    with pytest.raises(ConfigError, match=said) as error:
        credential("github-oidc", job.cloud)
    assert "secret" not in str(error.value)


def test_on_this_machine_github_may_be_without_tls(job: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Server(None)
    plain.github.append(Reply(200, {"value": jwt(n=9)}))
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"http://{plain.host}/github")
    job.entra.append(token("first"))
    with credential("github-oidc", job.cloud) as signed_in:
        signed_in.get_token_info(SCOPE)
    plain.close()

    assert job.assertions() == [jwt(n=9)]
    assert plain.asked[0].query == {"audience": ["api://AzureADTokenExchange"]}


def test_a_pod_signs_in_with_the_token_in_its_file(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pod").write_text(jwt(pod=1))
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(tmp_path / "pod"))
    monkeypatch.setenv("AZURE_CLIENT_ID", CLIENT)
    server.entra.append(token("pods"))
    with credential("workload-identity", server.cloud, TENANT) as signed_in:
        assert got_from(signed_in) == "pods"

    assert server.assertions() == [jwt(pod=1)]


def test_the_default_way_goes_to_the_tenant_that_is_named_too(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pod").write_text(jwt(pod=1))
    for name, value in (
        *(("AUTHORITY_HOST", f"https://{server.host}"), ("TOKEN_CREDENTIALS", "WorkloadIdentityCredential")),
        *(("CLIENT_ID", CLIENT), ("TENANT_ID", TENANT), ("FEDERATED_TOKEN_FILE", str(tmp_path / "pod"))),
    ):
        monkeypatch.setenv(f"AZURE_{name}", value)
    server.entra.append(token("pods"))
    with credential("default", server.cloud, OTHER_TENANT) as signed_in:
        assert got_from(signed_in) == "pods"

    assert server.paths() == [f"/{OTHER_TENANT}/oauth2/v2.0/token"]


def test_a_pod_without_its_file_is_told_so(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--auth workload-identity needs .* AZURE_FEDERATED_TOKEN_FILE"):
        credential("workload-identity", server.cloud)
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(tmp_path / "nothing"))
    monkeypatch.setenv("AZURE_CLIENT_ID", CLIENT)
    error = refusal("workload-identity", server.cloud, TENANT)

    assert "No such file" in str(error)
    assert error.hint == WAYS["workload-identity"]


@pytest.mark.parametrize("client", [CLIENT, ""])
def test_a_managed_identity_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, client: str) -> None:
    plain = Server(None)
    plain.github.append(Reply(200, {"access_token": "managed", "expires_on": int(time.time()) + 3600}))
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://{plain.host}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "app-service")
    monkeypatch.setenv("AZURE_CLIENT_ID", client)
    with credential("managed-identity", PUBLIC, TENANT) as signed_in:
        assert got_from(signed_in) == "managed"
    plain.close()

    assert plain.asked[0].query["resource"] == ["https://management.azure.com"]
    assert plain.asked[0].query.get("client_id") == ([client] if client else None)


def test_an_environment_without_a_principal_is_told_what_it_lacks() -> None:
    error = refusal("environment")

    assert str(error).startswith("cannot sign in to Azure (environment): EnvironmentCredential authentication unavail")
    assert "AZURE_CLIENT_SECRET" in error.hint


def test_a_certificate_that_is_not_there_is_an_error_of_signing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TENANT_ID", TENANT), ("CLIENT_ID", CLIENT), ("CLIENT_CERTIFICATE_PATH", "/nothing.pem")):
        monkeypatch.setenv(f"AZURE_{name}", value)

    assert "No such file or directory: '/nothing.pem'" in str(refusal("environment"))


def azure_cli(folder: Path, script: str) -> None:
    """Install an Azure CLI that writes down what it is asked."""
    (folder / "bin").mkdir()
    (folder / "bin" / "az").write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\n{script}\n')
    (folder / "bin" / "az").chmod(0o755)


@pytest.mark.parametrize("way", ["cli", "default"])
def test_the_azure_cli_signs_in_to_the_tenant_that_is_named(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "dev" if way == "default" else "")  # none of the others has one
    given = json.dumps({"accessToken": "cli's", "expires_on": 4102444800})
    azure_cli(tmp_path, f"""/bin/cat <<'end'\n{given}\nend""")
    with credential(way, PUBLIC, TENANT) as signed_in:
        assert got_from(signed_in) == "cli's"

    asked = (tmp_path / "asked").read_text()
    assert f"--resource https://management.azure.com --tenant {TENANT}" in asked


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo \"Please run 'az login' to setup account.\" >&2; exit 1", "Please run 'az login' to set up an account"),
        ('echo "ERROR: AADSTS70043: The refresh token has expired." >&2; exit 1', "AADSTS70043: The refresh token"),
        (f'echo \'{{"accessToken": "{"s" * 30}"\'', "Unexpected output from Azure CLI: '{****"),
    ],
)
def test_what_the_azure_cli_says_is_told_without_a_token(script: str, said: str, tmp_path: Path) -> None:
    azure_cli(tmp_path, script)
    error = refusal("cli")

    assert said in str(error)
    assert error.hint == "az login"
    assert "s" * 30 not in f"{error}{error.details}"


def test_without_an_azure_cli_that_is_said() -> None:
    assert str(refusal("cli")) == "cannot sign in to Azure (cli): Azure CLI not found on path"


def test_a_tenant_that_cannot_be_one_is_an_error_of_signing_in() -> None:
    assert "Invalid tenant ID" in str(refusal("cli", tenant="no tenant; rm"))


def test_what_was_tried_is_a_long_story_and_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "dev")  # else it looks for a managed identity on the network
    error = refusal("default")

    assert str(error).startswith("cannot sign in to Azure (default): DefaultAzureCredential failed to retrieve a token")
    assert "\n" not in str(error)
    assert "AzureCliCredential: Azure CLI not found on path" in error.details
    assert error.hint.startswith("az login, or say how")


def test_nothing_is_printed_but_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "dev")
    program = (
        "from tenantlint.graph.azure.signin import SignInError, credential\n"
        "from tenantlint.graph.azure.clouds import PUBLIC\n"
        "try: credential('default', PUBLIC).get_token_info(PUBLIC.scope)\n"
        "except SignInError: print('caught')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert (done.stdout, done.stderr) == (b"caught\n", b"")


def test_a_way_that_does_not_exist_is_an_error_with_the_ways_that_do() -> None:
    with pytest.raises(UsageError, match="there is no way to sign in 'clli'") as error:
        credential("clli", PUBLIC)
    assert error.value.hint == "did you mean 'cli'?"


def test_the_azure_sdk_is_imported_when_somebody_signs_in_and_not_before() -> None:
    program = (
        "import sys, tenantlint.graph.azure.signin; print(sorted(n for n in sys.modules if n.startswith('azure.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout == b"[]\n"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://localhost:1/x", "http://[::1]:80"])
def test_the_local_graph_gets_a_token_that_is_none(url: str) -> None:
    signed_in: SupportsTokenInfo = LocalToken(url)
    with signed_in:
        got = signed_in.get_token_info(SCOPE, options={})

    assert got_from(signed_in) == got.token == "local"
    assert got.expires_on > time.time() + 10**9
    assert who(got.token) is None


@pytest.mark.parametrize(
    "url",
    ["https://management.azure.com", "http://localhost@management.azure.com", "http://10.0.0.1", "http://[", "", "x"],
)
def test_nobody_else_gets_that_token(url: str) -> None:
    with pytest.raises(UsageError, match="is not on this machine") as error:
        LocalToken(url)
    assert error.value.hint == "--auth default"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"upn": "ada@example.test", "unique_name": "other", "appid": CLIENT}, "ada@example.test"),
        ({"preferred_username": "ada@example.test", "azp": CLIENT}, "ada@example.test"),
        ({"unique_name": "live.com#ada@example.test", "appid": CLIENT}, "live.com#ada@example.test"),
        ({"appid": CLIENT}, CLIENT),
        ({"azp": CLIENT, "upn": ["not text"]}, CLIENT),
        ({"upn": "a\x1b[31m\u202eda\n"}, "a\ufffd[31m\ufffdda\ufffd"),
        ({"upn": "a" * 300}, "a" * 255 + "…"),
        ({}, ""),
    ],
)
def test_a_token_tells_whom_it_is_for(claims: dict[str, object], name: str) -> None:
    assert who(jwt(oid="object", tid=TENANT, **claims)) == Identity("object", TENANT, name)


@pytest.mark.parametrize(
    "text", ["", "opaque", "a.b.c", "..", jwt(), jwt(oid=7), f"x.{'W10'}.x", "x.bnVsbA.x", "é.é.é"]
)
def test_a_token_that_tells_nothing_is_for_nobody(text: str) -> None:
    assert who(text) is None


@given(st.text() | st.binary().map(lambda raw: f"x.{base64.urlsafe_b64encode(raw).decode()}.x"))
def test_no_token_is_so_odd_that_reading_it_fails(text: str) -> None:
    assert who(text) is None or isinstance(who(text), Identity)
