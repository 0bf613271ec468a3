"""Which accounts an administrator reaches, and one writer at a time on their stream."""

from workflow.errors import N_, NotFound, PermissionDenied
from workflow.organisation.authority import Actor
from workflow.ports import Clock
from workflow.services.access import local_date, provenance
from workflow.services.acting import authorise
from workflow.services.organisations import OrganisationRegister
from workflow.services.recorder import Provenance
from workflow.store.accounts import UserRecord
from workflow.store.unit_of_work import UnitOfWork

STREAM = "accounts"
_LOCK = "accounts.revision"
_OWN = N_("You may not change your own rights. Another administrator must do it.")


class Administration:
    def __init__(self, clock: Clock, register: OrganisationRegister) -> None:
        self._clock = clock
        self._register = register

    @staticmethod
    def lock(uow: UnitOfWork) -> None:
        """Let one writer at a time onto the accounts' stream: many people sign in at once, and none should meet a conflict."""
        uow.settings.raise_number(_LOCK)

    def reach(self, uow: UnitOfWork, actor: Actor) -> frozenset[str]:
        """The ids of the organisations, ended ones included, whose accounts the actor administers."""
        tree, today = self._register.tree(uow), local_date(self._clock.now())
        return frozenset(
            one.id for one in uow.organisations.all() if actor.can("administer_accounts", one.id, tree, today)
        )

    def for_role(self, uow: UnitOfWork, actor: Actor, organisation_id: str, command_id: str) -> Provenance:
        """Raise `NotFound` for an unknown organisation, `PermissionDenied` for one outside the jurisdiction."""
        now = self._clock.now()
        held = authorise(actor, "administer_accounts", organisation_id, self._register.tree(uow), now)
        return provenance(actor, held, now, command_id)

    def for_user(
        self, uow: UnitOfWork, actor: Actor, user_id: str, command_id: str, *, others_only: bool = False
    ) -> tuple[UserRecord, Provenance]:
        """Return the account, which the actor must reach wholly.

        Every role that still counts must lie within the jurisdiction: else somebody could take over, by a new password, an
        account that may do more than they. Raises `NotFound` when no role lies there, `PermissionDenied` when only some do.
        """
        now = self._clock.now()
        tree, today = self._register.tree(uow), local_date(now)
        user = uow.accounts.get(user_id)
        assignments = uow.accounts.assignments_of([user_id])
        reached = [a for a in assignments if actor.can("administer_accounts", a.organisation_id, tree, today)]
        if not reached:
            raise NotFound()
        if any(a not in reached for a in assignments if a.valid_to is None or a.valid_to >= today):
            raise PermissionDenied()
        if others_only and user_id == actor.user_id:
            raise PermissionDenied(_OWN)
        held = authorise(actor, "administer_accounts", reached[0].organisation_id, tree, now)
        return user, provenance(actor, held, now, command_id)
