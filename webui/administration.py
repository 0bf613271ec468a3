"""The start page of the administration, and the state of the installation: alarms, audit keys, checkpoints, failed jobs."""

from flask import Blueprint, Flask, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from webui.container import container
from webui.forms import CommandForm
from webui.guard import current_actor, current_session
from webui.navigation import NavItem, add
from webui.pages import done
from webui.upkeep.alarms import PARTS, job_error, job_kind, standing, text_of
from workflow.errors import InvalidInput, PermissionDenied
from workflow.services.auditing.checkpoints import RequestCheckpoint
from workflow.services.casework.operations import RetryJob

blueprint = Blueprint("administration", __name__, url_prefix="/quan-tri")
NAV = (
    NavItem(
        endpoint="administration.index",
        label=_l("Administration"),
        order=70,
        visible=lambda user: user.can("administer_accounts"),
    ),
)
ADMINISTERS = frozenset({"administer_accounts", "administer_organisations", "administer_calendar"})


def init_app(app: Flask) -> None:
    """Add the pages and their entry in the navigation."""
    app.register_blueprint(blueprint)
    add(app, NAV)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    permissions = current_session().permissions
    if not permissions & (ADMINISTERS | {"manage_campaigns"}):
        raise PermissionDenied()
    return render_template("administration/index.html", permissions=permissions)


@blueprint.get("/he-thong/")
def system() -> ResponseReturnValue:
    actor = current_actor()
    failed = container().failed_jobs.list(actor)
    checkpoints = container().checkpoints
    present, keys = checkpoints.published_keys()
    return render_template(
        "administration/system.html",
        failed=failed,
        present=present,
        keys=keys,
        warnings=checkpoints.warnings(actor),
        form=CommandForm(),
        alarms=standing(),
        parts=container().alarms.parts(actor),
        part_names=PARTS,
        part_text=text_of,
        job_kind=job_kind,
        job_error=job_error,
    )


@blueprint.post("/he-thong/diem-kiem-tra")
def make_checkpoint() -> ResponseReturnValue:
    checkpoint = container().checkpoints.make(current_actor(), RequestCheckpoint())
    text = _(
        "A checkpoint has been signed. It covers %(events)s events; its root is %(root)s.",
        events=checkpoint.events,
        root=checkpoint.root,
    )
    return done(url_for("administration.system"), text)


@blueprint.post("/he-thong/viec/<job_id>/thu-lai")
def retry_job(job_id: str) -> ResponseReturnValue:
    form = CommandForm()
    if not form.validate():
        raise InvalidInput()
    container().failed_jobs.retry(current_actor(), RetryJob(job_id=job_id, command_id=form.command))
    return done(url_for("administration.system"), _("The job is tried again."))
