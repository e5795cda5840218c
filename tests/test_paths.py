"""Compiled paths find what JMESPath's own interpreter finds, on whatever they are let loose."""

from collections.abc import Callable
from typing import Any

import jmespath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tenantlint.paths import compile_path, is_false, is_from_one_property

Json = Any

DOCUMENT: Json = {
    "name": "web-1",
    "odd name": {"a.b": 1, 'quo"te': 2, "ünïcode": 3, "back\\slash": 4, "new\nline": 5},
    "empty": {"text": "", "list": [], "object": {}, "null": None, "false": False, "zero": 0},
    "disks": [
        {"lun": 0, "size": 128, "type": "Premium", "tags": ["x", "y"], "detached": False},
        {"lun": 1, "size": 64, "type": None, "tags": [], "detached": True},
        {"lun": 2, "size": 256, "type": "Standard", "tags": ["z"]},
        "not an object",
        None,
    ],
    "numbers": [5, 3, 0, -1, 3.5],
    "words": ["b", "a", "c"],
    "nested": [[1, [2, 3]], [4], 5, [], [[6]]],
    "regions": {"weu": {"vms": 3}, "neu": {"vms": 1}, "odd": "text"},
}

# Expression, and what the specification says that it finds in the document; by the specification's areas.
SPECIFIED: list[tuple[str, Json]] = [
    # basic expressions
    ("name", "web-1"),
    ("missing", None),
    ("name.missing", None),
    ("missing.name.deeper", None),
    ("empty.null.deeper", None),
    ("numbers.name", None),
    ("regions.weu.vms", 3),
    # quoted identifiers and escapes
    ('"odd name"."a.b"', 1),
    (r'"odd name"."quo\"te"', 2),
    (r'"odd name"."\u00fcn\u00efcode"', 3),
    (r'"odd name"."back\\slash"', 4),
    (r'"odd name"."new\nline"', 5),
    # indices
    ("numbers[0]", 5),
    ("numbers[-1]", 3.5),
    ("numbers[4]", 3.5),
    ("numbers[5]", None),
    ("numbers[-5]", 5),
    ("numbers[-6]", None),
    ("name[0]", None),
    ("regions[0]", None),
    ("nested[0][1][0]", 2),
    ("disks[0].tags[1]", "y"),
    ("disks[3].lun", None),
    # slices
    ("numbers[1:3]", [3, 0]),
    ("numbers[:2]", [5, 3]),
    ("numbers[3:]", [-1, 3.5]),
    ("numbers[::-1]", [3.5, -1, 0, 3, 5]),
    ("numbers[-2:]", [-1, 3.5]),
    ("numbers[10:20]", []),
    ("disks[:2].lun", [0, 1]),
    ("name[1:2]", None),
    # list wildcards
    ("disks[*].lun", [0, 1, 2]),
    ("disks[*].type", ["Premium", "Standard"]),
    ("disks[*].tags[0]", ["x", "z"]),
    ("disks[*].tags[*]", [["x", "y"], [], ["z"]]),
    ("numbers[*]", [5, 3, 0, -1, 3.5]),
    ("regions[*]", None),
    ("empty.list[*].x", []),
    # object wildcards
    ("regions.*.vms", [3, 1]),
    ("regions.*", [{"vms": 3}, {"vms": 1}, "text"]),
    ("name.*", None),
    # flatten
    ("nested[]", [1, [2, 3], 4, 5, [6]]),
    ("nested[][]", [1, 2, 3, 4, 5, 6]),
    ("disks[].tags[]", ["x", "y", "z"]),
    ("name[]", None),
    # filters
    ("disks[?detached].lun", [1]),
    ("disks[?!detached].lun", [0, 2]),
    ("disks[?size > `100`].lun", [0, 2]),
    ("disks[?size >= `128` && type == 'Premium'].lun", [0]),
    ("disks[?type == null].lun", [1]),
    ("disks[?tags].lun", [0, 2]),
    ("disks[?lun].lun", [0, 1, 2]),
    ("disks[?@]", DOCUMENT["disks"][:4]),
    ("disks[?lun == `9`]", []),
    ("name[?lun]", None),
    ("words[?@ != 'a']", ["b", "c"]),
    ("numbers[?@ < `1`]", [0, -1]),
    # boolean
    ("missing || name", "web-1"),
    ("name || missing", "web-1"),
    ("empty.zero || name", 0),
    ("empty.text || empty.list || name", "web-1"),
    ("name && empty.zero", 0),
    ("missing && name", None),
    ("!name", False),
    ("!(empty.text)", True),
    ("!(empty.zero)", False),
    ("!empty.text", None),  # (!empty).text: as every implementation reads it
    ("!missing", True),
    ("!!name", True),
    ("(missing || regions).weu.vms", 3),
    ("numbers[0] == `5`", True),
    ("name < words", None),
    # multi-select
    ("[name, missing]", ["web-1", None]),
    ("{n: name, d: disks[0].lun}", {"n": "web-1", "d": 0}),
    ("disks[*].[lun, size]", [[0, 128], [1, 64], [2, 256], [None, None]]),
    ("disks[:1].{number: lun}", [{"number": 0}]),
    ("missing.[a, b]", None),
    ("name.{n: length(@)}.n", 5),
    ("[name, disks[0].lun][1]", 0),
    # pipes
    ("disks[*].lun | [0]", 0),
    ("disks[*].tags | [0][1]", "y"),
    ("missing | [0]", None),
    ("regions.*.vms | length(@)", 2),
    # literals and the current node
    ('`{"a": [1]}`.a[0]', 1),
    ("'raw'", "raw"),
    ("@.name", "web-1"),
    ("@", DOCUMENT),
    # functions
    ("length(disks)", 5),
    ("sort(words)", ["a", "b", "c"]),
    ("max_by(disks[:3], &size).lun", 2),
    ("sort_by(disks[:3], &size)[*].lun", [1, 0, 2]),
    ("map(&lun, disks)", [0, 1, 2, None, None]),
    ("not_null(missing, empty.null, name)", "web-1"),
    ("disks[?contains(to_string(@), 'Premium')].lun", [0]),
    ("words.length(@)", 3),
    ("to_array(name)[0]", "web-1"),
    ("join(',', words)", "b,a,c"),
    ("keys(regions) | sort(@) | [0]", "neu"),
]


def outcome(search: Callable[[Json], Json], document: Json) -> str:
    """Tell what a search finds, or which error it raises; true and 1 are not the same."""
    try:
        return repr(search(document))
    except (ValueError, TypeError, AttributeError) as error:
        return type(error).__name__


@pytest.mark.parametrize(("expression", "found"), [pytest.param(*case, id=case[0]) for case in SPECIFIED])
def test_a_path_finds_what_the_specification_says(expression: str, found: Json) -> None:
    assert outcome(compile_path(expression), DOCUMENT) == repr(found)
    assert repr(jmespath.search(expression, DOCUMENT)) == repr(found)


# A grammar of expressions. Each is in parentheses where it would otherwise bind to what follows.
NAMES = ("a", "b", "c", '"d e"')
LITERALS = ("`0`", "`1`", "`null`", "`true`", "`false`", '`""`', "`[]`", "`{}`", "`[0, null]`", "'raw'", '`{"a": 1}`')
UNARY = ("length({})", "to_string({})", "type({})", "keys({})", "to_array({})", "not_null({}, `1`)", "!({})", "({})")
BINARY = ("{} || {}", "{} && {}", "{} == {}", "{} != {}", "{} < {}", "[{}, {}]", "{{x: {}, a: {}}}", "{} | {}")
STEPS = ("[0]", "[-1]", "[7]", "[*]", "[]", "[1:]", "[::-1]", ".*", ".a", ".b", '."d e"', ".[a, b]", ".{a: b}", " | a")
STARTS = st.sampled_from([*NAMES, *LITERALS, "@", "*", "[*]", "[]", "[0]", "[?a]"])


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}{}".format, inner, st.sampled_from(STEPS)),
        st.builds("{}[?{}]".format, inner, inner),
        st.builds(str.format, st.sampled_from(UNARY), inner),
        st.builds(str.format, st.sampled_from(BINARY), inner, inner),
    )


EXPRESSIONS = st.recursive(STARTS, longer, max_leaves=8)
SCALARS = st.sampled_from([None, True, False, 0, 1, -1, 0.5, "", "a", "raw"])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c", "d e"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def is_jmespath(expression: str) -> bool:
    try:
        jmespath.compile(expression)
    except ValueError:
        return False
    return True


@settings(deadline=None, max_examples=400, database=None)
@given(EXPRESSIONS, DOCUMENTS)
def test_a_path_finds_what_the_interpreter_finds(expression: str, document: Json) -> None:
    assume(is_jmespath(expression))

    def interpreted(value: Json) -> Json:
        return jmespath.search(expression, value)

    assert outcome(compile_path(expression), document) == outcome(interpreted, document)


@pytest.mark.parametrize("value", [None, False, "", [], {}])
def test_what_jmespath_takes_for_false(value: Json) -> None:
    assert is_false(value)
    assert compile_path("!a")({"a": value}) is True


@pytest.mark.parametrize("value", [True, 0, 0.0, -1, "0", " ", [None], [[]], {"a": None}])
def test_what_jmespath_takes_for_true(value: Json) -> None:
    assert not is_false(value)
    assert compile_path("!a")({"a": value}) is False


@pytest.mark.parametrize(
    "expression", ["", " ", "a.", "a[", "a]", "a..b", "[?a", "a b", "tags.owner-name", '"open', "a | "]
)
def test_what_is_not_jmespath_is_an_error_that_quotes_it(expression: str) -> None:
    with pytest.raises(ValueError, match="is not JMESPath") as raised:
        compile_path(expression)
    assert repr(expression) in str(raised.value)
    with pytest.raises(ValueError, match="is not JMESPath"):
        is_from_one_property(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "a",
        "a.b.c",
        '"a b".c',
        "a[0].b",
        "a[*].b[?c || d].e",
        "a[]",
        "a[1:2]",
        "a.*.b",
        "a.[b, c]",
        "a | b || c",
        "a.length(@)",
    ],
)
def test_a_path_from_one_property(expression: str) -> None:
    assert is_from_one_property(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "a || b",
        "a && b",
        "!a",
        "a == b",
        "[a, b]",
        "{x: a}",
        "length(a)",
        "(a || b).c",
        "@",
        "`1`",
        "*",
        "[?a]",
        "[a, b] | [0]",
    ],
)
def test_a_path_from_more_or_less_than_one_property(expression: str) -> None:
    assert not is_from_one_property(expression)


def test_values_are_given_as_they_are_and_never_changed() -> None:
    document: Json = {"a": [{"b": [1]}, {"b": None}]}
    found = compile_path("a[?b].b | [0]")(document)

    assert found is document["a"][0]["b"]
    assert document == {"a": [{"b": [1]}, {"b": None}]}
