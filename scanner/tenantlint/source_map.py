"""Maps resources to the infrastructure code that declares them: never to a line that may be another's.

Three sources are asked in this order, and the first that knows a resource decides: Terraform state, by id; templates,
by type and name; tags of the resource: the value of `yor_trace`, or without it the file that `git_file` names, in which
one declaration is of its type. Where one knows several places, there is none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from tenantlint.snapshot import SnapshotReader
from tenantlint.sources.declared import TRACE_TAG, type_and_name
from tenantlint.waivers.tags import TableTags

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tenantlint.model import Json, Violation
    from tenantlint.results import Judgement, Subject, Summary
    from tenantlint.snapshot import Snapshot
    from tenantlint.sources.declared import TypeAndName
    from tenantlint.sources.places import Place
    from tenantlint.sources.reading import Code

_TOO_MANY: Final = "ambiguous"


class SourceMap:
    """What *code* says of resources."""

    def __init__(self, code: Code) -> None:
        self.unreadable = len(code.unreadable)
        self.named: dict[TypeAndName, set[Place]] = defaultdict(set)
        self.traced: dict[str, set[Place]] = defaultdict(set)
        self.typed: dict[str, list[tuple[Place, str]]] = defaultdict(list)
        self.held = _held(code)
        for declared in code.declared:
            if declared.named:
                self.named[declared.named].add(declared.place)
            if declared.type:
                self.typed[declared.type].append((declared.place, declared.named[1] if declared.named else ""))
        for block in code.blocks:
            if block.type:
                self.typed[block.type].append((block.place, block.name))
        traces = [(each.traces, each.place) for each in code.blocks]
        for found, place in (*traces, *((each.traces, each.place) for each in code.declared)):
            for trace in found:
                self.traced[trace].add(place)

    def places(self, key: str, tags: Json, twins: Collection[TypeAndName]) -> Collection[Place | None]:
        """Return where the resource with the id *key*, in lower case, may be declared; nothing where nobody knows.

        Of *twins*, names that several resources have, no template says which of them it declares: None stands for that.
        """
        if found := self.held.get(key):
            return found
        named = type_and_name(key)
        if named in self.named:
            return (None, *self.named[named]) if named in twins else self.named[named]
        return self._tagged(named, tags if isinstance(tags, dict) else {})

    def _tagged(self, named: TypeAndName | None, tags: Mapping[str, Json]) -> Collection[Place | None]:
        low = {name.lower(): value for name, value in tags.items()}
        trace, file = low.get(TRACE_TAG), low.get("git_file")
        if trace is None:
            return self._in_file(named, file) if named and isinstance(file, str) else ()
        found = self.traced.get(trace, set()) if isinstance(trace, str) else set()
        if isinstance(file, str) and any(not _is_at(place.path, file) for place in found):
            return (None, *found)  # the code that it came from lies elsewhere, perhaps in another repository
        return found

    def _in_file(self, named: TypeAndName, file: str) -> Collection[Place | None]:
        """Return what in *file* is of that type, and has that name or none that is literal."""
        type_, name = named
        return {place for place, its in self.typed.get(type_, ()) if its in ("", name) and _is_at(place.path, file)}


class SourceMapStage:
    """Finds the places of open violations on their way to the reports, and counts what it found."""

    def __init__(self, source_map: SourceMap, snapshot: Snapshot, tables: Iterable[str]) -> None:
        self._map = source_map
        self._snapshot = snapshot
        self._tags: dict[str, TableTags] = {}
        self._found: dict[str, Place | None] = {}
        self._counts: Counter[str] = Counter()
        self._twins = _twins(snapshot, set(tables), source_map.named)

    def mark(self, judgements: Sequence[Judgement], summary: Summary) -> Sequence[Judgement]:
        """See :class:`tenantlint.findings.Stage`. It marks nothing: it looks for the places of these violations."""
        del summary
        self._found = {}
        for judgement in judgements:
            if judgement.verdict.violations:
                key = judgement.subject.id.lower()
                places = self._map.places(key, self._tags_of(judgement.rule.on, key), self._twins)
                self._found[key] = _only(places)
                self._counts[_kind(places)] += len(judgement.open)
        return judgements

    def finish(self, summary: Summary) -> list[str]:
        """Tell how many open violations have a place."""
        del summary
        counts = ", ".join(f"{kind} {self._counts[kind]}" for kind in ("mapped", _TOO_MANY, "unmapped"))
        notes = [f"open violations by what the source map says of their resources: {counts}"]
        if count := self._map.unreadable:
            notes.append(
                f"left out of the source map, since they are not what their names say or too large: {count} files"
            )
        return notes

    def locate(self, subject: Subject, violation: Violation | None) -> Place | None:
        """See :class:`tenantlint.sources.places.Locator`; of a resource that did not come by lately, without tags."""
        del violation
        key = subject.id.lower()
        if key in self._found:
            return self._found[key]
        return _only(self._map.places(key, None, self._twins))

    def _tags_of(self, table: str, key: str) -> Json:
        if not (self._map.traced or self._map.typed):
            return None
        if table not in self._tags:
            self._tags[table] = TableTags(self._snapshot, table)
        return self._tags[table].of(key)


def _held(code: Code) -> dict[str, set[Place | None]]:
    """Return the places of what is in states, by id; None among them where somebody may declare it elsewhere."""
    types: dict[str, dict[str, set[Place | None]]] = defaultdict(lambda: defaultdict(set))
    for state, held in code.states.items():
        root = code.configurations.root_of(state, {each.address for each in held})
        for address, key in held:
            places = code.configurations.places(root, address) if root else ()
            types[key][address.type].update(places or (None,))
    return {key: found for key, by_type in types.items() if (found := _of_resource(by_type)) != {None}}


def _of_resource(types: Mapping[str, set[Place | None]]) -> set[Place | None]:
    """Return the places of a resource itself, not those of what extends it under the same id.

    ``azurerm_subnet_route_table_association`` has the id of the ``azurerm_subnet``.
    """
    shortest = min(types, key=len)
    if all(type_ == shortest or type_.startswith(f"{shortest}_") for type_ in types):
        return types[shortest]
    return set().union(*types.values())


def _twins(snapshot: Snapshot, tables: set[str], named: Collection[TypeAndName]) -> set[TypeAndName]:
    """Return which of the names that templates declare several resources have."""
    if not named:
        return set()
    last = {name.rpartition("/")[2] for _, name in named}
    keys: dict[TypeAndName, set[str]] = defaultdict(set)
    with SnapshotReader(snapshot) as reader:
        for table in sorted(tables & snapshot.manifest.tables.keys()):
            for id_ in _ids(reader, table, last):
                if (known := type_and_name(id_)) and known in named:
                    keys[known].add(id_.lower())
    return {each for each, ids in keys.items() if len(ids) > 1}


def _ids(reader: SnapshotReader, table: str, names: set[str]) -> Iterator[str]:
    """Yield the ids of what has one of *names* in *table*."""
    if {"id", "name"} <= set(reader.manifest.tables[table].columns):
        for (id_,) in chain.from_iterable(reader.rows(table, None, ("id",), having={"name": names})):
            yield id_ or ""


def _is_at(path: str, file: str) -> bool:
    """Tell whether *path* of the repository is *file*, as a tag writes it: from its root, or from one above it."""
    wanted = file.replace("\\", "/").strip("/")
    return wanted == path or wanted.endswith(f"/{path}") or path.endswith(f"/{wanted}")


def _only(places: Collection[Place | None]) -> Place | None:
    return next(iter(places)) if len(places) == 1 else None


def _kind(places: Collection[Place | None]) -> str:
    if not places:
        return "unmapped"
    return "mapped" if _only(places) else _TOO_MANY
