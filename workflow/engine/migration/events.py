"""What has happened when a process instance went on with another version. See `workflow.engine.migration.move`.

`ProcessMigrated` comes first and `ProcessRestored` alone: what follows is told with the new version. Waits that change are told by
the events of waits, with the ids they had.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeMigrated:
    """The scope is another process or subprocess in the new version."""

    scope_id: str
    container_id: str
    process_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityMigrated:
    """The activity goes on in another node, with its incidents and with all that belongs to it."""

    activity_id: str
    from_node: str
    to_node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskMigrated:
    """What the new version says of an open user task. Who has it, its draft and its results stay."""

    activity_id: str
    node_id: str
    candidate_groups: tuple[str, ...]
    jurisdiction: str | None
    priority: int
    criteria_set: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinMigrated:
    """Tokens wait at another join, on these flows (old and new)."""

    scope_id: str
    from_node: str
    to_node: str
    flows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensableMigrated:
    """A completed activity is another node in the new version; without one, it can no longer be undone."""

    compensable_id: str
    node_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
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
