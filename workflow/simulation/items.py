"""What is on its way in a pool: work that somebody does, work that takes its time, messages and signals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.engine import events as e

Key = tuple[int, str]
"""Index of an instance, and the id of an activity in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A user task or a job that waits for an answer."""

    key: Key
    node_id: str
    process_id: str
    scope_id: str
    created: e.UserTaskCreated | e.JobCreated


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Work that has begun and ends at `due_at`, with variables or with a BPMN error."""

    key: Key
    due_at: datetime
    variables: Mapping[str, Any]
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    name: str
    key: Any = None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """`sender` is the instance that threw it: its own waits have received it already."""

    name: str
    variables: Mapping[str, Any]
    sender: int | None = None
