"""A dossier that comes to its judges again: what they had seen stands, nothing else does, and they judge what the unit has now sent."""

import json

import pytest
import sqlalchemy as sa
from alembic import command

from tests.support.house import House
from tests.support.stages import Place
from tests.support.turns import BOARD, CASE, UNIT, Desk
from workflow.errors import AssessmentIncomplete
from workflow.services.casework.assessments import SaveResult, computed
from workflow.services.casework.criteria.judgements import TakeComputed
from workflow.services.casework.tasks import CompleteTask
from workflow.store import triggers
from workflow.store.database import bring_up_to_date, configuration, create_engine

pytestmark = pytest.mark.stage("to evaluate")
COUNTED = "I.13"
SEEN, AGREED, DIFFERENT, RETURNED = "I.1", "I.2", "I.3", "I.5"


@pytest.fixture
def desk(house: House) -> Desk:
    """The board is at its first turn: of all rows it has looked at one, agreed to one, and differed on one."""
    desk = Desk(house)
    desk.take(BOARD, "evaluation")
    desk.look(BOARD, "evaluation", SEEN, AGREED, DIFFERENT)
    desk.agree(BOARD, "evaluation", AGREED)
    differ(desk, DIFFERENT, "Thiếu hồ sơ")
    return desk


def differ(desk: Desk, key: str, reason: str) -> None:
    row = desk.board[key].row
    entry = SaveResult(
        task_id=desk.house.task("evaluation").id,
        criterion_id=key,
        result="not_met",
        figures=row.figures if row is not None else {},
        reason=reason,
    )
    desk.house.container.assessments.save_result(desk.house.actor(BOARD), entry)


def give_back(desk: Desk, key: str) -> None:
    """The board returns the dossier for this row; the unit gives a file for it and sends it again."""
    back = CompleteTask(
        task_id=desk.house.task("evaluation").id,
        outcome="return",
        reason="Bổ sung",
        criterion_reasons={key: "Thiếu ảnh"},
    )
    desk.house.container.tasks.complete(desk.house.actor(BOARD), back)
    desk.house.settle()
    desk.take(UNIT, "self_assessment")


def send_again(desk: Desk, key: str) -> None:
    desk.add(key)
    desk.look(UNIT, "self_assessment", key)
    desk.agree(UNIT, "self_assessment", key)
    desk.send()


def standing(desk: Desk) -> dict[str, str]:
    """The rows of the board that are not unseen."""
    return {key: one.mine.state for key, one in desk.board.items() if one.mine.state != "unseen"}


FIRST_TURN = {SEEN: "seen", AGREED: "agreed", DIFFERENT: "differs"}


def test_a_row_that_nobody_had_opened_is_unseen_in_the_second_turn_too(desk: Desk) -> None:
    give_back(desk, RETURNED)
    send_again(desk, RETURNED)

    assert standing(desk) == FIRST_TURN
    desk.look(BOARD, "evaluation", SEEN, RETURNED)
    for key in (SEEN, RETURNED):
        desk.agree(BOARD, "evaluation", key)
    send = CompleteTask(task_id=desk.house.task("evaluation").id, outcome="approve")
    with pytest.raises(AssessmentIncomplete) as refused:
        desk.house.container.tasks.complete(desk.house.actor(BOARD), send)
    unseen = [key for key in desk.board if key not in (*FIRST_TURN, RETURNED)]
    assert str(refused.value.params["missing"]).split("; ")[: len(unseen)] == unseen


def test_what_was_seen_in_the_first_turn_stands_in_the_third_and_no_more(desk: Desk) -> None:
    give_back(desk, RETURNED)
    send_again(desk, RETURNED)
    give_back(desk, RETURNED)  # at once: nothing new was looked at in the second turn
    send_again(desk, RETURNED)

    assert standing(desk) == FIRST_TURN
    told = desk.house.events(CASE, "TaskCompleted")
    second = [event for event in told if event.payload["node_id"] == "evaluation"][-1].payload["results"]
    assert {key: one["state"] for key, one in second.items() if one["state"] != "unseen"} == FIRST_TURN
    desk.house.verify()


class TestASheetFromBeforeRowsWereKept:
    """Its event of sending says nothing of how its rows stood; that of any later sheet does."""

    def test_counts_as_it_was_sent(self, desk: Desk, place: Place) -> None:
        give_back(desk, RETURNED)
        send_again(desk, RETURNED)

        upgraded(place, forget_states=True)

        states = standing(desk)
        assert (states[AGREED], states[DIFFERENT]) == ("agreed", "differs")
        assert set(desk.board) - set(states) == {RETURNED}, "all that was sent then, but for what is new"

    def test_is_told_apart_from_a_later_one_of_which_nothing_was_seen(self, desk: Desk, place: Place) -> None:
        give_back(desk, RETURNED)
        send_again(desk, RETURNED)

        upgraded(place, forget_states=False)

        assert standing(desk) == {}

    def test_nothing_is_lost_of_a_turn_that_only_took_over_what_had_been_seen(self, desk: Desk, place: Place) -> None:
        give_back(desk, RETURNED)
        send_again(desk, RETURNED)
        second = desk.house.task("evaluation").id
        give_back(desk, RETURNED)
        send_again(desk, RETURNED)

        upgraded(place, forget_states=False, rows_of=second)

        assert standing(desk) == {AGREED: "agreed", DIFFERENT: "differs"}


def upgraded(place: Place, *, forget_states: bool, rows_of: str | None = None) -> None:
    """As if the database came from the revision before: no rows of sent sheets (of that task alone), and no word of them in the events."""
    engine = create_engine(place[2])
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "0021")
        assert connection.execute(sa.text(_FORGET), {"only": rows_of}).rowcount
        if forget_states:
            _forget_states(connection)
    bring_up_to_date(engine)
    engine.dispose()


_FORGET = (
    "DELETE FROM criterion_rows WHERE task_id IN (SELECT id FROM user_tasks WHERE node_id = 'evaluation' AND ended_at IS NOT NULL)"
    " AND task_id = coalesce(:only, task_id)"
)
_SENT = "SELECT id, payload FROM events WHERE type = 'TaskCompleted'"


def _forget_states(connection: sa.Connection) -> None:
    triggers.remove(connection)
    for event_id, text in connection.execute(sa.text(_SENT)).all():
        payload = json.loads(text)
        for row in payload.get("results", {}).values():
            row.pop("state"), row.pop("opened")
        new = {"id": event_id, "payload": json.dumps(payload, ensure_ascii=False)}
        connection.execute(sa.text("UPDATE events SET payload = :payload WHERE id = :id"), new)
    triggers.install(connection)


class TestFigures:
    """The board had differed on a row with figures; the unit has corrected them."""

    @pytest.fixture
    def corrected(self, desk: Desk) -> dict[str, str]:
        """What the unit says now."""
        desk.look(BOARD, "evaluation", COUNTED)
        differ(desk, COUNTED, "Số liệu chưa khớp")
        give_back(desk, COUNTED)
        row = desk.unit[COUNTED].row
        assert row is not None
        now = dict(row.figures)
        name = next(iter(now))
        now[name] = str(int(now[name]) + 7)
        desk.enter(COUNTED, now, "Đã đối chiếu.")
        desk.send()
        return now

    def test_are_those_that_the_unit_has_now_sent(self, desk: Desk, corrected: dict[str, str]) -> None:
        one = desk.board[COUNTED]

        assert one.proposal is not None
        assert dict(one.proposal.figures) == corrected
        assert one.computation == computed(one.criterion, corrected)

    def test_are_agreed_to_without_the_reason_for_which_one_had_differed(
        self, desk: Desk, corrected: dict[str, str]
    ) -> None:
        desk.look(BOARD, "evaluation", COUNTED)
        desk.agree(BOARD, "evaluation", COUNTED)

        row = desk.board[COUNTED].row
        assert row is not None
        assert (row.result, dict(row.figures), row.reason) == ("met", corrected, "")

    def test_are_what_is_reckoned_with(self, desk: Desk, corrected: dict[str, str]) -> None:
        desk.look(BOARD, "evaluation", COUNTED)
        take = TakeComputed(task_id=desk.house.task("evaluation").id, criterion_id=COUNTED)
        desk.house.container.judgements.take_computed(desk.house.actor(BOARD), take)

        row = desk.board[COUNTED].row
        assert row is not None
        assert (dict(row.figures), row.reason) == (corrected, "")
