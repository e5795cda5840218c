"""YAML as text: what aliases stand for."""

from pathlib import Path

import pytest

from tenantlint.errors import RuleFileError
from tenantlint.rule_files.texts import Document, Source, read_yaml

BOMB = "\n".join(
    [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        *(f"{name}: &{name} [{', '.join([f'*{of}'] * 9)}]" for of, name in zip("abcdefg", "bcdefgh", strict=True)),
        "on: *h",
    ]
)


def read(tmp_path: Path, text: str) -> Document:
    file = tmp_path / "rule.yaml"
    file.write_text(text, "utf-8")
    return read_yaml(Source(file, "rule.yaml", "rule"))


@pytest.mark.parametrize(
    ("text", "line", "alias"),
    [
        (BOMB, 5, "*d"),
        (f"{BOMB}\n? *h\n: x", 5, "*d"),
        ("a: 1\nb: &b [*b]", 2, "*b"),
        ("a: &a\n  b: *a", 2, "*a"),
        ("a: &a\n  <<: *a", 2, "*a"),
    ],
)
def test_aliases_that_stand_for_too_much_are_refused_with_their_line(
    tmp_path: Path, text: str, line: int, alias: str
) -> None:
    with pytest.raises(RuleFileError) as raised:
        read(tmp_path, text)

    assert str(raised.value).startswith(f"rule.yaml, line {line}: {alias} makes too much of too little")


def test_other_aliases_mean_what_they_stand_for(tmp_path: Path) -> None:
    text = "a: &a {x: 1}\nb: [*a, *a]\nc: {<<: *a, y: 2}\nd: &d text\ne: *d\nf: Q&A *bold*"

    assert read(tmp_path, text).value == {
        "a": {"x": 1},
        "b": [{"x": 1}, {"x": 1}],
        "c": {"x": 1, "y": 2},
        "d": "text",
        "e": "text",
        "f": "Q&A *bold*",
    }


def test_an_alias_of_nothing_is_no_yaml(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"line 1: this is not YAML: .*undefined alias"):
        read(tmp_path, "a: *nothing # &")
