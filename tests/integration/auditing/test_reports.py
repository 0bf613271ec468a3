"""A verification leaves a signed report: who asked, when, over what, everything that was found; kept, and named by the record."""

import json
from pathlib import Path

import pytest

from tests.integration.auditing.conftest import Tamper
from tests.integration.auditing.support import Court
from tests.integration.auditing.test_cli import Run, run  # noqa: F401 - a fixture
from tests.support.sealed import opened
from workflow.errors import NotFound, PermissionDenied
from workflow.services.auditing.reports import DONE, FAILED, WAITING, RequestVerification
from workflow.store.rows import Page


def asked(court: Court) -> str:
    return court.app.reports.request(court.auditor, RequestVerification(anchors=("ab" * 32,)))


def test_the_worker_carries_it_out_and_the_report_names_every_fault(court: Court, tamper: Tamper) -> None:
    verification_id = asked(court)
    tamper("UPDATE events SET actor = 'x' WHERE stream = :s AND seq = 2", s=court.stream)
    assert [(one.id, one.state) for one in court.app.reports.open(court.auditor)] == [(verification_id, WAITING)]

    court.work()

    assert court.app.reports.open(court.auditor) == []
    (listed,), total = court.app.reports.list(court.auditor, Page())
    assert (listed.id, listed.state, listed.verified, total) == (verification_id, DONE, False, 1)
    told = court.app.reports.get(court.auditor, verification_id)
    members = opened(told.file)
    content = json.loads(members["report.json"])
    assert content["asked_by"] == court.auditor.user_id
    assert content["anchors"] == ["ab" * 32]
    assert {"changed", "checkpoint-missing"} <= {breach["kind"] for breach in content["breaches"]}
    assert listed.breaches == len(content["breaches"])
    assert "CÓ LỖI / FAULTY" in members["report.txt"].decode()
    (notice,) = court.app.notifications.list(court.auditor)[:1]
    assert "found faults" in notice.template


def test_a_request_that_is_sent_twice_is_one_verification(court: Court) -> None:
    command = RequestVerification()
    assert court.app.reports.request(court.auditor, command) == court.app.reports.request(court.auditor, command)
    court.work()

    assert court.app.reports.list(court.auditor, Page())[1] == 1


def test_one_that_could_not_be_carried_out_is_shown_as_that(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(court)

    def broken(*_arguments: object) -> None:
        raise OSError

    monkeypatch.setattr(court.app.verification, "verify", broken)
    for _ in range(5):
        court.work()
        court.later(hours=2)

    assert [one.state for one in court.app.reports.open(court.auditor)] == [FAILED]


def test_only_who_looks_after_the_audit_asks_for_one_or_reads_one(court: Court) -> None:
    verification_id = asked(court)
    court.work()

    with pytest.raises(PermissionDenied):
        court.app.reports.request(court.officer, RequestVerification())
    with pytest.raises(PermissionDenied):
        court.app.reports.get(court.officer, verification_id)
    with pytest.raises(NotFound):
        court.app.reports.get(court.auditor, court.case_id)


def test_the_command_line_writes_one_too(court: Court, run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    target = tmp_path / "report.zip"

    assert run("verify", "--report", str(target)).exit_code == 0

    content = json.loads(opened(target.read_bytes())["report.json"])
    assert (content["verified"], content["asked_by"]) == (True, "system")
    (listed,), _ = court.app.reports.list(court.auditor, Page())
    assert court.app.reports.get(court.auditor, listed.id).file == target.read_bytes()
    assert court.faults() == set()
