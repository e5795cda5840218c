"""Errors that a person can act on: one family, each with a hint, printed in one place."""

from __future__ import annotations


class TenantlintError(Exception):
    """Something went wrong that the user can mend; ``hint`` says how.

    ``exit_code`` is what the command line ends with: 2 where the input or the configuration is at fault, 3 where the
    scan could not be done completely.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(TenantlintError):
    """An option, a name or a value that does not exist."""


class ConfigError(TenantlintError):
    """``tenantlint.toml`` says something that cannot be meant."""


class CopyError(TenantlintError):
    """A tenant copy that cannot be trusted: a missing file, a malformed line, a row without an id."""


class SnapshotError(TenantlintError):
    """A folder that is not a complete, unaltered snapshot."""


class PluginError(TenantlintError):
    """A plugin that cannot be loaded. It stops the run: a skipped pack would be a false "compliant"."""

    exit_code = 3


class RuleFileError(PluginError):
    """A rule file that says what cannot be meant. ``rule`` is what ``--without`` leaves out: a rule, or the file."""

    def __init__(self, where: str, message: str, *, rule: str = "", hint: str = "") -> None:
        leave = f"go on without it: --without {rule}" if rule else ""
        super().__init__(f"{where}: {message}", hint="; ".join(filter(None, (hint, leave))))
        self.rule = rule


class KqlError(TenantlintError):
    """A query that Resource Graph, or the local engine that stands in for it, cannot run.

    ``line`` and ``column`` count from 1 and point into the query as it was written; 0 where no place is known.
    """

    def __init__(self, message: str, kql: str, line: int = 0, column: int = 0, *, hint: str = "") -> None:
        super().__init__(_with_excerpt(message, kql, line, column), hint=hint)
        self.line = line
        self.column = column


def _with_excerpt(message: str, kql: str, line: int, column: int) -> str:
    lines = kql.split("\n")  # as places count them: a form feed or U+2028 ends no line of KQL
    if not 1 <= line <= len(lines):
        return f"{message}\n\n" + "\n".join(f"    {text}" for text in lines)
    number = f"{line} | "
    return f"{message} (line {line}, column {column})\n\n{number}{lines[line - 1]}\n{' ' * (len(number) + column - 1)}^"


class MissingColumnError(Exception):
    """A rule asked for a column that this snapshot does not hold. The host turns it into ``not-evaluable: unread``."""


class UndeclaredReadError(Exception):
    """A rule looked into a table or a fact that its ``reads`` does not name: a mistake of its author."""
