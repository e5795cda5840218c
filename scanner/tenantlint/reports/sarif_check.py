"""Holds a SARIF log against its schema and GitHub's demands while it is written; what fails never gets its name.

A log may have more results than memory should hold, so it is judged in pieces that together are all of it: batches of
results by the schema of a result, and each run without its results by the schema of a log.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import orjson

from tenantlint.errors import TenantlintError
from tenantlint.evaluate import garbage_collection_paused
from tenantlint.reports.sarif_demands import (
    ANY_RESULT,
    ANY_RUN,
    OPEN_RESULT,
    RESULTS_PER_RUN,
    RUNS_PER_FILE,
    UPLOADED_RUN,
    ZIPPED_BYTES,
    results,
    runs,
)
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenantlint.reports.sarif_names import Profile

AT_ONCE: Final = 500
"""Results that are judged together."""

_FINGERPRINT: Final = "primaryLocationLineHash"
_BARE: Final = b'"tool":{"driver":{"name":"tenantlint","rules":[]}},'
_HINT: Final = "this is a defect of tenantlint or of a plugin; nothing was written, and an older file is as it was"


class SarifError(TenantlintError):
    """A SARIF file that GitHub, or a reader of SARIF, would refuse. It is not written."""

    exit_code = 3

    def __init__(self, demand: str, where: str, said: str) -> None:
        super().__init__(f"the SARIF file would be refused: {demand}; {where}: {visible(said)}", hint=_HINT)


class Check:
    """Judges one log: :meth:`run` for each run, then :meth:`results` for its results, in the order of the file."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._categories: set[str] = set()
        self._rules: list[str] = []
        self._common = b""
        self._seen: set[tuple[str, str]] = set()
        self._count = 0

    def run(self, common: bytes, own: bytes) -> None:
        """Judge a run without its results. *common* and *own* are JSON members: those of all runs, those of this one.

        Raises ``SarifError``.
        """
        if common != self._common:
            log = _log(common + b"," + own)
            self._rules = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
            self._common = common
        else:  # what describes the rules is nearly all of a run, and was judged with the first
            log = _log(_BARE + own)
        self._demand("log", log, "its runs")
        self._seen, self._count = set(), 0
        self._check_category(log["runs"][0]["automationDetails"]["id"])

    def results(self, lines: Sequence[bytes]) -> None:
        """Judge some results of the run that came last, each as JSON. Raises ``SarifError``."""
        with garbage_collection_paused():
            for start in range(0, len(lines), AT_ONCE):
                self._some(_parse(b"[" + b",".join(lines[start : start + AT_ONCE]) + b"]"))
        if self._profile == "upload" and self._count > RESULTS_PER_RUN:
            raise SarifError(f"no more than {RESULTS_PER_RUN} results are kept of a run", "a run", str(self._count))

    def _some(self, found: Sequence[Mapping[str, Any]]) -> None:
        self._demand("results", found, "its results")
        self._check_references(found)
        self._count += len(found)

    def file(self, zipped: int) -> None:
        """Judge the log as a whole, which takes *zipped* bytes. Raises ``SarifError``."""
        if self._profile == "upload" and zipped > ZIPPED_BYTES:
            raise SarifError(f"a file has no more than {ZIPPED_BYTES} bytes zipped", "the file", str(zipped))
        if self._profile == "upload" and not 1 <= len(self._categories) <= RUNS_PER_FILE:
            raise SarifError(f"a file has 1 to {RUNS_PER_FILE} runs", "the file", str(len(self._categories)))

    def _demand(self, what: str, value: object, where: str) -> None:
        if not _validator(what, self._profile).is_valid(value):
            raise _told(what, self._profile, value, where)

    def _check_category(self, automation_id: str) -> None:
        category = automation_id.rpartition("/")[0]
        if category in self._categories:
            raise SarifError("a category has one run", "runs", category)
        self._categories.add(category)

    def _check_references(self, found: Sequence[Mapping[str, Any]]) -> None:
        """See that results are of rules that exist; and, of an upload, that no two would be one alert."""
        for rule, index in {(result["ruleId"], result["ruleIndex"]) for result in found}:
            if self._rules[index : index + 1] != [rule]:
                raise SarifError("ruleIndex is the place of the rule", f"a result of {rule}", str(index))
        if self._profile == "upload":
            before = len(self._seen)
            self._seen.update((each["ruleId"], each["partialFingerprints"][_FINGERPRINT]) for each in found)
            if len(self._seen) != before + len(found):
                raise SarifError("no two results of a rule share a fingerprint", "results", _doubled(found))


def _log(members: bytes) -> dict[str, Any]:
    log: dict[str, Any] = _parse(b'{"version":"2.1.0","runs":[{' + members + b',"results":[]}]}')
    return log


def _parse(text: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise SarifError("it has to be JSON", "the file", str(error)) from error


def _doubled(found: Sequence[Mapping[str, Any]]) -> str:
    prints: list[str] = [result["partialFingerprints"][_FINGERPRINT] for result in found]
    return next((each for each in prints if prints.count(each) > 1), prints[0])


def _told(what: str, profile: Profile, value: object, where: str) -> SarifError:
    """Make the error of the first demand that *value* does not meet."""
    for name, demand in {"it keeps the schema of SARIF 2.1.0": _schema(what), **_demands(what, profile)}.items():
        for error in jsonschema_rs.validator_for(demand).iter_errors(value):
            path = "/".join(map(str, error.instance_path))
            return SarifError(name, f"{where}, at {path or 'the top'}", error.message)
    raise AssertionError("a log breaks all demands together and none alone")


@cache
def _validator(what: str, profile: Profile) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({**_schema(what), "allOf": list(_demands(what, profile).values())})


def _demands(what: str, profile: Profile) -> dict[str, dict[str, Any]]:
    if what == "log":
        return runs(ANY_RUN | UPLOADED_RUN if profile == "upload" else ANY_RUN)
    return results(ANY_RESULT | OPEN_RESULT if profile == "upload" else ANY_RESULT)


def _schema(what: str) -> dict[str, Any]:
    """Return the schema of a log, or of an array of results."""
    text = files("tenantlint.reports").joinpath("sarif-schema-2.1.0.json").read_bytes()
    schema: dict[str, Any] = orjson.loads(text)
    if what == "log":
        return schema
    kept = {name: schema[name] for name in ("$schema", "definitions")}
    return {**kept, "type": "array", "items": {"$ref": "#/definitions/result"}}
