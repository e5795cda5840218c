"""What runs in a VM, as far as Resource Graph shows it: extensions, run commands, guest configuration."""

from collections.abc import Iterator

from bench.synthetic.disk_rows import key_url
from bench.synthetic.draws import guid, odds, pick
from bench.synthetic.machines import Encryption, Machine
from bench.synthetic.places import Row, resource

EXTENSIONS = "Microsoft.Compute/virtualMachines/extensions"
RUN_COMMANDS = "Microsoft.Compute/virtualMachines/runCommands"
ASSIGNMENTS = "Microsoft.GuestConfiguration/guestConfigurationAssignments"
OTHERS = odds({"monitor": 5500, "script": 400, "docker": 40}, rest="none")
ENCRYPTION_REPORT = "AzureLinuxVMEncryptionCompliance"
REPORTS = odds({ENCRYPTION_REPORT: 3000, "baseline": 2500}, rest="none")
TYPE_VERSIONS = {
    ("Windows", "dual"): "1.1",
    ("Linux", "dual"): "0.1",
    ("Windows", "single"): "2.2",
    ("Linux", "single"): "1.1",
}


def extension_rows(vm: Machine) -> Iterator[Row]:
    """Yield the rows of `Resources` for a VM's extensions and run commands."""
    other = pick(vm.draws.extension, OTHERS)
    if other == "monitor":
        yield _extension(vm, ("Microsoft.Azure.Monitor", f"AzureMonitor{vm.image.system}Agent", "1.0"), {})
    if vm.encryption:
        kind = "AzureDiskEncryption" if vm.image.system == "Windows" else "AzureDiskEncryptionForLinux"
        version = TYPE_VERSIONS[vm.image.system, "dual" if vm.encryption.flavour == "dual" else "single"]
        yield _extension(vm, ("Microsoft.Azure.Security", kind, version), _encryption_settings(vm, vm.encryption))
    if vm.luks == "script":
        yield _extension(vm, _script(vm), {"commandToExecute": "cryptsetup luksFormat /dev/sdc && mount-data.sh"})
    elif other == "script":
        yield _extension(vm, _script(vm), {"commandToExecute": f"./join-domain.sh --site {vm.group.place.region}"})
    if other == "docker" and vm.image.system == "Linux":
        yield _extension(vm, ("Microsoft.Azure.Extensions", "DockerExtension", "1.0"), {})
    if vm.luks == "run-command":
        yield _run_command(vm)


def _script(vm: Machine) -> tuple[str, str, str]:
    if vm.image.system == "Windows":
        return "Microsoft.Compute", "CustomScriptExtension", "1.10"
    return "Microsoft.Azure.Extensions", "CustomScript", "2.1"


def _extension(vm: Machine, handler: tuple[str, str, str], settings: Row) -> Row:
    publisher, kind, version = handler
    properties = {
        "publisher": publisher,
        "type": kind,
        "typeHandlerVersion": version,
        "autoUpgradeMinorVersion": True,
        "enableAutomaticUpgrade": False,
        "suppressFailures": False,
        "provisioningState": "Succeeded",
        "settings": settings,
    }
    return resource(vm.group.place, EXTENSIONS, kind, properties, id=f"{vm.id}/extensions/{kind}")


def _encryption_settings(vm: Machine, encryption: Encryption) -> Row:
    wrapped = encryption.wrapped
    settings: Row = {
        "EncryptionOperation": "DisableEncryption" if encryption.flavour == "undone" else "EnableEncryption",
        "KeyVaultURL": f"{encryption.vault.url}/",
        "KeyVaultResourceId": encryption.vault.id,
        "KeyEncryptionKeyURL": key_url(encryption) if wrapped else "",
        "KekVaultResourceId": encryption.vault.id if wrapped else "",
        "KeyEncryptionAlgorithm": "RSA-OAEP",
        "VolumeType": "All" if encryption.all_volumes else "OS",
        "SequenceVersion": guid(vm.digits[16:]),
    }
    if encryption.flavour == "dual":
        settings["AADClientID"] = guid(vm.digits[24:])
    return settings


def _run_command(vm: Machine) -> Row:
    properties = {
        "source": {"script": "cryptsetup open --type luks /dev/sdc data"},
        "asyncExecution": False,
        "timeoutInSeconds": 3600,
        "provisioningState": "Succeeded",
    }
    return resource(vm.group.place, RUN_COMMANDS, "open-data", properties, id=f"{vm.id}/runCommands/open-data")


def guest_assignment_rows(vm: Machine) -> Iterator[Row]:
    """Yield the rows of `GuestConfigurationResources` for a VM: at most one report."""
    report = ENCRYPTION_REPORT if vm.luks == "assignment" else pick(vm.draws.assignment, REPORTS)
    if report == ENCRYPTION_REPORT and vm.image.system == "Linux":
        encrypted = vm.luks == "assignment" or vm.encrypts_host or vm.encryption is not None
        yield _assignment(vm, report, compliant=encrypted)
    elif report == "baseline":
        yield _assignment(vm, f"Azure{vm.image.system}Baseline", compliant=vm.draws.assignment % 3 > 0)


def _assignment(vm: Machine, name: str, *, compliant: bool) -> Row:
    properties = {
        "complianceStatus": "Compliant" if compliant else "NonCompliant",
        "assignmentHash": vm.digits[:64].upper(),
        "lastComplianceStatusChecked": "2026-11-19T21:43:05Z",
        "latestReportId": f"{vm.id}/providers/{ASSIGNMENTS}/{name}/reports/{guid(vm.digits[40:])}",
        "provisioningState": "Succeeded",
        "targetResourceId": vm.id,
        "guestConfiguration": {"name": name, "version": "1.*", "assignmentType": "Audit", "kind": "DSC"},
    }
    return resource(vm.seen_place, ASSIGNMENTS, name, properties, id=f"{vm.seen_id}/providers/{ASSIGNMENTS}/{name}")
