"""``tenantlint serve``."""

from __future__ import annotations

import importlib
import signal
from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.answering import answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.graph.copies import TenantCopy
    from tenantlint.graph.server.serving import Options, Running

PORT = 8400


@click.command("serve")
@click.argument("copy", required=False, type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="Serve the demo tenant that comes with tenantlint.")
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine alone.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes any port that is free."
)
@click.option("--tls", is_flag=True, help="Speak TLS, with a certificate that is thrown away at the end.")
@click.option("--deny", metavar="ID", multiple=True, help="Hide this subscription, as missing rights do (repeatable).")
@click.option("--no-quota", is_flag=True, help="Answer more than 15 queries in 5 seconds.")
@click.option(
    "--faults", metavar="FILE", type=click.Path(path_type=Path), help="Do what this JSON file says goes wrong."
)
@click.option("--subscription-limit", type=click.IntRange(1), help="How many subscriptions a tenant may have.")
@click.option("--payload-limit", metavar="BYTES", type=click.IntRange(1), help="How large an answer may be.")
def command(*, copy: Path | None, demo: bool, **rest: Any) -> int:  # noqa: ANN401 - the options that _options() types
    """Serve a tenant COPY as Azure Resource Graph, on this machine.

    Point any client of Resource Graph at it: the Azure SDKs, a script, a scanner. Rows, pages, skip tokens, quota,
    headers and errors are those of the service; any bearer token is good. Ctrl-C stops it.

    \b
    Examples:
      tenantlint serve --demo
      tenantlint serve ./tenant-copy --port 0 --deny 1f0c7a52-93be-4c6d-8a17-5b2e64d9c003
      tenantlint serve ./tenant-copy --tls --faults throttled.json
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.errors import UsageError
    from tenantlint.graph.copies import read_copy

    if demo == bool(copy):
        raise UsageError("what is to be served?", hint="give either --demo or a tenant copy")
    _require_the_extra()
    with ExitStack() as stack:
        folder = stack.enter_context(as_file(files("tenantlint.demo"))) if demo else copy or Path()
        source = read_copy(folder)
        _serve(source, _options(source, **rest))
    return 0


def _require_the_extra() -> None:
    from tenantlint.errors import UsageError

    try:
        importlib.import_module("tenantlint.graph.server.serving")
    except ModuleNotFoundError as error:
        hint = "pip install 'tenantlint[server]'"
        raise UsageError(f"`tenantlint serve` needs {error.name}, which is not installed", hint=hint) from error


def _options(  # noqa: PLR0913 - one parameter per option
    source: TenantCopy,
    *,
    host: str,
    port: int,
    tls: bool,
    deny: tuple[str, ...],
    no_quota: bool,
    faults: Path | None,
    subscription_limit: int | None,
    payload_limit: int | None,
) -> Options:
    from tenantlint.graph.server.quota import REQUESTS, Quota
    from tenantlint.graph.server.scripts import read_faults
    from tenantlint.graph.server.service import Settings
    from tenantlint.graph.server.serving import Options

    usual = Settings()
    settings = Settings(
        _denied(source, deny), subscription_limit or usual.under_scope, payload_limit or usual.payload, usual.listed
    )
    script = read_faults(faults) if faults else []
    return Options(host, port, tls, Quota(None if no_quota else REQUESTS), script, settings)


def _denied(source: TenantCopy, deny: tuple[str, ...]) -> frozenset[str]:
    from tenantlint.names import no_such

    known = source.coverage.subscriptions
    for name in deny:
        if name.lower() not in known:
            raise no_such("subscription", name, known)
    return frozenset(name.lower() for name in deny)


def _greeting(running: Running) -> Iterator[str]:
    copy = running.service.copy
    trust = f" --cacert {running.ca}" if running.ca else ""
    yield (
        f"curl{trust} '{running.url}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01' "
        "-H 'Authorization: Bearer any' -H 'Content-Type: application/json' "
        """-d '{"query": "Resources | summarize count() by type"}'"""
    )
    yield f"serving tenant {copy.tenant_id} of {copy.folder.resolve().name} at {running.url}; Ctrl-C stops it"
    if running.ca:
        yield f"CA certificate: {running.ca}"


def _serve(source: TenantCopy, options: Options) -> None:
    """Serve until Ctrl-C or SIGTERM; neither is an error, and both tidy up."""
    from tenantlint.graph.server.serving import serving

    usual = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with serving(source, options) as running:
            answer("\n".join(_greeting(running)))
            running.wait()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    finally:
        signal.signal(signal.SIGTERM, usual)
