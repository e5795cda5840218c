"""Which VMs are protected, and by a vault that can protect them."""
