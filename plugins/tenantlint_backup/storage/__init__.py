"""Storage accounts that Azure Backup reads."""
