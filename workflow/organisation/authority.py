"""Who may act on a given day: role assignments, deputies, groups, permissions by jurisdiction, separation of duties."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from workflow.organisation.permissions import SYSTEM_ROLES, Permission, permissions_of
from workflow.organisation.tree import OrganisationTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What bounds an inspection besides its organisation. `campaigns` None: of any. Days on which a case was opened, both included."""

    campaigns: frozenset[str] | None = None
    opened_from: date | None = None
    opened_to: date | None = None

    def covers(self, campaign_id: str, opened_on: date) -> bool:
        """Whether a case of that campaign, opened on that day, lies in it."""
        if self.campaigns is not None and campaign_id not in self.campaigns:
            return False
        return (self.opened_from or opened_on) <= opened_on <= (self.opened_to or opened_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A user's role at an organisation, both days included. `via_deputy_of`: the user on whose behalf it is held."""

    id: str
    user_id: str
    role: str
    organisation_id: str
    valid_from: date
    valid_to: date | None = None
    via_deputy_of: str | None = None
    scope: Scope | None = None

    def is_valid(self, on: date) -> bool:
        """Whether it holds on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def group(self) -> str:
        """The group in which tasks wait for this role: `role@organisation_id`."""
        return f"{self.role}@{self.organisation_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputyship:
    """A user may use another user's assignment, both days included, by a paper that says so."""

    id: str
    assignment_id: str
    deputy_user_id: str
    valid_from: date
    valid_to: date
    paper: str = ""

    def is_valid(self, on: date) -> bool:
        """Whether it holds on that day."""
        return self.valid_from <= on <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Somebody holds or held a role at an organisation, of their own or as a deputy, both days included."""

    user_id: str
    organisation_id: str
    since: date
    until: date | None = None

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it held on any of those days."""
        return self.since <= last and (self.until is None or self.until >= first)


def ties_of(user_id: str, assignments: Iterable[Assignment], deputyships: Iterable[Deputyship]) -> tuple[Tie, ...]:
    """With which organisations the user is or was tied; `assignments` as for `effective_assignments`, ended ones too."""
    held = {a.id: a for a in assignments if a.via_deputy_of is None}
    own = [
        Tie(user_id=user_id, organisation_id=a.organisation_id, since=a.valid_from, until=a.valid_to)
        for a in held.values()
        if a.user_id == user_id
    ]
    lent = [
        Tie(
            user_id=user_id, organisation_id=held[d.assignment_id].organisation_id, since=d.valid_from, until=d.valid_to
        )
        for d in deputyships
        if d.deputy_user_id == user_id and d.assignment_id in held
    ]
    return (*own, *lent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A signed-in user with the assignments that hold on the day, own ones before a deputy's, and all ties of the past too."""

    user_id: str
    name: str
    assignments: tuple[Assignment, ...] = ()
    ties: tuple[Tie, ...] = ()

    @property
    def groups(self) -> frozenset[str]:
        """The groups whose tasks the actor may take."""
        return frozenset(assignment.group for assignment in self.assignments)

    def has_role(self, role: str) -> bool:
        """Whether the actor holds the role at any organisation."""
        return any(assignment.role == role for assignment in self.assignments)

    def organisations(self, role: str) -> tuple[str, ...]:
        """Return the ids of the organisations at which the actor holds the role."""
        return tuple(dict.fromkeys(a.organisation_id for a in self.assignments if a.role == role))

    def seats(self, groups: Collection[str]) -> tuple[Assignment, ...]:
        """Every assignment by which the actor belongs to one of the groups, own ones before a deputy's."""
        return tuple(assignment for assignment in self.assignments if assignment.group in groups)

    def in_group(self, groups: Collection[str]) -> Assignment | None:
        """Return the assignment by which the actor belongs to one of the groups: an own one before a deputy's."""
        return next((assignment for assignment in self.assignments if assignment.group in groups), None)

    def authority(
        self, permission: Permission, organisation_id: str | None, tree: OrganisationTree, on: date
    ) -> Assignment | None:
        """Return the assignment that permits it at the organisation on that day, or None.

        `organisation_id` None asks for a permission that no area bounds, such as reading definitions. A procedure's role at
        anything but a body reaches that organisation alone: a commune's own clerk acts for the commune when it is judged,
        not for the enterprises that it manages.
        """
        for assignment in self.assignments:
            if permission not in permissions_of(assignment.role) or not assignment.is_valid(on):
                continue
            if organisation_id is None or _reaches(assignment, organisation_id, tree, on):
                return assignment
        return None

    def can(self, permission: Permission, organisation_id: str | None, tree: OrganisationTree, on: date) -> bool:
        """Whether a role of the actor permits it and that role's jurisdiction covers the organisation."""
        return self.authority(permission, organisation_id, tree, on) is not None


def _reaches(assignment: Assignment, organisation_id: str, tree: OrganisationTree, on: date) -> bool:
    holder = assignment.organisation_id
    if assignment.role not in SYSTEM_ROLES and holder != organisation_id and not tree.is_body(holder):
        return False
    return tree.covers(holder, organisation_id, on)


def effective_assignments(
    user_id: str, assignments: Iterable[Assignment], deputyships: Iterable[Deputyship], on: date
) -> tuple[Assignment, ...]:
    """Return what the user holds on that day: own assignments, then those used as a deputy.

    `assignments`: the user's own and those that the deputyships name. A deputy has no more than the assignment gives on
    that day, and never somebody else's deputyship in turn.
    """
    held = [a for a in assignments if a.is_valid(on) and a.via_deputy_of is None]
    own = [a for a in held if a.user_id == user_id]
    by_id = {a.id: a for a in held if a.user_id != user_id}
    lent = [
        replace(by_id[d.assignment_id], user_id=user_id, via_deputy_of=by_id[d.assignment_id].user_id)
        for d in deputyships
        if d.deputy_user_id == user_id and d.is_valid(on) and d.assignment_id in by_id
    ]
    return tuple(dict.fromkeys([*own, *lent]))
