"""My tasks, my groups' tasks, what has been escalated to me; and my notifications."""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from webui import texts
from webui.auth.guard import current_actor
from webui.container import container
from webui.inbox.forms import InboxFilterForm
from webui.links import url_if
from webui.navigation import NavItem
from workflow.ids import new_id
from workflow.services.casework.inbox import DUE, PAGE_SIZE, TABS
from workflow.services.ground.listings import InboxFilter, Page

MOST_PAGES = 500
"""Nobody leafs further; filters find it sooner."""

blueprint = Blueprint("inbox", __name__)
NAV = (
    NavItem(
        endpoint="inbox.index",
        label=_l("My tasks"),
        order=10,
        visible=lambda user: user.can("act") or user.can("manage_tasks"),
    ),
    NavItem(endpoint="inbox.notifications", label=_l("Notifications"), order=20, menu="user"),
)


def init_app(app: Flask) -> None:
    """Offer the texts of data to templates, and the start page."""
    texts.init_app(app)
    app.add_url_rule("/", "start", start)


def start() -> Response:
    """Go to the page where the person's work begins."""
    user = current_user
    if user.can("act") or user.can("manage_tasks"):
        return redirect(url_for("inbox.index"), 303)
    for permission, endpoint in (("audit", "audit.index"), ("read_definitions", "definitions.index")):
        if user.can(permission) and (address := url_if(endpoint)):
            return redirect(address, 303)
    return redirect(url_for("auth.account"), 303)


@blueprint.get("/nhiem-vu")
def index() -> str:
    """The inbox: the tab, the filters, the order and the page stand in the address."""
    actor = current_actor()
    form = InboxFilterForm(request.args)
    form.offer(container().inbox.choices(actor))
    form.validate()
    number = _page_number()
    where = _filter(form)
    found = container().inbox.page(actor, where, Page(limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE))
    return render_template(
        "inbox/index.html",
        form=form,
        where=where,
        found=found,
        number=number,
        unread=container().notifications.unread(actor),
        command_id=new_id,
        manager=current_user.can("operate"),
    )


@blueprint.get("/thong-bao")
def notifications() -> str:
    """What the system has told the person, newest first."""
    actor = current_actor()
    return render_template("inbox/notifications.html", notifications=container().notifications.list(actor))


@blueprint.post("/thong-bao/da-doc")
def mark_read() -> Response:
    """All notifications have been seen."""
    container().notifications.mark_read(current_actor())
    return redirect(url_for("inbox.notifications"), 303)


def _filter(form: InboxFilterForm) -> InboxFilter:
    data = form.data
    return InboxFilter(
        tab=data["tab"] if data["tab"] in TABS else "mine",
        key=data["procedure"] or None,
        stage=data["stage"] or None,
        unit_id=data.get("unit") or None,
        due=data["until"].isoformat() if data["until"] else data["due"] if data["due"] in DUE else None,
        text=(data["text"] or "").strip()[:100] or None,
        descending=data["sort"] == "-due",
    )


def _page_number() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
