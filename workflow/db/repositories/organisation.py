"""Organisations, the calendar's days, named settings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from workflow.db.rows import build, build_all, save_guarded, values
from workflow.db.tables.organisation import calendar_days, organisation_successions, organisations, settings
from workflow.db.upsert import insert_for, put
from workflow.errors import NotFound
from workflow.services.ports.organisation import CalendarDayRecord, OrganisationRecord, SuccessionRecord

_SETTING = sa.select(settings.c.value).where(settings.c.name == sa.bindparam("setting"))


class SqlOrganisations:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, organisation_id: str) -> OrganisationRecord:
        query = sa.select(organisations).where(organisations.c.id == organisation_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NotFound()
        return build(OrganisationRecord, row)

    def all(self) -> Sequence[OrganisationRecord]:
        query = sa.select(organisations).order_by(organisations.c.id)
        return build_all(OrganisationRecord, self._connection.execute(query).mappings())

    def add(self, new: Sequence[OrganisationRecord]) -> None:
        if new:
            self._connection.execute(sa.insert(organisations), [values(one) for one in new])

    def save(self, organisation: OrganisationRecord) -> OrganisationRecord:
        save_guarded(self._connection, organisations, organisation)
        return replace(organisation, revision=organisation.revision + 1)

    def successions(self) -> Sequence[SuccessionRecord]:
        table = organisation_successions
        query = sa.select(table).order_by(table.c.on, table.c.predecessor_id, table.c.successor_id)
        return build_all(SuccessionRecord, self._connection.execute(query).mappings())

    def add_successions(self, successions: Sequence[SuccessionRecord]) -> None:
        if successions:
            self._connection.execute(sa.insert(organisation_successions), [values(one) for one in successions])


class SqlCalendarDays:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, on: date) -> CalendarDayRecord | None:
        row = self._connection.execute(sa.select(calendar_days).where(calendar_days.c.on == on)).mappings().first()
        return build(CalendarDayRecord, row) if row else None

    def all(self) -> Sequence[CalendarDayRecord]:
        query = sa.select(calendar_days).order_by(calendar_days.c.on)
        return build_all(CalendarDayRecord, self._connection.execute(query).mappings())

    def of_year(self, year: int) -> Sequence[CalendarDayRecord]:
        within = calendar_days.c.on.between(date(year, 1, 1), date(year, 12, 31))
        query = sa.select(calendar_days).where(within).order_by(calendar_days.c.on)
        return build_all(CalendarDayRecord, self._connection.execute(query).mappings())

    def put(self, days: Sequence[CalendarDayRecord]) -> None:
        put(self._connection, calendar_days, [values(day) for day in days])

    def remove(self, on: date) -> None:
        self._connection.execute(sa.delete(calendar_days).where(calendar_days.c.on == on))


class SqlSettings:
    """Reads a setting once a transaction: every part of a step asks for the same revisions."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[str, str | None] = {}
        self._written = False

    def get(self, name: str) -> str | None:
        if name not in self._known or self._written:  # what has been written here, a savepoint may still take back
            self._known[name] = self._connection.scalar(_SETTING, {"setting": name})
        return self._known[name]

    def put(self, name: str, value: str) -> None:
        self._written = True
        put(self._connection, settings, [{"name": name, "value": value}])

    def raise_number(self, name: str) -> int:
        self._written = True
        statement = insert_for(self._connection, settings).values(name=name, value="1")
        higher = sa.cast(sa.cast(settings.c.value, sa.Integer) + 1, sa.Text)
        raised = statement.on_conflict_do_update(index_elements=["name"], set_={"value": higher})
        return int(self._connection.execute(raised.returning(settings.c.value)).scalar_one())
