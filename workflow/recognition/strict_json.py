"""Reading JSON by its exact shape: every fault names its place, nothing unknown is passed over."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from workflow.errors import N_, InvalidInput
from workflow.model.user_task import Label

T = TypeVar("T")
MAX_BYTES = 2_000_000


def parse(source: bytes) -> Any:
    """Parse UTF-8 JSON; numbers become `Decimal`, a key given twice is refused. Raises `InvalidInput`."""
    if len(source) > MAX_BYTES:
        raise InvalidInput(N_("The file is larger than %(limit)s bytes."), limit=MAX_BYTES)
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
class Reader:
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
        inner = Reader(value, self.at(key))
        label = Label(vi=inner.text("vi"), en=inner.text("en", required=False))
        inner.done()
        return label

    def items(self, key: str, read: "Callable[[Any, str], T]", *, required: bool = False) -> tuple[T, ...]:
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
