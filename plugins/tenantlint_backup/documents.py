"""The dated documents that state the constraints. Titles and dates are those of the editions that were read."""

from __future__ import annotations

from typing import Final

from tenantlint import Document

_LEARN: Final = "https://learn.microsoft.com/azure"

PREPARE_CLASSIC_2015: Final = Document(
    "Prepare your environment to back up Azure virtual machines",
    "2015-10-23",
    f"{_LEARN}/backup/backup-azure-vms-prepare",
)
PREPARE_ARM_2016: Final = Document(
    "Prepare your environment to back up Resource Manager-deployed virtual machines",
    "2016-08-21",
    f"{_LEARN}/backup/backup-azure-arm-vms-prepare",
)
PREPARE_2018: Final = Document(
    "Prepare to back up Azure VMs", "2018-12-17", f"{_LEARN}/backup/backup-azure-arm-vms-prepare"
)
POWERSHELL_2018: Final = Document(
    "Use PowerShell to back up and restore virtual machines",
    "2018-09-10",
    f"{_LEARN}/backup/backup-azure-vms-automation",
)
BACK_UP_2019: Final = Document(
    "Back up Azure VMs in a Recovery Services vault", "2019-03-22", f"{_LEARN}/backup/backup-azure-arm-vms-prepare"
)
ENCRYPTED_2019: Final = Document(
    "Back up and restore encrypted Azure VMs", "2019-04-03", f"{_LEARN}/backup/backup-azure-vms-encryption"
)
SUPPORT_MATRIX_2019: Final = Document(
    "Support matrix for Azure VM backup", "2019-07-02", f"{_LEARN}/backup/backup-support-matrix-iaas"
)
ENCRYPTED_2022: Final = Document(
    "Back up and restore encrypted Azure VMs", "2022-12-14", f"{_LEARN}/backup/backup-azure-vms-encryption"
)
KEY_VAULT_NETWORK_2024: Final = Document(
    "Configure Azure Key Vault firewalls and virtual networks",
    "2024-02-20",
    f"{_LEARN}/key-vault/general/network-security",
)
FAQ_2025: Final = Document(
    "Frequently asked questions: back up Azure VMs", "2025-12-09", f"{_LEARN}/backup/backup-azure-vm-backup-faq"
)
BACK_UP_2026: Final = Document(
    "Back up Azure VMs in a Recovery Services vault", "2026-01-22", f"{_LEARN}/backup/backup-azure-arm-vms-prepare"
)
SUPPORT_MATRIX_2023: Final = Document(
    "Support matrix for Azure VM backup", "2023-07-05", f"{_LEARN}/backup/backup-support-matrix-iaas"
)
GENERAL_MATRIX_2023: Final = Document(
    "Support matrix for Azure Backup", "2023-08-14", f"{_LEARN}/backup/backup-support-matrix"
)
UNMANAGED_2023: Final = Document(
    "Migrate your Azure unmanaged disks", "2023-06-28", f"{_LEARN}/virtual-machines/unmanaged-disks-deprecation"
)
CRASH_CONSISTENT_2024: Final = Document(
    "About agentless multi-disk crash-consistent backup for Azure VMs",
    "2024-03-13",
    f"{_LEARN}/backup/backup-azure-vms-agentless-multi-disk-crash-consistent-overview",
)
ENCRYPTED_TROUBLE_2025: Final = Document(
    "Troubleshoot backup of encrypted Azure VMs",
    "2025-03-27",
    f"{_LEARN}/backup/backup-azure-vms-encryption",
)
ENHANCED_POLICY_2025: Final = Document(
    "Back up an Azure VM with the Enhanced policy", "2025-06-11", f"{_LEARN}/backup/backup-azure-vms-enhanced-policy"
)
SELECTIVE_DISKS_2026: Final = Document(
    "Selective disk backup and restore for Azure VMs",
    "2026-01-23",
    f"{_LEARN}/backup/selective-disk-backup-restore",
)
ABOUT_2026: Final = Document("About Azure VM backup", "2026-01-28", f"{_LEARN}/backup/backup-azure-vms-introduction")
SUPPORT_MATRIX_2026: Final = Document(
    "Support matrix for Azure VM backups", "2026-01-28", f"{_LEARN}/backup/backup-support-matrix-iaas"
)
FILE_SHARES_2025: Final = Document(
    "Support matrix for Azure file share backup", "2025-09-26", f"{_LEARN}/backup/azure-file-share-support-matrix"
)
