"""Ending activities that do not complete, with everything that is in them."""

from typing import Literal

from workflow.engine import events as e
from workflow.engine.keeping import keep_or_close
from workflow.engine.run import Run
from workflow.engine.state import Activity, age

Reason = Literal["boundary", "terminated", "moved", "cancelled", "condition", "error", "event", "cancel", "migrated"]


def cancel(run: Run, activity: Activity, reason: Reason, *, keep: bool = False) -> None:
    """Cancel an activity, what hangs on it and, innermost first, all that runs in the scopes it has opened.

    With `keep`, scopes in which something can be undone are kept for compensation; otherwise nothing in them can be.
    """
    _close_below(run, _opened(run, activity), reason, keep)
    if not keep and activity.loop is not None:
        _close_kept(run, activity)
    _end(run, activity, reason)


def cancel_scope(run: Run, scope_id: str, reason: Reason, *, keep: bool = False) -> None:
    """Cancel all that runs in the scope and close it (or keep it, as `cancel` does)."""
    _close_below(run, [scope_id], reason, keep)


def cancel_in_scope(run: Run, scope_id: str, reason: Reason, *, but: str | None = None, keep: bool = False) -> None:
    """Cancel the activities of the scope (except one) and leave the scope open."""
    for activity_id in sorted(run.draft.in_scope[scope_id] - {but}, key=age):
        cancel(run, run.draft.activities[activity_id], reason, keep=keep)


def _close_below(run: Run, scope_ids: list[str], reason: Reason, keep: bool) -> None:
    found: list[str] = []
    waiting = list(scope_ids)
    while waiting:
        scope_id = waiting.pop()
        found.append(scope_id)
        for activity_id in sorted(run.draft.in_scope[scope_id], key=age):
            waiting.extend(_opened(run, run.draft.activities[activity_id]))
    for scope_id in reversed(found):
        for activity_id in sorted(run.draft.in_scope[scope_id], key=age):
            _end(run, run.draft.activities[activity_id], reason)
        opener = run.draft.activities.get(run.scope(scope_id).activity_id or "")
        if keep and opener is not None and run.scope(scope_id).handler_id is None:
            keep_or_close(run, scope_id, opener)
        else:
            run.close_scope(scope_id)


def _close_kept(run: Run, loop: Activity) -> None:
    """The loop has not completed, so what its completed instances did counts no more."""
    for scope_id in sorted(run.draft.kept_in[loop.scope_id], key=age):
        if run.scope(scope_id).activity_id == loop.id:
            run.close_scope(scope_id)


def _opened(run: Run, activity: Activity) -> list[str]:
    return sorted(run.draft.opened_by[activity.id], key=age)


def _end(run: Run, activity: Activity, reason: Reason) -> None:
    run.detach(activity.id, how="moved" if reason == "moved" else "cancelled")
    # A leaving activity is completed already: only its incident held the token, and that is resolved now.
    if activity.id in run.draft.activities:
        run.emit(e.ActivityCancelled(activity_id=activity.id, node_id=activity.node_id, reason=reason))
