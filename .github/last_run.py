"""Prints `run-id=…`: the newest run of this workflow on this branch, other than this one, that still has ARTIFACT.

Where none of them ever had such an artifact it prints `first=true`. One that has expired is none to compare with, but
the alerts of its run are still open: then nothing is printed.

A helper of the composite action, which needs nothing but Python: it reads the variables that GitHub Actions sets, asks
the REST API (permission `actions: read`). A run that a fork started does not count, whatever its branch is called. The
exit code is 1, with a reason on standard error, where GitHub does not answer, and where there are more runs to look
through than is reasonable: going on without the baseline would call everything new.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 30  # seconds
WAITS = (2, 8)  # seconds, between one try and the next
PAGE = 100
MOST_PAGES = 3
HINT = {403: "it needs the permission `actions: read`", 404: "it needs the permission `actions: read`"}


class TooManyError(Exception):
    """There are more runs than are looked through."""


def asked(path: str, **parameters: object) -> dict[str, Any]:
    """Return what the API answers on a *path* of this repository. Raises ``HTTPError`` and ``URLError``."""
    of = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/actions/{path}"
    head = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    query = urlencode({**parameters, "per_page": PAGE})
    request = Request(f"{of}?{query}", headers=head)  # noqa: S310 - the runner says which API
    with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - see above
        found: dict[str, Any] = json.load(answer)
    return found


def tried(path: str, **parameters: object) -> dict[str, Any]:
    """Do as :func:`asked`, and try again where GitHub or the network is at fault."""
    for wait in WAITS:
        try:
            return asked(path, **parameters)
        except HTTPError as error:
            if error.code < 500:
                raise
        except URLError:
            pass
        time.sleep(wait)
    return asked(path, **parameters)


def runs(workflow: str) -> Iterator[dict[str, Any]]:
    """Yield the runs of the file *workflow* on this branch, newest first. Raises ``TooManyError``."""
    path = f"workflows/{quote(workflow, safe='')}/runs"
    for page in range(1, MOST_PAGES + 1):
        found = tried(path, branch=os.environ["GITHUB_REF_NAME"], page=page)["workflow_runs"]
        yield from found
        if len(found) < PAGE:
            return
    name, branch = os.environ["ARTIFACT"], os.environ["GITHUB_REF_NAME"]
    raise TooManyError(
        f"none of the last {PAGE * MOST_PAGES} runs of {workflow} on {branch} has an artifact {name!r}; "
        "if there never was one, let the next run have `baseline: none`"
    )


def is_ours(run: dict[str, Any]) -> bool:
    """Tell whether *run* is no fork's."""
    head = run["head_repository"] or {}  # a fork may be gone
    return bool(head.get("id") == run["repository"]["id"])


def found_last() -> str:
    """Return what to print."""
    workflow = os.environ["GITHUB_WORKFLOW_REF"].partition("@")[0].rpartition("/")[2]
    is_first = True
    for run in filter(is_ours, runs(workflow)):
        id_ = int(run["id"])
        artifacts = tried(f"runs/{id_}/artifacts", name=os.environ["ARTIFACT"])["artifacts"]
        is_kept = any(not artifact["expired"] for artifact in artifacts)
        if is_kept and str(id_) != os.environ["GITHUB_RUN_ID"]:  # a run that is run again has what it left before
            return f"run-id={id_}"
        is_first = is_first and not artifacts
    return "first=true" if is_first else ""


def main() -> int:
    """Print it."""
    try:
        said = found_last()
    except HTTPError as error:
        reason = f"GitHub answers {error.code}; {HINT.get(error.code, 'try again later')}"
    except URLError as error:
        reason = str(error.reason)
    except TooManyError as error:
        reason = str(error)
    else:
        if said:
            print(said)
        return 0
    print(f"cannot look for the last run: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
