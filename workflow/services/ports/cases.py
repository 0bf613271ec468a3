"""Cases, tasks, jobs, incidents and the commands already carried out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """One case. `state` is the engine's state as JSON; `revision` guards every save."""

    id: str
    business_key: str
    province: str
    unit_id: str
    campaign_id: str
    version_id: str
    status: str
    state: dict[str, Any] | None
    as_of_on: date
    started_by: str
    started_at: datetime
    stage: str = ""
    outcome: str | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    open_incidents: int = 0
    demonstration: bool = False
    ended_at: datetime | None = None
    process_id: str | None = None
    """The process of the file that it runs where a message started it; None: the one that cases start."""
    former_versions: list[str] = field(default_factory=list)
    """The other versions it has run on, each once, the last one last."""
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """The run-time record of a user task. `groups` are `role@organisation` texts."""

    id: str
    case_id: str
    province: str
    activity_id: str
    node_id: str
    name_vi: str
    groups: list[str]
    state: str
    due_sort: datetime
    created_at: datetime
    stage: str = ""
    name_en: str = ""
    organisation_id: str | None = None
    state_before: str | None = None
    assignee_id: str | None = None
    assigned_role: str | None = None
    on_behalf_of: str | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    escalated_at: datetime | None = None
    escalated_to: str | None = None
    priority: int = 50
    criteria_set: str | None = None
    loop_counter: int | None = None
    outcome: str | None = None
    reason: str | None = None
    completed_by: str | None = None
    ended_at: datetime | None = None
    draft: dict[str, Any] | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    case_id: str
    incident_id: str
    province: str
    activity_id: str
    node_id: str
    kind: str
    template: str
    params: dict[str, Any]
    opened_at: datetime
    resolved_at: datetime | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """Machine work that waits for its time. `ref` ties it to what would cancel it (`timer:t3`, `task:<id>`)."""

    id: str
    kind: str
    payload: dict[str, Any]
    run_at: datetime
    created_at: datetime
    province: str | None = None
    case_id: str | None = None
    ref: str | None = None
    attempts: int = 0
    locked_until: datetime | None = None
    failed_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows of a listing: `limit` rows from `offset`."""

    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """All given conditions must hold; `opened_until` is not included; `unit_ids` None means every unit."""

    text: str | None = None
    key: str | None = None
    year: int | None = None
    status: str | None = None
    stage: str | None = None
    version_id: str | None = None
    campaign_id: str | None = None
    province: str | None = None
    with_incident: bool = False
    opened_since: datetime | None = None
    opened_until: datetime | None = None
    unit_ids: Collection[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """What the inbox shows: `tab` is `mine`, `group` or `escalated`.

    `due`: `overdue`, `today`, `soon`, `week` or a local day such as 2023-03-31; what is overdue falls under each of them.
    `due_before` is the instant that `due` means at present: the inbox's service sets it.
    """

    tab: str = "mine"
    key: str | None = None
    stage: str | None = None
    unit_id: str | None = None
    due: str | None = None
    due_before: datetime | None = None
    text: str | None = None
    sort: str = "due"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One line of the inbox: the task with what a person needs to choose it."""

    task: TaskRecord
    business_key: str
    unit_id: str
    unit_name: str
    unit_name_en: str
    procedure_key: str
    campaign_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count up to a bound: `more` says that there are more than `number`."""

    number: int
    more: bool = False


class Cases(Protocol):
    def get(self, case_id: str) -> CaseRecord:
        """Raise `NotFound`."""

    def by_business_key(self, business_key: str) -> CaseRecord | None: ...

    def add(self, case: CaseRecord) -> None: ...

    def save(self, case: CaseRecord) -> CaseRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""

    def search(self, where: CaseFilter, page: Page) -> tuple[Sequence[CaseRecord], int]:
        """Return the rows of the page, newest first, and the number of all."""

    def ids(self, where: CaseFilter) -> Sequence[str]: ...

    def count_by_version(self) -> dict[str, dict[str, int]]:
        """Version id → status → number of cases."""


class Tasks(Protocol):
    def get(self, task_id: str) -> TaskRecord:
        """Raise `NotFound`."""

    def of_activity(self, case_id: str, activity_id: str) -> TaskRecord | None: ...

    def add(self, tasks: Sequence[TaskRecord]) -> None: ...

    def save(self, task: TaskRecord) -> TaskRecord:
        """As `Cases.save`; candidates follow the state: only a `ready` task waits in its groups.

        An open task with `escalated_to` also stands in the group `escalated:<escalated_to>`.
        """

    def open_of_case(self, case_id: str) -> Sequence[TaskRecord]: ...

    def suspended_of_case(self, case_id: str) -> Sequence[TaskRecord]: ...

    def of_case(self, case_id: str, page: Page) -> Sequence[TaskRecord]:
        """All tasks of the case, newest first."""

    def nodes(self, case_id: str) -> frozenset[str]:
        """The ids of the user tasks that the case has been at."""

    def doers(
        self, case_id: str, node_ids: Collection[str], among: Collection[str] | None = None
    ) -> dict[str, set[str]]:
        """Node id → the users who completed it in this case, and those on whose behalf they did.

        `among`: only what these people did or had done for them; the cost then does not grow with the case's returns.
        """

    def relocate(self, case_id: str, nodes: Mapping[str, str]) -> None:
        """Let the tasks of these activities, and their assessments, stand in other nodes."""

    def last_completed(self, case_id: str, node_id: str, limit: int = 1) -> Sequence[TaskRecord]: ...

    def inbox(
        self, user_id: str, groups: Collection[str], where: InboxFilter, page: Page, now: datetime
    ) -> Sequence[InboxRow]: ...

    def inbox_count(
        self, user_id: str, groups: Collection[str], where: InboxFilter, now: datetime, bound: int = 200
    ) -> Count: ...


class Incidents(Protocol):
    def add(self, incident: IncidentRecord) -> None: ...

    def resolve(self, case_id: str, incident_id: str, how: str, at: datetime) -> None: ...

    def of_case(self, case_id: str) -> Sequence[IncidentRecord]: ...

    def relocate(self, case_id: str, nodes: Mapping[str, str]) -> None:
        """Give the incidents of these activities their activity's node."""

    def reopen(self, case_id: str, incident_ids: Collection[str]) -> None:
        """As if they had never been resolved."""

    def open(self, unit_ids: Collection[str] | None, page: Page) -> tuple[Sequence[IncidentRecord], int]: ...


class Jobs(Protocol):
    def add(self, jobs: Sequence[JobRecord]) -> None: ...

    def cancel(self, case_id: str, refs: Collection[str]) -> None: ...

    def claim(self, now: datetime, lease: datetime, limit: int) -> Sequence[JobRecord]:
        """Lock up to `limit` due jobs until `lease`; what another worker holds is skipped."""

    def get(self, job_id: str) -> JobRecord | None: ...

    def of_case(self, case_id: str) -> Sequence[JobRecord]: ...

    def take(self, job: JobRecord) -> bool:
        """Delete a claimed job, in the transaction of its effect.

        False when it has been cancelled or, its lease over, claimed again: then nothing may be done for it.
        """

    def retry(self, job_id: str, run_at: datetime, error: str) -> None: ...

    def postpone(self, job_id: str, run_at: datetime) -> None:
        """Put the job off without counting the attempt."""

    def fail(self, job_id: str, at: datetime, error: str) -> None: ...

    def failed(self, page: Page) -> Sequence[JobRecord]: ...

    def next_due(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """A command that has been carried out, so that a repeated click gives the first result."""

    id: str
    kind: str
    actor_id: str
    at: datetime
    result: dict[str, Any] = field(default_factory=dict)


class Commands(Protocol):
    def find(self, command_id: str) -> CommandRecord | None: ...

    def add(self, command: CommandRecord) -> None:
        """Raise `Conflict` when the id is already there."""
