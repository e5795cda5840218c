"""What the installed distribution says of itself."""

from importlib.metadata import metadata

_METADATA = metadata("tenantlint")

__version__: str = _METADATA["Version"]

API_VERSION = "1.0"
"""The version of the public API, ``tenantlint`` and ``tenantlint.testing``; a plugin declares it: ``TENANTLINT_API``.

The second number grows with what is added, the first when something that a plugin may use is changed or taken away.
"""

HOME: str = _METADATA["Project-URL"].partition(", ")[2]
"""The address of the project's documentation."""
