"""What waits for a second person: who asked, what would change, and the second person's yes or no."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField

from webui.accounts.area import blueprint
from webui.accounts.roles import role_labels
from webui.accounts.wishes import said_wishes
from webui.container import container
from webui.forms import REASON, CommandForm, Form, given
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from workflow.services.accounts.requests import (
    ConfirmRequest,
    PrintRequestedLink,
    RefuseRequest,
    RequestView,
    WithdrawRequest,
)


class RefusalForm(CommandForm):
    """Why it is refused."""

    reason = TextAreaField(_l("Reason"), REASON)


@blueprint.get("/cho-xac-nhan/")
def requests() -> ResponseReturnValue:
    actor = current_actor()
    waiting, decided = container().account_requests.waiting(actor), container().account_requests.decided(actor)
    wishes = said_wishes([*waiting, *decided], role_labels())
    return render_template("accounts/requests.html", waiting=waiting, decided=decided, wishes=wishes)


@blueprint.get("/cho-xac-nhan/<uuid:request_id>/")
def account_request(request_id: UUID) -> ResponseReturnValue:
    return _page(container().account_requests.get(current_actor(), str(request_id)))


@blueprint.post("/cho-xac-nhan/<uuid:request_id>/xac-nhan")
def confirm_request(request_id: UUID) -> ResponseReturnValue:
    view, form = container().account_requests.get(current_actor(), str(request_id)), CommandForm()
    if form.validate_on_submit():
        with Attempt(form):
            command = ConfirmRequest(request_id=view.request.id, command_id=form.command)
            container().account_requests.confirm(current_actor(), command)
            return done(_address(view), _("You have confirmed it as the second person."))
    return _page(view, confirm=form)


@blueprint.post("/cho-xac-nhan/<uuid:request_id>/tu-choi")
def refuse_request(request_id: UUID) -> ResponseReturnValue:
    view, form = container().account_requests.get(current_actor(), str(request_id)), RefusalForm()
    if form.validate_on_submit():
        with Attempt(form):
            command = RefuseRequest(request_id=view.request.id, reason=given(form.reason.data), command_id=form.command)
            container().account_requests.refuse(current_actor(), command)
            return done(_address(view), _("You have refused it."))
    return _page(view, refuse=form)


@blueprint.post("/cho-xac-nhan/<uuid:request_id>/rut")
def withdraw_request(request_id: UUID) -> ResponseReturnValue:
    view, form = container().account_requests.get(current_actor(), str(request_id)), CommandForm()
    if form.validate_on_submit():
        with Attempt(form):
            command = WithdrawRequest(request_id=view.request.id, command_id=form.command)
            container().account_requests.withdraw(current_actor(), command)
            return done(url_for(".requests"), _("You have withdrawn it."))
    return _page(view, confirm=form)


@blueprint.post("/cho-xac-nhan/<uuid:request_id>/in")
def print_link(request_id: UUID) -> ResponseReturnValue:
    """The answer to the form itself shows the link: it is nowhere else, and shown this once."""
    view, form = container().account_requests.get(current_actor(), str(request_id)), CommandForm()
    if form.validate_on_submit():
        with Attempt(form):
            command = PrintRequestedLink(request_id=view.request.id, command_id=form.command)
            token = container().account_requests.print_link(current_actor(), command)
            if token is None:
                return done(_address(view), _("This was done before. The link was shown then."))
            names = container().names.users([view.request.prints_for])
            return render_template(
                "accounts/printed_link.html",
                link=url_for(".open_link", token=token, _external=True),
                name=names.get(view.request.prints_for or "", ""),
            )
    return _page(view, confirm=form)


def _page(view: RequestView, confirm: Form | None = None, refuse: Form | None = None) -> ResponseReturnValue:
    own = view.request.asked_by == current_actor().user_id
    failed = confirm if confirm is not None else refuse
    page = render_template(
        "accounts/request.html",
        view=view,
        own=own,
        wish=said_wishes([view], role_labels())[view.request.id],
        form=failed,
        confirm=confirm or CommandForm(formdata=None),
        refuse=refuse or RefusalForm(formdata=None),
    )
    return page, status(failed) if failed is not None else 200


def _address(view: RequestView) -> str:
    return url_for(".account_request", request_id=view.request.id)
