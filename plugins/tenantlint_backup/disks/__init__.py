"""Disks that Azure Backup supports, and how many, and how large."""
