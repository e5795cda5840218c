"""The operating system of a VM: what the agent reports or, only where it reports nothing, what the image tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint_backup.systems.linux_distributions import distribution_of
from tenantlint_backup.systems.windows_releases import imaged, reported

if TYPE_CHECKING:
    from tenantlint import Json, Resource
    from tenantlint_backup.systems.linux_distributions import Distribution
    from tenantlint_backup.systems.windows_releases import Release

OS_TYPE: Final = "properties.storageProfile.osDisk.osType"
OS_NAME: Final = "properties.extended.instanceView.osName"
PUBLISHER: Final = "properties.storageProfile.imageReference.publisher"
_OS_VERSION: Final = "properties.extended.instanceView.osVersion"
_IMAGE: Final = "properties.storageProfile.imageReference"
_IMAGE_NAMES: Final = (PUBLISHER, f"{_IMAGE}.offer", f"{_IMAGE}.sku", f"{_IMAGE}.exactVersion")


def windows(vm: Resource) -> Release | None:
    """Return the release of Windows that *vm* runs; None where that is unclear."""
    if name := vm.text(OS_NAME):
        return reported(name, vm.text(_OS_VERSION) or "")
    return imaged(*(vm.text(path) or "" for path in _IMAGE_NAMES))


def distribution(vm: Resource) -> Distribution | None:
    """Return the Linux distribution that *vm* runs; None where it is unclear, or none that is known."""
    return distribution_of(vm.text(OS_NAME), vm.text(PUBLISHER))


def evidence_of(vm: Resource) -> dict[str, Json]:
    """Return what tells the system of *vm*."""
    paths = (OS_NAME, _OS_VERSION) if vm.text(OS_NAME) else (_IMAGE,)
    return {path: value for path in paths if (value := vm.find(path)) is not None}
