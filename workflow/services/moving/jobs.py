"""What the worker does for migrations: one case a job, in one transaction with its item."""

from collections.abc import Callable
from dataclasses import replace

from workflow.errors import N_, Conflict, WorkflowError
from workflow.ids import new_id
from workflow.runtime.jobs import ATTEMPTS
from workflow.runtime.recorder import Provenance
from workflow.services.casework.ground import CaseGround
from workflow.services.moving.cases import move, take_back
from workflow.store.jobs import JobRecord
from workflow.store.moving import DONE, FAILED, PENDING, REVERTING, MigrationItem, MigrationRecord
from workflow.store.unit_of_work import UnitOfWork

MIGRATE = "migrate-case"
REVERT = "revert-case"
_FAULT = N_("A fault of the system (%(fault)s) stood in the way; its log says more.")


class MigrationJobs:
    """Runners for `JobService`. A crash loses nothing: a case and its item are saved together, or the job is claimed again."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def migrate_case(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """`migrate-case`: move the case; a refusal is kept in its item and nothing else of the attempt."""

        def work(record: MigrationRecord, item: MigrationItem) -> MigrationItem:
            return move(uow, self._ground, record, item, Provenance(at=by.at, command_id=job.id, **record.by))

        self._carry_out(uow, job, by, PENDING, FAILED, work)

    def revert_case(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """`revert-case`: take the move back; where that is refused the case stays moved, and the item says why."""
        asked = Provenance(at=by.at, command_id=job.id, **job.payload["asked"])

        def work(record: MigrationRecord, item: MigrationItem) -> MigrationItem:
            return take_back(uow, self._ground, record, item, job.payload["reason"], asked)

        self._carry_out(uow, job, by, REVERTING, DONE, work)

    @staticmethod
    def _carry_out(
        uow: UnitOfWork,
        job: JobRecord,
        by: Provenance,
        was: str,
        refused: str,
        work: Callable[[MigrationRecord, MigrationItem], MigrationItem],
    ) -> None:
        record = uow.migrations.get(job.payload["migration_id"])
        item = uow.migrations.item(record.id, str(job.case_id))
        if item.status != was:
            return
        done_at = item.done_at or by.at
        try:
            with uow.savepoint():
                done = work(record, item)
        except Conflict:
            raise  # another writer was faster: the job is tried again
        except WorkflowError as error:
            params = {name: str(value) for name, value in error.params.items()}
            done = replace(item, status=refused, template=error.template, params=params, done_at=done_at)
        except Exception as fault:
            if job.attempts < ATTEMPTS:
                raise
            params = {"fault": type(fault).__name__}
            done = replace(item, status=refused, template=_FAULT, params=params, done_at=done_at)
        if not uow.migrations.save_item(done, was):
            raise Conflict()


def job_for(kind: str, migration_id: str, item: MigrationItem, by: Provenance, **payload: object) -> JobRecord:
    """A job for one case of a migration."""
    return JobRecord(
        id=new_id(),
        kind=kind,
        payload={"migration_id": migration_id, **payload},
        run_at=by.at,
        created_at=by.at,
        province=item.province,
        case_id=item.case_id,
        ref=ref_of(migration_id),
    )


def ref_of(migration_id: str) -> str:
    """What ties a migration's jobs to it."""
    return f"migration:{migration_id}"


def spoken_for(by: Provenance) -> dict[str, str | None]:
    """Who asked, as a job and a migration keep it."""
    return {
        "actor": by.actor,
        "role": by.role,
        "organisation": by.organisation,
        "on_behalf_of": by.on_behalf_of,
    }
