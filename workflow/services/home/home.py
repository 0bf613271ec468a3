"""Which blocks a person's first page has, by what their roles permit, and what stands in each, by their jurisdiction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from workflow.calendar.deadlines import Remaining, remaining
from workflow.errors import NotFound, PermissionDenied
from workflow.lifecycle.campaign import OPEN
from workflow.lifecycle.definition_version import DRAFT, IN_REVIEW
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import SYSTEM_ROLES, Permission, permissions_of
from workflow.organisation.records import Organisation
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.services.auditing.checkpoints import CheckpointService
from workflow.services.auditing.questions.conduct import RULES, Rule
from workflow.services.auditing.reports import ReportService, Verification
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.inbox import InboxEntry, InboxService, WaitingInquiry
from workflow.services.casework.operations import FailedJobService
from workflow.services.ground.access import Access
from workflow.services.ground.people import user_names
from workflow.services.sittings.sittings import Brief, SittingService
from workflow.services.upkeep.alarms import AlarmService, Standing
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import CaseArea, CaseFilter
from workflow.store.inbox import Count
from workflow.store.notifications import NotificationRecord
from workflow.store.procedures import VersionRecord
from workflow.store.rows import Page
from workflow.store.searching.rosters import Part
from workflow.store.tasks import LateFilter, TaskRecord
from workflow.store.unit_of_work import UnitOfWork

ROWS = 6
"""So many rows a block shows; the rest is behind its “all”."""
FEW = 3
LOOKED_BACK = timedelta(days=30)
"""Acts of so many days are looked at for the first page; the question itself looks further."""
_LOOKED_AHEAD = 40
"""Among so many of a person's tasks the next one is chosen, and those that came back are found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What their unit is asked to explain, then what a person has and what waits in their groups, in the order of its days."""

    inquiries: Sequence[WaitingInquiry]
    entries: Sequence[InboxEntry]
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ForMe:
    """What is for the person alone: unread notices, and the names of those for whom they stand in."""

    notices: Sequence[NotificationRecord]
    standing_in: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """A step that is open past its day."""

    task: TaskRecord
    business_key: str
    unit: Organisation
    left: Remaining


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """The steps that fell due last, and how many there are."""

    steps: Sequence[LateStep]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignBar:
    """An open campaign and how many of the units that the person reaches are in each part of its roster."""

    campaign: CampaignRecord
    parts: Mapping[Part, int]
    managed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """How the chains of events stand: what does not hold, as messages; and the newest verification of them all."""

    warnings: Sequence[str]
    latest: Verification | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """Since when acts are looked at, and the rules that they may meet, by their keys.

    The answer itself is asked for behind each of them: it reads every act of those days, which a first page must not.
    """

    since: date
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What stands still: alarms, and machine work that has failed."""

    alarms: Sequence[Standing]
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Versions of procedures that wait: `faulty` pairs a draft with the number of its errors (None: not checked yet)."""

    faulty: Sequence[tuple[VersionRecord, int | None]]
    in_review: Sequence[VersionRecord]
    drafts: bool
    """Whether the person may mend drafts, else they only review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The blocks; one that is None is not this person's.

    `leads`: whoever decides reads more of the whole and has no list of tasks. `next`: among what the next task is chosen; `returned`:
    those of them that came back.
    """

    today: date
    leads: bool = False
    next: Sequence[InboxEntry] = field(default=())
    returned: Sequence[InboxEntry] = field(default=())
    todo: Todo | None = None
    for_me: ForMe | None = None
    late: Late | None = None
    sittings: Sequence[Brief] | None = None
    campaigns: Sequence[CampaignBar] | None = None
    chains: Chains | None = None
    conduct: Conduct | None = None
    operations: Operations | None = None
    versions: Versions | None = None


class AuditRooms:
    """What is asked for how the chains stand."""

    def __init__(self, checkpoints: CheckpointService, reports: ReportService) -> None:
        self._checkpoints = checkpoints
        self._reports = reports

    def chains(self, actor: Actor) -> Chains:
        """What does not hold, and the newest verification. Raises `PermissionDenied`."""
        reported, _total = self._reports.list(actor, Page(limit=1))
        return Chains(warnings=self._checkpoints.warnings(actor), latest=reported[0] if reported else None)


class HomeService:
    """Every person has a page; no block holds what its subject would not tell the same person on its own page."""

    def __init__(
        self,
        ground: CaseGround,
        inbox: InboxService,
        sittings: SittingService,
        alarms: AlarmService,
        failed_jobs: FailedJobService,
        audit: AuditRooms,
    ) -> None:
        self._ground = ground
        self._inbox = inbox
        self._sittings = sittings
        self._alarms = alarms
        self._failed_jobs = failed_jobs
        self._audit = audit

    def has_work(self, actor: Actor) -> bool:
        """Whether a task waits for the person, in their own hands or in a group, or a question to their unit: what the first page after the sign-in hangs on."""
        return "act" in _permissions(actor) and self._inbox.first(actor, 1)[2].number > 0

    def read(self, actor: Actor) -> Home:
        """The person's blocks."""
        may, today = _permissions(actor), self._ground.today()
        leads = self._leads(actor, may)
        entries, asked, count = self._inbox.first(actor, _LOOKED_AHEAD) if "act" in may else ((), (), Count(number=0))
        audits, reads = {"audit", "inspect"} & may, {"read_case", "inspect"} & may
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            returned = self._returned(uow, entries)
            for_me = self._for_me(uow, actor) if "act" in may else None
            late = self._late(uow, access, Page(limit=ROWS)) if reads else None
            campaigns = self._campaigns(uow, access, may) if "manage_campaigns" in may or reads else None
            versions = self._versions(uow, may) if _AUTHORING & may else None
        return Home(
            today=today,
            leads=leads,
            next=entries,
            returned=returned[:FEW],
            todo=_todo(asked, entries, count) if "act" in may and not leads else None,
            for_me=for_me,
            late=late,
            sittings=self._sittings.ahead(actor, FEW) if {"act", "manage_tasks"} & may else None,
            campaigns=campaigns,
            chains=self._audit.chains(actor) if "audit" in may else None,
            conduct=Conduct(since=today - LOOKED_BACK, rules=RULES) if audits else None,
            operations=self._operations(actor) if "administer_accounts" in may else None,
            versions=versions,
        )

    def late(self, actor: Actor, page: Page) -> Late:
        """A page of what the block `late` is the beginning of. Raises `PermissionDenied` for who has no such block."""
        if not {"read_case", "inspect"} & _permissions(actor):
            raise PermissionDenied()
        with self._ground.units.reading() as uow:
            return self._late(uow, self._ground.access(uow, actor), page)

    def _leads(self, actor: Actor, may: frozenset[Permission]) -> bool:
        """Whoever decides, and at most votes besides; and whoever looks after others' work and has none of their own."""
        if "act" not in may:
            return "manage_tasks" in may
        acting = {one.role for one in actor.assignments if one.role not in SYSTEM_ROLES}
        chairing = self._sittings.chairing_roles()
        return bool(acting & chairing) and acting <= self._sittings.committee_roles()

    def _returned(self, uow: UnitOfWork, entries: Sequence[InboxEntry]) -> list[InboxEntry]:
        """Those that came back: what was finished last in the case before the task arose was a return."""
        again = uow.inbox.done_before([one.row.task.id for one in entries]) if entries else frozenset()
        asked = [one for one in entries if one.row.task.id in again]
        if not asked:
            return []
        case_ids = {one.row.task.case_id for one in asked}
        cases = uow.unit_cases.many(case_ids)
        packages = {key: self._ground.version(uow, case).package for key, case in cases.items()}
        done: dict[str, list[TaskRecord]] = {}
        for task in uow.tasks.done(case_ids):
            done.setdefault(task.case_id, []).append(task)

        def came_back(entry: InboxEntry) -> bool:
            task = entry.row.task
            before = [one for one in done.get(task.case_id, ()) if one.ended_at and one.ended_at <= task.created_at]
            return bool(before) and _sends_back(packages[task.case_id], before[-1])

        return [one for one in asked if came_back(one)]

    def _for_me(self, uow: UnitOfWork, actor: Actor) -> ForMe:
        notices = [one for one in uow.notifications.of_user(actor.user_id, Page(limit=ROWS)) if one.read_at is None]
        lent = [one for one in actor.assignments if one.via_deputy_of is not None]
        names = user_names(uow, [one.via_deputy_of for one in lent])
        return ForMe(notices=notices[:FEW], standing_in=sorted(names.values())[:FEW])

    def _late(self, uow: UnitOfWork, access: Access, page: Page) -> Late:
        now, calendar = self._ground.clock.now(), self._ground.register.calendar(uow)
        areas = [CaseArea(unit_ids=access.units()), *access.areas()]
        where = LateFilter(cases=CaseFilter(areas=[one for one in areas if one.unit_ids]), now=now, is_open=True)
        tasks, total = uow.tasks.late(where, page)
        known = uow.unit_cases.many({one.case_id for one in tasks})
        steps = [
            LateStep(
                task=task,
                business_key=known[task.case_id].business_key,
                unit=access.tree.get(known[task.case_id].unit_id),
                left=remaining(calendar, now, task.due_at),
            )
            for task in tasks
            if task.due_at is not None and task.case_id in known
        ]
        return Late(steps=steps, total=total)

    def _campaigns(self, uow: UnitOfWork, access: Access, may: frozenset[Permission]) -> Sequence[CampaignBar]:
        """The open ones, newest year first, as far as the person's units are in them."""
        campaigns = [one for one in uow.campaigns.all() if one.status == OPEN and access.may_name(one.id)]
        today = self._ground.today()
        managed = {
            one.id
            for one in campaigns
            if "manage_campaigns" in may and access.actor.can("manage_campaigns", one.province, access.tree, today)
        }
        now, reach = (
            self._ground.clock.now(),
            access.units() | {unit for one in access.areas() for unit in one.unit_ids},
        )
        others = [one.id for one in campaigns if one.id not in managed]
        own = uow.rosters.parts(others, reach, now) if others else {}
        whole = uow.rosters.parts(managed, None, now) if managed else {}
        bars = [
            CampaignBar(campaign=one, parts={**own, **whole}[one.id], managed=one.id in managed)
            for one in campaigns
            if one.id in own or one.id in whole
        ]
        return bars[:ROWS]

    def _versions(self, uow: UnitOfWork, may: frozenset[Permission]) -> Versions:
        found, errors = uow.definitions.all(None), uow.definitions.errors()
        drafts = "administer_definitions" in may
        faulty = [(one, errors.get(one.id)) for one in found if one.status == DRAFT] if drafts else []
        return Versions(
            faulty=[(one, number) for one, number in faulty if number != 0][:ROWS],
            in_review=[one for one in found if one.status == IN_REVIEW][:ROWS],
            drafts=drafts,
        )

    def _operations(self, actor: Actor) -> Operations:
        return Operations(
            alarms=self._alarms.standing(actor)[:ROWS], failed=len(self._failed_jobs.list(actor, _FAILED_COUNTED))
        )


def _todo(asked: Sequence[WaitingInquiry], entries: Sequence[InboxEntry], count: Count) -> Todo:
    """A question has days of its own and is answered on one page: it stands first, and the block keeps its length."""
    return Todo(inquiries=asked[:ROWS], entries=entries[: max(ROWS - len(asked), 0)], count=count)


_AUTHORING: frozenset[Permission] = frozenset({"administer_definitions", "review_definitions"})
_FAILED_COUNTED = 100


def _permissions(actor: Actor) -> frozenset[Permission]:
    return frozenset(permission for one in actor.assignments for permission in permissions_of(one.role))


def _sends_back(package: ProcedurePackage, task: TaskRecord) -> bool:
    try:
        outcomes = spec_of(package, task.node_id).outcomes
    except NotFound:
        return False
    return any(one.id == task.outcome and one.effect == "back" for one in outcomes)
