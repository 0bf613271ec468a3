"""What the pages of a trial show, in words of both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.services.explanations import Explanation
from workflow.services.simulation.entries import Entry
from workflow.store.procedures import VersionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a trial of a version could begin with. With `faults` it cannot run; `paths`: the package's diagrams."""

    version: VersionRecord
    faults: tuple[Finding, ...]
    may_edit: bool
    start_at: datetime | None = None
    variables: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An outcome of a user task. `refusal` says why it is not possible with the suggested entries, where it is not."""

    id: str
    label: Label
    reason: str
    refusal: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """One thing that can be done next. `index` names it in the next step; `starts`: it would start a process."""

    index: int
    kind: str
    node_id: str
    label: Label
    target: str
    starts: bool = False
    due_at: datetime | None = None
    key: str = ""
    handler: str = ""
    entries: tuple[Entry, ...] = ()
    choices: tuple[Choice, ...] = ()
    inputs: tuple[tuple[Label, Label], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One step that was taken: what was done where, and the outcome or error code."""

    kind: str
    label: Label
    said: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One entry into a node, with why the token went on as it did."""

    node_id: str
    label: Label
    why: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that cannot go on, as a message template and its values."""

    node_id: str
    label: Label
    template: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Where a trial stands. `run` is the whole of it as text: a later step begins from it.

    `tokens`: node id and how many; `flows`: those that tokens took. `path`: the main process's file.
    """

    version: VersionRecord
    path: str
    run: str
    status: str
    begun_at: datetime
    now: datetime
    tokens: Mapping[str, int]
    places: tuple[tuple[Label, int], ...]
    nodes: tuple[str, ...]
    flows: tuple[str, ...]
    ahead: tuple[Ahead, ...]
    more_ahead: int
    deeds: tuple[Deed, ...]
    trace: tuple[Passed, ...]
    earlier: int
    ends: tuple[Label, ...]
    troubles: tuple[Trouble, ...]
    variables: tuple[tuple[Label, Label], ...]
    stopped_early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a person does next: the `index` of what is ahead, and what was entered for it.

    `variables` is JSON as text; `error`: the code with which machine work fails.
    """

    index: int
    outcome: str | None = None
    entries: Mapping[str, str]
    variables: str = ""
    reason: str = ""
    error: str = ""
