"""Versions of procedure packages with their files, kept byte for byte."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.store.columns import Hash, Id, Instant, JsonText, Key, Name, bound, metadata
from workflow.store.rows import Page, build, build_all, put, save_guarded, values

definition_versions = sa.Table(
    "definition_versions",
    metadata,
    bound("id", Id, primary_key=True),
    bound("key", Key, nullable=False),
    bound("version", sa.Integer, nullable=False),
    bound("label", Name, nullable=False, server_default=""),
    bound("title_vi", Name, nullable=False),
    bound("title_en", Name, nullable=False),
    bound("status", Key, nullable=False),
    bound("sha256", Hash, nullable=False),
    bound("effective_from", sa.Date, nullable=False),
    bound("effective_to", sa.Date),
    bound("created_by", Id, nullable=False),
    bound("created_at", Instant, nullable=False),
    bound("changed_by", Id, nullable=False),
    bound("submitted_by", Id),
    bound("submitted_at", Instant),
    bound("published_by", Id),
    bound("published_at", Instant),
    bound("retired_at", Instant),
    bound("note", sa.Text, nullable=False, server_default=""),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    bound("roles", JsonText),
    sa.UniqueConstraint("key", "version"),
)

definition_files = sa.Table(
    "definition_files",
    metadata,
    bound("version_id", Id, sa.ForeignKey("definition_versions.id"), primary_key=True),
    bound("path", Name, primary_key=True),
    bound("content", sa.LargeBinary, nullable=False),
)

definition_checks = sa.Table(
    "definition_checks",
    metadata,
    bound("version_id", Id, sa.ForeignKey("definition_versions.id"), primary_key=True),
    bound("sha256", Hash, nullable=False),
    bound("surroundings", Hash, nullable=False),
    bound("checked_at", Instant, nullable=False),
    bound("errors", sa.Integer, nullable=False),
    bound("warnings", sa.Integer, nullable=False),
    bound("result", JsonText, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """The last check of a version: of which files, against which calendar and organisations (hashes), and what was found."""

    version_id: str
    sha256: str
    surroundings: str
    checked_at: datetime
    errors: int
    warnings: int
    result: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """One version of a procedure package. `sha256` covers its files; `status` is a state of its lifecycle.

    `roles`: role → what assignments call it, decided at publishing; None before, and of versions published before that was decided.
    """

    id: str
    key: str
    version: int
    title_vi: str
    title_en: str
    status: str
    sha256: str
    effective_from: date
    created_by: str
    created_at: datetime
    changed_by: str
    label: str = ""
    effective_to: date | None = None
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    retired_at: datetime | None = None
    note: str = ""
    revision: int = 1
    roles: Mapping[str, str] | None = None


class Definitions:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, version_id: str) -> VersionRecord:
        """Raise `NotFound`."""
        found = self.many([version_id])
        if not found:
            raise NotFound()
        return found[version_id]

    def many(self, version_ids: Collection[str]) -> dict[str, VersionRecord]:
        query = sa.select(definition_versions).where(definition_versions.c.id.in_(version_ids))
        return {one.id: one for one in build_all(VersionRecord, self._connection.execute(query).mappings())}

    def all(self, key: str | None = None) -> Sequence[VersionRecord]:
        """By key, newest version first."""
        query = sa.select(definition_versions)
        if key is not None:
            query = query.where(definition_versions.c.key == key)
        query = query.order_by(definition_versions.c.key, definition_versions.c.version.desc())
        return build_all(VersionRecord, self._connection.execute(query).mappings())

    def page(self, page: Page) -> tuple[Sequence[VersionRecord], int]:
        """Return the rows of the page, by key and newest version first, and the number of all."""
        query = sa.select(definition_versions).order_by(definition_versions.c.key, definition_versions.c.version.desc())
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(definition_versions)) or 0
        rows = self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings()
        return build_all(VersionRecord, rows), total

    def last_version(self, key: str) -> int:
        """The highest version number of the key, 0 where there is none."""
        query = sa.select(sa.func.max(definition_versions.c.version)).where(definition_versions.c.key == key)
        return self._connection.scalar(query) or 0

    def add(self, version: VersionRecord, files: Mapping[str, bytes]) -> None:
        self._connection.execute(sa.insert(definition_versions).values(**values(version)))
        rows = [{"version_id": version.id, "path": path, "content": content} for path, content in files.items()]
        if rows:
            self._connection.execute(sa.insert(definition_files), rows)

    def save(self, version: VersionRecord) -> VersionRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""
        save_guarded(self._connection, definition_versions, version)
        return replace(version, revision=version.revision + 1)

    def files(self, version_id: str) -> dict[str, bytes]:
        query = (
            sa.select(definition_files.c.path, definition_files.c.content)
            .where(definition_files.c.version_id == version_id)
            .order_by(definition_files.c.path)
        )
        return {row.path: row.content for row in self._connection.execute(query)}

    def paths(self, version_id: str) -> list[str]:
        """The files' paths, in order."""
        query = sa.select(definition_files.c.path).where(definition_files.c.version_id == version_id)
        return sorted(self._connection.scalars(query))

    def file(self, version_id: str, path: str) -> bytes:
        """Raise `NotFound`."""
        query = sa.select(definition_files.c.content).where(
            definition_files.c.version_id == version_id, definition_files.c.path == path
        )
        content: bytes | None = self._connection.scalar(query)
        if content is None:
            raise NotFound()
        return content

    def last_check(self, version_id: str) -> CheckRecord | None:
        """What the last check of the version found, whether or not its files are still the same."""
        query = sa.select(definition_checks).where(definition_checks.c.version_id == version_id)
        row = self._connection.execute(query).mappings().first()
        return build(CheckRecord, row) if row else None

    def put_check(self, check: CheckRecord) -> None:
        """Keep the check in the place of the version's former one."""
        put(self._connection, definition_checks, [values(check)])

    def checked(self) -> dict[str, tuple[str, str]]:
        """Version id → the hashes of the files and of the surroundings of its last check."""
        query = sa.select(definition_checks.c.version_id, definition_checks.c.sha256, definition_checks.c.surroundings)
        return {row.version_id: (row.sha256, row.surroundings) for row in self._connection.execute(query)}

    def errors(self) -> dict[str, int]:
        """Version id → how many errors its last check found, also where the files have changed since."""
        query = sa.select(definition_checks.c.version_id, definition_checks.c.errors)
        return {row.version_id: row.errors for row in self._connection.execute(query)}

    def put_file(self, version_id: str, path: str, content: bytes) -> None:
        put(self._connection, definition_files, [{"version_id": version_id, "path": path, "content": content}])

    def remove_file(self, version_id: str, path: str) -> None:
        self._connection.execute(
            sa.delete(definition_files).where(
                definition_files.c.version_id == version_id, definition_files.c.path == path
            )
        )
