"""Who may do what: the roles of a user, and whether one of them permits it at an organisation whose jurisdiction covers a case's unit."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from workflow.calendar.zone import local_date, midnight
from workflow.errors import N_, NotFound, PermissionDenied
from workflow.organisation.authority import Actor, Assignment, Deputyship, Scope, effective_assignments, ties_of
from workflow.organisation.permissions import INSPECTION, SYSTEM_ROLES, Permission, permissions_of
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.recorder import Provenance
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord, UserRecord
from workflow.store.casework import CaseArea, UnitCase
from workflow.store.unit_of_work import UnitOfWork

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
            if not self._reaches(assignment, case.unit_id, days):
                continue
            if permission in permissions_of(assignment.role) or (permission in _READING and inspects(assignment, case)):
                return assignment
        return None

    def areas(self) -> tuple[CaseArea, ...]:
        """The cases that the actor audits, or reads as an inspection team."""
        units = self.units("audit")
        found = [CaseArea(unit_ids=units)] if units else []
        for one in self.actor.assignments:
            if one.role == INSPECTION and one.scope is not None:
                until = midnight(one.scope.opened_to + timedelta(days=1)) if one.scope.opened_to else None
                found.append(
                    CaseArea(
                        unit_ids=self.tree.reach(one.organisation_id, local_date(self.now))
                        | self._reach_when_it_ended(one),
                        campaign_ids=one.scope.campaigns,
                        opened_since=midnight(one.scope.opened_from) if one.scope.opened_from else None,
                        opened_until=until,
                    )
                )
        return tuple(found)

    def only_inspects(self) -> bool:
        """Whether the actor has no role but those of inspection teams."""
        return all(one.role == INSPECTION for one in self.actor.assignments) and bool(self.actor.assignments)

    def may_name(self, campaign_id: str) -> bool:
        """Whether a list of campaigns may hold this one: an inspection team learns of no other than its own."""
        scopes = [one.scope for one in self.actor.assignments if one.scope is not None]
        return not self.only_inspects() or any(one.campaigns is None or campaign_id in one.campaigns for one in scopes)

    def reaches(self, assignment: Assignment, case: UnitCase) -> bool:
        """Whether the assignment lets the actor read the case."""
        days = (case.as_of_on, local_date(self.now))
        return "read_case" in permissions_of(assignment.role) and self._reaches(assignment, case.unit_id, days)

    def require(self, permission: Permission, case: UnitCase) -> Assignment:
        """As `assignment`. Raises `NotFound` for a case the actor may not even see, else `PermissionDenied`."""
        found = self.assignment(permission, case)
        if found is not None:
            return found
        if self.assignment("read_case", case) is None:
            raise NotFound()
        raise PermissionDenied(NEEDS.get(permission))

    def is_of_unit(self, case: UnitCase) -> bool:
        """Whether the actor acts for the subject unit itself: then nothing is for them that only those read who handle the case."""
        held = (one for one in self.actor.assignments if one.organisation_id == case.unit_id)
        return any(one.role not in SYSTEM_ROLES for one in held)

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


_READING: frozenset[Permission] = frozenset({"read_case", "audit"})
"""What an inspection team may do with a case of its scope."""


def inspects(assignment: Assignment, case: UnitCase) -> bool:
    """Whether it is an inspection team's, and the case lies in its scope."""
    if assignment.role != INSPECTION or assignment.scope is None:
        return False
    return assignment.scope.covers(case.campaign_id, local_date(case.started_at))


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


def actor_in(uow: UnitOfWork, user_id: str, at: datetime) -> Actor:
    """The user with what they may do on that day, as a deputy too; an ended account may do nothing. Raises `NotFound`."""
    return actor_of(uow, uow.accounts.get(user_id), at)


def actor_of(uow: UnitOfWork, user: UserRecord, at: datetime) -> Actor:
    """As `actor_in`, of a user whose record has been read."""
    if _is_ended(user, at):
        return Actor(user_id=user.id, name=user.name)
    reached = uow.accounts.assignments_reached(user.id)
    lent = [one for one in reached if one.user_id != user.id]
    deputyships = [deputyship_of(one) for one in uow.accounts.deputyships_for(user.id)] if lent else []
    principals = uow.accounts.many({one.user_id for one in lent}) if lent else {}
    own = [one for one in reached if one.user_id == user.id]
    held = [*own, *(one for one in lent if not _is_ended(principals[one.user_id], at))]
    every = [replace(assignment_of(one), scope=_scope(uow, one)) for one in held]
    return Actor(
        user_id=user.id,
        name=user.name,
        assignments=effective_assignments(user.id, every, deputyships, local_date(at)),
        ties=ties_of(user.id, map(assignment_of, [*held, *lent]), deputyships),
    )


def assignment_of(record: AssignmentRecord) -> Assignment:
    """The assignment as the authority rules know it."""
    return Assignment(
        id=record.id,
        user_id=record.user_id,
        role=record.role,
        organisation_id=record.organisation_id,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
    )


def _scope(uow: UnitOfWork, record: AssignmentRecord) -> Scope | None:
    """The scope as it bounds today: procedures are the campaigns that there are of them."""
    if record.scope is None:
        return None
    kept = record.scope
    campaigns = frozenset(kept["campaigns"]) or None
    if kept["procedures"]:
        of_procedures = frozenset(one.id for one in uow.campaigns.all() if one.key in kept["procedures"])
        campaigns = of_procedures if campaigns is None else of_procedures & campaigns
    days = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("opened_from", "opened_to"))
    return Scope(campaigns=campaigns, opened_from=next(days), opened_to=next(days))


def _is_ended(user: UserRecord, at: datetime) -> bool:
    return user.ended_at is not None and user.ended_at <= at


def deputyship_of(record: DeputyshipRecord) -> Deputyship:
    """The deputyship as the authority rules know it."""
    return Deputyship(
        id=record.id,
        assignment_id=record.assignment_id,
        deputy_user_id=record.deputy_user_id,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        paper=record.paper,
    )
