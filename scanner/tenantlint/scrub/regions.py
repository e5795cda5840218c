"""The regions of Azure, of every cloud."""

from __future__ import annotations

from typing import Final

from tenantlint.scrub.parts import Kind, Part, split_words

REGIONS: Final = split_words("""
    global unitedstates europe asia asiapacific
    australia australiacentral australiacentral2 australiaeast australiasoutheast
    austriaeast belgiumcentral brazil brazilsouth brazilsoutheast brazilus
    canada canadacentral canadaeast centralindia centralus centraluseuap centralusstage chilecentral
    denmarkeast eastasia eastasiastage eastus eastus2 eastus2euap eastus2stage eastus3 eastusstage eastusstg
    finlandcentral france francecentral francesouth germany germanycentral germanynorth germanynortheast
    germanywestcentral greececentral india indiasouthcentral indonesiacentral israel israelcentral israelnorthwest
    italy italynorth japan japaneast japanwest jioindiacentral jioindiawest
    korea koreacentral koreasouth malaysiasouth malaysiawest mexicocentral newzealand newzealandnorth
    northcentralus northcentralusstage northeurope norway norwayeast norwaywest poland polandcentral
    qatar qatarcentral saudiarabiaeast singapore southafrica southafricanorth southafricawest
    southcentralus southcentralusstage southcentralus2 southeastasia southeastasiastage southeastus southindia
    spaincentral sweden swedencentral swedensouth
    switzerland switzerlandnorth switzerlandwest taiwan taiwannorth taiwannorthwest
    uae uaecentral uaenorth uk uksouth ukwest westcentralus westeurope westindia westus westus2 westus2stage
    westus3 westusstage
    usgovarizona usgovtexas usgovvirginia usgoviowa usdodcentral usdodeast usnateast usnatwest usseceast ussecwest
    chinaeast chinaeast2 chinaeast3 chinanorth chinanorth2 chinanorth3
""")
"""In their programmatic spelling."""


def is_region(text: str) -> bool:
    """Tell whether *text* is a region, in either spelling: West Europe, westeurope."""
    return _programmatic(text) in REGIONS


def region_parts(text: str) -> list[Part]:
    """Return the one part that the name of a region is.

    A region that is not known is written in its programmatic spelling, so that both spellings get one replacement.
    """
    return [Part(text, Kind.REGION) if is_region(text) else Part(_programmatic(text), Kind.PLACE)]


def _programmatic(text: str) -> str:
    return "".join(text.lower().split())
