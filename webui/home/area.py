"""The first page of a person, its entry in the navigation, and the address that leads to where the work begins."""

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from webui.casework.inbox import ahead_of
from webui.container import container
from webui.guard import current_actor
from webui.navigation import NavItem
from webui.pages import page_number, page_of, pages_of
from webui.upkeep.alarms import text_of

blueprint = Blueprint("home", __name__)
NAV = (NavItem(endpoint="home.index", label=_l("Home"), order=5),)


PAGE_SIZE = 50


def init_app(app: Flask) -> None:
    """Offer the address of the whole site."""
    app.add_url_rule("/", "start", start)


def start() -> Response:
    """Where the person's work begins: the queue where something waits in it, else the first page."""
    waits = container().home.has_work(current_actor())
    return redirect(url_for("casework.inbox" if waits else "home.index"), 303)


@blueprint.get("/trang-dau")
def index() -> str:
    """The blocks that the service gives this person."""
    actor = current_actor()
    home = container().home.read(actor)
    return render_template(
        "home/home.html",
        home=home,
        ahead=ahead_of(home.next, actor.user_id),
        me=actor.user_id,
        alarm_text=text_of,
    )


@blueprint.get("/trang-dau/qua-han")
def late() -> str:
    """Every step that is late where the person may read, those due last first: what the number of the first page counts."""
    number = page_number()
    found = container().home.late(current_actor(), page_of(number, PAGE_SIZE))
    return render_template("home/late.html", late=found, number=number, pages=pages_of(found.total, PAGE_SIZE))
