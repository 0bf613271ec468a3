"""Many units are started by the worker, one transaction each; a failure stops no other and can be tried again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.support.world import World, command
from workflow.calendar.zone import local_date
from workflow.errors import InvalidInput, NotFound
from workflow.organisation.authority import Actor
from workflow.runtime.jobs import JobService
from workflow.runtime.recorder import Provenance
from workflow.services.campaigns.campaigns import ChangeDeadline
from workflow.services.campaigns.units import AddCampaignUnits, RemoveCampaignUnit, StartCampaign
from workflow.services.casework.cases import CaseService
from workflow.store.campaigns import CampaignRecord
from workflow.store.cases import CaseRecord
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

UNITS: dict[str, dict[str, Any]] = {"dien-bien": {"pilot": True}, "htx-tan-son": {}, "dai-hoc-hong-duc": {}}


def all_cases(world: World) -> list[CaseRecord]:
    with world.units.reading() as uow:
        return sorted(uow.unit_cases.search(CaseFilter(), Page(limit=100))[0], key=lambda case: case.business_key)


def counts(world: World, manager: Actor, campaign_id: str) -> tuple[int, int, int, int]:
    progress = world.members.progress(manager, campaign_id)
    return progress.listed, progress.pending, progress.started, progress.failed


def test_every_unit_gets_its_case_with_its_own_number(
    world: World, manager: Actor, open_campaign: str, work: Callable[[], None]
) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units=UNITS))
    assert counts(world, manager, open_campaign) == (3, 0, 0, 0)

    assert world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True)) == 3
    assert counts(world, manager, open_campaign) == (0, 3, 0, 0)
    work()

    assert counts(world, manager, open_campaign) == (0, 0, 3, 0)
    cases = all_cases(world)
    assert [case.business_key for case in cases] == ["DH-2023-0001", "DH-2023-0002", "DH-2023-0003"]
    assert {case.unit_id for case in cases} == set(UNITS)
    assert {case.started_by for case in cases} == {manager.user_id}
    opened = world.events(f"case:{cases[0].id}")[0]
    assert (opened.type, opened.actor, opened.role) == ("CaseOpened", manager.user_id, "manager")


def test_a_case_knows_its_campaigns_deadlines_and_its_units_mark(
    world: World, manager: Actor, open_campaign: str, work: Callable[[], None]
) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={"dien-bien": {"pilot": True}}))
    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    work()

    (case,) = all_cases(world)
    with world.units.reading() as uow:
        (task,) = uow.tasks.open_of_case(case.id)
        campaign = uow.campaigns.get(open_campaign)
    assert task.due_at == datetime.fromisoformat(campaign.deadlines["registration"]["due_at"])
    started = next(event for event in world.events(f"case:{case.id}") if event.type == "ProcessStarted")
    assert started.payload["variables"]["pilot"] is True


def test_units_can_be_started_some_at_a_time_and_never_twice(
    world: World, manager: Actor, open_campaign: str, work: Callable[[], None]
) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units=UNITS))
    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True, unit_ids=["dien-bien"]))
    work()
    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    work()

    with pytest.raises(InvalidInput):
        world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    with pytest.raises(InvalidInput):
        world.members.remove_unit(manager, RemoveCampaignUnit(campaign_id=open_campaign, unit_id="dien-bien"))
    assert len(all_cases(world)) == 3


def test_a_planned_campaign_starts_nothing(world: World, manager: Actor, campaign_id: str) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=campaign_id, units=UNITS))

    with pytest.raises(InvalidInput):
        world.members.start(manager, StartCampaign(campaign_id=campaign_id, gaps_seen=True))
    world.members.remove_unit(manager, RemoveCampaignUnit(campaign_id=campaign_id, unit_id="dien-bien"))
    assert counts(world, manager, campaign_id) == (2, 0, 0, 0)


def test_a_failure_is_shown_with_its_reason_and_tried_again(
    world: World,
    manager: Actor,
    open_campaign: str,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The unit's case fails half-way, after its rows were written: none of them may stay."""
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units=UNITS))
    whole = CaseService.start

    def failing(
        self: CaseService,
        uow: UnitOfWork,
        by: Provenance,
        *,
        campaign: CampaignRecord,
        unit_id: str,
        business_key: str,
        variables: Mapping[str, Any],
    ) -> CaseRecord:
        case = whole(self, uow, by, campaign=campaign, unit_id=unit_id, business_key=business_key, variables=variables)
        if unit_id == "htx-tan-son":
            raise NotFound("There is no body for %(unit)s.", unit=unit_id)
        return case

    with monkeypatch.context() as patch:
        patch.setattr(CaseService, "start", failing)
        world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
        work()

    assert counts(world, manager, open_campaign) == (0, 0, 2, 1)
    (failure,) = world.members.progress(manager, open_campaign).failures
    assert (failure.template, failure.params) == ("There is no body for %(unit)s.", {"unit": "htx-tan-son"})
    assert {case.unit_id for case in all_cases(world)} == {"dien-bien", "dai-hoc-hong-duc"}

    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    work()
    assert counts(world, manager, open_campaign) == (0, 0, 3, 0)
    assert len(all_cases(world)) == 3


def test_what_a_crashed_worker_held_is_started_by_the_next(
    world: World, manager: Actor, open_campaign: str, jobs: JobService, work: Callable[[], None]
) -> None:
    work()
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units=UNITS))
    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    now = world.clock.now()
    with world.units() as uow:
        crashed = uow.jobs.claim(now, datetime(2023, 3, 1, 2, 5, tzinfo=UTC), 2)
        uow.commit()
    assert len(crashed) == 2

    jobs.run_due()
    assert counts(world, manager, open_campaign)[1:3] == (2, 1)
    world.clock.set(datetime(2023, 3, 1, 2, 6, tzinfo=UTC))
    jobs.run_due()
    assert counts(world, manager, open_campaign)[1:3] == (0, 3)


def test_a_job_that_comes_twice_starts_one_case(
    world: World, manager: Actor, open_campaign: str, jobs: JobService, work: Callable[[], None]
) -> None:
    work()
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={"dien-bien": {}}))
    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    with world.units() as uow:
        (job,) = uow.jobs.claim(world.clock.now(), world.clock.now(), 1)
        uow.jobs.add([replace(job, id=command(), attempts=0, locked_until=None)])
        uow.commit()

    work()

    assert len(all_cases(world)) == 1


def test_a_new_deadline_moves_the_open_tasks_of_running_cases(
    world: World, manager: Actor, open_campaign: str, work: Callable[[], None]
) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={"dien-bien": {}}))
    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    work()
    (case,) = all_cases(world)

    world.campaigns.change_deadline(
        manager,
        ChangeDeadline(
            campaign_id=open_campaign,
            deadline_id="registration",
            last_day=date(2023, 4, 20),
            remind_days=5,
            escalate_to="standing-officer",
            reason="Gia hạn",
            revision=2,
        ),
    )
    work()

    with world.units.reading() as uow:
        (task,) = uow.tasks.open_of_case(case.id)
    assert task.due_at is not None
    assert local_date(task.due_at) == date(2023, 4, 20)
    changed = [event for event in world.events(f"case:{case.id}") if event.type == "DeadlinesChanged"]
    assert [event.actor for event in changed] == [manager.user_id]
