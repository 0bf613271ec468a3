"""Machine work that has failed for good: shown to whoever keeps the installation, and given another try."""

from collections.abc import Sequence

from workflow.errors import NotFound
from workflow.organisation.authority import Actor
from workflow.ports import Clock
from workflow.services.access import provenance
from workflow.services.acting import authorise
from workflow.services.idempotence import done_before, remember
from workflow.services.organisations import OrganisationRegister
from workflow.services.recorder import Fact, Provenance, record
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

STREAM = "jobs"
"""The audit stream of what people do with jobs."""
_LOCK = "jobs.revision"


class FailedJobService:
    """For administrators of accounts: jobs belong to the installation, and what stands in one is no page of a case."""

    def __init__(self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister) -> None:
        self._units = units
        self._clock = clock
        self._register = register

    def list(self, actor: Actor, limit: int = 100) -> Sequence[JobRecord]:
        """The failed jobs, newest first. Raises `PermissionDenied`."""
        with self._units.reading() as uow:
            self._by(uow, actor, "")
            return uow.jobs.failed(Page(limit=limit))

    def retry(self, actor: Actor, job_id: str, *, command_id: str) -> None:
        """Let the worker try the job once more, now. Raises `NotFound` for one that has not failed, `PermissionDenied`."""
        with self._units() as uow:
            uow.settings.raise_number(_LOCK)
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            by = self._by(uow, actor, command_id)
            job = uow.jobs.get(job_id)
            if job is None or job.failed_at is None:
                raise NotFound()
            uow.jobs.retry(job_id, by.at, job.last_error or "")
            payload = {"job": job.id, "kind": job.kind, "case": job.case_id, "error": job.last_error}
            record(uow, STREAM, [Fact(type="JobRetried", payload=payload)], by)
            remember(uow, "RetryJob", by, {})
            uow.commit()

    def _by(self, uow: UnitOfWork, actor: Actor, command_id: str) -> Provenance:
        now = self._clock.now()
        held = authorise(actor, "administer_accounts", None, self._register.tree(uow), now)
        return provenance(actor, held, now, command_id)
