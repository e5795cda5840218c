"""Service tags: words by which network rules and routes name the addresses of a service, maybe those in one region."""

from __future__ import annotations

from typing import Final

from tenantlint.scrub.parts import Kind, Part, split_words
from tenantlint.scrub.regions import region_parts

_TAGS: Final = split_words("""
    internet virtualnetwork azureloadbalancer
    azurecloud storage azurebackup azuresiterecovery azurekeyvault azureactivedirectory
    azureresourcemanager azuremonitor azurefrontdoor azuretrafficmanager azureplatformdns azureplatformimds
    azureplatformlkm azuredevops azuredatabricks azurecontainerregistry azurecosmosdb azureupdatedelivery
    azureactivedirectorydomainservices azureautomation guestandhybridmanagement apimanagement batchnodemanagement
    appservice appservicemanagement datafactory eventhub eventgrid servicebus servicefabric sql sqlmanagement
    gatewaymanager
    microsoftcontainerregistry microsoftdefenderforendpoint powerbi windowsvirtualdesktop windowsadmincenter
""")

_REGIONS: Final = split_words("""
    brazilne brazilse centralfrance southfrance germanyn germanywc norwaye norwayw switzerlandn switzerlandw
    usstagec usstagee
""")
"""What tags call some regions, by the names that these have elsewhere."""


def tag_parts(text: str) -> list[Part] | None:
    """Return the parts of a service tag: ``AzureCloud``, ``Storage.WestEurope``; None where *text* is none."""
    tag, dot, region = text.partition(".")
    if tag.lower() not in _TAGS:
        return None
    found = [Part(tag, Kind.WORD)]
    if dot:
        known = not region or region.lower() in _REGIONS
        found += [Part(dot, Kind.STRUCTURE), *([Part(region, Kind.REGION)] if known else region_parts(region))]
    return found
