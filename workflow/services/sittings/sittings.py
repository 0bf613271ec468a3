"""Sittings for the people in them: the agenda, one case of it, and what is done to many of its cases, each in a transaction of its own."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from workflow.errors import (
    N_,
    InvalidInput,
    NotFound,
)
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.services.casework.comments import AddComment, CommentService
from workflow.services.casework.fields import Entry
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.recusals import LEAST, reason_field
from workflow.services.casework.rounds.stepping_out import CannotSpare, RoundService, StepOut
from workflow.services.casework.tasks import (
    ClaimTask,
    CompleteTask,
    ReleaseTask,
    SaveDraft,
    StartTask,
    TaskService,
)
from workflow.services.ground.access import Access
from workflow.services.sittings.agenda import DONE, Agenda, Line, lines_of
from workflow.services.sittings.hall import REFUSALS, Done, Hall, SittingCommand, part_of
from workflow.services.sittings.items import Item, concerns, item_of, items_of
from workflow.services.sittings.minutes import Minutes, minutes_of
from workflow.services.sittings.pane import SEEN, Pane, own_task, pane_of, seen_in
from workflow.spelling import entered, legible


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtCase(SittingCommand):
    """Open a case of the agenda. `document`: one of its papers, which then counts as opened; what is entered so far is kept."""

    case_id: str
    document: str | None = None
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote(SittingCommand):
    case_id: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeToOpened(SittingCommand):
    """Agree to these cases, which one has opened and not voted on."""

    case_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Somebody who takes no part in one case, and why; `signer`: who decides it where nobody is left who could."""

    case_id: str
    person: str
    reason: str
    signer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCases(SittingCommand):
    """Open the vote on these cases with one roster, or put them off: `outcome` is one of those of the opening task."""

    case_ids: Sequence[str]
    outcome: str
    present: Sequence[str]
    away: Sequence[Away] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StayAway(SittingCommand):
    """Tell whoever prepares the sitting that one takes no part in a case, and why."""

    case_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A case of a sitting."""

    body: str
    on: date
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A sitting in a list. `mine`: how many of its cases wait for the reader."""

    body: Organisation
    on: date
    place: str
    cases: int
    done: int
    mine: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """What the opening asks for: the agenda, the outcomes that there are, and what members have remarked: case → (name, text)."""

    agenda: Agenda
    outcomes: Sequence[tuple[str, Label, str, str]]
    """Id, label, effect, and whether a reason is asked for."""
    remarks: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


class SittingService:
    """Raises `NotFound` for a sitting or a case that the actor has nothing to do with: no difference shows."""

    def __init__(self, ground: CaseGround, tasks: TaskService, comments: CommentService, rounds: RoundService) -> None:
        self._ground = ground
        self._hall = Hall(ground)
        self._tasks = tasks
        self._comments = comments
        self._rounds = rounds

    def takes_part(self, actor: Actor) -> bool:
        """Whether the actor has a role for sittings: what the navigation asks on every page."""
        return any(one.role in self._hall.known().roles for one in actor.assignments)

    def committee_roles(self) -> frozenset[str]:
        """The roles whose holders vote and decide, not who prepare."""
        return self._hall.known().deciding

    def chairing_roles(self) -> frozenset[str]:
        """The roles whose holders decide after the votes."""
        return self._hall.known().chairing

    def holds(self, procedure_key: str, node_id: str) -> bool:
        """Whether tasks of that node belong to sittings once they have been convened: what every row of the inbox asks."""
        return (procedure_key, node_id) in self._hall.known().steps

    def place(self, actor: Actor, task_id: str) -> Place:
        """Where the task lies. Raises `NotFound` also where it lies in no sitting."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            task = uow.tasks.get(task_id)
            case = uow.unit_cases.get(task.case_id)
            item = item_of(self._ground, uow, case) if case.unit_id in access.units() else None
            if item is None or task.node_id not in item.order.nodes:
                raise NotFound()
            item.tasks = list(uow.sittings.tasks([case.id]))
            if item.left or not concerns(access, item):
                raise NotFound()
            return Place(body=item.body, on=item.on, case_id=case.id)

    def overview(self, actor: Actor) -> list[Brief]:
        """The sittings of the last year that the actor has to do with, the newest first."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            return _briefs(access, items_of(self._ground, uow, access))

    def ahead(self, actor: Actor, limit: int) -> list[Brief]:
        """The sittings that come next, the nearest first; before them those that are over and where something waits for the actor."""
        today = self._ground.today()
        found = [one for one in self.overview(actor) if one.on >= today or one.mine]
        return found[::-1][:limit]

    def agenda(self, actor: Actor, body: str, on: date) -> Agenda:
        """The cases of the sitting by their numbers."""
        with self._ground.units.reading() as uow:
            return self._hall.read(uow, self._ground.access(uow, actor), body, on)[0]

    def pane(self, actor: Actor, body: str, on: date, case_id: str) -> Pane:
        """The agenda with one of its cases."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            agenda, items = self._hall.read(uow, access, body, on)
            return pane_of(self._ground, uow, access, agenda, items[agenda.line(case_id).number - 1])

    def roll(self, actor: Actor, body: str, on: date) -> Roll:
        """What opening the cases that wait for the actor asks for."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            agenda, items = self._hall.read(uow, access, body, on)
            names = {one.user_id: one.name for one in agenda.members}
            said: dict[str, list[tuple[str, str]]] = {}
            waiting = [one.case_id for one in agenda.waiting]
            for case_id, author, text in uow.sittings.remarks(waiting, list(names)) if waiting else ():
                said.setdefault(case_id, []).append((names[author], text))
            spec = items[0].order.specs[items[0].order.opening]
            outcomes = [(one.id, one.label, one.effect, one.reason) for one in spec.outcomes]
            return Roll(agenda=agenda, outcomes=outcomes, remarks=said)

    def minutes(self, actor: Actor, body: str, on: date) -> Minutes:
        """What was done in the sitting so far."""
        with self._ground.units.reading() as uow:
            agenda, items = self._hall.read(uow, self._ground.access(uow, actor), body, on)
            return minutes_of(uow, agenda, items)

    def look(self, actor: Actor, command: LookAtCase) -> None:
        """Begin the actor's vote on the case, so that it counts as opened; whoever has none just looks."""
        line, item = self._hall.one(actor, command, command.case_id)
        task = own_task(item, line)
        if task is None:
            return
        if line.mine == "unopened":
            self._tasks.start(actor, StartTask(task_id=task.id, command_id=part_of(command, line, "start")))
        if command.document is None:
            return
        seen = seen_in(task.draft or {})
        seen = seen if command.document in seen else (*seen, command.document)
        draft = SaveDraft(
            task_id=task.id,
            outcome=command.outcome,
            reason=command.reason,
            fields={SEEN: list(seen)},
            command_id=part_of(command, line, "draft"),
        )
        self._tasks.save_draft(actor, draft)

    def vote(self, actor: Actor, command: CastVote) -> Line:
        """Cast the actor's vote on a case that they have opened, as agreeing together asks, too. Raises as `TaskService.complete`."""
        line, _item = self._hall.one(actor, command, command.case_id)
        if line.vote is None:
            raise InvalidInput(N_("You have no vote to cast on this case."))
        if line.mine == "unopened":
            raise InvalidInput(N_("Open the case before you vote on it."))
        cast = CompleteTask(
            task_id=line.vote, outcome=command.outcome, reason=command.reason, command_id=command.command_id
        )
        self._tasks.complete(actor, cast)
        return line

    def agree(self, actor: Actor, command: AgreeToOpened) -> list[Done]:
        """Agree to each of the cases by itself; a case that was not opened, or is voted on already, is refused and named."""

        def act(line: Line, item: Item) -> None:
            agreement = item.order.agreement
            if line.mine == "voted":  # a second click
                return
            if line.mine != "opened" or line.vote is None:
                raise InvalidInput(N_("Only a case that you have opened and not voted on yet can be agreed to."))
            if agreement is None:
                raise InvalidInput(N_("The procedure knows no agreement without a reason: vote on the case by itself."))
            part = part_of(command, line, "vote")
            self._tasks.complete(actor, CompleteTask(task_id=line.vote, outcome=agreement.id, command_id=part))

        return self._hall.each(actor, command, command.case_ids, act)

    def open(self, actor: Actor, command: OpenCases) -> list[Done]:
        """Record who is there and open the vote on each of the cases by itself, or put each off, as the procedure's rules ask."""

        def act(line: Line, item: Item) -> None:
            if line.opening is None:
                raise InvalidInput(N_("The vote on this case cannot be opened now, or not by you."))
            if _puts_off(item, command.outcome) and not entered(command.reason):
                raise InvalidInput(N_("Give a reason."))
            task = next(one for one in item.tasks if one.id == line.opening)
            if task.state == "ready":
                self._tasks.claim(actor, ClaimTask(task_id=task.id))
            answers = CompleteTask(
                task_id=task.id,
                outcome=command.outcome,
                fields=_entries(command, line, item),
                reason=command.reason,
                command_id=part_of(command, line, "open"),
            )
            try:
                self._tasks.complete(actor, answers)
            except REFUSALS:
                if task.state == "ready":  # it waits for its group as before
                    self._tasks.release(actor, ReleaseTask(task_id=task.id))
                raise

        return self._hall.each(actor, command, command.case_ids, act)

    def stay_away(self, actor: Actor, command: StayAway) -> bool:
        """Take no part in a case, before one has voted on it. Return whether one is out of its vote.

        Before the vote is open, and where it could not be decided without the actor, the reason is left as a remark that the unit
        does not read and the opening shows. Raises `InvalidInput`.
        """
        line, item = self._hall.one(actor, command, command.case_id)
        if actor.user_id not in line.roster:
            raise InvalidInput(N_("Only who was convened to this sitting takes no part in one of its cases."))
        if line.mine in ("voted", "recused") or line.stand not in ("waiting", "voting", "put_off"):
            raise InvalidInput(N_("You have voted on this case, take no part in it already, or its vote is over."))
        task = own_task(item, line)
        if line.stand == "voting" and task is not None and task.assignee_id == actor.user_id:
            out = StepOut(task_id=task.id, reason=command.reason, command_id=part_of(command, line, "out"))
            with suppress(CannotSpare):
                self._rounds.step_out(actor, out)
                return True
        reason = entered(command.reason)
        if legible(reason) < LEAST:
            raise InvalidInput(N_("Say why you take no part, in at least %(least)s characters."), least=LEAST)
        text = f"{_AWAY} {reason}"
        self._comments.add(actor, AddComment(case_id=line.case_id, text=text, command_id=command.command_id))
        return False


_AWAY = "Không tham gia xét:"
"""How a remark begins by which a member says so: a text of the record, in the language of the record."""


def _briefs(access: Access, items: Sequence[Item]) -> list[Brief]:
    """The sittings of these cases, the newest first: numbers alone, so that nobody's name is looked up."""
    found: dict[tuple[date, str], list[Item]] = {}
    for item in items:
        found.setdefault((item.on, item.body), []).append(item)
    return [_brief(access, found[key]) for key in sorted(found, reverse=True)]


def _brief(access: Access, items: Sequence[Item]) -> Brief:
    lines, first = lines_of(access, items, {}), items[0]
    return Brief(
        body=access.tree.get(first.body),
        on=first.on,
        place=str(first.convening.get(first.order.place or "") or ""),
        cases=len(lines),
        done=sum(1 for one in lines if one.stand in DONE),
        mine=sum(1 for one in lines if one.mine in ("unopened", "opened") or one.opening or one.decision),
    )


def _puts_off(item: Item, outcome_id: str) -> bool:
    """Whether the opening ends so without a vote; the minutes then say why, wherever the procedure takes a reason at all."""
    outcomes = item.order.specs[item.order.opening].outcomes
    return any(one.id == outcome_id and one.effect != "forward" and one.reason != "none" for one in outcomes)


def _entries(command: OpenCases, line: Line, item: Item) -> dict[str, Entry]:
    """The fields of the opening task: the roster is whom the convening named; of the others only who is among them."""
    rule, roster = item.order.rule, list(line.roster)
    away = [one for one in command.away if one.case_id == line.case_id and one.person in roster]
    entries: dict[str, Entry] = {
        rule.roster: roster,
        rule.present: [one for one in command.present if one in roster],
    }
    if rule.recused is not None:
        entries[rule.recused] = [one.person for one in away]
        entries |= {reason_field(str(rule.reasons), one.person): one.reason for one in away}
    signer = next((one.signer for one in away if one.signer), None)
    if rule.signer is not None and signer:
        entries[rule.signer] = [signer]
    return entries
