"""Another deadline is tried before anything counts; what the trial says is what the change then does."""

from datetime import date, datetime

import pytest

from tests.support.house import COMMUNE_UNIT, House
from tests.support.statements import counted
from workflow.errors import InvalidInput, NotFound, PermissionDenied
from workflow.services.campaigns.campaigns import ChangeDeadline, CloseCampaign
from workflow.services.campaigns.deadline_trials import DeadlineTrial
from workflow.services.casework.cases import CaseCommand

MANAGER = "quanly.tinh"
LAST, LATER, PAST = date(2023, 3, 30), date(2023, 4, 14), date(2023, 3, 1)


def tried(house: House, day: date, deadline: str = "registration") -> DeadlineTrial:
    return house.container.deadline_trials.look(house.actor(MANAGER), house.campaign_id, deadline, day)


def changed(house: House, day: date, deadline: str = "registration") -> None:
    """As the form below the names sends it, its doubts confirmed."""
    doubts = tried(house, day, deadline).doubts
    campaign = house.container.campaigns.get(house.actor(MANAGER), house.campaign_id)
    wish = ChangeDeadline(
        campaign_id=campaign.id,
        deadline_id=deadline,
        last_day=day,
        remind_days=5,
        escalate_to="standing-officer",
        reason="Minh họa: theo công văn.",
        revision=campaign.revision,
        confirmed=tuple(doubt.key for doubt in doubts),
    )
    house.container.campaigns.change_deadline(house.actor(MANAGER), wish)
    house.settle()


def due_days(house: House) -> dict[str, datetime | None]:
    """Case → when its registration is due, where that is still to be done."""
    with house.container.units.reading() as uow:
        units = [one.unit_id for one in uow.campaigns.units(house.campaign_id)]
    tasks = [task for unit in units for task in house.open_tasks(unit) if task.node_id == "registration"]
    return {task.case_id: task.due_at for task in tasks}


def cancelled(house: House, unit: str) -> None:
    why = CaseCommand(case_id=house.case(unit).id, trigger="cancel", reason="Minh họa: gộp vào đợt sau.")
    house.container.cases.move(house.actor(MANAGER), why)


def events(house: House) -> int:
    with house.container.units.reading() as uow:
        return sum(1 for stream in uow.events.streams() for _ in uow.events.of_stream(stream))


def test_what_the_trial_says_is_what_the_change_does(house: House) -> None:
    """Given eight units that are late with their registration, when a later day is tried, then eight would be late no longer; and so they are."""
    house.move_to(4, 3)
    before, recorded = due_days(house), events(house)

    trial = tried(house, LATER)

    assert (due_days(house), events(house)) == (before, recorded), "nothing counts yet"
    assert (trial.old_day, trial.new_day, trial.cases, trial.unclear) == (LAST, LATER, 8, [])
    assert {one.case_id: one.old for one in trial.of("relieved")} == before
    assert len(trial.effects) == len(before) == 8
    changed(house, LATER)
    assert {one.case_id: one.new for one in trial.effects} == due_days(house)

    back = tried(house, LAST)
    assert len(back.of("late")) == 8
    assert [doubt.key.partition(":")[0] for doubt in back.doubts] == ["past"]


def test_a_task_that_stays_in_time_is_named_with_who_has_it_and_what_is_done_is_not(house: House) -> None:
    house.take("donvi.thothanh", "registration", "tho-thanh")
    house.register()
    cancelled(house, "rung-thong")

    trial = tried(house, LATER)

    assert {one.turn for one in trial.effects} == {"moved"}
    named = {one.unit.id: one for one in trial.effects}
    assert len(named) == 6
    assert not {COMMUNE_UNIT, "rung-thong"} & named.keys()
    assert named["tho-thanh"].assignee_id == house.users["donvi.thothanh"]
    assert named["tho-thanh"].label.vi == house.task("registration", "tho-thanh").name_vi
    assert trial.cases == 7, "a case that has ended is not looked at"
    assert tried(house, LATER, "evaluation").effects == [], "nobody has come to that stage"
    assert tried(house, LAST).effects == [], "the same day moves nothing"


def test_what_the_procedure_does_by_itself_is_named_where_it_would_do_so_at_once(house: House) -> None:
    """Given a unit that assesses itself, which ends where the year ends, when that day is moved before today, then its end would come at once."""
    house.until_self_assessment()

    (ended,) = tried(house, PAST, "recognition").of("at_once")

    assert (ended.unit.id, ended.label.vi) == (COMMUNE_UNIT, "Quá thời hạn xét")
    assert ended.old is not None
    assert ended.old > house.clock.now()
    assert house.case().ended_at is None


def test_trying_takes_as_many_statements_however_many_cases_there_are(house: House) -> None:
    tried(house, LATER)
    with counted(house.container.engine) as many:
        assert tried(house, LATER).cases == 8
    for unit in ("tho-thanh", "rung-thong"):
        cancelled(house, unit)
    with counted(house.container.engine) as few:
        assert tried(house, LATER).cases == 6
    assert len(few) == len(many) <= 12


def test_only_managers_of_an_open_campaign_try_a_deadline_that_there_is(house: House) -> None:
    trials = house.container.deadline_trials
    for login in ("donvi.thothanh", "truongban.tinh"):
        with pytest.raises(PermissionDenied):
            trials.look(house.actor(login), house.campaign_id, "registration", LATER)
    with pytest.raises(NotFound):
        tried(house, LATER, "khong-co")

    with house.container.units.reading() as uow:
        units = [one.unit_id for one in uow.campaigns.units(house.campaign_id)]
    for unit in units:
        cancelled(house, unit)
    campaign = house.container.campaigns.get(house.actor(MANAGER), house.campaign_id)
    wish = CloseCampaign(campaign_id=campaign.id, revision=campaign.revision)
    house.container.campaigns.close(house.actor(MANAGER), wish)
    with pytest.raises(InvalidInput):
        tried(house, LATER)
