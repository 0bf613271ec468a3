"""Which tasks of a procedure make a sitting: one convenes it, one opens it, the members vote, somebody decides."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.model.elements import UserTask
from workflow.model.user_task import Outcome, Quorum, UserTaskSpec
from workflow.packages.package import ProcedurePackage


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The nodes by what they are for. `day`: the field of the convening task that names the day; `place` is its first field of text."""

    convening: str
    opening: str
    vote: str
    decision: str
    day: str
    place: str | None
    roster: str
    rule: Quorum
    specs: dict[str, UserTaskSpec]

    @property
    def nodes(self) -> tuple[str, ...]:
        """In the order in which a case comes to them."""
        return (self.convening, self.opening, self.vote, self.decision)

    @property
    def agreement(self) -> Outcome | None:
        """The outcome of a vote that needs no reason and lets the case go on: what may be said of many cases at once."""
        found = (one for one in self.specs[self.vote].outcomes if one.effect == "forward" and one.reason != "required")
        return next(found, None)


def order_of(package: ProcedurePackage) -> Order | None:
    """None where the procedure has no session that is convened for a day and leads to votes and a decision."""
    for process in package.bpmn.processes.values():
        for opening in process.user_tasks.values():
            rule = opening.spec.quorum
            if rule is None or rule.decides is None or rule.decides not in process.user_tasks:
                continue
            tasks = list(process.user_tasks.values())
            vote = next((one for one in tasks if _votes_on(one, opening.id)), None)
            convening = next((one for one in tasks if one.id != opening.id and _convenes(one, rule)), None)
            if vote is None or convening is None:
                continue
            kept = {one.id: one.spec for one in (convening, opening, vote, process.user_tasks[rule.decides])}
            return Order(
                convening=convening.id,
                opening=opening.id,
                vote=vote.id,
                decision=rule.decides,
                day=next(_fields(convening, "date")),
                place=next(_fields(convening, "text"), None),
                roster=rule.roster,
                rule=rule,
                specs=kept,
            )
    return None


def _votes_on(task: UserTask, opening: str) -> bool:
    loop = task.multi_instance
    return loop is not None and loop.collection is not None and loop.collection.text.partition(".")[0] == opening


def _convenes(task: UserTask, rule: Quorum) -> bool:
    """It names who is to come, by the field that the opening names them by, and the day."""
    return task.spec.quorum is None and rule.roster in _fields(task, "users") and any(_fields(task, "date"))


def _fields(task: UserTask, kind: str) -> Iterator[str]:
    return (one.id for one in task.spec.fields if one.kind == kind)
