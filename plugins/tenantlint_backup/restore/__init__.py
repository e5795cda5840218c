"""What the owner of a VM should know before it is restored."""
