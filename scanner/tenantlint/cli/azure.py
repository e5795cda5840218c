"""What the commands that read Azure share: their options, and what these stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from tenantlint.graph.azure.access import Access
    from tenantlint.graph.azure.scope import Choice

F = TypeVar("F", bound=Callable[..., Any])

WAYS = ("default", "cli", "managed-identity", "workload-identity", "environment", "github-oidc")
"""As in tenantlint.graph.azure.ways, which takes too long to import for ``--help``."""

AZURE_OPTIONS = (
    "auth",
    "cloud",
    "tenant",
    "management_group",
    "subscription",
    "exclude_subscription",
    "deadline",
    "ca",
    "verbose",
)
"""The parameters of :func:`choose_azure`."""


def azure_options(command: F) -> F:
    """Add what says whom to ask, as whom, and for what."""
    options = (
        click.option(
            "--auth",
            metavar="WAY",
            type=click.Choice(WAYS),
            default="default",
            show_default=True,
            help=f"How to sign in: {', '.join(WAYS)}.",
        ),
        click.option("--cloud", default="AzureCloud", show_default=True, help="AzureCloud, AzureUSGovernment or …"),
        click.option("--tenant", metavar="ID", help="Sign in to this tenant."),
        click.option(
            "--management-group", metavar="ID", multiple=True, help="Read what lies below this group (repeatable)."
        ),
        click.option("--subscription", metavar="ID", multiple=True, help="Read this subscription (repeatable)."),
        click.option("--exclude-subscription", metavar="ID", multiple=True, help="Leave this one out (repeatable)."),
        click.option(
            "--deadline",
            metavar="MINUTES",
            type=click.FloatRange(min=0, min_open=True),
            help="Stop reading after so long; what is missing is reported.",
        ),
        click.option("--ca", metavar="FILE", type=click.Path(path_type=Path), help="Trust these certificates only."),
        click.option("--verbose", is_flag=True, help="Tell of every request on standard error."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class AzureChoices:
    """What the user chose, checked before anything is asked."""

    access: Access
    choice: Choice


def choose_azure(  # noqa: PLR0913 - one parameter per option
    graph: str,
    *,
    auth: str,
    cloud: str,
    tenant: str | None,
    management_group: tuple[str, ...],
    subscription: tuple[str, ...],
    exclude_subscription: tuple[str, ...],
    deadline: float | None,
    ca: Path | None,
    verbose: bool,
) -> AzureChoices:
    """Read the options; *graph* is "azure" or the URL of a resource graph on this machine. Raises ``UsageError``."""
    from tenantlint.graph.azure.access import Access
    from tenantlint.graph.azure.clouds import cloud_named
    from tenantlint.graph.azure.scope import as_choice

    access = Access(
        cloud_named(cloud), auth, tenant, None if graph == "azure" else graph, deadline, ca, say if verbose else None
    )
    return AzureChoices(access, as_choice(subscription, management_group, exclude_subscription))


def refuse_azure_options() -> None:
    """Raise ``UsageError`` for one that was given where no service is asked: to ignore it is to scan something else."""
    context = click.get_current_context()
    for name in AZURE_OPTIONS:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"--{name.replace('_', '-')} is for a live tenant", hint="it goes with --graph azure")


def is_live(graph: str) -> bool:
    """Tell whether *graph* is a service to ask, and not a folder."""
    return graph == "azure" or graph.startswith(("http://", "https://"))


def say(line: str) -> None:
    """Tell something on standard error."""
    click.echo(line, err=True)
