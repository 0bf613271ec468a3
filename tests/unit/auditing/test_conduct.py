"""Each rule of the acts that are to be looked at finds what it is for, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import pytest

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import TaskCompleted
from workflow.errors import ConfigurationError
from workflow.model.expressions import Literal
from workflow.model.user_task import FormField, Label, Quorum, UserTaskSpec
from workflow.runtime.recorder import SYSTEM
from workflow.services.auditing.questions.conduct import RULES
from workflow.services.auditing.questions.powers import Act, Background, Moment
from workflow.services.auditing.questions.question import Scene
from workflow.services.auditing.questions.thresholds import Thresholds, load_thresholds
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord

AT = datetime(2023, 3, 8, 3, tzinfo=UTC)
"""Ten in the morning, local time."""
BODY, UNIT, PERSON, CHIEF = "cong-an-huyen", "xa-minh-hoa", "u-1", "u-2"
HELD = AssignmentRecord(
    id="a-1", user_id=PERSON, role="inspector", organisation_id=BODY, valid_from=date(2022, 1, 1), paper="12/QĐ"
)
CASE = UnitCase(
    id="c-1",
    business_key="DH-1",
    province="thanh-hoa",
    version_id="v-1",
    status="active",
    state=None,
    started_by=PERSON,
    started_at=AT,
    unit_id=UNIT,
    campaign_id="k-1",
    as_of_on=date(2023, 1, 1),
)
TASK = TaskRecord(
    id="t-2",
    case_id="c-1",
    province="thanh-hoa",
    activity_id="x-2",
    node_id="inspection",
    name_vi="Kiểm tra",
    groups=[],
    state="completed",
    due_sort=AT,
    created_at=AT,
    stage="inspection",
    completed_by=PERSON,
    ended_at=AT,
)
EARLIER = replace(
    TASK, id="t-1", activity_id="x-1", node_id="evaluation", stage="evaluation", ended_at=AT - timedelta(days=9)
)


def act(**changed: Any) -> Act:
    given = {
        "stream": "case:c-1",
        "seq": 7,
        "id": "e-7",
        "type": TaskCompleted.__name__,
        "at": AT,
        "actor": PERSON,
        "role": "inspector",
        "organisation": BODY,
        "on_behalf_of": None,
        "command_id": "m-1",
        "case_id": "c-1",
        "province": "thanh-hoa",
        "payload": {"task_id": "t-2"},
        "prev_hash": "",
        "hash": "",
    }
    task = changed.pop("task", TASK)
    return Act(event=AuditEvent(**(given | changed)), case=CASE, task=task)


def known(*held: AssignmentRecord, done: tuple[TaskRecord, ...] = (), **changed: Any) -> Background:
    people = {one.user_id: [other for other in held if other.user_id == one.user_id] for one in held}
    scene = Scene(
        ground=cast(Any, None),
        uow=cast(Any, None),
        access=cast(Any, None),
        names=cast(Any, None),
        thresholds=Thresholds(),
    )
    names = {PERSON: "Người Một", CHIEF: "Người Hai"}
    given = {"_specs": {"v-1": {}}} | changed
    return Background(scene=scene, _assignments=people, _done={"c-1": list(done)}, _people=names, **given)


def findings(one: Act, background: Background) -> set[str]:
    return {rule.id for rule in RULES.values() if rule.finds(one, background) is not None}


def test_an_ordinary_act_meets_no_rule() -> None:
    given = {"a-1": Moment(at=AT - timedelta(days=400), by=CHIEF)}

    assert findings(act(), known(HELD, done=(TASK,), given_at=given)) == set()


def test_a_role_that_was_not_held_on_that_day_is_found() -> None:
    over = replace(HELD, valid_to=date(2023, 3, 7))
    elsewhere = replace(HELD, organisation_id="cong-an-khac")

    assert findings(act(), known(over)) == {"vai-tro"}
    assert findings(act(), known(elsewhere)) == {"vai-tro"}


def test_a_role_counts_as_it_held_then_not_as_it_was_changed_later() -> None:
    ended_later = replace(HELD, valid_to=date(2023, 3, 1))
    changes = {"a-1": [(AT + timedelta(days=1), None)]}

    assert findings(act(), known(ended_later, ended=changes)) == set()
    given = {"a-1": Moment(at=AT + timedelta(days=2), by=CHIEF)}
    (said,) = [RULES["vai-tro"].finds(act(), known(HELD, given_at=given))]
    assert said is not None
    assert "10/03/2023" in said.vi


def test_a_role_without_a_decision_is_found() -> None:
    assert findings(act(), known(replace(HELD, paper=" "))) == {"quyet-dinh"}


def test_one_person_in_two_stages_of_a_case_is_found_but_not_the_unit_itself() -> None:
    assert findings(act(), known(HELD, done=(EARLIER, TASK))) == {"hai-giai-doan"}
    assert findings(act(), known(HELD, done=(replace(EARLIER, stage="inspection"), TASK))) == set()
    assert findings(act(), known(HELD, done=(replace(EARLIER, completed_by=CHIEF), TASK))) == set()
    of_unit = replace(HELD, organisation_id=UNIT)
    assert findings(act(organisation=UNIT), known(of_unit, done=(EARLIER, TASK))) == set()


VOTERS = (Literal("committee-member"),)
PROCEDURE = {
    "open_session": UserTaskSpec(
        fields=(FormField(id="roster", kind="users", label=Label(vi="Thành phần"), role="committee-member"),),
        quorum=Quorum(
            roster="roster", present="present", recused=None, numerator=2, denominator=3, decides="inspection"
        ),
    ),
    "evaluation": UserTaskSpec(candidate_groups=VOTERS),
    "inspection": UserTaskSpec(candidate_groups=(Literal("committee-chair"),)),
}
"""The evaluation is the vote, the inspection the decision."""


@pytest.mark.parametrize("rounds", [(None, None), ("r-1", "r-2")], ids=["stages", "rounds"])
def test_what_the_procedure_gives_to_one_person_stands_apart(rounds: tuple[str | None, str | None]) -> None:
    first, second = replace(EARLIER, round_id=rounds[0]), replace(TASK, round_id=rounds[1])
    done = (first, second)
    kept_apart = replace(PROCEDURE["inspection"], separate_from=("evaluation",))
    other_voters = replace(PROCEDURE["evaluation"], candidate_groups=(Literal("board-member"),))
    same_role = {
        "evaluation": UserTaskSpec(candidate_groups=VOTERS),
        "inspection": UserTaskSpec(candidate_groups=VOTERS),
    }

    def found(specs: Mapping[str, UserTaskSpec]) -> set[str]:
        return findings(act(task=second), known(HELD, done=done, _specs={"v-1": specs}))

    assert found(PROCEDURE) == {"quy-trinh-giao"}
    assert found(same_role) == {"quy-trinh-giao"}
    assert "quy-trinh-giao" not in found(PROCEDURE | {"inspection": kept_apart})
    assert "hai-giai-doan" in found(PROCEDURE | {"inspection": kept_apart})
    assert "hai-giai-doan" in found(PROCEDURE | {"evaluation": other_voters})


def test_what_the_system_gave_is_told_in_words() -> None:
    given = {"a-1": Moment(at=AT - timedelta(days=1), by=SYSTEM)}

    (said,) = [RULES["vai-tro-moi"].finds(act(), known(HELD, given_at=given))]
    assert said is not None
    assert said.vi.startswith("Vai trò được hệ thống giao")
    assert said.en.endswith("the system.")


def test_one_person_in_two_rounds_is_found() -> None:
    vote, other = replace(TASK, round_id="r-2"), replace(EARLIER, round_id="r-1", stage="inspection")

    assert findings(act(task=vote), known(HELD, done=(other, vote))) == {"hai-phien"}
    assert findings(act(task=vote), known(HELD, done=(replace(other, round_id="r-2"), vote))) == set()


def test_an_act_about_ones_own_unit_is_found() -> None:
    own = replace(HELD, id="a-9", role="unit-officer", organisation_id=UNIT)

    assert known(HELD, own).role_at_unit(act()) == "unit-officer"
    assert known(HELD, replace(own, valid_to=date(2023, 1, 1))).role_at_unit(act()) is None
    assert known(HELD, own).role_at_unit(act(organisation=UNIT)) is None


def test_a_power_or_a_way_in_that_was_new_is_found_within_the_days_of_the_data() -> None:
    for days, met in ((7, True), (8, False)):
        then = Moment(at=AT - timedelta(days=days), by=CHIEF)
        assert findings(act(), known(HELD, given_at={"a-1": then})) == ({"vai-tro-moi"} if met else set())
        assert findings(act(), known(HELD, renewals={PERSON: [then]})) == ({"dat-lai"} if met else set())
    later = Moment(at=AT + timedelta(days=1), by=CHIEF)
    assert findings(act(), known(HELD, renewals={PERSON: [later]})) == set()


def test_a_deputy_is_found_with_the_paper_and_one_without_a_deputyship_besides() -> None:
    theirs = replace(HELD, user_id=CHIEF)
    paper = DeputyshipRecord(
        id="d-1",
        assignment_id="a-1",
        deputy_user_id=PERSON,
        valid_from=date(2023, 3, 1),
        valid_to=date(2023, 3, 31),
        paper="Giấy 5",
    )
    deputy = act(on_behalf_of=CHIEF)

    (said,) = [RULES["lam-thay"].finds(deputy, known(theirs, _deputyships={PERSON: [paper]}))]
    assert said is not None
    assert ("Người Hai" in said.vi, "Giấy 5" in said.vi) == (True, True)
    assert findings(deputy, known(theirs, _deputyships={PERSON: [paper]})) == {"lam-thay"}
    past = replace(paper, valid_to=date(2023, 3, 2))
    assert findings(deputy, known(theirs, _deputyships={PERSON: [past]})) == {"lam-thay", "vai-tro"}


@pytest.mark.parametrize(
    ("hour", "night"), [(12, False), (13, True), (22, True), (23, False)], ids=["19:00", "20:00", "05:00", "06:00"]
)
def test_an_act_at_night_is_found(hour: int, *, night: bool) -> None:
    found = findings(act(at=AT.replace(hour=hour)), known(HELD))

    assert ("ban-dem" in found) is night


def test_a_night_that_lies_within_one_day_is_one_too() -> None:
    thresholds = Thresholds(night_from=time(0), night_until=time(5))

    assert [thresholds.is_night(time(hour)) for hour in (23, 0, 4, 5)] == [False, True, True, False]


@pytest.mark.parametrize(
    "content",
    [b"", b"[conduct]\nfresh_days = 7\n", b"[conduct]\nfresh_days = -1\nnight_from = '20:00'\nnight_until = '06:00'\n"],
)
def test_thresholds_that_cannot_be_meant_are_refused(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"audit\.toml"):
        load_thresholds(content)
