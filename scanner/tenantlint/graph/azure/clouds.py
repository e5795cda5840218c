"""The clouds of Azure, and where each has its resource manager and its sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tenantlint.names import no_such


@dataclass(frozen=True, slots=True)
class Cloud:
    """One of Azure's clouds, under the name that the Azure CLI gives it.

    ``resource_manager`` is a URL without a slash at its end, ``scope`` what a token for it is asked for, ``authority``
    the host that signs in.
    """

    name: str
    resource_manager: str
    scope: str
    authority: str


PUBLIC: Final = Cloud(
    "AzureCloud",
    "https://management.azure.com",
    "https://management.azure.com/.default",
    "login.microsoftonline.com",
)
US_GOVERNMENT: Final = Cloud(
    "AzureUSGovernment",
    "https://management.usgovcloudapi.net",
    "https://management.core.usgovcloudapi.net/.default",  # not the host that is asked
    "login.microsoftonline.us",
)
CHINA: Final = Cloud(
    "AzureChinaCloud",
    "https://management.chinacloudapi.cn",
    "https://management.chinacloudapi.cn/.default",
    "login.chinacloudapi.cn",
)

_ALIASES: Final = {"public": PUBLIC, "usgov": US_GOVERNMENT, "china": CHINA}
_NAMES: Final = {cloud.name: cloud for cloud in _ALIASES.values()} | _ALIASES


def cloud_named(text: str) -> Cloud:
    """Return the cloud called *text*, in any case, or by its short name. Raises ``UsageError`` where there is none."""
    found = {name.lower(): cloud for name, cloud in _NAMES.items()}.get(text.lower())
    if found is None:
        raise no_such("cloud", text, _NAMES)
    return found
