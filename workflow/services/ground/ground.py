"""What every service stands on: transactions, time and organisations; who may do what where; commands carried out once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from workflow.calendar.zone import local_date
from workflow.errors import Conflict, PermissionDenied
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import Permission
from workflow.ports import Clock
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.ground.access import Access, actor_in, provenance
from workflow.services.ground.idempotence import Command, kind_of, once
from workflow.services.ground.pace import Pace
from workflow.services.ground.register import OrganisationRegister
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

TRIES = 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Wired once; the grounds of single subjects add what is theirs."""

    units: UnitsOfWork
    clock: Clock
    register: OrganisationRegister
    pace: Pace = field(default_factory=Pace)

    def step(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work`, which commits, in a transaction; where another writer was faster, look at everything afresh and try again.

        So two members who vote at one moment both get through, and whoever claims second learns who was first. What is
        overtaken for good raises `Conflict` each time.
        """
        for _ in range(TRIES - 1):
            try:
                with self.units() as uow:
                    return work(uow)
            except Conflict:
                continue
        with self.units() as uow:
            return work(uow)

    def carry_out(
        self,
        actor: Actor | None,
        command: Command,
        work: Callable[[UnitOfWork], Mapping[str, Any]],
        *,
        lock: str | None = None,
    ) -> Mapping[str, Any]:
        """Carry the command out by `work`, once, and return its result (JSON); a repeated one gives the first result.

        `work` decides whether the actor may (None is the system). `lock` names the number of the settings past which one
        writer comes at a time. Raises `InvalidInput` for a command id that was used for something else, `TooManyAttempts` for
        more of its kind than a person may carry out within a minute.
        """
        if actor is not None and command.A_MINUTE:
            self.pace.take(actor.user_id, kind_of(command), command.A_MINUTE)

        def attempt(uow: UnitOfWork) -> Mapping[str, Any]:
            if lock is not None:
                uow.settings.raise_number(lock)
            name = actor.user_id if actor is not None else SYSTEM
            asked = Provenance(actor=name, at=self.clock.now(), command_id=command.command_id)
            return once(uow, kind_of(command), asked, lambda: work(uow))

        return self.step(attempt)

    def today(self) -> date:
        """The day by the calendar's zone."""
        return local_date(self.clock.now())

    def access(self, uow: UnitOfWork, actor: Actor) -> Access:
        """What the actor may do now."""
        return Access(actor=actor, tree=self.register.tree(uow), now=self.clock.now())

    def actor(self, uow: UnitOfWork, user_id: str) -> Actor:
        """Another user, as they may act now."""
        return actor_in(uow, user_id, self.clock.now())

    def require(
        self, uow: UnitOfWork, actor: Actor, permission: Permission, organisation_id: str | None = None
    ) -> Assignment:
        """The assignment by which the actor may do that there (None: in the installation).

        Raises `PermissionDenied`, and `NotFound` for an unknown organisation.
        """
        assignment = actor.authority(permission, organisation_id, self.register.tree(uow), self.today())
        if assignment is None:
            raise PermissionDenied()
        return assignment

    def by(
        self,
        uow: UnitOfWork,
        actor: Actor,
        command: Command,
        permission: Permission,
        organisation_id: str | None = None,
    ) -> Provenance:
        """In whose name the actor carries the command out there. Raises as `require`."""
        held = self.require(uow, actor, permission, organisation_id)
        return provenance(actor, held, self.clock.now(), command.command_id)
