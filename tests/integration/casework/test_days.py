"""Days that people enter are judged by the case's own clock: a session is not in the past, a decision not in the future."""

from typing import Any

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.demo.stories import COMMUNE, convened, opened
from workflow.errors import TaskRefused
from workflow.services.casework.fields import FieldProblem, FormRefused

pytestmark = pytest.mark.stage("session")

BEFORE, AFTER = "Not before %(bound)s.", "Not later than %(bound)s."


def refused(house: House, login: str, node_id: str, outcome: str, **fields: Any) -> list[FieldProblem]:
    with pytest.raises(FormRefused) as error:
        house.do(COMMUNE_UNIT, login, node_id, outcome, fields=fields)
    return list(error.value.problems)


def do(house: House, deed: Any) -> None:
    house.player.do(house.case().id, deed)
    house.settle()


def test_a_session_is_not_convened_for_a_day_gone_by(house: House) -> None:
    house.move_to(12, 20, 6)  # still the 19th in Greenwich

    gone = {**convened(COMMUNE, (12, 19)).fields}
    (problem,) = refused(house, COMMUNE.standing, "convene", "convene", **gone)

    assert (problem.field_id, problem.template, problem.params["bound"]) == ("held_on", BEFORE, "20/12/2023")
    do(house, convened(COMMUNE, (12, 20)))
    assert house.task("open_session").state == "ready"


def test_a_session_is_opened_or_adjourned_on_its_day_and_decided_between_it_and_today(house: House) -> None:
    do(house, convened(COMMUNE, (12, 22)))
    for present, outcome in ((COMMUNE.committee, "open"), (COMMUNE.committee[:2], "adjourn")):
        with pytest.raises(TaskRefused):
            do(house, opened(COMMUNE, present=present, outcome=outcome))

    house.move_to(12, 22, 6)  # still the 21st in Greenwich
    do(house, opened(COMMUNE, present=COMMUNE.committee, outcome="open"))
    for login in COMMUNE.committee:
        house.do(COMMUNE_UNIT, login, "vote", "agree")
    house.move_to(12, 25)
    for entered, template, bound in (("21/12/2023", BEFORE, "22/12/2023"), ("01/02/2030", AFTER, "25/12/2023")):
        chair = COMMUNE.committee[0]
        (problem,) = refused(house, chair, "decision", "recognise", decision_number="1/QĐ", decided_on=entered)
        assert (problem.field_id, problem.template, problem.params["bound"]) == ("decided_on", template, bound)
    fields = {"decision_number": "1/QĐ", "decided_on": "22/12/2023"}
    house.do(COMMUNE_UNIT, COMMUNE.committee[0], "decision", "recognise", fields=fields)
    assert house.case().outcome == "recognised"


def test_a_session_with_a_wrong_day_is_rescheduled(house: House) -> None:
    do(house, convened(COMMUNE, (12, 22)))

    fields = opened(COMMUNE, present=[], outcome="reschedule").fields
    house.do(COMMUNE_UNIT, COMMUNE.standing, "open_session", "reschedule", fields=fields, reason="Ghi nhầm ngày")

    assert house.task("convene").assignee_id == house.users[COMMUNE.standing], "it is back with whoever convened"
