"""Microsoft's validators, which run on Node: where they are, and what a test does when they are not.

They are pinned in the package.json beside this file. `npm ci --prefix tests/validators` installs them, and where the
variable CI is set, so does the first test that needs them: there they are required. Elsewhere such tests are skipped.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
MULTITOOL = MODULES / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
SARIF_SCHEMA = MULTITOOL.with_name("sarif-2.1.0.json")
GRAPH_CLIENT = MODULES / "@azure" / "arm-resourcegraph" / "package.json"
KQL_PARSER = MODULES / "@kusto" / "language-service-next" / "Kusto.Language.Bridge.min.js"


def required() -> bool:
    """Whether the validators must be there, and may be installed."""
    return bool(os.environ.get("CI"))


def missing() -> str | None:
    """Return the reason why the validators cannot run and may not be made to, or None."""
    if platform.system() != "Linux":
        return "Microsoft's validators are pinned for Linux only"
    if shutil.which("node") is None:
        return "Node is not installed"
    if not _installed() and not required():
        return "Microsoft's validators are not installed: npm ci --prefix tests/validators"
    return None


def ensure() -> None:
    """Install the pinned modules if some are missing. Raises OSError without npm, CalledProcessError when it fails."""
    if not _installed():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


def demand() -> None:
    """Let the calling test go on only with validators: without them it is skipped, or fails where they are required."""
    if reason := missing():
        (pytest.fail if required() else pytest.skip)(reason)
    ensure()


def _installed() -> bool:
    return all(file.is_file() for file in (MULTITOOL, SARIF_SCHEMA, KQL_PARSER, GRAPH_CLIENT))
