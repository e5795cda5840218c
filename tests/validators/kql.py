"""Microsoft's own KQL parser as a judge of our queries."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.validators.node import HERE

_ANSWERS = (0, 1)  # exit codes: judged and fine, judged and faulty; any other means not judged


@dataclass(frozen=True)
class Judged:
    """What the parser says of one file: its errors as `line:column code message`, and its result's columns by name."""

    errors: tuple[str, ...]
    columns: dict[str, str]


def judge(files: Iterable[Path]) -> dict[Path, Judged]:
    """Judge all files in one Node process. Raises RuntimeError unless every file was judged."""
    paths = list(files)
    done = subprocess.run(
        ["node", HERE / "check-kql.mjs", *paths], capture_output=True, text=True, check=False, timeout=120
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode not in _ANSWERS or [Path(answer["file"]) for answer in answers] != paths:
        raise RuntimeError(f"The KQL parser judged {len(answers)} of {len(paths)} files: {done.stderr}")
    return {path: _judged(answer) for path, answer in zip(paths, answers, strict=True)}


def _judged(answer: dict[str, list[dict[str, str]]]) -> Judged:
    errors = (diagnostic for diagnostic in answer["diagnostics"] if diagnostic["severity"] == "Error")
    return Judged(
        errors=tuple("{line}:{column} {code} {message}".format(**error) for error in errors),
        columns={column["name"]: column["type"] for column in answer["columns"]},
    )
