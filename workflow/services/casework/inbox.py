"""The inbox: the tasks of a person, of their groups, and those escalated to them; and the choices of its filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from workflow.calendar.deadlines import Remaining, remaining
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import local_date
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.organisation.records import Organisation
from workflow.packages.package import ProcedurePackage
from workflow.runtime.steps import Steps
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.queue.taking_back import seems_untouched
from workflow.services.ground.access import Access
from workflow.services.ground.people import user_names
from workflow.services.ground.register import CAMPAIGNS, OrganisationRegister
from workflow.spelling import by_name
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.inbox import OWN, Count, InboxFilter, InboxRow, Seats
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True, eq=False)
class Choices:
    """By id; as long as nothing about them changes they are the same thing. `units` is empty where there are too many to choose from: then people search by text."""

    procedures: Mapping[str, Label]
    stages: Mapping[str, Label]
    roles: Mapping[str, Label]
    units: Mapping[str, Organisation]
    years: tuple[int, ...]


TABS = ("todo", "returned", "asked", "group", "mine", "escalated", "sent")
"""`todo`: what a person has and what waits in their groups, in the order of its due dates. `asked`: what of theirs waits for an explanation by
the unit. `sent`: what they have finished lately, the last first."""


LATELY = timedelta(days=30)
"""For so long what somebody has sent stands in their list."""


PAGE_SIZE = 40


MOST_INQUIRIES = 100
MOST_UNREAD = 99


SOON = 5
"""How many working days after today still count as soon."""


DUE = ("overdue", "today", "soon", "week")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of a sheet's criteria are decided; `round`: which time its step is done in this case, from 1. `asked`: how many questions to
    the unit wait for their answer.

    What a later round takes over from the one before is not counted: only the sheet itself knows what of it still holds.
    """

    done: int
    total: int
    round: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """A row with the time that is left; None where the task has no due date. `on_behalf_of`: who has it, where the reader stands in.

    `progress`: of a task with criteria. Of what was sent, `waiting` is what is open in the case now, and `untouched` whether nobody seems to have begun
    with it.
    """

    row: InboxRow
    remaining: Remaining | None
    on_behalf_of: str = ""
    progress: Progress | None = None
    waiting: Sequence[TaskRecord] = ()
    untouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingInquiry:
    """What a reviewer asks a unit to explain."""

    inquiry: InquiryRecord
    unit: Organisation
    business_key: str
    remaining: Remaining | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """One page, and how many tasks each tab has under the same filters; counts stop at a bound and say so.

    What a unit has to explain is to be done as a task is, and counts among `todo` whatever the filters.
    """

    entries: Sequence[InboxEntry]
    counts: dict[str, Count]
    overdue: Count
    unread: Count
    """Of notifications, as every page's head says it."""
    page: Page
    has_next: bool
    inquiries: Sequence[WaitingInquiry]
    """What the units for which the person acts have to explain, what is due first first; shown with `todo`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head of every page says: how much there is to do, and how many notifications have not been read."""

    todo: Count
    unread: Count


class InboxService:
    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def page(self, actor: Actor, where: InboxFilter, page: Page) -> InboxPage:
        """Return the page for the tab of `where`; filters hold for the counts of every tab."""
        now = self._ground.clock.now()
        with self._ground.units.reading() as uow:
            seats = _seats(actor)
            calendar = self._ground.register.calendar(uow)
            due = due_before(calendar, where.due, now)
            where = replace(where, due_before=due, sent_since=now - LATELY)
            one_more = Page(limit=page.limit + 1, offset=page.offset)
            rows = list(uow.inbox.page(seats, where, one_more, now))
            units = self._own_units(uow, actor)
            counts = uow.inbox.counts(seats, _counted(where), now, asked_of=units, unread=True)
            asked, overdue, unread = (counts.pop(name) for name in ("inquiries", "overdue", "unread"))
            counts["todo"] = _together(counts["mine"], counts["group"], asked)
            shows = asked.number and where.tab == "todo" and where.due != "overdue"
            inquiries = self._inquiries(uow, actor, calendar, now) if shows else []
            principals = user_names(
                uow, [row.task.assignee_id for row in rows if row.task.assignee_id not in (None, actor.user_id)]
            )
            shown = rows[: page.limit]
            progress = self._progress(uow, shown) if where.tab != "sent" else {}
            standing = _standing(uow, shown) if where.tab == "sent" else {}
        left = {due: remaining(calendar, now, due) for due in {row.task.due_at for row in shown} if due is not None}
        entries = [
            InboxEntry(
                row=row,
                remaining=left[row.task.due_at] if row.task.due_at else None,
                on_behalf_of=principals.get(row.task.assignee_id or "", "") if where.tab in OWN else "",
                progress=progress.get(row.task.id),
                waiting=standing.get(row.task.case_id, ()),
                untouched=bool(standing) and seems_untouched(row.task, standing.get(row.task.case_id, ())),
            )
            for row in shown
        ]
        return InboxPage(
            entries=entries,
            counts=counts,
            overdue=overdue,
            unread=_told(unread),
            page=page,
            has_next=len(rows) > page.limit,
            inquiries=inquiries,
        )

    def _inquiries(
        self, uow: UnitOfWork, actor: Actor, calendar: WorkingCalendar, now: datetime
    ) -> list[WaitingInquiry]:
        found = uow.inquiries.waiting_at(self._own_units(uow, actor), MOST_INQUIRIES)
        tree = self._ground.register.tree(uow) if found else None
        return [
            WaitingInquiry(
                inquiry=one,
                unit=tree.get(unit_id),
                business_key=business_key,
                remaining=remaining(calendar, now, one.due_at) if one.due_at else None,
            )
            for one, business_key, unit_id in found
            if tree is not None
        ]

    def _own_units(self, uow: UnitOfWork, actor: Actor) -> set[str]:
        """The units for which the actor acts: a body's people are asked nothing, only a case's own unit explains."""
        tree = self._ground.register.tree(uow)
        held = {one.organisation_id for one in actor.assignments if one.role not in SYSTEM_ROLES}
        return {one for one in held if not tree.is_body(one)}

    def first(self, actor: Actor, limit: int) -> tuple[Sequence[InboxEntry], Sequence[WaitingInquiry], Count]:
        """What is to be done first, what is to be explained, and how much both are: without filters and without what others need to be told."""
        now, where = self._ground.clock.now(), InboxFilter(tab="todo")
        with self._ground.units.reading() as uow:
            seats, calendar = _seats(actor), self._ground.register.calendar(uow)
            rows = uow.inbox.page(seats, where, Page(limit=limit), now)
            counts = uow.inbox.counts(seats, {tab: replace(where, tab=tab) for tab in ("mine", "group")}, now)
            inquiries = self._inquiries(uow, actor, calendar, now)
        entries = [
            InboxEntry(row=row, remaining=remaining(calendar, now, row.task.due_at) if row.task.due_at else None)
            for row in rows
        ]
        return entries, inquiries, _together(counts["mine"], counts["group"], Count(number=len(inquiries)))

    def head(self, actor: Actor) -> Head:
        """How much a person has to do, tasks and explanations, as the list's `todo` without filters; and how much they have not read."""
        now, where = self._ground.clock.now(), InboxFilter(tab="todo")
        wheres = {tab: replace(where, tab=tab) for tab in ("mine", "group")}
        with self._ground.units.reading() as uow:
            counts = uow.inbox.counts(_seats(actor), wheres, now, asked_of=self._own_units(uow, actor), unread=True)
        unread = counts.pop("unread")
        return Head(todo=_together(*counts.values()), unread=_told(unread))

    def _progress(self, uow: UnitOfWork, rows: Sequence[InboxRow]) -> Mapping[str, Progress]:
        judging = [row for row in rows if row.task.criteria_set is not None]
        found = uow.inbox.progress([row.task.id for row in judging])
        progress = {}
        for row in judging:
            package = self._ground.steps.compiled(uow, row.version_id).package
            criteria = package.criteria_sets.get(row.task.criteria_set or "")
            if criteria is not None:
                done, before, asked = found.get(row.task.id, (0, 0, 0))
                progress[row.task.id] = Progress(done=done, total=len(criteria.criteria), round=before + 1, asked=asked)
        return progress

    def choices(self, actor: Actor) -> Choices:
        """What the filters offer: procedures, stages and units of the campaigns, as far as the actor's cases reach."""
        with self._ground.units.reading() as uow:
            return offered_to(uow, self._ground.register, self._ground.steps, self._ground.access(uow, actor))

    def remaining(self, due_at: datetime | None) -> Remaining | None:
        """The time that is left until an instant, counted in working days."""
        if due_at is None:
            return None
        with self._ground.units.reading() as uow:
            return remaining(self._ground.register.calendar(uow), self._ground.clock.now(), due_at)


def _seats(actor: Actor) -> Seats:
    return Seats(
        user_id=actor.user_id,
        groups=actor.groups,
        lent={(one.via_deputy_of, one.group) for one in actor.assignments if one.via_deputy_of is not None},
    )


def _standing(uow: UnitOfWork, rows: Sequence[InboxRow]) -> Mapping[str, Sequence[TaskRecord]]:
    """Case → its open tasks, without what has been entered into them."""
    found: dict[str, list[TaskRecord]] = {}
    for task in uow.inbox.standing({row.task.case_id for row in rows}):
        found.setdefault(task.case_id, []).append(replace(task, draft=None))
    return found


def _counted(where: InboxFilter) -> dict[str, InboxFilter]:
    """What stands beside the lists: each list under the same filters, and what of them is overdue, which is a list of its own."""
    todo = where if where.tab in OWN else replace(where, tab="todo")
    is_list = where.tab == "todo" and where.due == "overdue"
    others = replace(where, due=None, due_before=None) if is_list else where
    lists = {tab: replace(others, tab=tab) for tab in TABS if tab != "todo"}
    return {**lists, "overdue": replace(todo, due="overdue")}


def _told(unread: Count) -> Count:
    """Nobody is told a larger number of unread notifications than this."""
    return Count(number=min(unread.number, MOST_UNREAD), more=unread.number > MOST_UNREAD)


def _together(*counts: Count) -> Count:
    """A task that somebody has waits in no group, so that they are counted apart and added; what is to be explained is no task."""
    return Count(number=sum(one.number for one in counts), more=any(one.more for one in counts))


def due_before(calendar: WorkingCalendar, due: str | None, now: datetime) -> datetime | None:
    """The instant before which a task must be due to fall under the filter; None for no filter, and for a word that is none.

    `today` ends with the local day, `week` with Sunday, `soon` with the fifth working day after today, a day with itself.
    """
    if due == "overdue":
        return now
    today = now.astimezone(calendar.zone).date()
    last_day = {
        "today": lambda: today,
        "soon": lambda: calendar.add_working_days(today, SOON),
        "week": lambda: today + timedelta(days=6 - today.weekday()),
    }.get(due or "", lambda: _day(due))()
    if last_day is None or last_day == date.max:
        return None
    return calendar.at(last_day + timedelta(days=1), time.min).astimezone(UTC)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


MOST_UNITS = 200


def offered_to(uow: UnitOfWork, register: OrganisationRegister, steps: Steps, access: Access) -> Choices:
    """What the filters offer to the actor: it changes with the campaigns and the organisations, and the day."""
    whose = (access.actor.assignments, local_date(access.now))
    return register.following(uow, CAMPAIGNS, whose, lambda: _read_choices(uow, access, steps))


def _read_choices(uow: UnitOfWork, access: Access, steps: Steps) -> Choices:
    """Read from the campaigns; where versions differ, the newest word holds."""
    campaigns = [one for one in uow.campaigns.all() if access.may_name(one.id)]
    packages = _packages(uow, steps, dict.fromkeys(one.version_id for one in campaigns))
    reach = access.units()
    listed = uow.campaigns.unit_ids([one.id for one in campaigns], reach, MOST_UNITS + 1)
    units = {unit_id: access.tree.get(unit_id) for unit_id in listed}
    stages: dict[str, Label] = {}
    roles: dict[str, Label] = {}
    for package in packages:
        for stage in package.stages:
            stages.setdefault(stage.id, stage.label)
        for role_id, role in package.roles.items():
            roles.setdefault(package.held_as(role_id), role.label)
    return Choices(
        procedures={package.key: package.title for package in reversed(packages)},
        stages=stages,
        roles=roles,
        units=dict(sorted(units.items(), key=lambda item: by_name(item[1].name_vi, item[0])))
        if len(units) <= MOST_UNITS
        else {},
        years=tuple(dict.fromkeys(one.year for one in campaigns)),
    )


def _packages(uow: UnitOfWork, steps: Steps, version_ids: Mapping[str, None]) -> list[ProcedurePackage]:
    return [steps.compiled(uow, version_id).package for version_id in version_ids]
