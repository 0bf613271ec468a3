"""Versions of procedure packages with their files, and campaigns with their units."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from workflow.db.rows import build, build_all, save_guarded, values
from workflow.db.tables.definitions import campaign_units, campaigns, definition_files, definition_versions
from workflow.db.upsert import put
from workflow.errors import NotFound
from workflow.services.ports.definitions import CampaignRecord, CampaignUnitRecord, VersionRecord


class SqlDefinitions:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, version_id: str) -> VersionRecord:
        found = self.many([version_id])
        if not found:
            raise NotFound()
        return found[version_id]

    def many(self, version_ids: Collection[str]) -> dict[str, VersionRecord]:
        query = sa.select(definition_versions).where(definition_versions.c.id.in_(version_ids))
        return {one.id: one for one in build_all(VersionRecord, self._connection.execute(query).mappings())}

    def all(self, key: str | None = None) -> Sequence[VersionRecord]:
        query = sa.select(definition_versions)
        if key is not None:
            query = query.where(definition_versions.c.key == key)
        query = query.order_by(definition_versions.c.key, definition_versions.c.version.desc())
        return build_all(VersionRecord, self._connection.execute(query).mappings())

    def last_version(self, key: str) -> int:
        query = sa.select(sa.func.max(definition_versions.c.version)).where(definition_versions.c.key == key)
        return self._connection.scalar(query) or 0

    def add(self, version: VersionRecord, files: Mapping[str, bytes]) -> None:
        self._connection.execute(sa.insert(definition_versions).values(**values(version)))
        rows = [{"version_id": version.id, "path": path, "content": content} for path, content in files.items()]
        if rows:
            self._connection.execute(sa.insert(definition_files), rows)

    def save(self, version: VersionRecord) -> VersionRecord:
        save_guarded(self._connection, definition_versions, version)
        return replace(version, revision=version.revision + 1)

    def files(self, version_id: str) -> dict[str, bytes]:
        query = (
            sa.select(definition_files.c.path, definition_files.c.content)
            .where(definition_files.c.version_id == version_id)
            .order_by(definition_files.c.path)
        )
        return {row.path: row.content for row in self._connection.execute(query)}

    def file(self, version_id: str, path: str) -> bytes:
        query = sa.select(definition_files.c.content).where(
            definition_files.c.version_id == version_id, definition_files.c.path == path
        )
        content: bytes | None = self._connection.scalar(query)
        if content is None:
            raise NotFound()
        return content

    def put_file(self, version_id: str, path: str, content: bytes) -> None:
        put(self._connection, definition_files, [{"version_id": version_id, "path": path, "content": content}])

    def remove_file(self, version_id: str, path: str) -> None:
        self._connection.execute(
            sa.delete(definition_files).where(
                definition_files.c.version_id == version_id, definition_files.c.path == path
            )
        )


class SqlCampaigns:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, campaign_id: str) -> CampaignRecord:
        found = self.many([campaign_id])
        if not found:
            raise NotFound()
        return found[campaign_id]

    def many(self, campaign_ids: Collection[str]) -> dict[str, CampaignRecord]:
        query = sa.select(campaigns).where(campaigns.c.id.in_(campaign_ids))
        return {one.id: one for one in build_all(CampaignRecord, self._connection.execute(query).mappings())}

    def all(self) -> Sequence[CampaignRecord]:
        query = sa.select(campaigns).order_by(campaigns.c.year.desc(), campaigns.c.key, campaigns.c.province)
        return build_all(CampaignRecord, self._connection.execute(query).mappings())

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
        save_guarded(self._connection, campaigns, campaign)
        return replace(campaign, revision=campaign.revision + 1)

    def next_number(self, campaign_id: str) -> int:
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
        query = sa.select(campaign_units).where(campaign_units.c.campaign_id == campaign_id)
        if status is not None:
            query = query.where(campaign_units.c.status == status)
        query = query.order_by(campaign_units.c.unit_id).limit(limit)
        return build_all(CampaignUnitRecord, self._connection.execute(query).mappings())

    def count_units(self, campaign_id: str) -> dict[str, int]:
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
