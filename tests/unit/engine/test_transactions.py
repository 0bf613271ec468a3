"""Transactions: a cancel end event undoes what was completed and leaves by the cancel boundary event."""

from tests.support.processes import event_subprocess, feel, process, subprocess, transaction, undo, undone_by, user
from tests.support.undoing import UndoingCase as Case
from workflow.engine import events as e
from workflow.engine.commands import RetryIncident
from workflow.model import elements as m
from workflow.model.events import CancelDefinition, ErrorDefinition, SignalDefinition

CANCEL = m.EndEvent(id="cancel", definition=CancelDefinition())


def boundary(host: str = "deal") -> m.BoundaryEvent:
    return m.BoundaryEvent(id="cancelled", attached_to=host, definition=CancelDefinition())


def deal(*nodes: m.FlowNode, paths: tuple[str, ...] = (), around: tuple[m.FlowNode, ...] | None = None) -> Case:
    """A transaction that pays at once, waits for a decision, and is cancelled by `cancel`."""
    inner = transaction(
        "deal",
        m.Task(id="pay"),
        *undone_by("pay", user("refund")),
        user("decide"),
        m.ExclusiveGateway(id="gate"),
        CANCEL,
        *nodes,
        paths=("deal_begin > pay > decide > gate", "gate > cancel ? not(good)", "gate > deal_done ? good", *paths),
    )
    beside = (boundary(),) if around is None else around
    more = ("cancelled > sorry > end",) if any(node.id == "cancelled" for node in beside) else ()
    return Case(
        process(
            inner,
            *beside,
            user("sorry"),
            user("next"),
            undo("back"),
            user("after"),
            paths=("start > deal > next > back > after > end", *more),
        )
    ).start()


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event() -> None:
    case = deal()
    case.complete("decide", good=False)
    assert case.places == ["refund"]
    case.complete("refund")
    assert case.places == ["sorry"]
    assert case.last(e.ActivityCancelled).node_id == "deal"
    assert case.last(e.ActivityCancelled).reason == "cancel"
    assert case.left == (0, 1)
    case.complete("sorry")
    assert case.status == "completed"


def test_a_transaction_that_succeeds_is_a_subprocess_that_can_be_undone_later() -> None:
    case = deal()
    case.complete("decide", good=True)
    assert case.left == (1, 2)
    case.complete("next")
    assert case.places == ["refund"]
    case.complete("refund")
    assert case.places == ["after"]
    assert case.left == (0, 1)


def test_everything_else_in_the_transaction_ends_before_it_is_undone() -> None:
    case = deal(
        user("wait"),
        m.ParallelGateway(id="join"),
        m.Task(id="quick"),
        user("slow"),
        paths=("pay > wait", "pay > quick > join > deal_done", "pay > slow > join"),
    )
    assert case.places == ["decide", "slow", "wait"]
    case.complete("decide", good=False)
    assert case.places == ["refund"]
    assert case.count(e.ActivityCancelled, reason="cancel") == 2
    assert case.count(e.TokensDiscarded) == 1
    case.complete("refund")
    assert case.places == ["sorry"]


def test_a_transaction_in_which_nothing_can_be_undone_is_left_at_once() -> None:
    inner = transaction("deal", CANCEL, paths=("deal_begin > cancel",))
    case = Case(
        process(inner, boundary(), user("sorry"), paths=("start > deal > end", "cancelled > sorry > end"))
    ).start()
    assert case.places == ["sorry"]


def test_what_was_completed_in_a_subprocess_that_still_runs_is_undone_too() -> None:
    inner = subprocess(
        "sub",
        m.Task(id="ship"),
        *undone_by("ship", user("recall")),
        user("w"),
        paths=("sub_begin > ship > w > sub_done",),
    )
    case = deal(inner, paths=("pay > sub > deal_done",))
    assert case.places == ["decide", "w"]
    case.complete("decide", good=False)
    assert case.places == ["recall"]
    case.complete("recall")
    assert case.places == ["refund"]
    case.complete("refund")
    assert case.places == ["sorry"]
    assert case.left == (0, 1)


def test_completed_instances_of_a_loop_that_still_runs_are_undone_too() -> None:
    loop = m.MultiInstance(cardinality=feel("2"))
    inner = subprocess(
        "sub",
        user("ship"),
        *undone_by("ship", user("recall")),
        user("w"),
        paths=("sub_begin > ship > w > sub_done",),
        multi_instance=loop,
    )
    case = deal(inner, paths=("pay > sub > deal_done",))
    case.complete("ship")
    case.complete("w")
    case.complete("ship")
    assert case.places == ["decide", "w"]
    case.complete("decide", good=False)
    for name in ("recall", "recall", "refund"):
        assert case.places == [name]
        case.complete(name)
    assert case.places == ["sorry"]
    assert case.left == (0, 1)


def test_a_cancel_end_event_may_stand_deeper_in_the_transaction() -> None:
    inner = subprocess(
        "sub",
        m.Task(id="ship"),
        *undone_by("ship", user("recall")),
        user("look"),
        m.EndEvent(id="stop", definition=CancelDefinition()),
        paths=("sub_begin > ship > look > stop",),
    )
    case = deal(inner, paths=("pay > sub > deal_done",))
    case.complete("look")
    for name in ("recall", "refund"):
        assert case.places == [name]
        case.complete(name)
    assert case.places == ["sorry"]


def test_an_event_subprocess_may_cancel_its_transaction() -> None:
    rescue = event_subprocess(
        "rescue",
        SignalDefinition(name="alarm"),
        m.EndEvent(id="stop", definition=CancelDefinition()),
        paths=("rescue_begin > stop",),
    )
    case = deal(rescue)
    case.signal("alarm")
    assert case.places == ["refund"]
    case.complete("refund")
    assert case.places == ["sorry"]


def test_without_a_cancel_event_on_the_boundary_nothing_is_cancelled_and_an_operator_is_asked() -> None:
    case = deal(user("wait"), paths=("pay > wait",), around=())
    case.complete("decide", good=False)
    (incident,) = case.incidents
    assert incident.node_id == "cancel"
    assert case.count(e.ActivityCancelled) == 0
    case.do(RetryIncident(incident_id=incident.id))
    assert case.incidents[0].node_id == "cancel"
    assert case.places == ["wait"]


def test_a_cancel_end_event_outside_any_transaction_asks_an_operator() -> None:
    case = Case(process(CANCEL, paths=("start > cancel",))).start()
    assert case.incidents[0].node_id == "cancel"


def test_an_error_leaves_a_transaction_without_undoing_anything() -> None:
    failed = m.EndEvent(id="failed", definition=ErrorDefinition(code="E"))
    caught = m.BoundaryEvent(id="caught", attached_to="deal", definition=ErrorDefinition(code="E"))
    inner = transaction(
        "deal", m.Task(id="pay"), *undone_by("pay", user("refund")), failed, paths=("deal_begin > pay > failed",)
    )
    case = Case(
        process(
            inner, boundary(), caught, user("repair"), undo("back"), paths=("start > deal", "caught > back > repair")
        )
    ).start()
    assert case.places == ["repair"]
    assert case.undone == []


def test_an_inner_transaction_is_cancelled_alone_and_a_completed_one_is_undone_with_the_outer() -> None:
    paid = transaction(
        "first", m.Task(id="pay"), *undone_by("pay", user("refund")), paths=("first_begin > pay > first_done",)
    )
    lost = transaction(
        "second",
        m.Task(id="ship"),
        *undone_by("ship", user("recall")),
        CANCEL,
        paths=("second_begin > ship > cancel",),
    )
    outer = transaction(
        "deal",
        paid,
        lost,
        m.BoundaryEvent(id="lost", attached_to="second", definition=CancelDefinition()),
        user("decide"),
        m.EndEvent(id="stop", definition=CancelDefinition()),
        paths=("deal_begin > first > second > deal_done", "lost > decide > stop"),
    )
    case = Case(
        process(outer, boundary(), user("sorry"), paths=("start > deal > end", "cancelled > sorry > end"))
    ).start()
    for name in ("recall", "decide", "refund", "sorry"):
        assert case.places == [name]
        case.complete(name)
    assert case.status == "completed"


def test_an_instance_that_is_cancelled_undoes_and_ends_the_whole_loop_of_transactions() -> None:
    inner = transaction(
        "deal",
        user("pay"),
        *undone_by("pay", user("refund")),
        user("decide"),
        m.ExclusiveGateway(id="gate"),
        CANCEL,
        paths=("deal_begin > pay > decide > gate", "gate > cancel ? not(good)", "gate > deal_done ? good"),
        multi_instance=m.MultiInstance(cardinality=feel("3")),
    )
    case = Case(
        process(inner, boundary(), user("sorry"), paths=("start > deal > end", "cancelled > sorry > end"))
    ).start()
    for _ in range(3):
        case.complete("pay")
    case.complete("decide", good=True)
    case.complete("decide", good=False)
    for _ in range(3):
        assert case.places == ["refund"]
        case.complete("refund")
    assert case.places == ["sorry"]
    assert case.left == (0, 1)


def test_an_instance_that_cancels_at_once_ends_the_others_whose_tokens_are_still_on_their_way() -> None:
    inner = transaction(
        "deal",
        m.Task(id="pay"),
        *undone_by("pay", user("refund")),
        CANCEL,
        paths=("deal_begin > pay > cancel",),
        multi_instance=m.MultiInstance(cardinality=feel("3")),
    )
    case = Case(process(inner, boundary(), user("sorry"), paths=("start > deal > end", "cancelled > sorry > end")))
    case.start()
    assert not case.incidents
    for _ in range(3):
        assert case.places == ["refund"]
        case.complete("refund")
    assert case.places == ["sorry"]
