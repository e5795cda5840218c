"""Plugins: everything comes in by the same door, and what cannot be loaded stops the run."""

import json
import os
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pluggy
import pytest

import tenantlint_backup
from tenantlint import Fact, Rule, contributions
from tenantlint.demo import __file__ as demo_file
from tenantlint.errors import PluginError, TenantlintError, UsageError
from tenantlint.plugin_checks import GROUP
from tenantlint.plugins import load_plugins
from tenantlint.wanted import Wanted
from tests.commands import Ended, run
from tests.makers import collect_copy, judge_all, row, write_copy
from tests.rule_files_texts import LISTED

DEMO = Path(demo_file).parent

# What the README shows.
OWNER_RULE = '''\
"""VMs must carry a tag that names their owner.

## Why
Somebody has to be asked before a VM is restored.
"""
from tenantlint import Context, Document, Resource, Verdict, rule

POLICY = Document("Acme tagging policy", "2026-03-01", "https://acme.example/tagging")

@rule(id="acme-vm-owner", on="virtual_machines", noun="VM", level="warning", sources=[POLICY])
def acme_vm_owner(vm: Resource, ctx: Context) -> Verdict:
    if vm.text("tags.owner"):
        return vm.compliant()
    return vm.violation("has no tag 'owner'", level="warning", evidence={"tags.owner": None})
'''
IMPORTS = "from tenantlint import Document, Table, fact, hookimpl, read_table, rule\n"
API = 'TENANTLINT_API = "1.0"\n'
SOURCES = "sources=[Document('Guide', '2026-01-01', 'https://example.test')]"
ONE_RULE = f"""{IMPORTS}
@rule(id={{id!r}}, on="virtual_machines", level="note", {SOURCES})
def judge(vm, ctx):
    return vm.compliant()
"""
OWN_TABLE = f'''{IMPORTS}
KQL = """// Network interfaces.
// partition: tenant
Resources
| where type =~ 'microsoft.network/networkinterfaces'
| project id, properties_primary = properties.primary
| order by id asc
"""

@fact(name="acme_count", reads=["acme_nics"])
def count(tables):
    return sum(1 for _ in tables.rows("acme_nics"))

@rule(id="acme-nic", on="acme_nics", reads=["acme_count"], level="note", {SOURCES})
def judge(nic, ctx):
    return nic.not_applicable(f"is one of {{ctx.fact('acme_count', int)}}")

@hookimpl
def register_queries():
    yield read_table("acme_nics", KQL, __name__)

@hookimpl
def register_rules():
    return (judge,)

@hookimpl
def register_facts():
    return [count]
'''

KQL_HOOK = """
@hookimpl
def register_queries():
    return [read_table("vaults", "// Mine.\\n// partition: tenant\\nResources", __name__)]
"""

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_plugin(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    return write_plugin


def failure(files: list[Path], without: tuple[str, ...] = ()) -> TenantlintError:
    with pytest.raises(TenantlintError) as raised:
        load_plugins(Wanted(tuple(files), tuple(without)))
    return raised.value


# -- the packs


def test_a_plugin_that_goes_elsewhere_while_it_is_loaded_or_asked_takes_nobody_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    leaving = """
import os
from tenantlint import hookimpl
os.chdir("/")

@hookimpl
def register_facts():
    os.chdir("/")
    return []
"""
    for name in ("first.py", "second.py"):
        (tmp_path / name).write_text(leaving)
    loaded = load_plugins(Wanted((Path("first.py"), Path("second.py"))))

    assert Path.cwd() == tmp_path
    assert [plugin.name for plugin in loaded.plugins][-2:] == ["first", "second"]


def test_both_packs_come_in_through_the_entry_points_that_everybody_uses() -> None:
    catalog = load_plugins()
    installed = {entry.name: entry.dist.version if entry.dist else "" for entry in entry_points(group=GROUP)}

    assert {"tenantlint_backup", "tenantlint_queries"} <= installed.keys()
    assert [plugin.name for plugin in catalog.plugins] == ["tenantlint", *sorted(installed)]
    assert {name: catalog.versions[name] for name in installed} == installed
    assert catalog.origins["unprotected-vm"] == "tenantlint_backup"
    assert catalog.origins["virtual_machines"] == "tenantlint_queries"
    assert catalog.origins["sarif"] == "tenantlint"


def test_a_pack_lists_nothing_by_hand() -> None:
    catalog = load_plugins()
    pack = {rule.id for rule in contributions(tenantlint_backup, Rule)}

    assert pack == {id_ for id_ in catalog.rules if catalog.origins[id_] == "tenantlint_backup"}
    assert {fact.name for fact in contributions(tenantlint_backup, Fact)} <= catalog.facts.keys()
    assert len(pack) == len(contributions(tenantlint_backup, Rule))


def test_a_new_module_anywhere_in_a_package_is_a_new_rule(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("acme_pack/__init__.py", "")
    write("acme_pack/zeta.py", ONE_RULE.format(id="acme-zeta"))
    write("acme_pack/deeper/__init__.py", "from acme_pack.zeta import judge\n")
    write("acme_pack/deeper/alpha.py", ONE_RULE.format(id="acme-alpha") + "again = judge\n")
    monkeypatch.syspath_prepend(tmp_path)
    package = __import__("acme_pack")

    assert [rule.id for rule in contributions(package, Rule)] == ["acme-alpha", "acme-zeta"]
    assert contributions(package, Fact) == []


def test_each_rule_is_a_plugin_of_its_own_id(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: dict[str | None, object] = {}
    register = pluggy.PluginManager.register

    def recording(self: pluggy.PluginManager, plugin: object, name: str | None = None) -> str | None:
        registered[name] = plugin
        return register(self, plugin, name)

    monkeypatch.setattr(pluggy.PluginManager, "register", recording)
    catalog = load_plugins()

    assert {name: plugin for name, plugin in registered.items() if isinstance(plugin, Rule)} == catalog.rules


# -- leaving something out


def test_a_rule_can_be_left_out() -> None:
    everything = load_plugins()
    for name in everything.rules:
        catalog = load_plugins(Wanted(without=(name,)))

        assert catalog.rules.keys() == everything.rules.keys() - {name}
        assert catalog.plugins == everything.plugins


def test_a_plugin_can_be_left_out_with_all_that_it_contributes() -> None:
    catalog = load_plugins(Wanted(without=("tenantlint_backup",)))

    assert "tenantlint_backup" not in catalog.versions
    assert not {name for name, plugin in catalog.origins.items() if plugin == "tenantlint_backup"}
    assert "virtual_machines" in catalog.tables


def test_several_things_can_be_left_out(write: Write) -> None:
    file = write("acme.py", ONE_RULE.format(id="acme-a"))
    catalog = load_plugins(Wanted((file,), ("unprotected-vm", "acme", "unprotected-vm")))

    assert not {"unprotected-vm", "acme-a"} & catalog.rules.keys()
    assert "too-many-data-disks" in catalog.rules


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("unprotected-vms", "did you mean 'unprotected-vm'?"),
        ("Tenantlint_Backup", "did you mean 'tenantlint_backup'?"),
        ("acme-owner", "did you mean 'acme-vm-owner'?"),
        ("virtual_machines", "there is "),
        ("", "there is "),
    ],
)
def test_leaving_out_what_is_not_there_is_an_error_that_names_the_nearest(
    name: str, nearest: str, write: Write
) -> None:
    error = failure([write("acme.py", OWNER_RULE)], ("too-many-data-disks", name))

    assert isinstance(error, UsageError)
    assert str(error) == f"there is no plugin or rule {name!r}"
    assert error.hint.startswith(nearest)


def test_the_scanner_itself_cannot_be_left_out() -> None:
    error = failure([], ("tenantlint",))

    assert isinstance(error, UsageError)
    assert str(error) == "'tenantlint' is the scanner itself and cannot be left out"


# -- a file that is tried


def test_fifteen_lines_are_a_rule(write: Write, tmp_path: Path) -> None:
    assert len(OWNER_RULE.splitlines()) <= 15
    tags = {"web": {"owner": "Ann"}, "odd": {"Owner": "Ann"}, "empty": {"owner": ""}, "bare": None}
    kind = "microsoft.compute/virtualmachines"
    rows = [{**row("machines", name), "type": kind, "tags": value} for name, value in tags.items()]
    copy = write_copy(tmp_path / "copy", {"Resources": rows, "ResourceContainers": []})
    file, report = write("acme_vm_owner.py", OWNER_RULE), tmp_path / "verdicts.jsonl"

    choices = ["--plugin", file, "--rule", "acme-vm-owner", f"--report=json={report}"]
    ended = run("scan", "--graph", copy, *choices)
    verdicts = [json.loads(line) for line in report.read_text().splitlines()]

    assert ended.code == 1, ended.err
    assert "VM 'bare' in subscription 's1' has no tag 'owner'." in ended.out
    assert {verdict["resource"].rpartition("/")[2]: verdict["verdict"] for verdict in verdicts} == {
        "web": "compliant",
        "odd": "violation",
        "empty": "violation",
        "bare": "violation",
    }


def test_a_bare_file_contributes_the_rules_and_facts_that_it_defines_and_no_others(write: Write) -> None:
    text = f"""{ONE_RULE.format(id="acme-a")}
from tenantlint_backup.coverage.unprotected_vm import unprotected_vm
from tenantlint_backup.regions import vms_by_region

@fact(name="acme_fact", reads=["vaults"])
def compute(tables):
    return 7

@rule(id="acme-b", on="virtual_machines", reads=["acme_fact"], level="note", {SOURCES})
def second(vm, ctx):
    return vm.not_applicable(str(ctx.fact("acme_fact", int)))
"""
    catalog = load_plugins(Wanted((write("acme.py", text),)))

    assert {name for name, plugin in catalog.origins.items() if plugin == "acme"} == {"acme-a", "acme-b", "acme_fact"}
    assert catalog.plugins[-1].name == "acme"
    assert catalog.plugins[-1].version == ""
    assert catalog.plugins[-1].origin.endswith("acme.py")


def test_a_file_with_hooks_brings_its_own_table_fact_and_rule(write: Write, tmp_path: Path) -> None:
    catalog = load_plugins(Wanted((write("acme.py", OWN_TABLE),)))
    rules = catalog.select(["acme-nic"])
    snapshot = collect_copy(DEMO, catalog.needed_tables(rules), tmp_path / "snapshot")
    summary, judgements = judge_all(snapshot, rules, catalog.facts.values())

    count = snapshot.manifest.tables["acme_nics"].rows
    assert count == len(judgements) > 0
    assert {judgement.verdict.message for judgement in judgements} == {f"is one of {count}"}
    assert all(judgement.subject.subscription_id in judgement.subject.id for judgement in judgements)
    assert all(judgement.subject.id.endswith(f"/{judgement.subject.name}") for judgement in judgements)
    assert not summary.incomplete


@pytest.mark.parametrize("id_", ["acme", "acme-a"])
def test_a_file_may_be_called_as_its_rule(id_: str, write: Write) -> None:
    file = write(f"{id_}.py", ONE_RULE.format(id=id_))

    assert load_plugins(Wanted((file,))).origins[id_] == id_
    assert id_ not in load_plugins(Wanted((file,), (id_,))).origins


def test_a_rule_called_as_another_plugin_is_an_error(write: Write) -> None:
    error = failure([write("one.py", ONE_RULE.format(id="acme-a")), write("two.py", ONE_RULE.format(id="one"))])

    assert isinstance(error, PluginError)
    assert str(error) == "rule 'one' of plugin 'two' has the name of another plugin"
    assert error.hint == "leave one of them out: --without two"


def test_a_plugin_called_as_a_rule_of_another_is_an_error(write: Write) -> None:
    file = write("unprotected-vm.py", ONE_RULE.format(id="acme-a"))

    assert "has the name of another plugin" in str(failure([file]))


# -- files that cannot be loaded

BROKEN = {
    "raises on import": ("1 / 0", "cannot be loaded: ZeroDivisionError: division by zero"),
    "ends the process": ("raise SystemExit(0)", "cannot be loaded: SystemExit: 0"),
    "is no Python": ("rule = (", "cannot be loaded: SyntaxError: "),
    "holds a null character": ("\0", "cannot be loaded: "),
    "imports what is not there": ("import acme_missing", "cannot be loaded: ModuleNotFoundError: No module named"),
    "raises what cannot be told": (
        "class Mute(Exception):\n    def __str__(self): raise self\nraise Mute",
        "cannot be loaded: Mute: it cannot say what",
    ),
    "raises on several lines": ("raise ValueError('a\\n\\x1b[2Jb')", "cannot be loaded: ValueError: a \ufffd[2Jb"),
    "misspells a hook": (
        f"{IMPORTS}@hookimpl\ndef register_rule():\n    return []",
        "implements a hook that does not exist: ",
    ),
    "misunderstands a hook": (
        f"{IMPORTS}@hookimpl\ndef register_rules(config):\n    return []",
        "cannot be loaded: PluginValidationError: ",
    ),
    "has a bad id": (ONE_RULE.format(id="Bad Id"), "cannot be loaded: ValueError: a rule's id is"),
    "has a hook that raises": (
        f"{IMPORTS}@hookimpl\ndef register_rules():\n    return 1 / 0",
        "fails in register_rules: ZeroDivisionError: division by zero",
    ),
    "has a hook that ends the process": (
        f"{IMPORTS}import sys\n@hookimpl\ndef register_facts():\n    sys.exit(0)",
        "fails in register_facts: SystemExit: 0",
    ),
    "has a hook that raises halfway": (
        f"{ONE_RULE.format(id='acme-a')}\n@hookimpl\ndef register_rules():\n    yield judge\n    raise KeyError('x')",
        "fails in register_rules: KeyError: 'x'",
    ),
    **{
        f"returns {value} from {hook}": (
            f"{ONE_RULE.format(id='acme-a')}\n@hookimpl\ndef {hook}():\n    return {value}",
            f"fails in {hook}: TypeError: {message}",
        )
        for hook, value, message in [
            ("register_rules", "None", "'NoneType' object is not iterable"),
            ("register_rules", "7", "'int' object is not iterable"),
            ("register_rules", "judge", "'Rule' object is not iterable"),
            ("register_rules", "[None]", "None is no Rule"),
            ("register_rules", "'ab'", "'a' is no Rule"),
            ("register_rules", "[judge.judge]", "<function judge at "),
            ("register_facts", "[judge]", "Rule(id='acme-a'"),
            ("register_queries", "[Table]", "<class 'tenantlint.tables.Table'> is no Table"),
            ("register_queries", "{'x': 1}", "'x' is no Table"),
            ("register_reports", "[judge]", "Rule(id='acme-a'"),
            ("register_reports", "[{}]", "{} is no Report"),
        ]
    },
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_plugin_that_cannot_be_loaded_stops_the_run_unless_it_is_left_out(text: str, said: str, write: Write) -> None:
    file = write("broken.py", text)
    error = failure([file])

    assert isinstance(error, PluginError)
    assert error.exit_code == 3
    assert str(error).startswith(f"plugin 'broken' {said}")
    assert error.hint.endswith("go on without it: --without broken")
    assert load_plugins(Wanted((file,), ("broken",))).rules.keys() == load_plugins().rules.keys()


def test_the_hint_for_a_misspelled_hook_says_where_the_hooks_are(write: Write) -> None:
    error = failure([write("broken.py", f"{IMPORTS}@hookimpl\ndef register_rule():\n    return []")])

    assert "register_rule" in str(error)
    assert error.hint.startswith("see `tenantlint plugins --hooks` for the hooks")


def test_a_malformed_query_stops_the_run(write: Write) -> None:
    text = f"{IMPORTS}@hookimpl\ndef register_queries():\n    return [read_table('x', 'Resources')]"
    error = failure([write("broken.py", text)])

    assert isinstance(error, PluginError)
    assert str(error).startswith("query 'x' does not start with comment lines")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.py", "there is no plugin file "),
        ("folder", "there is no plugin file "),
        ("notes.txt", "notes.txt is not a Python file"),
        ("noending", "noending is not a Python file"),
    ],
)
def test_what_is_no_python_file_is_an_error_of_the_command(name: str, said: str, write: Write, tmp_path: Path) -> None:
    write("notes.txt", "rules")
    write("noending", "rules")
    (tmp_path / "folder").mkdir()
    error = failure([tmp_path / name])

    assert isinstance(error, UsageError)
    assert error.exit_code == 2
    assert said in str(error)


# -- names that are taken


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ONE_RULE.format(id="unprotected-vm"), "unprotected-vm"),
        (f"{IMPORTS}@fact(name='vms_by_region', reads=[])\ndef f(tables):\n    return 1", "vms_by_region"),
        (f"{IMPORTS}@fact(name='vaults', reads=[])\ndef f(tables):\n    return 1", "vaults"),
        (f"{IMPORTS}{KQL_HOOK}", "vaults"),
    ],
)
def test_a_name_that_a_pack_has_is_an_error_that_names_both_modules(text: str, name: str, write: Write) -> None:
    theirs = load_plugins()
    contributed: dict[str, Any] = {**theirs.tables, **theirs.facts, **theirs.rules}
    error = failure([write("mine.py", text)])
    first, second = f"{contributed[name].module} ({theirs.origins[name]})", "tenantlint_plugin_mine (mine)"

    assert isinstance(error, PluginError)
    assert str(error) == f"{name!r} is contributed twice: by {first} and {second}"
    assert error.hint == "leave one of them out: --without mine"


def test_a_rule_that_is_left_out_may_be_there_twice(write: Write) -> None:
    file = write("mine.py", ONE_RULE.format(id="unprotected-vm"))

    assert "unprotected-vm" not in load_plugins(Wanted((file,), ("unprotected-vm",))).rules


def test_two_files_with_one_stem_are_an_error(write: Write) -> None:
    one, two = write("a/acme.py", ONE_RULE.format(id="acme-a")), write("b/acme.py", ONE_RULE.format(id="acme-b"))
    error = failure([one, two])

    assert isinstance(error, PluginError)
    assert str(error) == f"two plugins are called 'acme'; the second is {two}"


def test_a_file_called_as_an_installed_plugin_is_an_error(write: Write) -> None:
    for name in ("tenantlint_backup", "tenantlint"):
        file = write(f"{name}.py", ONE_RULE.format(id="acme-a"))

        assert str(failure([file])) == f"two plugins are called {name!r}; the second is {file}"


# -- reading what is not there


@pytest.mark.parametrize(
    ("declared", "missing"),
    [
        ("on='virtual_machine'", "virtual_machine"),
        ("on='vms_by_region'", "vms_by_region"),
        ("on='virtual_machines', reads=['no_such_table']", "no_such_table"),
        ("on='virtual_machines', reads='vaults'", "a"),
    ],
)
def test_a_rule_that_reads_what_no_plugin_contributes_stops_the_run(declared: str, missing: str, write: Write) -> None:
    file = write(
        "acme.py", f"{IMPORTS}@rule(id='acme-a', {declared}, level='note', {SOURCES})\ndef judge(vm, ctx): ..."
    )
    error = failure([file])

    assert isinstance(error, PluginError)
    assert str(error) == f"'acme-a' reads {missing!r}, which no plugin contributes"
    assert "--without acme-a," in error.hint
    assert "acme-a" not in load_plugins(Wanted((file,), ("acme-a",))).rules


def test_a_fact_that_reads_what_no_plugin_contributes_stops_the_run(write: Write) -> None:
    file = write("acme.py", f"{IMPORTS}@fact(name='acme_fact', reads=['no_such_table'])\ndef f(tables): ...")
    error = failure([file])

    assert str(error) == "'acme_fact' reads 'no_such_table', which no plugin contributes"
    assert "--without acme," in error.hint
    assert "acme_fact" not in load_plugins(Wanted((file,), ("acme",))).facts


def test_leaving_out_the_tables_leaves_the_rules_nothing_to_read() -> None:
    assert "which no plugin contributes" in str(failure([], ("tenantlint_queries",)))


# -- distributions


def install(folder: Path, name: str, module: str, entry: str = "") -> None:
    """Lay a distribution out as pip does: a module and its metadata."""
    info = folder / f"{name}-1.2.3.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2.3\n")
    (info / "entry_points.txt").write_text(f"[tenantlint]\n{name} = {entry or name}\n")
    (folder / f"{name}.py").write_text(module)


def run_with(folder: Path, *arguments: str) -> Ended:
    return run(*arguments, env={"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])})


HOOK = "\n@hookimpl\ndef register_rules():\n    return [judge]\n"


def test_an_installed_distribution_is_a_plugin(tmp_path: Path) -> None:
    install(tmp_path, "acme_tags", API + ONE_RULE.format(id="acme-tags") + HOOK)
    ended = run_with(tmp_path, "plugins")

    assert ended.code == 0, ended.err
    (line,) = [line.split() for line in ended.out.splitlines() if "acme" in line]
    assert line == ["acme_tags", "1.2.3", "1.0", "acme_tags:", "acme_tags", "1", "rules", "register_rules"]
    assert "acme-tags" in run_with(tmp_path, "rules").out
    assert "acme-tags" not in run_with(tmp_path, "rules", "--without", "acme-tags").out
    assert "acme" not in run_with(tmp_path, "plugins", "--without", "acme_tags").out


def test_installed_plugins_are_loaded_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("acme_c", "acme_a", "acme_b"):
        install(tmp_path / name, name, API)
    path = os.pathsep.join(str(tmp_path / name) for name in ("acme_c", "acme_a", "acme_b"))
    listed = run("plugins", env={"PYTHONPATH": os.pathsep.join([path, os.environ.get("PYTHONPATH", "")])}).out

    assert [line.split()[0] for line in listed.splitlines() if "acme" in line] == ["acme_a", "acme_b", "acme_c"]


def test_an_entry_point_may_name_an_object_in_a_module(tmp_path: Path) -> None:
    text = (
        API
        + ONE_RULE.format(id="acme-tags")
        + "\nclass Pack:\n    @hookimpl\n    def register_rules(self):\n        return [judge]\n"
    )
    install(tmp_path, "acme_tags", f"{text}\npack = Pack()\n", "acme_tags:pack")

    assert "acme-tags" in run_with(tmp_path, "rules").out


@pytest.mark.parametrize(
    ("module", "entry", "said"),
    [
        ("import acme_missing", "", "ModuleNotFoundError: No module named 'acme_missing'"),
        ("import sys; sys.exit(0)", "", "SystemExit: 0"),
        ("", "acme_elsewhere", "ModuleNotFoundError: No module named 'acme_elsewhere'"),
        ("", "acme_broken:pack", "AttributeError: module 'acme_broken' has no attribute 'pack'"),
    ],
)
def test_a_distribution_that_cannot_be_loaded_stops_the_run_unless_it_is_left_out(
    module: str, entry: str, said: str, tmp_path: Path
) -> None:
    install(tmp_path, "acme_broken", module, entry)
    stopped = run_with(tmp_path, "scan", "--demo")

    assert (stopped.code, stopped.out) == (3, "")
    assert stopped.err == (
        f"error: plugin 'acme_broken' cannot be loaded: {said}\nhint: go on without it: --without acme_broken\n"
    )
    assert run_with(tmp_path, "rules", "--without", "acme_broken").code == 0


# -- the version of the API


@pytest.mark.parametrize(
    ("declared", "said", "hint"),
    [
        ("", "does not say for which API it was written", 'its author adds TENANTLINT_API = "1.0" to acme_tags'),
        ("TENANTLINT_API = None", "does not say for which API it was written", "its author adds "),
        ("TENANTLINT_API = '2.0'", "was written for API 2.0, this is API 1.0", "update tenantlint"),
        ("TENANTLINT_API = '1.1'", "was written for API 1.1, this is API 1.0", "update tenantlint"),
        ("TENANTLINT_API = '0.9'", "was written for API 0.9, this is API 1.0", "update the plugin"),
        ("TENANTLINT_API = 1.0", "declares 1.0, which is no version of the API", 'such as "1.0"'),
        ("TENANTLINT_API = '1'", "declares '1', which is no version of the API", 'such as "1.0"'),
        ("TENANTLINT_API = '1.0\\n'", "declares '1.0\\n', which is no version of the API", 'such as "1.0"'),
    ],
)
def test_a_distribution_for_another_api_stops_the_run_unless_it_is_left_out(
    declared: str, said: str, hint: str, tmp_path: Path
) -> None:
    install(tmp_path, "acme_tags", f"{declared}\n" + ONE_RULE.format(id="acme-tags") + HOOK)
    ended = run_with(tmp_path, "plugins")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(f"error: plugin 'acme_tags' {said}\nhint: {hint}")
    assert ended.err.endswith("; go on without it: --without acme_tags\n")
    assert run_with(tmp_path, "plugins", "--without", "acme_tags").code == 0


def test_of_an_entry_point_that_names_an_object_the_module_declares_the_api(tmp_path: Path) -> None:
    text = ONE_RULE.format(id="acme-tags") + "\nclass Pack:\n    TENANTLINT_API = '9.9'\npack = Pack()\n"
    install(tmp_path, "acme_tags", API + text, "acme_tags:pack")

    assert run_with(tmp_path, "plugins").code == 0


def test_a_file_need_not_declare_an_api_but_is_held_to_what_it_declares(write: Write) -> None:
    text = ONE_RULE.format(id="acme-a")
    bare, declaring = write("bare.py", text), write("declaring.py", API + text)

    assert load_plugins(Wanted((bare,))).plugins[-1].api == ""
    assert load_plugins(Wanted((declaring,))).plugins[-1].api == "1.0"
    newer = write("newer.py", "TENANTLINT_API = '3.0'\n" + text)
    assert str(failure([newer])) == "plugin 'newer' was written for API 3.0, this is API 1.0"
    hooked = write("hooked.py", "TENANTLINT_API = '3.0'\n" + text + HOOK)
    assert str(failure([hooked])) == "plugin 'hooked' was written for API 3.0, this is API 1.0"


# -- prefixes of ids

TWO_RULES = f"""{IMPORTS}
@rule(id={{0!r}}, on="virtual_machines", level="note", {SOURCES})
def one(vm, ctx): ...
@rule(id={{1!r}}, on="virtual_machines", level="note", {SOURCES})
def two(vm, ctx): ...
@hookimpl
def register_rules():
    return [one, two]
"""


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (("acme-a", "other-b"), "the rules of plugin 'acme_tags' have no prefix of their own: acme-a, other-b"),
        (("acmetags", "acme-b"), "the rules of plugin 'acme_tags' have no prefix of their own: acme-b, acmetags"),
        (("vm-owner", "vm-tags"), "rules of plugins 'acme_tags' and 'tenantlint_backup' both start with vm-: vm-owner"),
    ],
)
def test_the_rules_of_a_distribution_have_a_prefix_that_nobody_else_has(
    ids: tuple[str, str], said: str, tmp_path: Path
) -> None:
    install(tmp_path, "acme_tags", API + TWO_RULES.format(*ids))
    ended = run_with(tmp_path, "plugins")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.splitlines()[0] == f"error: {said}"
    assert ended.err.endswith("go on without it: --without acme_tags\n")
    assert run_with(tmp_path, "plugins", "--without", "acme_tags").code == 0


def test_two_distributions_cannot_share_a_prefix_but_a_file_may_have_it_too(tmp_path: Path, write: Write) -> None:
    install(tmp_path, "acme_tags", API + TWO_RULES.format("acme-a", "acme-b"))
    file = write("tried.py", ONE_RULE.format(id="acme-c"))
    assert run_with(tmp_path, "plugins", "--plugin", str(file)).code == 0

    install(tmp_path, "acme_more", API + TWO_RULES.format("acme-d", "acme-e"))
    ended = run_with(tmp_path, "plugins")
    assert ended.err.startswith("error: rules of plugins 'acme_more' and 'acme_tags' both start with acme-: acme-d\n")


def test_two_distributions_of_one_organisation_are_told_apart_by_their_names(tmp_path: Path) -> None:
    install(tmp_path, "tenantlint_contoso_network", API + TWO_RULES.format("contoso-network-a", "contoso-network-b"))
    install(tmp_path, "tenantlint_contoso_storage", API + TWO_RULES.format("contoso-storage-a", "contoso-storage-b"))

    assert run_with(tmp_path, "plugins").code == 0
    assert run_with(tmp_path, "new", "plugin", "contoso-vms", "--into", str(tmp_path / "new")).code == 0
    taken = run_with(tmp_path, "new", "plugin", "contoso")
    assert taken.code == 2
    assert taken.err.endswith("rule 'contoso-network-a' of 'tenantlint_contoso_network' starts with contoso-\n")


def test_a_new_plugin_can_be_made_beside_one_that_is_broken(tmp_path: Path) -> None:
    install(tmp_path, "acme_tags", "TENANTLINT_API = '9.0'")
    into = ("--into", str(tmp_path / "new"))
    refused = run_with(tmp_path, "new", "plugin", "foo", *into)

    assert refused.code == 3
    assert refused.err.endswith("go on without it: --without acme_tags\n")
    assert run_with(tmp_path, "new", "plugin", "foo", *into, "--without", "acme_tags").code == 0


# -- only these


def test_only_the_plugins_that_are_allowed_are_imported(tmp_path: Path) -> None:
    install(tmp_path, "acme_tags", API + TWO_RULES.format("acme-a", "acme-b"))
    install(tmp_path, "evil", "import pathlib; pathlib.Path(__file__).with_suffix('.on').touch()\n" + API)
    install(tmp_path, "zebra", API + ONE_RULE.format(id="zebra-a") + HOOK)
    arguments = ("--only-plugins", "acme_tags, zebra", "--only-plugins=tenantlint")
    listed = run_with(tmp_path, "plugins", *arguments)

    assert (listed.code, listed.err) == (0, "")
    names = [line.split()[0] for line in listed.out.splitlines()]
    assert names == ["tenantlint", "acme_tags", "tenantlint_backup", "tenantlint_queries", "zebra"]
    ours = run_with(tmp_path, "plugins", "--only-plugins", "tenantlint").out
    assert [line.split()[0] for line in ours.splitlines()] == ["tenantlint", "tenantlint_backup", "tenantlint_queries"]
    assert not (tmp_path / "evil.on").exists()
    run_with(tmp_path, "plugins")
    assert (tmp_path / "evil.on").exists()


@pytest.mark.parametrize("name", ["acme", "unprotected-vm", ""])
def test_to_allow_what_is_not_installed_is_an_error(name: str) -> None:
    with pytest.raises(UsageError, match=f"there is no installed plugin '{name}'"):
        load_plugins(Wanted(only=(name,)))


def test_a_plugin_may_be_allowed_by_the_name_of_its_distribution_or_be_suggested_by_a_word(tmp_path: Path) -> None:
    install(tmp_path, "tenantlint_acme", API + TWO_RULES.format("acme-a", "acme-b"))
    for name in ("tenantlint_acme", "tenantlint-acme", "Tenantlint.Acme"):
        assert "tenantlint_acme" in run_with(tmp_path, "plugins", "--only-plugins", name).out
    ended = run_with(tmp_path, "plugins", "--only-plugins", "acme")

    assert ended.code == 2
    assert ended.err.endswith("hint: did you mean 'tenantlint_acme'?\n")


def test_a_rule_of_a_plugin_that_is_kept_out_may_be_just_that(tmp_path: Path) -> None:
    install(tmp_path, "tenantlint_acme", API + TWO_RULES.format("acme-a", "acme-b"))
    install(tmp_path, "zebra", API + ONE_RULE.format(id="zebra-a") + HOOK)
    for option in ("--only-plugins=zebra", "--without=tenantlint_acme"):
        ended = run_with(tmp_path, "explain", "acme-a", option)
        assert ended.code == 2
        assert ended.err.startswith(
            "error: there is no rule 'acme-a'\nhint: --only-plugins or --without keeps plugins out"
        )
    assert "keeps plugins out" not in run_with(tmp_path, "explain", "acme-c").err


def test_a_file_is_refused_unless_it_is_allowed_by_name(write: Write) -> None:
    file = write("acme.py", "raise ValueError('was imported')")
    with pytest.raises(UsageError, match=r"acme.py is not among the plugins that --only-plugins allows") as at:
        load_plugins(Wanted((file,), only=("tenantlint_backup",)))
    assert at.value.hint == "name it, too: --only-plugins acme"

    allowed = write("acme.py", ONE_RULE.format(id="acme-a"))
    assert "acme-a" in load_plugins(Wanted((allowed,), only=("acme",))).rules


def test_what_a_plugin_that_is_not_allowed_would_bring_is_no_typing_error(tmp_path: Path) -> None:
    install(tmp_path, "acme_tags", API + ONE_RULE.format(id="acme-tags") + HOOK)
    settings = tmp_path / "tenantlint.toml"
    settings.write_text("[rules.acme-tags]\nlevel = 'note'\n")
    choices = ("scan", "--demo", "--config", str(settings), "--rule", "unprotected-vm", "--fail-on", "never")
    ended = run_with(tmp_path, *choices, "--only-plugins", "tenantlint")

    assert "error" not in ended.err
    assert "the settings of 'acme-tags' do nothing" in ended.err


# -- what plugins print

LOUD = """
import os, subprocess, sys
print("{0} by print")
sys.__stdout__.write("{0} by the stream\\n")
os.write(1, b"{0} by the descriptor\\n")
subprocess.run([sys.executable, "-c", "print('{0} by a program')"])
"""


def test_what_plugins_print_while_they_are_loaded_does_not_get_into_reports(write: Write) -> None:
    asked = LOUD.format("asked").replace("\n", "\n    ")
    hook = f"\n@hookimpl\ndef register_rules():\n{asked}\n    return [judge]\n"
    file = write("loud.py", LOUD.format("imported") + ONE_RULE.format(id="acme-a") + hook)
    ended = run("scan", "--demo", "--plugin", file, "--rule", "acme-a", "--report", "json=-", "--fail-on", "never")

    assert {json.loads(line)["rule"] for line in ended.out.splitlines()} == {"acme-a"}
    ways = ("by print", "by the stream", "by the descriptor", "by a program")
    assert sorted(ended.err.splitlines()) == sorted(f"{when} {how}" for when in ("imported", "asked") for how in ways)


def test_rule_files_are_refused_unless_they_are_allowed_by_name(write: Write) -> None:
    folder = write("extra/acme-large.kql", LISTED).parent
    with pytest.raises(UsageError, match="extra is not among the plugins that --only-plugins allows") as at:
        load_plugins(Wanted(only=("tenantlint_backup",), rules=(str(folder),)))
    assert at.value.hint == "name it, too: --only-plugins extra"

    assert "acme-large" in load_plugins(Wanted(only=("extra",), rules=(str(folder),))).rules
    assert "acme-large" in load_plugins(Wanted(only=("acme",), rules=(f"acme={folder}",))).rules
