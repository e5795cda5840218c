"""The VM agent and the extensions that work with it."""
