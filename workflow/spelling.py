"""How texts are taken in, compared, found and ordered: the one place that says so. Databases keep what is computed here and decide nothing.

A text comes in composed (NFC) through every door. It is found by the words of its folded form, and ordered by the Vietnamese alphabet.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from workflow.alphabets import composed, stored
from workflow.errors import N_, InvalidInput

LONGEST_WORD = 60
"""A longer word is known by its first signs, in what is sought and in what is found."""
MOST_WORDS = 100
"""More words than this nobody looks for at once."""
_TOO_MANY_WORDS = N_("A search takes at most %(limit)s words. Leave some out.")
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng: the order of dictionaries, after no tone at all."""
_SHAPES = "\u0306\u0302\u031b"
_WEIGHT = {letter: chr(0x41 + place) for place, letter in enumerate(_ALPHABET)}
_BLANK = "\u115f\u1160\u2800\u3164\uffa0\ufffc\ufffd\U0001d159"
"""Letters and symbols by their kind, and yet nothing to see; what stands for a sign that was none among them."""
_LEVEL = "\t"
"""Stands between the levels of an order, below every sign of a weight."""


def with_plain_ends(text: str) -> str:
    """The text with line ends of one sign: so it is kept and so it is counted, as browsers count what is typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def entered(text: str | None) -> str:
    """What somebody wrote, without outer blanks and with plain ends; empty where there is nothing to see: no letter, digit, mark or symbol."""
    return with_plain_ends(text).strip() if text and visible(text) else ""


def visible(text: str) -> bool:
    """Whether a reader sees anything of it. Blanks of every width, signs that steer others, and marks without a letter show nothing."""
    return any(_shows(sign) for sign in text)


def _shows(sign: str) -> bool:
    return sign not in _BLANK and unicodedata.category(sign)[0] in "LNPS"


def legible(text: str) -> int:
    """How many signs of it a reader sees, a blank between words counted once: what a least length asks for."""
    seen = "".join(sign if _shows(sign) else " " if sign.isspace() else "" for sign in composed(text))
    return length(" ".join(seen.split()))


def length(text: str) -> int:
    """How many signs the text has, as every limit and every browser's `maxlength` count them: composed, a line's end is one, and what
    UTF-16 keeps in two units is two."""
    plain = with_plain_ends(composed(text))
    return len(plain) + sum(sign > "\uffff" for sign in plain)


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """The text without marks, `đ` as `d`, of one case, between two words one blank."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold()).replace("đ", "d")
    bare = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def words(*texts: str | None) -> list[str]:
    """The words of the folded texts, each once, in their order: runs of letters and digits."""
    found = (word[:LONGEST_WORD] for text in texts if text for word in folded(text).split(" "))
    return list(dict.fromkeys(word for word in found if word))


def bearing(number: str, known: Iterable[str]) -> Sequence[str]:
    """The criteria that bear the number, or have it as a part of theirs, however it is typed; at least what was asked for itself."""
    wanted = set(words(number))
    return sorted({number, *(one for one in known if wanted and wanted <= set(words(one)))})


def kept_words(*texts: str | None) -> str:
    """The words as a database keeps them: a blank before each, so that a word's beginning can be told from its middle."""
    return "".join(f" {word}" for word in words(*texts))


def sought(text: str) -> tuple[str, ...]:
    """The words that a text is found by. Raises `InvalidInput` for more than `MOST_WORDS`.

    What another word begins with goes without saying.
    """
    wanted = sorted(set(words(text)), reverse=True)
    least = [word for place, word in enumerate(wanted) if not place or not wanted[place - 1].startswith(word)]
    if len(least) > MOST_WORDS:
        raise InvalidInput(_TOO_MANY_WORDS, limit=MOST_WORDS)
    return tuple(sorted(least))


def fits(wanted: Sequence[str], *texts: str | None) -> bool:
    """Whether each of the words (see `sought`) begins a word of the texts; nothing fits where no word is sought."""
    kept = kept_words(*texts)
    return bool(wanted) and all(f" {word}" in kept for word in wanted)


@lru_cache(maxsize=20_000)
def order(text: str) -> str:
    """A key that sorts, sign by sign, as the Vietnamese alphabet does: letters first, then tones, then case, then the text itself."""
    letters, tones, cases = [], [], []
    for letter, tone, is_upper in _signs(" ".join(text.split())):
        letters.append(_weight(letter))
        tones.append(str(tone))
        cases.append("1" if is_upper else "0")
    levels = ("".join(letters), "".join(tones).rstrip("0"), "".join(cases).rstrip("0"), stored(composed(text)))
    return _LEVEL.join(levels)


def _signs(text: str) -> Iterator[tuple[str, int, bool]]:
    """Each letter with its shape (ă, â, đ, ơ), its tone and whether it is a capital; other marks are passed over."""
    clusters: list[list[str]] = []
    for sign in unicodedata.normalize("NFD", text):
        if unicodedata.combining(sign) and clusters:
            clusters[-1].append(sign)
        else:
            clusters.append([sign])
    for base, *marks in clusters:
        shape = next((mark for mark in marks if mark in _SHAPES), "")
        shaped = unicodedata.normalize("NFC", base.lower() + shape)
        tone = next((_TONES.index(mark) + 1 for mark in marks if mark in _TONES), 0)
        yield (shaped if len(shaped) == 1 else base.lower()[:1]), tone, base != base.lower()


def _weight(letter: str) -> str:
    if letter in _WEIGHT:
        return _WEIGHT[letter]
    if letter == " " or letter in "0123456789":
        return letter
    return f"{'~' if letter.isalnum() else '#'}{ord(letter):06x}"


def by_name(name: str, *behind: str) -> tuple[str, ...]:
    """A key for `sorted`: by the Vietnamese alphabet, then by what stands behind."""
    return (order(name), *behind)
