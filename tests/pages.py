"""The pages of the documentation, taken apart: files that they have the reader write, commands that they tell."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[re.Match[str]]:
    return list(BLOCK.finditer((ROOT / page).read_text("utf-8")))


def write_files(page: str, folder: Path) -> None:
    for block in blocks(page):
        if block["title"]:
            write_file(folder / block["title"], block["text"])


def write_file(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


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


def follow(page: str, folder: Path, instead: Mapping[str, Callable[[Path], object]] | None = None) -> list[str]:
    """Do what a page tells, line by line: write its files, run its commands, compare what they print.

    A line of output that is `…` stands for any number of lines, `…` in a line for anything. What a command would need
    a network for is done *instead* of it, by a function of the folder. `site` in *folder* is where packages are found.
    Returns the commands.
    """
    here, followed = folder, []
    for block in blocks(page):
        if block["title"]:
            write_file(here / block["title"], block["text"])
        elif block["language"] == "console":
            for command, shown in _told(block["text"]):
                followed.append(command)
                if instead and command in instead:
                    instead[command](here)
                else:
                    here = _do(command, shown, here, folder / "site")
    return followed


def _told(text: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a console, each with what it prints."""
    for told in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = told.partition("\n")
        yield command, shown


def _do(command: str, shown: str, here: Path, site: Path) -> Path:
    """Run a command in a folder; return the folder in which the next one runs."""
    program, *rest = shlex.split(command)
    if program == "cd":
        return here / rest[0]
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    whole = {**os.environ, "PATH": path, "PYTHONPATH": str(site)}
    ended = subprocess.run(command, shell=True, cwd=here, env=whole, capture_output=True, text=True, check=False)  # noqa: S602 - as below
    assert ended.returncode in ((0, 1) if program == "tenantlint" else (0,)), f"{command}\n{ended.stdout}{ended.stderr}"
    assert not shown or re.fullmatch(_pattern(shown), ended.stdout), f"$ {command}\n{ended.stdout}{ended.stderr}"
    return here


def _pattern(shown: str) -> str:
    lines = ("(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in shown.splitlines())
    return "".join(lines)
