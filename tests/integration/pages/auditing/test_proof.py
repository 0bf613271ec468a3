"""Verification on demand, checkpoints, and the bundle of a case."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import sqlalchemy as sa

from tests.integration.pages.auditing.conftest import Site
from tests.support.web import Person
from workflow.store import triggers


def tamper(site: Site, statement: str, **values: object) -> None:
    """Change rows as somebody would who owns the database."""
    with site.house.container.engine.begin() as connection:
        triggers.remove(connection)
        assert connection.execute(sa.text(statement), values).rowcount


def test_verification_shows_what_was_checked(auditor: Person) -> None:
    auditor.open("/kiem-toan/kiem-tra").send("/kiem-tra", button="Verify everything")

    assert "Everything holds" in auditor.text
    assert "Head (root over all streams)" in auditor.text


def test_a_changed_event_is_named(site: Site, auditor: Person) -> None:
    tamper(
        site,
        "UPDATE events SET actor = 'somebody' WHERE stream = :stream AND seq = 5",
        stream=f"case:{site.case_id}",
    )

    auditor.open("/kiem-toan/kiem-tra").send("/kiem-tra")

    assert "Not verified" in auditor.text
    assert f"case:{site.case_id}, event 5 was changed" in auditor.text


def test_a_damaged_row_can_still_be_read_as_what_it_is(site: Site, auditor: Person) -> None:
    tamper(
        site,
        "UPDATE events SET payload = 'no json', at = 'no time' WHERE stream = :stream AND seq = 5",
        stream=f"case:{site.case_id}",
    )

    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}")

    assert "can no longer be read as it was written" in page.text


def test_a_case_stays_readable_when_its_definition_was_changed(site: Site, auditor: Person) -> None:
    tamper(site, "UPDATE definition_versions SET sha256 = 'x'")

    for part in ("", "/so-do", "/tai-thoi-diem?date=2023-04-01"):
        page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}{part}")
        assert "no longer those that were published" in page.text


def test_a_hash_noted_elsewhere_proves_that_a_checkpoint_is_gone(auditor: Person) -> None:
    auditor.open("/kiem-toan/kiem-tra").send("/kiem-tra", {"anchors": "ab" * 32})

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
    run = subprocess.run(
        [sys.executable, "verify.py"], cwd=tmp_path / "bundle", capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert site.events("CaseBundled") == ["CaseBundled"]
