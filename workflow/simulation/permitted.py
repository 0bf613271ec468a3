"""Whether a user task may be finished with an outcome: its condition, as the application judges it for people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow.calendar.working_time import ZONE
from workflow.errors import N_, ExpressionError, InvalidInput
from workflow.feel.expression import parse
from workflow.model.user_task import Label, Outcome, UserTaskSpec

_REFUSED = N_("“%(outcome)s” is not possible: %(why)s")


def refused(outcome: Outcome, variables: Mapping[str, Any], now: datetime) -> Label | None:
    """Why the outcome is not possible; None where it is. A condition without a value does not hold; today() is our day."""
    if outcome.condition is None:
        return None
    try:
        holds = parse(outcome.condition.text).evaluate(variables, now=now.astimezone(ZONE)).value is True
    except ExpressionError:
        holds = False
    return None if holds else outcome.refusal or outcome.label


def check_permitted(spec: UserTaskSpec | None, chosen: str | None, variables: Mapping[str, Any], now: datetime) -> None:
    """`variables`: those of the process and the task's result. Raises `InvalidInput` where the outcome is refused."""
    if spec is None or not spec.outcomes:
        return
    outcome = next((one for one in spec.outcomes if one.id == chosen), spec.outcomes[0])
    why = refused(outcome, variables, now)
    if why is not None:
        raise InvalidInput(_REFUSED, outcome=outcome.label.vi, why=why.vi)
