"""Names that look like keywords, and the way back from the parser's text to the user's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.graph.spelling import find, place, respell, stages, words

PIECES = (
    *(
        "kind",
        "properties.kind",
        ".count",
        ".",
        "count",
        "x",
        " ",
        "\n",
        "\r\n",
        "\t",
        "'kind'",
        '"é😀"',
        "|",
        ",",
        "=",
    ),
    *(
        "join kind=inner",
        "union withsource=s kind=outer",
        "extend kind = 1",
        "// kind\n",
        "['kind']",
        "(",
        ")",
        "where",
    ),
)


@pytest.mark.parametrize(
    ("kql", "spelled"),
    [
        ("T | where kind == 'x'", "T | where ['kind'] == 'x'"),
        ("T | project id, kind", "T | project id, ['kind']"),
        ("T | extend kind = 1", "T | extend ['kind'] = 1"),
        ("T | project id, kind = name", "T | project id, ['kind'] = name"),
        ("T | summarize kind = count()", "T | summarize ['kind'] = count()"),
        ("T | summarize count() by kind = name", "T | summarize count() by ['kind'] = name"),
        ("T | distinct kind", "T | distinct ['kind']"),
        ("T | order by kind", "T | order by ['kind']"),
        ("T | parse kind with * 'x' y", "T | parse ['kind'] with * 'x' y"),
        ("T | parse p with first ' ' last", "T | parse p with ['first'] ' ' ['last']"),
        (
            "T | parse p with 'a' first ' ' last:int | where first == 'x' | count",
            "T | parse p with 'a' ['first'] ' ' ['last']:int | where ['first'] == 'x' | count",
        ),
        ("T | parse kind=regex p with 'a' kind 'b' title", "T | parse kind=regex p with 'a' ['kind'] 'b' ['title']"),
        ("T | join kind=inner (U) on kind", "T | join kind=inner (U) on ['kind']"),
        ("T | join kind = inner U on $left.kind == $right.kind", None),
        ("T | union kind=outer withsource=s U", "T | union kind=outer withsource=s U"),
        ("T | union withsource=s kind=outer U", "T | union withsource=s kind=outer U"),
        ("T | parse kind=regex name with * 'x' y", "T | parse kind=regex name with * 'x' y"),
        ("T | mv-expand kind=array tags", "T | mv-expand kind=array tags"),
        (
            "T | where p.count.filter.title.set.time == 1",
            "T | where p.['count'].['filter'].['title'].['set'].['time'] == 1",
        ),
        ("T | where p.id == 1 and p . where == 2", "T | where p.['id'] == 1 and p . ['where'] == 2"),
        ("T | where p.name == 1 and p.kind_ == p.counts", "T | where p.name == 1 and p.kind_ == p.counts"),
        ("T | where name == 'kind' // .kind", "T | where name == 'kind' // .kind"),
        ("T | project properties['kind'], kinds, _kind", "T | project properties['kind'], kinds, _kind"),
        ("T | summarize count = count() by id | where count > 1 | count", None),
        ("T | extend first = 1, last=2 | order by first asc nulls first", None),
        ("T | project name, title = 1 | join (U) on title | mv-expand set = p.set", None),
        ("T | where count > 1 and first == last", "T | where count > 1 and first == last"),
        ("(T | count) | union (U)", " T | count  | union (U)"),
        (" ( (T) ) ", "    T    "),
        ("(T | where (a) == (b));", " T | where (a) == (b) ;"),
        ("T | where (a) == (b)", "T | where (a) == (b)"),
        ("(T) (U)", "(T) (U)"),
        ("T | mv-expand p.a", "T | mv-expand ['p_a'] = p.a"),
        ("T | mvexpand p.a['b'][0].['c.d'] limit 9", "T | mvexpand ['p_a_b_0_c.d'] = p.a['b'][0].['c.d'] limit 9"),
        (
            "T | mv-expand kind=array with_itemindex=i p.a to typeof(string), p['kind'] | x",
            "T | mv-expand kind=array with_itemindex=i ['p_a'] = p.a to typeof(string), ['p_kind'] = p['kind'] | x",
        ),
        ("T | mv-expand parse_json(p.a)", "T | mv-expand ['p_a'] = parse_json(p.a)"),
        ("T | mv-expand parse_json(a)", "T | mv-expand ['a'] = parse_json(a)"),
        ("T | union (U | mv-expand p.a) | where p.b == 1", "T | union (U | mv-expand ['p_a'] = p.a) | where p.b == 1"),
        ("T | mv-expand pack_array(p.a, p.b)", "T | mv-expand pack_array(p.a, p.b)"),
        ("T | mv-expand p[q], p.a + 1, p['it\\'s']", "T | mv-expand p[q], p.a + 1, p['it\\'s']"),
        ("T | mv-expand", "T | mv-expand"),
    ],
)
def test_names_that_look_like_keywords_are_quoted_and_options_are_not(kql: str, spelled: str | None) -> None:
    quoted = {
        "T | join": "T | join kind = inner U on $left.['kind'] == $right.['kind']",
        "T | summ": "T | summarize ['count'] = count() by id | where ['count'] > 1 | count",
        "T | exte": "T | extend ['first'] = 1, ['last']=2 | order by ['first'] asc nulls first",
        "T | proj": "T | project name, ['title'] = 1 | join (U) on ['title'] | mv-expand ['set'] = p.['set']",
    }

    assert respell(kql).text == (spelled or quoted[kql[:8]])


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(deadline=None, max_examples=150)
def test_every_character_knows_where_it_was_written(kql: str) -> None:
    spelled = respell(kql)
    starts = {word.start for word in words(kql)}

    assert len(spelled.origins) == len(spelled.text)
    assert sorted(spelled.origins) == list(spelled.origins)
    assert all(
        kql[origin] == char for char, origin in zip(spelled.text, spelled.origins, strict=True) if origin not in starts
    )
    assert respell(spelled.text).text == spelled.text


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\n\n"])
def test_a_place_in_the_respelled_text_is_found_again_on_any_line(break_: str) -> None:
    kql = f"T{break_}| where kind == '\u2028\x0b\x85' and kind == here{break_}| count"
    spelled = respell(kql)
    before = spelled.text[: spelled.text.index("here")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1

    assert spelled.place(line, column) == place(kql, kql.index("here"))


def test_what_lies_behind_the_last_character_has_a_place_too() -> None:
    spelled = respell("T\n| where kind ==")

    assert spelled.place(2, len("| where ['kind'] ==")) == (2, 16)
    assert spelled.place(9, 99) == (2, 16)


@pytest.mark.parametrize(("offset", "expected"), [(0, (1, 1)), (1, (1, 2)), (2, (2, 1)), (4, (2, 3)), (5, (3, 1))])
def test_places_count_from_one(offset: int, expected: tuple[int, int]) -> None:
    assert place("a\nbc\nd", offset) == expected


FOUND = "T | union ['file.csv'] // fold\n| extend a = fold(properties.only.count)\n| count + fold"


@pytest.mark.parametrize(
    ("name", "behind", "at"),
    [
        ("fold", "T", "fold"),
        ("fold", "fold(", "fold"),
        ("count", "T", "count +"),
        ("only", "T", "only"),
        ("file.csv", "T", "'file"),
    ],
)
def test_a_name_is_found_as_a_word_of_the_query_and_as_a_property_only_at_need(name: str, behind: str, at: str) -> None:
    start = FOUND.index(behind) + len(behind) - 1

    assert find(name, FOUND, start) == place(FOUND, FOUND.rindex(at))


@pytest.mark.parametrize(("called", "at"), [(False, "fold, "), (True, "fold(")])
def test_a_function_and_a_column_of_one_name_are_told_apart(called: bool, at: str) -> None:  # noqa: FBT001 - what is asked
    kql = "T | project fold, x = 1 + fold(y)"

    assert find("fold", kql, called=called) == place(kql, kql.index(at))


@pytest.mark.parametrize("name", ["absent", "old", "FOLD", "csv", ""])
def test_a_name_that_is_not_spelled_out_has_no_place(name: str) -> None:
    assert find(name, FOUND) == (0, 0)


def test_stages_are_the_operators_of_the_query_itself() -> None:
    kql = "T | where a in (U | where b == '|' | project c) | count"

    assert [kql[start:] for start in stages(kql)] == [kql[4:], "count"]
    assert stages("union T, (U | count) | count") == [0, 23]
    assert stages("T") == []


def test_words_leave_out_spaces_and_comments_and_whatever_is_no_kql() -> None:
    assert [(word.text, word.start) for word in words("T // x\n |\tcount ? ``")] == [("T", 0), ("|", 8), ("count", 10)]
    assert words(" // nothing\n") == ()
