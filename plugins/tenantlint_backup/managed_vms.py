"""VMs that a managed service runs: nobody backs them up, because the service makes them anew when it needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Resource

_PUBLISHERS: Final = {"azuredatabricks": "Azure Databricks", "azureopenshift": "Azure Red Hat OpenShift"}


def managing_service(vm: Resource) -> str | None:
    """Return the name of the service that manages *vm*; None where nothing shows that there is one."""
    if "/resourcegroups/databricks-rg-" in vm.key:
        return "Azure Databricks"
    publisher = vm.text("properties.storageProfile.imageReference.publisher") or ""
    return _PUBLISHERS.get(publisher.lower())
