"""The register of organisations and the working calendar as the other services read them: built once a revision."""

from typing import cast

from workflow.calendar.seed import calendar_of
from workflow.calendar.working_time import WorkingCalendar
from workflow.ids import new_id
from workflow.organisation.records import Level, Organisation
from workflow.organisation.tree import OrganisationTree
from workflow.store.places import OrganisationRecord
from workflow.store.unit_of_work import UnitOfWork

ORGANISATIONS = "organisations.revision"
CALENDAR = "calendar.revision"


class OrganisationRegister:
    """Keeps the last tree and calendar of this process and reads them again when their revision has changed.

    A revision is a fresh id, not a number, so that one which was rolled back can never come again with other content.
    """

    def __init__(self) -> None:
        self._tree: tuple[str | None, OrganisationTree] | None = None
        self._calendar: tuple[str | None, WorkingCalendar] | None = None

    def tree(self, uow: UnitOfWork) -> OrganisationTree:
        """All organisations and successions."""
        revision = uow.settings.get(ORGANISATIONS, CALENDAR)
        kept = self._tree
        if kept is None or kept[0] != revision:
            self._tree = kept = (revision, tree_of(uow))
        return kept[1]

    def calendar(self, uow: UnitOfWork) -> WorkingCalendar:
        """The working calendar with every override."""
        revision = uow.settings.get(CALENDAR, ORGANISATIONS)
        kept = self._calendar
        if kept is None or kept[0] != revision:
            self._calendar = kept = (revision, calendar_of(uow.calendar_days.all()))
        return kept[1]


def tree_of(uow: UnitOfWork) -> OrganisationTree:
    """All organisations and successions as they stand in this very transaction, with what it has changed."""
    return OrganisationTree(map(organisation_of, uow.organisations.all()), uow.organisations.successions())


def renew(uow: UnitOfWork, name: str) -> None:
    """Give the register (`ORGANISATIONS` or `CALENDAR`) a new revision: the last write of a change."""
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
