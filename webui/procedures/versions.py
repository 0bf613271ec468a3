"""Procedures and their versions, as they are read and downloaded."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from webui.container import container
from webui.forms import CommandForm, FilterForm, choices
from webui.guard import current_actor, current_session, needs
from webui.pages import Attempt, disposition, done, page_number, page_of, pages_of
from webui.procedures.area import blueprint
from webui.procedures.contents import criteria_of, outline_of
from webui.procedures.words import COMPLETENESS, CRITERION_KINDS, SEMANTICS, STEPS, cases_text
from webui.words import VERSION_STATES
from workflow.errors import DefinitionRejected, NotFound
from workflow.services.procedures.drafts import CheckVersionAgain
from workflow.services.procedures.library import VersionView
from workflow.services.views import Option, VersionRecord


class CompareForm(FilterForm):
    """Two versions to compare."""

    old = SelectField(_l("From"), [InputRequired()])
    new = SelectField(_l("To"), [InputRequired()])


PAGE_SIZE = 50
MANIFEST = "procedure.toml"
EDITABLE = (".toml", ".json", ".dmn", ".bpmn", ".md", ".txt")
TYPES = {".bpmn": "application/xml", ".dmn": "application/xml", ".json": "application/json"}


@blueprint.get("/")
def index() -> ResponseReturnValue:
    actor = current_actor()
    procedures: dict[str, list[VersionView]] = defaultdict(list)
    number = page_number()
    found, total = container().definitions.page(actor, page_of(number, PAGE_SIZE))
    for view in found:
        procedures[view.version.key].append(view)
    people = container().names.users(
        view.version.published_by or view.version.changed_by for views in procedures.values() for view in views
    )
    return render_template(
        "procedures/index.html",
        procedures=[(views, _compare_form(views)) for views in procedures.values()],
        people=people,
        may_edit="administer_definitions" in current_session().permissions,
        states=VERSION_STATES,
        cases_text=cases_text,
        total=total,
        number=number,
        pages=pages_of(total, PAGE_SIZE),
    )


@blueprint.get("/<uuid:version_id>/")
def version(version_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    detail = container().definitions.detail(actor, str(version_id))
    record = detail.version
    return render_template(
        "procedures/version.html",
        detail=detail,
        version=record,
        diagrams=[path for path in detail.paths if path.endswith(".bpmn")],
        people=container().names.users(
            [record.created_by, record.changed_by, record.submitted_by, record.published_by]
        ),
        published=published_before(record),
        may_copy="administer_definitions" in current_session().permissions,
        states=VERSION_STATES,
        steps=[(option, STEPS[option.trigger], _step_page(option, record.id)) for option in detail.options],
        editable=EDITABLE,
        cases_text=cases_text,
        again=CommandForm(),
    )


@blueprint.get("/<uuid:version_id>/kiem-tra")
def check(version_id: UUID) -> ResponseReturnValue:
    """The part of a page that says what the last check found; a script asks for it until nothing is being checked."""
    detail = container().definitions.detail(current_actor(), str(version_id))
    response = make_response(
        render_template("procedures/_check.html", detail=detail, version=detail.version, again=CommandForm())
    )
    if not detail.checking:
        response.headers["HX-Refresh"] = "true"  # what else the page says depends on it
    return response


@blueprint.post("/<uuid:version_id>/kiem-tra")
def check_again(version_id: UUID) -> ResponseReturnValue:
    """Ask for another check, such as after one that could not be carried out."""
    needs("administer_definitions")
    form = CommandForm()
    with Attempt(form):
        container().drafts.check_again(
            current_actor(), CheckVersionAgain(version_id=str(version_id), command_id=form.command)
        )
    return done(url_for(".version", version_id=version_id), _("The version is checked again."))


@blueprint.get("/<uuid:version_id>/noi-dung")
def content(version_id: UUID) -> ResponseReturnValue:
    """Stages, roles, tasks, deadlines and criteria sets in words; a version with faults has only its findings."""
    actor = current_actor()
    detail = container().definitions.detail(actor, str(version_id))
    try:
        outline = outline_of(container().definitions.package(actor, str(version_id)))
    except DefinitionRejected:
        outline = None
    return render_template(
        "procedures/content.html",
        version=detail.version,
        detail=detail,
        again=CommandForm(),
        outline=outline,
        semantics=SEMANTICS,
        completeness=COMPLETENESS,
    )


@blueprint.get("/<uuid:version_id>/bo-tieu-chi/<key>")
def criteria(version_id: UUID, key: str) -> ResponseReturnValue:
    actor = current_actor()
    package = container().definitions.package(actor, str(version_id))
    if key not in package.criteria_sets:
        raise NotFound()
    return render_template(
        "procedures/criteria.html",
        version_id=str(version_id),
        procedure=package.title,
        criteria=criteria_of(package.criteria_sets[key]),
        kinds=CRITERION_KINDS,
    )


@blueprint.get("/<uuid:version_id>/tep/<path:path>")
def file(version_id: UUID, path: str) -> ResponseReturnValue:
    """One file, byte for byte, never shown by the browser itself."""
    content_ = container().definitions.file(current_actor(), str(version_id), path)
    suffix = path[path.rfind(".") :]
    return _download(content_, path.rpartition("/")[2], TYPES.get(suffix, "application/octet-stream"))


@blueprint.get("/<uuid:version_id>/tai-ve")
def archive(version_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    content_ = container().definitions.archive(actor, str(version_id))
    record = container().definitions.detail(actor, str(version_id)).version
    return _download(content_, f"{record.key}-{record.version}.zip", "application/zip")


def _download(content_: bytes, name: str, kind: str) -> Response:
    response = Response(content_, mimetype=kind)
    response.headers["Content-Disposition"] = disposition(name)
    return response


def _step_page(option: Option, version_id: str) -> str | None:
    return url_for(f".{option.trigger}", version_id=version_id) if option.allowed else None


def published_before(record: VersionRecord) -> VersionRecord | None:
    """The version that this one would be compared with: a former published one, of the same first day before any other."""
    views = container().definitions.list(current_actor(), record.key)
    others = [view.version for view in views if view.version.published_at and view.version.version < record.version]
    return min(others, key=lambda one: one.effective_from != record.effective_from, default=None)


def _compare_form(views: Sequence[VersionView]) -> CompareForm | None:
    if len(views) < 2:
        return None
    form = CompareForm(prefix="")
    options = choices((view.version.id, f"{view.version.version} ({view.version.label})") for view in views)
    for field, chosen in ((form.old, views[1]), (form.new, views[0])):
        field.choices = options
        field.data = chosen.version.id
        field.id = f"{field.name}-{views[0].version.key}"
        field.label.field_id = field.id
    return form
