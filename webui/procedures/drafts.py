"""Drafts: made of a copy or a zip, changed file by file. Every change says on which revision it was made."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from webui.bodies import takes
from webui.container import container
from webui.errors import finding_text
from webui.forms import CommandForm, FileField, Length, RevisionForm, given
from webui.guard import current_actor, needs
from webui.pages import Attempt, done, status
from webui.procedures.area import blueprint
from webui.procedures.versions import EDITABLE, MANIFEST
from webui.settings import MEBIBYTE
from webui.words import kind_name, said
from workflow.errors import NotFound
from workflow.services.procedures.drafts import ChangeVersionFile, CopyVersion, RemoveVersionFile, UploadDraft
from workflow.services.views import Finding

_NOTE = Length(max=400)
LARGEST = 10_000_000
"""Characters of one text: more than any diagram has, less than what would fill a server."""


LARGEST_FILE = 20 * MEBIBYTE


class UploadForm(CommandForm):
    """A whole package."""

    archive = FileField(
        _l("Package (zip file)"),
        [InputRequired()],
        description=_l("A zip with procedure.toml, the BPMN diagram, criteria and rules. It becomes a draft."),
    )
    note = StringField(_l("Note"), [_NOTE], description=_l("What this version is for. Optional."))


class CopyForm(CommandForm):
    """A new draft with another version's files."""

    note = StringField(_l("Note"), [_NOTE], description=_l("What will be changed, for whoever reviews it. Optional."))


class FileForm(RevisionForm):
    """One file of a draft."""

    path = StringField(
        _l("Name in the package"),
        [Length(max=200)],
        description=_l("For example criteria/commune.json. Empty: the name of the uploaded file."),
    )
    file = FileField(_l("File"), [InputRequired()])


class TextForm(RevisionForm):
    """A text file of a draft, edited in the page."""

    content = TextAreaField(_l("Content"), [DataRequired(), Length(max=LARGEST)])


class DiagramForm(RevisionForm):
    """The diagram as the editor sends it."""

    xml = TextAreaField(_l("Diagram"), [DataRequired(), Length(max=LARGEST)])


EDITS = "administer_definitions"


@blueprint.route("/moi", methods=["GET", "POST"])
@takes(file=LARGEST_FILE)
def upload() -> ResponseReturnValue:
    needs(EDITS)
    form = UploadForm()
    if form.validate_on_submit():
        with Attempt(form):
            new = container().drafts.upload(
                current_actor(),
                UploadDraft(archive=form.archive.data.read(), note=form.note.data or "", command_id=form.command),
            )
            return done(_version_page(new), _("The draft has been made."))
    return render_template("procedures/upload.html", form=form), status(form)


@blueprint.route("/<uuid:version_id>/ban-sao", methods=["GET", "POST"])
def copy(version_id: UUID) -> ResponseReturnValue:
    needs(EDITS)
    form = CopyForm()
    if form.validate_on_submit():
        with Attempt(form):
            new = container().drafts.copy(
                current_actor(),
                CopyVersion(version_id=str(version_id), note=form.note.data or "", command_id=form.command),
            )
            return done(_version_page(new), _("The draft has been made."))
    return _page("copy.html", form, version_id)


@blueprint.route("/<uuid:version_id>/them-tep", methods=["GET", "POST"])
@takes(file=LARGEST_FILE)
def put_file(version_id: UUID) -> ResponseReturnValue:
    """Add a file, or replace the one whose name is in the address."""
    needs(EDITS)
    form = _with_revision(FileForm(path=request.args.get("path", "")), version_id)
    if form.validate_on_submit():
        sent = form.file.data
        path = (form.path.data or "").strip() or str(sent.filename or "").replace("\\", "/").rpartition("/")[2]
        with Attempt(form):
            _put(form, version_id, path, sent.read())
            return done(_version_page(version_id), _("%(path)s has been stored.", path=path))
    return _page("file.html", form, version_id)


@blueprint.route("/<uuid:version_id>/sua/<path:path>", methods=["GET", "POST"])
@takes(text=LARGEST)
def edit_text(version_id: UUID, path: str) -> ResponseReturnValue:
    """A text file in a plain text field; it can be checked as part of the whole before it is stored."""
    if not path.endswith(EDITABLE):
        raise NotFound()
    stored = container().definitions.file(current_actor(), str(version_id), path)
    form = _with_revision(TextForm(content=stored.decode("utf-8", errors="replace")), version_id)
    findings: Sequence[Finding] | None = None
    asked = request.form.get("then") == "check"
    if form.validate_on_submit():
        content = _lines_as_stored(given(form.content.data), stored)
        if asked:
            findings = container().definitions.check(current_actor(), str(version_id), {path: content})
        else:
            with Attempt(form):
                _put(form, version_id, path, content)
                here = url_for(".edit_text", version_id=version_id, path=path)
                return done(here, _("%(path)s has been stored.", path=path))
    elif request.method == "GET":
        findings = container().definitions.detail(current_actor(), str(version_id)).findings
    shown = None if findings is None else [finding_text(one) for one in findings if one.file in (path, None)]
    others = 0 if findings is None else len(findings) - len(shown or ())
    return _page("text.html", form, version_id, path=path, findings=shown, others=others, asked=asked)


@blueprint.route("/<uuid:version_id>/so-do", methods=["GET", "POST"])
@takes(text=LARGEST)
def edit_diagram(version_id: UUID) -> ResponseReturnValue:
    """The diagram editor. What the check finds stands in a list and at the elements."""
    needs(EDITS)
    actor = current_actor()
    detail = container().definitions.detail(actor, str(version_id))
    path = request.args.get("path") or next((one for one in detail.paths if one.endswith(".bpmn")), None)
    if path is None or path not in detail.paths or not path.endswith(".bpmn"):
        raise NotFound()
    form = _with_revision(DiagramForm(), version_id)
    if form.validate_on_submit():
        with Attempt(form):
            _put(form, version_id, path, given(form.xml.data).encode())
            return done(url_for(".edit_diagram", version_id=version_id, path=path), _("The diagram has been stored."))
    if form.errors:
        # What was drawn must not be lost: the page shows it as text to keep.
        return _page("diagram_refused.html", form, version_id, path=path)
    findings = [
        {"element": one.element_id if one.file == path else None, "message": finding_text(one)}
        for one in detail.findings
    ]
    if not detail.may_edit:
        raise NotFound()
    return _page("diagram.html", form, version_id, path=path, findings=findings, **_choices(version_id))


@blueprint.route("/<uuid:version_id>/xoa-tep/<path:path>", methods=["GET", "POST"])
def remove_file(version_id: UUID, path: str) -> ResponseReturnValue:
    needs(EDITS)
    form = _with_revision(RevisionForm(), version_id)
    if form.validate_on_submit():
        with Attempt(form):
            container().drafts.remove_file(
                current_actor(),
                RemoveVersionFile(version_id=str(version_id), path=path, revision=form.seen, command_id=form.command),
            )
            return done(_version_page(version_id), _("%(path)s has been removed.", path=path))
    return _page("remove_file.html", form, version_id, path=path, needed=path == MANIFEST)


def _put(form: RevisionForm, version_id: UUID, path: str, content: bytes) -> None:
    container().drafts.change_file(
        current_actor(),
        ChangeVersionFile(
            version_id=str(version_id), path=path, content=content, revision=form.seen, command_id=form.command
        ),
    )


F = TypeVar("F", bound=RevisionForm)


def _with_revision(form: F, version_id: UUID) -> F:
    """Fill in the revision that the page is made from."""
    form.begin(container().definitions.detail(current_actor(), str(version_id)).version.revision)
    return form


def _page(template: str, form: CommandForm, version_id: UUID, **more: Any) -> ResponseReturnValue:
    detail = container().definitions.detail(current_actor(), str(version_id))
    return render_template(f"procedures/{template}", form=form, version=detail.version, detail=detail, **more), status(
        form
    )


def _version_page(version_id: UUID | str) -> str:
    return url_for("procedures.version", version_id=version_id)


def _lines_as_stored(text: str, stored: bytes) -> bytes:
    """Browsers send CRLF: keep the line ends that the file has, so that only what was edited changes."""
    plain = text.replace("\r\n", "\n")
    return (plain.replace("\n", "\r\n") if b"\r\n" in stored else plain).encode()


def _choices(version_id: UUID) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What the properties panel suggests, also while the draft has faults."""
    offered = container().definitions.offered(current_actor(), str(version_id))
    bodies = sorted({role.body for role in offered.roles if role.body not in ("", "subject")})
    levels = ("commune", "district", "province")
    return {
        "roles": [(role.id, said(role.label)) for role in offered.roles],
        "criteria_sets": [(one.key, said(one.title)) for one in offered.criteria_sets],
        "jurisdictions": [
            ("subject", _("the unit itself")),
            *((f"{body}@{level}", f"{kind_name(body)} – {level}") for body in bodies for level in levels),
        ],
    }
