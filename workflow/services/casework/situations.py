"""What the user-task lifecycle must know of an actor and a task before it says whether a step is allowed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from workflow.calendar.zone import ZONE, local_date
from workflow.engine.codec import state_from_json
from workflow.engine.state import ProcessState, visible_variables
from workflow.errors import ExpressionError
from workflow.feel.expression import parse_for
from workflow.lifecycle.user_task import Bars, Receiver, TaskContext
from workflow.model.expressions import Expression
from workflow.organisation.authority import Actor, Assignment, Deputyship
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import deadline_id, spec_of, task_label
from workflow.recognition.rounds import Round
from workflow.services.casework.rounds.lookup import is_decided_by_session, records_recusal, recused_in, round_of
from workflow.services.ground.access import Access, assignment_of, deputyship_of
from workflow.services.ground.people import holders_of, user_names, who_can_act
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSituation:
    """A task with its case, the actor's standing towards it, and the lifecycle's context.

    `assignment`: by which the actor acts; where they stand in for somebody, it says for whom.
    """

    task: TaskRecord
    case: UnitCase
    package: ProcedurePackage
    assignment: Assignment | None
    context: TaskContext


Days = tuple[date, date]


class TaskRules:
    """What keeps people from one task, whatever roles they hold: the one place where every way in asks."""

    def __init__(
        self, uow: UnitOfWork, access: Access, package: ProcedurePackage, case: UnitCase, task: TaskRecord
    ) -> None:
        self._uow = uow
        self._package = package
        self._case = case
        self._task = task
        self._separate = spec_of(package, task.node_id).separate_from
        self._judges = task.organisation_id not in (None, case.unit_id)
        self._days = days_of(case, local_date(access.now))

    def bars(self, actor: Actor, seat: Assignment | None) -> Bars:
        """What keeps the actor, in that seat, from the task; a deputy and the person stood in for count as one."""
        on_behalf = seat.via_deputy_of if seat else None
        people = [person for person in (actor.user_id, on_behalf) if person]
        recused = next((person for person in people if person in self._recused), None)
        elsewhere = self._elsewhere(people)
        tied = self._tied(actor, on_behalf) if self._judges else None
        barred = [person for person in (recused, elsewhere, tied) if person]
        names = user_names(self._uow, barred) if barred else {}
        return Bars(
            did_separate_task=self._did_separate(people),
            recused=_named(names, recused),
            own_unit=_named(names, tied),
            in_round=_named(names, elsewhere),
        )

    def barred(self, people: Collection[str]) -> frozenset[str]:
        """Those of the people who could not have the task in their own name."""
        found = {one for one in people if one in self._recused or self._elsewhere([one])}
        if self._separate:
            done = self._uow.task_people.doers(self._case.id, self._separate)
            found |= {one for doers in done.values() for one in doers}
        return frozenset(found | (tied_to_unit(self._uow, self._case, self._days) if self._judges else set()))

    def signing(self, actor: Actor) -> tuple[Assignment, ...]:
        """The assignments by which somebody does the deciding task whom the session named as its signer, or who stands in for them.

        They hold another role at the same body than the one whose holders are all recused.
        """
        task = self._task
        if task.assignee_id is None or not is_decided_by_session(self._package, task.node_id):
            return ()
        return tuple(
            one
            for one in actor.assignments
            if one.organisation_id == task.organisation_id
            and one.role not in SYSTEM_ROLES
            and task.assignee_id in (one.via_deputy_of or actor.user_id,)
        )

    @cached_property
    def _round(self) -> Round | None:
        return round_of(self._uow, self._package, self._task)

    @cached_property
    def _recused(self) -> frozenset[str]:
        if records_recusal(self._package, self._task.node_id):
            return frozenset()
        return recused_in(self._package, self._case)

    def _elsewhere(self, people: Collection[str]) -> str | None:
        if self._round is None:
            return None
        return self._round.elsewhere(self._task.id, people, holder=self._task.assignee_id)

    def _did_separate(self, people: Collection[str]) -> tuple[str, ...]:
        if not self._separate:
            return ()
        doers = self._uow.task_people.doers(self._case.id, self._separate, among=people)
        done = [node for node in self._separate if doers.get(node, set()) & set(people)]
        return tuple(task_label(self._package, node)[0] for node in done)

    def _tied(self, actor: Actor, on_behalf: str | None) -> str | None:
        if any(tie.organisation_id == self._case.unit_id and tie.overlaps(*self._days) for tie in actor.ties):
            return actor.user_id
        if on_behalf is not None and on_behalf in tied_to_unit(self._uow, self._case, self._days):
            return on_behalf
        return None


def _named(names: Mapping[str, str], person: str | None) -> str:
    return names.get(person, person) if person else ""


def days_of(case: UnitCase, today: date) -> Days:
    """The days on which a role at the unit ties somebody to the case: from what it is about until today."""
    return min(case.as_of_on, local_date(case.started_at)), today


def tied_to_unit(uow: UnitOfWork, case: UnitCase, days: Days) -> set[str]:
    """Whoever held a role at the case's unit on any of the days, of their own or as a deputy."""
    held = [assignment_of(one) for one in uow.accounts.assignments_at(case.unit_id)]
    lent = uow.accounts.deputyships_on({one.id for one in held}) if held else ()
    own = {one.user_id for one in held if _overlap(one, days)}
    return own | {one.deputy_user_id for one in map(deputyship_of, lent) if _overlap(one, days)}


def _overlap(one: Assignment | Deputyship, days: Days) -> bool:
    return one.valid_from <= days[1] and (one.valid_to is None or one.valid_to >= days[0])


def task_variables(case: UnitCase, task: TaskRecord) -> dict[str, Any]:
    """The process variables that the task sees, from its own scope outward."""
    return variables_in(state_from_json(case.state), task) if case.state is not None else {}


def variables_in(state: ProcessState, task: TaskRecord) -> dict[str, Any]:
    """As `task_variables`, of a state that has been read already."""
    activity = state.activities.get(task.activity_id)
    return visible_variables(state, activity.scope_id if activity else state.root_id)


def situation(
    uow: UnitOfWork, access: Access, package: ProcedurePackage, case: UnitCase, task: TaskRecord
) -> TaskSituation:
    """Find out how the actor stands towards the task."""
    actor = access.actor
    rules = TaskRules(uow, access, package, case, task)
    seat, bars = _seated(rules, actor, task)
    holds = task.assignee_id is not None and task.assignee_id in (actor.user_id, seat.via_deputy_of if seat else None)
    manager = access.assignment("manage_tasks", case)
    roles = {group.partition("@")[0] for group in task.groups}
    personal = is_personal(package, case, task, access)
    context = TaskContext(
        is_candidate=(seat is not None or any(actor.has_role(role) for role in roles)) and (holds or not personal),
        in_jurisdiction=seat is not None,
        is_assignee=holds,
        is_manager=manager is not None,
        assigned=task.assignee_id is not None,
        assignee_name=user_names(uow, [task.assignee_id]).get(task.assignee_id or "", "")
        if task.assignee_id != actor.user_id
        else actor.name,
        personal=personal,
        bars=bars,
        assessment_complete=True,
        past_hard_deadline=_is_too_late(uow, access, package, case, task),
        who_can_act=(),
    )
    return TaskSituation(task=task, case=case, package=package, assignment=seat or manager, context=context)


def _seated(rules: TaskRules, actor: Actor, task: TaskRecord) -> tuple[Assignment | None, Bars]:
    """The assignment by which the actor comes to the task: that of who has it, else the first that nothing keeps from it."""
    seats = actor.seats(task.groups) or rules.signing(actor)
    if task.assignee_id is not None and task.assignee_id != actor.user_id:
        seats = tuple(one for one in seats if one.via_deputy_of == task.assignee_id) or seats
    standing = [(seat, rules.bars(actor, seat)) for seat in seats[:1]]
    if not standing:
        return None, rules.bars(actor, None)
    standing += [(seat, rules.bars(actor, seat)) for seat in seats[1:]] if standing[0][1] else []
    return next((one for one in standing if not one[1]), standing[0])


def _is_too_late(uow: UnitOfWork, access: Access, package: ProcedurePackage, case: UnitCase, task: TaskRecord) -> bool:
    """Whether the task hangs on a deadline after which the campaign refuses it."""
    if task.due_at is None or access.now <= task.due_at:
        return False
    deadlines = uow.campaigns.get(case.campaign_id).deadlines
    late: str | None = deadlines.get(deadline_id(package, task.node_id) or "", {}).get("late")
    return late == "refused"


def with_who_can_act(uow: UnitOfWork, access: Access, found: TaskSituation) -> TaskSituation:
    """Add who could act instead: looked up only when a refusal or a page needs it. Never the actor, never who has it."""
    task = found.task
    people = holders_of(uow, task.groups, local_date(access.now))
    barred = TaskRules(uow, access, found.package, found.case, task).barred(people)
    excluded = {*barred, access.actor.user_id, *([task.assignee_id] if task.assignee_id else ())}
    names = who_can_act(uow, access.tree, found.package, task.groups, local_date(access.now), excluded)
    return replace(found, context=replace(found.context, who_can_act=names))


def receivers_of(uow: UnitOfWork, access: Access, found: TaskSituation) -> dict[str, str]:
    """User id → group, of whoever could be given the task: nobody whom a rule keeps from it, nor who has it already."""
    held = holders_of(uow, found.task.groups, local_date(access.now))
    barred = TaskRules(uow, access, found.package, found.case, found.task).barred(held)
    return {user: group for user, group in held.items() if user not in barred and user != found.task.assignee_id}


def receiver(uow: UnitOfWork, access: Access, found: TaskSituation, other: Actor) -> tuple[Receiver, Assignment | None]:
    """How somebody stands who is to get the task, and in which seat they would have it."""
    rules = TaskRules(uow, access, found.package, found.case, found.task)
    seat, bars = _seated(rules, other, replace(found.task, assignee_id=None))
    fits = seat is not None
    return Receiver(name=other.name, is_candidate=fits, in_jurisdiction=fits, bars=bars), seat


def is_personal(package: ProcedurePackage, case: UnitCase, task: TaskRecord, access: Access) -> bool:
    """Whether the definition names the one person who has the task. Where it comes to nobody, the task waits in its groups."""
    named = spec_of(package, task.node_id).assignee
    if named is None or task.assignee_id is None:
        return False
    if task.loop_counter is not None or not isinstance(named, Expression):
        return True
    try:
        seen = task_variables(case, task)
        return parse_for(named.text, seen).evaluate(seen, now=access.now.astimezone(ZONE)).value is not None
    except ExpressionError:
        return True


def draft_kept(task: TaskRecord) -> dict[str, Any] | None:
    """What has been drafted goes on to whoever has the task next, but a part of a round is nobody else's to read."""
    return task.draft if task.round_id is None else None


def moved(before: TaskRecord, after: TaskRecord) -> dict[str, Any]:
    """The task as it was and as it is, for the facts that say so."""
    return {
        "task_id": after.id,
        "node_id": after.node_id,
        "from_": {"state": before.state, "assignee": before.assignee_id},
        "to": {
            "state": after.state,
            "assignee": after.assignee_id,
            **({"on_behalf_of": after.on_behalf_of} if after.on_behalf_of else {}),
        },
    }
