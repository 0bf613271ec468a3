"""BPMN errors are caught outward, or are incidents; message boundary events."""

from tests.support.processes import Case, feel, process, subprocess, user
from workflow.engine import events as e
from workflow.engine.commands import CorrelateMessage, RetryIncident, ThrowError
from workflow.model import elements as m
from workflow.model.events import ErrorDefinition, MessageDefinition


def on(host: str, code: str | None, name: str = "caught") -> m.BoundaryEvent:
    return m.BoundaryEvent(id=name, attached_to=host, definition=ErrorDefinition(code=code))


def job(*boundaries: m.BoundaryEvent, paths: tuple[str, ...]) -> Case:
    return Case(
        process(
            m.ServiceTask(id="work", handler="h"),
            user("repair"),
            user("other"),
            *boundaries,
            paths=("start > work > end", *paths),
        ),
        handlers=("h",),
    ).start()


def throw(case: Case, code: str) -> list[e.Event]:
    return case.do(ThrowError(activity_id=case.waiting("work")[0].id, code=code, variables={"why": code}))


def test_an_error_is_caught_on_the_job_itself() -> None:
    case = job(on("work", "E1"), paths=("caught > repair > end",))
    throw(case, "E1")
    assert case.places == ["repair"]
    assert case.last(e.ErrorThrown).caught_by == "caught"
    assert case.variables == {"why": "E1"}


def test_the_event_for_this_code_goes_before_the_one_for_every_code() -> None:
    case = job(on("work", None, "any"), on("work", "E1"), paths=("caught > repair > end", "any > other > end"))
    throw(case, "E1")
    assert case.places == ["repair"]
    case = job(on("work", None, "any"), on("work", "E1"), paths=("caught > repair > end", "any > other > end"))
    throw(case, "E2")
    assert case.places == ["other"]


def test_an_error_that_nothing_catches_is_an_incident_and_can_be_tried_again() -> None:
    case = job(on("work", "E1"), paths=("caught > repair > end",))
    throw(case, "E2")
    (incident,) = case.incidents
    assert incident.kind == "error"
    assert case.last(e.ErrorThrown).caught_by is None
    case.do(RetryIncident(incident_id=incident.id))
    assert case.count(e.JobCreated) == 2
    case.complete("work")
    assert case.status == "completed"


def test_an_error_goes_outward_through_subprocess_and_call() -> None:
    called = process(
        subprocess("deep", m.ServiceTask(id="work", handler="h"), paths=("deep_begin > work > deep_done",)),
        paths=("start > deep > end",),
        id="q",
    )
    call = m.CallActivity(id="call", called_process="q")
    case = Case(
        process(call, on("call", "E1"), user("repair"), paths=("start > call > end", "caught > repair > end")),
        called,
        handlers=("h",),
    ).start()
    throw(case, "E1")
    assert case.places == ["repair"]
    assert case.state is not None
    assert list(case.state.scopes) == ["s1"]


def test_an_error_end_event_ends_its_scope() -> None:
    bad = m.EndEvent(id="bad", definition=ErrorDefinition(code="E1"))
    inner = subprocess("sub", user("a"), user("b"), bad, paths=("sub_begin > a > bad", "sub_begin > b > sub_done"))
    case = Case(process(inner, on("sub", "E1"), user("repair"), paths=("start > sub > end", "caught > repair > end")))
    case.start()
    case.complete("a")
    assert case.places == ["repair"]
    assert case.count(e.ActivityCancelled, node_id="b", reason="error") == 1


def test_an_error_end_event_that_nothing_catches_is_an_incident() -> None:
    bad = m.EndEvent(id="bad", definition=ErrorDefinition(code="E1"))
    case = Case(process(bad, paths=("start > bad",))).start()
    assert [(incident.kind, incident.node_id) for incident in case.incidents] == [("error", "bad")]
    assert case.status == "active"


def test_an_error_in_one_instance_ends_the_whole_multi_instance_activity() -> None:
    work = m.ServiceTask(id="work", handler="h", multi_instance=m.MultiInstance(cardinality=feel("3")))
    case = Case(
        process(work, on("work", "E1"), user("repair"), paths=("start > work > end", "caught > repair > end")),
        handlers=("h",),
    ).start()
    throw(case, "E1")
    assert case.places == ["repair"]


def listening(*, interrupting: bool) -> Case:
    event = m.BoundaryEvent(
        id="news", attached_to="work", definition=MessageDefinition(name="news"), interrupting=interrupting
    )
    return Case(process(user("work"), user("read"), event, paths=("start > work > end", "news > read > end"))).start()


def test_a_message_interrupts_an_activity() -> None:
    case = listening(interrupting=True)
    case.do(CorrelateMessage(name="news", variables={"text": "hi"}))
    assert case.places == ["read"]
    assert case.variables == {"text": "hi"}


def test_a_non_interrupting_message_can_come_again() -> None:
    case = listening(interrupting=False)
    case.do(CorrelateMessage(name="news"))
    case.do(CorrelateMessage(name="news"))
    assert case.places == ["read", "read", "work"]
    case.complete("work")
    assert case.count(e.SubscriptionCancelled) == 1
