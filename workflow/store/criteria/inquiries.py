"""What the unit was asked about single criteria, by a return or by itself, and what it answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from workflow.errors import Conflict, NotFound
from workflow.lifecycle.case import ENDED
from workflow.lifecycle.inquiry import OPEN, RETURNED
from workflow.store.cases import cases
from workflow.store.columns import Id, Instant, JsonText, Key, bound, metadata
from workflow.store.rows import columns, read, read_all, values
from workflow.store.tasks import user_tasks

_IS_OPEN = sa.text("state = 'open'")

criterion_inquiries = sa.Table(
    "criterion_inquiries",
    metadata,
    bound("id", Id, primary_key=True),
    bound("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    bound("task_id", Id, sa.ForeignKey("user_tasks.id"), nullable=False),
    bound("criterion_id", Key, nullable=False),
    bound("state", Key, nullable=False),
    bound("text", sa.Text, nullable=False),
    bound("organisation_id", Key),
    bound("asked_at", Instant, nullable=False),
    bound("asked_by", Id, nullable=False),
    bound("due_at", Instant),
    bound("answer", sa.Text, nullable=False, server_default=""),
    bound("files", JsonText, nullable=False),
    bound("closed_at", Instant),
    bound("closed_by", Id),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Index("ix_criterion_inquiries_case_id", "case_id", "asked_at"),
    sa.Index("ix_criterion_inquiries_open", "case_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRecord:
    """`task_id`: the task that asked, `organisation_id` its body. `files`: the ids of what came with the answer.

    `due_at`: until when the unit may answer, None where it came with a return. `closed_at`: when it was answered, lapsed or was recalled.
    """

    id: str
    case_id: str
    task_id: str
    criterion_id: str
    state: str
    text: str
    asked_at: datetime
    asked_by: str
    organisation_id: str | None = None
    due_at: datetime | None = None
    answer: str = ""
    files: Sequence[str] = ()
    closed_at: datetime | None = None
    closed_by: str | None = None
    revision: int = 1


_SHOWN = columns(criterion_inquiries, InquiryRecord)
_IN_CASE = sa.select(*_SHOWN).where(criterion_inquiries.c.case_id == sa.bindparam("of_case"))
_IN_CASE = _IN_CASE.order_by(criterion_inquiries.c.asked_at.desc(), criterion_inquiries.c.id.desc())
_OF_CASE = _IN_CASE.limit(sa.bindparam("most"))
_OPEN_OF_CASE = _IN_CASE.where(criterion_inquiries.c.state == sa.literal_column(f"'{OPEN}'"))
_ASKED_OF_UNIT = _OF_CASE.where(criterion_inquiries.c.state != RETURNED)
_SINCE = _OF_CASE.where(criterion_inquiries.c.asked_at >= sa.bindparam("since", type_=Instant))
_AT_UNITS = criterion_inquiries.join(cases, cases.c.id == criterion_inquiries.c.case_id).join(
    user_tasks, user_tasks.c.id == criterion_inquiries.c.task_id
)
_WAITS = sa.and_(
    criterion_inquiries.c.state == sa.literal_column(f"'{OPEN}'"),  # as the partial index says it
    cases.c.unit_id.in_(sa.bindparam("of_units", expanding=True)),
    cases.c.status.not_in(ENDED),
    user_tasks.c.ended_at.is_(None),
)
WAITING_AT_UNITS = sa.select(sa.func.count()).select_from(_AT_UNITS).where(_WAITS).scalar_subquery()
"""How many questions these units have still to answer."""
_WAITING = (
    sa.select(*_SHOWN, cases.c.business_key, cases.c.unit_id)
    .select_from(_AT_UNITS)
    .where(_WAITS)
    .order_by(criterion_inquiries.c.due_at, criterion_inquiries.c.id)
    .limit(sa.bindparam("most"))
)


class Inquiries:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, inquiry_id: str) -> InquiryRecord:
        """Raise `NotFound`."""
        query = sa.select(*_SHOWN).where(criterion_inquiries.c.id == inquiry_id)
        row = self._connection.execute(query).first()
        if row is None:
            raise NotFound()
        return read(InquiryRecord, row)

    def of_case(self, case_id: str, limit: int) -> Sequence[InquiryRecord]:
        """What was asked in the case last, what it came back for included, newest first."""
        return read_all(InquiryRecord, self._connection.execute(_OF_CASE, {"of_case": case_id, "most": limit}))

    def asked_of_unit(self, case_id: str, limit: int) -> Sequence[InquiryRecord]:
        """What the unit was asked by itself, newest first."""
        return read_all(InquiryRecord, self._connection.execute(_ASKED_OF_UNIT, {"of_case": case_id, "most": limit}))

    def open_of_case(self, case_id: str) -> Sequence[InquiryRecord]:
        """What waits for an answer, newest first: at most one for each criterion of an open task."""
        return read_all(InquiryRecord, self._connection.execute(_OPEN_OF_CASE, {"of_case": case_id}))

    def since(self, case_id: str, at: datetime, limit: int) -> Sequence[InquiryRecord]:
        """What was asked in the case from then on, newest first: a case that was returned time and again has much from before."""
        given = {"of_case": case_id, "since": at, "most": limit}
        return read_all(InquiryRecord, self._connection.execute(_SINCE, given))

    def waiting_at(self, unit_ids: Collection[str], limit: int) -> Sequence[tuple[InquiryRecord, str, str]]:
        """What these units have still to answer, each with its case's number and unit, in tasks that are open; what is due first stands first."""
        if not unit_ids:
            return []
        rows = self._connection.execute(_WAITING, {"of_units": list(unit_ids), "most": limit}).all()
        return [(read(InquiryRecord, row[:-2]), row[-2], row[-1]) for row in rows]

    def add(self, new: Sequence[InquiryRecord]) -> None:
        if new:
            self._connection.execute(sa.insert(criterion_inquiries), [_held(one) for one in new])

    def save(self, one: InquiryRecord) -> InquiryRecord:
        """Keep it over the revision that it was read with. Raises `Conflict` where another was kept meanwhile."""
        newer = replace(one, revision=one.revision + 1)
        changed = self._connection.execute(
            sa.update(criterion_inquiries)
            .where(criterion_inquiries.c.id == one.id, criterion_inquiries.c.revision == one.revision)
            .values(**_held(newer))
        )
        if changed.rowcount != 1:
            raise Conflict()
        return newer


def _held(one: InquiryRecord) -> dict[str, object]:
    return values(one) | {"files": list(one.files)}
