"""Encrypted VMs and the key vaults that they need."""
