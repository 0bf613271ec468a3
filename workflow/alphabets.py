"""Which signs each place can carry into which a text goes, and what stands there instead of others: the one place that says so.

A text is kept as people entered it, composed; each writer passes it through the alphabet of what it writes. The doors are `carried` for a text,
`fit` for what was read from JSON or TOML, `composed_file` for a file of text: what no place can carry does not come in, and what Unicode
spells in two ways comes in spelt in one.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

REPLACEMENT = "\ufffd"
"""What stands in the place of a sign that cannot stand there: readers see that something was there."""

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_NOWHERE = re.compile(f"[\0\ud800-\udfff{_NONCHARACTERS}]")
_KEPT = re.compile("[\0\ud800-\udfff]")
_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_BREAKING = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN_IN_NAMES = re.compile(
    '[<>:"/\\\\|?*\0-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff'
    + _NONCHARACTERS
    + "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_MEMBER = re.compile(r"[^A-Za-z0-9._-]+")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_767
"""UTF-16 units that a spreadsheet's cell holds."""
LONGEST_NAME = 180


def composed(text: str) -> str:
    """The text in one spelling: one code point where Unicode has one (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def carried(text: str) -> str:
    """What may come in, composed: no NUL, no half of a pair, no code point that is no character."""
    return composed(_NOWHERE.sub(REPLACEMENT, text))


def composed_file(content: bytes) -> bytes:
    """A file of text composed; one that is no UTF-8, or is composed already, byte for byte as it is."""
    if content.isascii():
        return content
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    return composed(text).encode("utf-8")


class UnfitSign(ValueError):
    """A text holds a sign that nothing here can carry."""

    def __init__(self, sign: str) -> None:
        self.code = f"U+{ord(sign):04X}"
        super().__init__(f"the sign {self.code} cannot be kept")


def fit(value: Any) -> Any:
    """The value, as it was read from JSON or TOML, its texts composed; raises `UnfitSign` where one, keys included, cannot be carried."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if found := _NOWHERE.search(one):
                raise UnfitSign(found[0])
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
    return _composed(value)


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, Mapping):
        return {_composed(key): _composed(one) for key, one in value.items()}
    return [_composed(one) for one in value] if isinstance(value, list) else value


def stored(text: str) -> str:
    """What a database's text and JSON keep."""
    return _KEPT.sub(REPLACEMENT, text)


def xml(text: str) -> str:
    """What XML 1.0 may hold, SVG and the inside of a spreadsheet file among it (XML 1.0, production 2)."""
    return _XML.sub(REPLACEMENT, text)


def cell(text: str, cut: str = "") -> str:
    """What a cell of an XLSX file holds. Where the text is too long for one, `cut` stands at its end, with `%s` for how many signs are missing.

    A text that is spelt like an escape (`_x000D_`) is escaped itself (ECMA-376, ST_Xstring), else a spreadsheet would turn it into the sign.
    """
    whole = _ESCAPE.sub("_x005F_", xml(text))
    if _units(whole) <= LONGEST_CELL:
        return whole
    room = LONGEST_CELL - _units(cut) - 20
    taken, used = 0, 0
    for sign in whole:
        used += 2 if sign > "\uffff" else 1
        if used > room:
            break
        taken += 1
    return whole[:taken] + (cut % (len(whole) - taken) if cut else "")


def csv(text: str) -> str:
    """What a cell of a CSV file holds: no control character, and nothing that a spreadsheet would read as a formula."""
    clean = _CONTROLS.sub(REPLACEMENT, text)
    return f"'{clean}" if clean.startswith(_DANGEROUS) else clean


def file_name(text: str) -> str:
    """A name that file systems and a download's header carry: no folder, no invisible sign, no device of Windows; never empty."""
    name = _FORBIDDEN_IN_NAMES.sub("_", text).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_NAME:
        name = f"{stem[: LONGEST_NAME - len(ending[:10]) - 1]}.{ending[:10]}" if dot and stem else name[:LONGEST_NAME]
    return f"_{name}" if not name or _DEVICES.fullmatch(name) else name


def ascii_name(text: str) -> str:
    """A file's name for readers that know ASCII only: letters without marks, `_` for every other sign."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign if sign.isascii() else "_" for sign in plain if not unicodedata.combining(sign))


def member(text: str) -> str:
    """One part of the name of a zip's member: ASCII letters, digits, `.`, `_`, `-`."""
    return _MEMBER.sub("-", text).strip(".-") or "_"


def header(text: str) -> str:
    """One line: the subject of a mail, the value of a header."""
    return " ".join(_LINE_BREAKING.sub(" ", carried(text)).split())


def mail(text: str) -> str:
    """The text of a mail: lines end one way, and no control character is in them."""
    return _CONTROLS.sub(REPLACEMENT, carried(text).replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """One line of a log: what would end it, colour it or turn its direction is written out."""
    return _LINE_BREAKING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def page(text: str) -> str:
    """What an HTML page or a JSON answer can be encoded with; of controls, the browser shows nothing."""
    return _KEPT.sub(REPLACEMENT, text)


SINKS: Mapping[str, Callable[[str], str]] = {
    "database": stored,
    "JSON": stored,
    "HTML page": page,
    "XML, SVG": xml,
    "XLSX cell": cell,
    "CSV cell": csv,
    "file name, Content-Disposition": file_name,
    "zip member": member,
    "mail header": header,
    "mail text": mail,
    "log line": line,
}
"""Every place into which a text of a person goes."""


class LineFormatter(logging.Formatter):
    """Writes each record so that nothing in its message can pass for another record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging gives it
        """Format the message as one line."""
        record.message = line(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name that logging gives it
        """Format the traceback, whose own lines stay lines."""
        text = super().formatException(ei)  # type: ignore[arg-type] # its stub names a private alias
        return "\n".join(f"  {line(one)}" for one in text.split("\n"))


def _units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)
