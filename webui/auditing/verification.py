"""Verification on demand, and the signed checkpoints."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from webui.auditing.area import blueprint
from webui.container import container
from webui.forms import Form
from webui.guard import current_actor
from webui.pages import done, page_number, page_of, pages_of
from workflow.services.auditing.checkpoints import RequestCheckpoint, head_hash
from workflow.services.views import Breach


class VerifyForm(Form):
    """Verification; hashes that were noted elsewhere can be given along."""

    anchors = TextAreaField(
        _l("Hashes of checkpoints that you noted elsewhere"),
        [Optional(), Length(max=20_000)],
        description=_l("Optional, one a line. Verification then also finds that such a checkpoint is gone."),
    )


SHOWN = 20
BREACHES_SHOWN = 500
_CASE = "case:"


@blueprint.get("/kiem-tra")
def verification() -> ResponseReturnValue:
    """What verification is, the button for it, and the checkpoints."""
    return _page(VerifyForm())


@blueprint.post("/kiem-tra")
def verify() -> ResponseReturnValue:
    """Check everything now and show what was found; nothing is kept of it."""
    form = VerifyForm()
    if not form.validate():
        return _page(form), 422
    anchors = (form.anchors.data or "").split()
    begun_at = container().clock.now()
    report = container().verification.verify(anchors, current_actor())
    return _page(form, report=report, begun_at=begun_at, anchors=len(anchors))


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


def _page(form: VerifyForm, **found: Any) -> str:
    number = page_number()
    checkpoints, total = container().checkpoints.newest(current_actor(), page_of(number, SHOWN))
    present, keys = container().checkpoints.published_keys()
    report = found.get("report")
    return render_template(
        "auditing/verification.html",
        form=form,
        checkpoints=[(one, head_hash(one)) for one in checkpoints],
        total=total,
        number=number,
        pages=pages_of(total, SHOWN),
        present_key=present,
        keys=keys,
        report=report,
        breaches=[(breach_text(one), case_of(one)) for one in report.breaches[:BREACHES_SHOWN]] if report else [],
        begun_at=found.get("begun_at"),
        anchors=found.get("anchors", 0),
    )


def breach_text(breach: Breach) -> str:
    """The fault in the session's language."""
    return str(str(_(breach.template)) % breach.params)


def case_of(breach: Breach) -> str | None:
    """The id of the case that the fault is in, or None."""
    stream = str(breach.stream)
    return stream.removeprefix(_CASE) if stream.startswith(_CASE) else None
