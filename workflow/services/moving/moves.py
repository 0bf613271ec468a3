"""Moving running cases to another version: what administrators ask for. The worker carries it out case by case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.audit.facts.moving import MigrationCancelled, MigrationRevertRequested, MigrationStarted
from workflow.engine import commands as cmd, events as ev
from workflow.engine.codec import state_from_json
from workflow.engine.decide import advance
from workflow.engine.migration import events as me
from workflow.engine.state import ProcessState
from workflow.errors import N_, NotFound, TransitionRefused, WorkflowError
from workflow.ids import new_id
from workflow.lifecycle.case import RUNNING
from workflow.lifecycle.definition_version import PUBLISHED
from workflow.organisation.authority import Actor
from workflow.organisation.candidates import resolve_body
from workflow.organisation.permissions import Permission
from workflow.runtime.recorder import Provenance, record
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import Access
from workflow.services.ground.changes import required
from workflow.services.ground.idempotence import Command
from workflow.services.ground.labels import node_label
from workflow.services.moving.cases import STUCK, take_back
from workflow.services.moving.jobs import MIGRATE, REVERT, job_for, ref_of, spoken_for
from workflow.services.moving.plans import (
    CaseChoice,
    Versions,
    case_choices,
    planned,
    running_cases,
    situations,
    versions_of,
)
from workflow.services.moving.views import (
    ItemView,
    Message,
    MigrationSummary,
    MigrationWish,
    Preview,
    TrialResult,
    VersionChoice,
    item_view,
    item_views,
    message,
    summaries,
    unit_label,
    within_reach,
)
from workflow.services.procedures.checks import stream_of
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.moving import DONE, PENDING, REVERTING, MigrationItem, MigrationRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_PERMISSION: Permission = "administer_definitions"
_NOTHING = N_("There is no running case to move.")
_UNMAPPED = N_(
    "%(number)s of the cases cannot be moved yet: say where they go on, or choose only those that are ready to move."
)
_WAITING = N_("%(number)s of the cases already wait in another migration.")
_NONE_MOVED = N_("There is no moved case that could be taken back.")
_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMigration(Command):
    wish: MigrationWish
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMigration(Command):
    migration_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertMigration(Command):
    migration_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertCase(Command):
    migration_id: str
    case_id: str
    reason: str


class MigrationService:
    """Needs the permission `administer_definitions`, and reaches the cases of its jurisdiction only; else `PermissionDenied`, `NotFound`."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def versions(self, actor: Actor, key: str | None = None) -> list[VersionChoice]:
        """The versions with running cases, and the published ones of the same procedure to which these could move."""
        with self._ground.units.reading() as uow:
            access = self._access(uow, actor)
            reach, everything = access.units(_PERMISSION), uow.definitions.all(key)
            found = []
            for version in everything:
                cases = sum(
                    uow.unit_cases.search(
                        CaseFilter(version_id=version.id, status=status, unit_ids=reach), Page(limit=1)
                    )[1]
                    for status in RUNNING
                )
                if cases:
                    targets = tuple(
                        one
                        for one in everything
                        if one.key == version.key and one.id != version.id and one.status == PUBLISHED
                    )
                    found.append(VersionChoice(version=version, cases=cases, targets=targets))
            return found

    def cases(self, actor: Actor, version_id: str) -> Sequence[CaseChoice]:
        """The running cases of a version that the actor reaches. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            return case_choices(self._ground, uow, self._access(uow, actor), version_id)

    def preview(self, actor: Actor, wish: MigrationWish) -> Preview:
        """What would become of the cases, by situation. Raises `InvalidInput`, `NotFound`."""
        with self._ground.units.reading() as uow:
            access, versions = self._access(uow, actor), versions_of(self._ground, uow, wish)
            cases, left_out = running_cases(uow, access, wish)
            found = situations(versions, list(planned(versions, cases, wish.mapping)), wish.mapping)
            needing = {
                (place.kind, place.node_id): place
                for situation in reversed(found)
                for place in situation.places
                if place.fate in ("needs_mapping", "refused")
            }
            return Preview(
                from_version=versions.old_record,
                to_version=versions.new_record,
                cases=len(cases),
                ready=sum(one.cases for one in found if one.readiness == "ready"),
                left_out=left_out,
                situations=found,
                needing=tuple(needing[key] for key in sorted(needing)),
            )

    def ready_cases(self, actor: Actor, wish: MigrationWish) -> list[str]:
        """The ids of those cases of the wish that could move now. Raises as `preview`."""
        with self._ground.units.reading() as uow:
            access, versions = self._access(uow, actor), versions_of(self._ground, uow, wish)
            cases, _ = running_cases(uow, access, wish)
            return [one.case.id for one in planned(versions, cases, wish.mapping) if one.plan.ready]

    def dry_run(self, actor: Actor, wish: MigrationWish, limit: int = 500) -> list[TrialResult]:
        """Really work out the move of up to `limit` cases and write nothing. Raises as `preview`."""
        with self._ground.units.reading() as uow:
            access, versions = self._access(uow, actor), versions_of(self._ground, uow, wish)
            cases, _ = running_cases(uow, access, wish)
            return [trial(access, versions, wish, case) for case in cases[:limit]]

    def start(self, actor: Actor, command: StartMigration) -> str:
        """Note which cases are to move and why, and leave them to the worker. Returns the migration's id.

        Raises `InvalidInput`, and `TransitionRefused` while one of the cases could not be moved.
        """
        wish, reason = command.wish, required(command.reason, "reason", _LONGEST_REASON)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            access, versions = self._access(uow, actor), versions_of(self._ground, uow, wish)
            by = self._ground.by(uow, actor, command, _PERMISSION)
            cases, _ = running_cases(uow, access, wish)
            migration = MigrationRecord(
                id=new_id(),
                key=versions.new_record.key,
                from_version=versions.old_record.id,
                to_version=versions.new_record.id,
                mapping=dict(wish.mapping),
                reason=reason,
                started_by=actor.user_id,
                by=spoken_for(by),
                started_at=by.at,
            )
            obstacles = sum(not one.plan.ready for one in planned(versions, cases, wish.mapping))
            self._check(uow, cases, obstacles)
            self._begin(uow, migration, cases, by)
            fact = MigrationStarted(
                migration_id=migration.id,
                reason=reason,
                mapping=migration.mapping,
                number=len(cases),
                old=versions.old_record.version,
                new=versions.new_record.version,
            )
            record(uow, stream_of(migration.key), [fact], by)
            return {"id": migration.id}

        return str(self._ground.carry_out(actor, command, work)["id"])

    def list(
        self, actor: Actor, key: str | None = None, page: Page | None = None
    ) -> tuple[Sequence[MigrationSummary], int]:
        """Those within the actor's reach, newest first, and their number."""
        with self._ground.units.reading() as uow:
            reach = self._access(uow, actor).units(_PERMISSION)
            found, total = uow.migrations.page(key, reach, page or Page())
            return summaries(uow, found), total

    def get(self, actor: Actor, migration_id: str) -> MigrationSummary:
        """How far it has come. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            access = self._access(uow, actor)
            return summaries(uow, [self._mine(uow, access, migration_id)])[0]

    def items(
        self, actor: Actor, migration_id: str, status: str | None = None, page: Page | None = None
    ) -> tuple[Sequence[ItemView], int]:
        """Its cases within the actor's reach, by id, and the number of all with that status. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            access = self._access(uow, actor)
            migration = self._mine(uow, access, migration_id)
            counts = uow.migrations.counts([migration_id]).get(migration_id, {})
            rows = uow.migrations.items(migration_id, status, page or Page())
            total = counts.get(status, 0) if status else sum(counts.values())
            return item_views(uow, access, migration, rows), total

    def item(self, actor: Actor, migration_id: str, case_id: str) -> ItemView:
        """One of its cases. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            return item_view(uow, self._access(uow, actor), migration_id, case_id)

    def cancel(self, actor: Actor, command: CancelMigration) -> int:
        """Leave out the cases that still wait; returns how many. Those that were moved stay moved. Raises `NotFound`."""

        def work(uow: UnitOfWork) -> Mapping[str, int]:
            migration = self._mine(uow, self._access(uow, actor), command.migration_id)
            by = self._ground.by(uow, actor, command, _PERMISSION)
            stopped = uow.migrations.stop(migration.id, by.at)
            for case_id in stopped:
                uow.jobs.cancel(case_id, [ref_of(migration.id)])
            fact = MigrationCancelled(migration_id=migration.id, reason="", number=len(stopped))
            record(uow, stream_of(migration.key), [fact], by)
            return {"number": len(stopped)}

        return int(self._ground.carry_out(actor, command, work)["number"])

    def revert(self, actor: Actor, command: RevertMigration) -> int:
        """Let the worker take back every moved case in which nothing happened since; returns how many are tried.

        Raises `NotFound`, `InvalidInput`, `TransitionRefused` where none was moved.
        """
        reason = required(command.reason, "reason", _LONGEST_REASON)

        def work(uow: UnitOfWork) -> Mapping[str, int]:
            access = self._access(uow, actor)
            migration = self._mine(uow, access, command.migration_id)
            by, reach = self._ground.by(uow, actor, command, _PERMISSION), access.units(_PERMISSION)
            moved = [
                case_id
                for case_id in uow.migrations.case_ids(migration.id, DONE)
                if uow.unit_cases.get(case_id).unit_id in reach
            ]
            if not moved:
                raise TransitionRefused(_NONE_MOVED)
            uow.migrations.mark(migration.id, moved, REVERTING, DONE)
            items = [uow.migrations.item(migration.id, case_id) for case_id in moved]
            asked = spoken_for(by)
            uow.jobs.add([job_for(REVERT, migration.id, item, by, reason=reason, asked=asked) for item in items])
            fact = MigrationRevertRequested(migration_id=migration.id, reason=reason, number=len(moved))
            record(uow, stream_of(migration.key), [fact], by)
            return {"number": len(moved)}

        return int(self._ground.carry_out(actor, command, work)["number"])

    def revert_case(self, actor: Actor, command: RevertCase) -> None:
        """Take back one case, now. Raises `TransitionRefused` where something has happened since, `NotFound`, `InvalidInput`."""
        reason = required(command.reason, "reason", _LONGEST_REASON)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            access, migration = self._access(uow, actor), uow.migrations.get(command.migration_id)
            item, case = uow.migrations.item(migration.id, command.case_id), uow.unit_cases.get(command.case_id)
            if case.unit_id not in access.units(_PERMISSION):
                raise NotFound()
            by = self._ground.by(uow, actor, command, _PERMISSION)
            done = take_back(uow, self._ground, migration, item, reason, by)
            uow.migrations.save_item(done, item.status)
            return {"case_id": case.id}

        self._ground.carry_out(actor, command, work)

    def _access(self, uow: UnitOfWork, actor: Actor) -> Access:
        self._ground.require(uow, actor, _PERMISSION)
        return self._ground.access(uow, actor)

    @staticmethod
    def _mine(uow: UnitOfWork, access: Access, migration_id: str) -> MigrationRecord:
        """Raise `NotFound` for a migration whose cases lie outside the actor's jurisdiction."""
        migration = uow.migrations.get(migration_id)
        if not within_reach(uow, access, migration_id):
            raise NotFound()
        return migration

    @staticmethod
    def _check(uow: UnitOfWork, cases: Sequence[UnitCase], obstacles: int) -> None:
        if not cases:
            raise TransitionRefused(_NOTHING)
        if obstacles:
            raise TransitionRefused(_UNMAPPED, number=obstacles)
        waiting = uow.migrations.waiting([case.id for case in cases])
        if waiting:
            raise TransitionRefused(_WAITING, number=len(waiting))

    @staticmethod
    def _begin(uow: UnitOfWork, migration: MigrationRecord, cases: Sequence[UnitCase], by: Provenance) -> None:
        items = [
            MigrationItem(migration_id=migration.id, case_id=case.id, province=case.province, status=PENDING)
            for case in cases
        ]
        uow.migrations.add(migration, items)
        uow.jobs.add([job_for(MIGRATE, migration.id, item, by) for item in items])


def trial(access: Access, versions: Versions, wish: MigrationWish, case: UnitCase) -> TrialResult:
    """Nothing is written: whether the case would move, and where it would stand then."""
    refusal: Message | None = None
    after: ProcessState | None = None
    try:
        after = _tried(access, versions, wish, case)
    except WorkflowError as error:
        refusal = message(error.template, error.params)
    waiting = after.activities.values() if after is not None else ()
    nodes = dict.fromkeys(activity.node_id for activity in waiting if activity.waits_for == "user")
    return TrialResult(
        case_id=case.id,
        business_key=case.business_key,
        unit=unit_label(access.tree, case.unit_id),
        moved=after is not None,
        steps=tuple(node_label(versions.new.package, node) for node in nodes),
        refusal=refusal,
    )


def _tried(access: Access, versions: Versions, wish: MigrationWish, case: UnitCase) -> ProcessState:
    state = state_from_json(case.state) if case.state is not None else None
    command = cmd.MigrateProcess(
        old=versions.old.program,
        from_version=wish.from_version,
        to_version=wish.to_version,
        mapping=wish.mapping,
    )
    events, after = advance(versions.new.program, state, command, access.now)
    for event in events:
        if isinstance(event, ev.IncidentOpened):
            raise TransitionRefused(STUCK)
        if isinstance(event, ev.UserTaskCreated | me.UserTaskMigrated):
            resolve_body(access.tree, event.jurisdiction, case.unit_id, case.as_of_on)
    return after
