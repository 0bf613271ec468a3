"""What is done to several cases of a sitting at once, each confirmed by name: opened for the vote, put off, agreed to; and staying away from one."""

from collections.abc import Sequence
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from webui.casework.pages import button_command
from webui.container import container
from webui.forms import CommandForm, Length
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from webui.sittings.agenda import address, day_of, why
from webui.sittings.area import blueprint
from workflow.services.casework.completion import LONGEST_REASON
from workflow.services.casework.fields import LONGEST
from workflow.services.sittings.agenda import Agenda, Line
from workflow.services.sittings.hall import Done
from workflow.services.sittings.sittings import AgreeToOpened, Away, OpenCases, StayAway
from workflow.services.views import Label

AWAYS = 3
"""So many empty rows for people who take no part stand on the page; `more` brings as many again and keeps what was typed."""


MOST_AWAYS = 60


class PutOffForm(CommandForm):
    """Why."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give a reason.")), Length(max=LONGEST_REASON)],
        description=_l("It stands in the minutes and in the record of each case."),
    )


class StayAwayForm(CommandForm):
    """Why."""

    reason = TextAreaField(_l("Why do you take no part?"), [DataRequired(), Length(max=LONGEST["text"])])


@blueprint.route("/<body>/<day>/dong-y", methods=["GET", "POST"])
def agree(body: str, day: str) -> ResponseReturnValue:
    """Name the cases that were opened and not voted on; then agree to those that were named."""
    agenda = container().sittings.agenda(current_actor(), body, day_of(day))
    if request.method == "GET":
        return render_template("sittings/agree.html", agenda=agenda, address=address)
    command = AgreeToOpened(body=body, on=agenda.on, case_ids=request.form.getlist("case"), command_id=button_command())
    found = container().sittings.agree(current_actor(), command)
    return outcome_page(
        agenda, found, ngettext("You have agreed to %(num)d case.", "You have agreed to %(num)d cases.", well(found))
    )


@blueprint.route("/<body>/<day>/khai-mac", methods=["GET", "POST"])
def roll(body: str, day: str) -> ResponseReturnValue:
    """Who is there, who takes no part in which case; then the vote on the chosen cases is opened, or, asked once more and why, they are put off."""
    if request.method == "GET" or "more" in request.form or "again" in request.form:
        return _roll_page(body, day)
    asked = container().sittings.roll(current_actor(), body, day_of(day))
    agenda, outcome = asked.agenda, request.form.get("outcome", "")
    chosen = chosen_of(agenda.waiting)
    if not chosen:
        return _roll_page(body, day, _("Choose the cases: all that wait, or some of them.")), 422
    putting_off = next(
        (label for key, label, effect, _why in asked.outcomes if key == outcome and effect != "forward"), None
    )
    if putting_off is not None:
        form, confirmed = PutOffForm(), "confirmed" in request.form
        if not confirmed or not form.validate_on_submit():
            return _put_off_page(agenda, putting_off, chosen, form), 422 if confirmed else 200
    command = OpenCases(
        body=body,
        on=agenda.on,
        case_ids=chosen,
        outcome=outcome,
        present=request.form.getlist("present"),
        away=_aways(),
        reason=request.form.get("reason", ""),
        command_id=button_command(),
    )
    found = container().sittings.open(current_actor(), command)
    if not well(found):
        return _roll_page(body, day, "", found)  # each was tried by itself: the whole is no form to be rehearsed
    number = well(found)
    if putting_off is not None:
        text = ngettext(
            "%(num)d case goes back to be convened anew.", "%(num)d cases go back to be convened anew.", number
        )
    else:
        text = ngettext("%(num)d case has gone on.", "%(num)d cases have gone on.", number)
    return outcome_page(agenda, found, text)


def _put_off_page(agenda: Agenda, label: Label, chosen: Sequence[str], form: PutOffForm) -> str:
    """Name the cases and ask why; what was entered at the roll call goes with it and comes back with it."""
    own = {"csrf_token", "command_id", "which", "case", "reason", "confirmed"}
    return render_template(
        "sittings/put_off.html",
        agenda=agenda,
        label=label,
        lines=[one for one in agenda.waiting if one.case_id in chosen],
        present=[one.name for one in agenda.members if one.user_id in request.form.getlist("present")],
        form=form,
        kept=[(name, value) for name, value in request.form.items(multi=True) if name not in own],
        address=address,
        demonstration=agenda.demonstration,
    )


def chosen_of(lines: Sequence[Line]) -> list[str]:
    """The cases that the form names: all that stood there, or some of them."""
    if request.form.get("which") == "all":
        return [one.case_id for one in lines]
    return request.form.getlist("case")


def _roll_page(body: str, day: str, problem: str = "", refused: Sequence[Done] = ()) -> str:
    found = container().sittings.roll(current_actor(), body, day_of(day))
    return render_template(
        "sittings/roll.html",
        roll=found,
        agenda=found.agenda,
        address=address,
        typed=request.form,
        rows=min(_rows() + (AWAYS if "more" in request.form else 0), MOST_AWAYS),
        problem=problem,
        refused=[(one.line, why(one.refusal)) for one in refused if one.refusal],
        demonstration=found.agenda.demonstration,
    )


def _rows() -> int:
    """How many rows for people who take no part the page had, whatever a form says."""
    asked = request.form.get("rows", "")[:3]
    return min(int(asked), MOST_AWAYS) if asked.isdecimal() and len(asked) <= len("9999") else AWAYS


def _aways() -> list[Away]:
    """Every row in which a case and a person are chosen."""
    form = request.form
    found = []
    for number in range(_rows()):
        case_id, person = form.get(f"away-{number}-case", ""), form.get(f"away-{number}-person", "")
        if case_id and person:
            found.append(
                Away(
                    case_id=case_id,
                    person=person,
                    reason=form.get(f"away-{number}-reason", ""),
                    signer=form.get(f"away-{number}-signer") or None,
                )
            )
    return found


def outcome_page(agenda: Agenda, found: Sequence[Done], text: str) -> ResponseReturnValue:
    """Back to the agenda where all went well; else a page that names what was refused."""
    refused = [(one.line, why(one.refusal)) for one in found if one.refusal]
    if not refused:
        return done(address("agenda", agenda), text)
    return render_template("sittings/refused.html", agenda=agenda, address=address, text=text, refused=refused)


def well(found: Sequence[Done]) -> int:
    """In how many cases it was done."""
    return sum(1 for one in found if one.refusal is None)


@blueprint.route("/<body>/<day>/ho-so/<uuid:case_id>/khong-tham-gia", methods=["GET", "POST"])
def stay_away(body: str, day: str, case_id: UUID) -> ResponseReturnValue:
    """Tell whoever prepares the sitting that one takes no part in this case."""
    agenda = container().sittings.agenda(current_actor(), body, day_of(day))
    line = agenda.line(str(case_id))
    form = StayAwayForm()
    if form.validate_on_submit():
        command = StayAway(
            body=body,
            on=agenda.on,
            case_id=line.case_id,
            reason=form.reason.data or "",
            command_id=form.command,
        )
        with Attempt(form, at=form.reason):
            out = container().sittings.stay_away(current_actor(), command)
            if out:
                text = _("You take no part in case %(number)s; the others vote on it.", number=line.number)
            elif line.stand == "voting":
                text = _(
                    "Without you the vote on case %(number)s could not be decided: a manager takes it back to its opening, which shows your reason. Do not vote.",
                    number=line.number,
                )
            else:
                text = _(
                    "Whoever opens the vote sees that you take no part in case %(number)s, and why.", number=line.number
                )
            return done(url_for(".case", body=body, day=day, case_id=case_id), text)
    return render_template("sittings/stay_away.html", agenda=agenda, line=line, form=form, address=address), status(
        form
    )
