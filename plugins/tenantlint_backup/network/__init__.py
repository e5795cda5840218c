"""What a VM must reach, and how its network interfaces are made."""
