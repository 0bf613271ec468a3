"""Cases with the engine's compact state, and their incidents: projections of the case's events."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.store.columns import Id, Instant, JsonText, Key, bound, folded, metadata
from workflow.store.rows import Page, build_all, columns, read, save_guarded, values
from workflow.store.searching.words import Words, case_words, having

cases = sa.Table(
    "cases",
    metadata,
    folded("id", Id, primary_key=True),
    folded("business_key", sa.String(60), nullable=False, unique=True, kept=True),
    bound("province", Key, nullable=False, kept=True),
    folded("unit_id", Key, sa.ForeignKey("organisations.id"), index=True, kept=True),
    folded("campaign_id", Id, sa.ForeignKey("campaigns.id"), kept=True),
    folded("version_id", Id, sa.ForeignKey("definition_versions.id"), nullable=False, index=True),
    bound("process_id", sa.String(200), kept=True),
    folded("former_versions", JsonText, nullable=False, server_default="[]"),
    folded("status", Key, nullable=False),
    bound("stage", Key, nullable=False, server_default=""),
    folded("outcome", Key),
    folded("decision_number", sa.String(120)),
    folded("decided_on", sa.Date),
    folded("state", JsonText),
    bound("as_of_on", sa.Date),
    bound("open_incidents", sa.Integer, nullable=False, server_default="0"),
    bound("demonstration", sa.Boolean, nullable=False, server_default=sa.false()),
    bound("started_by", Id, nullable=False, kept=True),
    bound("started_at", Instant, nullable=False, kept=True),
    bound("ended_at", Instant),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Index("ix_cases_campaign_id_unit_id", "campaign_id", "unit_id"),
    sa.Index("ix_cases_started_at", "started_at", "id"),
)

incidents = sa.Table(
    "incidents",
    metadata,
    bound("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    bound("incident_id", Key, primary_key=True),
    bound("province", Key, nullable=False),
    bound("activity_id", Key, nullable=False),
    bound("node_id", Key, nullable=False),
    bound("kind", Key, nullable=False),
    bound("template", sa.Text, nullable=False),
    bound("params", JsonText, nullable=False),
    bound("opened_at", Instant, nullable=False),
    bound("resolved_at", Instant),
    bound("how", Key),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """One case. `state` is the engine's state as JSON; `revision` guards every save.

    `unit_id`, `campaign_id` and `as_of_on` are the application's: a case that runs for no unit has none of them.
    """

    id: str
    business_key: str
    province: str
    version_id: str
    status: str
    state: dict[str, Any] | None
    started_by: str
    started_at: datetime
    unit_id: str | None = None
    campaign_id: str | None = None
    as_of_on: date | None = None
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


CASE = columns(cases, CaseRecord)

# Built once: what SQLAlchemy finds out about a statement it then finds out once, not at every step.
_GET = sa.select(*CASE).where(cases.c.id == sa.bindparam("case_id"))
_ADD = sa.insert(cases)


class Cases:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, case_id: str) -> CaseRecord:
        """Raise `NotFound`."""
        row = self._connection.execute(_GET, {"case_id": case_id}).first()
        if row is None:
            raise NotFound()
        return read(CaseRecord, row)

    def by_business_key(self, business_key: str) -> CaseRecord | None:
        query = sa.select(*CASE).where(cases.c.business_key == business_key)
        row = self._connection.execute(query).first()
        return read(CaseRecord, row) if row else None

    def add(self, case: CaseRecord) -> None:
        self._connection.execute(_ADD, values(case))
        Words(self._connection).add_case(case.id, case.business_key, case.unit_id)

    def save(self, case: CaseRecord) -> CaseRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""
        save_guarded(self._connection, cases, case)
        return replace(case, revision=case.revision + 1)

    def count_by_version(self) -> dict[str, dict[str, int]]:
        """Version id → status → number of cases."""
        query = sa.select(cases.c.version_id, cases.c.status, sa.func.count()).group_by(
            cases.c.version_id, cases.c.status
        )
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for version_id, status, number in self._connection.execute(query):
            counts[version_id][status] = number
        return dict(counts)


class Incidents:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, incident: IncidentRecord) -> None:
        self._connection.execute(sa.insert(incidents).values(**values(incident)))

    def resolve(self, case_id: str, incident_id: str, how: str, at: datetime) -> None:
        self._connection.execute(
            sa.update(incidents)
            .where(incidents.c.case_id == case_id, incidents.c.incident_id == incident_id)
            .values(resolved_at=at, how=how)
        )

    def of_case(self, case_id: str) -> Sequence[IncidentRecord]:
        query = (
            sa.select(incidents)
            .where(incidents.c.case_id == case_id)
            .order_by(incidents.c.opened_at, incidents.c.incident_id)
        )
        return build_all(IncidentRecord, self._connection.execute(query).mappings())

    def relocate(self, case_id: str, nodes: Mapping[str, str]) -> None:
        """Give the incidents of these activities their activity's node."""
        for activity_id, node_id in nodes.items():
            self._connection.execute(
                sa.update(incidents)
                .where(incidents.c.case_id == case_id, incidents.c.activity_id == activity_id)
                .values(node_id=node_id)
            )

    def reopen(self, case_id: str, incident_ids: Collection[str]) -> None:
        """As if they had never been resolved."""
        self._connection.execute(
            sa.update(incidents)
            .where(incidents.c.case_id == case_id, incidents.c.incident_id.in_(incident_ids))
            .values(resolved_at=None, how=None)
        )

    def open(
        self, unit_ids: Collection[str] | None, page: Page, text: str | None = None
    ) -> tuple[Sequence[IncidentRecord], int]:
        """The open ones of the page, newest first, and their number. `text`: words of the case's number or its unit's name."""
        query = sa.select(incidents).where(incidents.c.resolved_at.is_(None))
        if unit_ids is not None:
            query = query.join(cases, cases.c.id == incidents.c.case_id).where(cases.c.unit_id.in_(unit_ids))
        if text is not None:
            query = query.where(having(self._connection, case_words, incidents.c.case_id, text))
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        rows = self._connection.execute(
            query.order_by(incidents.c.opened_at.desc(), incidents.c.case_id, incidents.c.incident_id)
            .limit(page.limit)
            .offset(page.offset)
        ).mappings()
        return build_all(IncidentRecord, rows), total
