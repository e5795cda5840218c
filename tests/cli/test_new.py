"""`tenantlint new`: names that are taken or none, folders that are left alone, and what is written where."""

import tomllib
from pathlib import Path
from shutil import rmtree

import pytest

from tenantlint.version import API_VERSION
from tests.cli.conftest import Call


@pytest.fixture
def pack(call: Call, tmp_path: Path) -> Path:
    """Write a pack called acme."""
    assert call("new", "plugin", "acme").code == 0
    return tmp_path / "tenantlint-acme"


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_a_pack_has_everything_and_says_how_to_go_on(call: Call, tmp_path: Path) -> None:
    ended = call("new", "plugin", "acme")
    folder = tmp_path / "tenantlint-acme"
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))

    assert (ended.code, ended.err) == (0, "")
    assert files(folder) == {
        "pyproject.toml",
        "README.md",
        ".gitignore",
        ".github/workflows/ci.yml",
        "src/tenantlint_acme/__init__.py",
        "src/tenantlint_acme/py.typed",
        "src/tenantlint_acme/rules/__init__.py",
        "src/tenantlint_acme/rules/acme_vm_contact.py",
        "src/tenantlint_acme/rules/acme-standard-public-ip.kql",
        "src/tenantlint_acme/rules/acme-closed-storage.yaml",
        "tests/test_rules.py",
        "tests/cases/acme-vm-contact/cases.json",
        "tests/cases/acme-standard-public-ip/cases.json",
        "tests/cases/acme-closed-storage/cases.json",
    }
    assert project["project"]["name"] == "tenantlint-acme"
    assert "license" not in project["project"]
    assert project["project"]["entry-points"]["tenantlint"] == {"tenantlint_acme": "tenantlint_acme"}
    assert f'TENANTLINT_API = "{API_VERSION}"' in (folder / "src/tenantlint_acme/__init__.py").read_text("utf-8")
    assert ended.out.splitlines()[-5:] == [
        "next:",
        '  cd "tenantlint-acme"',
        '  python -m pip install --editable ".[dev]"',
        "  pytest",
        "  tenantlint scan --demo --rule acme-closed-storage",
    ]


def test_every_file_is_utf_8_with_plain_line_ends_and_no_word_left_to_fill_in(pack: Path) -> None:
    for name in files(pack):
        content = (pack / name).read_bytes()

        assert b"\r" not in content
        assert content == b"" or content.endswith(b"\n")
        assert not {"$prefix", "$rule", "$package", "$name"} & set(content.decode().split())


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("acme", "tenantlint-acme"),
        ("tenantlint-acme", "tenantlint-acme"),
        ("tenantlint_acme", "tenantlint-acme"),
        ("Contoso.Network", "tenantlint-contoso-network"),
        ("a__b", "tenantlint-a-b"),
        ("x2", "tenantlint-x2"),
    ],
)
def test_a_name_becomes_one_that_indexes_take(name: str, folder: str, call: Call, tmp_path: Path) -> None:
    assert call("new", "plugin", name).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [folder]


@pytest.mark.parametrize(
    "name", ["", "-", "7up", "acme/rules", "../acme", "a b", "Göteborg", "tenantlint", "acme-", "*"]
)
def test_what_is_no_name_is_refused(name: str, call: Call, tmp_path: Path) -> None:
    ended = call("new", "plugin", "--", name)

    assert ended.code == 2
    assert "is no name for a plugin" in ended.err
    assert "hint: lower-case words" in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["vault", "vault-checks", "tenantlint_unprotected"])
def test_a_name_that_other_rules_start_with_is_refused(name: str, call: Call, tmp_path: Path) -> None:
    ended = call("new", "plugin", name)

    assert ended.code == 2
    assert "of 'tenantlint_backup' starts with" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(call: Call, pack: Path, tmp_path: Path) -> None:
    (pack / "pyproject.toml").write_text("mine", "utf-8")
    ended = call("new", "plugin", "acme")

    assert ended.code == 2
    assert "exists already" in ended.err
    assert (pack / "pyproject.toml").read_text("utf-8") == "mine"
    (tmp_path / "file").touch()
    assert call("new", "plugin", "acme", "--into", tmp_path / "file").code == 2
    assert (tmp_path / "file").read_bytes() == b""


def test_another_folder_may_be_named_even_an_empty_one(call: Call, tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    ended = call("new", "plugin", "acme", "--into", "checks")

    assert ended.code == 0
    assert '  cd "checks"' in ended.out.splitlines()
    assert (tmp_path / "checks" / "pyproject.toml").is_file()


@pytest.mark.parametrize(
    ("kind", "file"),
    [("python", "acme_vm_owner.py"), ("kql", "acme-vm-owner.kql"), ("yaml", "acme-vm-owner.yaml")],
)
def test_a_rule_is_written_with_cases(kind: str, file: str, call: Call, pack: Path) -> None:
    before = files(pack)
    ended = call("new", "rule", "acme-vm-owner", "--kind", kind, "--pack", pack)

    assert (ended.code, ended.err) == (0, "")
    assert files(pack) - before == {f"src/tenantlint_acme/rules/{file}", "tests/cases/acme-vm-owner/cases.json"}
    assert "acme-vm-owner" in (pack / "src" / "tenantlint_acme" / "rules" / file).read_text("utf-8")
    assert "  tenantlint scan --demo --rule acme-vm-owner" in ended.out.splitlines()


def test_a_rule_is_written_in_python_into_the_working_directory(
    call: Call, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pack)

    assert call("new", "rule", "acme-vm-owner").code == 0
    assert (pack / "src/tenantlint_acme/rules/acme_vm_owner.py").is_file()


def test_a_pack_without_src_is_one_too(call: Call, pack: Path) -> None:
    (pack / "src" / "tenantlint_acme").rename(pack / "tenantlint_acme")

    assert call("new", "rule", "acme-vm-owner", "--pack", pack).code == 0
    assert (pack / "tenantlint_acme/rules/acme_vm_owner.py").is_file()


@pytest.mark.parametrize(
    ("rule", "message", "hint"),
    [
        ("VM-Owner", "'VM-Owner' is no id for a rule", "acme-vm-owner"),
        ("acme_vm_owner", "is no id for a rule", "acme-acme-vm-owner"),
        ("acme", "is no id for a rule", ""),
        ("../acme-x", "is no id for a rule", ""),
        ("vm-owner", "the rules of this pack start with acme-", "call it acme-vm-owner"),
        ("acme-vm-contact", "there is a rule 'acme-vm-contact' already", "never overwritten"),
    ],
)
def test_an_id_that_is_none_or_taken_is_refused(rule: str, message: str, hint: str, call: Call, pack: Path) -> None:
    before = files(pack)
    ended = call("new", "rule", rule, "--pack", pack)

    assert ended.code == 2
    assert message in ended.err
    assert hint in ended.err
    assert files(pack) == before


def test_a_file_that_is_there_is_left_alone(call: Call, pack: Path) -> None:
    (pack / "src/tenantlint_acme/rules/acme_vm_owner.py").write_text("mine", "utf-8")
    ended = call("new", "rule", "acme-vm-owner", "--kind", "yaml", "--pack", pack)

    assert ended.code == 2
    assert "there is a rule 'acme-vm-owner' already" in ended.err
    assert not (pack / "tests/cases/acme-vm-owner").exists()
    (pack / "tests/cases/acme-vm-tags").write_text("mine", "utf-8")
    assert call("new", "rule", "acme-vm-tags", "--kind", "yaml", "--pack", pack).code == 2


@pytest.mark.parametrize("left", ["no cases", "no rules", "nothing", "what is no case"])
def test_a_packs_rules_start_with_its_name_whatever_is_left_of_its_cases(left: str, call: Call, pack: Path) -> None:
    cases, rules = pack / "tests" / "cases", pack / "src/tenantlint_acme/rules"
    if left in ("no cases", "nothing"):
        rmtree(cases)
    if left in ("no rules", "nothing"):
        for file in rules.glob("acme*"):
            file.unlink()
    if left == "what is no case":
        (cases / ".DS_Store").touch()
        (cases / ".ipynb_checkpoints").mkdir()
        (rules / "a_helper.py").touch()
    for name in ("too-many-data-disks", "foo-x"):
        ended = call("new", "rule", name, "--kind", "yaml", "--pack", pack)
        assert ended.code == 2
        assert f"the rules of this pack start with acme-\nhint: call it acme-{name}\n" in ended.err
    assert call("new", "rule", "acme-foo-x", "--kind", "yaml", "--pack", pack).code == 0


def test_rules_of_a_pack_of_another_name_go_on_as_they_started(call: Call, pack: Path) -> None:
    project = pack / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('tenantlint_acme = "', 'acme_checks = "'), "utf-8")

    assert "start with acme-" in call("new", "rule", "checks-of-acme", "--pack", pack).err
    assert call("new", "rule", "acme-vm-owner", "--pack", pack).code == 0


def test_a_pack_of_several_words_is_held_to_all_of_them(call: Call, tmp_path: Path) -> None:
    assert call("new", "plugin", "contoso-network").code == 0
    pack = tmp_path / "tenantlint-contoso-network"

    assert "call it contoso-network-contoso-x" in call("new", "rule", "contoso-x", "--pack", pack).err
    assert call("new", "rule", "contoso-network-x", "--pack", pack).code == 0


def test_a_pack_is_written_into_a_fresh_repository(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "LICENSE").write_text("mine", "utf-8")
    monkeypatch.chdir(tmp_path / "repository")
    ended = call("new", "plugin", "acme", "--into", ".")

    assert (ended.code, ended.err) == (0, "")
    assert "  cd " not in ended.out
    assert Path("pyproject.toml").is_file()
    assert Path("LICENSE").read_text("utf-8") == "mine"


def test_where_one_file_of_a_pack_is_there_none_is_written(call: Call, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", "utf-8")
    ended = call("new", "plugin", "acme", "--into", tmp_path)

    assert ended.code == 2
    assert "README.md exists already\nhint: what is there is never overwritten\n" in ended.err
    assert files(tmp_path) == {"README.md"}


def test_what_cannot_be_written_is_told(call: Call, pack: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    into_file = call("new", "plugin", "acme", "--into", tmp_path / "file" / "pack")
    (pack / "tests").rename(pack / "old")
    (pack / "tests").touch()
    no_folder = call("new", "rule", "acme-vm-owner", "--pack", pack)

    assert (into_file.code, no_folder.code) == (2, 2)
    assert "cannot write" in into_file.err
    assert "cannot write" in no_folder.err


POINTS = "[project]\n[project.entry-points.tenantlint]\n"


@pytest.mark.parametrize(
    ("project", "message"),
    [
        (None, "there is no pack in"),
        ("x =", "is not TOML"),
        ("", "has no table [project.entry-points.tenantlint]"),
        ("project = 7", "has no table [project.entry-points.tenantlint]"),
        (f'{POINTS}a = "a.b:c"\nn = 7\n', "has no folder src/a/b/rules or a/b/rules"),
        (POINTS, "has no folder"),
    ],
)
def test_what_is_no_pack_is_refused(project: str | None, message: str, call: Call, tmp_path: Path) -> None:
    if project is not None:
        (tmp_path / "pyproject.toml").write_text(project, "utf-8")
    ended = call("new", "rule", "acme-vm-owner")

    assert ended.code == 2
    assert message in ended.err


@pytest.mark.parametrize("arguments", [("new", "--help"), ("new", "plugin", "-h"), ("new", "rule", "--help")])
def test_help_has_examples(arguments: tuple[str, ...], call: Call) -> None:
    ended = call(*arguments)

    assert ended.code == 0
    assert "  Examples:\n    tenantlint new " in ended.out


def test_an_unknown_kind_is_refused(call: Call, pack: Path) -> None:
    assert call("new", "rule", "acme-vm-owner", "--kind", "rego", "--pack", pack).code == 2
