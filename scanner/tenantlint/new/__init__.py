"""Writes new packs, and new rules into packs that are there."""
