"""What runs every night: the action, its scripts run by bash as a runner does; workflows, the image, the examples."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote

import click
import orjson
import pytest
from ruamel.yaml import YAML

from tenantlint.cli import cli
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.service import Settings
from tenantlint.graph.server.serving import Options, serving
from tests.commands import environment
from tests.graph.server.clients import DEMO
from tests.validators import actionlint

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIPELINE = ROOT / "docs" / "examples" / "azure-pipelines.yml"
JOB = ROOT / "docs" / "examples" / "container-apps-job.bicep"
PAGE = (ROOT / "docs" / "nightly.md").read_text("utf-8")
BLOCK = re.compile(r'^```yaml title="(?P<title>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
HOSTILE = "$(touch pwned) `touch pwned`;touch pwned\n::error::x\n'\"*"
UPLOADS = 10

Yaml = Any  # what YAML holds: a test that expects another shape fails


def load(text: Path | str) -> Yaml:
    return YAML(typ="safe", pure=True).load(text)


STEPS: list[Yaml] = load(ACTION)["runs"]["steps"]


def scripts(tree: Yaml) -> Iterator[str]:
    """Yield every script in a workflow, an action or a pipeline."""
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        if key in ("run", "bash", "inlineScript", "script"):
            yield value
        else:
            yield from scripts(value)


def step(name: str) -> Yaml:
    return next(step for step in STEPS if step.get("name") == name)


@dataclass(frozen=True)
class Done:
    """How a step ended, what it printed, and what it told the runner."""

    code: int
    out: str
    outputs: dict[str, str]
    summary: str


class Runner:
    """Runs steps of the action as GitHub's runner does: in bash, with nothing but variables to tell them anything."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.temp = folder / "temp"
        for each in (self.work, self.temp):
            each.mkdir()

    @property
    def reports(self) -> Path:
        return self.temp / "tenantlint" / "reports"

    def run(self, name: str, **variables: object) -> Done:
        """Run the step; a variable that is not given is "", as that of an input without a value is."""
        told, summary, script = (self.temp / file for file in ("output", "summary", "script.sh"))
        told.write_bytes(b"")
        script.write_text(step(name)["run"], "utf-8")
        runners = {"RUNNER_TEMP": self.temp, "GITHUB_OUTPUT": told, "GITHUB_STEP_SUMMARY": summary}
        fixed = {key: value for key, value in step(name)["env"].items() if not value.startswith("${{")}
        given = {**dict.fromkeys(step(name)["env"], ""), **fixed, **runners, "GITHUB_ACTION_PATH": ROOT, **variables}
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.work,
            env=environment(**{key: str(value) for key, value in given.items()}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        pairs = (line.partition("=") for line in told.read_text("utf-8").splitlines())
        said = summary.read_text("utf-8") if summary.exists() else ""
        return Done(ended.returncode, ended.stdout, {key: value for key, _, value in pairs}, said)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    """Return a folder with a tenantlint that prints its arguments as JSON and ends with 0."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    (folder / "tenantlint").write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        "ids = {key: value for key, value in os.environ.items() if key.startswith('AZURE_')}\n"
        "print(json.dumps({'arguments': sys.argv[1:], 'ids': ids}))\n"
    )
    (folder / "tenantlint").chmod(0o755)
    return folder


def recorded(done: Done) -> Yaml:
    assert done.code == 0, done.out
    return json.loads(done.out.splitlines()[1])


def inputs_used() -> set[str]:
    return set(re.findall(r"inputs\.([a-z-]+)", json.dumps(STEPS)))


def documented(of: str) -> set[str]:
    """Return the names in the first column of the page's table of inputs or outputs."""
    table = PAGE.partition(f"| {of} |")[2].partition("\n\n")[0]
    return {
        name for cell in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(.+?)`", cell)
    }


def check_schema(schema: str, *files: Path) -> None:
    options = ["--regex-variant", "nonunicode", "--builtin-schema", f"vendor.{schema}"]
    command: list[str | Path] = [BIN / "check-jsonschema", *options, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# The action as it is written.


def test_every_input_is_used_and_every_input_that_is_used_exists() -> None:
    assert inputs_used() == load(ACTION)["inputs"].keys()


@pytest.mark.parametrize("of", ["input", "output"])
def test_inputs_and_outputs_are_documented_and_say_what_they_are(of: str) -> None:
    told = load(ACTION)[f"{of}s"]

    assert documented(of) == told.keys()
    assert all(each["description"].endswith((".", "…")) for each in told.values())


def test_the_page_tells_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \|", PAGE, re.MULTILINE))
    defaults = {name: each["default"] for name, each in load(ACTION)["inputs"].items()}

    assert {"graph", "auth", "fail-on", "upload-sarif", "artifact", "python-version"} <= rows.keys()
    assert {name: defaults[name] for name in rows if name in defaults} == {
        name: told for name, told in rows.items() if name in defaults
    }


def test_every_variable_of_a_step_is_used_in_its_script_or_is_known_to_what_it_runs() -> None:
    known = {"MSYS_NO_PATHCONV", "PYTHONUTF8", "GITHUB_TOKEN", "ARTIFACT"}
    for each in (step for step in STEPS if "run" in step):
        assert [name for name in each["env"] if name not in known and f"${name}" not in each["run"]] == []
        assert each["shell"] == "bash"


@pytest.mark.parametrize("file", [ACTION, *WORKFLOWS], ids=lambda file: file.name)
def test_no_expression_stands_in_a_script(file: Path) -> None:
    assert [script for script in scripts(load(file)) if "${{" in script] == []


@pytest.mark.parametrize("text", [*(match["text"] for match in BLOCK.finditer(PAGE))])
def test_no_expression_stands_in_a_script_of_the_page(text: str) -> None:
    assert [script for script in scripts(load(text)) if "${{" in script] == []


def test_each_file_is_uploaded_by_a_step_of_its_own_and_only_after_the_one_before_it() -> None:
    uploads = [step for step in STEPS if step.get("uses", "").startswith("github/codeql-action/upload-sarif@")]

    assert len(uploads) == UPLOADS
    for number, each in enumerate(uploads, 1):
        found = f"steps.files.outputs.sarif-{number}"
        asked = f"steps.upload-{number - 1}.outcome == 'success'" if number > 1 else "inputs.upload-sarif == 'true'"
        assert each.get("id", "upload-10") == f"upload-{number}"
        assert each["if"] == f"${{{{ !cancelled() && {asked} && {found} != '' }}}}"
        assert each["with"] == {"sarif_file": f"${{{{ {found} }}}}"}


@pytest.mark.parametrize("file", [ACTION, *WORKFLOWS], ids=lambda file: file.name)
def test_what_others_wrote_is_named_by_the_tag_of_a_version(file: Path) -> None:
    used = re.findall(r"^ *(?:- )?uses: (\S+)", file.read_text("utf-8"), re.MULTILINE)

    assert used
    assert [name for name in used if not re.fullmatch(r"\./|(actions|github)/[\w/-]+@v\d+", name)] == []


def test_every_step_that_a_step_refers_to_exists() -> None:
    ids = {step["id"] for step in STEPS if "id" in step}

    assert set(re.findall(r"steps\.([a-z0-9-]+)\.", ACTION.read_text("utf-8"))) == ids


# The action as it is run.


EXTRA = 'Provides-Extra: source-map\nRequires-Dist: acme_parser; extra == "source-map"\n'


def wheel(folder: Path, version: str, name: str = "tenantlint") -> Path:
    """Write a wheel that holds one module; its extra `source-map` needs another one, acme_parser."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", f"def main():\n    print('this is {version}')\n")
        archive.writestr(f"{info}/METADATA", head + EXTRA * (name == "tenantlint"))
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/entry_points.txt", "[console_scripts]\ntenantlint = tenantlint:main\n")
        archive.writestr(f"{info}/RECORD", "")
    return file


@pytest.mark.parametrize(
    ("version", "installed"),
    [("", "this is 3.0"), ("2.0", "this is 2.0"), ("./tenantlint-1.0-py3-none-any.whl", "this is 1.0")],
    ids=["its own commit", "a version", "a wheel"],
)
def test_what_is_asked_for_is_installed(runner: Runner, version: str, installed: str) -> None:
    wheels = [wheel(runner.work, version) for version in ("1.0", "2.0", "3.0")]
    (runner.work / "pip.py").write_text("raise SystemExit('imported from the working directory')")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": runner.work, "GITHUB_ACTION_PATH": wheels[-1]}

    done = runner.run("Install tenantlint", PYTHON=sys.executable, VERSION=version, **offline)

    assert done.code == 0, done.out
    said = subprocess.run([f"{done.outputs['bin']}/tenantlint"], capture_output=True, text=True, check=True).stdout
    assert said.strip() == installed


@pytest.mark.parametrize("version", ["", "2.0", "./tenantlint-2.0-py3-none-any.whl"])
@pytest.mark.parametrize("source_map", ["", "infra"])
def test_who_maps_sources_gets_what_reads_them(runner: Runner, version: str, source_map: str) -> None:
    ours, _ = wheel(runner.work, "2.0"), wheel(runner.work, "1.0", "acme_parser")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": runner.work, "GITHUB_ACTION_PATH": ours}

    done = runner.run("Install tenantlint", PYTHON=sys.executable, VERSION=version, SOURCE_MAP=source_map, **offline)

    assert done.code == 0, done.out
    python = f"{done.outputs['bin']}/python"
    parser = subprocess.run([python, "-I", "-c", "import acme_parser"], capture_output=True, check=False)
    assert (parser.returncode == 0) == bool(source_map)


@pytest.mark.parametrize("version", [HOSTILE, "--target=.", "1.0; touch pwned"])
def test_a_version_that_is_none_is_refused_and_never_run(runner: Runner, version: str) -> None:
    done = runner.run("Install tenantlint", PYTHON=sys.executable, VERSION=version, PIP_NO_INDEX="1")

    assert done.code != 0
    assert list(runner.work.iterdir()) == []


def test_inputs_become_options(runner: Runner, recorder: Path) -> None:
    told = recorded(
        runner.run(
            "Scan",
            AUTH="github-oidc",
            AZURE_CLIENT_ID="c",
            BASELINE="nights/17",
            BIN=recorder,
            CLOUD="AzureCloud",
            CONFIG="set tings.toml",
            DEADLINE="45",
            EDITION="2018-12",
            EXCLUDE_SUBSCRIPTIONS="x",
            FAIL_ON="new-error",
            GRAPH="azure",
            INVENTORY="in ventory",
            MANAGEMENT_GROUPS="corp  lab\n",
            PLUGINS="a.py\nb.py",
            RULES="* unprotected-vm",
            SOURCE_MAP="infra\n more/main.tf",
            SUBSCRIPTIONS="\n one\n\n two",
            WAIVERS="w.toml",
        )
    )

    reports = runner.reports
    assert told["ids"] == {"AZURE_CLIENT_ID": "c"}
    assert told["arguments"] == [
        "scan",
        "--graph=azure",
        "--auth=github-oidc",
        "--cloud=AzureCloud",
        "--management-group=corp",
        "--management-group=lab",
        "--subscription=one",
        "--subscription=two",
        "--exclude-subscription=x",
        "--rule=*",
        "--rule=unprotected-vm",
        "--plugin=a.py",
        "--plugin=b.py",
        "--source-map=infra",
        "--source-map=more/main.tf",
        "--deadline=45",
        "--edition=2018-12",
        "--config=set tings.toml",
        "--waivers=w.toml",
        "--inventory=in ventory",
        "--baseline=nights/17",
        "--fail-on=new-error",
        f"--report=sarif={reports}/tenantlint.sarif",
        f"--report=sarif-full={reports}/tenantlint-archive.sarif",
        f"--report=markdown={reports}/tenantlint.md",
    ]


def test_the_last_run_is_the_baseline_and_where_there_never_was_one_all_is_new(runner: Runner, recorder: Path) -> None:
    given = {"BIN": recorder, "GRAPH": "demo", "BASELINE": "last-run", "FAIL_ON": "new-warning"}

    later = recorded(runner.run("Scan", LAST_RUN="17", **given))["arguments"]
    first = recorded(runner.run("Scan", LAST_RUN="", FIRST="true", **given))["arguments"]
    expired = recorded(runner.run("Scan", LAST_RUN="", FIRST="", **given))["arguments"]

    assert {f"--baseline={runner.temp}/tenantlint/last-run/tenantlint-archive.sarif", "--fail-on=new-warning"} <= {
        *later
    }
    assert {"--baseline=none", "--fail-on=new-warning"} <= {*first}
    assert "--fail-on=warning" in expired
    assert [argument for argument in expired if "baseline" in argument] == []


def test_violations_fail_the_job_also_where_it_may_be_incomplete(runner: Runner) -> None:
    hidden, seen = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003", "5d8e3b19-c4a7-42f0-b6d2-9e71f0a3c114"
    given = {"SUBSCRIPTIONS": f"{hidden} {seen}", "RULES": "unprotected-vm", "ALLOW_INCOMPLETE": "true"}
    with serving(read_copy(DEMO), Options(quota=Quota(5000), settings=Settings(deny=frozenset({hidden})))) as server:
        worse = runner.run("Scan", BIN=BIN, GRAPH=server.url, FAIL_ON="error", **given)
        fine = runner.run("Scan", BIN=BIN, GRAPH=server.url, FAIL_ON="never", **given)

    assert (worse.outputs["exit-code"], fine.outputs["exit-code"]) == ("1", "3"), worse.out
    for scan, ends in ((worse, 1), (fine, 0)):
        end = runner.run("Tell how it ended", CODE=scan.outputs["exit-code"], ALLOW_INCOMPLETE="true", COUNT="1")
        assert end.code == ends


def test_no_input_is_run_as_a_command(runner: Runner, recorder: Path) -> None:
    inputs = {name for name, value in step("Scan")["env"].items() if "inputs." in value}
    variables = {name: HOSTILE for name in inputs if not name.startswith("AZURE")}

    done = runner.run("Scan", **variables, BIN=recorder)

    assert f"--config={HOSTILE}" in recorded(done)["arguments"]
    assert list(runner.work.iterdir()) == []


def test_nothing_that_is_printed_is_a_command_to_the_runner(runner: Runner, recorder: Path) -> None:
    (recorder / "tenantlint").write_text("#!/bin/sh\necho '::error::a'\necho '##[error]b' >&2\nexit 1\n")

    done = runner.run("Scan", BIN=recorder, GRAPH="demo")

    first, *told, last = done.out.splitlines()
    token = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", first)
    assert token
    assert sorted(told) == ["##[error]b", "::error::a"]
    assert last == f"::{token[1]}::"
    assert done.outputs["exit-code"] == "1"


def test_a_night_over_a_resource_graph_ends_with_all_reports(runner: Runner) -> None:
    subscriptions = ["5d8e3b19-c4a7-42f0-b6d2-9e71f0a3c114", "a92b6e40-1d5f-4b83-97c8-3f4d0e8b7225"]
    with serving(read_copy(DEMO), Options(quota=Quota(5000))) as server:
        given = {"SUBSCRIPTIONS": "\n".join(subscriptions), "FAIL_ON": "warning", "BASELINE": "none"}
        scan = runner.run("Scan", BIN=BIN, GRAPH=server.url, **given)
    files = runner.run("List what is to be uploaded", REPORTS=scan.outputs["reports"])
    summary = runner.run("Summarize", REPORTS=scan.outputs["reports"])
    end = runner.run("Tell how it ended", CODE=scan.outputs["exit-code"], COUNT=files.outputs["count"], UPLOAD="true")

    assert scan.code == 0, scan.out
    assert scan.outputs == {"exit-code": "1", "reports": str(runner.reports)}
    assert {file.name for file in runner.reports.iterdir()} == {
        "tenantlint.sarif",
        "tenantlint-archive.sarif",
        "tenantlint.md",
    }
    log = orjson.loads(Path(files.outputs["sarif-1"]).read_bytes())
    categories = {run["automationDetails"]["id"] for run in log["runs"]}
    assert [sum(id_ in category for category in categories) for id_ in subscriptions] == [1, 1]
    assert summary.summary == (runner.reports / "tenantlint.md").read_text("utf-8")
    assert (end.code, end.out) == (1, "::error title=tenantlint::There are violations: see the summary.\n")


def test_a_subscription_that_cannot_be_read_makes_the_night_incomplete_and_the_others_are_reported(
    runner: Runner,
) -> None:
    hidden, seen = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003", "5d8e3b19-c4a7-42f0-b6d2-9e71f0a3c114"
    with serving(read_copy(DEMO), Options(quota=Quota(5000), settings=Settings(deny=frozenset({hidden})))) as server:
        given = {"SUBSCRIPTIONS": f"{hidden} {seen}", "RULES": "unprotected-vm", "BASELINE": "none"}
        scan = runner.run("Scan", BIN=BIN, GRAPH=server.url, **given)
    files = runner.run("List what is to be uploaded", REPORTS=scan.outputs["reports"])
    end = runner.run("Tell how it ended", CODE=scan.outputs["exit-code"], COUNT=files.outputs["count"])

    assert (scan.outputs["exit-code"], end.code) == ("3", 3), scan.out
    (run,) = orjson.loads(Path(files.outputs["sarif-1"]).read_bytes())["runs"]
    assert seen in run["automationDetails"]["id"]


def test_the_second_night_compares_with_the_first(runner: Runner) -> None:
    given = {"BIN": BIN, "GRAPH": "demo", "BASELINE": "last-run", "FAIL_ON": "new-warning"}
    first = runner.run("Scan", FIRST="true", **given)
    assert (runner.reports / "tenantlint.sarif").exists()
    runner.reports.rename(runner.reports.with_name("last-run"))
    second = runner.run("Scan", LAST_RUN="17", **given)

    assert (first.outputs["exit-code"], second.outputs["exit-code"]) == ("1", "0"), second.out


def test_a_scan_that_cannot_run_leaves_nothing_of_the_night_before(runner: Runner) -> None:
    runner.reports.mkdir(parents=True)
    (runner.reports / "tenantlint.sarif").write_text("old")

    done = runner.run("Scan", BIN=BIN, GRAPH="demo", RULES="no-such-rule")

    assert (done.code, done.outputs["exit-code"]) == (0, "2")
    assert list(runner.reports.iterdir()) == []


@pytest.mark.parametrize("count", [0, 1, 2, 12])
def test_files_are_listed_in_order_up_to_the_first_that_is_missing(runner: Runner, count: int) -> None:
    names = ["tenantlint.sarif", *(f"tenantlint-{number}.sarif" for number in range(2, 13))][:count]
    runner.reports.mkdir(parents=True)
    for name in [*names, "tenantlint-archive.sarif", "tenantlint-20.sarif"]:
        (runner.reports / name).touch()

    outputs = runner.run("List what is to be uploaded", REPORTS=runner.reports).outputs

    assert outputs.pop("count") == str(count)
    assert json.loads(outputs.pop("sarif-files")) == names
    assert outputs == {f"sarif-{number}": f"{runner.reports}/{name}" for number, name in enumerate(names, 1)}


def test_the_summary_is_added_to_what_is_there(runner: Runner) -> None:
    runner.reports.mkdir(parents=True)
    (runner.temp / "summary").write_text("before\n")
    (runner.reports / "tenantlint.md").write_text("# Night\n$(touch pwned)\n")

    assert runner.run("Summarize", REPORTS=runner.reports).summary == "before\n# Night\n$(touch pwned)\n"
    assert runner.run("Summarize", REPORTS=runner.temp / "none").code == 0
    assert list(runner.work.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "allow", "upload", "count", "ends", "says"),
    [
        ("0", "false", "true", "1", 0, ""),
        ("1", "false", "true", "1", 1, "::error .*violations"),
        ("1", "true", "true", "1", 1, "::error .*violations"),
        ("2", "true", "true", "0", 2, "::error .*could not run"),
        ("3", "false", "true", "1", 3, "::error .*Incomplete"),
        ("3", "true", "true", "1", 0, "::warning .*Incomplete"),
        ("130", "true", "true", "0", 130, "::error .*could not run"),
        ("0", "false", "true", "10", 0, ""),
        ("0", "false", "true", "11", 1, "::error .*10 of 11 files"),
        ("3", "true", "true", "11", 1, "::warning .*Incomplete(.|\n)*::error .*10 of 11 files"),
        ("0", "false", "false", "11", 0, ""),
    ],
)
def test_the_exit_code_decides_last(  # noqa: PLR0913, PLR0917 - a row of the table
    runner: Runner, code: str, allow: str, upload: str, count: str, ends: int, says: str
) -> None:
    done = runner.run("Tell how it ended", CODE=code, ALLOW_INCOMPLETE=allow, UPLOAD=upload, COUNT=count)

    assert done.code == ends
    assert re.match(says, done.out)
    assert bool(done.out) == bool(says)


# The last run.


NIGHTLY = "nightly & more.yml"


def a_run(id_: int, *kept: str, workflow: str = NIGHTLY, branch: str = "main", fork: bool | None = False) -> Yaml:
    """Return a run as the API tells it; *kept* are its artifacts, with "-" before the name where one has expired."""
    artifacts = [{"name": name.lstrip("-"), "expired": name.startswith("-")} for name in kept]
    head = None if fork is None else {"id": 2 if fork else 1}
    told = {"id": id_, "head_branch": branch, "repository": {"id": 1}, "head_repository": head}
    return {**told, "artifacts": artifacts, "workflow": workflow}


class Api(ThreadingHTTPServer):
    """Answers as GitHub's REST API does, with each of some statuses in turn first; *runs* are told newest first."""

    def __init__(self, runs: list[Yaml], statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.runs = runs
        self.statuses = statuses
        self.asked: list[tuple[str, str | None]] = []

    def answer(self, path: str, query: dict[str, str]) -> Yaml:
        size = int(query["per_page"])
        kind, _, of = path.removeprefix("/repos/acme/nightly/actions/").partition("/")
        if kind == "runs":
            (run,) = (run for run in self.runs if f"{run['id']}/artifacts" == of)
            return {"artifacts": [each for each in run["artifacts"] if each["name"] == query["name"]][:size]}
        (workflow, end), page = of.split("/"), int(query["page"])
        assert (kind, end) == ("workflows", "runs")
        found = [run for run in self.runs if (run["workflow"], run["head_branch"]) == (workflow, query["branch"])]
        return {"workflow_runs": found[(page - 1) * size : page * size]}


class Answer(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Authorization"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        path, _, query = self.path.partition("?")
        self.send_response(status)
        self.end_headers()
        if status == 200:
            self.wfile.write(orjson.dumps(self.server.answer(unquote(path), dict(parse_qsl(query)))))

    def log_message(self, *_: object) -> None:
        pass


def find_last_run(runner: Runner, runs: list[Yaml], *statuses: int, name: str = "tenant&lint") -> tuple[Done, Api]:
    with Api(runs, list(statuses)) as api:
        Thread(target=api.serve_forever, daemon=True).start()
        variables = {
            "ARTIFACT": name,
            "GITHUB_API_URL": f"http://127.0.0.1:{api.server_address[1]}",
            "GITHUB_REF_NAME": "main",
            "GITHUB_REPOSITORY": "acme/nightly",
            "GITHUB_RUN_ID": "9",
            "GITHUB_TOKEN": "hush",
            "GITHUB_WORKFLOW_REF": f"acme/nightly/.github/workflows/{NIGHTLY}@refs/heads/a@b/c",
            "PYTHON": sys.executable,
            "NO_PROXY": "*",
        }
        done = runner.run("Find the last run", **variables)
        api.shutdown()
    return done, api


OURS = "tenant&lint"


def test_the_last_run_is_the_newest_of_this_workflow_and_branch_that_has_the_artifact_and_no_forks(
    runner: Runner,
) -> None:
    runs = [
        a_run(11, OURS, workflow="ci.yml"),
        a_run(10, OURS, branch="change"),
        a_run(9, OURS),
        a_run(8, f"-{OURS}"),
        a_run(7, OURS, fork=True),
        a_run(6, OURS, fork=None),
        a_run(5, "tenantlint"),
        a_run(4),
        a_run(3, OURS),
        a_run(2, OURS),
    ]

    done, api = find_last_run(runner, runs)

    assert (done.code, done.outputs) == (0, {"run-id": "3"}), done.out
    actions = "/repos/acme/nightly/actions"
    of_runs = f"{actions}/workflows/nightly%20%26%20more.yml/runs?branch=main&page=1&per_page=100"
    artifacts = [f"{actions}/runs/{id_}/artifacts?name=tenant%26lint&per_page=100" for id_ in (9, 8, 5, 4, 3)]
    assert api.asked == [(path, "Bearer hush") for path in [of_runs, *artifacts]]


def test_a_last_run_is_found_behind_many_that_have_left_nothing(runner: Runner) -> None:
    done, _ = find_last_run(runner, [*(a_run(1000 - number) for number in range(150)), a_run(5, OURS)])

    assert (done.code, done.outputs) == (0, {"run-id": "5"}), done.out


@pytest.mark.parametrize(
    "runs",
    [[], [a_run(9)], [a_run(7, OURS, fork=True), a_run(6, OURS, branch="change"), a_run(5, OURS, workflow="ci.yml")]],
    ids=["no run", "this one", "of others"],
)
def test_there_may_be_no_last_run(runner: Runner, runs: list[Yaml]) -> None:
    done, _ = find_last_run(runner, runs)

    assert (done.code, done.outputs, done.out) == (0, {"first": "true"}, "")


@pytest.mark.parametrize("left", [a_run(5, f"-{OURS}"), a_run(9, OURS)], ids=["expired", "of this very run"])
def test_where_there_was_a_run_that_cannot_be_compared_with_this_is_not_the_first(runner: Runner, left: Yaml) -> None:
    done, _ = find_last_run(runner, [left, a_run(4)])

    assert (done.code, done.outputs, done.out) == (0, {}, "")


def test_where_nobody_can_tell_whether_there_was_a_last_run_the_job_fails(runner: Runner) -> None:
    done, api = find_last_run(runner, [a_run(1000 - number) for number in range(301)])

    assert (done.code, done.outputs, len(api.asked)) == (1, {}, 303)
    assert "none of the last 300 runs of nightly & more.yml on main has an artifact 'tenant&lint'" in done.out
    assert "`baseline: none`" in done.out


def test_passing_trouble_is_waited_out(runner: Runner) -> None:
    done, api = find_last_run(runner, [a_run(5, OURS)], 502)

    assert (done.outputs, len(api.asked)) == ({"run-id": "5"}, 3)


def test_without_the_right_to_look_the_job_fails_and_says_what_it_needs(runner: Runner) -> None:
    done, api = find_last_run(runner, [a_run(5, OURS)], 403)

    assert (done.code, done.outputs, len(api.asked)) == (1, {}, 1)
    assert "GitHub answers 403; it needs the permission `actions: read`" in done.out
    assert "hush" not in done.out


# Workflows, and what linters say.


def test_the_nightly_workflow_has_no_right_that_it_does_not_need() -> None:
    workflow = load(ROOT / ".github" / "workflows" / "nightly.yml")

    assert workflow["permissions"] == {}
    assert workflow["jobs"]["tenantlint"]["permissions"] == {
        "actions": "read",
        "contents": "read",
        "id-token": "write",
        "security-events": "write",
    }


def test_workflows_give_the_action_inputs_that_it_has() -> None:
    pages = [load(match["text"]) for match in BLOCK.finditer(PAGE)]
    steps = [step for flow in [*map(load, WORKFLOWS), *pages] for job in flow["jobs"].values() for step in job["steps"]]
    given = [step["with"] for step in steps if re.fullmatch(r"\./|.*/tenantlint@.*", step.get("uses", ""))]

    assert len(given) == 4
    assert {name for each in given for name in each} <= load(ACTION)["inputs"].keys()


def test_large_tenants_upload_file_after_file_and_none_after_one_that_failed() -> None:
    (page,) = (match["text"] for match in BLOCK.finditer(PAGE) if match["title"] == "nightly-large.yml")

    assert load(page)["jobs"]["upload"]["strategy"].keys() == {"max-parallel", "matrix"}  # fail-fast is the default
    assert load(page)["jobs"]["upload"]["strategy"]["max-parallel"] == 1


def test_continuous_integration_runs_what_a_contributor_runs() -> None:
    assert ".ci/run" in set(scripts(load(ROOT / ".github" / "workflows" / "ci.yml")))


@pytest.fixture
def workflows(tmp_path: Path) -> list[Path]:
    """Return the workflows, those on the page among them."""
    for match in BLOCK.finditer(PAGE):
        (tmp_path / match["title"]).write_text(match["text"], "utf-8")
    return [*WORKFLOWS, *sorted(tmp_path.iterdir())]


def test_workflows_and_the_action_are_of_the_shape_that_github_publishes(workflows: list[Path]) -> None:
    assert len(workflows) == 4
    check_schema("github-workflows", *workflows)
    check_schema("github-actions", ACTION)


def test_actionlint_finds_nothing(workflows: list[Path]) -> None:
    actionlint.demand()

    assert actionlint.judge(workflows) == []


def test_actionlint_finds_something_where_there_is_something(tmp_path: Path) -> None:
    actionlint.demand()
    (tmp_path / "w.yml").write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    needs: b\n    steps: []\n")

    assert any("needs job" in fault for fault in actionlint.judge([tmp_path / "w.yml"]))


# The image.

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_image_is_of_a_full_version_and_is_run_by_a_user_without_rights() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.search(r"^ARG BASE=python:3\.\d+\.\d+-slim-[a-z]+$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^USER (.*)$", last, re.MULTILINE) == ["10001:10001"]
    assert re.findall(r"^ENTRYPOINT (.*)$", last, re.MULTILINE) == ['["tenantlint"]']
    assert json.loads(*re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)) == ["--help"]
    assert "RUN" not in last


def test_the_image_holds_the_very_wheel_that_was_made_whatever_an_index_has(tmp_path: Path) -> None:
    (made, index, home) = (tmp_path / name for name in ("wheels", "index", "home"))
    for folder in (made, index):
        folder.mkdir()
    wheel(made, "0.1.0")
    wheel(index, "99.0")
    wheel(index, "1.0", "acme_parser")
    _, *commands = re.findall(r"^RUN (.*?[^\\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)[0].split("&& ")
    script = " && ".join(commands).replace("\\\n", "").replace("/wheels", str(made)).replace("/opt", str(home))
    (tmp_path / "python").symlink_to(sys.executable)
    told = environment(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(index), PATH=f"{tmp_path}:/usr/bin:/bin")

    subprocess.run(["sh", "-c", script], env=told, check=True, capture_output=True)

    bin_ = home / "tenantlint" / "bin"
    said = subprocess.run([bin_ / "tenantlint"], capture_output=True, text=True, check=True).stdout
    assert said == "this is 0.1.0\n"
    subprocess.run([bin_ / "python", "-I", "-c", "import acme_parser"], check=True)


def test_the_image_is_made_of_what_the_wheel_is_made_of() -> None:
    lines = re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE)
    copied = {name for line in lines for name in line.split()[:-1]}
    let_through = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)

    assert copied == set(let_through)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"plugins", "queries", "scanner", "pyproject.toml", "README.md", "LICENSE"} == copied


# The examples.


def options_of_scan() -> set[str]:
    command = cli.get_command(click.Context(cli), "scan")
    assert command
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize("file", [ACTION, PIPELINE, JOB, ROOT / "Dockerfile"], ids=lambda file: file.name)
def test_only_options_that_a_scan_has_are_given(file: Path) -> None:
    others = {"--clear", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", "--find-links", "--from"}
    others |= {"--only-binary", "--help", "--tag", "--registry", "--image", "--resource-group", "--template-file"}
    others |= {"--parameters", "--management-group-id", "--location"}

    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", file.read_text("utf-8"))) - others <= options_of_scan()


def test_the_pipeline_is_of_the_shape_that_azure_devops_publishes(tmp_path: Path) -> None:
    pipeline = load(PIPELINE)
    (job,) = pipeline["jobs"]
    job["timeoutInMinutes"] = str(
        job["timeoutInMinutes"]
    )  # the schema takes most scalars for text, as the service does
    pipeline["schedules"][0]["always"] = "true"
    pipeline["parameters"] = []
    # The schema knows neither steps on a condition nor the task of Advanced Security, which is an extension's.
    job["steps"] = [step for step in job["steps"] if not next(iter(step)).startswith("${{")]
    (tmp_path / "pipeline.json").write_bytes(orjson.dumps(pipeline))

    check_schema("azure-pipelines", tmp_path / "pipeline.json")


def test_nothing_is_put_into_scripts_of_the_pipeline() -> None:
    found = list(scripts(load(PIPELINE)))

    assert len(found) == 3
    assert [script for script in found if re.search(r"\$\(|\$\{\{|\$\[", script)] == []


@pytest.mark.parametrize(
    ("baseline", "given"),
    [
        ("last run", "'--baseline', 'last/CodeAnalysisLogs/tenantlint-archive.sarif', '--fail-on', 'new-note'"),
        ("first run", "'--baseline', 'none', '--fail-on', 'new-note'"),
        ("lost", "'--deadline', '90', '--fail-on', 'note'"),
    ],
)
def test_the_pipeline_scans_and_lets_no_line_be_a_command_to_the_agent(
    baseline: str, given: str, recorder: Path, tmp_path: Path
) -> None:
    (recorder / "tenantlint").write_text(
        f"#!{sys.executable}\nimport sys\nprint('##vso[task.complete]x', sys.argv[1:])\nraise SystemExit(3)\n"
    )
    script = next(script for script in scripts(load(PIPELINE)) if "arguments=" in script)
    variables = {
        "BASELINE": baseline,
        "FAIL_ON": "new-note",
        "LAST_RUN": "last",
        "MANAGEMENT_GROUP": HOSTILE,
        "REPORTS": tmp_path / "reports",
        "VENV": recorder.parent,
    }
    told = environment(**{key: str(value) for key, value in variables.items()})
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=told, capture_output=True, text=True, check=True)

    assert re.findall(r"##vso.*", done.stdout) == ["##vso[task.setvariable variable=exitCode]3"]
    assert given in done.stdout
    assert not (tmp_path / "pwned").exists()


def test_the_pipeline_compares_with_the_last_run_that_came_to_its_end_or_fails() -> None:
    (job,) = load(PIPELINE)["jobs"]
    (fetch,) = (step for step in job["steps"] if step.get("task", "").startswith("DownloadPipelineArtifact@"))
    end = job["steps"][-1]["bash"]
    tags = {}
    for code in (0, 1, 2, 3, ""):
        ended = subprocess.run(
            ["bash", "-c", end], env=environment(EXIT_CODE=str(code)), capture_output=True, text=True, check=False
        )
        tags[code] = re.findall(r"addbuildtag\](.*)", ended.stdout)

    assert "continueOnError" not in fetch
    assert tags == {code: [fetch["inputs"]["tags"]] * (code in {0, 1, 3}) for code in (0, 1, 2, 3, "")}


@pytest.fixture
def start(tmp_path: Path) -> str:
    """Return the script of the job, with a folder for the share."""
    (tmp_path / "share").mkdir()
    (script,) = re.findall(r"^var start = '''\n(.*?)'''$", JOB.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert "command: ['/bin/sh', '-c', start, 'tenantlint']" in JOB.read_text("utf-8")
    return str(script).replace("/reports", str(tmp_path / "share"))


def test_the_job_compares_with_what_the_night_before_left_on_the_share(start: str, tmp_path: Path) -> None:
    scan = ["scan", "--demo", "--fail-on=new-warning", f"--report=sarif-full={tmp_path}/share/tenantlint-archive.sarif"]
    told = environment(PATH=f"{BIN}:/usr/bin:/bin")

    codes = [subprocess.run(["sh", "-c", start, "tenantlint", *scan], env=told, check=False).returncode for _ in "12"]

    assert codes == [1, 0]


def test_what_the_job_is_given_is_no_part_of_its_script(start: str, recorder: Path) -> None:
    told = environment(PATH=f"{recorder}:/usr/bin:/bin")
    command = ["sh", "-c", start, "tenantlint", "scan", HOSTILE]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["arguments"] == ["scan", HOSTILE, "--baseline=none"]


def test_the_job_writes_as_the_user_of_the_image() -> None:
    (user,) = re.findall(r"^USER (\d+):\1$", DOCKERFILE, re.MULTILINE)

    assert f"'uid={user},gid={user}," in JOB.read_text("utf-8")
    assert "/reports" in re.findall(r"^WORKDIR (.*)$", DOCKERFILE, re.MULTILINE)


def test_every_file_that_the_page_names_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE)

    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
