"""Who may see or run a case: a role that permits it, at an organisation whose jurisdiction covers the case's unit."""

from dataclasses import dataclass
from datetime import date, datetime

from workflow.calendar.zone import local_date
from workflow.errors import N_, NotFound, PermissionDenied
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import SYSTEM_ROLES, Permission, permissions_of
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.recorder import Provenance
from workflow.store.casework import UnitCase


def authorise(
    actor: Actor, permission: Permission, organisation_id: str | None, tree: OrganisationTree, at: datetime
) -> Assignment:
    """Return the assignment by which the actor may do it there. Raises `PermissionDenied`."""
    assignment = actor.authority(permission, organisation_id, tree, local_date(at))
    if assignment is None:
        raise PermissionDenied()
    return assignment


NEEDS = {
    "operate": N_("Only a manager whose jurisdiction covers this case may do that."),
    "manage_tasks": N_("Only a manager whose jurisdiction covers this case may do that."),
    "audit": N_("Only an auditor whose jurisdiction covers this may do that."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Decides for one actor at one instant."""

    actor: Actor
    tree: OrganisationTree
    now: datetime

    def assignment(self, permission: Permission, case: UnitCase) -> Assignment | None:
        """The assignment by which the actor may do that with the case, or None.

        An organisation counts as it was at the case's date, and as it is today: what took an ended body's place covers what
        that body covered.
        """
        days = (case.as_of_on, local_date(self.now))
        for assignment in self.actor.assignments:
            if permission in permissions_of(assignment.role) and self._reaches(assignment, case.unit_id, days):
                return assignment
        return None

    def require(self, permission: Permission, case: UnitCase) -> Assignment:
        """As `assignment`. Raises `NotFound` for a case the actor may not even see, else `PermissionDenied`."""
        found = self.assignment(permission, case)
        if found is not None:
            return found
        if self.assignment("read_case", case) is None:
            raise NotFound()
        raise PermissionDenied(NEEDS.get(permission))

    def may_see(self, unit_id: str, on: date) -> bool:
        """Whether some role of the actor reaches the unit's cases."""
        days = (on, local_date(self.now))
        return any(
            "read_case" in permissions_of(assignment.role) and self._reaches(assignment, unit_id, days)
            for assignment in self.actor.assignments
        )

    def units(self, permission: Permission = "read_case") -> frozenset[str]:
        """The ids of all units, ended ones included, whose cases the actor reaches by that permission."""
        today = local_date(self.now)
        reached: set[str] = set()
        for assignment in self.actor.assignments:
            if permission not in permissions_of(assignment.role):
                continue
            if self._is_own_officer(assignment):
                reached.add(assignment.organisation_id)
            else:
                reached |= self.tree.reach(assignment.organisation_id, today)
                reached |= self._reach_when_it_ended(assignment)
        return frozenset(reached)

    def _reach_when_it_ended(self, assignment: Assignment) -> frozenset[str]:
        """A body that has ended keeps the cases of its time, until they are done."""
        ended = self.tree.get(assignment.organisation_id).valid_to
        if ended is None or ended >= local_date(self.now):
            return frozenset()
        return self.tree.reach(assignment.organisation_id, ended)

    def _reaches(self, assignment: Assignment, unit_id: str, days: tuple[date, ...]) -> bool:
        if assignment.organisation_id == unit_id:
            return True
        if assignment.role not in SYSTEM_ROLES and not self.tree.is_body(assignment.organisation_id):
            return (
                False  # a unit's own officer acts for that unit alone, even where the unit is an area with others in it
            )
        return any(self.tree.covers(assignment.organisation_id, unit_id, day) for day in days)

    def _is_own_officer(self, assignment: Assignment) -> bool:
        """A unit's own officer acts for that unit alone, even where the unit is an area with others in it."""
        return assignment.role not in SYSTEM_ROLES and not self.tree.is_body(assignment.organisation_id)


def provenance(actor: Actor, assignment: Assignment | None, at: datetime, command_id: str) -> Provenance:
    """Who acts, in the role and for the organisation of the assignment by which they may."""
    return Provenance(
        actor=actor.user_id,
        at=at,
        command_id=command_id,
        role=assignment.role if assignment else None,
        organisation=assignment.organisation_id if assignment else None,
        on_behalf_of=assignment.via_deputy_of if assignment else None,
    )
