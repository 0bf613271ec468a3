"""A published procedure, a manager, and a worker that does what falls due."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.world import World, shipped_package
from workflow.organisation.authority import Actor
from workflow.outside.files import FileBlobStore
from workflow.runtime.jobs import JobService
from workflow.runtime.steps import Steps
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.jobs import CampaignJobs
from workflow.services.casework.application import CaseHandlers, UnitApplication
from workflow.services.casework.cases import CaseService
from workflow.services.casework.ground import CaseGround

YEAR = 2023


@pytest.fixture
def manager(world: World) -> Actor:
    """The manager of the province's standing office."""
    return world.person("quan-ly", "manager", "cong-an-thanh-hoa")


@pytest.fixture
def campaign_id(world: World, manager: Actor) -> str:
    """A planned campaign of 2023 on the shipped procedure."""
    world.publishing.install(shipped_package(), world.setup())
    wanted = CreateCampaign(
        key="dien-hinh", year=YEAR, province="thanh-hoa", name_vi="Đợt 2023", name_en="Campaign of 2023"
    )
    return world.campaigns.create(manager, wanted)


@pytest.fixture
def open_campaign(world: World, manager: Actor, campaign_id: str) -> str:
    """The campaign, open."""
    world.campaigns.open(manager, OpenCampaign(campaign_id=campaign_id, revision=1))
    return campaign_id


@pytest.fixture
def ground(world: World, tmp_path: Path) -> CaseGround:
    return CaseGround(
        units=world.units,
        clock=world.clock,
        register=world.register,
        steps=Steps(world.programs, UnitApplication(world.register)),
        blobs=FileBlobStore(tmp_path / "evidence"),
    )


@pytest.fixture
def cases(ground: CaseGround) -> CaseService:
    return CaseService(ground)


@pytest.fixture
def jobs(world: World, ground: CaseGround, cases: CaseService) -> JobService:
    campaign_jobs = CampaignJobs(world.campaign_ground, cases, ground.steps)
    runners = {
        "campaign-start": campaign_jobs.start_unit,
        "campaign-reschedule": campaign_jobs.reschedule_campaign,
        "case-reschedule": campaign_jobs.reschedule_case,
    }
    return JobService(ground.units, ground.clock, ground.steps, CaseHandlers(ground.register).by_name(), runners)


@pytest.fixture
def work(jobs: JobService) -> Callable[[], None]:
    """Do everything that is due."""

    def until_nothing_is_due() -> None:
        while jobs.run_due():
            pass

    return until_nothing_is_due
