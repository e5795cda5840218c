"""Images of the marketplace: who publishes them, and the words that offers, SKUs and names of systems are made of."""

from __future__ import annotations

import re
from typing import Final

from tenantlint.scrub.parts import Kind, Part, split_words

_PUBLISHERS: Final = split_words("""
    microsoftwindowsserver microsoftwindowsdesktop microsoftsqlserver microsoftvisualstudio microsoftsharepoint
    microsoftwindowsserverhpcpack microsoftcblmariner microsoftbiztalkserver microsoftdynamicsax
    microsoftwindowsserverremotedesktop microsoftdynamicsnav microsoftserveroperatingsystems-previews
    microsoftazuresiterecovery microsoft-aks microsoft-azure-batch microsoft-dsvm microsoft-ads microsoftpowerbi
    azuredatabricks azureopenshift canonical redhat suse oracle openlogic credativ debian coreos kinvolk almalinux
    resf ciq erockyenterprisesoftwarefoundationinc1653071250513 rockylinux
    perforce procomputers ntegralinc center-for-internet-security-inc bitnami
    paloaltonetworks fortinet checkpoint cisco f5-networks barracudanetworks citrix sophos zscaler nginxinc nvidia
    arista-networks aviatrix-systems juniper-networks riverbed silver-peak-systems vmware-inc netapp veeam commvault
    rubrik-inc cohesity mongodb elastic datastax couchbase kemptech loadbalancer thales-vormetric tenable
""")

_WORDS: Final = split_words("""
    windows server windowsserver windowsserversemiannual client enterprise enterprises pro ent evd avd desktop office
    m o multisession multi session ltsc ltsb datacenter core smalldisk smalldiskg gensecond genfirst gen g containers
    with container azure edition azureedition hotpatch balanced standard express developer web sql ws sqldev free
    byol byos payg paygo ubuntu com minimal daily lts pro fips jammy focal bionic xenial noble trusty oracular plucky
    rhel lvm raw sap apps ha els eus baseos hana sles sp basic opensuse leap micro oracle linux debian bookworm
    bullseye buster trixie centos hpc stream almalinux rocky rockylinux base x arm amd h v r u b ol uefi cvm tvm
    confidential trusted launch databricks databricksworker worker aro vmseries flex vm series bundle fortigate
    fortinet checkpoint ngfw cisco csr asav c coreos flatcar stable beta alpha mariner azurelinux cbl aks
    microsoft win xp vista red hat gnu common sle by preview previews
    microserver k s ml dsvm latest redhat rhcos panos suse canonical ws sqlserver
""")

_SYSTEMS: Final = split_words("""
    windows microsoft ubuntu debian redhat red rhel centos sles sle suse opensuse oracle almalinux rocky flatcar coreos
    container mariner azurelinux
""")
"""How the names of systems begin."""

_PIECE: Final = re.compile(r"[a-z]+|\d+|[-_. ()/®]+", re.ASCII | re.IGNORECASE)
_LONGEST: Final = 80


def is_publisher(text: str) -> bool:
    """Tell whether *text* is a publisher that everybody knows. One that is not known may be the tenant itself."""
    return text.lower() in _PUBLISHERS


def image_kind(text: str) -> Kind | None:
    """Return as what the offer, SKU, version or name of a system is known; None where a word of it is not."""
    if len(text) > _LONGEST:
        return None
    pieces = _PIECE.findall(text)
    known = all(piece.lower() in _WORDS for piece in pieces if piece.isalpha())
    return Kind.IMAGE if known and "".join(pieces) == text else None


def system_parts(text: str) -> list[Part] | None:
    """Return the parts of the name of a system, which may go on with words of its own: "Flatcar 3815 (Oklo)".

    None where it does not begin as a known one does.
    """
    known = _known_beginning(text[:_LONGEST])
    first = _PIECE.match(known)
    if not first or first[0].lower() not in _SYSTEMS:
        return None
    rest = text[len(known) :]
    return [Part(known, Kind.IMAGE), *([Part(rest, Kind.TEXT)] if rest else ())]


def _known_beginning(text: str) -> str:
    """Return what of *text* comes before the first word that is not known."""
    end = 0
    for piece in _PIECE.finditer(text):
        if piece.start() != end or (piece[0].isalpha() and piece[0].lower() not in _WORDS):
            break
        end = piece.end()
    return text[:end]
