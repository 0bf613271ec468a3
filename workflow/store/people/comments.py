"""What people remark on a case: who reads it is part of the remark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.store.casework import comments
from workflow.store.rows import Page, build, build_all, columns, read_all, values


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRecord:
    id: str
    case_id: str
    author_id: str
    at: datetime
    text: str
    task_id: str | None = None
    criterion_id: str | None = None
    organisation_id: str | None = None
    for_unit: bool = True
    """Whether the people of the subject unit read it too; remarks from before that was asked are read by them."""


@cache
def _remarks(of_criterion: bool, for_unit_only: bool) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """How many remarks there are, and a page of them, newest first."""
    mine = [comments.c.case_id == sa.bindparam("of_case")]
    if of_criterion:
        mine.append(comments.c.criterion_id == sa.bindparam("about"))
    if for_unit_only:
        mine.append(comments.c.for_unit)
    page = sa.select(*columns(comments, CommentRecord)).where(*mine)
    page = page.order_by(comments.c.at.desc(), comments.c.id.desc())
    page = page.limit(sa.bindparam("most", type_=sa.Integer)).offset(sa.bindparam("before", type_=sa.Integer))
    return sa.select(sa.func.count()).select_from(comments).where(*mine), page


class Comments:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, comment: CommentRecord) -> None:
        self._connection.execute(sa.insert(comments).values(**values(comment)))

    def get(self, comment_id: str) -> CommentRecord:
        """Raise `NotFound`."""
        row = self._connection.execute(sa.select(comments).where(comments.c.id == comment_id)).mappings().first()
        if row is None:
            raise NotFound()
        return build(CommentRecord, row)

    def of_case(self, case_id: str) -> Sequence[CommentRecord]:
        query = sa.select(comments).where(comments.c.case_id == case_id).order_by(comments.c.at, comments.c.id)
        return build_all(CommentRecord, self._connection.execute(query).mappings())

    def page(
        self, case_id: str, page: Page, *, criterion_id: str | None = None, for_unit_only: bool = False
    ) -> tuple[Sequence[CommentRecord], int]:
        """Return the rows of the page, counted from the newest and the newest of them last, and the number of all."""
        query, ordered = _remarks(criterion_id is not None, for_unit_only)
        given = {"of_case": case_id, "about": criterion_id, "most": page.limit, "before": page.offset}
        newest_first = read_all(CommentRecord, self._connection.execute(ordered, given))
        if not page.offset and len(newest_first) < page.limit:  # these are all: most criteria have no remark
            return newest_first[::-1], len(newest_first)
        return newest_first[::-1], self._connection.scalar(query, given) or 0
