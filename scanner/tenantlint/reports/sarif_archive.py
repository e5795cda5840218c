"""What the archive says of results beyond the upload: who waived them, how they stood in the baseline, what is gone."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sarif_om as om

from tenantlint.reports.sarif_objects import fingerprints, result
from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.findings import Mark, Waiving, Written
    from tenantlint.model import Violation
    from tenantlint.results import Judgement
    from tenantlint.sources.places import Place


def archived(found: om.Result, violation: Violation | None = None, mark: Mark | None = None) -> om.Result:
    """Add to a result what is known of its *violation*, and its words without the names that are in the message.

    Where nothing suppresses it, it says so: all results do.
    """
    if violation:
        found.properties = {**(found.properties or {}), "tenantlint/message": visible_prose(violation.message)}
    found.suppressions = [_suppression(mark.waiver)] if mark and mark.waiver else []
    found.baseline_state = mark.state if mark else None
    return found


def absent_result(
    judgement: Judgement, index: int, subscriptions: Mapping[str, str], violation: Violation, place: Place | None
) -> om.Result:
    """Make the result of a violation of the baseline that is fixed or gone."""
    found = archived(result(judgement, index, subscriptions, violation, place), violation)
    found.baseline_state = "absent"
    return found


def carried_result(
    judgement: Judgement, index: int, subscriptions: Mapping[str, str], violation: Violation, place: Place | None
) -> om.Result:
    """Make the result of a violation of the baseline that cannot be judged now: open, neither a failure nor fixed.

    Its level and part are told, so that the next scan knows what is still to be carried. It has an identity of its own:
    the verdict that could not be given is a result, too.
    """
    found = archived(
        result(judgement, index, subscriptions, violation, place), violation, judgement.mark(violation.part)
    )
    found.kind, found.level = "open", "none"
    found.partial_fingerprints, found.guid = fingerprints(judgement, f"carried\0{violation.part}")
    found.properties = {
        **(found.properties or {}),
        "tenantlint/carried": {"level": violation.level, "part": violation.part},
    }
    return found


def _written(written: Written) -> om.Location:
    """Make the place of a waiver; of a file that is not in the repository, no more than its name is told."""
    path = PurePath(written.file)
    inside = not path.is_absolute() and ".." not in path.parts
    return om.Location(
        physical_location=om.PhysicalLocation(
            artifact_location=om.ArtifactLocation(
                uri=quote(path.as_posix() if inside else path.name), uri_base_id="%SRCROOT%" if inside else None
            ),
            region=om.Region(start_line=written.line),
        )
    )


def _suppression(waiver: Waiving) -> dict[str, Any]:
    """Make a suppression. It is not sarif-om's, which knows no ``status``: that is of a draft of the standard."""
    place = {"location": _written(waiver.written)} if waiver.written else {}
    return {
        "kind": "external",
        "status": "accepted",
        "justification": waiver.reason,
        **place,
        "properties": {"expiryUtc": f"{waiver.expires}T23:59:59Z", "tenantlint/owner": waiver.owner},
    }
