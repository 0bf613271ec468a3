"""Migrations and their items as pages show them."""

from collections.abc import Sequence
from typing import Literal

from workflow.errors import NotFound
from workflow.model.user_task import Label
from workflow.organisation.tree import OrganisationTree
from workflow.services.access import Access
from workflow.services.migration.planning import message
from workflow.services.migration.records import ItemView, MigrationSummary
from workflow.services.people import user_names
from workflow.store.moving import DONE, PENDING, REVERTING, MigrationItem, MigrationRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_LOOKED_AT = 50


def summaries(uow: UnitOfWork, migrations: Sequence[MigrationRecord]) -> list[MigrationSummary]:
    """In their order."""
    ids = [one.id for one in migrations]
    counts = uow.migrations.counts(ids)
    versions = uow.definitions.many({key for one in migrations for key in (one.from_version, one.to_version)})
    names = user_names(uow, [one.started_by for one in migrations])
    return [
        MigrationSummary(
            id=one.id,
            key=one.key,
            from_version=versions[one.from_version],
            to_version=versions[one.to_version],
            mapping=one.mapping,
            reason=one.reason,
            started_by=one.started_by,
            started_by_name=names.get(one.started_by, one.started_by),
            started_at=one.started_at,
            status=_status(one, found := counts.get(one.id, {})),
            total=sum(found.values()),
            counts=found,
        )
        for one in migrations
    ]


def item_views(
    uow: UnitOfWork, access: Access, migration: MigrationRecord, items: Sequence[MigrationItem]
) -> list[ItemView]:
    """Those that the actor reaches."""
    reach = access.units("administer_definitions")
    found = []
    for item in items:
        case = uow.cases.get(item.case_id)
        if case.unit_id not in reach:
            continue
        found.append(
            ItemView(
                case_id=case.id,
                business_key=case.business_key,
                unit=unit_label(access.tree, case.unit_id),
                status=item.status,
                refusal=message(item.template, item.params) if item.template else None,
                done_at=item.done_at,
                revertible=item.status == DONE and case.version_id == migration.to_version,
            )
        )
    return found


def item_view(uow: UnitOfWork, access: Access, migration_id: str, case_id: str) -> ItemView:
    """One case of a migration. Raises `NotFound` also where the actor does not reach it."""
    found = item_views(uow, access, uow.migrations.get(migration_id), [uow.migrations.item(migration_id, case_id)])
    if not found:
        raise NotFound()
    return found[0]


def within_reach(uow: UnitOfWork, access: Access, migration_id: str) -> bool:
    """Whether the actor reaches one of its (first) cases."""
    reach = access.units("administer_definitions")
    items = uow.migrations.items(migration_id, None, Page(limit=_LOOKED_AT))
    return not items or any(uow.cases.get(item.case_id).unit_id in reach for item in items)


def unit_label(tree: OrganisationTree, unit_id: str) -> Label:
    """The unit's name in both languages."""
    unit = tree.get(unit_id)
    return Label(vi=unit.name_vi, en=unit.name_en or unit.name_vi)


def _status(migration: MigrationRecord, counts: dict[str, int]) -> Literal["running", "cancelled", "finished"]:
    if counts.get(PENDING) or counts.get(REVERTING):
        return "running"
    return "cancelled" if migration.cancelled_at else "finished"
