"""Releases of Windows: what the agent in a VM reports or, where none does, what the VM's image is called."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple


class Release(NamedTuple):
    """A release of Windows; ``kernel`` is its NT version (6.1), which releases for clients and servers share."""

    name: str
    is_server: bool
    kernel: float


_SERVERS: Final = {
    5.2: ("2003", "2003 R2"),
    6.0: ("2008",),
    6.1: ("2008 R2",),
    6.2: ("2012",),
    6.3: ("2012 R2",),
    10.0: ("2016", "2019", "2022", "2025"),
}
_CLIENTS: Final = {5.1: ("XP",), 6.0: ("Vista",), 6.1: ("7",), 6.2: ("8",), 6.3: ("8.1",), 10.0: ("10", "11")}
_RELEASES: Final = {
    f"{family} {name}".lower(): Release(f"{family} {name}", is_server, kernel)
    for family, is_server, kernels in (("Windows Server", True, _SERVERS), ("Windows", False, _CLIENTS))
    for kernel, names in kernels.items()
    for name in names
}
_BUILDS: Final = ((10240, 10.0), (9600, 6.3), (9200, 6.2), (7600, 6.1), (6000, 6.0))
_PUBLISHERS: Final = {"microsoftwindowsserver": "Windows Server", "microsoftwindowsdesktop": "Windows"}

_REPORTED_SERVER: Final = re.compile(r"windows\D{0,16}server\D{0,6}(?P<year>\d{4})(?P<r2>\s?r2)?")
_REPORTED_CLIENT: Final = re.compile(r"windows\D{0,5}(?P<release>xp|vista|7|8\.1|8|10|11)(?![\d.])")
_IMAGED_SERVER: Final = re.compile(r"(?:(?<![a-z])ws|windows-?server[- ]?)(?P<year>20\d\d)(?P<r2>-?r2)?")
_IMAGED_CLIENT: Final = re.compile(r"(?<![a-z])win(?:dows)?-?(?P<release>7|8\.?1|8|10|11)(?!\d)")
_NT: Final = re.compile(r"(\d{1,2}\.\d)(?:\.|$)")
_BUILD: Final = re.compile(r"(\d{4,5})\.")


def first_with(kernel: float, *, is_server: bool) -> str | None:
    """Return the name of the first release with *kernel*; None where there is none."""
    same = (release for release in _RELEASES.values() if (release.is_server, release.kernel) == (is_server, kernel))
    return next((release.name for release in same), None)


@lru_cache(maxsize=1024)  # a tenant's VMs run some dozens of builds
def reported(name: str, version: str) -> Release | None:
    """Return the release that an agent reports by the system's *name* and *version*; None where that is unclear.

    Names without the number of a release ("Windows Server Datacenter") are told by the version.
    """
    lower = name.lower()
    if server := _REPORTED_SERVER.search(lower):
        return _server(server)
    if client := _REPORTED_CLIENT.search(lower):
        return _RELEASES.get(f"windows {client['release']}")
    kernel = _NT.match(version)
    return Release(name, "server" in lower, float(kernel[1])) if kernel and "windows" in lower else None


@lru_cache(maxsize=1024)
def imaged(publisher: str, offer: str, sku: str, exact_version: str) -> Release | None:
    """Return the release in an image; None where that is unclear, as with images that others than Microsoft publish."""
    publisher, names = publisher.lower(), f"{offer} {sku}".lower()
    if not publisher.startswith("microsoft"):
        return None
    if server := _IMAGED_SERVER.search(names):
        return _server(server)
    if client := _IMAGED_CLIENT.search(names):
        return _RELEASES.get(f"windows {client['release'].replace('81', '8.1')}")
    build, family = _BUILD.match(exact_version), _PUBLISHERS.get(publisher)
    return _of_build(int(build[1]), family) if build and family else None


def _server(found: re.Match[str]) -> Release | None:
    return _RELEASES.get(f"windows server {found['year']}{' r2' if found['r2'] else ''}")


def _of_build(build: int, family: str) -> Release | None:
    kernel = next((kernel for first, kernel in _BUILDS if build >= first), None)
    return Release(f"{family} (build {build})", family.endswith("Server"), kernel) if kernel else None
