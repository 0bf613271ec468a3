"""Databases that an earlier release made open in this one: every page, the proof, a bundle's verifier, a move of running cases."""

import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.house import House, Model, open_house
from tests.support.pages import PEOPLE, addresses, ask_for_a_power, ask_the_unit
from tests.support.web import Person
from tests.support.world import shipped_package
from webui.app import create_app
from workflow.bootstrap import Container, build
from workflow.outside.mail import NoMailer
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.sessions import open_session
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import MigrationWish
from workflow.store.casework import CaseFilter

BEFORE = Path(__file__).parent / "before"


def unpacked(name: str, place: Path) -> Path:
    with tarfile.open(BEFORE / f"{name}.tar.xz") as archive:
        archive.extractall(place, filter="data")
    return place / name


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The installation with some work done, opened by this release."""
    data = unpacked("worked", tmp_path)
    kept = json.loads((data / "house.json").read_text(encoding="utf-8"))
    url = f"sqlite:///{data / 'congnhan.sqlite3'}"
    now = datetime.fromisoformat(kept["now"])
    model = Model(data=data, url=url, users=kept["users"], campaign_id=kept["campaign_id"], now=now)
    build(data, mailer=NoMailer()).close()
    house = open_house(model, data, url)
    yield house
    house.container.close()


@pytest.fixture
def demonstration(tmp_path: Path) -> Iterator[Container]:
    """The year that was played to its end, opened by this release."""
    container = build(unpacked("demo", tmp_path), mailer=NoMailer())
    yield container
    container.close()


def signed_in(house: House, login: str) -> Person:
    person = Person.at(create_app(house.container, testing=True))
    with house.container.units() as uow:
        token = open_session(uow, house.users[login], house.clock.now())
        uow.commit()
    with person.client.session_transaction() as session:
        session["_user_id"] = token
    return person


@pytest.mark.parametrize("role", [role for role in PEOPLE if role not in ("clerk", "chair")])
def test_every_page_opens(house: House, role: str) -> None:
    """In that release nothing waited for a second person or for an explanation, and there were no sittings."""
    ask_for_a_power(house)
    ask_the_unit(house)
    person = signed_in(house, PEOPLE[role])

    for address in addresses(house, role):
        assert person.open(address).heading, address


def test_what_was_recorded_is_proved(house: House, demonstration: Container) -> None:
    house.verify()
    report = demonstration.verification.verify()

    assert report.ok, [str(breach) for breach in report.breaches]
    assert report.events == 2_481 + 1, "the one that says which rows were taken over"


@pytest.mark.parametrize("release", ["first", "demo", "worked"])
def test_a_database_of_any_release_verifies_after_the_upgrade(tmp_path: Path, release: str) -> None:
    """By what its rows mean: an older release wrote some of them in another form."""
    data = unpacked(release, tmp_path)
    container = build(data, mailer=NoMailer())
    try:
        report = container.verification.verify()
        with container.units.reading() as uow:
            (taken_over,) = uow.events.of_type("audit", "RowsTakenOver")
    finally:
        container.close()

    assert report.ok, [str(breach) for breach in report.breaches]
    assert taken_over.payload["why"] == "first"
    assert taken_over.payload["tables"]["cases"] > 0


def test_no_stored_payload_has_changed(demonstration: Container, tmp_path: Path) -> None:
    untouched = sa.create_engine(f"sqlite:///{unpacked('demo', tmp_path / 'again') / 'congnhan.sqlite3'}")
    query = sa.text("SELECT stream, seq, type, payload, hash FROM events ORDER BY stream, seq")

    with untouched.connect() as old, demonstration.engine.connect() as new:
        before, after = set(old.execute(query).all()), set(new.execute(query).all())
    assert before <= after
    assert [event.type for event in after - before] == ["RowsTakenOver"]
    untouched.dispose()


def test_the_verifier_in_a_bundle_of_then_still_says_that_it_is_whole(tmp_path: Path) -> None:
    data = unpacked("demo", tmp_path)
    bundle, program = data / "bundle.zip", tmp_path / "verify.py"
    with zipfile.ZipFile(bundle) as archive:
        program.write_bytes(archive.read("verify.py"))

    said = subprocess.run([sys.executable, "-I", "-S", program, bundle], capture_output=True, text=True)

    assert said.returncode == 0, said.stdout + said.stderr


def test_every_case_of_then_is_told_to_the_auditor(house: House) -> None:
    auditor = signed_in(house, PEOPLE["auditor"])
    with house.container.units.reading() as uow:
        cases = uow.unit_cases.ids(CaseFilter())

    for case_id in cases:
        assert auditor.open(f"/kiem-toan/ho-so/{case_id}?unfold=1").heading
        assert auditor.open(f"/ho-so/{case_id}").heading


def test_running_cases_go_on_and_move_to_another_version(house: House) -> None:
    house.settle()  # the case that waited to be moved is moved now
    files = {**shipped_package(), "procedure.toml": shipped_package()["procedure.toml"] + b"\n"}
    new = house.container.publishing.install(files, Provenance(actor=SYSTEM, at=house.clock.now()))
    old = house.case().version_id

    wish = MigrationWish(from_version=old, to_version=new, case_ids=[house.case().id])
    house.container.migrations.start(house.actor("quantri.tinh"), StartMigration(wish=wish, reason="Minh họa"))
    house.settle()

    assert house.case().version_id == new
    house.do("xa-minh-hoa", "danhgia.minhhoa", "evaluation", "approve")
    assert {task.node_id for task in house.open_tasks()} == {"team_forming"}
    house.verify()
