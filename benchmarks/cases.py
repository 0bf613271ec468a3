"""Cases of the procedure `dien-hinh`, prepared through the real services: many made-up communes in one campaign."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from shared import ROOT, Place

from workflow.bootstrap import Container, build, wire
from workflow.calendar.seed import seed_holidays
from workflow.ids import new_id
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.data import load_organisations
from workflow.outside.clock import VirtualClock
from workflow.outside.mail import NoMailer
from workflow.packages.folders import package_folders
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.tasks import ClaimTask, CompleteTask
from workflow.store.accounts import UserRecord
from workflow.store.database import create_engine
from workflow.store.tasks import TaskRecord

DEFINITIONS = ROOT / "definitions"
PACKAGE = "dien-hinh"
MODEL_UNIT = "xa-minh-hoa"
BEGIN = date(2022, 1, 1)
NOW = datetime(2023, 3, 20, 1, tzinfo=UTC)
REGISTRATION = {"safety_recognised": "true", "safety_decision": "01/QĐ", "previous_class": "kha", "pilot": "district"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An installation with one open campaign; `cases`: unit id → case id."""

    place: Place
    url: str
    container: Container
    clock: VirtualClock
    cases: dict[str, str]
    users: dict[str, str]

    def actor(self, role: str, organisation_id: str) -> Actor:
        """Whoever holds that role there, and nothing else."""
        user_id = self.users[role]
        held = Assignment(
            id=new_id(), user_id=user_id, role=role, organisation_id=organisation_id, valid_from=BEGIN, valid_to=None
        )
        return Actor(user_id=user_id, name=role, assignments=(held,))

    def open_task(self, case_id: str, node_id: str) -> TaskRecord:
        """The case's open task of that node."""
        with self.container.units.reading() as uow:
            return next(task for task in uow.tasks.open_of_case(case_id) if task.node_id == node_id)

    def claim(self, case_id: str, node_id: str, organisation_id: str | None = None) -> tuple[Actor, TaskRecord]:
        """Let somebody of its first group take the task."""
        task = self.open_task(case_id, node_id)
        role, _, body = task.groups[0].partition("@")
        actor = self.actor(role, organisation_id or body)
        self.container.tasks.claim(actor, ClaimTask(task_id=task.id))
        return actor, task

    def complete(self, case_id: str, node_id: str, outcome: str, **entries: Any) -> None:
        """Claim the case's open task of that node and complete it."""
        actor, task = self.claim(case_id, node_id)
        self.container.tasks.complete(actor, CompleteTask(task_id=task.id, outcome=outcome, **entries))

    def settle(self) -> None:
        """Do all machine work that is due."""
        while self.container.jobs.run_due(limit=100):
            pass

    def hasty(self) -> "Office":
        """The same office where commits do not wait for the disk: for preparing, never for measuring."""
        engine = create_engine(self.url)
        without = "PRAGMA synchronous=OFF" if self.place.kind == "sqlite" else "SET SESSION synchronous_commit TO off"

        def relax(connection: Any, _record: Any) -> None:
            with closing(connection.cursor()) as cursor:
                cursor.execute(without)
            if self.place.kind == "postgresql":
                connection.commit()

        sa.event.listen(engine, "connect", relax)
        return replace(self, container=wire(self.place.folder, engine, self.clock, NoMailer()))


ROLES = ("manager", "unit-officer", "standing-officer", "board-member", "inspector", "committee-member")


def office(place: Place, units: tuple[str, ...] = (), *, copies: int = 0) -> Office:
    """Install organisations, calendar and package in an empty database, and start a case for each of the units.

    `copies`: so many more communes are made up. They have no bodies of their own, which is enough for the first tasks.
    """
    clock = VirtualClock(NOW)
    url = place.database()
    container = build(place.folder, url=url, clock=clock)
    by = Provenance(actor=SYSTEM, at=NOW)
    unit_ids = [*units, *_install(container, by, copies)]
    users = dict(_people(container))
    found = Office(place=place, url=url, container=container, clock=clock, cases={}, users=users)
    manager = found.actor("manager", "thanh-hoa")
    new = CreateCampaign(
        key=PACKAGE, year=2023, province="thanh-hoa", name_vi="Đo", name_en="Measured", demonstration=True
    )
    campaign_id = container.campaigns.create(manager, new)
    container.campaign_units.add_units(
        manager, AddCampaignUnits(campaign_id=campaign_id, units={unit: {} for unit in unit_ids})
    )
    revision = container.campaigns.get(manager, campaign_id).revision
    container.campaigns.open(manager, OpenCampaign(campaign_id=campaign_id, revision=revision))
    container.campaign_units.start(manager, StartCampaign(campaign_id=campaign_id, gaps_seen=True))
    found.settle()
    with container.units.reading() as uow:
        found.cases.update({unit.unit_id: str(unit.case_id) for unit in uow.campaigns.units(campaign_id)})
    return found


def _install(container: Container, by: Provenance, number_of_copies: int) -> list[str]:
    folder = DEFINITIONS / "organisations"
    organisations, successions = load_organisations({path.name: path.read_bytes() for path in folder.glob("*.toml")})
    model = next(one for one in organisations if one.id == MODEL_UNIT)
    copies = [
        replace(model, id=f"do-{number}", code=f"do-{number}", name_vi=f"Xã Đo {number} (minh họa)")
        for number in range(number_of_copies)
    ]
    container.organisations.import_data([*organisations, *copies], successions, by)
    container.calendar_days.seed(seed_holidays(2022, 2024), by)
    package = next(one for one in package_folders(DEFINITIONS) if one.manifest.key == PACKAGE)
    container.publishing.install(package.files(), by)
    return [copy.id for copy in copies]


def _people(container: Container) -> Iterator[tuple[str, str]]:
    """One user a role. They do not sign in, so that no password has to be hashed."""
    with container.units() as uow:
        for role in ROLES:
            user = UserRecord(
                id=new_id(), login=role, name=f"Người {role}", email=None, password_hash="", created_at=NOW
            )
            uow.accounts.add(user)
            yield role, user.id
        uow.commit()
