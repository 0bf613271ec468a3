"""What a kept form is called: what it was for, in which case, task and criterion, as far as the person may see them now."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l

from webui.container import container
from webui.guard import current_actor
from webui.kept_forms import target_of
from webui.navigation import entry_of
from webui.words import named, said
from workflow.errors import NotFound, PermissionDenied
from workflow.services.casework.task_view import TaskView
from workflow.services.views import KeptForm

_FOR = {
    "casework.add_comment": _l("Your comment"),
    "casework.add_evidence": _l("Evidence"),
    "casework.add_paper": _l("Paper"),
    "casework.withdraw_evidence": _l("Withdraw"),
    "casework.delegate": _l("Hand over to a colleague"),
    "casework.reassign": _l("Give to somebody else"),
    "casework.release": _l("Put back"),
    "accounts.own_address": _l("My account"),
}
"""Where case and task alone do not say it."""


class Titles:
    """Of the forms of one page; each case and task is read once."""

    def __init__(self) -> None:
        self._task = lru_cache(None)(_task)
        self._case = lru_cache(None)(_case)

    def of(self, form: KeptForm) -> str:
        """In words, never as an address."""
        endpoint, values = target_of(form.address) or ("", {})
        parts = [str(_FOR.get(endpoint, "")), *self._place(values), ", ".join(name for _field, name in form.files)]
        return " · ".join(filter(None, parts)) or entry_of(form.address) or _("A form of another page")

    def _place(self, values: dict[str, Any]) -> Iterator[str]:
        view = self._task(str(values["task_id"])) if "task_id" in values else None
        if view is not None:
            yield _of_case(view)
            yield said(view.spec.label) or named(view.task)
            yield next((said(one.paper.label) for one in view.papers if one.paper.id == values.get("paper_id")), "")
        if "case_id" in values:
            yield self._case(str(values["case_id"]))
        if "task_id" in values and view is None:
            yield _unseen()
        if "criterion_id" in values:
            yield _("Criterion %(number)s", number=values["criterion_id"])


def _task(task_id: str) -> TaskView | None:
    try:
        return container().task_views.view(current_actor(), task_id, whole=False)
    except (NotFound, PermissionDenied):
        return None


def _case(case_id: str) -> str:
    try:
        return _of_case(container().case_views.view(current_actor(), case_id))
    except (NotFound, PermissionDenied):
        return _unseen()


def _of_case(view: Any) -> str:
    return str(_("Case %(key)s, %(unit)s", key=view.case.business_key, unit=named(view.unit)))


def _unseen() -> str:
    return str(_("a case that you may not see any more"))
