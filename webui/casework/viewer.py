"""A file of the dossier looked at in the browser: never the file itself, but pictures of its pages that we drew, or its outline."""

from uuid import UUID

from flask import Response as FlaskResponse, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webui.casework.area import blueprint
from webui.casework.pages import note_reading, shows_demonstration
from webui.container import container
from webui.guard import current_actor
from webui.links import safe_path
from workflow.services.casework.files.viewer import USUAL, View


def asked_view(evidence_id: str) -> View:
    """The page of the file that the address asks for, to be shown by `casework/_viewer.html`; any page may have one."""
    page, width = (request.args.get(name, start, type=int) for name, start in (("leaf", 1), ("width", USUAL)))
    view = container().viewer.view(current_actor(), evidence_id, page, width)
    note_reading(view.case.id, view.record)
    return view


@blueprint.get("/minh-chung/<uuid:evidence_id>/xem")
def view_file(evidence_id: UUID) -> ResponseReturnValue:
    """The file's own page."""
    view = asked_view(str(evidence_id))
    back = safe_path(request.args.get("back"), url_for("casework.case", case_id=view.case.id, _anchor="evidence"))
    return render_template(
        "casework/viewer.html", view=view, case=view.case, back=back, demonstration=shows_demonstration(view.case)
    )


@blueprint.get("/minh-chung/<uuid:evidence_id>/trang/<int:page>")
def file_page(evidence_id: UUID, page: int) -> FlaskResponse:
    """The picture of one page, kept in no browser: the next person at the computer need not be one who may see it."""
    viewer = container().viewer
    picture = viewer.picture(current_actor(), str(evidence_id), page, request.args.get("width", USUAL, type=int))
    note_reading(picture.record.case_id, picture.record)
    answer = make_response(viewer.content(picture))
    answer.mimetype = "image/png" if answer.data.startswith(b"\x89PNG") else "image/jpeg"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
