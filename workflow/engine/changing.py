"""What every applier of events needs: small changes of a draft."""

from dataclasses import replace
from typing import Any

from workflow.engine.draft import Draft
from workflow.engine.state import Wait, age


def number(draft: Draft, identifier: str) -> None:
    """Keep the highest number that an id has had."""
    draft.counter = max(draft.counter, age(identifier))


def change(draft: Draft, activity_id: str, **changes: Any) -> None:
    """Change fields of an activity, if it is still there."""
    activity = draft.activities.get(activity_id)
    if activity is not None:
        draft.activities[activity_id] = replace(activity, **changes)


def wait(draft: Draft, activity_id: str, waits_for: Wait) -> None:
    """Let the activity wait for this."""
    change(draft, activity_id, waits_for=waits_for)
