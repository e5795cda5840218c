"""Whether backups come about: the first, the last, and those of VMs that are gone."""
