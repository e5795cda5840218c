"""Traps of regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import duckdb

from tenantlint.kql_lint.nesting import closing, listed
from tenantlint.kql_lint.traps import Hit, at, trap
from tenantlint.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.spelling import Word
    from tenantlint.kql_lint.outline import Outline

REGEX: Final = Document("RE2 syntax", "", "https://learn.microsoft.com/kusto/query/re2")

_TAKING: Final = {
    **dict.fromkeys(("extract", "extract_all", "trim", "trim_end", "trim_start"), 0),
    **dict.fromkeys(("indexof_regex", "replace_regex"), 1),
}
"""Functions, and which of their arguments is a regular expression."""
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}


@trap("kql-pattern", "error", REGEX)
def pattern(query: Outline) -> Iterator[Hit]:
    r"""A regular expression must be one of RE2.

    ## Why
    The service refuses others: with a bracket too few, or with what RE2 leaves out, such as looking ahead.

    ## Instead
    Look at the pattern: `\(` is a bracket to be found, in a text that starts with `@`. For a text without patterns
    write `contains`, `has` or `replace_string()`.

    ## Avoid
    Resources
    | where name matches regex '^vm-(?!test)'
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where name startswith 'vm-' and name !startswith 'vm-test'
    | project id
    | order by id asc
    """
    for step in query.steps():
        for word in _patterns(step.words):
            if why := _fault(_text(word)):
                yield at([word], f"is no regular expression: {why}")


def _patterns(tokens: Sequence[Word]) -> Iterator[Word]:
    """Yield the texts that are written where a regular expression is meant."""
    for number, (word, after) in enumerate(pairwise(tokens)):
        if word.type == "MATCHES_REGEX" and after.type == "STRINGLITERAL":
            yield after
        elif word.text in _TAKING and after.type == "OPENPAREN":
            given = listed(tokens[number + 2 : closing(tokens, number + 1)])[_TAKING[word.text] :][:1]
            yield from (words[0] for words in given if len(words) == 1 and words[0].type == "STRINGLITERAL")


def _text(word: Word) -> str:
    """Return what *word*, a text as it is written, stands for."""
    if word.text.startswith("@"):
        return word.text[2:-1].replace(word.text[1] * 2, word.text[1])
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), word.text[1:-1])


@lru_cache(maxsize=256)
def _fault(regex: str) -> str:
    """Say why *regex* is none, as RE2 does; empty where it is one."""
    with duckdb.connect() as connection:
        try:
            connection.execute("SELECT regexp_matches('', ?)", [regex]).fetchone()
        except duckdb.Error as error:
            return str(error).partition(": ")[2].partition("\n")[0]
    return ""
