"""Host names: what of them belongs to a cloud and what to the tenant."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final

from tenantlint.scrub.parts import Kind, Part, split_words
from tenantlint.scrub.regions import REGIONS

_DOMAINS: Final = split_words("""
    azure.com azure.net windows.net microsoft.com microsoftonline.com windowsazure.com azurewebsites.net azurecr.io
    azmk8s.io azureedge.net azurefd.net azure-api.net azure-devices.net azuredatabricks.net azurecontainer.io
    azurecontainerapps.io azurestaticapps.net azurehdinsight.net azuresynapse.net azureml.ms cloudapp.net
    trafficmanager.net visualstudio.com signalr.net kusto.net sharepoint.com powerbi.com
    usgovcloudapi.net azure.us microsoftonline.us azurewebsites.us windowsazure.us
    chinacloudapi.cn azure.cn microsoftonline.cn windowsazure.cn chinacloudsites.cn azurewebsites.cn
""")
"""The domains in which Microsoft gives names to what tenants have."""

_OWN_HOSTS: Final = split_words("""
    management.azure.com management.usgovcloudapi.net management.chinacloudapi.cn management.core.windows.net
    management.core.usgovcloudapi.net management.core.chinacloudapi.cn login.microsoftonline.com
    login.microsoftonline.us login.chinacloudapi.cn login.windows.net sts.windows.net graph.microsoft.com
    graph.windows.net portal.azure.com portal.azure.us portal.azure.cn mcr.microsoft.com go.microsoft.com
    learn.microsoft.com docs.microsoft.com aka.ms schema.management.azure.com vault.azure.net
    vault.usgovcloudapi.net vault.azure.cn storage.azure.com database.windows.net localhost
""")
"""Hosts that are the same for every tenant."""

_STORAGE: Final = split_words("blob file queue table dfs web")
_LABELS: Final = _STORAGE | split_words("""
    core vault vaultcore managedhsm storage database sql documents mongo cassandra gremlin postgres mysql mariadb
    redis redisenterprise cache servicebus eventgrid search cloudapp privatelink scm backup ods oms monitor
    opinsights agentsvc azure-automation ase azurewebsites siterecovery hypervrecoverymanager privatedns azconfig
    documents cognitiveservices openai services dev grafana batch ext appserviceenvironment wvd his guestconfiguration
    data azurecr attest purview notebooks api inference
""")
"""Labels between the name of a resource and the domain. Regions and storage zones (z12) stand there as well."""

_PRIVATE: Final = "privatelink."
_SECONDARY: Final = "-secondary"
_ZONE: Final = re.compile(r"z\d{1,2}", re.ASCII | re.IGNORECASE)
_BARE: Final = re.compile(r"(?P<host>[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){2,9})(?P<rest>\.?(:\d{1,5})?)", re.IGNORECASE)


def host_parts(host: str) -> list[Part]:
    """Return the parts of a host name or IP address: the first label names a resource, whatever word it is."""
    if host.lower() in _OWN_HOSTS:
        return [Part(host, Kind.CLOUD_HOST)]
    if _is_address(host):
        return [Part(host, Kind.ADDRESS)]
    first, *between = host.split(".")
    if not between:
        return [Part(host, Kind.NAME)]
    domain = ".".join(between[-2:])
    if domain.lower() not in _DOMAINS:
        return [Part(host, Kind.HOST)]
    labels = between[:-2]
    parts = _first_label(first, labels)
    for label in labels:
        parts += [Part(".", Kind.STRUCTURE), Part(label, Kind.CLOUD_HOST if _is_service(label) else Kind.NAME)]
    return [*parts, Part(f".{domain}", Kind.CLOUD_HOST)]


def bare_host_parts(text: str) -> list[Part] | None:
    """Return the parts of a host name, maybe with a port, that stands by itself; None where it is in no cloud."""
    found = _BARE.fullmatch(text)
    if not found:
        return None
    parts = host_parts(found["host"])
    if parts[-1].kind is not Kind.CLOUD_HOST:
        return None
    return [*parts, Part(found["rest"], Kind.STRUCTURE)]


def is_private_zone(text: str) -> bool:
    """Tell whether *text* is the name that Microsoft gives a private DNS zone: ``privatelink.vaultcore.azure.net``."""
    if text[: len(_PRIVATE)].lower() != _PRIVATE:
        return False
    between = text[len(_PRIVATE) :].lower().split(".")
    return ".".join(between[-2:]) in _DOMAINS and all(map(_is_service, between[:-2]))


def _first_label(label: str, labels: list[str]) -> list[Part]:
    """Return the parts of the first label: ``-secondary`` is where a storage account is read when all else fails."""
    if labels and labels[0].lower() in _STORAGE and label.lower().endswith(_SECONDARY):
        return [
            Part(label[: -len(_SECONDARY)], Kind.NAME),
            Part(label[-len(_SECONDARY) :], Kind.STRUCTURE),
        ]
    return [Part(label, Kind.NAME)]


def _is_service(label: str) -> bool:
    low = label.lower()
    return low in _LABELS or low in REGIONS or bool(_ZONE.fullmatch(label))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
