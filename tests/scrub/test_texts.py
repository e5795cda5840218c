"""What is kept of a text, and what is replaced, by the form of the text and by what its property says."""

import re

import pytest

from tenantlint.scrub import Scrubber
from tenantlint.scrub.keys import Role

NAME = r"(?i:x[a-z2-7]{15})"
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
SCRUBBER = Scrubber(b"one key for all of these")
IMAGE = (
    "/Providers/Microsoft.Compute/Locations/westeurope/Publishers/Canonical/ArtifactTypes/VMImage"
    "/Offers/ubuntu-24_04-lts/Skus/server/Versions/24.04.202411030"
)
S = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003"


def scrub(text: str, role: Role = Role.VALUE) -> str:
    return SCRUBBER.text(text, role)


def assert_replaced(text: str, pattern: str, role: Role = Role.VALUE) -> None:
    """Assert that what stands for `text` looks like `pattern`.

    In that, N stands for a new name, E for one that is percent-encoded and G for a new GUID.
    """
    forms = {"N": NAME, "E": "%78[a-z2-7]{15}", "G": GUID}
    expected = re.sub(r"\b[NEG]\b", lambda found: forms[found[0]], re.escape(pattern))

    assert re.fullmatch(expected, scrub(text, role))


@pytest.mark.parametrize(
    "text",
    [
        *("Succeeded", "SUCCEEDED", "StorageV2", "AzureIaasVM", "VM running", "Premium_LRS", "Standard_E16-4ads_v5"),
        *("Microsoft.Compute/virtualMachines", "microsoft.network/p2svpngateways", "Microsoft.Azure.Security"),
        *(
            "SystemAssigned, UserAssigned",
            "Logging,Metrics",
            " Deny ",
            "westeurope",
            "West Europe",
            "/",
            "*",
            "true",
            "8443",
        ),
        *("2026-11-20T02:00:00.1234567Z", "2021-03-01-preview", "P30D", "PT1H30M", "-P1M", "02:30", "80-443", "1.5"),
        *("AzureDiskEncryptionForLinux", "AzureDiskEncryptionSomethingNew", "0.0.0.0/0", "127.0.0.1", "168.63.129.16"),
        *("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "8E3AF657-A8FF-443C-A75C-2FE8C4BCB635"),
        *("W. Europe Standard Time", "PACIFIC standard time (mexico)", "UTC", "UTC-11", "Russia Time Zone 3", "Friday"),
        *("ConfidentialVM_DiskEncryptedWithCustomerKey", "OnlyCrashConsistent", "EdgeZone", "Uniform", "ICMPv6"),
        *("management.azure.com", "https://login.microsoftonline.com/", "", " "),
    ],
)
def test_words_of_the_service_are_kept(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("15.0.240919", Role.VERSION),
        ("1.*", Role.VERSION),
        ("1.2.3.4", Role.VERSION),
        ("2022-datacenter-azure-edition", Role.IMAGE),
        ("0001-com-ubuntu-server-jammy", Role.IMAGE),
        ("Windows Server 2019 Datacenter", Role.IMAGE),
        ("DatabricksWorker18Gen2", Role.IMAGE),
        ("Microsoft® Windows Server® 2008 Standard", Role.SYSTEM),
        ("Windows Server (R) 2008 Datacenter", Role.SYSTEM),
        ("Red Hat Enterprise Linux 9", Role.SYSTEM),
        ("Debian GNU/Linux 12 (bookworm)", Role.SYSTEM),
        ("Canonical", Role.PUBLISHER),
        ("Microsoft.Azure.Monitor", Role.PUBLISHER),
        ("Microsoft.KeyVault/vaults/secrets/getSecret/action", Role.ACTION),
        ("microsoft.keyvault/*/READ", Role.ACTION),
        ("*BACKUP*", Role.ACTION),
        ("AzureLinuxVMEncryptionCompliance", Role.NAME),
        ("privatelink.vaultcore.azure.net", Role.NAME),
        ("Tenant Root Group", Role.NAME),
        ("southeastasia", Role.REGION),
        ("AzureCloud", Role.DESTINATION),
        ("Storage.WestEurope", Role.DESTINATION),
        ("Storage.CentralFrance", Role.DESTINATION),
        ("0.0.0.0/0", Role.DESTINATION),
        ("*", Role.DESTINATION),
    ],
)
def test_some_texts_are_kept_where_a_property_says_what_they_are(text: str, role: Role) -> None:
    assert scrub(text, role) == text
    assert scrub(text, Role.FREE) != text


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("erp-db-01", Role.VALUE),
        ("CHG0048812", Role.VALUE),
        ("123456", Role.VALUE),
        ("Contoso.Shop/carts", Role.VALUE),
        ("Standard_Contoso", Role.VALUE),
        ("Contoso Standard Time", Role.VALUE),
        ("ConfidentialVM_Contoso", Role.VALUE),
        ("Storage.WestEurope", Role.VALUE),
        ("Standard", Role.NAME),
        ("westeurope", Role.NAME),
        ("2026-11-20", Role.NAME),
        ("Microsoft.Compute", Role.NAME),
        ("storage.blob.core.windows.net", Role.NAME),
        ("Succeeded", Role.FREE),
        ("Succeeded", Role.KEY),
        ("aks-managed-pool", Role.FREE),
        ("aks-managed-", Role.KEY),
        ("managed-aks-pool", Role.KEY),
        ("default", Role.FREE),
        ("contoso-2022-datacenter", Role.IMAGE),
        ("windows-server-" * 9, Role.IMAGE),
        ("Contoso Linux 3", Role.SYSTEM),
        ("Server 2019 of Contoso", Role.SYSTEM),
        ("Contoso", Role.PUBLISHER),
        ("Contoso.Shop/carts/read", Role.ACTION),
        ("berlin", Role.REGION),
        ("contoso", Role.DESTINATION),
        ("Contoso.WestEurope", Role.DESTINATION),
    ],
)
def test_whatever_is_not_in_the_vocabulary_is_replaced(text: str, role: Role) -> None:
    assert re.fullmatch(NAME, scrub(text, role).lower())


def test_nothing_of_a_secret_is_kept_but_that_there_is_one() -> None:
    assert scrub("Succeeded", Role.SECRET) == scrub(f"/subscriptions/{S}", Role.SECRET) == "scrubbed"
    assert scrub("", Role.SECRET) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"/subscriptions/{S}", "/subscriptions/G"),
        (f"subscriptions/{S}/resourceGroups/rg-erp/", "subscriptions/G/resourceGroups/N/"),
        (f"/subscriptions/{S}/resourceGroups/databricks-rg-etl", "/subscriptions/G/resourceGroups/databricks-rg-N"),
        (f"//subscriptions/{S}//resourceGroups/rg", "//subscriptions/G//resourceGroups/N"),
        (
            "/subscriptions/sub-1/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/network",
            "/subscriptions/N/resourceGroups/N/providers/Microsoft.Network/virtualNetworks/N",
        ),
        (
            f"/subscriptions/{S}/resourceGroups/providers/providers/Microsoft.Compute/virtualMachines/virtualMachines",
            "/subscriptions/G/resourceGroups/N/providers/Microsoft.Compute/virtualMachines/N",
        ),
        (
            "/subscriptions/s/resourceGroups//providers/Microsoft.Compute/virtualMachines//extensions/erp",
            "/subscriptions/N/resourceGroups//providers/Microsoft.Compute/virtualMachines//extensions/N",
        ),
        (
            "/subscriptions/s/resourceGroups/g/providers/Contoso.Shop/carts/cart/providers/Microsoft.Insights/x/y",
            "/subscriptions/N/resourceGroups/N/providers/N/N/N/providers/Microsoft.Insights/x/N",
        ),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CustomProviders/resourceProviders/p/carts/c",
            "/subscriptions/N/resourceGroups/N/providers/Microsoft.CustomProviders/resourceProviders/N/N/N",
        ),
        (f"/subscriptions/{S}{IMAGE}", f"/subscriptions/G{IMAGE}"),
        (
            f"/subscriptions/{S}/providers/Microsoft.Compute/locations/berlin/publishers/Contoso/offers/shop/skus/cart",
            "/subscriptions/G/providers/Microsoft.Compute/locations/N/publishers/N/offers/N/skus/N",
        ),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/a%20b/extensions/%6Dine",
            "/subscriptions/N/resourceGroups/N/providers/Microsoft.Compute/virtualMachines/E/extensions/E",
        ),
        ("/providers/Microsoft.Management/managementGroups/mg", "/providers/Microsoft.Management/managementGroups/N"),
        (f"/tenants/{S}", "/tenants/G"),
        ("VM;iaasvmcontainerv2;storage;vm", "VM;iaasvmcontainerv2;N;N"),
        ("iaasvmcontainerv2;Storage;vm", "iaasvmcontainerv2;N;N"),
        ("StorageContainer;Storage;storage;acct", "StorageContainer;Storage;N;N"),
        (f"SQLDataBase;mssqlserver;{S}", "SQLDataBase;mssqlserver;G"),
        ("AzureFileShare;shares;", "AzureFileShare;N;"),
        (f"{{{S}}}", "{G}"),
        ("https://kv-erp.vault.azure.net/secrets/os-disk/1.0", "https://N.vault.azure.net/secrets/N/N"),
        ("HTTPS://kv-erp.VAULT.azure.net:443/", "https://N.VAULT.azure.net:443/"),
        ("https://acct.z12.blob.storage.azure.net/vhds/os.vhd", "https://N.z12.blob.storage.azure.net/N/N.vhd"),
        ("https://acct-secondary.blob.core.windows.net/", "https://N-secondary.blob.core.windows.net/"),
        ("https://kv-secondary.vault.azure.net", "https://N.vault.azure.net"),
        ("https://blob.blob.core.windows.net/?sv=2021&sig=c2VjcmV0#top", "https://N.blob.core.windows.net/"),
        ("https://anna:pw@acct.blob.core.windows.net/a%2Fb", "https://N.blob.core.windows.net/E"),
        ("https://shop.contoso.com/carts", "https://N.example/N"),
        (f"https://management.azure.com/subscriptions/{S}?a=b", "https://management.azure.com/subscriptions/G"),
        ("https://server01:8080/x", "https://N:8080/N"),
        ("https://a:b:c/", "https://N.example/"),
        ("https://localhost/x", "https://localhost/N"),
        ("www.contoso.co.uk", "N"),
        ("web-1.westeurope.cloudapp.azure.com", "N.westeurope.cloudapp.azure.com"),
        ("srv.database.windows.net:1433", "N.database.windows.net:1433"),
        ("anna.berg@contoso.com", "N@N.example"),
        ("AzureServices, contoso", "AzureServices, N"),
        (" contoso ,\tDeny ", " N ,\tDeny "),
    ],
)
def test_the_structure_of_what_is_made_of_names_is_kept(text: str, expected: str) -> None:
    assert_replaced(text, expected)


@pytest.mark.parametrize(
    ("text", "expected", "role"),
    [
        ("Flatcar Container Linux by Kinvolk 3815 (Oklo)", "Flatcar Container Linux by N", Role.SYSTEM),
        ("Windows Server 2019 Contoso Edition", "Windows Server 2019 N", Role.SYSTEM),
        ("Windows 7contoso", "Windows 7N", Role.SYSTEM),
        ("Storage.NewRegion", "Storage.N", Role.DESTINATION),
        ("MC_erp_aks_weu", "MC_N", Role.NAME),
        (
            f"/subscriptions/{S}/resourceGroups/mc_erp",
            f"{scrub(f'/subscriptions/{S}')}/resourceGroups/mc_N",
            Role.VALUE,
        ),
        ("aks-managed-poolName", "aks-managed-N", Role.KEY),
        ("AKS-Managed-pool", "AKS-Managed-N", Role.KEY),
    ],
)
def test_how_something_begins_is_kept_where_a_service_chose_it(text: str, expected: str, role: Role) -> None:
    scrubbed = scrub(text, role)

    assert re.fullmatch(re.escape(expected.removesuffix("N")) + NAME, scrubbed)


def test_a_host_that_is_an_address_is_replaced_by_an_address() -> None:
    assert re.fullmatch(rf"https://10\.\d+\.\d+\.\d+:8443/{NAME}", scrub("https://10.1.2.3:8443/x"))
    assert re.fullmatch(r"https://\[f[cd][0-9a-f:]+\]/", scrub("https://[fd00::17]/"))


def test_a_secret_version_without_dashes_is_the_guid_that_it_is_with_them() -> None:
    assert scrub(S.replace("-", "")) == scrub(S).replace("-", "")


@pytest.mark.parametrize(
    "form",
    [
        "/subscriptions/{S}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/{}",
        "https://{}.blob.core.windows.net/",
        "https://{}.z7.blob.storage.azure.net/",
        "https://{}-secondary.blob.core.windows.net/vhds",
        "StorageContainer;Storage;group;{}",
        "{}@contoso.com",
    ],
)
def test_a_name_has_one_replacement_in_whatever_form_it_comes(form: str) -> None:
    text = form.replace("{S}", S)

    assert scrub("stnwfplans") in scrub(text.replace("{}", "stnwfplans"))
    assert scrub("stnwfplans").upper() in scrub(text.replace("{}", "STNWFPLANS"))


def test_an_unknown_region_has_one_replacement_in_both_spellings() -> None:
    assert scrub("New Region", Role.REGION) == scrub("newregion", Role.REGION) != scrub("elsewhere", Role.REGION)
    assert scrub("newregion", Role.REGION) in scrub("Storage.NewRegion", Role.DESTINATION)
    assert scrub("newregion", Role.REGION) in scrub(f"/subscriptions/{S}/providers/Microsoft.X/locations/newregion/a/b")


HOSTILE = [
    *("a" * 10_000_000, "/" * 100_000, "https://" + "a/" * 50_000, "@" * 100_000, "a@" * 100_000, ";" * 5_000),
    *("a" * 5_000_000 + "@", "%25" * 1_000, "\x00\x1b[31m\u202e", "https://[bad/", "\ud7ff", " " * 1_000),
    *("https://acct\n.blob.core.windows.net/", "/subscriptions/" + "%25" * 1_000, "{{{{", "1" * 5_000),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_replaced_like_any_other(text: str) -> None:
    scrubbed = scrub(text)

    assert len(scrubbed) < 100
    assert scrubbed != text
    assert scrub(text) == scrubbed
