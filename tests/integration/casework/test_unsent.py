"""A sheet that has not been sent is nobody's word yet: who reads it before, and what everybody else gets."""

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, House
from workflow.errors import NotFound
from workflow.organisation.authority import Actor
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import CompleteTask, ReleaseTask
from workflow.store.rows import Page

CAST = CASTS[COMMUNE_UNIT]
BOARD, UNIT, AUDITOR, MANAGER = "danhgia.minhhoa", CAST.unit, "kiemsoat.tinh", "quanly.tinh"
OF_BOARD = ("board-member", "bcd-antt-xa-minh-hoa")
WHY = "Lý do chưa ai được đọc 5c1d"
KEY = "I.7"


def enter(house: House, login: str, node_id: str, key: str = KEY) -> str:
    """The person has the task, judges one row and adds a file to it; the file's id."""
    task, actor = house.take(login, node_id), house.actor(login)
    house.look(actor, task.id, key)
    entry = SaveResult(task_id=task.id, criterion_id=key, result="not_met", statement=WHY, reason=WHY)
    house.container.assessments.save_result(actor, entry)
    return house.attach(login, task.id, criterion_id=key)


def seen(house: House, reader: Actor, node_id: str) -> TaskView:
    return house.container.task_views.view(reader, house.task(node_id).id, row=KEY)


def is_told(house: House, reader: Actor, file: str) -> bool:
    """Whether any page of the case gives the reader what was entered; the file is told with it or not at all."""
    c, case_id = house.container, house.case().id
    view, steps = c.case_views.record(reader, case_id)
    told = repr(view) + repr(steps)
    for one in house.open_tasks():
        page = c.task_views.view(reader, one.id, row=KEY if one.criteria_set else None)
        told += repr(page) + repr(c.task_views.basis(page))
    try:
        c.evidence.download(reader, file)
    except NotFound:
        assert file not in told
        return WHY in told
    assert WHY in told
    return True


def others(house: House) -> list[Actor]:
    """People at every level who read the case, and a colleague at the same one."""
    house.person("uyvien.khac", OF_BOARD)
    logins = (UNIT, "uyvien.khac", str(CAST.standing), CAST.inspectors[0], CAST.committee[0], MANAGER)
    return [house.actor(login) for login in logins]


@pytest.mark.stage("to evaluate")
class TestAnEvaluation:
    def test_is_read_by_who_has_it_and_by_auditors_until_it_is_sent(self, house: House) -> None:
        file = enter(house, BOARD, "evaluation")

        told = {reader.user_id: is_told(house, reader, file) for reader in others(house)}
        assert told == dict.fromkeys(told, False)
        assert is_told(house, house.actor(BOARD), file)
        assert is_told(house, house.actor(AUDITOR), file)
        found, _ = house.container.audit.search_events(house.actor(AUDITOR), EventQuery(text=WHY), Page(limit=9))
        assert found, "auditors read each entry in the events, too"

        back = CompleteTask(
            task_id=house.task("evaluation").id,
            outcome="return",
            reason="Bổ sung",
            criterion_reasons={KEY: "Thiếu ảnh"},
        )
        house.container.tasks.complete(house.actor(BOARD), back)
        house.settle()
        told = {reader.user_id: is_told(house, reader, file) for reader in others(house)[:1]}
        assert told == dict.fromkeys(told, True)

    def test_shows_the_others_that_it_is_being_worked_on_and_the_levels_before(self, house: House) -> None:
        enter(house, BOARD, "evaluation")

        view = seen(house, house.actor(UNIT), "evaluation")

        assert (view.unsent, view.names[str(view.task.assignee_id)]) == (True, house.actor(BOARD).name)
        assert view.sheet is not None
        rows = view.sheet.criteria.values()
        assert {(one.mine.state, one.row, one.result) for one in rows} == {("unseen", None, None)}
        assert all(result is not None and result.result == "met" for one in rows for _level, result in one.earlier)
        assert view.progress is None

    def test_gives_whoever_may_hand_it_over_its_progress_alone(self, house: House) -> None:
        enter(house, BOARD, "evaluation")

        view = seen(house, house.actor(MANAGER), "evaluation")

        assert (view.unsent, view.progress) == (True, (1, 34))

    def test_is_read_by_the_deputy_of_who_has_it(self, house: House) -> None:
        file = enter(house, BOARD, "evaluation")
        today = house.clock.now().date()
        house.person("phuta")
        house.deputy("phuta", BOARD, today, today)

        assert is_told(house, house.actor("phuta"), file)

    def test_that_was_put_back_is_read_by_whoever_could_take_it(self, house: House) -> None:
        file = enter(house, BOARD, "evaluation")
        release = ReleaseTask(task_id=house.task("evaluation").id)
        house.container.tasks.release(house.actor(BOARD), release)

        unit, colleague, *_ = others(house)
        assert not is_told(house, unit, file)
        assert is_told(house, colleague, file)


@pytest.mark.stage("to assess")
def test_a_self_assessment_is_read_by_the_unit_alone(house: House) -> None:
    file = enter(house, UNIT, "self_assessment")
    house.person("donvi.hai", ("unit-officer", COMMUNE_UNIT))

    assert not is_told(house, house.actor(BOARD), file)
    assert is_told(house, house.actor("donvi.hai"), file)


@pytest.mark.stage("to inspect")
def test_a_conclusion_is_read_by_its_leader_alone(house: House) -> None:
    leader, *team = CAST.inspectors
    for inspector in CAST.inspectors:
        house.do(COMMUNE_UNIT, inspector, "member_findings", "report")
    file = enter(house, leader, "conclusion")

    readers = [UNIT, *team, BOARD, str(CAST.standing)]
    assert [is_told(house, house.actor(login), file) for login in readers] == [False] * len(readers)
    assert is_told(house, house.actor(leader), file)
