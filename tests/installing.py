"""Packs as their users have them: built into wheels, and installed where nothing else is."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from tests.commands import TIMEOUT, Ended, environment

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "scanner"
"""Where tenantlint itself is built from; not there where the tests run beside an installed wheel."""
SHARED = Path(click.__file__).parents[1]
"""Where what tenantlint needs is installed: a clean environment borrows it, so that no test needs a network."""

_PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def build_wheel(source: Path, into: Path) -> Path:
    """Build the wheel of the project in a folder."""
    _run([*_PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", into, source])
    (wheel,) = into.glob("*.whl")
    return wheel


def install_into(target: Path, source: Path) -> Path:
    """Install the project in a folder, and nothing else, into a folder for PYTHONPATH."""
    _run([*_PIP, "install", "--no-deps", "--no-build-isolation", "--no-index", "--target", target, source])
    return target


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def tenantlint(self, *arguments: object, cwd: Path) -> Ended:
        """Run tenantlint, wherever that is from: where it is borrowed, its script is not."""
        return self.run("-P", "-c", "from tenantlint.cli import main; main()", *arguments, cwd=cwd)

    def run(self, *options: object, cwd: Path) -> Ended:
        """Run Python with these options."""
        done = subprocess.run(
            [self.python, *map(str, options)],
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * TIMEOUT,
        )
        return Ended(done.returncode, done.stdout, done.stderr)


def clean_environment(folder: Path, wheels: Iterable[Path]) -> Environment:
    """Make an environment with these wheels, which sees what tenantlint needs and none of its sources."""
    _run([sys.executable, "-m", "venv", "--without-pip", folder])
    made = Environment(folder)
    ended = made.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    (Path(ended.out.strip()) / "shared.pth").write_text(f"{SHARED}\n", "utf-8")
    _run([*_PIP, "--python", made.python, "install", "--no-deps", "--no-index", "--ignore-installed", *wheels])
    return made


def _run(command: Iterable[object]) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr
