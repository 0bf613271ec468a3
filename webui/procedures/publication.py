"""The way of a version: handed in, returned, published by a second person, retired; and what changed between two."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField

from webui.container import container
from webui.errors import finding_text
from webui.forms import REASON, CommandForm, RevisionForm, choices, given
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from webui.procedures.area import blueprint
from webui.procedures.contents import outline_of
from webui.procedures.versions import CompareForm, published_before
from webui.procedures.words import CHANGES, COMPLETENESS, STEPS, SUBJECTS, cases_text, property_text
from webui.words import VERSION_STATES
from workflow.errors import DefinitionRejected, WorkflowError
from workflow.services.procedures.library import VersionDetail
from workflow.services.procedures.publication import PublishVersion, RetireVersion, ReturnVersion, SubmitVersion
from workflow.services.procedures.roles import RoleGain, tasks_told
from workflow.services.views import Change, VersionRecord


class ReasonForm(RevisionForm):
    """A step that needs a reason."""

    reason = TextAreaField(_l("Reason"), REASON)


@blueprint.route("/<uuid:version_id>/trinh-tham-dinh", methods=["GET", "POST"])
def submit(version_id: UUID) -> ResponseReturnValue:
    return _step("submit", RevisionForm(), version_id, _("The version waits for a reviewer."))


@blueprint.route("/<uuid:version_id>/ban-hanh", methods=["GET", "POST"])
def publish(version_id: UUID) -> ResponseReturnValue:
    return _step("publish", RevisionForm(), version_id, _("The version has been published."))


@blueprint.route("/<uuid:version_id>/tra-lai", methods=["GET", "POST"])
def return_to_draft(version_id: UUID) -> ResponseReturnValue:
    return _step("return_to_draft", ReasonForm(), version_id, _("The version is a draft again."))


@blueprint.route("/<uuid:version_id>/ngung-dung", methods=["GET", "POST"])
def retire(version_id: UUID) -> ResponseReturnValue:
    return _step("retire", ReasonForm(), version_id, _("The version has been retired."))


@blueprint.get("/so-sanh")
def comparison() -> ResponseReturnValue:
    """What changed between two versions, by what kind of thing it is."""
    actor = current_actor()
    views = container().definitions.list(actor)
    form = CompareForm(request.args)
    options = choices((view.version.id, _version_name(view.version)) for view in views)
    form.old.choices = form.new.choices = options
    groups, failed, gains = None, None, []
    if request.args and form.validate():
        try:
            groups = _grouped(container().definitions.compare(actor, form.old.data, form.new.data))
            gains = list(container().definitions.gains(actor, form.old.data, form.new.data))
            _describe(groups.get("node", []), form.new.data)
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
        gains=gains,
        tasks_told=tasks_told,
        completeness=COMPLETENESS,
        subjects=SUBJECTS,
        kinds=CHANGES,
        property_text=property_text,
    )


def _step(trigger: str, form: RevisionForm, version_id: UUID, message: str) -> ResponseReturnValue:
    """One page for each step: what it means, the reason where one is needed, one button."""
    actor = current_actor()
    detail = container().definitions.detail(actor, str(version_id))
    form.begin(detail.version.revision)
    if form.validate_on_submit():
        with Attempt(form):
            _carry_out(trigger, str(version_id), form)
            return done(url_for(".version", version_id=version_id), message)
    return _step_page(trigger, form, detail), status(form)


def _carry_out(trigger: str, version_id: str, form: RevisionForm) -> None:
    actor, publishing = current_actor(), container().publishing
    asked: dict[str, Any] = {"version_id": version_id, "revision": form.seen, "command_id": form.command}
    if isinstance(form, ReasonForm):
        asked["reason"] = given(form.reason.data)
    match trigger:
        case "submit":
            publishing.submit(actor, SubmitVersion(**asked))
        case "publish":
            publishing.publish(actor, PublishVersion(**asked, confirmed=form.doubts_confirmed))
        case "return_to_draft":
            publishing.return_to_draft(actor, ReturnVersion(**asked))
        case "retire":
            publishing.retire(actor, RetireVersion(**asked))


def _step_page(trigger: str, form: RevisionForm, detail: VersionDetail) -> str:
    refusal = next((option.refusal for option in detail.options if option.trigger == trigger), None)
    earlier = published_before(detail.version)
    return render_template(
        "procedures/step.html",
        trigger=trigger,
        title=STEPS[trigger],
        form=form,
        detail=detail,
        version=detail.version,
        refusal=refusal,
        earlier=earlier,
        changed=_number_of_changes(earlier, detail.version) if trigger in ("submit", "publish") else None,
        replaced=_replaced(detail.version) if trigger == "publish" else [],
        gains=_gains(detail.version) if trigger in ("submit", "publish") else [],
        tasks_told=tasks_told,
        states=VERSION_STATES,
        cases_text=cases_text,
        again=CommandForm(),
    )


def _gains(version: VersionRecord) -> list[RoleGain]:
    """What people to whom other procedures gave a role could do newly: to be confirmed when it is published."""
    try:
        found = container().definitions.gains(current_actor(), None, version.id)
    except DefinitionRejected:
        return []  # its faults are listed on the page
    return [one for one in found if one.asked]


def _replaced(version: VersionRecord) -> list[VersionRecord]:
    """Published versions in force on some of the same days: new campaigns of those days take the newest instead."""
    last = version.effective_to or date.max
    return [
        view.version
        for view in container().definitions.list(current_actor(), version.key)
        if view.version.published_at is not None
        and view.version.retired_at is None
        and view.version.effective_from <= last
        and version.effective_from <= (view.version.effective_to or date.max)
    ]


def _number_of_changes(earlier: VersionRecord | None, version: VersionRecord) -> int | None:
    if earlier is None:
        return None
    try:
        return len(container().definitions.compare(current_actor(), earlier.id, version.id))
    except WorkflowError:
        return None


def _grouped(changes: Iterable[Change]) -> dict[str, list[dict[str, Any]]]:
    """Subject → changed things, each with its changes together."""
    groups: dict[str, dict[tuple[str, str, str], list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        groups[change.subject][(change.kind, change.id, change.name)].append(change)
    return {
        subject: [
            {"kind": kind, "id": id_, "name": name, "changes": found, "task": None}
            for (kind, id_, name), found in things.items()
        ]
        for subject, things in groups.items()
    }


def _describe(nodes: list[dict[str, Any]], version_id: str) -> None:
    """Add to each task that is new who does it, where, until when and with which outcomes."""
    rows = {row.id: row for row in outline_of(container().definitions.package(current_actor(), version_id)).tasks}
    for node in nodes:
        node["task"] = rows.get(node["id"]) if node["kind"] == "added" else None


def _version_name(version: VersionRecord) -> str:
    return f"{version.key} – {version.version} ({version.label or VERSION_STATES[version.status][0]})"
