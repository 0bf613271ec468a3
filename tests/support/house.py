"""A whole installation in the spring of 2023, ready for use: definitions, accounts, the campaign with its cases, a clock of its own.

It is made once a session and database, and copied for each test.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.support.postgres import PostgresServer
from workflow.audit.event import AuditEvent
from workflow.audit.facts.accounts import AddressConfirmed, DeputyAppointed, RoleAssigned
from workflow.bootstrap import Container, build, wire
from workflow.demo.player import Deed, Player, pdf
from workflow.demo.run import Timeline
from workflow.demo.stories import COMMUNE, ENTERPRISE, PILOTS, Cast, convened, day, registered
from workflow.errors import NotFound
from workflow.ids import new_id
from workflow.installation import DEFINITIONS, _toml, install, install_accounts, install_campaign, keep_clock
from workflow.model.findings import Finding
from workflow.organisation.authority import Actor
from workflow.outside.clock import VirtualClock
from workflow.outside.mail import NoMailer
from workflow.packages.archive import package_sha256
from workflow.packages.package import ExaminerHere, check_package
from workflow.ports import Mailer
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.services.accounts import credentials
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import STREAM, NewRole, new_assignment
from workflow.services.accounts.requests import ConfirmRequest, Done
from workflow.services.accounts.roles import AppointDeputy
from workflow.services.casework.criteria.judgements import LookAtCriterion
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.tasks import ClaimTask, StartTask
from workflow.services.ground.changes import plain
from workflow.services.procedures import publication
from workflow.store.accounts import NO_PASSWORD, DeputyshipRecord
from workflow.store.cases import CaseRecord
from workflow.store.database import create_engine
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord

START = datetime(2023, 3, 20, 1, 0, tzinfo=UTC)
PASSWORD = "Correct horse battery staple"
COMMUNE_UNIT, ENTERPRISE_UNIT = "xa-minh-hoa", "cong-ty-minh-hoa"
CASTS: dict[str, Cast] = {**PILOTS, COMMUNE_UNIT: COMMUNE, ENTERPRISE_UNIT: ENTERPRISE}


@dataclass(kw_only=True)
class House:
    """The services, who there is, and short ways to play a case forward as its own people."""

    container: Container
    clock: VirtualClock
    users: dict[str, str]
    campaign_id: str
    figures: dict[str, Any] = field(repr=False)

    @property
    def player(self) -> Player:
        return Player(self.container, self.users, self.figures)

    def actor(self, login: str) -> Actor:
        """The account as it may act now."""
        return self.container.accounts.actor_of(self.users[login])

    def person(self, login: str, *roles: tuple[str, str], email: str | None = None, locale: str = "vi") -> Actor:
        """A further account with (role, organisation) pairs since 2022; it cannot sign in."""
        by = Provenance(actor=SYSTEM, at=self.clock.now())
        new = NewUser(login=login, name=f"Người thử {login}", email=email, locale=locale)
        held = [NewRole(role=role, organisation_id=place, valid_from=date(2022, 1, 1)) for role, place in roles]
        self.users[login] = self.container.account_changes.set_up(by, new, NO_PASSWORD, held)
        if email is not None:
            self._confirm(self.users[login], email, by)
        return self.actor(login)

    def enrol(self, *logins: str) -> None:
        """As if these people had set up the second factor that their roles need."""
        with self.container.units() as uow:
            for login in logins:
                uow.accounts.save(replace(uow.accounts.get(self.users[login]), totp_last_step=1))
            uow.commit()

    def _confirm(self, user_id: str, email: str, by: Provenance) -> None:
        """As if the link to the address had been followed."""
        with self.container.units() as uow:
            uow.accounts.save(replace(uow.accounts.get(user_id), email_confirmed_at=by.at))
            record(uow, STREAM, [AddressConfirmed(user=user_id, link=new_id(), email=email)], by)
            uow.commit()

    def formerly(self, login: str, role: str, place: str) -> Actor:
        """Somebody who holds a role that is refused today, as a database made before the table of duties may hold it."""
        held = new_assignment(self.users[login], NewRole(role=role, organisation_id=place, valid_from=date(2022, 1, 1)))
        with self.container.units() as uow:
            uow.accounts.add_assignment(held)
            by = Provenance(actor=SYSTEM, at=self.clock.now())
            record(uow, STREAM, [RoleAssigned(user=held.user_id, new=plain(held))], by)
            uow.commit()
        return self.actor(login)

    def sure(self, done: Done) -> str:
        """The id of what came about, confirmed by the server's command line where it took a second person."""
        if done.request is not None:
            done = self.container.account_requests.confirm(None, ConfirmRequest(request_id=done.request))
        assert done.id is not None
        return done.id

    def deputy(self, login: str, of: str, valid_from: date, valid_to: date) -> str:
        """Let somebody stand in for another's first role on these days; return the deputyship's id."""
        wish = AppointDeputy(
            assignment_id=self.actor(of).assignments[0].id,
            deputy_user_id=self.users[login],
            valid_from=valid_from,
            valid_to=valid_to,
            paper="Giấy ủy quyền minh họa",
        )
        return self.sure(self.container.roles.appoint_deputy(self.actor("quantri.tinh"), wish))

    def formerly_deputy(self, login: str, of: str, role: str, valid_from: date, valid_to: date) -> None:
        """A deputy who would be refused today, as a database made before the table of duties may hold it."""
        held = next(one for one in self.actor(of).assignments if one.role == role)
        new = DeputyshipRecord(
            id=new_id(),
            assignment_id=held.id,
            deputy_user_id=self.users[login],
            valid_from=valid_from,
            valid_to=valid_to,
        )
        with self.container.units() as uow:
            uow.accounts.add_deputyship(new)
            by = Provenance(actor=SYSTEM, at=self.clock.now())
            kept = plain(uow.accounts.assignment(held.id))
            record(uow, STREAM, [DeputyAppointed(user=new.deputy_user_id, assignment=kept, new=plain(new))], by)
            uow.commit()

    def case(self, unit: str = COMMUNE_UNIT) -> CaseRecord:
        """The unit's case as it stands."""
        with self.container.units.reading() as uow:
            found = uow.campaigns.unit(self.campaign_id, unit)
            assert found is not None
            return uow.unit_cases.get(str(found.case_id))

    def open_tasks(self, unit: str = COMMUNE_UNIT) -> list[TaskRecord]:
        with self.container.units.reading() as uow:
            return list(uow.tasks.open_of_case(self.case(unit).id))

    def task(self, node_id: str, unit: str = COMMUNE_UNIT, login: str | None = None) -> TaskRecord:
        """The open task of that node; with `login`, the one that belongs to that person."""
        for task in self.open_tasks(unit):
            if task.node_id == node_id and (login is None or task.assignee_id == self.users[login]):
                return task
        raise NotFound()

    def task_by_id(self, task_id: str) -> TaskRecord:
        with self.container.units.reading() as uow:
            return uow.tasks.get(task_id)

    def tasks(self, node_id: str, unit: str = COMMUNE_UNIT) -> list[TaskRecord]:
        """Every task of that node, newest first, done ones too."""
        with self.container.units.reading() as uow:
            every = uow.tasks.of_case(self.case(unit).id, Page(limit=500))
        return [task for task in every if task.node_id == node_id]

    def jobs(self, kind: str, unit: str = COMMUNE_UNIT) -> list[JobRecord]:
        """The case's waiting jobs of one kind, looked up by what would cancel them."""
        with self.container.units.reading() as uow:
            found = uow._connection.exec_driver_sql("SELECT id, kind, case_id FROM jobs").all()
            ids = [row[0] for row in found if row[1] == kind and row[2] == self.case(unit).id]
            return [job for job in map(uow.jobs.get, ids) if job is not None]

    def events(self, unit: str = COMMUNE_UNIT, *types: str) -> list[AuditEvent]:
        """The case's events, oldest first, of these types (of all without any)."""
        with self.container.units.reading() as uow:
            stream = list(uow.events.of_stream(f"case:{self.case(unit).id}"))
        return [event for event in stream if not types or event.type in types]

    def do(self, unit: str, login: str, node_id: str, outcome: str, **more: Any) -> None:
        """Do the task as the pages would, and the machine work that follows."""
        self.player.do(self.case(unit).id, Deed(login=login, node_id=node_id, outcome=outcome, **more))
        self.settle()

    def take(self, login: str, node_id: str, unit: str = COMMUNE_UNIT) -> TaskRecord:
        """Claim the task and begin with it."""
        actor, task = self.actor(login), self.task(node_id, unit)
        self.container.tasks.claim(actor, ClaimTask(task_id=task.id))
        self.container.tasks.start(actor, StartTask(task_id=task.id))
        return self.task(node_id, unit)

    def look(self, actor: Actor, task_id: str, *criteria: str) -> None:
        """Open these rows of the task's sheet, one after the other."""
        for key in criteria:
            self.container.judgements.look(actor, LookAtCriterion(task_id=task_id, criterion_id=key))

    def settle(self) -> None:
        """Do all machine work that is due."""
        Timeline(self.container, self.clock).settle()

    def move_to(self, month: int, number: int, hour: int = 9) -> None:
        """Go on to that day of 2023, with the machine work on the way at its own time."""
        Timeline(self.container, self.clock).move_to(day(month, number, hour))
        self.settle()

    def register(self, unit: str = COMMUNE_UNIT, previous_class: str = "kha") -> None:
        cast = CASTS[unit]
        self.player.do(self.case(unit).id, registered(cast, previous_class))
        self.settle()

    def until_self_assessment(self, unit: str = COMMUNE_UNIT) -> None:
        """Registered and on the list; the unit is to assess itself."""
        self.register(unit)
        self.do(unit, CASTS[unit].standing, "pilot_list", "accept")

    def until_evaluation(self, unit: str = COMMUNE_UNIT) -> None:
        """The unit has handed in its dossier."""
        self.until_self_assessment(unit)
        self.do(unit, CASTS[unit].unit, "self_assessment", "submit")

    def until_inspection(self, unit: str = COMMUNE_UNIT) -> None:
        """A team of three is to inspect."""
        self.until_evaluation(unit)
        cast = CASTS[unit]
        self.do(unit, str(cast.evaluator), "evaluation", "approve")
        members = {"members": cast.inspectors, "leader": cast.inspectors[:1], "team_decision": "Minh họa 02/QĐ"}
        self.do(unit, cast.standing, "team_forming", "form", fields=members)

    def convene(self, unit: str = COMMUNE_UNIT) -> None:
        """The session is convened and its day has come."""
        cast = CASTS[unit]
        self.player.do(self.case(unit).id, convened(cast, cast.days["session"]))
        self.move_to(*cast.days["session"], 14)

    def attach(self, login: str, task_id: str, **where: str) -> str:
        """Add a small PDF to the task's case and return its id."""
        command = AddEvidence(task_id=task_id, filename="minh-chung.pdf", content=pdf(str(where)), **where)
        return self.container.evidence.add(self.actor(login), command).id

    def verify(self) -> None:
        """Assert that everything recorded is whole and that every case stands where its events say."""
        report = self.container.verification.verify()
        assert report.ok, [str(breach) for breach in report.breaches]


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """No test here is about how long a hash takes; tests/unit/accounts/test_passwords.py has what it must cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def examined_once() -> Iterator[None]:
    """What is shipped is examined once, however many installations are set up with it."""
    found: dict[str, list[Finding]] = {}

    def examined(files: Mapping[str, bytes]) -> list[Finding]:
        name = package_sha256(files)
        if name not in found:
            found[name] = check_package(files)
        return found[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "check_package", examined)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every application made here takes the templates as the first one of all workers has compiled them."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "templates"
    folder.mkdir(exist_ok=True)
    cache = FileSystemBytecodeCache(str(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": cache})
        yield


@dataclass(frozen=True, kw_only=True)
class Model:
    """What is copied for each test."""

    data: Path
    url: str
    users: dict[str, str]
    campaign_id: str
    now: datetime


def make_model(data: Path, url: str | None) -> Model:
    """Set the installation up as `congnhan setup` does."""
    clock = VirtualClock(START)
    data.mkdir(parents=True)
    keep_clock(data, START)
    container = build(data, url=url, clock=clock, mailer=NoMailer())
    try:
        install(container)
        users = install_accounts(container, PASSWORD)
        campaign_id = install_campaign(container, users)
        Timeline(container, clock).settle()
        if url is None:
            with container.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        container.close()
    where = url or f"sqlite:///{data / 'congnhan.sqlite3'}"
    return Model(data=data, url=where, users=users, campaign_id=campaign_id, now=clock.now())


def open_house(model: Model, data: Path, url: str, mailer: Mailer | None = None, base_url: str | None = None) -> House:
    """The installation at `data` and `url`, which is a copy of the model."""
    clock = VirtualClock(model.now)
    container = wire(data, create_engine(url), clock, mailer or NoMailer(), base_url=base_url, examiner=ExaminerHere())
    figures = _toml(DEFINITIONS / "demonstration" / "figures.toml")
    return House(container=container, clock=clock, users=model.users, campaign_id=model.campaign_id, figures=figures)


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return make_model(tmp_path_factory.mktemp("model") / "sqlite", None)


@pytest.fixture(scope="session")
def postgres_model(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Model:
    return make_model(tmp_path_factory.mktemp("model") / "postgres", postgres_server.create_database())


Place = tuple[Model, Path, str]
"""The model, a data directory that is a copy of the model's, and the address of a copy of its database."""
Copies = Callable[[], AbstractContextManager[Place]]
