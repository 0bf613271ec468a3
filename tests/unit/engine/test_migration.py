"""Going on with another version: what is carried over, what is worked out again, what stands in the way, and taking it back."""

from dataclasses import replace

import pytest

from tests.support.migrating import chain, move, plan, standing, with_timer
from tests.support.processes import Case, feel, process, subprocess, user
from workflow.engine import events as e
from workflow.engine.commands import MoveToken, RestoreProcess, ResumeProcess, SuspendProcess
from workflow.engine.evolve import replay
from workflow.engine.migration import events as me
from workflow.errors import TransitionRefused
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition


def test_a_task_that_is_still_there_is_kept() -> None:
    case = Case(chain(user("a"), user("b"))).start()
    events = move(case, chain(user("a"), user("c"), user("b")))
    assert [type(event) for event in events] == [me.ProcessMigrated]
    case.complete("a")
    assert case.places == ["c"]


def test_a_task_that_is_gone_needs_a_mapping() -> None:
    case = Case(chain(user("a"), user("b"))).start()
    found = plan(case, chain(user("b")))
    assert [(place.node, place.fate) for place in found.places] == [("a", "needs_mapping")]
    assert not found.ready
    with pytest.raises(TransitionRefused, match="“a” is not in the new version"):
        move(case, chain(user("b")))
    assert case.places == ["a"]


def test_a_renamed_task_goes_on_as_the_same_activity() -> None:
    case = Case(chain(user("a"), user("b"))).start()
    activity = case.waiting("a")[0].id
    move(case, chain(user("a2"), user("b")), a="a2")
    assert case.waiting("a2")[0].id == activity
    case.complete("a2")
    assert case.places == ["b"]


def test_the_same_name_is_suggested_then_the_only_new_neighbour() -> None:
    case = Case(chain(m.UserTask(id="a", name="Assess"), user("b"))).start()
    assert plan(case, chain(m.UserTask(id="x", name="Assess"), user("y"))).places[0].suggestion == "x"
    assert plan(case, chain(user("new"), user("b"))).places[0].suggestion == "new"


def test_results_of_a_renamed_task_are_read_under_the_new_name() -> None:
    case = Case(chain(user("a"), user("b"))).start()
    case.complete("a", a={"outcome": "approve"})
    events = move(case, chain(user("a2"), user("b")), a="a2")
    assert case.variables["a2"] == {"outcome": "approve"}
    assert events[0] == me.ProcessMigrated(from_version="v1", to_version="v2", process_id="p", renamed=(("a", "a2"),))


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("gate", "another kind"),
        ("job", "another kind"),
        ("end", "another kind"),
        ("nowhere", "has no node"),
        ("inner", "same part"),
    ],
)
def test_what_a_persons_task_cannot_become(target: str, why: str) -> None:
    case = Case(chain(user("a"))).start()
    new = chain(
        m.ServiceTask(id="job", handler="mail"),
        m.ExclusiveGateway(id="gate"),
        subprocess("sub", user("inner"), paths=("sub_begin > inner > sub_done",)),
        user("z"),
    )
    with pytest.raises(TransitionRefused, match=why):
        move(case, new, a=target)


def test_a_task_that_is_still_there_is_not_mapped_away() -> None:
    case = Case(chain(user("a"), user("b"))).start()
    with pytest.raises(TransitionRefused, match="still there"):
        move(case, chain(user("a"), user("b")), a="b")


def test_what_people_still_have_to_do_is_not_left_out() -> None:
    case = Case(chain(user("a"), user("b"), user("c"))).start()
    new = chain(user("b"), user("c"))
    with pytest.raises(TransitionRefused, match="would be left out"):
        move(case, new, a="c")
    move(case, new, a="b")
    assert case.places == ["b"]


def test_a_step_back_leaves_nothing_out() -> None:
    case = Case(chain(user("a"), user("b"), user("c"))).start()
    case.complete("a")
    move(case, chain(user("a"), user("c")), b="a")
    assert case.places == ["a"]


def test_a_task_split_into_a_part_of_its_own_begins_anew_there() -> None:
    case = Case(chain(user("a"), user("b"))).start()
    new = chain(subprocess("sub", user("a1"), user("a2"), paths=("sub_begin > a1 > a2 > sub_done",)), user("b"))
    events = move(case, new, a="sub")
    assert e.ActivityCancelled(activity_id="a3", node_id="a", reason="migrated") in events
    assert case.places == ["a1"]
    case.complete("a1")
    case.complete("a2")
    assert case.places == ["b"]


def test_a_suspended_case_moves_where_nothing_begins_anew() -> None:
    case = Case(chain(user("a"))).start()
    case.do(SuspendProcess())
    with pytest.raises(TransitionRefused, match="suspended"):
        move(case, chain(subprocess("sub", user("x"), paths=("sub_begin > x > sub_done",))), a="sub")
    move(case, chain(user("a2")), a="a2")
    assert case.status == "suspended"
    case.do(ResumeProcess())
    case.complete("a2")
    assert case.status == "completed"


def fork(*more: str) -> ProcessDefinition:
    names = ("a", "b", *more)
    return process(
        m.ParallelGateway(id="fork"),
        m.ParallelGateway(id="join"),
        *(user(name) for name in names),
        user("z"),
        paths=("start > fork", *(f"fork > {name} > join" for name in names), "join > z > end"),
    )


def test_tokens_at_a_join_are_kept() -> None:
    case = Case(fork()).start()
    case.complete("a")
    move(case, fork())
    case.complete("b")
    assert case.places == ["z"]


def test_tokens_follow_a_renamed_branch() -> None:
    case = Case(fork()).start()
    case.complete("a")
    renamed = process(
        m.ParallelGateway(id="fork"),
        m.ParallelGateway(id="join"),
        user("first"),
        user("b"),
        user("z"),
        paths=("start > fork", "fork > first > join", "fork > b > join", "join > z > end"),
    )
    move(case, renamed, a="first")
    case.complete("b")
    assert case.places == ["z"]


def test_a_join_whose_way_in_is_gone_stands_in_the_way() -> None:
    case = Case(fork("c")).start()
    case.complete("c")
    found = plan(case, fork())
    assert [(place.kind, place.fate) for place in found.obstacles] == [("join", "needs_mapping")]


def test_a_join_that_has_lost_its_last_branch_goes_on() -> None:
    case = Case(fork("c")).start()
    case.complete("a")
    case.complete("b")
    move(case, fork(), c="z")
    assert sorted(case.places) == ["z", "z"]


def many(node_id: str, *, sequential: bool = False) -> ProcessDefinition:
    loop = m.MultiInstance(cardinality=feel("3"), sequential=sequential)
    return chain(user(node_id, multi_instance=loop), user("z"))


def test_all_instances_of_a_loop_go_on_together() -> None:
    case = Case(many("vote")).start()
    case.complete("vote")
    move(case, many("ballot"), vote="ballot")
    assert case.places == ["ballot", "ballot"]
    case.complete("ballot")
    case.complete("ballot")
    assert case.places == ["z"]


def test_a_loop_of_another_kind_needs_a_mapping_and_begins_anew() -> None:
    case = Case(many("vote")).start()
    assert [(place.node, place.fate) for place in plan(case, many("vote", sequential=True)).places] == [
        ("vote", "needs_mapping")
    ]
    move(case, many("vote", sequential=True), vote="vote")
    assert case.places == ["vote"]


def ballots(node_id: str, gathered: str = "votes") -> m.UserTask:
    """A round of two parts, whose results gather under a name."""
    loop = m.MultiInstance(cardinality=feel("2"), output_collection=gathered, output_element=feel("loopCounter"))
    return m.UserTask(id=node_id, multi_instance=loop)


class TestRounds:
    """A task that several people do a part of each: what it gathers is decided by, so it is neither exchanged nor passed over."""

    def test_a_renamed_one_goes_on(self) -> None:
        case = Case(chain(user("a"), ballots("vote"), user("decide"))).start()
        case.complete("a")
        move(case, chain(user("a"), ballots("ballot"), user("decide")), vote="ballot")
        assert case.places == ["ballot", "ballot"]

    @pytest.mark.parametrize(
        ("target", "new"),
        [
            ("decide", chain(user("a"), ballots("find", "findings"), user("decide"))),
            ("decide2", chain(user("a"), ballots("find", "findings"), user("decide2"))),
            ("find", chain(user("a"), ballots("find", "findings"), user("decide"))),
            ("other", chain(user("a"), ballots("find", "findings"), ballots("other", "others"), user("decide"))),
        ],
    )
    def test_an_open_one_becomes_nothing_else(self, target: str, new: ProcessDefinition) -> None:
        case = Case(chain(user("a"), ballots("find", "findings"), ballots("vote"), user("decide"))).start()
        case.complete("a")
        for _ in range(2):
            case.complete("find")
        with pytest.raises(TransitionRefused, match="one round"):
            move(case, new, vote=target)
        assert case.places == ["vote", "vote"]

    def test_an_open_one_that_is_gone_is_given_up_for_the_step_before(self) -> None:
        case = Case(chain(user("a"), ballots("vote"), user("decide"))).start()
        case.complete("a")
        move(case, chain(user("a"), user("decide")), vote="a")
        assert case.places == ["a"]

    @pytest.mark.parametrize(
        ("target", "new"),
        [
            ("decide", chain(ballots("vote"), user("decide"))),
            ("decide", chain(user("decide"))),
            ("decide", chain(ballots("ballot"), user("decide"))),
            ("decide2", chain(ballots("vote"), user("decide2"))),
            ("decide2", chain(ballots("ballot"), user("decide2"))),
        ],
    )
    def test_one_that_lies_ahead_is_not_left_out(self, target: str, new: ProcessDefinition) -> None:
        case = Case(chain(user("open"), ballots("vote"), user("decide"))).start()
        with pytest.raises(TransitionRefused, match="would be left out"):
            move(case, new, open=target)

    def test_one_that_is_done_stands_in_nobodys_way(self) -> None:
        case = Case(chain(ballots("vote"), user("decide"))).start()
        for _ in range(2):
            case.complete("vote")
        move(case, chain(ballots("ballot"), user("decide2")), decide="decide2")
        assert case.places == ["decide2"]


def test_what_runs_inside_a_renamed_part_goes_with_it() -> None:
    def inside(id: str) -> ProcessDefinition:
        return chain(subprocess(id, user("x"), user("y"), paths=(f"{id}_begin > x > y > {id}_done",)), user("z"))

    case = Case(inside("old")).start()
    move(case, inside("fresh"), old="fresh")
    case.complete("x")
    case.complete("y")
    assert case.places == ["z"]


def test_an_incident_goes_with_its_step() -> None:
    def failing(id: str) -> ProcessDefinition:
        return process(
            m.ExclusiveGateway(id=id), user("a"), user("b"), paths=(f"start > {id}", f"{id} > a ? x = 1", "a > end")
        )

    case = Case(failing("gate")).start(x=2)
    move(case, failing("choice"), gate="choice")
    assert [one.node_id for one in case.incidents] == ["choice"]


def test_an_expression_without_a_value_refuses_the_whole_move() -> None:
    case = Case(chain(user("a"))).start()
    with pytest.raises(TransitionRefused):
        move(case, with_timer('="no time at all"'))
    assert case.count(me.ProcessMigrated) == 0


def test_taken_back_the_case_stands_exactly_as_before() -> None:
    case = Case(with_timer("P2D")).start()
    before, old = standing(case), case.program
    new = chain(subprocess("sub", user("x"), paths=("sub_begin > x > sub_done",)))
    move(case, new, a="sub")
    assert case.places == ["x"]
    highest = standing(case).counter
    case.program = old
    case.do(RestoreProcess(from_version="v2", to_version="v1", state=before))
    assert replace(standing(case), counter=before.counter) == before
    assert standing(case).counter == highest
    assert replay(case.history) == case.state
    case.after(days=2)
    assert case.places == ["b"]


def test_a_moved_case_can_still_be_operated() -> None:
    case = Case(chain(user("a"), user("b"))).start()
    move(case, chain(user("a2"), user("b")), a="a2")
    case.do(MoveToken(activity_id=case.waiting("a2")[0].id, target_node="b"))
    assert case.places == ["b"]


def test_what_was_done_at_a_task_that_is_gone_is_mapped_or_given_up() -> None:
    case = Case(chain(m.UserTask(id="a", name="Assess"), user("b"))).start()
    case.complete("a", a={"outcome": "approve"})
    new = chain(m.UserTask(id="x", name="Assess"), user("b"))
    (kept, done) = plan(case, new).places
    assert (kept.node, kept.fate) == ("b", "kept")
    assert (done.kind, done.node, done.fate, done.suggestion) == ("done", "a", "needs_mapping", "x")
    assert not plan(case, new, a="b").ready
    assert plan(case, new, a=None).ready
    move(case, new, a="x")
    assert case.variables["x"] == {"outcome": "approve"}
