"""Words that the service itself puts into properties: states, modes, kinds, SKUs, protocols, permissions."""

from __future__ import annotations

import re
from typing import Final

from tenantlint.scrub.parts import Kind, split_lines, split_words
from tenantlint.scrub.time_zones import is_time_zone

_GENERAL: Final = split_words("""
    / * true false yes no on off none null any all default auto automatic manual custom other unknown invalid
    enabled disabled enable disable allow deny allowed denied active inactive available unavailable ready notready
    succeeded failed creating updating deleting running stopped starting stopping deallocated deallocating canceled
    cancelled accepted pending approved rejected disconnected connected inprogress completed completedwithwarnings
    success failure warning error info verbose critical informational high medium low healthy unhealthy passed
    actionrequired actionsuggested compliant noncompliant conflict exempt notstarted
    public private internal external system user service inherited optional required recommended notconfigured
    primary secondary read write readwrite readonly delete daily weekly monthly yearly hourly days weeks months years
    monday tuesday wednesday thursday friday saturday sunday local regional started created alert
    hours minutes dynamic static regular spot shared dedicated isolated basic standard premium free developer
    enterprise consumption ultra v1 v2 v3 gen1 gen2 audit builtin notspecified latest
    azurecloud azureusgovernment azurechinacloud azureservices logging metrics securedbyperimeter
""")

_IDENTITY: Final = split_words("""
    serviceprincipal group user foreigngroup device application msi systemassigned userassigned builtinrole customrole
    rolebased legacy enterpriseagreement_2014-09-01 payasyougo_2014-09-01 msdn_2014-09-01 msdndevtest_2014-09-01
    mspartnernetwork_2014-09-01 sponsored_2016-01-01 internal_2014-09-01 freetrial_2014-09-01 csp_2015-05-01
    mcsfreepermanent_2018-06-01 public_2014-09-01 internal_2014-09-01
    get list set create update import delete recover backup restore purge decrypt encrypt unwrapkey wrapkey verify sign
    release rotate getrotationpolicy setrotationpolicy managecontacts getissuers listissuers setissuers deleteissuers
    manageissuers getsas listsas setsas deletesas regeneratekey
""")

_COMPUTE: Final = split_words("""
    windows linux windows_server windows_client rhel_byos sles_byos rhel_els_6 windowsclient
    fromimage attach empty copy copystart restore import importsecure upload uploadpreparedsecure detach
    attached unattached reserved frozen activesas activesasfrozen activeupload readytoupload
    scsi nvme trustedlaunch confidentialvm vmguestencrypted diskwithvmgueststate
    encryptionatrestwithplatformkey encryptionatrestwithcustomerkey encryptionatrestwithplatformandcustomerkeys
    confidentialvmencryptedwithcustomerkey enableencryption enableencryptionformat enableencryptionformatall
    disableencryption queryencryptionstatus rsa-oaep rsa-oaep-256 rsa1_5 os data
    confidentialvm_diskencryptedwithplatformkey confidentialvm_diskencryptedwithcustomerkey
    confidentialvm_vmgueststateonlyencryptedwithplatformkey confidentialvm_nonpersistedtpm azureactivedirectory
    cachedisk resourcedisk nvmedisk uniform flexible deallocate stoppeddeallocated edgezone customlocation
    allowall allowprivate denyall aligned classic x64 arm64 imagedefault automaticbyos automaticbyplatform
    powerstate/running powerstate/deallocated powerstate/stopped powerstate/starting powerstate/stopping
    powerstate/deallocating provisioningstate/succeeded provisioningstate/failed osstate/generalized generalized
    specialized dockerextension osdisk datadisk dsc auditandset applyandautocorrect applyandmonitor
    premium_lrs standard_lrs standardssd_lrs premiumv2_lrs ultrassd_lrs premium_zrs standardssd_zrs
    standardssd premiumv2 ultrassd
    standard_grs standard_ragrs standard_zrs standard_gzrs standard_ragzrs
    ubuntu redhat rhcos coreos sles centos debian panos azurelinux almalinux rocky oracle flatcar
""")

_STORAGE: Final = split_words("""
    storage storagev2 blobstorage blockblobstorage filestorage hot cool cold archive tls1_0 tls1_1 tls1_2 tls1_3
    account microsoft.storage microsoft.keyvault azurednszone blob file queue table dfs web container blobs shares
    aad privatelink smb nfs allowprotectedappendwrites unlocked locked smbclient large
""")

_BACKUP: Final = split_words("""
    azureiaasvm azureworkload azurestorage azuresql mab dpm azurebackupserver
    vm azurefileshare sqldatabase sqldb sqlinstance sqlavailabilitygroupcontainer saphanadatabase saphanasystem
    saphanadbinstance saphanahsr sapasedatabase filefolder azuresqldb sqldatabase exchange sharepoint vmwarevm
    systemstate client genericdatasource azurefileshareprotecteditem azurevmworkloadsqldatabase
    azurevmworkloadsaphanadatabase azurevmworkloadsaphanadbinstance azurevmworkloadsqlinstance
    iaasvmcontainer iaasvmcontainerv2 vmappcontainer storagecontainer
    protected protectionstopped protectionerror protectionpaused irpending backupssuspended softdeleted
    protectionconfigured configuringprotection configuringprotectionfailed notprotected protecting
    softdeletedsuspended alwayson rs0 rs1 georedundant locallyredundant zoneredundant readaccessgeozoneredundant
    simpleschedulepolicy simpleschedulepolicyv2 logschedulepolicy longtermschedulepolicy longtermretentionpolicy
    simpleretentionpolicy full log differential incremental copyonlyfull snapshotfull snapshotcopyonlyfull
    onlycrashconsistent tierrecommended tierafter donottier fair good excellent poor adequate minimum maximum unlocked
""")

_NETWORK: Final = split_words("""
    tcp udp icmp icmpv6 esp ah http https http2 tls ssl ftps ftpsonly sftp ssh rdp ipv4 ipv6 inbound outbound
    virtualnetwork azureloadbalancer internet virtualappliance vnetlocal virtualnetworkgateway gatewaymanager
    networksecuritygroupenabled routetableenabled networkvirtualappliance zone-redundant initiated synced
    azurebackup windowsupdate windowsdiagnostics windowsvirtualdesktop azurekubernetesservice azfw_vnet azfw_hub
    applicationrule networkrule natrule firewallpolicyfilterrulecollection firewallpolicynatrulecollection
    fullyinsync remotenotinsync localnotinsync vpn expressroute routebased policybased ikev1 ikev2 bgp ipsec
""")

_EXTENSIONS: Final = split_words("""
    azuremonitorwindowsagent azuremonitorlinuxagent microsoftmonitoringagent omsagentforlinux
    dependencyagentwindows dependencyagentlinux customscriptextension customscript customscriptforlinux
    runcommandwindows runcommandlinux runcommandhandlerwindows runcommandhandlerlinux iaasantimalware dsc dscforlinux
    jsonaddomainextension vmsnapshot vmsnapshotlinux sqliaasagent vmaccessagent vmaccessforlinux bginfo
    configurationforwindows configurationforlinux guestattestation aadloginforwindows aadsshloginforlinux
    windowspatchextension linuxpatchextension windowsospatchextension linuxospatchextension
    networkwatcheragentwindows networkwatcheragentlinux keyvaultforwindows keyvaultforlinux mde.windows mde.linux
    azuresecuritywindowsagent azuresecuritylinuxagent hybridworkerforwindows hybridworkerforlinux
    changetracking-windows changetracking-linux azurebackupwindowsworkload azurebackuplinuxworkload monitorx64linux
    iaasdiagnostics linuxdiagnostic servicefabricnode servicefabriclinuxnode applicationhealthwindows
    applicationhealthlinux acceleratednetworking nvidiagpudriverwindows nvidiagpudriverlinux
    azurediskencryption azurediskencryptionforlinux
""")

_PHRASES: Final = split_lines("""
    VM running
    VM deallocated
    VM stopped
    VM starting
    Provisioning succeeded
    Encryption is enabled on disk
    Not encrypted
    Built in
""")

EXTENSIONS: Final = _EXTENSIONS
"""The types of Microsoft's extensions, which are mostly installed under these names as well."""

_WORDS: Final = frozenset().union(
    _GENERAL, _IDENTITY, _COMPUTE, _STORAGE, _BACKUP, _NETWORK, _EXTENSIONS, _PHRASES, ["gmt", "a", "sap"]
)

_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d(-(preview|beta|alpha))?"
    r"|\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(z|[+-]\d\d:?\d\d)?"
    r"|\d\d:\d\d(:\d\d)?"
    r"|-?p(?=[\dt])(\d+[ymwd])*(t(\d+(\.\d+)?[hms])+)?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"-?\d{1,5}(\.\d{1,5})?|\d{1,5}-\d{1,5}", re.ASCII)
_VERSION: Final = re.compile(
    r"v?\d{1,12}(\.(\d{1,12}|\*|x)){0,4}([-_.]?(preview|beta|rc|lts|ltsc))?", re.ASCII | re.IGNORECASE
)
_SIZE: Final = re.compile(
    r"(standard|basic)_[a-z]{1,4}\d{1,4}[a-z]{0,6}(-\d{1,3}[a-z]{0,6})?(_[a-z]\d{1,4}){0,2}(_v\d)?(_promo)?",
    re.ASCII | re.IGNORECASE,
)
_PATTERN: Final = re.compile(r"azurediskencryption[a-z]{0,20}", re.ASCII | re.IGNORECASE)
"""Rules recognise these by how they begin."""


def word_kind(text: str) -> Kind | None:
    """Return as what *text* belongs to the vocabulary of property values; None where it does not."""
    if text.lower() in _WORDS or _SIZE.fullmatch(text) or _PATTERN.fullmatch(text) or is_time_zone(text):
        return Kind.WORD
    if _NUMBER.fullmatch(text):
        return Kind.NUMBER
    return Kind.MOMENT if _MOMENT.fullmatch(text) else None


def is_version(text: str) -> bool:
    """Tell whether *text* is the number of a version."""
    return bool(_VERSION.fullmatch(text))
