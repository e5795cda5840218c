"""Operating systems that Azure Backup supports."""
