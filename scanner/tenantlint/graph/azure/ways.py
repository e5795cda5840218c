"""The ways to sign in to Azure, and the credential of azure-identity that each of them is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from tenantlint.errors import ConfigError

if TYPE_CHECKING:
    from azure.core.credentials import SupportsTokenInfo

WAYS: Final = {
    "default": "az login, or say how to sign in: --auth cli, environment, managed-identity …",
    "cli": "az login",
    "managed-identity": "only a machine in Azure has one; AZURE_CLIENT_ID says which, where there are several",
    "workload-identity": "AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE must fit together",
    "environment": "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH",
    "github-oidc": "the application needs a federated credential for this repository and branch or environment",
}
"""What ``--auth`` may name, and what to do where it fails."""

_CLI_TIMEOUT: Final = 30  # seconds: on a busy machine the Azure CLI takes more than the library's ten


def made(way: str, authority: str, tenant: str | None) -> SupportsTokenInfo:
    """Make the credential that signs in by *way* at *authority*, to *tenant* if one is given.

    Raises ``ConfigError`` where the environment lacks what it needs, and what azure-identity raises of what is there.
    """
    from azure import identity  # noqa: PLC0415 - takes half a second, and only a scan of Azure needs it

    tenants = [tenant] if tenant else []
    match way:
        case "cli":
            return identity.AzureCliCredential(tenant_id=tenant or "", process_timeout=_CLI_TIMEOUT)
        case "managed-identity":
            return identity.ManagedIdentityCredential(client_id=os.environ.get("AZURE_CLIENT_ID") or None)
        case "workload-identity":
            file = _needed("AZURE_FEDERATED_TOKEN_FILE", way)
            return identity.WorkloadIdentityCredential(
                **_application(way, tenant), token_file_path=file, authority=authority
            )
        case "environment":
            return identity.EnvironmentCredential(authority=authority, additionally_allowed_tenants=tenants)
        case "github-oidc":
            return _github(_application(way, tenant), authority)
    return identity.DefaultAzureCredential(
        authority=authority,
        additionally_allowed_tenants=tenants,
        exclude_interactive_browser_credential=True,
        process_timeout=_CLI_TIMEOUT,
    )


def _github(application: dict[str, str], authority: str) -> SupportsTokenInfo:
    from azure.identity import ClientAssertionCredential  # noqa: PLC0415 - as above

    from tenantlint.graph.azure import github  # noqa: PLC0415 - imports azure-core

    github.request()  # what it lacks is told now, and not at the first token
    return ClientAssertionCredential(**application, func=github.assertion, authority=authority)


def _application(way: str, tenant: str | None) -> dict[str, str]:
    return {
        "client_id": _needed("AZURE_CLIENT_ID", way),
        "tenant_id": tenant or _needed("AZURE_TENANT_ID", way),
    }


def _needed(variable: str, way: str) -> str:
    value = os.environ.get(variable, "").strip()
    if not value:
        raise ConfigError(f"--auth {way} needs the environment variable {variable}", hint=WAYS[way])
    return value
