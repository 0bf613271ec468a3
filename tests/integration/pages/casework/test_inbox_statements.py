"""What the list of tasks asks of the database does not grow with its rows."""

import pytest

from tests.support.house import PASSWORD, House
from tests.support.queues import OFFICE, agencies
from tests.support.statements import counted
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.services.casework.queue.filters import SaveFilter
from workflow.services.casework.queue.several import DecideTasks, Seen
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

MOST = 25


@pytest.mark.stage("conclusion")
def test_a_list_takes_as_many_statements_with_one_row_as_with_many(house: House) -> None:
    house.register("tho-thanh")
    clerk, leader = house.actor(OFFICE), "kiemtra1.thuongxuan"
    house.container.saved_filters.save(clerk, SaveFilter(name="Chung", query="tab=todo"))
    app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    people = {one: Person.at(app).sign_in(one, PASSWORD) for one in (OFFICE, leader)}

    def taken(login: str, address: str) -> int:
        people[login].open(address)
        with counted(house.container.engine) as statements:
            people[login].open(address)
        return len(statements)

    assert "0/" in people[leader].open("/nhiem-vu").text
    judging = taken(leader, "/nhiem-vu")
    few = {tab: taken(OFFICE, f"/nhiem-vu?tab={tab}") for tab in ("todo", "sent")}
    waiting = agencies(house, 12)
    many = {"todo": taken(OFFICE, "/nhiem-vu?tab=todo")}
    found = house.container.inbox.page(clerk, InboxFilter(tab="group"), Page(limit=40)).entries
    seen = [Seen(task_id=one.row.task.id, revision=one.row.task.revision) for one in found]
    house.container.several.decide(clerk, DecideTasks(tasks=seen[:-2], outcome="accept"))
    people[OFFICE].open("/nhiem-vu?tab=sent")
    assert people[OFFICE].text.count("Rút lại…") >= len(waiting) - 2
    many["sent"] = taken(OFFICE, "/nhiem-vu?tab=sent")

    print(f"statements: list {many['todo']}, with criteria {judging}, sent {many['sent']}")
    assert many["todo"] <= few["todo"]
    assert many["sent"] <= few["sent"] + 1, "the open tasks of the cases, which there were none of before"
    assert max(*many.values(), judging) <= MOST
