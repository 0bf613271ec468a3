"""Multi-instance activities: members of a team, votes of a committee."""

from typing import Any

import pytest

from tests.support.processes import Case, feel, process, script, subprocess, timer, user
from workflow.engine import events as e
from workflow.engine.commands import CompleteActivity, MoveToken, RetryIncident, SetVariables, WithdrawInstance
from workflow.errors import TransitionRefused
from workflow.model import elements as m


def team(loop: m.MultiInstance, *more: m.FlowNode, paths: tuple[str, ...] = ()) -> Case:
    return Case(
        process(
            user("find", assignee=feel("member"), multi_instance=loop),
            user("after"),
            *more,
            paths=("start > find > after > end", *paths),
        )
    )


def loop(**more: Any) -> m.MultiInstance:
    given = {
        "collection": feel("members"),
        "element_variable": "member",
        "output_collection": "findings",
        "output_element": feel("find.result"),
    }
    return m.MultiInstance(**{**given, **more})


def finish(case: Case, member: str) -> None:
    case.do(CompleteActivity(activity_id=_of(case, member), variables={"find": {"result": f"by {member}"}}))


def _of(case: Case, member: str) -> str:
    """The activity of that member's instance."""
    created = {event.activity_id: event.assignee for event in case.history if isinstance(event, e.UserTaskCreated)}
    return next(a.id for a in case.waiting("find") if created[a.id] == member)


def test_a_parallel_one_waits_for_all_and_gathers_outputs_in_the_order_of_the_instances() -> None:
    case = team(loop()).start(members=["an", "binh", "chi"])
    assert case.places == ["find"] * 3
    for member in ("chi", "an", "binh"):
        finish(case, member)
    assert case.places == ["after"]
    assert case.variables["findings"] == ["by an", "by binh", "by chi"]
    assert "find" not in case.variables, "each instance has its own"


def test_instances_know_their_number() -> None:
    case = team(loop()).start(members=["an", "binh"])
    created = [event for event in case.history if isinstance(event, e.UserTaskCreated)]
    assert [(task.assignee, task.loop_counter) for task in created] == [("an", 1), ("binh", 2)]


def test_a_sequential_one_goes_through_the_collection_as_it_was_at_the_beginning() -> None:
    case = team(loop(sequential=True)).start(members=["an", "binh"])
    assert len(case.waiting("find")) == 1
    case.do(SetVariables(variables={"members": []}))
    finish(case, "an")
    finish(case, "binh")
    assert case.variables["findings"] == ["by an", "by binh"]


def test_the_completion_condition_ends_the_rest() -> None:
    condition = feel("nrOfCompletedInstances = 2 and nrOfActiveInstances = 1 and nrOfInstances = 3")
    case = team(loop(completion_condition=condition)).start(members=["an", "binh", "chi"])
    finish(case, "chi")
    finish(case, "an")
    assert case.places == ["after"]
    assert case.variables["findings"] == ["by an", "by chi"]
    assert case.count(e.ActivityCancelled, reason="condition") == 1


def test_an_instance_that_is_taken_out_counts_no_more_and_gives_no_output() -> None:
    case = team(loop()).start(members=["an", "binh", "chi"])
    finish(case, "an")
    case.do(WithdrawInstance(activity_id=_of(case, "chi"), variables={"away": ["chi"]}))
    assert case.places == ["find"]
    assert case.variables["away"] == ["chi"]
    finish(case, "binh")
    assert case.places == ["after"]
    assert case.variables["findings"] == ["by an", "by binh"]


def test_the_whole_is_done_where_the_last_that_is_not_is_taken_out_and_the_only_one_is_not() -> None:
    case = team(loop()).start(members=["an", "binh"])
    finish(case, "binh")
    case.do(WithdrawInstance(activity_id=_of(case, "an")))
    assert case.places == ["after"]
    assert case.variables["findings"] == ["by binh"]

    alone = team(loop()).start(members=["an"])
    with pytest.raises(TransitionRefused):
        alone.do(WithdrawInstance(activity_id=_of(alone, "an")))
    one_by_one = team(loop(sequential=True)).start(members=["an", "binh"])
    with pytest.raises(TransitionRefused):
        one_by_one.do(WithdrawInstance(activity_id=_of(one_by_one, "an")))


def test_the_completion_condition_sees_the_outputs_so_far_and_the_instance_s_own_result() -> None:
    condition = feel('count(findings) = 2 and find.result = "by binh"')
    case = team(loop(completion_condition=condition)).start(members=["an", "binh", "chi"])
    finish(case, "an")
    assert case.places == ["find", "find"]
    finish(case, "binh")
    assert case.places == ["after"]


def test_an_output_that_is_null_keeps_its_place() -> None:
    case = team(loop(output_element=feel("null"))).start(members=["an", "binh"])
    finish(case, "an")
    finish(case, "binh")
    assert case.variables["findings"] == [None, None]


@pytest.mark.parametrize("sequential", [True, False])
def test_no_instance_at_all_goes_straight_on(sequential: bool) -> None:
    case = team(loop(sequential=sequential)).start(members=[])
    assert case.places == ["after"]
    assert case.variables["findings"] == []


def test_a_cardinality_counts_instances() -> None:
    case = Case(
        process(
            script(
                "note",
                "loopCounter",
                multi_instance=m.MultiInstance(
                    cardinality=feel("n"), output_collection="all", output_element=feel("note")
                ),
            ),
            paths=("start > note > end",),
        )
    ).start(n=3)
    assert case.variables["all"] == [1, 2, 3]
    assert case.status == "completed"


@pytest.mark.parametrize("text", ["-1", "1.5", '"three"', "null", "1000000", "missing"])
def test_a_cardinality_that_is_no_sensible_number_is_an_incident(text: str) -> None:
    case = Case(
        process(user("find", multi_instance=m.MultiInstance(cardinality=feel(text))), paths=("start > find > end",))
    )
    assert [incident.kind for incident in case.start().incidents] == ["expression"]


def test_a_collection_that_is_no_list_is_an_incident_that_can_be_retried() -> None:
    case = team(loop()).start(members="an")
    (incident,) = case.incidents
    case.do(SetVariables(variables={"members": ["an"]}))
    case.do(RetryIncident(incident_id=incident.id))
    assert case.places == ["find"]


def test_an_output_that_fails_is_an_incident_on_the_instance_and_the_others_go_on() -> None:
    case = team(loop(output_element=feel("member + note"))).start(members=["an", "binh"])
    finish(case, "an")
    (incident,) = case.incidents
    assert (incident.phase, case.places) == ("leave", ["find"])
    case.do(SetVariables(variables={"note": "!"}))
    finish(case, "binh")
    case.do(RetryIncident(incident_id=incident.id))
    assert case.variables["findings"] == ["an!", "binh!"]
    assert case.places == ["after"]


def test_an_interrupting_boundary_event_ends_all_instances() -> None:
    due = m.BoundaryEvent(id="due", attached_to="find", definition=timer("duration", "P1D"))
    case = team(loop(), due, user("late"), paths=("due > late > end",)).start(members=["an", "binh"])
    assert case.count(e.TimerScheduled) == 1, "it sits on the whole, not on each instance"
    case.after(days=1)
    assert case.places == ["late"]
    assert case.count(e.ActivityCancelled, reason="boundary") == 3


def test_moving_an_instance_moves_the_whole() -> None:
    case = team(loop()).start(members=["an", "binh"])
    case.do(MoveToken(activity_id=case.waiting("find")[1].id, target_node="after"))
    assert case.places == ["after"]


def test_entered_again_it_begins_without_what_was_gathered_before() -> None:
    case = team(loop()).start(members=["an", "binh"])
    for member in ("an", "binh"):
        finish(case, member)
    case.do(MoveToken(activity_id=case.waiting("after")[0].id, target_node="find"))
    assert case.variables["findings"] is None

    case.do(MoveToken(activity_id=case.waiting("find")[0].id, target_node="after"))

    assert case.variables["findings"] is None, "a run that was left has gathered nothing"


def test_a_first_run_sets_nothing_before_its_end() -> None:
    case = team(loop()).start(members=["an"])
    assert case.count(e.VariablesSet) == 0


def test_subprocess_instances_have_their_own_variables() -> None:
    inner = subprocess(
        "sub",
        script("double", "item * 2"),
        user("check"),
        paths=("sub_begin > double > check > sub_done",),
        multi_instance=m.MultiInstance(collection=feel("[1, 2]"), element_variable="item"),
    )
    case = Case(process(inner, paths=("start > sub > end",))).start()
    assert case.places == ["check", "check"]
    case.complete("check")
    case.complete("check")
    assert case.status == "completed"
    assert case.variables == {}


def test_instances_do_not_write_over_a_variable_of_the_same_name_further_out() -> None:
    loop = m.MultiInstance(cardinality=feel("3"), output_collection="all", output_element=feel("note"))
    case = Case(process(script("note", "loopCounter", multi_instance=loop), paths=("start > note > end",))).start(
        note=9
    )
    assert case.variables == {"note": 9, "all": [1, 2, 3]}


def test_call_activity_instances_run_one_after_the_other() -> None:
    call = m.CallActivity(
        id="call",
        called_process="vote",
        inputs=(m.Mapping(source=feel("voter"), target="voter"),),
        outputs=(m.Mapping(source=feel("ballot"), target="ballot"),),
        multi_instance=m.MultiInstance(
            sequential=True,
            collection=feel('["an", "binh"]'),
            element_variable="voter",
            output_collection="ballots",
            output_element=feel("ballot"),
        ),
    )
    case = Case(
        process(call, paths=("start > call > end",)), process(user("cast"), paths=("start > cast > end",), id="vote")
    )
    case.start()
    for ballot in ("yes", "no"):
        case.complete("cast", ballot=ballot)
    assert case.variables["ballots"] == ["yes", "no"]
    assert case.status == "completed"


def test_what_an_instance_of_a_subprocess_gives_is_read_from_its_data() -> None:
    """The subprocess's own scope is closed before the loop reads the output element."""
    each = loop(output_element=feel("seen"))
    inside = subprocess("find", script("look", 'member + "!"', "seen"), paths=("look",), multi_instance=each)

    case = Case(process(inside, paths=("start > find > end",))).start(members=["an", "binh"])

    assert case.variables["findings"] == ["an!", "binh!"]
    assert "seen" not in case.variables
