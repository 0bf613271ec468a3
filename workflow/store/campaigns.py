"""Campaigns: one procedure, one year, one province, with deadlines and units."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.store.columns import Id, Instant, JsonText, Key, Name, bound, metadata
from workflow.store.places import organisations
from workflow.store.rows import Page, build, build_all, columns, read, read_all, remembered, save_guarded, values

campaigns = sa.Table(
    "campaigns",
    metadata,
    bound("id", Id, primary_key=True),
    bound("key", Key, nullable=False),
    bound("version_id", Id, sa.ForeignKey("definition_versions.id"), nullable=False),
    bound("year", sa.Integer, nullable=False),
    bound("province", Key, nullable=False),
    bound("name_vi", Name, nullable=False),
    bound("name_en", Name, nullable=False),
    bound("status", Key, nullable=False),
    bound("deadlines", JsonText, nullable=False),
    bound("demonstration", sa.Boolean, nullable=False, server_default=sa.false()),
    bound("last_number", sa.Integer, nullable=False, server_default="0", moves=True),
    bound("created_by", Id, nullable=False),
    bound("created_at", Instant, nullable=False),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("key", "year", "province"),
)

campaign_units = sa.Table(
    "campaign_units",
    metadata,
    bound("campaign_id", Id, sa.ForeignKey("campaigns.id"), primary_key=True),
    bound("unit_id", Key, sa.ForeignKey("organisations.id"), primary_key=True),
    bound("status", Key, nullable=False),
    bound("case_id", Id),
    bound("template", sa.Text),
    bound("params", JsonText),
    bound("variables", JsonText, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRecord:
    """One procedure, one year, one province. `deadlines` is id → `{last_day, due_at, remind_at, escalate_to, label_vi, label_en}`."""

    id: str
    key: str
    version_id: str
    year: int
    province: str
    name_vi: str
    name_en: str
    status: str
    deadlines: dict[str, Any]
    created_by: str
    created_at: datetime
    demonstration: bool = False
    last_number: int = 0
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignUnitRecord:
    """A unit of a campaign: `status` is `listed`, `pending`, `started` or `failed`, where `template` and `params` say why."""

    campaign_id: str
    unit_id: str
    status: str
    case_id: str | None = None
    template: str | None = None
    params: dict[str, Any] | None = None
    variables: dict[str, Any] = field(default_factory=dict)


# Built once: pages with a case's campaign, and filters, ask for them.
_CAMPAIGN, _UNIT = columns(campaigns, CampaignRecord), columns(campaign_units, CampaignUnitRecord)
_ONE = sa.select(*_CAMPAIGN).where(campaigns.c.id == sa.bindparam("campaign_id"))
_MANY = sa.select(*_CAMPAIGN).where(campaigns.c.id.in_(sa.bindparam("campaign_ids", expanding=True)))
_ALL = sa.select(*_CAMPAIGN).order_by(campaigns.c.year.desc(), campaigns.c.key, campaigns.c.province)


_UNIT_IDS = (
    sa.select(campaign_units.c.unit_id)
    .distinct()
    .where(campaign_units.c.campaign_id.in_(sa.bindparam("campaign_ids", expanding=True)))
    .order_by(campaign_units.c.unit_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_UNIT_IDS_AMONG = _UNIT_IDS.where(campaign_units.c.unit_id.in_(sa.bindparam("among", expanding=True)))
_FEW_UNITS = 500


class Campaigns:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @remembered
    def get(self, campaign_id: str) -> CampaignRecord:
        """Raise `NotFound`."""
        row = self._connection.execute(_ONE, {"campaign_id": campaign_id}).first()
        if row is None:
            raise NotFound()
        return read(CampaignRecord, row)

    def many(self, campaign_ids: Collection[str]) -> dict[str, CampaignRecord]:
        rows = self._connection.execute(_MANY, {"campaign_ids": list(campaign_ids)})
        return {one.id: one for one in read_all(CampaignRecord, rows)}

    def all(self) -> Sequence[CampaignRecord]:
        """Newest year first."""
        return read_all(CampaignRecord, self._connection.execute(_ALL))

    def page(self, provinces: Collection[str], page: Page) -> tuple[Sequence[CampaignRecord], int]:
        """Return the rows of the page of those provinces, newest year first, and the number of all."""
        query = sa.select(campaigns).where(campaigns.c.province.in_(provinces))
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        ordered = query.order_by(campaigns.c.year.desc(), campaigns.c.key, campaigns.c.province)
        rows = self._connection.execute(ordered.limit(page.limit).offset(page.offset)).mappings()
        return build_all(CampaignRecord, rows), total

    def find(self, key: str, year: int, province: str) -> CampaignRecord | None:
        query = sa.select(campaigns).where(
            campaigns.c.key == key, campaigns.c.year == year, campaigns.c.province == province
        )
        row = self._connection.execute(query).mappings().first()
        return build(CampaignRecord, row) if row else None

    def add(self, campaign: CampaignRecord) -> None:
        self._connection.execute(sa.insert(campaigns).values(**values(campaign)))

    def save(self, campaign: CampaignRecord) -> CampaignRecord:
        # Not the last number: units that are being started raise it without touching the revision.
        """As `Definitions.save`; `last_number` stays what it is."""
        save_guarded(self._connection, campaigns, campaign)
        return replace(campaign, revision=campaign.revision + 1)

    def next_number(self, campaign_id: str) -> int:
        """Raise the campaign's last number by one and return it; others who want one wait for the commit."""
        statement = (
            sa.update(campaigns)
            .where(campaigns.c.id == campaign_id)
            .values(last_number=campaigns.c.last_number + 1)
            .returning(campaigns.c.last_number)
        )
        number: int | None = self._connection.execute(statement).scalar_one_or_none()
        if number is None:
            raise NotFound()
        return number

    def unit(self, campaign_id: str, unit_id: str) -> CampaignUnitRecord | None:
        query = sa.select(campaign_units).where(_unit(campaign_id, unit_id))
        row = self._connection.execute(query).mappings().first()
        return build(CampaignUnitRecord, row) if row else None

    def units(
        self, campaign_id: str, status: str | None = None, limit: int | None = None
    ) -> Sequence[CampaignUnitRecord]:
        """By unit id."""
        query = sa.select(*_UNIT).where(campaign_units.c.campaign_id == campaign_id)
        if status is not None:
            query = query.where(campaign_units.c.status == status)
        query = query.order_by(campaign_units.c.unit_id).limit(limit)
        return read_all(CampaignUnitRecord, self._connection.execute(query))

    def unit_ids(self, campaign_ids: Collection[str], among: Collection[str], limit: int) -> Sequence[str]:
        """Those of these units that stand in one of the campaigns, at most so many. Of very many units the first of the campaigns are looked at."""
        if not campaign_ids or not among:
            return []
        given = {"campaign_ids": list(campaign_ids), "most": limit}
        if len(among) > _FEW_UNITS:
            found = self._connection.scalars(_UNIT_IDS, given).all()
            return [unit_id for unit_id in found if unit_id in among]
        return self._connection.scalars(_UNIT_IDS_AMONG, {**given, "among": list(among)}).all()

    def page_of_units(self, campaign_id: str, page: Page) -> Sequence[CampaignUnitRecord]:
        """By the units' names."""
        query = (
            sa.select(campaign_units)
            .join(organisations, organisations.c.id == campaign_units.c.unit_id)
            .where(campaign_units.c.campaign_id == campaign_id)
            .order_by(organisations.c.name_order, campaign_units.c.unit_id)
            .limit(page.limit)
            .offset(page.offset)
        )
        return build_all(CampaignUnitRecord, self._connection.execute(query).mappings())

    def count_units(self, campaign_id: str) -> dict[str, int]:
        """Status → number of units."""
        query = (
            sa.select(campaign_units.c.status, sa.func.count())
            .where(campaign_units.c.campaign_id == campaign_id)
            .group_by(campaign_units.c.status)
        )
        return {status: number for status, number in self._connection.execute(query).all()}  # noqa: C416 - rows are no plain pairs to mypy

    def add_units(self, units: Sequence[CampaignUnitRecord]) -> None:
        if units:
            self._connection.execute(sa.insert(campaign_units), [values(unit) for unit in units])

    def save_unit(self, unit: CampaignUnitRecord) -> None:
        changed = self._connection.execute(
            sa.update(campaign_units).where(_unit(unit.campaign_id, unit.unit_id)).values(**values(unit))
        )
        if changed.rowcount != 1:
            raise NotFound()

    def remove_unit(self, campaign_id: str, unit_id: str) -> None:
        self._connection.execute(sa.delete(campaign_units).where(_unit(campaign_id, unit_id)))


def _unit(campaign_id: str, unit_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(campaign_units.c.campaign_id == campaign_id, campaign_units.c.unit_id == unit_id)
