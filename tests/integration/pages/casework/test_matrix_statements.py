"""What a page of the table asks of the database does not grow with its rows or with the levels before it."""

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, PASSWORD, House
from tests.support.statements import counted
from tests.support.turns import FIRST, Desk, answered
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.services.casework.tasks import TakeTask

CAST = CASTS[COMMUNE_UNIT]
MOST = 25


def read(house: House, login: str, node_id: str) -> tuple[int, int]:
    """How many statements the table takes when it is read again, and how many with one row open."""
    task = house.task(node_id).id
    house.container.tasks.take(house.actor(login), TakeTask(task_id=task))
    app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    person = Person.at(app).sign_in(login, PASSWORD)
    spent = []
    for address in (f"/nhiem-vu/{task}/tieu-chi", f"/nhiem-vu/{task}/tieu-chi/I.18"):
        person.open(address)
        with counted(house.container.engine) as statements:
            person.open(address)
        spent.append(len(statements))
    return spent[0], spent[1]


@pytest.mark.stage("conclusion")
def test_the_table_takes_no_more_statements_with_more_levels(house: House) -> None:
    many = read(house, CAST.inspectors[0], "conclusion")
    assert max(many) <= MOST


@pytest.mark.stage("self-assessment")
def test_the_table_of_a_first_level_takes_no_more(house: House) -> None:
    few = read(house, CAST.unit, "self_assessment")
    assert max(few) <= MOST


@pytest.mark.stage("evaluation")
def test_the_table_of_a_dossier_that_has_come_again_takes_no_more(house: House) -> None:
    """Neither the unit's nor the reviewer's, in the second turn and in the third."""
    desk = Desk(house)
    desk.give_back(FIRST)
    assert max(read(house, CAST.unit, "self_assessment")) <= MOST
    answered(desk)
    desk.send()
    second = read(house, str(CAST.evaluator), "evaluation")
    desk.give_back({"I.1": "Vẫn thiếu"})
    desk.look("donvi.minhhoa", "self_assessment", "I.1")
    desk.keep("I.1", "Chưa có")
    desk.send()
    third = read(house, str(CAST.evaluator), "evaluation")
    assert max(second) <= MOST
    assert max(third) <= max(second)
