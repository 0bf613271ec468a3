"""Verification on demand, checkpoints, and the bundle of a case."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.pages.auditing.conftest import AUDITOR, Site
from tests.support.sealed import opened
from tests.support.web import Person
from workflow.store import triggers


def tamper(site: Site, statement: str, **values: object) -> None:
    """Change rows as somebody would who owns the database."""
    with site.house.container.engine.begin() as connection:
        triggers.remove(connection)
        assert connection.execute(sa.text(statement), values).rowcount


def verified(site: Site, auditor: Person, **entries: str) -> None:
    """Ask for a verification, let the worker carry it out and open its report."""
    auditor.open("/kiem-toan/kiem-tra").send("/kiem-tra", entries)
    assert "Being carried out" in auditor.text
    site.house.container.jobs.run_due()
    auditor.open("/kiem-toan/kiem-tra")
    auditor.open(auditor.page.xpath("//main//table[1]//th[@scope='row']/a/@href")[0])


def test_verification_shows_what_was_checked(site: Site, auditor: Person) -> None:
    verified(site, auditor)

    assert "Everything holds" in auditor.text
    assert "Head (root over all streams)" in auditor.text
    assert "found no fault" in auditor.open("/thong-bao").text


def test_the_report_is_kept_and_can_be_had_as_a_signed_file(site: Site, auditor: Person) -> None:
    verified(site, auditor)
    answer = auditor.client.get(auditor.page.xpath("//a[contains(@href, '/bao-cao')]/@href")[0])

    members = opened(answer.data)
    told = json.loads(members["report.json"])
    assert (told["verified"], told["breaches"], told["asked_by"]) == (True, [], site.house.users[AUDITOR])
    assert "NGUYÊN VẸN" in members["report.txt"].decode()
    with site.house.container.units.reading() as uow:
        reported = list(uow.events.of_stream("audit"))[-1]
    assert reported.type == "VerificationReported"
    assert reported.payload["report_sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert site.house.container.verification.verify().ok


def test_a_report_that_was_changed_is_found(site: Site, auditor: Person) -> None:
    verified(site, auditor)
    with site.house.container.units.reading() as uow:
        name = list(uow.events.of_stream("audit"))[-1].payload["report_sha256"]
    (kept,) = [path for path in site.house.container.data.rglob("*") if path.name == name]
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[:-1])

    report = site.house.container.verification.verify()
    assert [(breach.kind, breach.stream) for breach in report.breaches] == [("evidence-changed", "audit")]
    auditor.open(auditor.page.xpath("//a[contains(@href, '/bao-cao')]/@href")[0], status=404)


def test_one_verification_is_reported_once_however_often_its_job_runs(site: Site, auditor: Person) -> None:
    auditor.open("/kiem-toan/kiem-tra").send("/kiem-tra")
    container = site.house.container
    with container.units() as uow:
        (job,) = [
            job
            for job in uow.jobs.claim(container.clock.now(), container.clock.now(), 20)
            if job.kind == "verification"
        ]
    container.reports.run_job(job)
    container.reports.run_job(job)

    with container.units.reading() as uow:
        assert len(uow.events.of_type("audit", "VerificationReported")) == 1


def test_a_changed_event_is_named(site: Site, auditor: Person) -> None:
    tamper(
        site,
        "UPDATE events SET actor = 'somebody' WHERE stream = :stream AND seq = 5",
        stream=f"case:{site.case_id}",
    )

    verified(site, auditor)

    assert "Not verified" in auditor.text
    assert f"case:{site.case_id}, event 5 was changed" in auditor.text


def test_a_damaged_row_can_still_be_read_as_what_it_is(site: Site, auditor: Person) -> None:
    tamper(
        site,
        "UPDATE events SET payload = 'no json', at = 'no time' WHERE stream = :stream AND seq = 5",
        stream=f"case:{site.case_id}",
    )

    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?unfold=1")

    assert "can no longer be read as it was written" in page.text


def test_a_case_stays_readable_when_its_definition_was_changed(site: Site, auditor: Person) -> None:
    tamper(site, "UPDATE definition_versions SET sha256 = 'x'")

    for part in ("", "/so-do", "/tai-thoi-diem?date=2023-04-01"):
        page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}{part}")
        assert "no longer those that were published" in page.text


def test_a_hash_noted_elsewhere_proves_that_a_checkpoint_is_gone(site: Site, auditor: Person) -> None:
    verified(site, auditor, anchors="ab" * 32)

    assert f"The checkpoint with hash {'ab' * 32}, noted elsewhere, is gone." in auditor.text


def test_a_checkpoint_is_signed_on_demand_and_its_hash_can_be_noted(site: Site, auditor: Person) -> None:
    auditor.open("/kiem-toan/kiem-tra").send("/diem-kiem-soat")

    newest = auditor.page.xpath("//table//code/text()")[0]
    assert f"Note its hash elsewhere: {newest}" in auditor.text
    with site.house.container.units.reading() as uow:
        assert [event.type for event in uow.events.of_stream("audit")][-1] == "CheckpointRequested"


def test_the_bundle_verifies_without_this_program(site: Site, auditor: Person, tmp_path: Path) -> None:
    auditor.open(f"/kiem-toan/ho-so/{site.case_id}/goi").send("/goi")

    assert auditor.response is not None
    assert auditor.response.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(auditor.response.data)) as archive:
        archive.extractall(tmp_path / "bundle")
    key_id = site.house.container.checkpoints.published_keys()[0]
    run = subprocess.run(
        [sys.executable, "verify.py", "--key-id", key_id],
        cwd=tmp_path / "bundle",
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert site.events("CaseBundled") == ["CaseBundled"]


def test_bundles_of_other_things_are_offered_and_verify(site: Site, auditor: Person) -> None:
    auditor.open("/kiem-toan/goi?text=minh+h%E1%BB%8Da")
    actions = {str(form.action) for form in auditor.page.forms if "/goi/" in str(form.action)}

    assert {action.split("/")[-2] for action in actions} == {"campaign", "organisation", "procedure"}
    for action in sorted(actions):
        (form,) = [one for one in auditor.page.forms if one.action == action]
        answer = auditor.client.post(action, data=dict(form.form_values()))
        assert answer.status_code == 200, action
        assert opened(answer.data)


def test_the_verifier_is_had_by_itself(auditor: Person) -> None:
    source = auditor.client.get("/kiem-toan/goi/verify.py").data
    auditor.open("/kiem-toan/goi")

    assert hashlib.sha256(source).hexdigest() in auditor.text
    compile(source, "verify.py", "exec")


def test_each_page_of_a_case_says_whether_its_chain_holds_and_its_rows_are_what_it_gives(
    site: Site, auditor: Person
) -> None:
    for part in ("", "/so-do", "/tai-thoi-diem", "/goi"):
        said = auditor.open(f"/kiem-toan/ho-so/{site.case_id}{part}").text
        assert "Chain unbroken" in said
        assert ": equal" in said
        assert "What does not hold" not in said


@pytest.mark.parametrize(
    ("change", "told"),
    {
        "changed": ("UPDATE events SET payload = '{}' WHERE seq = :seq", "was changed"),
        "no text": ("UPDATE events SET payload = 'no JSON' WHERE seq = :seq", "was changed"),
        "gone": ("DELETE FROM events WHERE seq = :seq", "were removed"),
        "other kind": ("UPDATE events SET type = 'Unheard' WHERE seq = :seq", "was changed"),
        "filed elsewhere": ("UPDATE events SET criterion = 'X' WHERE seq = :seq", "is filed wrongly"),
    }.values(),
)
def test_a_damaged_event_of_any_kind_is_named_and_marked_without_unfolding(
    site: Site, auditor: Person, change: str, told: str
) -> None:
    """Given an event of the system's own that was changed, when the list of decisions is opened, then it is named there and marked in its row."""
    seq = site.house.events("xa-minh-hoa", "ActivityCompleted")[0].seq
    tamper(site, f"{change} AND stream = :stream", seq=seq, stream=f"case:{site.case_id}")

    said = auditor.open(f"/kiem-toan/ho-so/{site.case_id}").text
    assert "fault in the chain" in said or "faults in the chain" in said
    assert told in said
    if told != "were removed":
        row = auditor.follow(f"Event {seq}").page.xpath("//tr[contains(@class, 'is-selected')]")[0].text_content()
        assert "Does not fit the chain" in row


def test_a_row_that_is_not_what_the_events_give_is_named(site: Site, auditor: Person) -> None:
    tamper(site, "UPDATE cases SET outcome = 'recognised' WHERE id = :id", id=site.case_id)

    said = auditor.open(f"/kiem-toan/ho-so/{site.case_id}").text

    assert "Chain unbroken" in said
    assert ": 1 difference" in said
    assert "outcome: recognised" in said
