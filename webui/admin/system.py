"""The start page of this area, and the state of the installation: audit keys, checkpoints, failed jobs."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.admin.blueprint import blueprint
from webui.auth.guard import current_actor, current_session
from webui.commands import CommandForm, done
from webui.container import container
from workflow.errors import InvalidInput, PermissionDenied

ADMINISTERS = frozenset({"administer_accounts", "administer_organisations", "administer_calendar"})


@blueprint.get("/")
def index() -> ResponseReturnValue:
    permissions = current_session().permissions
    if not permissions & (ADMINISTERS | {"manage_campaigns"}):
        raise PermissionDenied()
    return render_template("admin/index.html", permissions=permissions)


@blueprint.get("/he-thong/")
def system() -> ResponseReturnValue:
    actor = current_actor()
    failed = container().failed_jobs.list(actor)
    present, keys = container().checkpoints.published_keys()
    return render_template("admin/system.html", failed=failed, present=present, keys=keys, form=CommandForm())


@blueprint.post("/he-thong/diem-kiem-tra")
def make_checkpoint() -> ResponseReturnValue:
    checkpoint = container().checkpoints.make(actor=current_actor())
    text = _(
        "A checkpoint has been signed. It covers %(events)s events; its root is %(root)s.",
        events=checkpoint.events,
        root=checkpoint.root,
    )
    return done(url_for("admin.system"), text)


@blueprint.post("/he-thong/viec/<job_id>/thu-lai")
def retry_job(job_id: str) -> ResponseReturnValue:
    form = CommandForm()
    if not form.validate():
        raise InvalidInput()
    container().failed_jobs.retry(current_actor(), job_id, command_id=form.command_id.data)
    return done(url_for("admin.system"), _("The job is tried again."))
