"""Patterns are those of XPath and XML Schema, not Python's: what a class holds, what a number names, what is no pattern."""

import pytest
from hypothesis import given, settings, strategies as st

from workflow.feel import evaluate


def found(text: str, pattern: str, flags: str = "") -> object:
    return evaluate("matches(text, pattern, flags)", {"text": text, "pattern": pattern, "flags": flags})


CLASSES = [
    # pattern of one character, characters in it, characters outside
    (r"\w", "aZ0đ²+<$^٣\u0301", "_-.,!( \t\u00a0\u200b«\u200d"),
    (r"\W", "_-.,!( \t\u00a0\u200b«", "aZ0đ+<$^"),
    (r"[\w]", "aZ0+$", "_- "),
    (r"[^\w]", "_- ", "aZ0+$"),
    (r"[\w_]", "a_+", "- "),
    (r"[\W]", "_- ", "a+"),
    (r"\s", " \t\n\r", "\u00a0\u2003\x0b\x0c\u0085\x1c"),
    (r"\S", "\u00a0\u2003\x0b\x0ca", " \t\n\r"),
    (r"[\S]", "\u00a0a", " \t\n\r"),
    (r"[^\S]", " \n", "\u00a0a"),
    (r"[\S ]", " a", "\n"),
    (r"\d", "09٣०", "a²½Ⅷ"),
    (r"\D", "a²½Ⅷ", "09٣०"),
    (r"\i", "a_:Đ", "1-. "),
    (r"\I", "1-. ", "a_:Đ"),
    (r"\c", "a_:1-.·", " ("),
    (r"\C", " (", "a_:1-."),
    (r"[\i-[:]]", "a_", ":1"),
    (r"[a-z-[aeiou]]", "bz", "aeA"),
    (r"[a-z-[b-y-[m]]]", "azm", "bn"),
    (r"[^a-z-[0-9]]", "A ", "a5"),
    (r"[-a]", "-a", "b"),
    (r"[a-]", "-a", "b"),
    (r"[a\-z]", "a-z", "b"),
    (r"[a^]", "a^", "b"),
    (r"[.*?|(){}$]", ".*?|(){}$", "ab"),
    (r"[&&]", "&", "a"),
    (r"\p{Lu}", "AĐ", "ađ1"),
    (r"\P{Lu}", "ađ1", "AĐ"),
    (r"\p{L}", "Aađ", "1_"),
    (r"\p{IsBasicLatin}", "aZ~", "đé"),
    (r"[\p{IsLatin-1Supplement}\d]", "é5", "ađ"),
    (".", "a \t\u0085\u2028", "\n\r"),
    (r"\.", ".", "a"),
    (r"\$", "$", "a"),
    (r"\-", "-", "a"),
]


@pytest.mark.parametrize(("pattern", "inside", "outside"), CLASSES)
def test_a_class_holds_what_xml_schema_says(pattern: str, inside: str, outside: str) -> None:
    assert [char for char in inside if found(char, f"^{pattern}$") is not True] == []
    assert [char for char in outside if found(char, f"^{pattern}$") is not False] == []


NO_PATTERNS = [
    "[", "]", "(", ")", "{", "}", "a{", "a{,2}", "a{2,1}", "*", "+a", "?", "a**", "a*+", "a{2}{3}", "(?=a)", "(?!a)", "(?<=a)", "(?i)a", "(?P<n>a)",
    "(?#a)", "(?>a)", r"\b", r"\B", r"\A", r"\Z", r"\z", r"\G", r"\h", r"\R", r"\X", r"\x41", r"\u0041", r"\0", r"\a", r"\f", r"\v", r"\e", r"\Q", r"\ ",
    r"\_", r"\1", r"(a)\2", r"(a\1)", r"[\1]", "[]", "[^]", "[a", "[b-a]", "[a-c-e]", r"[\d-a]", r"[a-\d]", "[[:alpha:]]", "[a[b]]", r"\p", r"\p{}",
    r"\p{Xx}", r"\p{Latin}", r"\p{IsNowhere}", r"\p{Lu", r"\pL", r"\p{^Lu}", "\\", "a\\", "[a-z-[aeiou]x]", "a{1000001}",
]  # fmt: skip


@pytest.mark.parametrize("pattern", NO_PATTERNS)
def test_what_is_no_pattern_is_null(pattern: str) -> None:
    scope = {"text": "abc", "pattern": pattern}
    assert evaluate("matches(text, pattern)", scope) is None
    assert evaluate('replace(text, pattern, "x")', scope) is None
    assert evaluate("split(text, pattern)", scope) is None


@pytest.mark.parametrize("pattern", ["", "|", "a|", "a*", "a?", "()", "^", "$", "(a|)", "a{0}", "x*?"])
def test_a_pattern_that_matches_the_empty_text_neither_splits_nor_replaces(pattern: str) -> None:
    scope = {"text": "abc", "pattern": pattern}
    assert evaluate('replace(text, pattern, "x")', scope) is None
    assert evaluate("split(text, pattern)", scope) is None


@pytest.mark.parametrize("replacement", ["$", "a$", "$a", r"\a", "\\", r"\1", "$$", r"\\\x"])
def test_a_replacement_that_is_none_is_null(replacement: str) -> None:
    assert evaluate('replace("abc", "b", r)', {"r": replacement}) is None


@pytest.mark.parametrize(
    ("pattern", "replacement", "expected"),
    [
        ("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11", "kl"),
        ("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$12", "a2l"),
        ("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$110", "k0l"),
        ("(abc)(d)", "[$0|$1|$2|$3]", "[abcd|abc|d|]efghijkl"),
        ("(abc)(d)", "$10", "abc0efghijkl"),
        ("abcd", "$1", "efghijkl"),
        ("(abc)(x)?d", "<$2>", "<>efghijkl"),
        ("bcd", r"\$1\\", r"a$1\efghijkl"),
        ("(?:ab)(c)", "$1", "cdefghijkl"),
    ],
)
def test_a_number_names_the_longest_group_that_there_is(pattern: str, replacement: str, expected: str) -> None:
    assert evaluate('replace("abcdefghijkl", p, r)', {"p": pattern, "r": replacement}) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("aa", r"^(a)\1$", "", True),
        ("abcdefghijkk", r"^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\11$", "", True),
        ("ab1", r"^(a)b\11$", "", False),
        ("aba1", r"^(a)b\11$", "", True),
        ("b", r"^(a)?b\1$", "", True),
        ("a\nb", "^b", "", False),
        ("a\nb", "^b", "m", True),
        ("a\nb\n", "a$", "m", True),
        ("a\n", "^$", "m", False),
        ("a\n", "a$", "", False),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("ABC", "b", "i", True),
        ("a", r"\p{Lu}", "i", False),
        ("A", r"[\p{Lu}x]", "i", True),
        ("X", r"[\p{Lu}x]", "i", True),
        ("ab", "a b", "x", True),
        ("a b", "a[ ]b", "x", True),
        ("a.b", "a.b", "q", True),
        ("axb", "a.b", "q", False),
        ("aaa", "^a{2,}?$", "", True),
        ("a", "a", "k", None),
        ("ab", "(^a)|(b$)", "", True),
        ("aa", "^*aa", "", True),
    ],
)
def test_anchors_references_and_flags(text: str, pattern: str, flags: str, expected: bool | None) -> None:
    assert found(text, pattern, flags) is expected


@settings(deadline=None, max_examples=300)
@given(
    st.text("ab|()[]{}^$.*+?\\-,12dwspPLu:=!<& ", max_size=14),
    st.text("ab12 -", max_size=6),
    st.sampled_from(["", "i", "m", "x", "s", "q"]),
)
def test_whatever_stands_there_is_a_pattern_or_null(pattern: str, text: str, flags: str) -> None:
    assert found(text, pattern, flags) in (True, False, None)
    assert isinstance(evaluate("replace(t, p, p, f)", {"t": text, "p": pattern, "f": flags}), str | None)
