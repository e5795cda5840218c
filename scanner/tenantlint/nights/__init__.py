"""Nights: what is known of a tenant at one time, and how it is read back from where it was kept."""
