"""Small models of two viewers of SARIF: what a person sees of a log in VS Code, and in the tab "Scans" of Azure DevOps.

They know what those viewers know and no more: rules come from the driver alone, kinds override levels, what is
suppressed or absent is hidden until somebody asks for it, and files told by an index come from `artifacts`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A line of a viewer's list, with what its pane of details tells. `places` are the lines below the message."""

    rule: str
    title: str
    level: str
    message: str
    places: tuple[str, ...]
    state: str
    suppressed: bool
    justification: str
    help: str
    details: Json


Places = Callable[[str, str, list[str]], tuple[str, ...]]


def in_vs_code(file: str, line: str, logical: list[str]) -> tuple[str, ...]:
    """Return what the columns File and Line show: nothing of logical locations."""
    del logical
    return file, line


def in_azure_devops(file: str, line: str, logical: list[str]) -> tuple[str, ...]:
    """Return what stands below the message: the full name in bold, and the file, whichever there are."""
    del line
    return tuple(each for each in (*logical, file) if each)


def everything(log: Json, places: Places) -> Iterator[Row]:
    """Yield all rows of a viewer, as with all its filters off."""
    for run in log["runs"]:
        for result in run["results"]:
            yield _row(run, result, places)


def shown(log: Json, places: Places) -> list[Row]:
    """Return what is shown before anybody touches a filter."""
    return [row for row in everything(log, places) if not row.suppressed and row.state != "absent"]


def _row(run: Json, result: Json, places: Places) -> Row:
    rule = _rule(run["tool"]["driver"].get("rules", []), result)
    location = (result.get("locations") or [{}])[0]
    physical = location.get("physicalLocation", {})
    file = _uri(run, physical.get("artifactLocation", {}))
    logical = [each["fullyQualifiedName"] for each in location.get("logicalLocations", ())]
    accepted = [each for each in result.get("suppressions", ()) if each.get("status", "accepted") == "accepted"]
    return Row(
        rule=rule.get("id", "(No Rule)"),
        title=rule.get("shortDescription", {}).get("text", ""),
        level=_level(rule, result),
        message=result["message"].get("text", ""),
        places=places(file, str(physical.get("region", {}).get("startLine", "-")), logical),
        state=result.get("baselineState", "new"),
        suppressed=bool(accepted),
        justification=" ".join(each.get("justification", "") for each in accepted),
        help=rule.get("help", {}).get("markdown", ""),
        details=result.get("properties", {}),
    )


def _rule(rules: list[Json], result: Json) -> Json:
    """Find the rule in the driver, by its index or else by its id; those of extensions are not looked for."""
    index = result.get("ruleIndex", -1)
    if 0 <= index < len(rules):
        return rules[index]
    return next((rule for rule in rules if rule["id"] == result.get("ruleId")), {})


def _level(rule: Json, result: Json) -> str:
    """Return the kind where it is another than `fail`; else the level of the result, or that of its rule."""
    kind: str = result.get("kind", "fail")
    if kind != "fail":
        return kind
    by_rule: str = rule.get("defaultConfiguration", {}).get("level", "warning")
    return str(result.get("level", by_rule))


def _uri(run: Json, place: Json) -> str:
    """Return the uri of a file; where only its index is told, that of the artifact."""
    if "uri" in place:
        return str(place["uri"])
    index = place.get("index", -1)
    artifacts = run.get("artifacts", [])
    return str(artifacts[index]["location"]["uri"]) if 0 <= index < len(artifacts) else ""
