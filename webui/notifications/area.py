"""The area's blueprint with its entry in the user's menu, the bell on every page, and the page of one's own notifications."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from werkzeug.wrappers import Response

from webui.container import container
from webui.forms import Form
from webui.guard import current_actor
from webui.navigation import NavItem, head_of_page, signed_in_user
from webui.pages import done, page_number
from workflow.services.notifications.notifications import PAGE_SIZE, ReadNotifications
from workflow.services.views import NotificationRecord

blueprint = Blueprint("notifications", __name__, url_prefix="/thong-bao")
NAV = (NavItem(endpoint="notifications.index", label=_l("Notifications"), order=20, menu="user"),)
MOST_PAGES = 500
"""Nobody leafs further."""


def init_app(app: Flask) -> None:
    """Offer `bell` to every template: the words and the number beside the person's name, or None."""
    app.jinja_env.globals["bell"] = bell


def bell() -> dict[str, Any] | None:
    """How many notifications the signed-in person has not read: as a number, and in words for who does not see it."""
    user = signed_in_user()
    if user is None:
        return None
    found = head_of_page(user.actor).unread
    words = ngettext("%(num)d unread notification", "%(num)d unread notifications", found.number)
    if found.more:
        words = _("More than %(number)s unread notifications", number=found.number)
    return {"number": found.words, "words": words, "href": url_for("notifications.index")}


@blueprint.get("")
def index() -> str:
    """What the system has told the person, newest first, page by page."""
    number = page_number(MOST_PAGES)
    found = container().notifications.list(current_actor(), PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    return render_template(
        "notifications/list.html",
        notifications=found[:PAGE_SIZE],
        number=number,
        has_next=len(found) > PAGE_SIZE and number < MOST_PAGES,
    )


@blueprint.get("/<uuid:notification_id>")
def one(notification_id: UUID) -> ResponseReturnValue:
    """Lead to what it is about; from now on it counts as read."""
    return redirect(_leads_to(container().notifications.open(current_actor(), str(notification_id))), 303)


@blueprint.post("/da-doc")
def mark_read() -> Response:
    """Those that the page showed have been seen."""
    Form().validate()
    shown = [str(key) for key in request.form.getlist("shown", type=UUID)][:PAGE_SIZE]
    container().notifications.mark_read(current_actor(), ReadNotifications(notification_ids=shown))
    return done(url_for(".index", page=page_number(MOST_PAGES)))


def _leads_to(told: NotificationRecord) -> str:
    if told.about == "inquiry" and told.about_id:
        return url_for("casework.inquiry", inquiry_id=told.about_id)
    if told.task_id:
        return url_for("casework.task", task_id=told.task_id)
    if told.case_id:
        return url_for("casework.case", case_id=told.case_id)
    if told.about == "version" and told.about_id:
        return url_for("procedures.version", version_id=told.about_id)
    if told.about == "request" and told.about_id:
        return url_for("accounts.account_request", request_id=told.about_id)
    if told.about == "account":
        return url_for("accounts.own_account")
    return url_for(".index")
