"""The way of a version: handed in, returned, published by a second person, retired; and what changed between two."""

from collections import defaultdict
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from webui.container import container
from webui.errors import finding_text
from webui.forms import RevisionForm, choices
from webui.guard import current_actor
from webui.pages import REFUSALS, done, refuse, status
from webui.procedures.area import blueprint
from webui.procedures.versions import CompareForm, published_before
from webui.procedures.words import CHANGES, STATES, STEPS, SUBJECTS, cases_text, property_text
from workflow.errors import DefinitionRejected, WorkflowError

_REASON = Length(max=2000)


class ReasonForm(RevisionForm):
    """A step that needs a reason."""

    reason = TextAreaField(_l("Reason"), [DataRequired(), _REASON])


@blueprint.route("/<uuid:version_id>/trinh-tham-dinh", methods=["GET", "POST"])
def submit(version_id: Any) -> ResponseReturnValue:
    return _step("submit", RevisionForm(), version_id, _("The version waits for a reviewer."))


@blueprint.route("/<uuid:version_id>/ban-hanh", methods=["GET", "POST"])
def publish(version_id: Any) -> ResponseReturnValue:
    return _step("publish", RevisionForm(), version_id, _("The version has been published."))


@blueprint.route("/<uuid:version_id>/tra-lai", methods=["GET", "POST"])
def return_to_draft(version_id: Any) -> ResponseReturnValue:
    return _step("return_to_draft", ReasonForm(), version_id, _("The version is a draft again."))


@blueprint.route("/<uuid:version_id>/ngung-dung", methods=["GET", "POST"])
def retire(version_id: Any) -> ResponseReturnValue:
    return _step("retire", ReasonForm(), version_id, _("The version has been retired."))


@blueprint.get("/so-sanh")
def comparison() -> ResponseReturnValue:
    """What changed between two versions, by what kind of thing it is."""
    actor = current_actor()
    views = container().definitions.list(actor)
    form = CompareForm(request.args)
    options = choices((view.version.id, _version_name(view.version)) for view in views)
    form.old.choices = form.new.choices = options
    groups, failed = None, None
    if request.args and form.validate():
        try:
            groups = _grouped(container().definitions.compare(actor, form.old.data, form.new.data))
        except DefinitionRejected as error:
            failed = [finding_text(one) for one in error.findings]
    versions = {view.version.id: view.version for view in views}
    return render_template(
        "procedures/comparison.html",
        form=form,
        old=versions.get(form.old.data),
        new=versions.get(form.new.data),
        groups=groups,
        failed=failed,
        subjects=SUBJECTS,
        kinds=CHANGES,
        property_text=property_text,
    )


def _step(trigger: str, form: Any, version_id: Any, message: str) -> ResponseReturnValue:
    """One page for each step: what it means, the reason where one is needed, one button."""
    actor = current_actor()
    detail = container().definitions.detail(actor, str(version_id))
    if not form.is_submitted():
        form.revision.data = str(detail.version.revision)
    if form.validate_on_submit():
        reason = {"reason": form.reason.data} if isinstance(form, ReasonForm) else {}
        act = getattr(container().publishing, trigger)
        try:
            act(actor, str(version_id), revision=int(form.revision.data), command_id=form.command_id.data, **reason)
        except REFUSALS as error:
            refuse(form, error)
        else:
            return done(url_for("procedures.version", version_id=version_id), message)
    return _step_page(trigger, form, detail, actor), status(form)


def _step_page(trigger: str, form: Any, detail: Any, actor: Any) -> str:
    refusal = next((option.refusal for option in detail.options if option.trigger == trigger), None)
    earlier = published_before(actor, detail.version)
    return render_template(
        "procedures/step.html",
        trigger=trigger,
        title=STEPS[trigger],
        form=form,
        detail=detail,
        version=detail.version,
        refusal=refusal,
        earlier=earlier,
        changed=_number_of_changes(actor, earlier, detail.version) if trigger in ("submit", "publish") else None,
        replaced=_replaced(actor, detail.version) if trigger == "publish" else [],
        states=STATES,
        cases_text=cases_text,
    )


def _replaced(actor: Any, version: Any) -> list[Any]:
    """Published versions in force on some of the same days: new campaigns of those days take the newest instead."""
    last = version.effective_to or date.max
    return [
        view.version
        for view in container().definitions.list(actor, version.key)
        if view.version.published_at is not None
        and view.version.retired_at is None
        and view.version.effective_from <= last
        and version.effective_from <= (view.version.effective_to or date.max)
    ]


def _number_of_changes(actor: Any, earlier: Any, version: Any) -> int | None:
    if earlier is None:
        return None
    try:
        return len(container().definitions.compare(actor, earlier.id, version.id))
    except WorkflowError:
        return None


def _grouped(changes: Any) -> dict[str, list[Any]]:
    """Subject → changed things, each with its changes together."""
    groups: dict[str, dict[tuple[str, str, str], list[Any]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        groups[change.subject][(change.kind, change.id, change.name)].append(change)
    return {
        subject: [
            {"kind": kind, "id": id_, "name": name, "changes": found} for (kind, id_, name), found in things.items()
        ]
        for subject, things in groups.items()
    }


def _version_name(version: Any) -> str:
    return f"{version.key} – {version.version} ({version.label or STATES[version.status][0]})"
