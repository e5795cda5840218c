"""The pages of the documentation, taken apart: files that they have the reader write, commands that they tell."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[re.Match[str]]:
    return list(BLOCK.finditer((ROOT / page).read_text("utf-8")))


def write_files(page: str, folder: Path) -> None:
    for block in blocks(page):
        if block["title"]:
            (folder / block["title"]).write_text(block["text"], "utf-8")


def commands(page: str) -> list[str]:
    lines = (
        line.removeprefix("$ ")
        for block in blocks(page)
        if block["language"] == "console"
        for line in block["text"].splitlines()
    )
    return [line for line in lines if line.startswith("tenantlint ")]


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = f"PATH={BIN}:$PATH {line}"
    return subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S602 - lines of our own documents, which a reader gives to a shell
