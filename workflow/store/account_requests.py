"""What waits for a second person, and the one-time links by which people get into their accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.store.columns import Hash, Id, Instant, JsonText, Key, bound, metadata
from workflow.store.rows import Page, build, build_all, save_guarded, values

account_requests = sa.Table(
    "account_requests",
    metadata,
    bound("id", Id, primary_key=True),
    bound("act", Key, nullable=False),
    bound("about_user_id", Id, sa.ForeignKey("users.id"), index=True),
    bound("wish", JsonText, nullable=False),
    bound("state", sa.String(20), nullable=False),
    bound("asked_by", Id, sa.ForeignKey("users.id"), nullable=False),
    bound("asked_for", Id),
    bound("asked_at", Instant, nullable=False),
    bound("expires_at", Instant, nullable=False),
    bound("decided_by", Id),
    bound("decided_at", Instant),
    bound("reason", sa.Text, nullable=False, server_default=""),
    bound("prints_for", Id, sa.ForeignKey("users.id"), kept=True),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Index("ix_account_requests_state", "state", "asked_at", "id"),
)

account_links = sa.Table(
    "account_links",
    metadata,
    bound("id", Id, primary_key=True),
    bound("user_id", Id, sa.ForeignKey("users.id"), nullable=False, index=True),
    bound("purpose", sa.String(20), nullable=False),
    bound("token_hash", Hash, nullable=False, unique=True),
    bound("email", sa.String(254)),
    bound("hands", Id),
    bound("created_at", Instant, nullable=False),
    bound("expires_at", Instant, nullable=False),
    bound("used_at", Instant),
    bound("revoked_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """An act on an account that takes a second person. `wish`: the command as it was given; `asked_for`: the asker's principal, if any.

    `prints_for`: the user whose link a second person has released for printing, until it is printed.
    """

    id: str
    act: str
    about_user_id: str | None
    wish: dict[str, Any] = field(repr=False)
    state: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    asked_for: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    prints_for: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A one-time link, known by the SHA-256 of its token. `email`: where it was mailed to; `hands`: who printed it otherwise."""

    id: str
    user_id: str
    purpose: str
    token_hash: str
    created_at: datetime
    expires_at: datetime
    email: str | None = None
    hands: str | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class AccountRequests:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, request: RequestRecord) -> None:
        self._connection.execute(sa.insert(account_requests).values(**values(request)))

    def get(self, request_id: str) -> RequestRecord:
        """Raise `NotFound`."""
        query = sa.select(account_requests).where(account_requests.c.id == request_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NotFound()
        return build(RequestRecord, row)

    def save(self, request: RequestRecord) -> None:
        """Raise `Conflict` where it was decided meanwhile."""
        save_guarded(self._connection, account_requests, request)

    def release(self, request_id: str, user_id: str | None) -> None:
        """Let the user's link be printed; None: it has been."""
        table = account_requests
        self._connection.execute(sa.update(table).where(table.c.id == request_id).values(prints_for=user_id))

    def in_state(self, state: str) -> Sequence[RequestRecord]:
        """All of that state, oldest first."""
        query = (
            sa.select(account_requests)
            .where(account_requests.c.state == state)
            .order_by(account_requests.c.asked_at, account_requests.c.id)
        )
        return build_all(RequestRecord, self._connection.execute(query).mappings())

    def decided(self, page: Page) -> Sequence[RequestRecord]:
        """Those that were decided, newest first."""
        query = (
            sa.select(account_requests)
            .where(account_requests.c.decided_at.is_not(None))
            .order_by(account_requests.c.decided_at.desc(), account_requests.c.id.desc())
            .limit(page.limit)
            .offset(page.offset)
        )
        return build_all(RequestRecord, self._connection.execute(query).mappings())


class AccountLinks:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, link: LinkRecord) -> None:
        self._connection.execute(sa.insert(account_links).values(**values(link)))

    def by_token(self, token_hash: str) -> LinkRecord | None:
        query = sa.select(account_links).where(account_links.c.token_hash == token_hash)
        row = self._connection.execute(query).mappings().first()
        return build(LinkRecord, row) if row else None

    def use(self, link_id: str, at: datetime) -> None:
        self._connection.execute(sa.update(account_links).where(account_links.c.id == link_id).values(used_at=at))

    def revoke(self, user_id: str, purpose: str | None, at: datetime) -> int:
        """Revoke the user's unused links of that purpose (of every purpose without one); return how many there were."""
        statement = sa.update(account_links).where(
            account_links.c.user_id == user_id,
            account_links.c.used_at.is_(None),
            account_links.c.revoked_at.is_(None),
        )
        if purpose is not None:
            statement = statement.where(account_links.c.purpose == purpose)
        return self._connection.execute(statement.values(revoked_at=at)).rowcount
