"""Why an activity ended without completing, where a token is stuck, and how that was mended: the fixed words of events."""

from typing import Literal

from workflow.errors import N_
from workflow.model.event_fields import words

Reason = Literal[
    "boundary", "terminated", "moved", "cancelled", "condition", "error", "event", "cancel", "migrated", "withdrawn"
]
"""Why an activity ended without completing."""
IncidentKind = Literal[
    "no-flow", "expression", "rule", "job", "error", "timer", "assignment", "loop", "call", "data", "unattended"
]
"""`unattended`: a user task waits as it should, but nobody is left who could do it."""
Phase = Literal["enter", "wait", "leave", "start"]
"""Where a token is stuck: on entering a node, while waiting in it, or on leaving it."""
ENDED = words(
    boundary=N_("an event interrupted it"),
    terminated=N_("the process ended"),
    moved=N_("the case was moved to another step"),
    cancelled=N_("the case was cancelled or withdrawn"),
    condition=N_("enough results were there"),
    error=N_("there was a fault"),
    event=N_("an event interrupted it"),
    cancel=N_("the transaction was cancelled"),
    migrated=N_("the case went on in another version"),
    withdrawn=N_("whoever had it takes no part"),
)
RESOLVED = words(
    retried=N_("tried again"),
    corrected=N_("corrected"),
    moved=N_("moved to another step"),
    cancelled=N_("the step was ended"),
    attended=N_("somebody can do it again"),
)
