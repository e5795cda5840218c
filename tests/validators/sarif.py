"""The two validators of SARIF that others made: the final JSON schema, and Microsoft's multitool."""

import functools
import json
import os
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.validators.node import HERE, MODULES, MULTITOOL, SARIF_SCHEMA

Json = dict[str, Any]

_TIMEOUT = 300  # seconds; the multitool takes 26 of them for 25,000 results
_BROKE = ("ERR9", "UnhandledEngineException")


def schema_problems(raw: bytes) -> list[str]:
    """Return how a log breaks the schema of SARIF 2.1.0, as `path: reason`; not to be JSON is one problem."""
    try:
        log = json.loads(raw)
    except ValueError as error:
        return [f"not JSON: {error}"]
    errors = _schema().iter_errors(log)
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]


@functools.cache
def _schema() -> "jsonschema_rs.Validator":  # older ones do not name the type
    return jsonschema_rs.validator_for(json.loads(SARIF_SCHEMA.read_bytes()))


def multitool_problems(path: Path) -> list[str]:
    """Return the multitool's errors and warnings on a log, as `rule message: arguments`, and its own failures.

    Its exit code says nothing of the log, and an enum value unknown to it makes it silent: ask the schema first.
    """
    with tempfile.TemporaryDirectory() as folder:
        verdict = Path(folder, "verdict.sarif")
        done = _validate(path, verdict)
        if done.returncode != 0 or any(word in done.stdout for word in _BROKE) or not verdict.exists():
            return [f"the multitool broke down: {done.stdout}{done.stderr}"]
        return list(_errors_and_warnings(json.loads(verdict.read_text(encoding="utf-8-sig"))))


def _validate(path: Path, verdict: Path) -> subprocess.CompletedProcess[str]:
    MULTITOOL.chmod(MULTITOOL.stat().st_mode | stat.S_IXUSR)  # npm may leave out the package's own install script
    options = {
        "--rule-kind": "Sarif;Ghas",
        "--config": str(HERE / "ghas.xml"),
        "--level": "Error;Warning",
        "--max-file-size-in-kb": "4000000",
        "--output": str(verdict),
        "--log": "ForceOverwrite",
    }
    command = [str(MULTITOOL), "validate", str(path), *(word for option in options.items() for word in option)]
    dotnet = {
        "DOTNET_BUNDLE_EXTRACT_BASE_DIR": str(MODULES / ".dotnet"),  # or it unpacks itself into the home folder
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",  # it needs no ICU
    }
    return subprocess.run(
        command, env=os.environ | dotnet, capture_output=True, text=True, check=False, timeout=_TIMEOUT
    )


def _errors_and_warnings(verdict: Json) -> Iterator[str]:
    for run in verdict["runs"]:
        for result in run["results"]:
            if result.get("level", "warning") in {"error", "warning"}:
                message = result["message"]
                details = message.get("text") or f"{message['id']}: {', '.join(message.get('arguments', []))}"
                yield f"{result['ruleId']} {details}"
