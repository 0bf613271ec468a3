"""How a procedure writes which body it means, and who hears of overdue tasks."""

import re
from collections.abc import Mapping

from workflow.organisation.candidates import SUBJECT
from workflow.organisation.records import BODY_KINDS, LEVELS
from workflow.packages.records import SYSTEM_ROLES, Role

_JURISDICTION = re.compile(rf"subject|[a-z][a-z0-9-]*@(?:managing|{'|'.join(LEVELS)})")


def is_jurisdiction(text: str) -> bool:
    """`subject`, or a kind of body at a level such as `steering-committee@commune`; `managing` is the subject's own level."""
    return _JURISDICTION.fullmatch(text) is not None


def is_escalation(text: str, roles: Mapping[str, Role]) -> bool:
    """Whether a deadline may name that as who hears of overdue tasks: empty, a role, or `role@jurisdiction` of the procedure's bodies."""
    role, separator, place = text.partition("@")
    if not separator:
        return not role or role in roles or role in SYSTEM_ROLES
    kinds = {SUBJECT, *BODY_KINDS, *(one.body for one in roles.values())}
    return (role in roles or role in SYSTEM_ROLES) and is_jurisdiction(place) and place.partition("@")[0] in kinds
