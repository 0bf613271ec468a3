"""The register of organisations and the working calendar as the other services read them: built once a revision."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from workflow.calendar.seed import calendar_of
from workflow.calendar.working_time import WorkingCalendar
from workflow.ids import new_id
from workflow.organisation.records import Level, Organisation
from workflow.organisation.tree import OrganisationTree
from workflow.store.places import OrganisationRecord
from workflow.store.unit_of_work import UnitOfWork

ORGANISATIONS = "organisations.revision"
CALENDAR = "calendar.revision"
CAMPAIGNS = "campaigns.revision"
"""Of which campaigns there are and which units stand in them."""
FILTERS = "filters.revision"
"""Of the filters that people have saved."""
REVISIONS = (ORGANISATIONS, CALENDAR, CAMPAIGNS, FILTERS)
MOST_KEPT = 64
"""How many answers that follow from the registers a process keeps."""
Found = TypeVar("Found")


class OrganisationRegister:
    """Keeps the last tree and calendar of this process and reads them again when their revision has changed.

    A revision is a fresh id, not a number, so that one which was rolled back can never come again with other content.
    """

    def __init__(self) -> None:
        self._tree: tuple[str | None, OrganisationTree] | None = None
        self._calendar: tuple[str | None, WorkingCalendar] | None = None
        self._followed: dict[Hashable, Any] = {}

    def tree(self, uow: UnitOfWork) -> OrganisationTree:
        """All organisations and successions."""
        revision = uow.settings.get(ORGANISATIONS, *REVISIONS)
        kept = self._tree
        if kept is None or kept[0] != revision:
            self._tree = kept = (revision, tree_of(uow))
        return kept[1]

    def calendar(self, uow: UnitOfWork) -> WorkingCalendar:
        """The working calendar with every override."""
        revision = uow.settings.get(CALENDAR, *REVISIONS)
        kept = self._calendar
        if kept is None or kept[0] != revision:
            self._calendar = kept = (revision, calendar_of(uow.calendar_days.all()))
        return kept[1]

    def following(self, uow: UnitOfWork, name: str, facts: Hashable, work_out: Callable[[], Found]) -> Found:
        """What follows from what has the revision `name`, from the organisations and from `facts`, worked out once for each; the last few are kept."""
        key = (name, uow.settings.get(name, *REVISIONS), self.tree(uow), facts)
        if key not in self._followed:
            if len(self._followed) >= MOST_KEPT:
                self._followed.clear()
            self._followed[key] = work_out()
        found: Found = self._followed[key]
        return found


def tree_of(uow: UnitOfWork) -> OrganisationTree:
    """All organisations and successions as they stand in this very transaction, with what it has changed."""
    return OrganisationTree(map(organisation_of, uow.organisations.all()), uow.organisations.successions())


def renew(uow: UnitOfWork, name: str) -> None:
    """Give the register (one of `REVISIONS`) a new revision: the last write of a change."""
    uow.settings.put(name, new_id())


def organisation_of(record: OrganisationRecord) -> Organisation:
    """The organisation as the tree knows it."""
    return Organisation(
        id=record.id,
        code=record.code,
        kind=record.kind,
        name_vi=record.name_vi,
        name_en=record.name_en,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        type=record.type,
        level=cast(Level | None, record.level),
        territory_id=record.territory_id,
        managing_level=cast(Level | None, record.managing_level),
        managing_id=record.managing_id,
        delegation_paper=record.delegation_paper or "",
        source=record.source,
    )


def record_of(organisation: Organisation) -> OrganisationRecord:
    """The organisation as it is stored."""
    return OrganisationRecord(
        id=organisation.id,
        code=organisation.code,
        kind=organisation.kind,
        name_vi=organisation.name_vi,
        name_en=organisation.name_en,
        valid_from=organisation.valid_from,
        valid_to=organisation.valid_to,
        type=organisation.type,
        level=organisation.level,
        territory_id=organisation.territory_id,
        managing_level=organisation.managing_level,
        managing_id=organisation.managing_id,
        delegation_paper=organisation.delegation_paper or None,
        source=organisation.source,
    )
