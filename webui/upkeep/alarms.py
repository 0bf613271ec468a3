"""Alarms on the state of the installation: what stands, who has seen it, who is told; test mails."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import SelectMultipleField

from webui.container import container
from webui.errors import translated
from webui.format import at
from webui.forms import CommandForm, choices
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from webui.upkeep.area import blueprint
from workflow.errors import InvalidInput
from workflow.services.upkeep.alarms import NameAlarmRecipients, Part, SeeAlarm, Standing
from workflow.services.upkeep.mail_trials import TryMail

JOB_KINDS = {
    "mail": _l("a mail"),
    "checkpoint": _l("a signed checkpoint"),
    "timer": _l("a deadline or timer of a case"),
    "service": _l("an automatic step of a case"),
    "remind": _l("a reminder"),
    "escalate": _l("an escalation"),
    "campaign-start": _l("the start of a case of a campaign"),
    "campaign-reschedule": _l("the new deadlines of a campaign"),
    "case-reschedule": _l("the new deadlines of a case"),
    "migrate-case": _l("the move of a case to another version"),
    "revert-case": _l("the taking back of a move"),
    "signal": _l("a signal"),
    "signal-case": _l("a signal to a case"),
    "message": _l("a message to a case"),
    "account-link": _l("a one-time link by mail"),
    "digest": _l("a collected mail of the day"),
    "arrived": _l("the notice of new work"),
    "inquiry-lapse": _l("the end of the days for an explanation"),
    "recalled": _l("the notice of recalled work"),
    "notify-assigned": _l("the notice of an assigned task"),
    "stuck": _l("the notice of a case that is stuck"),
    "tell": _l("a notice"),
    "look": _l("looking for work that nobody can do"),
    "look-case": _l("looking for work of a case that nobody can do"),
    "check-version": _l("the check of a version of a procedure"),
    "verification": _l("a verification of all records"),
}
"""What the worker does, by the kind of the job."""


class RecipientsForm(CommandForm):
    """Who is told of alarms."""

    users = SelectMultipleField(
        _l("Who is told of alarms, in the application and by mail"),
        description=_l("Nobody chosen: every administrator of accounts."),
    )


def standing() -> list[dict[str, Any]]:
    """The alarms that stand, in words."""
    found = container().alarms.standing(current_actor())
    names = container().names.users(one.seen_by for one in found)
    return [
        {
            "alarm": one.alarm,
            "subject": one.subject,
            "text": text_of(one),
            "at": one.at,
            "seen_by": names.get(one.seen_by or "", ""),
            "seen_at": one.seen_at,
        }
        for one in found
    ]


def text_of(one: Standing | Part) -> str:
    """The alarm as a sentence."""
    values = dict(one.values)
    if one.alarm == "checkpoint":
        values["at"] = at(datetime.fromisoformat(str(values.get("at"))))
    return translated(one.text, values)


PARTS: dict[str, tuple[Any, Any]] = {
    "worker": (_l("Worker: deadlines, reminders, mails"), _l("Workers alive")),
    "mail": (_l("Mail"), _l("Mails that have failed for good")),
    "jobs": (_l("Machine work"), _l("Jobs that have failed for good")),
    "checkpoint": (_l("Signed checkpoints"), ""),
    "seals": (_l("Book of seals"), ""),
    "disk": (_l("Disk"), _l("MB left")),
}
"""Part of the installation → its name, and what its number counts."""


def job_kind(kind: str) -> str:
    """What the worker was to do."""
    return str(JOB_KINDS.get(kind, _("machine work")))


def job_error(error: str | None) -> str:
    """Why a job failed, as far as it may be said: what else a fault says stands in the log alone."""
    if not error:
        return "–"
    said = translated(error, {}) if " " in error and "%" not in error else ""
    if said:
        return said
    if error.endswith(("Error", "Exception", "Disconnected", "Refused")) and " " not in error:
        return str(_("An unexpected fault (%(name)s); the server's log says more.", name=error))
    return error


@blueprint.post("/quan-tri/he-thong/bao-dong/da-xem")
def see() -> ResponseReturnValue:
    """Take note of an alarm."""
    form = CommandForm()
    if not form.validate():
        raise InvalidInput()
    command = SeeAlarm(
        alarm=request.form.get("alarm", ""), subject=request.form.get("subject", ""), command_id=form.command
    )
    container().alarms.see(current_actor(), command)
    return done(url_for("administration.system"), _("It is on the record that you have seen the alarm."))


@blueprint.route("/quan-tri/he-thong/thu-thu", methods=["GET", "POST"])
def try_mail() -> ResponseReturnValue:
    """Send a test mail to oneself, and see what the mail server answered."""
    form, actor = CommandForm(), current_actor()
    if form.validate_on_submit():
        with Attempt(form):
            container().mail_trials.send(actor, TryMail(command_id=form.command))
            return done(url_for(".try_mail"))
    place, address, trials = container().mail_trials.look(actor)
    return render_template(
        "upkeep/mail_trial.html",
        form=form,
        place=place,
        address=address,
        trials=trials,
        names=container().names.users(one.by for one in trials),
        said=lambda one: translated(one.text, {}),
    ), status(form)


@blueprint.route("/quan-tri/he-thong/nguoi-nhan", methods=["GET", "POST"])
def recipients() -> ResponseReturnValue:
    """Say who is told of alarms."""
    people, named = container().alarms.recipients(current_actor())
    form = RecipientsForm(users=sorted(named))
    form.users.choices = choices((user.id, user.name) for user in people)
    if form.validate_on_submit():
        with Attempt(form):
            command = NameAlarmRecipients(user_ids=form.users.data or [], command_id=form.command)
            container().alarms.name(current_actor(), command)
            return done(url_for("administration.system"), _("From now on these people are told of alarms."))
    return render_template("upkeep/recipients.html", form=form), status(form)
