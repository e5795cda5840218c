"""What Azure calls the types of Terraform's resources: of those that rules judge and that have tags."""

from __future__ import annotations

from typing import Final

from tenantlint.sources.declared import literal_type

_MACHINES: Final = "microsoft.compute/virtualmachines"
_SCALE_SETS: Final = "microsoft.compute/virtualmachinescalesets"
_TYPES: Final = {
    "azurerm_linux_virtual_machine": _MACHINES,
    "azurerm_linux_virtual_machine_scale_set": _SCALE_SETS,
    "azurerm_orchestrated_virtual_machine_scale_set": _SCALE_SETS,
    "azurerm_recovery_services_vault": "microsoft.recoveryservices/vaults",
    "azurerm_virtual_machine": _MACHINES,
    "azurerm_virtual_machine_scale_set": _SCALE_SETS,
    "azurerm_windows_virtual_machine": _MACHINES,
    "azurerm_windows_virtual_machine_scale_set": _SCALE_SETS,
}


def azure_type(terraform_type: str, argument: str) -> str:
    """Return the type of a resource in lower case; empty where it is not known.

    *argument* is its argument ``type``, which says it for resources of the provider azapi: ``Microsoft.A/b@2026-01``.
    """
    if terraform_type == "azapi_resource":
        return literal_type(argument.partition("@")[0])
    return _TYPES.get(terraform_type, "")
