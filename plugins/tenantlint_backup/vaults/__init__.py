"""Recovery Services vaults: how they keep and guard what is backed up."""
