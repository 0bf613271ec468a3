"""Sessions and failed sign-ins."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from workflow.db.rows import build, build_all, values
from workflow.db.tables.accounts import sign_in_failures, sign_in_sessions
from workflow.services.ports.accounts import SessionRecord


class SqlSignIns:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add_session(self, session: SessionRecord) -> None:
        self._connection.execute(sa.insert(sign_in_sessions).values(**values(session)))

    def session(self, token_hash: str) -> SessionRecord | None:
        query = sa.select(sign_in_sessions).where(sign_in_sessions.c.token_hash == token_hash)
        row = self._connection.execute(query).mappings().first()
        return build(SessionRecord, row) if row else None

    def sessions_of(self, user_id: str) -> Sequence[SessionRecord]:
        query = (
            sa.select(sign_in_sessions)
            .where(sign_in_sessions.c.user_id == user_id, sign_in_sessions.c.revoked_at.is_(None))
            .order_by(sign_in_sessions.c.created_at.desc())
        )
        return build_all(SessionRecord, self._connection.execute(query).mappings())

    def touch(self, token_hash: str, at: datetime) -> None:
        self._connection.execute(
            sa.update(sign_in_sessions).where(sign_in_sessions.c.token_hash == token_hash).values(last_seen_at=at)
        )

    def revoke(self, token_hash: str, at: datetime) -> None:
        self._connection.execute(
            sa.update(sign_in_sessions)
            .where(sign_in_sessions.c.token_hash == token_hash, sign_in_sessions.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )

    def revoke_all(self, user_id: str, at: datetime, *, but: str | None = None) -> int:
        statement = sa.update(sign_in_sessions).where(
            sign_in_sessions.c.user_id == user_id, sign_in_sessions.c.revoked_at.is_(None)
        )
        if but is not None:
            statement = statement.where(sign_in_sessions.c.token_hash != but)
        return self._connection.execute(statement.values(revoked_at=at)).rowcount

    def add_failure(self, failure_id: str, key: str, at: datetime) -> None:
        self._connection.execute(sa.insert(sign_in_failures).values(id=failure_id, key=key, at=at))

    def failures(self, key: str, since: datetime, bound: int = 50) -> tuple[int, datetime | None]:
        query = (
            sa.select(sign_in_failures.c.at)
            .where(sign_in_failures.c.key == key, sign_in_failures.c.at >= since)
            .order_by(sign_in_failures.c.at.desc())
            .limit(bound)
        )
        instants = self._connection.scalars(query).all()
        return len(instants), instants[0] if instants else None

    def remove_failure(self, failure_id: str) -> None:
        self._connection.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.id == failure_id))

    def clear_failures(self, key: str) -> None:
        self._connection.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.key == key))

    def drop_before(self, failures: datetime, sessions: datetime) -> None:
        self._connection.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.at < failures))
        self._connection.execute(sa.delete(sign_in_sessions).where(sign_in_sessions.c.last_seen_at < sessions))
