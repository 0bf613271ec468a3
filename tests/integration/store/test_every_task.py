"""What is asked of a case's tasks is answered alike, whether the moment has read them all or asks for just that."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.house import House
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

pytestmark = pytest.mark.stage("to inspect")
NODES = ("registration", "pilot_list", "self_assessment", "evaluation", "team_forming")


def asked(uow: UnitOfWork, case_id: str, people: set[str]) -> Mapping[str, Any]:
    """Every question that a page which has read the tasks does not put to the database again."""
    tasks, doers = uow.tasks, uow.task_people.doers
    return {
        "open": [one.id for one in tasks.open_of_case(case_id)],
        "closed to some": sorted(one.id for one in tasks.closed_to_some(case_id)),
        "newest three": [one.id for one in tasks.of_case(case_id, Page(limit=3))],
        "the next": [one.id for one in tasks.of_case(case_id, Page(limit=2, offset=3))],
        "who did what": dict(doers(case_id, NODES)),
        "of them": dict(doers(case_id, NODES, among=people)),
        "of nobody": dict(doers(case_id, NODES, among=["nobody"])),
        "files": [one.id for one in uow.evidence.of_case(case_id)],
    }


@pytest.mark.parametrize("readers", ["everybody", "some"])
def test_questions_about_tasks_have_the_same_answers(house: House, readers: str) -> None:
    # given: a case that was returned once and waits for its inspectors, with files, entries and several people
    case_id = house.case().id
    with house.container.units.reading() as uow:
        known = {one.completed_by for one in uow.tasks.of_case(case_id, Page(limit=100)) if one.completed_by}
    people = known if readers == "everybody" else {min(known)}

    # when: one moment is asked for each by itself, another has read all tasks and files before
    with house.container.units.reading() as uow:
        alone = asked(uow, case_id, people)
    with house.container.units.reading() as uow:
        uow.tasks.of_case(case_id, Page(limit=100))
        uow.evidence.ever_of_case(case_id)
        together = asked(uow, case_id, people)

    # then
    assert together == alone
    assert alone["who did what"]
    assert alone["files"]


def test_a_page_that_does_not_hold_every_task_answers_for_none(house: House) -> None:
    # given: more tasks than the page holds
    case_id = house.case().id

    with house.container.units.reading() as uow:
        # when: fewer are read than there are
        first = uow.tasks.of_case(case_id, Page(limit=1))

        # then: what else is asked is looked for
        assert len(first) == 1
        assert len(uow.tasks.of_case(case_id, Page(limit=100))) > 1
        assert uow.task_people.doers(case_id, NODES)
