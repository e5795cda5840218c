"""Three judges of a SARIF log that GitHub code scanning is to accept, or that is kept as the archive.

`problems` knows what GitHub rejects, cuts or misreads in logs that are valid SARIF. `schema_problems` and
`multitool_problems` let others judge; they need Node's modules (`tests.validators.node`).
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from tests.validators.sarif import Json, multitool_problems, schema_problems

__all__ = ["Profile", "multitool_problems", "problems", "schema_problems"]

Profile = Literal["upload", "archive"]

ZIPPED_BYTES = 10_000_000
RUNS = 20
EXTENSIONS = 100
RULES = 25_000
RESULTS = 5_000  # above 25,000 the log is rejected, above 5,000 the rest is dropped
LOCATIONS = 100  # likewise, 1,000 and 100
TAGS = 10  # likewise, 20 and 10
NAME_CHARACTERS = 255
TEXT_CHARACTERS = 1024

# A path in the repository: no leading slash, scheme, query or fragment, and no character that must be percent-encoded.
_REPOSITORY_PATH = re.compile(r"(?!/)(?![^/]*:)(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_DECIMAL = re.compile(r"\d+(\.\d+)?", re.ASCII)


def problems(log: Json, profile: Profile) -> list[str]:
    """Return the problems of a log that breaks no schema, as `where: what`.

    An archive keeps the same limits, but may hold results that no upload may.
    """
    found = [*_categories(log["runs"]), *_delivery(log)]
    for number, run in enumerate(log["runs"]):
        found += _within(f"runs[{number}]", _run(run, profile))
    return found


def _within(where: str, inner: Iterable[str]) -> Iterator[str]:
    return (f"{where}: {problem}" for problem in inner)


def _delivery(log: Json) -> Iterator[str]:
    zipped = len(gzip.compress(json.dumps(log).encode(), compresslevel=6))
    if zipped > ZIPPED_BYTES:
        yield f"{zipped} bytes zipped, more than {ZIPPED_BYTES}"
    if not 1 <= len(log["runs"]) <= RUNS:
        yield f"{len(log['runs'])} runs, not 1 to {RUNS}"


def _categories(runs: list[Json]) -> Iterator[str]:
    """Yield each tool that has two runs in one category, which is its automation id up to the last slash."""
    ids = ((run["tool"]["driver"]["name"], run.get("automationDetails", {}).get("id", "")) for run in runs)
    times = Counter((tool, automation_id.rpartition("/")[0]) for tool, automation_id in ids)
    for (tool, category), count in times.items():
        if count > 1:
            yield f"{count} runs of {tool} in the category {category!r}"


def _run(run: Json, profile: Profile) -> Iterator[str]:
    if "results" not in run:
        yield "no results array"
    results, rules = run.get("results", []), run["tool"]["driver"].get("rules", [])
    yield from _ingestion(run)
    for rule in rules:
        yield from _within(f"rule {rule['id']}", _rule(rule))
    rule_ids = [rule["id"] for rule in rules]
    for number, result in enumerate(results):
        yield from _within(f"results[{number}]", _result(result, rule_ids, profile))
    yield from _across(results)


def _ingestion(run: Json) -> Iterator[str]:
    if not all(invocation["executionSuccessful"] for invocation in run.get("invocations", [])):
        yield "an invocation was not successful"
    extensions = run["tool"].get("extensions", [])
    rules = sum(len(component.get("rules", [])) for component in [run["tool"]["driver"], *extensions])
    sizes = {
        "extensions": (len(extensions), EXTENSIONS),
        "rules": (rules, RULES),
        "results": (len(run.get("results", [])), RESULTS),
    }
    for what, (size, limit) in sizes.items():
        if size > limit:
            yield f"{size} {what}, more than {limit}"


def _across(results: list[Json]) -> Iterator[str]:
    if len({"suppressions" in result for result in results}) > 1:
        yield "some results have suppressions and some have none"
    alerts = Counter((result.get("ruleId"), _fingerprint(result)) for result in results)
    for (rule, fingerprint), count in alerts.items():
        if fingerprint and count > 1:
            yield f"{count} results of {rule} share the fingerprint {fingerprint}"


def _fingerprint(result: Json) -> str | None:
    fingerprint: str | None = result.get("partialFingerprints", {}).get("primaryLocationLineHash")
    return fingerprint


def _rule(rule: Json) -> Iterator[str]:
    for name, limit in {"shortDescription": TEXT_CHARACTERS, "fullDescription": TEXT_CHARACTERS, "help": None}.items():
        text = rule.get(name, {}).get("text", "")
        if not text:
            yield f"no {name}.text"
        if limit and len(text) > limit:
            yield f"{name}.text has {len(text)} characters, more than {limit}"
    if len(rule.get("name", "")) > NAME_CHARACTERS:
        yield f"name has more than {NAME_CHARACTERS} characters"
    if rule.get("defaultConfiguration", {}).get("level") == "none":
        yield "level none"
    yield from _rule_properties(rule.get("properties", {}))


def _rule_properties(properties: Json) -> Iterator[str]:
    tags = properties.get("tags", [])
    if len(tags) > TAGS:
        yield f"{len(tags)} tags, more than {TAGS}"
    if properties.get("precision", "high") not in {"very-high", "high", "medium", "low"}:
        yield f"precision {properties['precision']!r}"
    if properties.get("problem.severity", "error") not in {"error", "warning", "recommendation"}:
        yield f"problem.severity {properties['problem.severity']!r}"
    if "security-severity" in properties:
        if not _is_severity(properties["security-severity"]):
            yield f"security-severity {properties['security-severity']!r} is no string of a number up to 10"
        if "security" not in tags:
            yield "security-severity without the tag security"


def _is_severity(value: object) -> bool:
    return isinstance(value, str) and bool(_DECIMAL.fullmatch(value)) and 0 < float(value) <= 10


def _result(result: Json, rule_ids: list[str], profile: Profile) -> Iterator[str]:
    yield from _rule_reference(result, rule_ids)
    yield from _locations(result)
    if not result["message"].get("text"):
        yield "no message.text"
    if not _fingerprint(result):
        yield "no primaryLocationLineHash"
    if _kind(result) != "fail" and result.get("level", "none") != "none":
        yield f"kind {_kind(result)} with level {result['level']}"
    if profile == "upload":
        yield from _alert(result)


def _rule_reference(result: Json, rule_ids: list[str]) -> Iterator[str]:
    rule_id, index = result.get("ruleId"), result.get("ruleIndex")
    if rule_id not in rule_ids:
        yield f"ruleId {rule_id!r} is no rule of the driver"
    elif index is not None and rule_ids[index : index + 1] != [rule_id]:
        yield f"ruleIndex {index} is not {rule_id}"


def _kind(result: Json) -> str:
    kind: str = result.get("kind", "fail")
    return kind


def _locations(result: Json) -> Iterator[str]:
    locations = result.get("locations", [])
    if len(locations) > LOCATIONS:
        yield f"{len(locations)} locations, more than {LOCATIONS}"
    primary = locations[0].get("physicalLocation", {}) if locations else {}
    if not primary.get("artifactLocation", {}).get("uri"):
        yield "the first location has no physical uri"
    if "startLine" not in primary.get("region", {}):
        yield "the first location has no startLine"
    for location in [*locations, *result.get("relatedLocations", [])]:
        uri = location.get("physicalLocation", {}).get("artifactLocation", {}).get("uri")
        if uri and not _REPOSITORY_PATH.fullmatch(uri):
            yield f"the uri {uri!r} is no path in the repository"


def _alert(result: Json) -> Iterator[str]:
    """Yield why GitHub would open an alert for a result that is no open failure: it looks at none of these."""
    if _kind(result) != "fail":
        yield f"kind {_kind(result)}"
    if result.get("level") == "none":
        yield "level none"
    if any(suppression.get("status", "accepted") == "accepted" for suppression in result.get("suppressions", [])):
        yield "suppressed"
    if result.get("baselineState") == "absent":
        yield "absent"
