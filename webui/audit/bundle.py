"""The bundle of one case: everything needed to check it elsewhere, without this program."""

import tempfile
from uuid import UUID

from flask import render_template, send_file
from flask.typing import ResponseReturnValue

from webui.audit.blueprint import blueprint
from webui.audit.case import open_case
from webui.auth.guard import current_actor
from webui.container import container

_IN_MEMORY = 8 << 20


@blueprint.get("/ho-so/<uuid:case_id>/goi")
def bundle(case_id: UUID) -> ResponseReturnValue:
    """What a bundle is, how to check one, and the button that writes it."""
    present, keys = container().checkpoints.published_keys()
    return render_template("audit/bundle.html", opened=open_case(case_id), present_key=present, keys=keys)


@blueprint.post("/ho-so/<uuid:case_id>/goi")
def download_bundle(case_id: UUID) -> ResponseReturnValue:
    """Write it; that somebody had it is recorded in the case."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by the answer that sends it
    case = container().bundles.write(str(case_id), file, current_actor())
    file.seek(0)
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=f"{case.business_key}.zip")
