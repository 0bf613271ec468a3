"""How the fields of business events are said: an event is one frozen class, and the type of each field says what it names.

A sentence is one gettext message whose places are the class's own fields, such as `%(node_id)s`. Whoever tells an event looks at the
field's type to know what to say for it; a field of a plain type is said as it stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, TypeVar, dataclass_transform


class Names(StrEnum):
    """What a field names."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ROLE = "role"
    NODE = "node"
    FLOWS = "flows"
    OUTCOME = "outcome"
    RESULT = "result"
    PLACE = "place"
    VARIABLE = "variable"
    MOMENT = "moment"
    VALUE = "value"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Words:
    """The field holds one of a few fixed words; `said`: each as an English message."""

    said: Mapping[str, str]


Person = Annotated[str | None, Names.PERSON]
Organisation = Annotated[str | None, Names.ORGANISATION]
Role = Annotated[str | None, Names.ROLE]
Node = Annotated[str, Names.NODE]
"""A node of the diagram."""
Outcome = Annotated[str, Names.OUTCOME]
"""An outcome of the user task that the event's `node_id` names."""
Result = Annotated[str, Names.RESULT]
"""What a case came to."""
Place = Annotated[str | None, Names.PLACE]
"""A criterion, or a paper of the dossier."""
Variable = Annotated[str, Names.VARIABLE]
"""What a value is called."""
Moment = Annotated[str | None, Names.MOMENT]
"""A day or an instant in ISO 8601."""
Remark = Annotated[str, Names.REMARK]
"""What a person wrote; nothing is said where they wrote nothing."""


def words(**said: str) -> Words:
    """The fixed words of a field, each as an English message."""
    return Words(said)


T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def event(sentence: str, *, detail: bool = False) -> Callable[[type[T]], type[T]]:
    """A frozen record that tells itself: `sentence` and `detail` are the class's (see `workflow.audit.facts.fact.Fact`)."""

    def made(kind: type[T]) -> type[T]:
        found: Any = dataclass(frozen=True, slots=True, kw_only=True)(kind)
        found.sentence, found.detail = sentence, detail
        return found  # type: ignore[no-any-return]

    return made
