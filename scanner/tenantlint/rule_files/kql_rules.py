"""Rules and tables from KQL: of one file with a header, and as libraries have them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.model import LEVELS, Document
from tenantlint.names import nearest
from tenantlint.populations import population_of
from tenantlint.rule_files.header import read_header
from tenantlint.rule_files.listed import Listed, columns_named
from tenantlint.rules import VISIBILITIES, Page, Rule, rule
from tenantlint.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.model import Level
    from tenantlint.rule_files.header import Entry
    from tenantlint.rule_files.texts import Source
    from tenantlint.rules import Visibility

_SOURCE: Final = re.compile(r"(?s)(?P<title>.+),\s*(?P<date>\d{4}-\d{2}(-\d{2})?),\s*(?P<url>https?://\S+)")
_COMMENTS: Final = re.compile(r"//[^\n]*")


@dataclass(frozen=True, slots=True)
class Pair:
    """A KQL rule, and the table that it judges."""

    rule: Rule
    table: Table


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a KQL rule, wherever it is written."""

    id: str
    page: Page
    level: Level
    sources: Sequence[Document]
    kql: str
    file: str
    type: str = ""
    table: str = ""
    message: str = ""
    part: str = ""
    tags: Sequence[str] = ()
    noun: str = "resource"
    topic: str = ""
    visibility: Visibility = "full"
    enabled: bool = True


def is_query(text: str) -> bool:
    """Tell whether there is anything in *text* but comments."""
    return bool(_COMMENTS.sub("", text).strip())


def make(told: Told) -> Pair:
    """Make the rule and its table. Raises ``ValueError`` where the rule cannot be meant."""
    columns_named(told.message, told.part)
    name = told.id.replace("-", "_")
    judge = Listed(told.level, told.kql, told.page.title, told.message, told.part)
    made = rule(
        id=told.id,
        on=name,
        level=told.level,
        sources=told.sources,
        reads=[name],
        tags=told.tags,
        noun=told.noun,
        topic=told.topic,
        visibility=told.visibility,
        enabled=told.enabled,
    )(judge)
    population = population_of(told.type, told.table)
    table = Table(name, f"What breaks the rule {told.id!r}.", "id", told.kql, told.file, population)
    return Pair(replace(made, written=told.page, file=told.file), table)


def read_kql(source: Source) -> Pair:
    """Read a ``.kql`` file with a header. Raises ``RuleFileError``."""
    text = source.text()
    entries = read_header(source, text)
    if not is_query(text):
        raise source.error("there is no query below the header")
    by_key = {entry.key: entry for entry in entries}

    def said(key: str, default: str = "") -> str:
        return by_key[key].text if key in by_key else default

    def chosen(key: str, words: Sequence[str], default: str) -> str:
        value = said(key, default)
        if value not in words:
            raise source.error(f"{key}: {value!r} is none of {', '.join(words)}", by_key[key].line)
        return value

    rule_id = said("id")
    if rule_id != source.stem:
        raise source.error(f"the rule is called {rule_id!r} and the file {source.stem!r}: one idea, one name", 1)
    table = said("table")
    if table and table.lower() not in RESOURCE_GRAPH_TABLES:
        hint = nearest(table.lower(), RESOURCE_GRAPH_TABLES)
        raise source.error(f"Resource Graph has no table {table!r}", by_key["table"].line, hint=hint)
    if "type" in by_key and not population_of(said("type")):
        raise source.error(f"type: {said('type')!r} is no type of resources", by_key["type"].line)
    told = Told(
        id=rule_id,
        page=Page(_joined(said("title")), said("why"), said("fix"), said("limits")),
        level=_level(chosen("level", LEVELS, "")),
        sources=[_document(source, entry) for entry in entries if entry.key == "source"],
        kql=text,
        file=source.shown,
        type=said("type"),
        table=table,
        message=_joined(said("message")),
        part=_joined(said("part")),
        tags=[tag.strip() for tag in said("tags").split(",") if tag.strip()],
        noun=said("noun", "resource"),
        topic=said("topic"),
        visibility=_visibility(chosen("visibility", VISIBILITIES, "full")),
        enabled=chosen("enabled", ("true", "false"), "true") == "true",
    )
    return checked(source, told, by_key["id"].line)


def checked(source: Source, told: Told, line: int) -> Pair:
    """Make the rule that is *told* on *line* of *source*. Raises ``RuleFileError`` where it cannot be meant."""
    try:
        return make(told)
    except ValueError as error:
        raise source.error(str(error), line, rule=told.id) from error


def _document(source: Source, entry: Entry) -> Document:
    found = _SOURCE.fullmatch(entry.text)
    if found is None:
        hint = "such as `// source: Support matrix for Azure VM backup, 2026-01-28, https://…`"
        raise source.error("a source is a title, a date and a URL, with commas between", entry.line, hint=hint)
    return Document(_joined(found["title"]), found["date"], found["url"])


def _joined(text: str) -> str:
    return " ".join(text.split())


def _level(word: str) -> Level:
    return next(level for level in LEVELS if level == word)


def _visibility(word: str) -> Visibility:
    return next(each for each in VISIBILITIES if each == word)
