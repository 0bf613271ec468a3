"""A recusal has a reason of its own and stands at the step until it is lifted, with a reason that everybody concerned hears of."""

from dataclasses import replace

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, House
from workflow.demo.stories import convened, opened
from workflow.errors import TransitionRefused
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.tasks import ClaimTask, CompleteTask

pytestmark = pytest.mark.stage("session")

CAST = CASTS[COMMUNE_UNIT]
CHAIR, *MEMBERS = CAST.committee
MANAGER = "quanly.tinh"
BROTHER = "Có em ruột công tác tại đơn vị"
AGAIN = "Người em đã chuyển công tác từ tháng 6"


@pytest.fixture
def session(house: House) -> House:
    """Convened, and the day has come."""
    house.convene()
    return house


@pytest.fixture
def reopening(session: House) -> House:
    """The chair is recused; after one vote a manager has moved the case back to the opening."""
    open_session(session, CHAIR, signer=[MEMBERS[0]], **{f"recusal_reasons:{CHAIR}": BROTHER})
    task = session.task("vote", login=MEMBERS[0])
    session.container.tasks.complete(session.actor(MEMBERS[0]), CompleteTask(task_id=task.id, outcome="agree"))
    (place,) = session.container.operations.positions(session.actor(MANAGER), session.case().id)
    command = OperateCase(
        case_id=session.case().id, reason="Minh họa", activity_id=place.activity_id, target_node="open_session"
    )
    session.container.operations.operate(session.actor(MANAGER), command)
    session.settle()
    return session


def open_session(house: House, *recused: str, **more: object) -> None:
    opening = opened(CAST, present=CAST.committee, outcome="open", recused=recused)
    fields = {name: entry for name, entry in opening.fields.items() if name != "recusal_reasons"}
    house.player.do(house.case().id, replace(opening, fields={**fields, **more}))
    house.settle()


def problems(refusal: pytest.ExceptionInfo[FormRefused]) -> list[str]:
    return [one.field_id for one in refusal.value.problems]


class TestAReason:
    @pytest.mark.parametrize("shared", ["x", "Có người thân công tác tại đơn vị."])
    def test_is_each_ones_own_and_of_ten_signs(self, session: House, shared: str) -> None:
        out = MEMBERS[-1:] if shared == "x" else MEMBERS[-2:]

        with pytest.raises(FormRefused) as refusal:
            open_session(session, *out, recusal_reasons=shared)

        assert problems(refusal) == [f"recusal_reasons:{session.users[one]}" for one in out]
        assert session.task("open_session")

    def test_stands_beside_the_name_and_over_a_session_that_is_put_off(self, session: House) -> None:
        out = MEMBERS[-2:]
        opening = opened(CAST, present=CAST.committee, outcome="adjourn", recused=out)
        session.player.do(session.case().id, replace(opening, fields={**opening.fields, **reasons(*out)}))
        session.settle()

        _, steps = session.container.case_views.record(session.actor("kiemsoat.tinh"), session.case().id)
        told = next(
            line.value
            for step in steps
            for line in step.lines
            if step.node_id == "open_session" and line.kind == "longtext"
        )
        assert told == "\n".join(f"{session.actor(one).name}: Lý do riêng của {one}" for one in out)
        session.player.do(session.case().id, convened(CAST, (12, 21)))
        session.move_to(12, 21, 14)
        with pytest.raises(FormRefused) as refusal:
            open_session(session, out[0])
        assert problems(refusal) == [f"recusal_reasons:{session.users[out[1]]}"]

    def test_of_each_has_a_box_on_the_page_and_nobody_is_chosen_beforehand(self, reopening: House) -> None:
        task = reopening.task("open_session")
        view = reopening.container.task_views.view(reopening.actor(CAST.standing), task.id)
        found = {one.field.id: one for one in view.fields}

        assert not found["recused"].entry
        assert not found["signer"].entry
        hint = found[f"recusal_reasons:{reopening.users[CHAIR]}"].field.hint
        assert hint is not None
        assert BROTHER in hint.vi
        assert not found[f"recusal_reasons:{reopening.users[MEMBERS[0]]}"].field.hint


def reasons(*logins: str) -> dict[str, object]:
    return {f"recusal_reasons:{login}": f"Lý do riêng của {login}" for login in logins}


class TestAnEarlierRecusal:
    def test_that_is_not_chosen_again_is_asked_about_never_silently_dropped(self, reopening: House) -> None:
        with pytest.raises(FormRefused) as refusal:
            open_session(reopening)

        (problem,) = refusal.value.problems
        assert problem.field_id == f"recusal_reasons:{reopening.users[CHAIR]}"
        assert problem.params["reason"] == BROTHER
        assert BROTHER in str(refusal.value)

    def test_that_is_chosen_again_stands_with_its_reason(self, reopening: House) -> None:
        open_session(reopening, CHAIR, signer=[MEMBERS[0]])

        for member in MEMBERS:
            reopening.do(COMMUNE_UNIT, member, "vote", "agree")
        decision = reopening.task("decision", login=MEMBERS[0])
        with pytest.raises(TransitionRefused):
            reopening.container.tasks.claim(reopening.actor(CHAIR), ClaimTask(task_id=decision.id))
        assert BROTHER in basis(reopening, MEMBERS[0])
        reopening.verify()

    def test_is_lifted_with_a_reason_that_stands_in_the_basis_and_is_told(self, reopening: House) -> None:
        open_session(reopening, **{f"recusal_reasons:{CHAIR}": AGAIN})

        assert reopening.task("vote", login=CHAIR)
        (event,) = reopening.events(COMMUNE_UNIT, "RecusalLifted")
        assert event.payload == {"node_id": "open_session", "person": reopening.users[CHAIR], "reason": AGAIN}
        for login in (CHAIR, MEMBERS[1], MANAGER):
            told = reopening.container.notifications.list(reopening.actor(login))
            assert any("tham gia trở lại" in repr(one) or "takes part again" in repr(one) for one in told), login
        for member in CAST.committee:
            reopening.do(COMMUNE_UNIT, member, "vote", "agree")
        seen = basis(reopening, CHAIR)
        assert AGAIN in seen
        assert BROTHER in seen
        reopening.verify()


def basis(house: House, login: str) -> str:
    """What the page of the decision says that it rests on."""
    c, actor = house.container, house.actor(login)
    (task,) = [one for one in house.open_tasks() if one.node_id == "decision"]
    return repr(c.task_views.basis(c.task_views.view(actor, task.id)))
