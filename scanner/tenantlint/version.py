"""What the installed distribution says of itself."""

from importlib.metadata import metadata

_METADATA = metadata("tenantlint")

__version__: str = _METADATA["Version"]

HOME: str = _METADATA["Project-URL"].partition(", ")[2]
"""The address of the project's documentation."""
