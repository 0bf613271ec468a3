"""How texts are taken in, found and ordered."""

import unicodedata
from random import Random

import pytest

from tests.support.nothing import NOTHING_TO_SEE
from workflow.alphabets import composed_file
from workflow.errors import InvalidInput
from workflow.spelling import MOST_WORDS, entered, fits, folded, kept_words, legible, length, order, sought

ALPHABET = [
    "a",
    "ă",
    "â",
    "b",
    "c",
    "d",
    "đ",
    "e",
    "ê",
    "f",
    "g",
    "h",
    "i",
    "j",
    "k",
    "l",
    "m",
    "n",
    "o",
    "ô",
    "ơ",
    "p",
    "q",
    "r",
    "s",
    "t",
    "u",
    "ư",
    "v",
    "w",
    "x",
    "y",
    "z",
]


@pytest.mark.parametrize(
    ("query", "held", "found"),
    [
        ("tho thanh", "Xã Thọ Thanh", True),
        ("thanh  THỌ", "Xã Thọ Thanh", True),
        (unicodedata.normalize("NFD", "Thọ Thanh"), "Xã Thọ Thanh", True),
        ("dai hoc hong duc", "Trường Đại học Hồng Đức", True),
        ("hong d", "Trường Đại học Hồng Đức", True),
        ("ong", "Trường Đại học Hồng Đức", False),
        ("2023 0007", "DH-2023-0007", True),
        ("I.18", "I.18", True),
        ("18", "I.18", True),
        ("8", "I.18", False),
        ("thanh OR", "Xã Thọ Thanh", False),
        ("%", "100 % Thọ", False),
        ("", "Xã Thọ Thanh", False),
        ("\u0301\u0323", "Xã Thọ Thanh", False),
    ],
)
def test_every_word_of_a_query_begins_a_word_of_the_text(query: str, held: str, found: bool) -> None:
    assert fits(sought(query), held) is found


def test_what_another_word_begins_with_goes_without_saying_and_too_many_words_are_refused() -> None:
    assert sought("tho thoa tho thoai") == ("thoai",)
    assert sought("a " * 10_000) == ("a",)
    with pytest.raises(InvalidInput, match="at most 100 words"):
        sought(" ".join(f"{number}w" for number in range(MOST_WORDS + 1)))


@pytest.mark.parametrize("hostile", ["\ud800", "\0", "\x1b[2J", "\u202e", "\u0301" * 500, "ß" * 200, "\U0010ffff"])
def test_no_sign_is_too_much(hostile: str) -> None:
    assert fits(sought(f"tho {hostile}"), f"Thọ {hostile}")
    (folded(hostile) + kept_words(hostile) + order(hostile)).encode()


def shuffled(texts: list[str]) -> list[str]:
    return Random(1).sample(texts, len(texts))


def test_names_are_ordered_by_the_vietnamese_alphabet_and_then_by_their_tones() -> None:
    words = [f"{letter}x" for letter in ALPHABET]
    assert sorted(shuffled(words), key=order) == words
    tones = ["la", "là", "lả", "lã", "lá", "lạ"]
    assert sorted(shuffled(tones), key=order) == tones
    names = ["Huyện Đông Sơn", "Huyện Thường Xuân", "Hứa An", "Hứa Ân", "Hưá Bình", "Xã 1", "Xã 12", "Xã An"]
    assert sorted(shuffled(names), key=order) == names
    assert order("Đông  Sơn") < order("Đông Sơnn")
    assert order(unicodedata.normalize("NFD", "Đông")) == order("Đông")
    assert len({order(one) for one in ("Hòa", "Hoà", "hòa", "Hoa")}) == 4, "no two texts have one place"


def test_a_text_is_counted_composed_and_with_line_ends_of_one_sign() -> None:
    assert length("ab\r\n" * 3) == 9
    assert length(unicodedata.normalize("NFD", "Thọ")) == 3


@pytest.mark.parametrize("nothing", NOTHING_TO_SEE, ids=ascii)
def test_what_nobody_sees_does_not_make_a_text_longer(nothing: str) -> None:
    assert legible(f"a{nothing * 9}b") == (3 if any(one.isspace() for one in nothing) else 2)
    assert legible("Có người thân") == 13


def test_a_file_of_text_is_composed_and_any_other_stays_as_it_is() -> None:
    assert composed_file(unicodedata.normalize("NFD", "Thọ").encode()) == "Thọ".encode()
    assert composed_file(b"\xff\xfe\x00") == b"\xff\xfe\x00"


@pytest.mark.parametrize("text", NOTHING_TO_SEE, ids=ascii)
def test_a_text_in_which_nobody_sees_anything_is_none(text: str) -> None:
    assert entered(text) == entered(f" {text}\r\n\t{text}") == ""


@pytest.mark.parametrize("text", ["Đã rõ", ".", "5", "👍", "ក", "a\u200b", "\u202ea\u202c", "Ô\u0302"])
def test_what_somebody_sees_is_kept_as_it_is(text: str) -> None:
    assert entered(f" \u3000{text}\r\n") == text


def test_lines_of_what_somebody_entered_end_one_way() -> None:
    assert entered("một\r\nhai\rba\n") == "một\nhai\nba"
    assert entered(None) == ""
