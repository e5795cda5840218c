"""Whatever somebody calls a resource, a report shows it on one line and hides nothing."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.untrusted import LONGEST, visible, visible_lines

MARK = "\ufffd"


@pytest.mark.parametrize("text", ["", "web-1", "Büro Zürich", "株式会社", 'vm\'s "x" <b>&amp;', "a b", "🖥️ prod", MARK])
def test_text_that_a_reader_sees_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(chr(code), id=f"U+{code:04X} {unicodedata.name(chr(code), 'unnamed')}")
        for code in [
            *(0x00, 0x08, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0x9F),  # control characters: terminals obey them
            *(0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069),  # the direction of text
            *(0x200E, 0x200F, 0x061C),  # marks of direction
            *(0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF),  # of no width
            *(0x2028, 0x2029),  # ends of lines
            *(0xAD, 0x034F, 0x115F, 0x3164, 0xFFA0, 0x180E, 0xFE00, 0xFFF9),  # blank or not drawn
            *(0xE0001, 0xE0041, 0xE007F, 0xE0100, 0x1D173),  # likewise: tags spell text that nobody sees
            *(0xD800, 0xDBFF, 0xDC00, 0xDFFF),  # halves of characters, which no file can hold
        ]
    ],
)
def test_a_character_that_a_reader_does_not_see_is_shown_as_a_mark(hidden: str) -> None:
    assert visible(f"web{hidden}1") == f"web{MARK}1"


def test_an_escape_sequence_is_disarmed() -> None:
    assert visible("\x1b[31mred\x1b[0m\r\nerror: none") == f"{MARK}[31mred{MARK}[0m{MARK}{MARK}error: none"


@pytest.mark.parametrize("length", [0, 1, LONGEST - 1, LONGEST])
def test_text_that_is_not_too_long_is_not_cut(length: int) -> None:
    assert visible("x" * length) == "x" * length


@pytest.mark.parametrize("length", [LONGEST + 1, 1_000_000])
def test_text_that_is_too_long_is_cut_where_one_sees_it(length: int) -> None:
    assert visible("x" * length) == "x" * 255 + "…"


ANY_TEXT = st.text(st.characters(codec=None), max_size=40) | st.text("\x00\x1b\n\u202e\u200b\ud800a \U000e0041")


@settings(deadline=None, max_examples=200, database=None)
@given(ANY_TEXT)
def test_any_text_can_be_written_on_one_line_and_is_shown_again_as_it_was_shown(text: str) -> None:
    shown = visible(text)

    assert len(shown.encode().decode().splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert len(shown) == len(text)
    assert visible(shown) == shown


def test_the_lines_of_a_message_stay_lines_and_hide_nothing() -> None:
    message = "cannot run\n\n  1 | Resources\u202e\x1b[2J\n      ^"

    assert visible_lines(message) == ["cannot run", "", f"  1 | Resources{MARK}{MARK}[2J", "      ^"]


def test_no_word_of_a_message_is_too_long() -> None:
    assert visible_lines(f"a {'x' * 300} b") == [f"a {'x' * (LONGEST - 1)}… b"]
