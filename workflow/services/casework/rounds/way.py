"""The way of a case in its current round: the steps that lie behind it, read from what is recorded.

A step that is entered again takes what lay after it off the way: that has to be done anew and is not gone back to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.engine import events as e
from workflow.engine.migration import events as me
from workflow.engine.state import Activity, ProcessState
from workflow.packages.package import ProcedurePackage

Step = tuple[str, str]
"""A node and its name."""


@dataclass(slots=True)
class Way:
    """The nodes in the order in which the case came to them; `standing`: activity → the node at which it has not ended."""

    nodes: list[str] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)
    left: list[tuple[list[str], dict[str, str]]] = field(default_factory=list)
    """How the way was before each move to another version, for a move that is taken back."""

    def feed(self, type: str, payload: Mapping[str, Any]) -> None:
        """Take one event in, in order; those that say nothing about the way change nothing."""
        match type:
            case e.ActivityEntered.__name__ if payload.get("loop_counter") is None:
                self._enter(payload["activity_id"], payload["node_id"])
            case e.ActivityCompleted.__name__ | e.ActivityCancelled.__name__:
                self.standing.pop(payload["activity_id"], None)
            case me.ProcessMigrated.__name__:
                self.left.append((list(self.nodes), dict(self.standing)))
                self._rename(dict(payload.get("renamed") or ()))
            case me.ActivityMigrated.__name__ if payload["activity_id"] in self.standing:
                self._rename({payload["from_node"]: payload["to_node"]})
            case me.ProcessRestored.__name__ if self.left:
                self.nodes, self.standing = self.left.pop()

    def behind(self, node_id: str) -> list[str]:
        """The nodes of the way before this one at which nothing stands, in order; none where it is not on the way."""
        if node_id not in self.nodes:
            return []
        still = set(self.standing.values())
        return [one for one in self.nodes[: self.nodes.index(node_id)] if one not in still]

    def _enter(self, activity_id: str, node_id: str) -> None:
        if node_id in self.nodes:
            index = self.nodes.index(node_id)
            others = set(self.standing.values()) - {node_id}  # branches that go on beside this one
            self.nodes[index:] = [one for one in self.nodes[index:] if one in others]
        self.nodes.append(node_id)
        self.standing[activity_id] = node_id

    def _rename(self, names: Mapping[str, str]) -> None:
        self.nodes = [names.get(one, one) for one in self.nodes]
        self.standing = {key: names.get(one, one) for key, one in self.standing.items()}


def way_of(events: Iterable[AuditEvent]) -> Way:
    """The way that the events of a case tell."""
    way = Way()
    for event in events:
        way.feed(event.type, event.payload)
    return way


def steps_back(package: ProcedurePackage, state: ProcessState, way: Way, activity: Activity) -> Sequence[Step]:
    """The people's tasks to which the activity can be moved back: those behind it on the way, in the same part of the process."""
    process = package.bpmn.processes[state.scopes[activity.scope_id].process_id]
    beside = {node.id: node for node in process.children(process.container_of[activity.node_id])}
    found = [one for one in way.behind(activity.node_id) if one in beside and one in process.user_tasks]
    return [(one, beside[one].name or one) for one in found]
