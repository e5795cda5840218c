"""Linux distributions that Azure endorses, by the dated lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenantlint_backup.documents import (
    ENDORSED_LINUX_2017,
    ENDORSED_LINUX_2021,
    ENDORSED_LINUX_2023,
    ENDORSED_LINUX_2024,
)

if TYPE_CHECKING:
    from tenantlint import Document


@dataclass(frozen=True)
class Distribution:
    """A distribution: who publishes its images, what an agent calls it, and the lists that name it.

    ``publishers`` are in lower case, ``systems`` are beginnings of names in lower case. ``since`` is the first list
    that names it, ``until`` the first that no longer does.
    """

    name: str
    publishers: frozenset[str]
    systems: tuple[str, ...]
    since: Document = ENDORSED_LINUX_2017
    until: Document | None = None


# As of ENDORSED_LINUX_2024. openSUSE has SUSE's publisher: images are told apart only by what an agent reports.
DISTRIBUTIONS: Final = (
    Distribution("AlmaLinux", frozenset({"almalinux"}), ("almalinux",), ENDORSED_LINUX_2024),
    Distribution("CentOS", frozenset({"openlogic"}), ("centos",), until=ENDORSED_LINUX_2023),
    Distribution("Debian", frozenset({"debian", "credativ"}), ("debian",)),
    Distribution("Flatcar", frozenset({"kinvolk"}), ("flatcar",), ENDORSED_LINUX_2021),
    Distribution("openSUSE", frozenset(), ("opensuse",), until=ENDORSED_LINUX_2023),
    Distribution("Oracle Linux", frozenset({"oracle"}), ("oracle",)),
    Distribution("Red Hat Enterprise Linux", frozenset({"redhat"}), ("redhat", "red hat", "rhel")),
    Distribution(
        "Rocky Linux",
        frozenset({"ciq", "resf", "erockyenterprisesoftwarefoundationinc1653071250513"}),
        ("rocky",),
        ENDORSED_LINUX_2024,
    ),
    Distribution("SUSE Linux Enterprise", frozenset({"suse"}), ("sles", "sle_", "suse")),
    Distribution("Ubuntu", frozenset({"canonical"}), ("ubuntu",)),
)
CORE_OS: Final = Distribution("CoreOS", frozenset({"coreos"}), ("coreos", "container linux by coreos"))
AZURE_LINUX: Final = Distribution(
    "Azure Linux",
    frozenset({"microsoftcblmariner"}),
    ("mariner", "azurelinux", "common base linux mariner", "microsoft azure linux"),
)


@lru_cache(maxsize=1024)  # a tenant's VMs run some dozens of systems
def distribution_of(system: str | None, publisher: str | None) -> Distribution | None:
    """Return what runs by the *system* that an agent reports or, only where none does, by the image's *publisher*."""
    known = (*DISTRIBUTIONS, CORE_OS, AZURE_LINUX)
    if system:
        name = system.lower()
        return next((each for each in known if name.startswith(each.systems)), None)
    return next((each for each in known if publisher and publisher.lower() in each.publishers), None)


def is_endorsed(distribution: Distribution, edition: str | None) -> bool:
    """Tell whether the list that holds in *edition* (``YYYY-MM``; the newest for None) names *distribution*.

    Before the first list that is known, that one holds.
    """
    month = max(edition or "9999", ENDORSED_LINUX_2017.date[:7])
    until = distribution.until
    return distribution.since.date[:7] <= month and (until is None or month < until.date[:7])
