"""What a role permits. Every role of a procedure permits reading and acting; the system's own roles are listed here."""

from types import MappingProxyType
from typing import Literal

Permission = Literal[
    "read_case",
    "act",
    "manage_tasks",
    "operate",
    "audit",
    "inspect",
    "manage_campaigns",
    "read_definitions",
    "administer_definitions",
    "review_definitions",
    "administer_organisations",
    "administer_accounts",
    "administer_calendar",
]

PROCEDURE_ROLE: frozenset[Permission] = frozenset({"read_case", "act"})
"""What any role that a procedure names permits within its jurisdiction."""

PERMISSIONS: MappingProxyType[str, frozenset[Permission]] = MappingProxyType(
    {
        "administrator": frozenset(
            {
                "read_definitions",
                "administer_definitions",
                "administer_organisations",
                "administer_accounts",
                "administer_calendar",
                "manage_campaigns",
            }
        ),
        "definition-reviewer": frozenset({"read_definitions", "review_definitions"}),
        "auditor": frozenset({"read_case", "read_definitions", "audit"}),
        "inspection-team": frozenset({"inspect"}),
        "manager": frozenset({"read_case", "manage_tasks", "operate", "manage_campaigns", "read_definitions"}),
    }
)
SYSTEM_ROLES = frozenset(PERMISSIONS)
INSPECTION = "inspection-team"
"""Reads, until a last day, the cases of a scope, and nothing else: whoever asks for `audit` or `read_case` alone does not let it through."""


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what the role permits."""
    return PERMISSIONS.get(role, PROCEDURE_ROLE)
