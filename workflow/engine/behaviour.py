"""The hooks that every element kind has. `workflow.engine.elements` says which kind behaves how."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, Incident
from workflow.errors import N_, TransitionRefused
from workflow.model.elements import FlowNode

NodeT = TypeVar("NodeT", bound=FlowNode)


class Behaviour(Generic[NodeT]):
    """Hooks with defaults. A hook that raises `Stuck` must not have emitted anything that moves a token before."""

    def arrive(self, run: Run, node: NodeT, token: Token) -> bool:
        """A token stands before the node. Return whether the node is entered now; a join keeps it waiting."""
        return True

    def comes_last(self, node: NodeT) -> bool:
        """Whether the tokens that are on their way at this moment move one node first."""
        return False

    def enter(self, run: Run, node: NodeT, activity: Activity) -> None:
        """The node has been entered: complete it, or make it wait for something."""
        run.complete(activity)

    def complete(self, run: Run, node: NodeT, activity: Activity, variables: Mapping[str, Any]) -> None:
        """Whatever the activity waits for has been done, with this result."""
        raise TransitionRefused(N_("“%(node)s” is not done by completing it."), node=node.name or node.id)

    def again(self, run: Run, node: NodeT, activity: Activity, incident: Incident) -> None:
        """An incident that happened while the activity waited is to be tried once more."""

    def closed(self, run: Run, node: NodeT, activity: Activity, scope_id: str) -> None:
        """No token is left in the scope that the activity has opened."""


class PassThrough(Behaviour[FlowNode]):
    """Does nothing itself: none and manual tasks, none events, boundary events once they have happened."""
