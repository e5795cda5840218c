"""What the VMs run: images and sizes."""

from typing import NamedTuple

from bench.synthetic.draws import odds


class Image(NamedTuple):
    """An image and the system in it. Without a publisher: an image of the customer's own, or (no name) none known.

    Those that are `sold` come with a plan of the Marketplace.
    """

    system: str
    publisher: str
    offer: str
    sku: str
    name: str
    version: str
    sold: bool = False


def _windows_server(sku: str, year: str, version: str = "10.0") -> Image:
    return Image(
        "Windows", "MicrosoftWindowsServer", "WindowsServer", sku, f"Windows Server {year} Datacenter", version
    )


IMAGES = odds(
    {
        _windows_server("2019-datacenter", "2019"): 900,
        _windows_server("2025-datacenter-g2", "2025"): 600,
        Image("Windows", "MicrosoftSQLServer", "sql2022-ws2022", "standard-gen2", "Windows Server 2022", "10.0"): 500,
        Image("Linux", "Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2", "ubuntu", "22.04"): 1900,
        Image("Linux", "Canonical", "ubuntu-24_04-lts", "server", "ubuntu", "24.04"): 1300,
        Image("Linux", "RedHat", "RHEL", "9-lvm-gen2", "redhat", "9.4"): 1600,
        Image("Linux", "SUSE", "sles-15-sp5", "gen2", "sles", "15.5"): 600,
        Image("Linux", "CoreOS", "CoreOS", "Stable", "coreos", "2512.3.0"): 10,
        Image("Linux", "OpenLogic", "CentOS", "7_9", "centos", "7.9"): 120,
        Image("Linux", "kinvolk", "flatcar-container-linux", "stable", "flatcar", "3975.2.2"): 50,
        Image("Linux", "ciq", "rocky", "ciq-rocky-9", "rocky", "9.4", sold=True): 60,
        Image("Linux", "f5-networks", "f5-big-ip-byol", "f5-big-all-2slot-byol", "", "", sold=True): 30,
        _windows_server("2012-R2-Datacenter", "2012 R2", "6.3"): 120,
        _windows_server("2008-R2-SP1", "2008 R2", "6.1"): 20,
        Image(
            "Windows", "MicrosoftWindowsDesktop", "windows-11", "win11-24h2-avd", "Windows 11 Enterprise", "10.0"
        ): 250,
        Image("Windows", "MicrosoftWindowsDesktop", "Windows-7", "win7-enterprise", "Windows 7 Enterprise", "6.1"): 10,
        Image("Linux", "", "", "", "ubuntu", "22.04"): 500,
        Image("Windows", "", "", "", "Windows Server 2022", "10.0"): 500,
        Image("Linux", "", "", "", "", ""): 100,
        Image("Windows", "", "", "", "", ""): 90,
    },
    rest=_windows_server("2022-datacenter-azure-edition", "2022"),
)
DATABRICKS_IMAGE = Image("Linux", "AzureDatabricks", "Databricks", "Databricksworker", "ubuntu", "22.04")

SIZES = odds(
    {
        "Standard_D2s_v5": 2000,
        "Standard_D8as_v5": 1800,
        "Standard_E4s_v5": 1800,
        "Standard_B2ms": 1800,
        "Standard_D4s_v6": 300,
        "Standard_D2_v5": 200,
        "Standard_DS2_v2": 100,
    },
    rest="Standard_D4s_v5",
)
SIZE_FOR_MANY_DISKS = "Standard_M64ms"
