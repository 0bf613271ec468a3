"""A case's own events, folded: where it stood after them. The audit page shows it, verification compares it."""

from collections import Counter
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.engine import events as ev, migration_events as me
from workflow.engine.apply import apply
from workflow.engine.draft import Draft
from workflow.engine.serialise import EVENT_TYPES, event_from_json
from workflow.engine.state import ProcessState
from workflow.errors import WorkflowError

UNREADABLE = (WorkflowError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What reading a damaged event may raise."""
_MOVES = frozenset({"CaseSuspended", "CaseResumed", "CaseWithdrawn", "CaseCancelled"})


def engine_event(event: AuditEvent) -> ev.Event | None:
    """The engine's event that was recorded, or None for a fact of the services. Raises one of `UNREADABLE`."""
    if event.type not in EVENT_TYPES:
        return None
    return event_from_json({**event.payload, "type": event.type})


class CaseFold:
    """Takes the events of one case's stream one by one, in order."""

    def __init__(self) -> None:
        self._draft = Draft(None)
        self.opened: dict[str, Any] = {}
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

    def feed(self, event: AuditEvent) -> ev.Event | None:
        """Take one more event in and return the engine's event that it holds. Raises one of `UNREADABLE`."""
        moved = engine_event(event)
        if moved is not None:
            apply(self._draft, moved)
            self._follow(moved)
        elif event.type == "CaseOpened":
            self.opened = event.payload
            self.versions = [event.payload["version_id"]] if "version_id" in event.payload else []
        elif event.type in _MOVES:
            self.status = event.payload["to"]
        elif event.type == "ResultRecorded":
            self.outcome = event.payload["outcome"]
            self.decision_number = event.payload["decision_number"]
            self.decided_on = event.payload["decided_on"]
        return moved

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
