"""Which body a jurisdiction means for a unit, and the groups of its members: by the organisation tree, on a day."""

from datetime import date

from workflow.organisation.tree import OrganisationTree

SUBJECT = "subject"


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
