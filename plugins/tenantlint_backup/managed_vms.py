"""VMs that a managed service runs: nobody backs them up, because the service makes them anew when it needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Json, Resource

PUBLISHER_COLUMN: Final = "properties_storageProfile_imageReference_publisher"
_PUBLISHERS: Final = {"azuredatabricks": "Azure Databricks", "azureopenshift": "Azure Red Hat OpenShift"}


def managing_service(vm: Resource) -> str | None:
    """Return the name of the service that manages *vm*; None where nothing shows that there is one."""
    group = vm.text("resourceGroup") or vm.key.partition("/resourcegroups/")[2]
    return managed_by(group, vm.find("properties.storageProfile.imageReference.publisher"))


def managed_by(group: Json, publisher: Json) -> str | None:
    """Return the same by the VM's resource group and the publisher of its image."""
    if isinstance(group, str) and group.lower().startswith("databricks-rg-"):
        return "Azure Databricks"
    return _PUBLISHERS.get(publisher.lower()) if isinstance(publisher, str) else None
