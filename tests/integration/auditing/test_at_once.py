"""Checkpoints, verification and reading go on while others write, and nobody is told of a fault that is none."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.clock import FixedClock
from tests.support.secrets import no_mark
from tests.support.world import ground
from workflow.audit.facts.places import OrganisationChanged
from workflow.audit.verify import Report
from workflow.outside.files import FileBlobStore
from workflow.outside.keys import AuditKeyFiles
from workflow.runtime.recorder import Provenance, record
from workflow.services.auditing.checkpoints import CheckpointService, RequestCheckpoint
from workflow.services.auditing.verification import VerificationService
from workflow.store.unit_of_work import UnitsOfWork

WRITERS, ROUNDS = 4, 8


def test_checkpoints_made_at_once_follow_each_other(units: UnitsOfWork, clock: FixedClock, tmp_path: Path) -> None:
    keys = AuditKeyFiles(tmp_path / "keys")
    service = CheckpointService(ground(units, clock), keys)

    with ThreadPoolExecutor(WRITERS) as pool:
        made = list(pool.map(lambda _: service.make(None, RequestCheckpoint()), range(WRITERS * 2)))

    report = VerificationService(ground(units, clock), FileBlobStore(tmp_path), keys, no_mark(tmp_path)).verify()
    assert (report.breaches, report.checkpoints, len({one.id for one in made})) == ((), WRITERS * 2, WRITERS * 2)


def test_verification_sees_one_moment_while_streams_grow(units: UnitsOfWork, clock: FixedClock, tmp_path: Path) -> None:
    keys = AuditKeyFiles(tmp_path / "keys")
    service = CheckpointService(ground(units, clock), keys)
    verification = VerificationService(ground(units, clock), FileBlobStore(tmp_path), keys, no_mark(tmp_path))

    def write(writer: int) -> None:
        for _ in range(ROUNDS):
            with units() as uow:
                record(uow, f"organisation:{writer}", [OrganisationChanged(changes={})] * 3, by)
                uow.commit()

    def verify(_: int) -> Report:
        service.make(None, RequestCheckpoint())
        return verification.verify()

    by = Provenance(actor="somebody", at=clock.now())
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        writing = [pool.submit(write, writer) for writer in range(WRITERS)]
        reports = list(pool.map(verify, range(ROUNDS)))
        for one in writing:
            one.result()

    assert [report.breaches for report in reports] == [()] * ROUNDS
    # Each checkpoint is asked for by one event and signed by another.
    assert verification.verify().events == WRITERS * ROUNDS * 3 + ROUNDS * 2
