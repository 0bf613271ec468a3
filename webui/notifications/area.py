"""The area's blueprint with its entry in the user's menu, and the page of one's own notifications."""

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from webui.container import container
from webui.guard import current_actor
from webui.navigation import NavItem
from webui.pages import done
from workflow.services.notifications.notifications import ReadNotifications

blueprint = Blueprint("notifications", __name__, url_prefix="/thong-bao")
NAV = (NavItem(endpoint="notifications.index", label=_l("Notifications"), order=20, menu="user"),)


@blueprint.get("")
def index() -> str:
    """What the system has told the person, newest first."""
    actor = current_actor()
    return render_template("notifications/list.html", notifications=container().notifications.list(actor))


@blueprint.post("/da-doc")
def mark_read() -> Response:
    """All notifications have been seen."""
    container().notifications.mark_read(current_actor(), ReadNotifications())
    return done(url_for(".index"))
