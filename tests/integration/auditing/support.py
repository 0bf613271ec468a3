"""People at work on one case, and the auditor who looks at it afterwards."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.clock import FixedClock
from tests.support.world import World, shipped_package
from workflow.audit.breach import BreachKind
from workflow.bootstrap import Container
from workflow.organisation.authority import Actor
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.tasks import ClaimTask, CompleteTask
from workflow.store.cases import CaseRecord
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord

UNIT = "xa-minh-hoa"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
REGISTRATION: dict[str, Any] = {
    "safety_recognised": "true",
    "safety_decision": "12/QĐ-UBND",
    "previous_class": "kha",
    "pilot": "district",
}


def carry_out_due(app: Container) -> None:
    """The worker does all that is due, a few jobs at a time."""
    while app.jobs.run_due():
        pass


@dataclass(frozen=True, kw_only=True)
class Court:
    app: Container
    world: World
    officer: Actor
    auditor: Actor
    neighbour: Actor
    case_id: str

    @classmethod
    def open(cls, app: Container, world: World) -> "Court":
        """Publish, open a campaign, start one case and let its unit register."""
        world.publishing.install(shipped_package(), world.setup())
        manager = world.person("quan-ly", "manager", "cong-an-thanh-hoa")
        campaign = CreateCampaign(key="dien-hinh", year=2023, province="thanh-hoa", name_vi="Đợt 2023", name_en="2023")
        campaign_id = app.campaigns.create(manager, campaign)
        app.campaigns.open(manager, OpenCampaign(campaign_id=campaign_id, revision=1))
        app.campaign_units.add_units(manager, AddCampaignUnits(campaign_id=campaign_id, units={UNIT: {}}))
        app.campaign_units.start(manager, StartCampaign(campaign_id=campaign_id, gaps_seen=True))
        carry_out_due(app)
        with world.units.reading() as uow:
            (case,) = uow.unit_cases.search(CaseFilter(), Page())[0]
        court = cls(
            app=app,
            world=world,
            officer=world.person("can-bo", "unit-officer", UNIT),
            auditor=world.person("kiem-toan", "auditor", "thanh-hoa"),
            neighbour=world.person("kiem-toan-xa", "auditor", "xa-lang-gieng"),
            case_id=case.id,
        )
        court.later()
        court.complete(court.officer, "submit", REGISTRATION)
        return court

    @property
    def clock(self) -> FixedClock:
        return self.world.clock

    @property
    def stream(self) -> str:
        return f"case:{self.case_id}"

    @property
    def case(self) -> CaseRecord:
        with self.world.units.reading() as uow:
            return uow.unit_cases.get(self.case_id)

    def later(self, **by: int) -> None:
        """Let time pass: ten minutes, or what is said."""
        self.clock.advance(timedelta(**by) if by else timedelta(minutes=10))

    def work(self) -> None:
        """The worker does what is due."""
        carry_out_due(self.app)

    def task(self) -> TaskRecord:
        """The one open task."""
        with self.world.units.reading() as uow:
            (task,) = uow.tasks.open_of_case(self.case_id)
        return task

    def complete(self, actor: Actor, outcome: str, fields: dict[str, Any]) -> None:
        """Take the open task and finish it."""
        task = self.task()
        self.app.tasks.claim(actor, ClaimTask(task_id=task.id))
        done = CompleteTask(task_id=task.id, outcome=outcome, fields=fields)
        self.app.tasks.complete(actor, done)
        self.later()

    def assess(self) -> None:
        """The next body lists the unit; the unit assesses a criterion twice and adds a file to it."""
        self.complete(self.world.person("huyen", "standing-officer", "cong-an-thuong-xuan"), "accept", {})
        task = self.task()
        self.app.tasks.claim(self.officer, ClaimTask(task_id=task.id))
        for result in ("not_met", "met"):
            saved = SaveResult(task_id=task.id, criterion_id=self.criterion(), result=result, statement="=1+1")
            self.app.assessments.save_result(self.officer, saved)
            self.later()
        self.app.evidence.add(
            self.officer,
            AddEvidence(task_id=task.id, filename="báo cáo.pdf", content=PDF, criterion_id=self.criterion()),
        )
        self.later()

    def criterion(self) -> str:
        """The first criterion of the unit's set that is judged by yes or no."""
        with self.world.units.reading() as uow:
            package = self.app.ground.version(uow, uow.unit_cases.get(self.case_id)).package
        criteria = package.criteria_sets[str(self.task().criteria_set)].criteria
        return next(key for key, one in criteria.items() if one.kind == "boolean")

    def faults(self, *anchors: str) -> set[tuple[BreachKind, str, int | None]]:
        """What verification finds: kind, stream, number."""
        report = self.app.verification.verify(anchors)
        assert report.ok is (not report.breaches)
        return {(breach.kind, breach.stream, breach.seq) for breach in report.breaches}

    def as_manager(self) -> Actor:
        """The manager, as they may act now."""
        with self.world.units.reading() as uow:
            user = uow.accounts.by_login("quan-ly")
        assert user is not None
        return self.world.directory.actor_of(user.id)
