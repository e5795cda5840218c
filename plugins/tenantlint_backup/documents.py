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
CLASSIC_2020: Final = Document(
    "We're retiring Azure Classic VMs on March 1, 2023",
    "2020-02-10",
    f"{_LEARN}/virtual-machines/classic-vm-deprecation",
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
ENDORSED_LINUX_2017: Final = Document(
    "Linux on distributions endorsed by Azure", "2017-02-02", f"{_LEARN}/virtual-machines/linux/endorsed-distros"
)
ENDORSED_LINUX_2021: Final = Document(
    "Endorsed Linux distributions on Azure", "2021-04-06", f"{_LEARN}/virtual-machines/linux/endorsed-distros"
)
ENDORSED_LINUX_2023: Final = Document(
    "Endorsed Linux distributions on Azure", "2023-08-02", f"{_LEARN}/virtual-machines/linux/endorsed-distros"
)
ENDORSED_LINUX_2024: Final = Document(
    "Endorsed Linux distributions on Azure", "2024-11-14", f"{_LEARN}/virtual-machines/linux/endorsed-distros"
)
POWERSHELL_2022: Final = Document(
    "Back up and restore Azure VMs with PowerShell", "2022-01-04", f"{_LEARN}/backup/backup-azure-vms-automation"
)
FAQ_2022: Final = Document(
    "Frequently asked questions: back up Azure VMs", "2022-03-02", f"{_LEARN}/backup/backup-azure-vm-backup-faq"
)
INSTANT_RESTORE_2023: Final = Document(
    "Get improved backup and restore performance with Azure Backup Instant Restore capability",
    "2023-07-20",
    f"{_LEARN}/backup/backup-instant-restore-capability",
)
SUPPORT_MATRIX_MARCH_2026: Final = Document(
    "Support matrix for Azure VM backups", "2026-03-26", f"{_LEARN}/backup/backup-support-matrix-iaas"
)
FILE_SHARES_2025: Final = Document(
    "Support matrix for Azure file share backup", "2025-09-26", f"{_LEARN}/backup/azure-file-share-support-matrix"
)
DISK_ENCRYPTION_KEY_VAULT_2019: Final = Document(
    "Create and configure a key vault for Azure Disk Encryption",
    "2019-10-06",
    f"{_LEARN}/virtual-machines/windows/disk-encryption-key-vault",
)
KEY_VAULT_SOFT_DELETE_2024: Final = Document(
    "Azure Key Vault soft-delete overview", "2024-02-20", f"{_LEARN}/key-vault/general/soft-delete-overview"
)
DISK_ENCRYPTION_RETIREMENT_2025: Final = Document(
    "Migrate from Azure Disk Encryption to encryption at host",
    "2025-09-23",
    f"{_LEARN}/virtual-machines/disk-encryption-migrate",
)
CUSTOMER_KEYS_2021: Final = Document(
    "Encryption of backup data using customer-managed keys",
    "2021-12-02",
    f"{_LEARN}/backup/encryption-at-rest-with-cmk",
)
SOFT_DELETE_2020: Final = Document(
    "Soft delete for Azure Backup", "2020-04-30", f"{_LEARN}/backup/backup-azure-security-feature-cloud"
)
ENHANCED_SOFT_DELETE_2022: Final = Document(
    "About enhanced soft delete for Azure Backup",
    "2022-11-24",
    f"{_LEARN}/backup/backup-azure-enhanced-soft-delete-about",
)
PRIVATE_ENDPOINTS_2023: Final = Document(
    "Overview and concepts of private endpoints for Azure Backup",
    "2023-08-14",
    f"{_LEARN}/backup/private-endpoints-overview",
)
MULTI_USER_2023: Final = Document(
    "About multi-user authorization using Resource Guard",
    "2023-09-25",
    f"{_LEARN}/backup/multi-user-authorization-concept",
)
CLASSIC_ALERTS_2025: Final = Document(
    "Backup classic alerts", "2025-03-17", f"{_LEARN}/backup/move-to-azure-monitor-alerts"
)
IMMUTABLE_VAULT_2025: Final = Document(
    "Immutable vault for Azure Backup", "2025-06-19", f"{_LEARN}/backup/backup-azure-immutable-vault-concept"
)
CREATE_VAULT_2025: Final = Document(
    "Create and configure a Recovery Services vault",
    "2025-06-30",
    f"{_LEARN}/backup/backup-create-recovery-services-vault",
)
SECURE_BY_DEFAULT_2025: Final = Document(
    "Secure by default with soft delete for Azure Backup", "2025-11-10", f"{_LEARN}/backup/secure-by-default"
)
