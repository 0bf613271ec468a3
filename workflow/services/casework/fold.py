"""A case's own events, folded: where it stood after them. The audit page shows it, verification compares it."""

from collections import Counter

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import CaseMoved, CaseOpened, ResultRecorded
from workflow.audit.facts.fact import Fact
from workflow.audit.facts.registry import read
from workflow.engine import events as ev
from workflow.engine.codec import EVENT_TYPES, event_from_json
from workflow.engine.draft import Draft
from workflow.engine.evolve import apply
from workflow.engine.migration import events as me
from workflow.engine.state import ProcessState
from workflow.errors import WorkflowError

UNREADABLE = (WorkflowError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What reading a damaged event may raise."""


def engine_event(event: AuditEvent) -> ev.Event | None:
    """The engine's event that was recorded, or None for a fact of the services. Raises one of `UNREADABLE`."""
    if event.type not in EVENT_TYPES:
        return None
    return event_from_json({**event.payload, "type": event.type})


class CaseFold:
    """Takes the events of one case's stream one by one, in order."""

    def __init__(self) -> None:
        self._draft = Draft(None)
        self.opened: CaseOpened | None = None
        self.versions: list[str] = []
        """The versions it has run on, each once, the present one last."""
        self.status = "active"
        self.outcome: str | None = None
        self.decision_number: str | None = None
        self.decided_on: str | None = None
        self.visited: Counter[str] = Counter()
        self.flows: Counter[str] = Counter()
        self._joined: set[str] = set()

    @property
    def state(self) -> ProcessState | None:
        """Where the process stands; None before its start. Do not feed afterwards."""
        return self._draft.freeze() if self._draft.root_id else None

    def feed(self, event: AuditEvent) -> ev.Event | Fact | None:
        """Take one more event in and return what it holds: an event of the engine, or a fact. Raises one of `UNREADABLE`."""
        moved = engine_event(event)
        if moved is not None:
            apply(self._draft, moved)
            self._follow(moved)
            return moved
        fact = read(event.type, event.payload)
        self._note(fact)
        return fact

    def _note(self, fact: Fact | None) -> None:
        match fact:
            case CaseOpened():
                self.opened = fact
                self.versions = [fact.version_id]
            case CaseMoved():
                self.status = fact.to
            case ResultRecorded():
                self.outcome = fact.outcome
                self.decision_number = fact.decision_number
                self.decided_on = fact.decided_on

    def _follow(self, event: ev.Event) -> None:
        match event:
            case ev.ActivityEntered(loop_counter=None):
                self.visited[event.node_id] += 1
                if event.flow_id is not None and event.node_id not in self._joined:
                    self.flows[event.flow_id] += 1
            case ev.TokenArrived():
                self._joined.add(event.node_id)
                self.flows[event.flow_id] += 1
            case me.ProcessMigrated() | me.ProcessRestored():
                self.versions = [*(one for one in self.versions if one != event.to_version), event.to_version]
            case me.ActivityMigrated():
                moved = self._draft.activities.get(event.activity_id)
                self.visited[event.to_node] += moved is not None and moved.loop_counter is None
            case ev.ProcessCompleted():
                self.status = "completed"
                if self.outcome is None and event.end_nodes:
                    self.outcome = event.end_nodes[-1]
