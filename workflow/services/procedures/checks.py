"""Checks of versions: carried out by the worker where nothing else waits for them, and kept with the version.

A page only reads what the last check found. It is fresh when it was of exactly these files, this calendar and these
organisations; publishing asks for that.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from workflow.audit.facts.procedures import VersionChecked
from workflow.audit.payload import canonical
from workflow.budget import CHECK
from workflow.ids import new_id
from workflow.lifecycle.definition_version import DRAFT, IN_REVIEW
from workflow.packages.archive import package_sha256
from workflow.packages.examination import (
    Examination,
    Examiner,
    Files,
    Surroundings,
    examination_from_json,
    stopped,
)
from workflow.packages.records import KNOWN_HANDLERS
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.services.ground.ground import Ground
from workflow.store.jobs import JobRecord
from workflow.store.procedures import CheckRecord, VersionRecord
from workflow.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)
JOB = "check-version"
MOST_AT_ONCE = 20
"""Versions that are asked for at a time, so that a new release does not keep a worker from everything else."""
_MOVING = (DRAFT, IN_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a version. `known`: the last check was of these files; `fresh`: of this calendar and these organisations too."""

    check: CheckRecord | None
    known: bool
    fresh: bool

    @property
    def examination(self) -> Examination:
        """What the last check found, also where the files have changed since."""
        return Examination(findings=()) if self.check is None else examination_from_json(self.check.result)


def stream_of(key: str) -> str:
    """The name of a procedure's audit stream."""
    return f"procedure:{key}"


def check_job(version_id: str, at: datetime, *, again: bool = False) -> JobRecord:
    """The request to check the version as it stands when its turn comes; `again`: also where that is known already."""
    payload = {"version_id": version_id, "again": again}
    return JobRecord(id=new_id(), kind=JOB, payload=payload, run_at=at, created_at=at)


class VersionChecks:
    """Carries checks out and tells what is known of a version."""

    def __init__(self, ground: Ground, examiner: Examiner, handlers: frozenset[str] = KNOWN_HANDLERS) -> None:
        self._ground = ground
        self.examiner = examiner
        self._handlers = handlers
        self._last: tuple[object, object, Surroundings] | None = None

    def surroundings(self, uow: UnitOfWork) -> Surroundings:
        """What a check depends on besides the files, as it is now."""
        calendar, tree = self._ground.register.calendar(uow), self._ground.register.tree(uow)
        if self._last is None or self._last[0] is not calendar or self._last[1] is not tree:
            found = Surroundings(handlers=self._handlers, calendar=calendar, organisations=tree.all())
            self._last = (calendar, tree, found)
        return self._last[2]

    def standing(self, uow: UnitOfWork, version: VersionRecord) -> Standing:
        """What is known of the version."""
        check = uow.definitions.last_check(version.id)
        known = check is not None and check.sha256 == version.sha256
        return Standing(
            check=check,
            known=known,
            fresh=known and check is not None and check.surroundings == self.surroundings(uow).digest,
        )

    def run(self, job: JobRecord) -> None:
        """Check the version of the job, unless that is known already; no transaction waits for it. What is overtaken is left to the next job."""
        version_id = str(job.payload["version_id"])
        with self._ground.units.reading() as uow:
            version = uow.definitions.get(version_id)
            if self.standing(uow, version).fresh and not job.payload["again"]:
                return
            files, surroundings = uow.definitions.files(version_id), self.surroundings(uow)
        self._keep(version, surroundings, self._examined(files, surroundings), job)

    def _examined(self, files: Files, surroundings: Surroundings) -> Examination:
        try:
            return self.examiner.examine(files, surroundings, CHECK)
        except Exception:
            log.exception("a version could not be checked")
            return stopped()

    def _keep(self, version: VersionRecord, surroundings: Surroundings, found: Examination, job: JobRecord) -> None:
        result = found.to_json()
        with self._ground.units() as uow:
            current = uow.definitions.get(version.id)
            if current.sha256 != version.sha256 or package_sha256(uow.definitions.files(version.id)) != version.sha256:
                return
            by = Provenance(actor=SYSTEM, at=self._ground.clock.now(), command_id=job.id)
            check = CheckRecord(
                version_id=version.id,
                sha256=version.sha256,
                surroundings=surroundings.digest,
                checked_at=by.at,
                errors=found.errors,
                warnings=len(found.findings) - found.errors,
                result=result,
            )
            uow.definitions.put_check(check)
            fact = VersionChecked(
                version_id=version.id,
                version=version.version,
                sha256=check.sha256,
                surroundings=check.surroundings,
                errors=check.errors,
                warnings=check.warnings,
                result=sha256(canonical(result)).hexdigest(),
            )
            record(uow, stream_of(version.key), [fact], by)
            uow.commit()

    def ensure_checked(self) -> None:
        """Ask for what has never been checked, and for drafts that were checked against another calendar or other organisations."""
        with self._ground.units() as uow:
            checked, now = uow.definitions.checked(), self._ground.clock.now()
            digest = self.surroundings(uow).digest
            waiting = {job.payload["version_id"] for job in uow.jobs.of_kind(JOB)}
            missing = [
                version.id
                for version in uow.definitions.all()
                if version.id not in waiting
                and (
                    version.id not in checked
                    or (version.status in _MOVING and checked[version.id] != (version.sha256, digest))
                )
            ]
            uow.jobs.add([check_job(version_id, now) for version_id in missing[:MOST_AT_ONCE]])
            uow.commit()
