"""Prints `run-id=…`: the newest run on this branch, other than this one, whose artifact ARTIFACT is still there.

Where this branch never had such an artifact it prints `first=true`. One that has expired is none to compare with, but
the alerts of its run are still open: then nothing is printed.

A helper of the composite action, which needs nothing but Python: it reads the variables that GitHub Actions sets, asks
the REST API (permission `actions: read`). An artifact that a fork's run made does not count, whatever its branch is
called. The exit code is 1, with a reason on standard error, where GitHub
does not answer: going on without the baseline would call everything new.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

TIMEOUT = 30  # seconds
WAITS = (2, 8)  # seconds, between one try and the next
HINT = {403: "it needs the permission `actions: read`", 404: "it needs the permission `actions: read`"}


def listed() -> list[dict[str, Any]]:
    """Return the artifacts of that name, newest first. Raises ``HTTPError`` and ``URLError``."""
    of = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/actions/artifacts"
    head = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    request = Request(f"{of}?per_page=100&name={quote(os.environ['ARTIFACT'], safe='')}", headers=head)  # noqa: S310 - the runner says which API
    with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - see above
        found: list[dict[str, Any]] = json.load(answer)["artifacts"]
    return sorted(found, key=lambda artifact: str(artifact["created_at"]), reverse=True)


def tried() -> list[dict[str, Any]]:
    """Do as :func:`listed`, and try again where GitHub or the network is at fault."""
    for wait in WAITS:
        try:
            return listed()
        except HTTPError as error:
            if error.code < 500:
                raise
        except URLError:
            pass
        time.sleep(wait)
    return listed()


def is_ours(artifact: dict[str, Any]) -> bool:
    """Tell whether *artifact* is of a run of this repository, on this branch."""
    run = artifact["workflow_run"]
    return bool(
        run["head_branch"] == os.environ["GITHUB_REF_NAME"] and run["head_repository_id"] == run["repository_id"]
    )


def is_earlier(artifact: dict[str, Any]) -> bool:
    """Tell whether *artifact* is still there, and of another run than this one."""
    return not artifact["expired"] and str(artifact["workflow_run"]["id"]) != os.environ["GITHUB_RUN_ID"]


def main() -> int:
    """Print the id."""
    try:
        artifacts = list(filter(is_ours, tried()))
    except HTTPError as error:
        hint = HINT.get(error.code, "try again later")
        print(f"cannot look for the last run: GitHub answers {error.code}; {hint}", file=sys.stderr)
        return 1
    except URLError as error:
        print(f"cannot look for the last run: {error.reason}", file=sys.stderr)
        return 1
    last = next(filter(is_earlier, artifacts), None)
    if last:
        print(f"run-id={int(last['workflow_run']['id'])}")
    elif not artifacts:
        print("first=true")
    return 0


if __name__ == "__main__":
    sys.exit(main())
