"""Accepted findings: who accepted what, why, and until when."""
