"""Backup policies, and whether they fit the VMs that they are for."""
