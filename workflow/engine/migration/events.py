"""What has happened when a process instance went on with another version. See `workflow.engine.migration.move`.

`ProcessMigrated` comes first and `ProcessRestored` alone: what follows is told with the new version. Waits that change are told by
the events of waits, with the ids they had.
"""

from workflow.errors import N_
from workflow.model.event_fields import Node, event


@event(N_("From here on the case runs on another version of the procedure."), detail=True)
class ProcessMigrated:
    """From here on the instance runs on `to_version`. `process_id`: its process there.

    `renamed`: user tasks that are the same under another id, those done before included. `end_nodes`: the end events that
    were reached, where one of them has another id now.
    """

    from_version: str
    to_version: str
    process_id: str
    renamed: tuple[tuple[str, str], ...] = ()
    end_nodes: tuple[str, ...] = ()


@event(N_("A part of the process goes on in the new version."), detail=True)
class ScopeMigrated:
    """The scope is another process or subprocess in the new version."""

    scope_id: str
    container_id: Node
    process_id: str


@event(N_("“%(from_node)s” goes on as “%(to_node)s” in the new version."))
class ActivityMigrated:
    """The activity goes on in another node, with its incidents and with all that belongs to it."""

    activity_id: str
    from_node: Node
    to_node: Node


@event(N_("The new version says anew who may take the task “%(node_id)s”."), detail=True)
class UserTaskMigrated:
    """What the new version says of an open user task. Who has it, its draft and its results stay."""

    activity_id: str
    node_id: Node
    candidate_groups: tuple[str, ...]
    jurisdiction: str | None
    priority: int
    criteria_set: str | None


@event(N_("Branches that wait at “%(from_node)s” wait at “%(to_node)s” in the new version."), detail=True)
class JoinMigrated:
    """Tokens wait at another join, on these flows (old and new)."""

    scope_id: str
    from_node: Node
    to_node: Node
    flows: tuple[tuple[str, str], ...]


@event(N_("What was done stands at “%(node_id)s” in the new version."), detail=True)
class CompensableMigrated:
    """A completed activity is another node in the new version; without one, it can no longer be undone."""

    compensable_id: str
    node_id: Node | None


@event(N_("The case stands again as it stood before it was moved to another version."), detail=True)
class ProcessRestored:
    """A migration was taken back: the instance stands as it stood before it, on `to_version`, as if it had never moved.

    `state` is that state as JSON text (see `workflow.engine.codec`); ids go on from where they are.
    """

    from_version: str
    to_version: str
    state: str


MigrationEvent = (
    ProcessMigrated
    | ScopeMigrated
    | ActivityMigrated
    | UserTaskMigrated
    | JoinMigrated
    | CompensableMigrated
    | ProcessRestored
)
