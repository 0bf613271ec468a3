"""Reads the TOML and JSON files of a package with the place of every value; nothing unknown is passed over."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from workflow.errors import N_, InvalidInput
from workflow.model.findings import Finding
from workflow.model.user_task import Label

T = TypeVar("T")
MAX_BYTES = 128 * 1024
MAX_DOTS = 100
"""The standard parser needs memory with the square of a dotted key's length: one line of 200 KB takes gigabytes."""

_KINDS: Mapping[type, str] = {str: "text", dict: "table", list: "list", date: "date"}
_HEADER = re.compile(r"^\s*\[(\[)?\s*([\w.-]+)\s*\]")
_KEY = re.compile(r'^\s*"?([\w-]+)"?\s*=')


@dataclass
class TomlFile:
    """One file while it is read: its findings, and the line of every key (as near as a line scan can tell)."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def load(self, source: bytes) -> Mapping[str, Any] | None:
        """The file's content; `None` with a finding where it is no TOML."""
        if len(source) > MAX_BYTES or any(line.count(b".") > MAX_DOTS for line in source.splitlines()):
            self.add(
                "toml-too-large",
                N_("The file is larger than %(limit)s KB, or one of its lines has more than %(dots)s full stops"),
                "",
                limit=MAX_BYTES // 1024,
                dots=MAX_DOTS,
            )
            return None
        try:
            text = source.decode("utf-8")
            content = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            self.add("toml-unreadable", N_("The file cannot be read as TOML: %(fault)s"), "", fault=str(error))
            return None
        self.lines = _lines(text)
        return content

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


class TomlTable:
    """One table of the file. Every accessor reports what is missing or of the wrong type and returns a usable default."""

    def __init__(self, toml: TomlFile, values: Mapping[str, Any], place: str = "") -> None:
        self.toml = toml
        self.place = place
        self._values = values
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """The key's place in the file."""
        return f"{self.place}.{key}" if self.place else key

    def get(self, key: str, kind: type[T], default: T, *, required: bool = False) -> T:
        """The value, which must be of type `kind`."""
        self._read.add(key)
        value = self._values.get(key)
        if value is None:
            if required:
                self.toml.add("missing-key", N_("%(place)s is missing"), self.at(key), N_("Enter %(place)s"))
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self._wrong(key, _KINDS.get(kind, kind.__name__))
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text without surrounding blanks."""
        value = self.get(key, str, default, required=required).strip()
        if required and not value and isinstance(self._values.get(key), str):
            self.toml.add("missing-key", N_("%(place)s is empty"), self.at(key), N_("Enter %(place)s"))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self.get(key, list, [])
        if not all(isinstance(value, str) for value in values):
            self._wrong(key, "list of texts")
            return ()
        return tuple(values)

    def table(self, key: str, *, required: bool = False) -> "TomlTable":
        """A table; an absent one is empty."""
        return TomlTable(self.toml, self.get(key, dict, {}, required=required), self.at(key))

    def tables(self, key: str) -> list["TomlTable"]:
        """A list of tables (`[[key]]`)."""
        values = self.get(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            self._wrong(key, "list of tables")
            return []
        return [TomlTable(self.toml, value, f"{self.at(key)}[{index}]") for index, value in enumerate(values)]

    def mapping(self, key: str) -> Mapping[str, str]:
        """A table of texts."""
        values = self.get(key, dict, {})
        if not all(isinstance(value, str) for value in values.values()):
            self._wrong(key, "table of texts")
            return {}
        return values

    def label(self) -> Label:
        """The keys `vi` and `en` of this table; both are required, because pages show both languages."""
        return Label(vi=self.text("vi", required=True), en=self.text("en", required=True))

    def raw(self, key: str) -> Any:
        """The value whatever its type."""
        self._read.add(key)
        return self._values.get(key)

    def done(self) -> None:
        """Report every key that nothing has read."""
        for key in self._values:
            if key not in self._read:
                self.toml.add(
                    "unknown-key",
                    N_("%(place)s is not known"),
                    self.at(key),
                    N_("Correct the spelling or delete the key; expected are %(known)s"),
                    known=", ".join(sorted(self._read)),
                )

    def _wrong(self, key: str, expected: str) -> None:
        self.toml.add(
            "wrong-type",
            N_("%(place)s is of the wrong type; expected is %(expected)s"),
            self.at(key),
            expected=expected,
        )


# Reading JSON by its exact shape: every fault names its place, nothing unknown is passed over.

MAX_JSON_BYTES = 2_000_000


def parse_json(source: bytes) -> Any:
    """Parse UTF-8 JSON; numbers become `Decimal`, a key given twice is refused. Raises `InvalidInput`."""
    if len(source) > MAX_JSON_BYTES:
        raise InvalidInput(N_("The file is larger than %(limit)s bytes."), limit=MAX_JSON_BYTES)
    try:
        return json.loads(
            source.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_int=Decimal,
            object_pairs_hook=_once,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as fault:
        raise InvalidInput(
            N_("Line %(line)s, column %(column)s: this is not valid JSON (%(reason)s)."),
            line=fault.lineno,
            column=fault.colno,
            reason=fault.msg,
        ) from fault
    except UnicodeDecodeError as fault:
        raise InvalidInput(N_("The file is not UTF-8 text (byte %(byte)s)."), byte=fault.start) from fault
    except RecursionError as fault:
        raise InvalidInput(N_("The file is nested too deeply.")) from fault


def _no_constant(name: str) -> None:
    raise InvalidInput(N_("%(name)s is not a number that JSON knows."), name=name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise InvalidInput(N_("The key %(key)s is given twice in one object."), key=key)
        result[key] = value
    return result


@dataclass(slots=True)
class JsonObject:
    """One JSON object, read key by key; `done` refuses what was not asked for."""

    value: Any
    place: str
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise InvalidInput(N_("%(place)s: an object is expected here."), place=self.place)

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def get(self, key: str) -> Any:
        self.seen.add(key)
        return self.value.get(key)

    def text(self, key: str, *, required: bool = True) -> str:
        value = self.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not value.strip():
            raise InvalidInput(N_("%(place)s: a text is expected here."), place=self.at(key))
        return value

    def one_of(self, key: str, allowed: tuple[T, ...], default: T | None = None) -> T:
        value = self.get(key)
        if value is None and default is not None:
            return default
        if value not in allowed:
            raise InvalidInput(
                N_("%(place)s: one of %(allowed)s is expected, not %(value)s."),
                place=self.at(key),
                allowed=", ".join(str(item) for item in allowed),
                value=value,
            )
        return allowed[allowed.index(value)]

    def number(self, key: str) -> Decimal:
        value = self.optional_number(key)
        if value is None:
            raise InvalidInput(N_("%(place)s: a number is expected here."), place=self.at(key))
        return value

    def optional_number(self, key: str) -> Decimal | None:
        value = self.get(key)
        if value is not None and not isinstance(value, Decimal):
            raise InvalidInput(N_("%(place)s: a number is expected here."), place=self.at(key))
        return value

    def flag(self, key: str) -> bool:
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            raise InvalidInput(N_("%(place)s: true or false is expected here."), place=self.at(key))
        return bool(value)

    def label(self, key: str, *, required: bool = True) -> Label | None:
        value = self.get(key)
        if value is None and not required:
            return None
        inner = JsonObject(value, self.at(key))
        label = Label(vi=inner.text("vi"), en=inner.text("en", required=False))
        inner.done()
        return label

    def items(self, key: str, read: Callable[[Any, str], T], *, required: bool = False) -> tuple[T, ...]:
        value = self.get(key)
        if value is None:
            value = []
        if not isinstance(value, list) or (required and not value):
            raise InvalidInput(N_("%(place)s: a list with at least one entry is expected here."), place=self.at(key))
        return tuple(read(item, f"{self.at(key)}[{index}]") for index, item in enumerate(value))

    def done(self) -> None:
        unknown = sorted(set(self.value) - self.seen)
        if unknown:
            raise InvalidInput(
                N_("%(place)s: the key %(key)s is not known here."), place=self.place or "$", key=unknown[0]
            )
