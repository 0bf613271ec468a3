"""Bundles: everything needed to check the record of one thing elsewhere, without this program; and the program that checks them."""

import hashlib
import io
import tempfile
from typing import BinaryIO, cast

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from webui.auditing.area import blueprint
from webui.container import container
from webui.forms import FilterForm, Length
from webui.guard import current_actor
from webui.pages import attachment

_IN_MEMORY = 8 << 20
KINDS = ("campaign", "organisation", "procedure", "accounts")


class SoughtForm(FilterForm):
    """What organisations are sought by."""

    text = StringField(_l("Name of the organisation"), [Optional(), Length(max=100)])


@blueprint.get("/goi")
def bundles() -> ResponseReturnValue:
    """What bundles can be had of within the reader's jurisdiction, and how they are checked."""
    form = SoughtForm(request.args)
    sought = (form.text.data or "").strip() if form.validate() else ""
    present, keys = container().checkpoints.published_keys()
    return render_template(
        "auditing/bundles.html",
        form=form,
        sought=sought,
        offered=container().bundles.offer(current_actor(), sought),
        present_key=present,
        keys=keys,
        verifier=hashlib.sha256(container().bundles.verifier()).hexdigest(),
    )


@blueprint.post("/goi/<kind>/<subject>")
def bundle_of(kind: str, subject: str) -> ResponseReturnValue:
    """Write the bundle of a campaign, an organisation, a procedure or the accounts; that somebody had it is recorded."""
    if kind not in KINDS:
        abort(404)
    return send_bundle(kind, subject)


def send_bundle(kind: str, subject: str) -> ResponseReturnValue:
    """The bundle as a file, once it was written as a whole."""
    # The answer that sends it closes it.
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    written = container().bundles.write_of(kind, subject, file, current_actor())
    file.seek(0)
    return attachment(file, "application/zip", written.filename)


@blueprint.get("/goi/verify.py")
def verifier() -> ResponseReturnValue:
    """The program that checks bundles, to be handed out by another way than the bundles."""
    source = io.BytesIO(container().bundles.verifier())
    return attachment(source, "text/x-python", "verify.py")
