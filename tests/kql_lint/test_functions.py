"""The functions of Kusto are those that Microsoft's own parser knows, and hold all that can be run here."""

import json
import subprocess

from tenantlint.graph.signatures import SIGNATURES
from tenantlint.kql_lint.functions import KUSTO_FUNCTIONS
from tests.validators import node


def test_the_functions_are_those_of_microsofts_parser() -> None:
    node.demand()
    printed = subprocess.check_output(["node", node.HERE / "kusto-functions.mjs"], text=True)

    assert {name for name in json.loads(printed) if not name.startswith("__")} == KUSTO_FUNCTIONS


def test_what_can_be_run_here_is_a_function_of_kusto() -> None:
    assert SIGNATURES.keys() - KUSTO_FUNCTIONS == {"timespan"}  # a type, and so a word of the language
