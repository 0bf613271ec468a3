"""Organisations with their successions, the calendar they work by, and named settings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from workflow.calendar.seed import CalendarDay
from workflow.errors import NotFound
from workflow.organisation.records import Succession
from workflow.store.columns import Key, Name, bound, metadata
from workflow.store.rows import Among, build, build_all, insert_for, put, save_guarded, values
from workflow.store.searching.words import Words, order_column, words_column

organisations = sa.Table(
    "organisations",
    metadata,
    bound("id", Key, primary_key=True),
    bound("code", Key, nullable=False),
    bound("kind", Key, nullable=False),
    bound("type", Key),
    bound("level", Key),
    bound("name_vi", Name, nullable=False),
    bound("name_en", Name, nullable=False),
    bound("territory_id", Key),
    bound("managing_level", Key),
    bound("managing_id", Key),
    bound("delegation_paper", Name),
    bound("valid_from", sa.Date, nullable=False),
    bound("valid_to", sa.Date),
    bound("source", Name, nullable=False, server_default=""),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    words_column("name_vi", "name_en", "code"),
    order_column("name_vi"),
    sa.Index("ix_organisations_code", "code", "valid_from"),
    sa.Index("ix_organisations_territory_id", "territory_id"),
)

organisation_successions = sa.Table(
    "organisation_successions",
    metadata,
    bound("predecessor_id", Key, sa.ForeignKey("organisations.id"), primary_key=True),
    bound("successor_id", Key, sa.ForeignKey("organisations.id"), primary_key=True),
    bound("kind", Key, nullable=False),
    bound("on", sa.Date, nullable=False),
    bound("paper", Name, nullable=False, server_default=""),
)

calendar_days = sa.Table(
    "calendar_days",
    metadata,
    bound("on", sa.Date, primary_key=True),
    bound("kind", Key, nullable=False),
    bound("name", Name, nullable=False),
    bound("name_en", Name, nullable=False, server_default=""),
    bound("source", Name, nullable=False, server_default=""),
)

settings = sa.Table(
    "settings",
    metadata,
    bound("name", Key, primary_key=True),
    bound("value", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord:
    """One organisation as it stands in the register; the last day of validity is included."""

    id: str
    code: str
    kind: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None = None
    type: str | None = None
    level: str | None = None
    territory_id: str | None = None
    managing_level: str | None = None
    managing_id: str | None = None
    delegation_paper: str | None = None
    source: str = ""
    revision: int = 1


_SETTINGS = Among(
    "setting", lambda names: sa.select(settings.c.name, settings.c.value).where(settings.c.name.in_(names))
)


class Organisations:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, organisation_id: str) -> OrganisationRecord:
        """Raise `NotFound`."""
        query = sa.select(organisations).where(organisations.c.id == organisation_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NotFound()
        return build(OrganisationRecord, row)

    def many(self, organisation_ids: Collection[str]) -> dict[str, OrganisationRecord]:
        query = sa.select(organisations).where(organisations.c.id.in_(organisation_ids))
        return {one.id: one for one in build_all(OrganisationRecord, self._connection.execute(query).mappings())}

    def all(self) -> Sequence[OrganisationRecord]:
        query = sa.select(organisations).order_by(organisations.c.id)
        return build_all(OrganisationRecord, self._connection.execute(query).mappings())

    def add(self, new: Sequence[OrganisationRecord]) -> None:
        if new:
            self._connection.execute(sa.insert(organisations), [values(one) for one in new])

    def save(self, organisation: OrganisationRecord) -> OrganisationRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""
        save_guarded(self._connection, organisations, organisation)
        Words(self._connection).rename_unit(organisation.id)
        return replace(organisation, revision=organisation.revision + 1)

    def successions(self) -> Sequence[Succession]:
        table = organisation_successions
        query = sa.select(table).order_by(table.c.on, table.c.predecessor_id, table.c.successor_id)
        return build_all(Succession, self._connection.execute(query).mappings())

    def add_successions(self, successions: Sequence[Succession]) -> None:
        if successions:
            self._connection.execute(sa.insert(organisation_successions), [values(one) for one in successions])


class CalendarDays:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, on: date) -> CalendarDay | None:
        row = self._connection.execute(sa.select(calendar_days).where(calendar_days.c.on == on)).mappings().first()
        return build(CalendarDay, row) if row else None

    def all(self) -> Sequence[CalendarDay]:
        query = sa.select(calendar_days).order_by(calendar_days.c.on)
        return build_all(CalendarDay, self._connection.execute(query).mappings())

    def of_year(self, year: int) -> Sequence[CalendarDay]:
        within = calendar_days.c.on.between(date(year, 1, 1), date(year, 12, 31))
        query = sa.select(calendar_days).where(within).order_by(calendar_days.c.on)
        return build_all(CalendarDay, self._connection.execute(query).mappings())

    def put(self, days: Sequence[CalendarDay]) -> None:
        """Add the days; a day that is already there is replaced."""
        put(self._connection, calendar_days, [values(day) for day in days])

    def remove(self, on: date) -> None:
        self._connection.execute(sa.delete(calendar_days).where(calendar_days.c.on == on))


class Settings:
    """Reads a setting once a transaction: every part of a step asks for the same revisions."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[str, str | None] = {}
        self._written = False

    def get(self, name: str, *beside: str) -> str | None:
        """The setting; `beside`: what will be asked for next, so that it is read with it."""
        if name not in self._known or self._written:  # what has been written here, a savepoint may still take back
            asked = [name, *beside]
            rows = self._connection.execute(*_SETTINGS(asked))
            self._known |= {**dict.fromkeys(asked), **{row.name: row.value for row in rows}}
        return self._known[name]

    def put(self, name: str, value: str) -> None:
        self._written = True
        put(self._connection, settings, [{"name": name, "value": value}])

    def raise_number(self, name: str) -> int:
        """Add one to a number (0 where there is none yet) and return it; other writers of it wait for the commit."""
        self._written = True
        statement = insert_for(self._connection, settings).values(name=name, value="1")
        higher = sa.cast(sa.cast(settings.c.value, sa.Integer) + 1, sa.Text)
        raised = statement.on_conflict_do_update(index_elements=["name"], set_={"value": higher})
        return int(self._connection.execute(raised.returning(settings.c.value)).scalar_one())
