"""Policy as code for Azure tenants.

Everything that a plugin may import is here; the rest of the package may change in any version. ``tenantlint.testing``
holds what the tests of a plugin import.
"""

from tenantlint.context import Context, FactTables
from tenantlint.controls import Control, Taxonomy
from tenantlint.dated import Dated, InForce
from tenantlint.history import Edition
from tenantlint.hookspecs import hookimpl
from tenantlint.lookups import Rows
from tenantlint.model import Document, Json, Level, Verdict, Violation
from tenantlint.plugin_files import contributions
from tenantlint.resource import Resource, subscription_of
from tenantlint.rule_files import rule_files
from tenantlint.rule_files.found import RuleFiles
from tenantlint.rules import Fact, Rule, fact, rule
from tenantlint.settings import Setting, guid, guids_by_tenant
from tenantlint.tables import Table, read_table, tables_in
from tenantlint.times import parse_time
from tenantlint.version import API_VERSION, __version__

__all__ = [
    "API_VERSION",
    "Context",
    "Control",
    "Dated",
    "Document",
    "Edition",
    "Fact",
    "FactTables",
    "InForce",
    "Json",
    "Level",
    "Resource",
    "Rows",
    "Rule",
    "RuleFiles",
    "Setting",
    "Table",
    "Taxonomy",
    "Verdict",
    "Violation",
    "__version__",
    "contributions",
    "fact",
    "guid",
    "guids_by_tenant",
    "hookimpl",
    "parse_time",
    "read_table",
    "rule",
    "rule_files",
    "subscription_of",
    "tables_in",
]
