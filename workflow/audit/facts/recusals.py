"""Who takes no part in a session's case any more, and who does again."""

from dataclasses import dataclass
from typing import ClassVar

from workflow.audit.facts.casework import CaseFact
from workflow.audit.facts.fact import Audience
from workflow.errors import N_
from workflow.model.event_fields import Node, Person, Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusalLifted(CaseFact):
    """Somebody who was recused at an earlier opening of the session takes part again."""

    sentence: ClassVar[str] = N_("%(actor)s lifted the recusal of %(person)s at “%(node_id)s”. Reason: %(reason)s")
    notice: ClassVar[str] = N_(
        "Somebody who was recused in the case of %(unit)s (%(business_key)s) takes part again: who and why stands in the opening of "
        "the session."
    )
    who: ClassVar[tuple[Audience, ...]] = ("handlers", "managers")
    unsettles: ClassVar[bool] = True

    node_id: Node
    person: Person
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSteppedOut(CaseFact):
    """Somebody takes no part in the case any more while the vote on it is open, before having voted."""

    sentence: ClassVar[str] = N_("%(actor)s takes no part in “%(node_id)s” of this case. Reason: %(reason)s")
    notice: ClassVar[str] = N_(
        "A member takes no part any more in the vote on the case of %(unit)s (%(business_key)s): who and why stands in its timeline."
    )
    who: ClassVar[tuple[Audience, ...]] = ("handlers", "managers")
    unsettles: ClassVar[bool] = True

    node_id: Node
    task_id: str
    person: Person
    reason: Remark
