"""The base of all facts: what a business event is called, what is stored of it, and the sentence that tells it.

A fact's type is its class's name, its payload its fields, written as they are: texts, numbers, truths, lists and objects. Stored
payloads live for ever, so a class may gain a field that is `ABSENT` by default and lose none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Final, Literal, TypeVar


class Absent(Enum):
    """A field that the payload does not have, unlike one that is null."""

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False


ABSENT: Final = Absent.ABSENT


Audience = Literal[
    "assignee",
    "doers",
    "escalated",
    "unit",
    "handlers",
    "managers",
    "mentioned",
    "user",
    "principal",
    "members",
    "reviewers",
    "submitter",
    "named",
    "former",
    "seconds",
    "asker",
]
"""Who may be told. What each means: `workflow.services.notifications.audiences`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One business event.

    `sentence`: an English message whose places are fields or properties of the class, `actor` (who did it) or `subject` (the
    organisation whose stream it stands in). `family` groups what belongs together. `detail`: bookkeeping that a timeline may
    fold away below the event that caused it. `notice`: what those in `who` are told, as a message with places of its own; `urgent` where
    nobody may choose not to hear of it in the application. `counted`: whoever records the event tells them and writes down how many
    were told; else the worker does, soon after. `unsettles`: who may do what changes by it, so that open work is looked at anew.
    """

    family: ClassVar[str] = ""
    sentence: ClassVar[str] = ""
    detail: ClassVar[bool] = False
    notice: ClassVar[str] = ""
    who: ClassVar[tuple[Audience, ...]] = ()
    urgent: ClassVar[bool] = False
    counted: ClassVar[bool] = False
    unsettles: ClassVar[bool] = False

    @property
    def type(self) -> str:
        return type(self).__name__

    @property
    def said(self) -> str:
        """The sentence for this very event."""
        return self.sentence

    def payload(self) -> dict[str, Any]:
        """What is stored and hashed."""
        kind: Any = type(self)  # a frozen class hides from the type checker that it can be a key
        found = ((key, getattr(self, name)) for name, key in _keys(kind))
        return {key: value for key, value in found if value is not ABSENT}


def key_of(name: str) -> str:
    """The key of a field: `from_` stands for `from`, which Python keeps for itself."""
    return name.rstrip("_")


@cache
def _keys(kind: type) -> tuple[tuple[str, str], ...]:
    """Name and key of each field, looked up once a class."""
    return tuple((item.name, key_of(item.name)) for item in fields(kind))


T = TypeVar("T")


def filled(kind: type[T], payload: Any) -> T:
    """An object of the class with what the payload holds, unchecked: what is missing is `ABSENT`, what is unknown left out.

    Anything ever stored can be told that way, a damaged payload too.
    """
    held = payload if isinstance(payload, Mapping) else {}
    return kind(**{name: held.get(key, ABSENT) for name, key in _keys(kind)})  # type: ignore[arg-type]


def part(value: Any, key: str) -> str | None:
    """What an object in a payload holds under the key, as text; None where it holds nothing or is no object."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return None if found is None else str(found)
