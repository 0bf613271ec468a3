"""Campaigns: listed, planned, opened, closed, their deadlines changed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from webui.campaigns.area import blueprint
from webui.campaigns.roster import BESIDES
from webui.container import container
from webui.forms import NAME, REASON, SHORT_TEXT, CommandForm, RevisionForm, WholeNumberField, choices, given
from webui.guard import current_actor, needs
from webui.i18n import language
from webui.pages import Attempt, attachment, done, page_number, page_of, pages_of, status
from webui.words import CAMPAIGN_STATES, named, role_name, said
from workflow.errors import Doubt, NotFound
from workflow.services.campaigns.campaigns import ChangeDeadline, CloseCampaign, CreateCampaign, OpenCampaign
from workflow.services.campaigns.figures import MOST_STEPS
from workflow.services.views import CampaignRecord, DeadlineRule, VersionRecord

CAMPAIGN_STEPS: dict[str, Any] = {"open": _l("Open the campaign"), "close": _l("Close the campaign")}


def rule_text(rule: DeadlineRule | None, year: int) -> str:
    """How the procedure words a deadline's day, and which day that makes the last one."""
    if rule is None:
        return ""
    month, _sep, day = rule.years.get(year, rule.month_day).partition("-")
    if rule.semantics == "before":
        return str(_("before %(day)s: the last day is the one before it", day=f"{day}/{month}"))
    return str(_("on %(day)s at the latest", day=f"{day}/{month}"))


class CampaignForm(CommandForm):
    """A new campaign."""

    key = SelectField(_l("Procedure"), [InputRequired()])
    year = WholeNumberField(_l("Year"), [InputRequired(), NumberRange(min=2000, max=2100)])
    province = SelectField(_l("Province of the campaign"), [InputRequired()])
    name_vi = StringField(_l("Name in Vietnamese"), NAME)
    name_en = StringField(
        _l("Name in English"), SHORT_TEXT, description=_l("Where it is left empty, the Vietnamese name stands.")
    )
    demonstration = BooleanField(
        _l("Demonstration"),
        description=_l("Outcomes of its cases are made up, and every page that shows them says so."),
    )


class DeadlineForm(RevisionForm):
    """A deadline of a campaign."""

    last_day = DateField(_l("Last day"), [InputRequired()], description=_l("On this day one may still act."))
    remind_days = WholeNumberField(
        _l("Reminder, working days before"), [InputRequired(), NumberRange(min=0, max=250)], description=_l("0: none.")
    )
    escalate_to = SelectField(_l("Role that is told when it is overdue"))
    reason = TextAreaField(_l("Reason"), REASON, description=_l("For example the paper that moves the day."))


PAGE_SIZE = 20
DEADLINES_SHOWN = 6
"""Beside the roster; all of them stand below it."""
STEPS = {"mo": "open", "dong": "close"}


@blueprint.get("/")
def campaigns() -> ResponseReturnValue:
    needs("manage_campaigns")
    actor = current_actor()
    number = page_number()
    found, total = container().campaigns.list(actor, page_of(number, PAGE_SIZE))
    return render_template(
        "campaigns/campaigns.html",
        campaigns=[(one, container().campaign_units.progress(actor, one.id)) for one in found],
        provinces=container().names.organisations(one.province for one in found),
        versions=_versions(),
        states=CAMPAIGN_STATES,
        total=total,
        number=number,
        pages=pages_of(total, PAGE_SIZE),
    )


@blueprint.route("/moi", methods=["GET", "POST"])
def create_campaign() -> ResponseReturnValue:
    needs("manage_campaigns")
    form = CampaignForm()
    form.key.choices = choices(
        {one.key: f"{named(one, 'title')} ({one.key})" for one in _versions().values() if one.published_at}.items()
    )
    form.province.choices = choices((one.id, named(one)) for one in container().names.of_kind("province"))
    if not form.is_submitted():
        form.year.data = container().clock.now().year
    if form.validate_on_submit():
        wanted = CreateCampaign(
            key=given(form.key.data),
            year=given(form.year.data),
            province=given(form.province.data),
            name_vi=given(form.name_vi.data),
            name_en=form.name_en.data or "",
            demonstration=form.demonstration.data,
            command_id=form.command,
        )
        with Attempt(form):
            new = container().campaigns.create(current_actor(), wanted)
            text = _("The campaign has been planned. Check its deadlines, add units, then open it.")
            return done(_page_of(new), text)
    return render_template("campaigns/campaign_new.html", form=form), status(form)


@blueprint.get("/<uuid:campaign_id>/")
def campaign(campaign_id: UUID) -> ResponseReturnValue:
    """The roster by area, and the deadlines beside it."""
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    board, deadlines = container().rosters.board(actor, found.id), deadline_lines(found)
    return render_template(
        "campaigns/campaign.html",
        campaign=found,
        version=_versions().get(found.version_id),
        names=container().names.organisations([found.province]),
        board=board,
        progress=container().campaign_units.progress(actor, found.id),
        deadlines=deadlines,
        next_deadlines=_next(deadlines),
        doubts=_doubts(found),
        states=CAMPAIGN_STATES,
        steps=CAMPAIGN_STEPS,
        besides=BESIDES,
        times=container().figures.times(actor, found.id),
        most_steps=MOST_STEPS,
    )


@blueprint.post("/<uuid:campaign_id>/xuat")
def export(campaign_id: UUID) -> ResponseReturnValue:
    """Roster, figures and times as a spreadsheet; that they were taken out is recorded."""
    made = container().figures.export(current_actor(), str(campaign_id), language())
    return attachment(cast(BinaryIO, made.file), made.media_type, made.filename)


@blueprint.route("/<uuid:campaign_id>/<any(mo, dong):step>", methods=["GET", "POST"])
def move_campaign(campaign_id: UUID, step: str) -> ResponseReturnValue:
    """Open or close a campaign, after a page that says what that means."""
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    form = RevisionForm()
    form.begin(found.revision)
    if form.validate_on_submit():
        campaigns, seen, command = container().campaigns, form.seen, form.command
        with Attempt(form):
            if step == "mo":
                campaigns.open(actor, OpenCampaign(campaign_id=found.id, revision=seen, command_id=command))
            else:
                campaigns.close(actor, CloseCampaign(campaign_id=found.id, revision=seen, command_id=command))
            opened = _("The campaign is open. Units can be started now.")
            return done(_page_of(found.id), opened if step == "mo" else _("The campaign is closed."))
    return render_template(
        "campaigns/campaign_step.html",
        form=form,
        campaign=found,
        step=STEPS[step],
        title=CAMPAIGN_STEPS[STEPS[step]],
        doubts=_doubts(found),
    ), status(form)


@blueprint.route("/<uuid:campaign_id>/han/<deadline_id>", methods=["GET", "POST"])
def change_deadline(campaign_id: UUID, deadline_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    line = next((one for one in deadline_lines(found) if one["id"] == deadline_id), None)
    if line is None:
        raise NotFound()
    form = DeadlineForm(last_day=line["last_day"], remind_days=line["remind_days"], escalate_to=line["escalate_to"])
    form.escalate_to.choices = choices({"": _("nobody"), line["escalate_to"]: line["told"], **line["roles"]}.items())
    form.begin(found.revision)
    if form.validate_on_submit():
        wanted = ChangeDeadline(
            campaign_id=found.id,
            deadline_id=deadline_id,
            last_day=given(form.last_day.data),
            remind_days=given(form.remind_days.data),
            escalate_to=form.escalate_to.data or "",
            reason=given(form.reason.data),
            revision=form.seen,
            confirmed=form.doubts_confirmed,
            command_id=form.command,
        )
        with Attempt(form):
            container().campaigns.change_deadline(actor, wanted)
            return done(_page_of(found.id), _("The deadline has been changed. Running cases follow within a minute."))
    return render_template("campaigns/deadline.html", form=form, campaign=found, deadline=line), status(form)


def _doubts(found: CampaignRecord) -> dict[str, Sequence[Doubt]]:
    """Deadline → what speaks against its last day, while the day can still be changed before anything hangs on it."""
    if found.status != "planned":
        return {}
    said_of = container().campaigns.doubts(current_actor(), found.id)
    return {named(_Bilingual(found.deadlines[key]), "label"): doubts for key, doubts in said_of.items()}


def _page_of(campaign_id: str) -> str:
    return url_for("campaigns.campaign", campaign_id=campaign_id)


def _versions() -> dict[str, VersionRecord]:
    return {view.version.id: view.version for view in container().definitions.list(current_actor())}


def deadline_lines(found: CampaignRecord) -> list[dict[str, Any]]:
    """The campaign's deadlines by day, each with the procedure's rule from which it came."""
    actor = current_actor()
    reminders, days = container().campaigns.reminders(actor, found.id), container().campaigns.days(actor, found.id)
    package = container().definitions.package(actor, found.version_id)
    roles = {role.id: said(role.label) for role in package.roles.values()}
    lines = [
        {
            "id": id_,
            "label": named(_Bilingual(data), "label"),
            "last_day": date.fromisoformat(data["last_day"]),
            "day": days[id_],
            "remind_at": datetime.fromisoformat(data["remind_at"]) if data["remind_at"] else None,
            "remind_days": reminders[id_],
            "escalate_to": data["escalate_to"],
            "told": role_name(data["escalate_to"].partition("@")[0], roles),
            "roles": roles,
            "rule": rule_text(package.deadlines.get(id_), found.year),
        }
        for id_, data in found.deadlines.items()
    ]
    return sorted(lines, key=lambda line: line["last_day"])


def _next(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The one that has passed last, and those that come next."""
    passed = [line for line in lines if line["day"].left.overdue]
    return [*passed[-1:], *lines[len(passed) :]][:DEADLINES_SHOWN]


class _Bilingual:
    """A mapping's keys as attributes."""

    def __init__(self, data: Any) -> None:
        self.__dict__.update(data)
