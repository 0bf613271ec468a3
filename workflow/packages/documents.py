"""Reads the TOML and JSON files of a package with the place of every value; nothing unknown is passed over."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Generic, NoReturn, Protocol, TypeVar

from workflow.alphabets import UnfitSign, fit
from workflow.errors import N_, InvalidInput
from workflow.model.findings import Finding
from workflow.model.user_task import Label

T = TypeVar("T")
MAX_TOML_BYTES = 128 * 1024
MAX_JSON_BYTES = 2_000_000
MAX_DOTS = 100
"""The standard parser needs memory with the square of a dotted key's length: one line of 200 KB takes gigabytes."""

_TOML_KINDS: Mapping[type, str] = {str: "text", dict: "table", list: "list", date: "date"}
_JSON_KINDS: Mapping[type, str] = {
    str: N_("%(place)s: a text is expected here."),
    dict: N_("%(place)s: an object is expected here."),
    list: N_("%(place)s: a list with at least one entry is expected here."),
    Decimal: N_("%(place)s: a number is expected here."),
    bool: N_("%(place)s: true or false is expected here."),
}
_HEADER = re.compile(r"^\s*\[(\[)?\s*([\w.-]+)\s*\]")
_PLACE = re.compile(r"line (\d+), column (\d+)")
_KEY = re.compile(r'^\s*"?([\w-]+)"?\s*=')


class Document(Protocol):
    """What is said of a file where a value of it is not as it must be: collected, or raised at the first fault."""

    def missing(self, place: str, kind: type) -> None:
        """There is no value."""

    def empty(self, place: str, kind: type) -> None:
        """The value is an empty text or list."""

    def wrong(self, place: str, kind: type) -> None:
        """The value is not of this type."""

    def not_one_of(self, place: str, value: object, choices: tuple[Any, ...]) -> None:
        """The value is none of those that have a meaning."""

    def unknown(self, table: str, key: str, known: set[str]) -> None:
        """Nothing reads this key of the table; `known` are those that are read."""


D_co = TypeVar("D_co", bound=Document, covariant=True)


class Table(Generic[D_co]):
    """One table or object of a file. What is missing or of the wrong type is told; a usable default stands in for it."""

    def __init__(self, file: D_co, values: Mapping[str, Any], place: str = "") -> None:
        self.file = file
        self.place = place
        self._values = values
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """The key's place in the file."""
        return f"{self.place}.{key}" if self.place else key

    def raw(self, key: str) -> Any:
        """The value whatever its type; `None` where there is none."""
        self._read.add(key)
        return self._values.get(key)

    def get(self, key: str, kind: type[T], default: T, *, required: bool = False) -> T:
        """The value, which must be of type `kind`."""
        value = self.raw(key)
        if value is None:
            if required:
                self.file.missing(self.at(key), kind)
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.file.wrong(self.at(key), kind)
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text without surrounding blanks."""
        value = self.get(key, str, default, required=required).strip()
        if required and not value and isinstance(self.raw(key), str):
            self.file.empty(self.at(key), str)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self._entries(key, str))

    def number(self, key: str) -> Decimal:
        """A number that must be there."""
        return self.get(key, Decimal, Decimal(0), required=True)

    def optional_number(self, key: str) -> Decimal | None:
        """A number, or `None` where there is none."""
        return None if self.raw(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        """Whether the value is true; an absent one is not."""
        return self.get(key, bool, False)

    def one_of(self, key: str, choices: tuple[T, ...], default: T | None = None) -> T:
        """One of the listed values. Without a default there must be one."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        value = value.strip() if isinstance(value, str) else value
        if value not in choices:
            self.file.not_one_of(self.at(key), value, choices)
            return choices[0]
        return choices[choices.index(value)]

    def table(self, key: str, *, required: bool = False) -> "Table[D_co]":
        """A table; an absent one is empty."""
        return Table(self.file, self.get(key, dict, {}, required=required), self.at(key))

    def tables(self, key: str, *, required: bool = False) -> "list[Table[D_co]]":
        """A list of tables; where it is required, with at least one."""
        entries = self._entries(key, dict, required=required)
        return [Table(self.file, entry, f"{self.at(key)}[{index}]") for index, entry in enumerate(entries)]

    def mapping(self, key: str) -> Mapping[str, str]:
        """A table of texts."""
        values = self.get(key, dict, {})
        for name, value in values.items():
            if not isinstance(value, str):
                self.file.wrong(f"{self.at(key)}.{name}", str)
        return {name: value for name, value in values.items() if isinstance(value, str)}

    def label(self, *, english: bool = True) -> Label:
        """The keys `vi` and `en` of this table; English is required where pages show both languages."""
        return Label(vi=self.text("vi", required=True), en=self.text("en", required=english))

    def done(self) -> None:
        """Tell every key that nothing has read."""
        for key in self._values:
            if key not in self._read:
                self.file.unknown(self.place, key, self._read)

    def _entries(self, key: str, kind: type[T], *, required: bool = False) -> list[T]:
        values = self.get(key, list, [], required=required)
        if required and not values and isinstance(self.raw(key), list):
            self.file.empty(self.at(key), list)
        for index, value in enumerate(values):
            if not isinstance(value, kind):
                self.file.wrong(f"{self.at(key)}[{index}]", kind)
        return values if all(isinstance(value, kind) for value in values) else []


@dataclass
class TomlFile:
    """A TOML file while it is read: its findings, and the line of every key (as near as a line scan can tell)."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def load(self, source: bytes) -> "Table[TomlFile] | None":
        """The file's content; `None` with a finding where it is no TOML."""
        if len(source) > MAX_TOML_BYTES or any(line.count(b".") > MAX_DOTS for line in source.splitlines()):
            self.add(
                "toml-too-large",
                N_("The file is larger than %(limit)s KB, or one of its lines has more than %(dots)s full stops"),
                "",
                limit=MAX_TOML_BYTES // 1024,
                dots=MAX_DOTS,
            )
            return None
        try:
            text = source.decode("utf-8")
            content = fit(tomllib.loads(text))
        except (ValueError, RecursionError) as error:
            place = _PLACE.search(str(error))
            if place is not None:
                template = N_("The file cannot be read as TOML: something is wrong in line %(at)s, column %(column)s")
                self.add("toml-unreadable", template, "", at=int(place[1]), column=int(place[2]))
            else:
                self.add("toml-unreadable", N_("The file cannot be read as TOML"), "")
            return None
        self.lines = _lines(text)
        return Table(self, content)

    def add(self, rule: str, template: str, place: str, advice: str = "", **params: Any) -> None:
        """Add an error at the place, such as `deadlines[1].rule`."""
        line = self.lines.get(place) or self.lines.get(place.rsplit(".", 1)[0])
        self.findings.append(
            Finding(
                rule=rule,
                template=template,
                params={"place": place, **params},
                advice=advice,
                element_id=place or None,
                line=line,
                file=self.file,
            )
        )

    def missing(self, place: str, kind: type) -> None:
        self.add("missing-key", N_("%(place)s is missing"), place, N_("Enter %(place)s"))

    def empty(self, place: str, kind: type) -> None:
        self.add("missing-key", N_("%(place)s is empty"), place, N_("Enter %(place)s"))

    def wrong(self, place: str, kind: type) -> None:
        self.add(
            "wrong-type",
            N_("%(place)s is of the wrong type; expected is %(expected)s"),
            place,
            expected=_TOML_KINDS.get(kind, kind.__name__),
        )

    def not_one_of(self, place: str, value: object, choices: tuple[Any, ...]) -> None:
        self.add(
            "unknown-value",
            N_("%(place)s: %(value)s is not one of %(choices)s"),
            place,
            value=value,
            choices=", ".join(map(str, choices)),
        )

    def unknown(self, table: str, key: str, known: set[str]) -> None:
        self.add(
            "unknown-key",
            N_("%(place)s is not known"),
            f"{table}.{key}" if table else key,
            N_("Correct the spelling or delete the key; expected are %(known)s"),
            known=", ".join(sorted(known)),
        )


def _lines(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[2]
            if header[1]:
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(f"{table}.{key[1]}" if table else key[1], number)
    return found


class JsonFile:
    """A JSON file while it is read: the first fault raises `InvalidInput` with its place."""

    def load(self, source: bytes) -> "Table[JsonFile]":
        """The object that a UTF-8 file holds. Numbers are `Decimal`; a key given twice is refused."""
        if len(source) > MAX_JSON_BYTES:
            raise InvalidInput(N_("The file is larger than %(limit)s bytes."), limit=MAX_JSON_BYTES)
        try:
            content = fit(
                json.loads(
                    source.decode("utf-8-sig"),
                    parse_float=Decimal,
                    parse_int=Decimal,
                    object_pairs_hook=_once,
                    parse_constant=_no_constant,
                )
            )
        except UnfitSign as fault:
            raise InvalidInput(
                N_("A text of the file holds the sign %(sign)s, which cannot be kept."), sign=fault.code
            ) from fault
        except json.JSONDecodeError as fault:
            raise InvalidInput(
                N_("Line %(line)s, column %(column)s: this is not valid JSON."),
                line=fault.lineno,
                column=fault.colno,
            ) from fault
        except UnicodeDecodeError as fault:
            raise InvalidInput(N_("The file is not UTF-8 text (byte %(byte)s)."), byte=fault.start) from fault
        except RecursionError as fault:
            raise InvalidInput(N_("The file is nested too deeply.")) from fault
        if not isinstance(content, dict):
            self.wrong("$", dict)
        return Table(self, content)

    def wrong(self, place: str, kind: type) -> NoReturn:
        raise InvalidInput(_JSON_KINDS[kind], place=place)

    def missing(self, place: str, kind: type) -> NoReturn:
        self.wrong(place, kind)

    def empty(self, place: str, kind: type) -> NoReturn:
        self.wrong(place, kind)

    def not_one_of(self, place: str, value: object, choices: tuple[Any, ...]) -> NoReturn:
        raise InvalidInput(
            N_("%(place)s: one of %(allowed)s is expected, not %(value)s."),
            place=place,
            allowed=", ".join(map(str, choices)),
            value=value,
        )

    def unknown(self, table: str, key: str, known: set[str]) -> NoReturn:
        raise InvalidInput(N_("%(place)s: the key %(key)s is not known here."), place=table or "$", key=key)


def _no_constant(name: str) -> None:
    raise InvalidInput(N_("%(name)s is not a number that JSON knows."), name=name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise InvalidInput(N_("The key %(key)s is given twice in one object."), key=key)
        result[key] = value
    return result
