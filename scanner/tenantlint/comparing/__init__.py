"""What became of violations from one night to another."""
