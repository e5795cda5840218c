"""What GitHub demands of a SARIF log beyond the schema, as JSON schemas: one demand, one schema, its name a sentence.

Each is something for which GitHub refuses a file, cuts it, or takes something else for an open alert; nothing that it
ignores. The archive has to meet those that any reader may rely on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Demands = dict[str, dict[str, Any]]

RUNS_PER_FILE: Final = 20
RESULTS_PER_RUN: Final = 5_000
"""More are taken, up to 25,000, but no more are kept."""
ZIPPED_BYTES: Final = 10_000_000
EXTENSIONS_PER_RUN: Final = 100
LOCATIONS_PER_RESULT: Final = 100
TAGS_PER_RULE: Final = 10
CHARACTERS_OF_NAME: Final = 255
CHARACTERS_OF_TEXT: Final = 1024

_CHARACTER: Final = r"[A-Za-z0-9_.~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2}"
_PATH: Final = rf"^({_CHARACTER})+(/({_CHARACTER}|:)*)*$"


def _having(**properties: object) -> dict[str, Any]:
    """Return a schema of objects that must have *properties*."""
    return {"required": list(properties), "properties": properties}


def _text(longest: int | None = None) -> dict[str, Any]:
    limits = {"minLength": 1} | ({"maxLength": longest} if longest else {})
    return _having(text=limits)


_PLACE: Final = _having(
    physicalLocation=_having(artifactLocation=_having(uri={"pattern": _PATH}), region=_having(startLine={"minimum": 1}))
)

ANY_RESULT: Final[Demands] = {
    "a result names its rule": _having(ruleId={"minLength": 1}, ruleIndex={"minimum": 0}),
    "a result has a message": _having(message=_text()),
    "a result is at a path in the repository, percent-encoded and relative, with a line": _having(
        locations={"minItems": 1, "maxItems": LOCATIONS_PER_RESULT, "items": _PLACE}
    ),
    "a result has a fingerprint": _having(partialFingerprints=_having(primaryLocationLineHash={"minLength": 1})),
    "a result that is no failure has no level": {
        "if": {"properties": {"kind": {"const": "fail"}}},
        "else": _having(level={"const": "none"}),
    },
}

OPEN_RESULT: Final[Demands] = {
    "an uploaded result is a failure": {"properties": {"kind": {"const": "fail"}}},
    "an uploaded result has a level": _having(level={"enum": ["error", "warning", "note"]}),
    "an uploaded result is not suppressed": {"properties": {"suppressions": {"maxItems": 0}}},
    "an uploaded result is not absent": {"properties": {"baselineState": {"not": {"const": "absent"}}}},
}

_RULE: Final = {
    **_having(shortDescription=_text(CHARACTERS_OF_TEXT), fullDescription=_text(CHARACTERS_OF_TEXT), help=_text()),
    "properties": {
        "name": {"maxLength": CHARACTERS_OF_NAME},
        "shortDescription": _text(CHARACTERS_OF_TEXT),
        "fullDescription": _text(CHARACTERS_OF_TEXT),
        "help": _text(),
        "defaultConfiguration": {"properties": {"level": {"enum": ["error", "warning", "note"]}}},
        "properties": {
            "properties": {
                "tags": {"maxItems": TAGS_PER_RULE},
                "precision": {"enum": ["very-high", "high", "medium", "low"]},
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
                "security-severity": {"type": "string", "pattern": r"^(10(\.0+)?|[0-9](\.[0-9]+)?)$"},
            }
        },
    },
}

ANY_RUN: Final[Demands] = {
    "a run has a category": _having(automationDetails=_having(id={"pattern": "^[^/].*/[^/]*$"})),
    "a run has an array of results": _having(results={"type": "array"}),
    f"a rule has texts of 1 to {CHARACTERS_OF_TEXT} characters, {TAGS_PER_RULE} tags and known words": _having(
        tool=_having(driver=_having(rules={"items": _RULE}))
    ),
}

UPLOADED_RUN: Final[Demands] = {
    "an uploaded run was successful": {
        "properties": {"invocations": {"items": _having(executionSuccessful={"const": True})}}
    },
    f"a run has at most {EXTENSIONS_PER_RUN} extensions": {
        "properties": {"tool": {"properties": {"extensions": {"maxItems": EXTENSIONS_PER_RUN}}}}
    },
}


def results(demands: Mapping[str, dict[str, Any]]) -> Demands:
    """Return *demands* of a result as demands of an array of them."""
    return {name: {"items": demand} for name, demand in demands.items()}


def runs(demands: Mapping[str, dict[str, Any]]) -> Demands:
    """Return *demands* of a run as demands of a log."""
    return {name: {"properties": {"runs": {"items": demand}}} for name, demand in demands.items()}
