"""My tasks, my groups' tasks, what has been escalated to me."""

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Optional

from webui.casework.area import blueprint
from webui.container import container
from webui.forms import FilterForm, Length, choices
from webui.guard import current_actor
from webui.links import url_if
from webui.pages import page_number, page_of
from webui.words import named, said
from workflow.ids import new_id
from workflow.services.casework.inbox import DUE, PAGE_SIZE, TABS, Choices
from workflow.services.views import InboxFilter

DUE_DATES = {
    "overdue": _l("Overdue"),
    "today": _l("Due today"),
    "soon": _l("Due within 5 working days"),
    "week": _l("Due this week"),
}


class InboxFilterForm(FilterForm):
    """Every field may be left empty."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    unit = SelectField(_l("Unit"), validate_choice=False)
    due = SelectField(_l("Due date"), validate_choice=False, description=_l("What is overdue is shown as well."))
    until = DateField(_l("Due until"), [Optional()], description=_l("Counts instead of the list beside it."))
    tab = HiddenField()
    sort = HiddenField()

    def offer(self, found: Choices) -> None:
        """Fill the lists; a list with nothing to choose from is left out."""
        everything = ("", _l("All"))
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in found.procedures.items())])
        self.stage.choices = choices([everything, *((key, said(one)) for key, one in found.stages.items())])
        self.due.choices = choices([everything, *DUE_DATES.items()])
        self.unit.choices = choices([everything, *((key, named(one)) for key, one in found.units.items())])
        if not found.units and not self.unit.data:
            del self.unit


MOST_PAGES = 500
"""Nobody leafs further; filters find it sooner."""


def init_app(app: Flask) -> None:
    """Offer the start page."""
    app.add_url_rule("/", "start", start)


def start() -> Response:
    """Go to the page where the person's work begins."""
    user = current_user
    if user.can("act") or user.can("manage_tasks"):
        return redirect(url_for("casework.inbox"), 303)
    for permission, endpoint in (
        ("audit", "auditing.index"),
        ("inspect", "auditing.index"),
        ("read_definitions", "procedures.index"),
    ):
        if user.can(permission) and (address := url_if(endpoint)):
            return redirect(address, 303)
    return redirect(url_for("accounts.own_account"), 303)


@blueprint.get("/nhiem-vu")
def inbox() -> str:
    """The inbox: the tab, the filters, the order and the page stand in the address."""
    actor = current_actor()
    form = InboxFilterForm(request.args)
    form.offer(container().inbox.choices(actor))
    form.validate()
    number = page_number(MOST_PAGES)
    where = _filter(form)
    found = container().inbox.page(actor, where, page_of(number, PAGE_SIZE))
    return render_template(
        "casework/inbox.html",
        form=form,
        where=where,
        found=found,
        number=number,
        command_id=new_id,
        manager=current_user.can("operate"),
    )


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
