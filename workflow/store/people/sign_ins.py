"""Who is signed in, who failed to, and the forms that were sent in vain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workflow.store.accounts import UserRecord, kept_forms, sign_in_failures, sign_in_sessions, users
from workflow.store.rows import build_all, columns, names, read, values


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A signed-in browser, known by the SHA-256 of its token."""

    token_hash: str
    user_id: str
    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None = None


_UNDECIDED = "checking:"
"""Stands before the key of an attempt that is still being looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """What a person sent by a form and nobody has carried out.

    `form_key`: the same for the same form of the same person. `address`: where it was sent to. `files`: (field, name) of files, which
    are not kept. `said`: language → why it was refused. `size`: of the fields, in bytes.
    """

    id: str
    user_id: str
    form_key: str
    why: str
    address: str
    fields: Sequence[Sequence[str]]
    files: Sequence[Sequence[str]]
    said: Mapping[str, str]
    size: int
    kept_at: datetime


class KeptForms:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, user_id: str) -> Sequence[KeptForm]:
        """The person's, newest first."""
        query = (
            sa.select(kept_forms)
            .where(kept_forms.c.user_id == user_id)
            .order_by(kept_forms.c.kept_at.desc(), kept_forms.c.id.desc())
        )
        return build_all(KeptForm, self._connection.execute(query).mappings())

    def id_of(self, user_id: str, form_key: str) -> str | None:
        """The id of that form of that person, where it is kept."""
        query = sa.select(kept_forms.c.id).where(kept_forms.c.user_id == user_id, kept_forms.c.form_key == form_key)
        return self._connection.scalar(query)

    def put(self, form: KeptForm) -> None:
        """Keep it in place of what was kept under its id."""
        self.drop([form.id])
        self._connection.execute(sa.insert(kept_forms).values(**values(form)))

    def drop(self, form_ids: Collection[str]) -> None:
        self._connection.execute(sa.delete(kept_forms).where(kept_forms.c.id.in_(form_ids)))

    def drop_before(self, at: datetime) -> None:
        """Forget those kept before that instant."""
        self._connection.execute(sa.delete(kept_forms).where(kept_forms.c.kept_at < at))


_TOKEN = sign_in_sessions.c.token_hash == sa.bindparam("token_hash")
_SESSION = sa.select(*columns(sign_in_sessions, SessionRecord)).where(_TOKEN)
_SIGNED_IN = (
    sa.select(*columns(sign_in_sessions, SessionRecord), *columns(users, UserRecord))
    .join(users, users.c.id == sign_in_sessions.c.user_id)
    .where(_TOKEN)
)


class SignIns:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add_session(self, session: SessionRecord) -> None:
        self._connection.execute(sa.insert(sign_in_sessions).values(**values(session)))

    def session(self, token_hash: str) -> SessionRecord | None:
        row = self._connection.execute(_SESSION, {"token_hash": token_hash}).first()
        return read(SessionRecord, row) if row else None

    def signed_in(self, token_hash: str) -> tuple[SessionRecord, UserRecord] | None:
        """The session with whose it is."""
        row = self._connection.execute(_SIGNED_IN, {"token_hash": token_hash}).first()
        size = len(names(SessionRecord))
        return (read(SessionRecord, row[:size]), read(UserRecord, row[size:])) if row else None

    def sessions_of(self, user_id: str) -> Sequence[SessionRecord]:
        """Those not revoked, newest first."""
        query = (
            sa.select(sign_in_sessions)
            .where(sign_in_sessions.c.user_id == user_id, sign_in_sessions.c.revoked_at.is_(None))
            .order_by(sign_in_sessions.c.created_at.desc(), sign_in_sessions.c.token_hash)
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
        """Revoke every session of the user except the one with the hash `but`; return how many."""
        statement = sa.update(sign_in_sessions).where(
            sign_in_sessions.c.user_id == user_id, sign_in_sessions.c.revoked_at.is_(None)
        )
        if but is not None:
            statement = statement.where(sign_in_sessions.c.token_hash != but)
        return self._connection.execute(statement.values(revoked_at=at)).rowcount

    def add_attempt(self, attempt_id: str, key: str, at: datetime) -> None:
        """Count an attempt under the key that is being looked at."""
        self._connection.execute(sa.insert(sign_in_failures).values(id=attempt_id, key=_UNDECIDED + key, at=at))

    def decide_failed(self, attempt_id: str, key: str) -> None:
        """The attempt was wrong."""
        self._connection.execute(sa.update(sign_in_failures).where(sign_in_failures.c.id == attempt_id).values(key=key))

    def undecided(self, key: str, since: datetime) -> int:
        """How many attempts under the key are being looked at that began since then."""
        query = (
            sa.select(sa.func.count())
            .select_from(sign_in_failures)
            .where(sign_in_failures.c.key == _UNDECIDED + key, sign_in_failures.c.at >= since)
        )
        return self._connection.scalar(query) or 0

    def failures(self, key: str, since: datetime, decided_by: datetime, bound: int) -> tuple[int, datetime | None]:
        """How many failures (at most `bound`) there were under the key since then, and when the last one was.

        An attempt that was begun before `decided_by` and never decided is one of them.
        """
        given_up = sa.and_(sign_in_failures.c.key == _UNDECIDED + key, sign_in_failures.c.at < decided_by)
        query = (
            sa.select(sign_in_failures.c.at)
            .where(sa.or_(sign_in_failures.c.key == key, given_up), sign_in_failures.c.at >= since)
            .order_by(sign_in_failures.c.at.desc(), sign_in_failures.c.id.desc())
            .limit(bound)
        )
        instants = self._connection.scalars(query).all()
        return len(instants), instants[0] if instants else None

    def remove_attempt(self, attempt_id: str) -> None:
        self._connection.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.id == attempt_id))

    def clear_failures(self, key: str) -> None:
        self._connection.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.key == key))

    def drop_before(self, failures: datetime, sessions: datetime) -> None:
        """Forget failures and sessions last seen before those instants."""
        self._connection.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.at < failures))
        self._connection.execute(sa.delete(sign_in_sessions).where(sign_in_sessions.c.last_seen_at < sessions))
