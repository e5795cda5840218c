"""The command line: one file per command, imported when it is used."""

from __future__ import annotations

import importlib
import io
import os
import sys
import traceback
from typing import Final

import click

from tenantlint.cli.stopping import INTERRUPTED, stopping
from tenantlint.errors import TenantlintError
from tenantlint.quiet import stdout

COMMANDS: Final = {
    "scan": "Collect a snapshot of a tenant and judge it.",
    "doctor": "Tell what a scan of Azure could read, and what is missing.",
    "check": "Judge a snapshot again, without network.",
    "diff": "Tell what is new, fixed or no longer known since an earlier run.",
    "trend": "Put many nights into one table.",
    "waive": "Accept violations of a rule for a time.",
    "capture": "Save whole tables of a tenant as a tenant copy.",
    "query": "Run KQL over a snapshot or a tenant copy.",
    "lint-kql": "Warn of Resource Graph's traps in KQL.",
    "serve": "Serve a tenant copy as Azure Resource Graph, on this machine.",
    "rules": "List the rules.",
    "explain": "Show what a rule demands, why, and how to fix it.",
    "plugins": "List the plugins and what they contribute.",
    "new": "Write a plugin of your own, or one more rule for it.",
}

PIPE_CLOSED: Final = 141
"""What a shell gives for a program that SIGPIPE ended."""

_STOPPED: Final = "Query interrupted"
"""What DuckDB makes of a KeyboardInterrupt: the message of a RuntimeError."""

BROKE: Final = 3
"""A defect of ours, or of a plugin: never 1, which says that everything was judged."""


class LazyGroup(click.Group):
    """Commands that cost nothing until they are called: ``--help`` needs their names and one line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names in the order of a working day."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"tenantlint.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tenantlint", message="%(prog)s %(version)s")
def cli() -> None:
    """Judge an Azure tenant by what is documented.

    tenantlint reads a tenant through Azure Resource Graph and holds every resource against rules, each of which states
    one documented constraint. What it could not see it never calls compliant.

    \b
    Examples:
      tenantlint scan --demo
      tenantlint doctor
      tenantlint scan --graph azure --snapshot ./2026-11-20
      tenantlint scan --graph ./tenant-copy --baseline none --report sarif=tenantlint.sarif
      tenantlint check ./snapshot --rule unprotected-vm --fail-on error
      tenantlint explain too-many-data-disks

    \b
    Exit codes:
      0  nothing at or above --fail-on
      1  violations at or above --fail-on
      2  the command, the configuration or an input is at fault
      3  incomplete: something was not read or broke (outranks 1, but not with --violations-first)
      130, 141  interrupted (129, 143 by SIGHUP, SIGTERM); nobody reads standard output any more
    """  # noqa: D301 - \b is click's mark, not an escape


def main() -> None:
    """Run the command line; the one place where errors become words and exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that cannot be encoded must not stop a scan
    with stopping() as told:
        code = _flush(_run())
    sys.exit(told.code if code == INTERRUPTED else code)


def _run() -> int:
    code: int
    try:
        # Not cli.main(): where nobody reads on (`| head`), that ends with 1, which is to say "violations".
        with cli.make_context("tenantlint", sys.argv[1:]) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as error:
        code = error.exit_code
    except TenantlintError as error:
        code = _say(str(error), error.hint, error.exit_code)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except KeyboardInterrupt:
        code = _say("interrupted", "", INTERRUPTED)
    except BrokenPipeError:
        code = PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - whoever mends it wants the traceback
        code = _say("interrupted", "", INTERRUPTED) if str(error) == _STOPPED else _broke()
    return code


def _broke() -> int:
    traceback.print_exc()
    return BROKE


def _flush(code: int) -> int:
    """Write out what standard output still holds; return *code*, or another where that cannot be done."""
    try:
        stdout().flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout().fileno())  # or the interpreter tries it again and fails
        if isinstance(error, BrokenPipeError):
            return PIPE_CLOSED
        return _say(f"cannot write to standard output: {error.strerror}", "", BROKE)
    return code


def _say(message: str, hint: str, code: int) -> int:
    from tenantlint.untrusted import visible_lines

    click.echo("\n".join(visible_lines(f"error: {message}")), err=True)
    if hint:
        click.echo("\n".join(visible_lines(f"hint: {hint}")), err=True)
    return code
