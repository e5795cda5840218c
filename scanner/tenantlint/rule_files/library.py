"""Libraries of KQL, as APRL v2 and azqr lay them out: a list of recommendations in YAML, and a query for each.

A library is read as it is. What of it is no rule is told with the reason: nobody should take it for one that is kept.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.errors import RuleFileError
from tenantlint.model import Document, Json, Level
from tenantlint.rule_files import texts
from tenantlint.rule_files.found import PassedOver
from tenantlint.rule_files.kql_rules import Told, checked, is_query
from tenantlint.rules import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from tenantlint.rule_files.kql_rules import Pair

IDS: Final = ("aprlGuid", "recommendationId")
_LEVELS: Final[dict[str, Level]] = {"high": "error", "medium": "warning", "low": "note"}
_OFF: Final = frozenset({"disabled", "deprecated"})
_BY_HAND: Final = (False, "no")
"""What a recommendation says of its automation where nobody wrote a query."""
_ALMOST: Final = 0.9
"""How alike the name of a query and of a recommendation are that are meant to be one: GUIDs have half in common."""
_KEBAB: Final = re.compile(r"[^a-z0-9]+")
_URL: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def kebab(text: str) -> str:
    """Return *text* as ids are written: lower-case words joined by hyphens."""
    return _KEBAB.sub("-", text.lower()).strip("-")


def entries_of(value: Json) -> list[Json] | None:
    """Return the recommendations in a YAML file that is a list of them, or a plugin with queries; None for others."""
    listed = value.get("queries") if isinstance(value, dict) else value
    if isinstance(listed, list) and any(isinstance(entry, dict) and _id(entry) for entry in listed):
        return listed
    return None


@dataclass(frozen=True, slots=True)
class _Query:
    """The text of a query, and the file that it is in; or the file that is named, and not there."""

    kql: str
    file: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What became of an entry of a library: its rule, why it is none or what is wrong with it; and its query's file."""

    made: Pair | PassedOver | RuleFileError
    file: str


def read_library(document: texts.Document, folder: Traversable, prefix: str) -> Iterator[Recommendation]:
    """Yield what became of each recommendation of *document*, which lies in *folder*."""
    for at, entry in enumerate(entries_of(document.value) or ()):
        line = document.line(["queries", at] if isinstance(document.value, dict) else [at])
        try:
            made = _read(document, entry, line, folder, prefix)
        except RuleFileError as error:
            made = Recommendation(error, "")
        yield made


def _read(document: texts.Document, entry: Json, line: int, folder: Traversable, prefix: str) -> Recommendation:
    source, where = document.source, f"{document.source.shown}, line {line}"
    if not isinstance(entry, dict) or not (name := _id(entry)):
        raise source.error(f"this recommendation has no {IDS[0]}", line)
    rule_id = f"{prefix}-{kebab(name)}"
    query = _query(entry, name, folder, source)
    if query.missing:
        raise source.error(f"there is no file {query.missing}", line, rule=rule_id)
    lacks = not query.kql.strip() and entry.get("automationAvailable") not in _BY_HAND
    if lacks and (meant := _misnamed(name, folder, document.value)):
        message = f"this recommendation has no query, and kql/{meant} belongs to none: is that file called wrongly?"
        raise source.error(message, line, rule=rule_id)
    if why := _why_not(entry, query.kql):
        return Recommendation(PassedOver(where, why), query.file)
    return Recommendation(checked(source, _told(entry, rule_id, query.kql, query.file or where), line), query.file)


def _told(entry: Mapping[str, Json], rule_id: str, kql: str, file: str) -> Told:
    why = "\n\n".join(filter(None, (_text(entry, "longDescription"), _text(entry, "potentialBenefits"))))
    control, tags = _text(entry, "recommendationControl"), entry.get("tags")
    return Told(
        id=rule_id,
        page=Page(" ".join((_text(entry, "description") or rule_id).split()), why),
        level=_LEVELS.get(_text(entry, "recommendationImpact").lower(), "warning"),
        sources=_documents(entry),
        kql=kql,
        file=file,
        type=_text(entry, "recommendationResourceType"),
        tags=[kebab(control), *(str(tag) for tag in tags if tag)] if isinstance(tags, list) else [kebab(control)],
        topic=control,
    )


def _why_not(entry: Mapping[str, Json], kql: str) -> str:
    """Say why a recommendation is no rule; empty where it is one."""
    state = _text(entry, "recommendationMetadataState")
    if state.lower() in _OFF:
        return state.lower()
    if not kql.strip():
        return "no query, though it is said to be automated" if entry.get("automationAvailable") is True else "no query"
    if not is_query(kql):
        return "a comment for a query"
    return "" if _documents(entry) else "no document"


def _query(entry: Mapping[str, Json], name: str, folder: Traversable, source: texts.Source) -> _Query:
    if inline := _text(entry, "query"):
        return _Query(inline)
    named = _text(entry, "queryFile")
    place, _, wanted = (named or f"kql/{name}.kql").replace("\\", "/").removeprefix("./").rpartition("/")
    file = _find(folder, place, wanted)
    if file is None:
        return _Query("", missing=named)
    shown = "/".join(filter(None, (source.shown.rpartition("/")[0], place, file.name)))
    return _Query(texts.Source(file, shown, name).text(), shown)


def _misnamed(name: str, folder: Traversable, library: Json) -> str:
    """Return the name of a query that is no recommendation's, and almost that of *name*; empty where there is none."""
    place = folder / "kql"
    ids = {_id(entry).lower() for entry in entries_of(library) or () if isinstance(entry, dict)}
    queries = [file.name for file in place.iterdir()] if place.is_dir() else []
    stems = {file.lower().removesuffix(".kql"): file for file in queries if file.lower().endswith(".kql")}
    close = difflib.get_close_matches(name.lower(), sorted(stems.keys() - ids), 1, _ALMOST)
    return stems[close[0]] if close else ""


def _find(folder: Traversable, place: str, name: str) -> Traversable | None:
    """Return the file called *name*, in any case, at *place* below *folder*; None where there is none."""
    for step in filter(None, place.split("/")):
        folder = folder / step
        if step == ".." or not folder.is_dir():
            return None
    return next((file for file in folder.iterdir() if file.name.lower() == name.lower() and file.is_file()), None)


def _documents(entry: Mapping[str, Json]) -> list[Document]:
    links = entry.get("learnMoreLink")
    found = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    urls = [(link, _text(link, "url")) for link in found]
    return [Document(_text(link, "name") or url, "", url) for link, url in urls if _URL.fullmatch(url)]


def _id(entry: Mapping[str, Json]) -> str:
    return next((name for key in IDS if (name := _text(entry, key))), "")


def _text(entry: Mapping[str, Json], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""
