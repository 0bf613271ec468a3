"""The agenda of a sitting: a line a case, who is there, what the reader may see of it, and nothing of an open vote."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal as OneOf

from workflow.calendar.zone import local_date
from workflow.errors import InvalidInput, NotFound
from workflow.model.expressions import Literal
from workflow.model.user_task import Label, Outcome, UserTaskSpec
from workflow.organisation.records import Organisation
from workflow.packages.package import ProcedurePackage
from workflow.recognition.committee import quorum
from workflow.services.casework.completion import condition_holds
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import Access
from workflow.services.ground.labels import outcome_label, result_label, role_label
from workflow.services.ground.people import user_names
from workflow.services.sittings.items import Item, Stand, mapping, texts
from workflow.services.sittings.order import Order
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

Mine = OneOf["none", "unopened", "opened", "voted", "recused"]
OPEN = ("ready", "reserved", "in_progress")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a closed vote went: an outcome, what it does, and how many."""

    outcome: str
    label: Label
    effect: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One case of the agenda. `tally` is empty until the last vote; `cast` of `parts` says how many have voted.

    `vote`: the reader's own task, or that of whoever they stand in for; `opening`, `decision`: those that they could do.
    """

    number: int
    case_id: str
    business_key: str
    unit: Organisation
    proposed: Label
    proposed_effect: str
    met: int | None
    total: int | None
    stand: Stand
    mine: Mine
    cast: int
    parts: int
    tally: Sequence[Tally]
    result: Label | None
    recognised: bool
    vote: str | None
    opening: str | None
    decision: str | None
    possible: Sequence[Outcome]
    """The outcomes of the decision that the closed vote allows; none before."""
    alone: bool
    """Its decision asks for what only the one case can be asked: whom to choose, or criteria."""
    recusals: Sequence[tuple[str, str]]
    """Who takes no part in this case, by name, and why."""
    signer: str
    """By name: who signs where whoever decides takes no part."""
    roster: Sequence[str]
    put_off_why: str
    """Why its vote was put off, where that is how it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the roster. `present` None: nobody has been counted yet."""

    user_id: str
    name: str
    office: Label
    present: bool | None
    me: bool
    gone: bool
    """Holds no role in the committee any more: counts for the share, and cannot be there."""


DONE = ("deciding", "decided")
"""How a case stands on which the members have voted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    body: Organisation
    on: date
    place: str
    lines: Sequence[Line]
    members: Sequence[Member]
    share: str
    """Which part of the roster must be there, such as 2/3."""
    needed: int
    present: int
    opened_at: datetime | None
    """When the vote on its first case was opened; None: on none, though it may have been counted who was there."""
    counted_at: datetime | None
    """When it was last counted who was there."""
    demonstration: bool

    @property
    def me(self) -> Member | None:
        """The reader, where they were convened."""
        return next((one for one in self.members if one.me), None)

    @property
    def done(self) -> int:
        """How many cases the members have voted on."""
        return sum(1 for one in self.lines if one.stand in DONE)

    @property
    def voted(self) -> int:
        """How many cases the reader has voted on."""
        return sum(1 for one in self.lines if one.mine == "voted")

    @property
    def to_agree(self) -> Sequence[Line]:
        """What the reader has opened and not voted on."""
        return [one for one in self.lines if one.mine == "opened" and one.vote]

    @property
    def waiting(self) -> Sequence[Line]:
        """What the reader could open the vote on."""
        return [one for one in self.lines if one.opening]

    @property
    def deciding(self) -> Sequence[Line]:
        """What the reader could decide."""
        return [one for one in self.lines if one.decision]

    @property
    def ways(self) -> Sequence[tuple[Outcome, Sequence[Line]]]:
        """How the reader could decide on several at once, and which cases so."""
        shared = [one for one in self.deciding if not one.alone]
        outcomes = {one.id: one for line in shared for one in line.possible}
        return [(one, [line for line in shared if one in line.possible]) for one in outcomes.values()]

    @property
    def one_by_one(self) -> Sequence[Line]:
        """What the reader could decide, each by itself only."""
        return [one for one in self.deciding if one.alone]

    def line(self, case_id: str) -> Line:
        """Raise `NotFound`."""
        for one in self.lines:
            if one.case_id == case_id:
                return one
        raise NotFound()

    def after(self, line: Line) -> Line | None:
        """The next case that waits for the reader's vote; else the next at all."""
        later = [*self.lines[line.number :], *self.lines[: line.number - 1]]
        return next((one for one in later if one.mine in ("unopened", "opened")), None)


def agenda_of(ground: CaseGround, uow: UnitOfWork, access: Access, items: Sequence[Item]) -> Agenda:
    """What is told of these cases of one sitting, of which there is at least one."""
    people = {one.person for item in items for one in item.recusals} | {one for item in items for one in item.roster}
    names = user_names(uow, people)
    first = items[0]
    openings = [item for item in items if item.opening]
    present = _present(openings)
    roster = list(dict.fromkeys(one for item in items for one in item.roster))
    offices, still = offices_at(uow, first, roster, first.on), offices_at(uow, first, roster, local_date(access.now))
    return Agenda(
        body=access.tree.get(first.body),
        on=first.on,
        place=str(first.convening.get(first.order.place or "") or ""),
        lines=lines_of(access, items, names),
        members=[
            Member(
                user_id=one,
                name=names.get(one, one),
                office=offices.get(one, Label(vi="", en="")),
                present=one in present if openings else None,
                me=one == access.actor.user_id,
                gone=one not in still,
            )
            for one in roster
        ],
        share=f"{first.order.rule.numerator}/{first.order.rule.denominator}",
        needed=needed_of(roster, first.order),
        present=len(present & set(roster)),
        opened_at=min((at for one in openings if (at := _opened_at(one))), default=None),
        counted_at=max((at for one in openings if (at := _counted_at(one))), default=None),
        demonstration=any(one.case.demonstration for one in items),
    )


def lines_of(access: Access, items: Sequence[Item], names: Mapping[str, str]) -> list[Line]:
    """The cases of one sitting by their numbers; `names`: of the people who are recused."""
    return [_line(access, item, number, names) for number, item in enumerate(items, 1)]


def needed_of(roster: Sequence[str], order: Order) -> int:
    """How many of the roster must be there and take part."""
    if not roster:
        return 0
    try:
        return quorum(roster, (), (), order.rule.numerator, order.rule.denominator).needed
    except InvalidInput:
        return 0


def offices_at(uow: UnitOfWork, item: Item, users: Collection[str], on: date) -> dict[str, Label]:
    """User id → what they are in the committee on that day; who may decide is that above all."""
    held: dict[str, set[str]] = {}
    for one in uow.accounts.assignments_of(users) if users else ():
        valid = one.valid_from <= on and (one.valid_to is None or on <= one.valid_to)
        if one.organisation_id == item.body and valid and item.package.role_held(one.role) is not None:
            held.setdefault(one.user_id, set()).add(one.role)
    deciding = item.order.specs[item.order.decision].candidate_groups
    first = {item.package.held_as(one.text) for one in deciding if isinstance(one, Literal)}
    return {
        user: role_label(item.package, min(roles, key=lambda role: (role not in first, role)))
        for user, roles in held.items()
    }


def _line(access: Access, item: Item, number: int, names: Mapping[str, str]) -> Line:
    stand = item.stand
    parts = item.round if stand in ("voting", "deciding", "decided") else []
    closed = bool(parts) and all(one.round_closed_at is not None for one in parts)
    own = _own(access, item, parts)
    proposal = proposal_of(item)
    outcome = _outcome(item.package, proposal) if proposal else None
    assessed = _assessed(item)
    return Line(
        number=number,
        case_id=item.case.id,
        business_key=item.case.business_key,
        unit=access.tree.get(item.case.unit_id),
        proposed=outcome.label if outcome else Label(vi="–", en="–"),
        proposed_effect=outcome.effect if outcome else "neutral",
        met=assessed.get("met"),
        total=assessed.get("total"),
        stand=stand,
        mine=_mine(access, item, own),
        cast=sum(1 for one in parts if one.state == "completed"),
        parts=len(parts),
        tally=_tally(item, parts) if closed else (),
        result=_result(item) if stand == "decided" else None,
        recognised=item.decision is not None and item.decision.outcome == _forward(item),
        vote=own.id if own is not None and own.state in OPEN else None,
        opening=_mine_to_do(access, item.opened(item.order.opening)),
        decision=_mine_to_do(access, item.opened(item.order.decision)),
        alone=_alone(item.order.specs[item.order.decision]),
        possible=[one for one in decisions_of(item) if allows(item, one, access.now)] if stand == "deciding" else (),
        recusals=[(names.get(one.person, one.person), one.reason) for one in item.recusals],
        signer=names.get(item.signer or "", ""),
        roster=item.roster,
        put_off_why=_put_off_why(item) if stand == "put_off" else "",
    )


def _result(item: Item) -> Label | None:
    """What the case came to; before that is recorded, what was decided."""
    known = result_label(item.package, item.case.outcome)
    done = item.decision
    return known if known is not None or done is None else outcome_label(item.package, done.node_id, done.outcome)


def _alone(spec: UserTaskSpec) -> bool:
    chooses = any(one.kind == "users" for one in spec.fields)
    return chooses or spec.needs != "none" or any(one.reason_per_criterion for one in spec.outcomes)


def decisions_of(item: Item) -> Sequence[Outcome]:
    """The outcomes that its procedure knows."""
    return item.order.specs[item.order.decision].outcomes


def allows(item: Item, outcome: Outcome, now: datetime) -> bool:
    """Whether the case as it stands, above all its vote, lets it be decided so."""
    return outcome.condition is None or condition_holds(outcome.condition, item.variables, now)


def _forward(item: Item) -> str | None:
    return next((one.id for one in decisions_of(item) if one.effect == "forward"), None)


def _own(access: Access, item: Item, parts: Sequence[TaskRecord]) -> TaskRecord | None:
    """The reader's part of the vote; else one of whoever they stand in for."""
    me = access.actor.user_id
    own = next((one for one in parts if me in (one.assignee_id, one.completed_by)), None)
    if own is not None:
        return own
    lent = {one.via_deputy_of for one in access.actor.assignments if one.group in item.committee}
    return next((one for one in parts if one.assignee_id in lent - {None} and one.state in OPEN), None)


def _mine(access: Access, item: Item, own: TaskRecord | None) -> Mine:
    if own is not None:
        if own.state == "completed":
            return "voted"
        return "opened" if own.state == "in_progress" else "unopened"
    return "recused" if any(one.person == access.actor.user_id for one in item.recusals) else "none"


def _mine_to_do(access: Access, task: TaskRecord | None) -> str | None:
    """The task where the reader has it, or it waits in a group of theirs. The service asks again."""
    if task is None or task.state not in OPEN:
        return None
    if task.assignee_id == access.actor.user_id:
        return task.id
    return task.id if task.assignee_id is None and access.actor.in_group(task.groups) else None


def proposal_of(item: Item) -> TaskRecord | None:
    """The task that put the case before the committee: the last that was completed before it was convened."""
    convened = item.of(item.order.convening)
    before = [one for one in item.tasks if one.state == "completed" and one.node_id not in item.order.nodes]
    if not convened:
        return None
    done = [one for one in before if one.ended_at is not None and one.ended_at <= convened[-1].created_at]
    return max(done, key=lambda one: (one.ended_at or one.created_at, one.id), default=None)


def _outcome(package: ProcedurePackage, task: TaskRecord) -> Outcome | None:
    for version in (package, *package.former):
        for process in version.bpmn.processes.values():
            known = process.user_tasks.get(task.node_id)
            for one in known.spec.outcomes if known is not None else ():
                if one.id == task.outcome:
                    return one
    return None


def _assessed(item: Item) -> Mapping[str, int]:
    """What the sheet that was handed in last before the sitting counted."""
    for task in reversed(item.tasks):
        found = mapping(mapping(item.variables.get(task.node_id)).get("assessment"))
        if found and task.state == "completed":
            return {key: int(found[key]) for key in ("met", "total") if key in found}
    return {}


def _tally(item: Item, parts: Sequence[TaskRecord]) -> list[Tally]:
    found = []
    for one in item.order.specs[item.order.vote].outcomes:
        number = sum(1 for part in parts if part.outcome == one.id)
        label = outcome_label(item.package, item.order.vote, one.id)
        found.append(Tally(outcome=one.id, label=label, effect=one.effect, count=number))
    return found


def _present(openings: Sequence[Item]) -> set[str]:
    """Who was counted as present at the last roll call."""
    latest = max(openings, key=lambda one: _counted_at(one) or one.case.started_at, default=None)
    return set(texts(latest.opening.get(latest.order.rule.present))) if latest else set()


def _roll_call(item: Item) -> TaskRecord | None:
    """The last time at which it was counted who was there, whatever became of the case then."""
    done = [one for one in item.of(item.order.opening) if one.state == "completed"]
    return done[-1] if done else None


def _put_off_why(item: Item) -> str:
    last = _roll_call(item)
    return (last.reason or "") if last is not None else ""


def _counted_at(item: Item) -> datetime | None:
    last = _roll_call(item)
    return last.ended_at if last is not None else None


def _opened_at(item: Item) -> datetime | None:
    """When the vote on the case was opened; None where it was put off."""
    last = _roll_call(item)
    opens = {one.id for one in item.order.specs[item.order.opening].outcomes if one.effect == "forward"}
    return last.ended_at if last is not None and last.outcome in opens else None
