"""The words of this area: where a migration and its cases stand, what becomes of steps and of what waits."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l

from webui.words import said, sentence
from workflow.services.moving.views import PlaceView, WaitView
from workflow.services.views import VersionRecord

STATES: dict[str, tuple[Any, str]] = {
    "running": (_l("Under way"), "info"),
    "cancelled": (_l("Rest cancelled"), "warning"),
    "finished": (_l("Finished"), "success"),
}
ITEM_STATES: dict[str, tuple[Any, str]] = {
    "pending": (_l("Waits to be moved"), "neutral"),
    "done": (_l("Moved"), "success"),
    "failed": (_l("Not moved"), "danger"),
    "cancelled": (_l("Left out"), "neutral"),
    "reverting": (_l("Waits to be taken back"), "info"),
    "reverted": (_l("Taken back"), "warning"),
}
GIVING_UP: dict[str, Any] = {
    "compensation": _l("nowhere: it can no longer be undone"),
    "done": _l("nowhere: its result is given up"),
}
READINESS: dict[str, tuple[Any, str]] = {
    "ready": (_l("Ready to move"), "success"),
    "needs_mapping": (_l("Say where it goes on"), "warning"),
    "impossible": (_l("Cannot be moved"), "danger"),
}
WAITS: dict[str, Any] = {
    "timer": _l("Timer “%(name)s”"),
    "message": _l("Wait for a message at “%(name)s”"),
    "signal": _l("Wait for a signal at “%(name)s”"),
    "condition": _l("Wait for a condition at “%(name)s”"),
}
WAIT_FATES: dict[str, Any] = {
    "kept": _l("stays as it is"),
    "recomputed": _l("is worked out again from when it began"),
    "cancelled": _l("is cancelled"),
    "armed": _l("is new and begins when the case is moved"),
}


def place_text(place: PlaceView) -> str:
    """What becomes of a place, as a sentence."""
    return str(_becomes(place))


def _becomes(place: PlaceView) -> Any:
    new = said(place.new_node) if place.new_node else ""
    match place.fate, place.kind:
        case "needs_mapping" | "refused", _kind:
            return sentence(place.problem.template, place.problem.params) if place.problem else ""
        case _fate, "join":
            return _("The paths that have arrived are kept.")
        case "mapped", "done" if place.new_node is not None:
            return _("Done already; its result counts as that of “%(name)s”.", name=new)
        case _fate, "done":
            return _("Done already; its result is given up.")
        case "mapped", "compensation" if place.new_node is not None:
            return _("Done already; it can still be undone, as “%(name)s”.", name=new)
        case _fate, "compensation":
            return (
                _("Done already; it can no longer be undone.")
                if place.new_node is None
                else _("Done already; it can still be undone.")
            )
        case "mapped", _kind if place.due is None:  # no person's task
            return _("Goes on as “%(name)s”.", name=new)
        case "mapped", _kind:
            return _("Goes on as “%(name)s”; whoever has it keeps it, with draft, results and evidence.", name=new)
        case "anew", _kind:
            return _("Ends and begins anew as “%(name)s”; what was drafted there is not taken along.", name=new)
    if place.due is None:
        return _("Goes on unchanged.")
    return _("Goes on unchanged, with whoever has it, draft, results and evidence.")


def due_text(place: PlaceView) -> str:
    """What becomes of the due times of a person's task; a dash where there are none."""
    if place.due is None:
        return "–"
    return str(_("stay as they are") if place.due == "kept" else _("are worked out again"))


def wait_text(wait: WaitView) -> str:
    """What becomes of a timer or another wait, as a sentence."""
    return f"{str(WAITS[wait.what]) % {'name': said(wait.node)}} {WAIT_FATES[wait.fate]}."


def version_text(version: VersionRecord) -> str:
    """A version by its number and name."""
    label = f" ({version.label})" if version.label else ""
    return str(_("version %(number)s", number=version.version)) + label
