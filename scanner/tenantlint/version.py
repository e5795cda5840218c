"""The version of tenantlint."""

from importlib.metadata import version

__version__ = version("tenantlint")
