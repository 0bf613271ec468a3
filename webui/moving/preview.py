"""The preview: what would become of the chosen cases, and where steps go on that the new version has not."""

from collections.abc import Iterable
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.container import container
from webui.guard import current_actor, current_session
from webui.moving.area import blueprint
from webui.moving.choice import PlanForm, choosing_page
from webui.moving.mapping import Point, mapping_form, points_of
from webui.moving.wish import Asked, asked
from webui.moving.words import READINESS, due_text, place_text, version_text, wait_text
from webui.pages import Attempt, status
from workflow.services.moving.views import Preview


@blueprint.route("/<uuid:version_id>/xem-truoc", methods=["GET", "POST"])
def plan(version_id: UUID) -> ResponseReturnValue:
    """Nothing is changed here; the form goes by POST because many cases do not fit into an address."""
    form = PlanForm()
    with Attempt(form):
        wanted = asked(version_id)
        preview = container().migrations.preview(current_actor(), wanted.wish)
        if request.form.get("then") == "ready":
            wanted = wanted.only(container().migrations.ready_cases(current_actor(), wanted.wish))
            preview = container().migrations.preview(current_actor(), wanted.wish)
        return plan_page(wanted, preview, form)
    return choosing_page(version_id, form)


def plan_page(wanted: Asked, preview: Preview, form: PlanForm, *, insisting: bool = False) -> ResponseReturnValue:
    """`insisting`: every step that is not mapped yet is a fault, for the person wanted to go on."""
    points = points_of(preview, wanted)
    mapping = mapping_form(points, wanted, insisting=insisting)
    form.form_errors.extend(_refused(points) if insisting else ())
    mapping.form_errors.extend(form.form_errors)
    return render_template(
        "moving/plan.html",
        form=form,
        mapping=mapping,
        wanted=wanted,
        preview=preview,
        points=points,
        readiness=READINESS,
        place_text=place_text,
        due_text=due_text,
        wait_text=wait_text,
        version_text=version_text,
        diagrams=(_diagrams(preview.from_version.id), _diagrams(preview.to_version.id)),
        standing=_standing(preview),
        may_read="read_case" in current_session().permissions,
    ), max(status(form), status(mapping))


def _refused(points: Iterable[Point]) -> Iterable[str]:
    """What no mapping can help; the others say so at their fields."""
    if any(not point.options for point in points):
        yield _(
            "Some cases cannot be moved as they stand. Go on with the cases that are ready, or change the new version."
        )


def _diagrams(version_id: str) -> list[str]:
    detail = container().definitions.detail(current_actor(), version_id)
    return [path for path in detail.paths if path.endswith(".bpmn")]


def _standing(preview: Preview) -> list[str]:
    """The old version's nodes where cases stand, for the diagram."""
    return sorted({place.node_id for situation in preview.situations for place in situation.places})
