"""Cases, incidents and the commands already carried out."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.db.rows import build_all, columns, read, read_all, save_guarded, values
from workflow.db.tables.cases import cases, commands, incidents
from workflow.db.tables.definitions import campaigns
from workflow.db.tables.organisation import organisations
from workflow.errors import Conflict, NotFound
from workflow.services.ports.cases import CaseFilter, CaseRecord, CommandRecord, IncidentRecord, Page

_CASE = columns(cases, CaseRecord)
# Built once: what SQLAlchemy finds out about a statement it then finds out once, not at every step.
_GET = sa.select(*_CASE).where(cases.c.id == sa.bindparam("case_id"))
_ADD = sa.insert(cases)
_FIND_COMMAND = sa.select(*columns(commands, CommandRecord)).where(commands.c.id == sa.bindparam("command_id"))
_ADD_COMMAND = sa.insert(commands)


def like(text: str) -> str:
    """A LIKE pattern that contains `text` literally; use it with `escape="!"`."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"


class SqlCases:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, case_id: str) -> CaseRecord:
        row = self._connection.execute(_GET, {"case_id": case_id}).first()
        if row is None:
            raise NotFound()
        return read(CaseRecord, row)

    def by_business_key(self, business_key: str) -> CaseRecord | None:
        query = sa.select(*_CASE).where(cases.c.business_key == business_key)
        row = self._connection.execute(query).first()
        return read(CaseRecord, row) if row else None

    def add(self, case: CaseRecord) -> None:
        self._connection.execute(_ADD, values(case))

    def save(self, case: CaseRecord) -> CaseRecord:
        save_guarded(self._connection, cases, case)
        return replace(case, revision=case.revision + 1)

    def search(self, where: CaseFilter, page: Page) -> tuple[Sequence[CaseRecord], int]:
        query = _filtered(sa.select(*_CASE), where)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        rows = self._connection.execute(
            query.order_by(cases.c.started_at.desc(), cases.c.id.desc()).limit(page.limit).offset(page.offset)
        )
        return read_all(CaseRecord, rows), total

    def ids(self, where: CaseFilter) -> Sequence[str]:
        return self._connection.scalars(_filtered(sa.select(cases.c.id), where).order_by(cases.c.id)).all()

    def count_by_version(self) -> dict[str, dict[str, int]]:
        query = sa.select(cases.c.version_id, cases.c.status, sa.func.count()).group_by(
            cases.c.version_id, cases.c.status
        )
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for version_id, status, number in self._connection.execute(query):
            counts[version_id][status] = number
        return dict(counts)


def _filtered(query: sa.Select[Any], where: CaseFilter) -> sa.Select[Any]:
    query = query.join(campaigns, campaigns.c.id == cases.c.campaign_id)
    plain = {
        cases.c.status: where.status,
        cases.c.stage: where.stage,
        cases.c.version_id: where.version_id,
        cases.c.campaign_id: where.campaign_id,
        cases.c.province: where.province,
        campaigns.c.key: where.key,
        campaigns.c.year: where.year,
    }
    for column, value in plain.items():
        if value is not None:
            query = query.where(column == value)
    if where.with_incident:
        query = query.where(cases.c.open_incidents > 0)
    if where.opened_since is not None:
        query = query.where(cases.c.started_at >= where.opened_since)
    if where.opened_until is not None:
        query = query.where(cases.c.started_at < where.opened_until)
    if where.unit_ids is not None:
        query = query.where(cases.c.unit_id.in_(where.unit_ids))
    if where.text:
        pattern = like(where.text)
        query = query.join(organisations, organisations.c.id == cases.c.unit_id).where(
            sa.or_(
                cases.c.business_key.ilike(pattern, escape="!"),
                organisations.c.name_vi.ilike(pattern, escape="!"),
                organisations.c.name_en.ilike(pattern, escape="!"),
            )
        )
    return query


class SqlIncidents:
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
        query = sa.select(incidents).where(incidents.c.case_id == case_id).order_by(incidents.c.opened_at)
        return build_all(IncidentRecord, self._connection.execute(query).mappings())

    def relocate(self, case_id: str, nodes: Mapping[str, str]) -> None:
        for activity_id, node_id in nodes.items():
            self._connection.execute(
                sa.update(incidents)
                .where(incidents.c.case_id == case_id, incidents.c.activity_id == activity_id)
                .values(node_id=node_id)
            )

    def reopen(self, case_id: str, incident_ids: Collection[str]) -> None:
        self._connection.execute(
            sa.update(incidents)
            .where(incidents.c.case_id == case_id, incidents.c.incident_id.in_(incident_ids))
            .values(resolved_at=None, how=None)
        )

    def open(self, unit_ids: Collection[str] | None, page: Page) -> tuple[Sequence[IncidentRecord], int]:
        query = sa.select(incidents).where(incidents.c.resolved_at.is_(None))
        if unit_ids is not None:
            query = query.join(cases, cases.c.id == incidents.c.case_id).where(cases.c.unit_id.in_(unit_ids))
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        rows = self._connection.execute(
            query.order_by(incidents.c.opened_at.desc()).limit(page.limit).offset(page.offset)
        ).mappings()
        return build_all(IncidentRecord, rows), total


class SqlCommands:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, command_id: str) -> CommandRecord | None:
        row = self._connection.execute(_FIND_COMMAND, {"command_id": command_id}).first()
        return read(CommandRecord, row) if row else None

    def add(self, command: CommandRecord) -> None:
        try:
            self._connection.execute(_ADD_COMMAND, values(command))
        except sa.exc.IntegrityError as error:
            raise Conflict() from error
