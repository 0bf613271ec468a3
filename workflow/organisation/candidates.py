"""Which body and which groups a user task belongs to: resolved from the organisation tree at the case's date."""

from dataclasses import dataclass
from datetime import date

from workflow.organisation.tree import OrganisationTree

SUBJECT = "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The body (or the unit itself) and its `role@organisation` groups."""

    organisation_id: str
    groups: list[str]


def group_key(role: str, organisation_id: str) -> str:
    """The text under which a group's tasks wait."""
    return f"{role}@{organisation_id}"


def role_of(group: str) -> str:
    """The role part of a group's text."""
    return group.partition("@")[0]


def resolve_body(tree: OrganisationTree, jurisdiction: str | None, unit_id: str, on: date) -> str:
    """Return the id of the organisation that `jurisdiction` means for this unit on that day. Raises `NotFound`."""
    if jurisdiction is None or jurisdiction == SUBJECT:
        return unit_id
    return tree.body_for(jurisdiction, unit_id, on).id


def resolve_candidates(
    tree: OrganisationTree, roles: tuple[str, ...], jurisdiction: str | None, unit_id: str, on: date
) -> Candidates:
    """Return the body and groups of a new user task. Raises `NotFound` naming what is missing."""
    body = resolve_body(tree, jurisdiction, unit_id, on)
    return Candidates(organisation_id=body, groups=[group_key(role, body) for role in roles])
