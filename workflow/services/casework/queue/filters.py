"""Filters of the list of tasks under a name: one's own, and those that a manager shares with the people of a body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.audit.facts.casework import FilterShared, FilterWithdrawn
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import permissions_of
from workflow.organisation.records import Organisation
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.recorder import record
from workflow.services.ground.access import provenance
from workflow.services.ground.changes import required
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.ground.register import FILTERS, renew
from workflow.spelling import by_name
from workflow.store.inbox import SavedFilter
from workflow.store.unit_of_work import UnitOfWork

MOST = 20
"""So many of one person's own, and so many that one body's people share."""
LONGEST_NAME, LONGEST_QUERY = 100, 1000
_MANY = N_("At most %(most)s filters are kept. Remove one that is no longer used.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFilter(Command):
    """`query`: the parameters of the list's address. `organisation_id`: the body whose people share it; None: for oneself."""

    name: str
    query: str
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetFilter(Command):
    filter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterView:
    """`body`: whose people share it; None for one's own. `removable`: the reader may remove it."""

    id: str
    name: str
    query: str
    body: Organisation | None
    removable: bool


class SavedFilterService:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def of(self, actor: Actor) -> Sequence[FilterView]:
        """The actor's own, and what is shared with the people of a body to which they belong, or that is above theirs; by name."""
        with self._ground.units.reading() as uow:
            tree = self._ground.register.tree(uow)
            saved = self._ground.register.following(
                uow, FILTERS, actor.user_id, lambda: uow.saved_filters.of(actor.user_id)
            )
            views = [self._view(actor, tree, one) for one in saved]
        return sorted((one for one in views if one is not None), key=lambda one: by_name(one.name, one.id))

    def bodies(self, actor: Actor) -> Sequence[Organisation]:
        """With whose people the actor may share one: where they manage tasks."""
        managed = [one.organisation_id for one in actor.assignments if "manage_tasks" in permissions_of(one.role)]
        with self._ground.units.reading() as uow:
            tree = self._ground.register.tree(uow)
            return [tree.get(one) for one in dict.fromkeys(managed)]

    def save(self, actor: Actor, command: SaveFilter) -> str:
        """Keep it and return its id. Raises `InvalidInput`; `PermissionDenied` for a body where the actor does not manage tasks."""
        name = required(command.name, "name", LONGEST_NAME)
        query = required(command.query, "query", LONGEST_QUERY)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            place = command.organisation_id
            self._require(actor, place)
            beside = [one for one in uow.saved_filters.of(actor.user_id) if one.organisation_id == place]
            if len(beside) >= MOST:  # of none but the actor's own, where it is for themselves
                raise InvalidInput(_MANY, most=MOST)
            one = SavedFilter(
                id=new_id(),
                name=name,
                query=query,
                owner_id=actor.user_id,
                organisation_id=place,
                saved_at=self._ground.clock.now(),
            )
            uow.saved_filters.add(one)
            self._tell(uow, actor, command, one, FilterShared)
            renew(uow, FILTERS)
            return {"id": one.id}

        return str(self._ground.carry_out(actor, command, work)["id"])

    def forget(self, actor: Actor, command: ForgetFilter) -> None:
        """Remove it. Raises `NotFound` for one that is not the actor's own, nor shared where they manage tasks."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            tree = self._ground.register.tree(uow)
            for one in uow.saved_filters.of(actor.user_id):
                view = self._view(actor, tree, one)
                if one.id == command.filter_id and view is not None and view.removable:
                    uow.saved_filters.drop(one.id)
                    self._tell(uow, actor, command, one, FilterWithdrawn)
                    renew(uow, FILTERS)
                    return {"id": one.id}
            raise NotFound()

        self._ground.carry_out(actor, command, work)

    def _view(self, actor: Actor, tree: OrganisationTree, one: SavedFilter) -> FilterView | None:
        place, today = one.organisation_id, self._ground.today()
        if place is not None and not any(
            held.organisation_id == place or tree.covers(place, held.organisation_id, today)
            for held in actor.assignments
        ):
            return None
        return FilterView(
            id=one.id,
            name=one.name,
            query=one.query,
            body=tree.get(place) if place is not None else None,
            removable=place is None or _manages(actor, place),
        )

    def _tell(
        self,
        uow: UnitOfWork,
        actor: Actor,
        command: Command,
        one: SavedFilter,
        kind: type[FilterShared] | type[FilterWithdrawn],
    ) -> None:
        """What is one's own is nobody's news."""
        if one.organisation_id is None:
            return
        held = next((held for held in actor.assignments if held.organisation_id == one.organisation_id), None)
        by = provenance(actor, held, self._ground.clock.now(), command.command_id)
        fact = kind(filter_id=one.id, name=one.name, query=one.query)
        record(uow, f"organisation:{one.organisation_id}", [fact], by)

    @staticmethod
    def _require(actor: Actor, place: str | None) -> None:
        if place is not None and not _manages(actor, place):
            raise PermissionDenied(N_("Only whoever manages tasks of this body may share a filter with its people."))


def _manages(actor: Actor, place: str) -> bool:
    return any(one.organisation_id == place and "manage_tasks" in permissions_of(one.role) for one in actor.assignments)
