"""The pieces of a SARIF result: places that are paths in a repository, identities that last, levels that survive."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import orjson
import pytest
import sarif_om as om
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint import Json, Verdict
from tenantlint.model import CAUSES
from tenantlint.reports.sarif_objects import dump, fingerprint, location, no_links, result
from tenantlint.results import Judgement
from tests.judgements import BACKUP, compliant, not_applicable, owner, subject, unknown, violates

VM = "/subscriptions/S1/resourceGroups/rg-Web/providers/Microsoft.Compute/virtualMachines/web-1"
PATH = re.compile(r"(?!/)(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+")


def as_json(value: object) -> Any:  # noqa: ANN401 - JSON
    return orjson.loads(dump(value))


def uri(resource_id: str) -> str:
    found: str = as_json(location(resource_id, "name"))["physicalLocation"]["artifactLocation"]["uri"]
    return found


def told(judgement: Judgement) -> Any:  # noqa: ANN401 - JSON
    first = next(iter(judgement.verdict.violations), None)
    return as_json(result(judgement, 3, {"s1": "One"}, first))


def test_json_has_no_defaults_but_levels_and_kinds() -> None:
    level, kind = "warning", "fail"  # both are the schema's defaults
    given = om.Result(message=om.Message(text="x"), level=level, kind=kind, rule_index=-1, rank=-1.0)

    assert as_json(given) == {"message": {"text": "x"}, "level": "warning", "kind": "fail"}


def test_a_warning_of_a_rule_whose_own_level_is_error_says_that_it_is_a_warning() -> None:
    assert owner.level == "error"
    assert told(violates(subject(), "warning"))["level"] == "warning"


PLACES = {
    VM: "subscriptions/s1/resourcegroups/rg-web/providers/microsoft.compute/virtualmachines/web-1",
    "/a b/c": "a%20b/c",
    "/a?b/c#d": "a%3Fb/c%23d",
    "https://evil.example/x": "https%3A/evil.example/x",
    "c:/windows": "c%3A/windows",
    "/100%/%2e%2e": "100%25/%252e%252e",
    "/Göteborg/日本": "g%C3%B6teborg/%E6%97%A5%E6%9C%AC",
    "/a/../../etc/passwd": "a/%252E%252E/%252E%252E/etc/passwd",
    "/./a/...": "%252E/a/...",
    "\\..\\x": "%5C..%5Cx",
    "//a///b/": "a/b",
    "/a\nb\x00": "a%0Ab%00",
    "": "tenant",
    "///": "tenant",
}


@pytest.mark.parametrize(("resource_id", "path"), PLACES.items(), ids=map(repr, PLACES))
def test_a_resource_is_found_at_a_path_made_of_its_id(resource_id: str, path: str) -> None:
    assert uri(resource_id) == path


@settings(deadline=None, max_examples=200)
@given(resource_id=st.text(max_size=60) | st.lists(st.sampled_from(["..", ".", "a", "%2E", ""])).map("/".join))
def test_the_path_of_any_id_stays_below_the_root_and_can_be_undone(resource_id: str) -> None:
    path = uri(resource_id)
    segments = [segment for segment in resource_id.lower().split("/") if segment]

    assert PATH.fullmatch(path)
    assert not {".", ".."} & set(unquote(path).split("/"))
    if segments and not {".", ".."} & set(segments):
        assert [unquote(segment) for segment in path.split("/")] == segments


def test_a_place_has_the_region_that_github_wants_and_the_id_as_it_is_spelled() -> None:
    assert as_json(location(VM, "web-1")) == {
        "physicalLocation": {
            "artifactLocation": {"uri": PLACES[VM], "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
        },
        "logicalLocations": [{"name": "web-1", "fullyQualifiedName": VM, "kind": "resource"}],
    }


def test_an_id_that_is_longer_than_any_name_is_not_cut() -> None:
    id_ = f"{VM}/extensions/{'x' * 200}/more/{'y' * 200}"

    assert as_json(location(id_, "x"))["logicalLocations"][0]["fullyQualifiedName"] == id_


def test_names_in_places_are_made_visible() -> None:
    logical = as_json(location("/vms/\x1b[2J", "\x1b[2J"))["logicalLocations"][0]

    assert (logical["name"], logical["fullyQualifiedName"]) == ("\ufffd[2J", "/vms/\ufffd[2J")


def test_an_identity_does_not_depend_on_how_the_id_is_spelled_nor_on_what_is_said() -> None:
    upper = violates(subject(id_=VM.upper(), name="WEB-1"), "error")
    lower = violates(subject(id_=VM.lower()), "note", message="has another owner")

    assert fingerprint(upper, "p") == fingerprint(lower, "p")
    assert told(upper)["guid"] == told(lower)["guid"]


def test_an_identity_tells_rules_resources_and_parts_apart() -> None:
    one, other = subject(id_=VM), subject(id_=f"{VM}1")
    found = {
        fingerprint(violates(about, "error", by=by), part)
        for about in (one, other)
        for by in (owner, BACKUP)
        for part in ("", "p0")
    }

    assert len(found) == 8
    assert all(re.fullmatch(r"[0-9a-f]{32}", digest) for digest in found)


def test_the_result_of_a_violation() -> None:
    judgement = violates(subject(id_=VM), "note")
    digest = fingerprint(judgement, "")

    assert told(judgement) == {
        "ruleId": "acme-owner",
        "ruleIndex": 3,
        "kind": "fail",
        "level": "note",
        "message": {"text": "VM 'web-1' in subscription 'One' has no owner."},
        "locations": [as_json(location(VM, "web-1"))],
        "partialFingerprints": {"primaryLocationLineHash": f"{digest}:1", "tenantlintResourceRule/v1": digest},
        "guid": told(judgement)["guid"],
        "properties": {"tenantlint/evidence": {"tags.owner": None}},
    }


@pytest.mark.parametrize(
    ("judgement", "kind", "text"),
    [
        (compliant(subject()), "pass", "keeps the rule"),
        (not_applicable(subject()), "notApplicable", "is not concerned: is a template"),
        *[
            (unknown(subject(), cause), "open", f"cannot be judged ({cause}): has no usable value at tags")
            for cause in CAUSES
        ],
    ],
)
def test_the_result_of_a_verdict_that_is_no_violation_has_a_kind_and_no_level(
    judgement: Judgement, kind: str, text: str
) -> None:
    found = told(judgement)

    assert (found["kind"], found["level"]) == (kind, "none")
    assert found["message"]["text"] == f"VM 'web-1' in subscription 'One' {text}."
    cause = judgement.verdict.cause
    assert found.get("properties") == ({"tenantlint/cause": cause} if cause else None)


def test_what_was_seen_of_something_that_cannot_be_judged_goes_with_it() -> None:
    seen: dict[str, Json] = {"state": "odd"}
    judgement = Judgement(owner, subject(), Verdict("not-evaluable", "is odd", "absent", seen))

    assert told(judgement)["properties"] == {"tenantlint/evidence": seen, "tenantlint/cause": "absent"}


@pytest.mark.parametrize("name", ["[click](https://evil.example)", "a](b", "![x](y)", "\x1b]8;;u\x07", "x" * 1_000_000])
def test_a_hostile_name_makes_no_link_and_no_wall_of_text(name: str) -> None:
    judgement = violates(subject(name), "error", message=f"refers to '{name}'")
    text = told(judgement)["message"]["text"]

    assert "](" not in text
    assert "\x1b" not in text
    assert len(text) < 600


def test_text_without_links_stays_as_it_is() -> None:
    assert no_links("disk [1] (data) ] (x") == "disk [1] (data) ] (x"


def test_a_resource_of_an_unknown_subscription_is_told_with_its_id() -> None:
    found = as_json(result(compliant(subject(subscription="s9")), 0, {}))

    assert "in subscription 's9'" in found["message"]["text"]


def test_the_noun_is_the_rules() -> None:
    judgement = compliant(subject(), by=replace(owner, noun="disk"))

    assert told(judgement)["message"]["text"] == "disk 'web-1' in subscription 'One' keeps the rule."
