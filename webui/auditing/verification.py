"""Verification on demand, and the signed checkpoints."""

import io
from datetime import datetime
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Optional

from webui.auditing.area import blueprint
from webui.container import container
from webui.format import ZONE
from webui.forms import CommandForm, Length
from webui.guard import current_actor
from webui.i18n import language
from webui.pages import Attempt, attachment, done, page_number, page_of, pages_of, status
from workflow.services.auditing.checkpoints import RequestCheckpoint, head_hash
from workflow.services.auditing.reports import RequestVerification


class VerifyForm(CommandForm):
    """Verification; hashes that were noted elsewhere can be given along."""

    anchors = TextAreaField(
        _l("Hashes of checkpoints that you noted elsewhere"),
        [Optional(), Length(max=20_000)],
        description=_l("Optional, one a line. Verification then also finds that such a checkpoint is gone."),
    )


SHOWN = 20
NEWEST = 10
BREACHES_SHOWN = 500
_CASE = "case:"


@blueprint.get("/kiem-tra")
def verification() -> ResponseReturnValue:
    """What verification is, the button for it, and the checkpoints."""
    return _page(VerifyForm())


@blueprint.post("/kiem-tra")
def verify() -> ResponseReturnValue:
    """Have everything checked by the worker: with much data that takes longer than a page may."""
    form = VerifyForm()
    if not form.validate():
        return _page(form), 422
    anchors = tuple((form.anchors.data or "").split())
    with Attempt(form):
        container().reports.request(current_actor(), RequestVerification(anchors=anchors, command_id=form.command))
        text = _(
            "The verification has been asked for. You will be notified of the result, and its report will be listed here."
        )
        return done(url_for(".verification"), text)
    return _page(form), status(form)


@blueprint.get("/kiem-tra/<uuid:verification_id>")
def report(verification_id: UUID) -> ResponseReturnValue:
    """The report of a verification, to be read and printed."""
    told = container().reports.get(current_actor(), str(verification_id)).content
    breaches = told["breaches"][:BREACHES_SHOWN]
    return render_template(
        "auditing/report.html",
        report=told,
        begun_at=_instant(told["begun_at"]),
        ended_at=_instant(told["ended_at"]),
        breaches=[(one["message" if language() == "en" else "message_vi"], case_of(one["stream"])) for one in breaches],
    )


@blueprint.get("/kiem-tra/<uuid:verification_id>/bao-cao")
def signed_report(verification_id: UUID) -> ResponseReturnValue:
    """The same as a signed file."""
    told = container().reports.get(current_actor(), str(verification_id))
    name = f"{_('verification')}-{_instant(told.content['begun_at']).astimezone(ZONE):%Y%m%d-%H%M}.zip"
    return attachment(io.BytesIO(told.file), "application/zip", name)


@blueprint.post("/diem-kiem-soat")
def make_checkpoint() -> ResponseReturnValue:
    """Sign a checkpoint over everything recorded so far."""
    made = container().checkpoints.make(current_actor(), RequestCheckpoint())
    text = _(
        "A checkpoint was signed over %(events)s events. Note its hash elsewhere: %(hash)s",
        events=made.events,
        hash=head_hash(made),
    )
    return done(url_for(".verification"), text)


@blueprint.get("/bao-cao")
def reports() -> ResponseReturnValue:
    """All reports, newest first."""
    number = page_number()
    found, total = container().reports.list(current_actor(), page_of(number, SHOWN))
    return render_template(
        "auditing/reports.html",
        reports=found,
        people=container().names.users(one.asked_by for one in found),
        number=number,
        pages=pages_of(total, SHOWN),
        total=total,
    )


def _page(form: VerifyForm) -> str:
    actor, number = current_actor(), page_number()
    checkpoints, total = container().checkpoints.newest(actor, page_of(number, SHOWN))
    newest, reported = container().reports.list(actor, page_of(1, NEWEST))
    present, keys = container().checkpoints.published_keys()
    waiting = container().reports.open(actor)
    return render_template(
        "auditing/verification.html",
        form=form,
        checkpoints=[(one, head_hash(one)) for one in checkpoints],
        total=total,
        number=number,
        pages=pages_of(total, SHOWN),
        reports=[*waiting, *newest],
        reported=reported,
        people=container().names.users(one.asked_by for one in (*waiting, *newest)),
        present_key=present,
        keys=keys,
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def case_of(stream: str) -> str | None:
    """The id of the case that a fault in the stream is about, or None."""
    return stream.removeprefix(_CASE) if stream.startswith(_CASE) else None
