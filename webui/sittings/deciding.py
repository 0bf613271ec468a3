"""Deciding on many cases of a sitting at once: those whose votes allow the same result are listed, chosen and confirmed."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import FileField, TextAreaField

from webui.bodies import takes
from webui.casework.answers import FIELD, entry_of, made_of
from webui.container import container
from webui.forms import CommandForm, Length
from webui.guard import current_actor
from webui.pages import done
from webui.sittings.agenda import address, day_of, why
from webui.sittings.area import blueprint
from webui.sittings.joint import chosen_of, outcome_page, well
from webui.words import said
from workflow.services.casework.completion import LONGEST_REASON
from workflow.services.casework.evidence import MAX_SIZE
from workflow.services.casework.task_view import FieldView
from workflow.services.sittings.agenda import Agenda
from workflow.services.sittings.deciding import DecideTogether, Together
from workflow.services.sittings.hall import Done

PAPER = "paper-"


class DecisionForm(CommandForm):
    """The reason; `_form` adds what the procedure asks for, once for all the cases."""

    reason = TextAreaField(_l("Reason"), [Length(max=LONGEST_REASON)])


@blueprint.route("/<body>/<day>/quyet-dinh/<outcome>", methods=["GET", "POST"])
@takes(file=MAX_SIZE)
def decide(body: str, day: str, outcome: str) -> ResponseReturnValue:
    """List the cases whose votes allow that decision; then decide those that were chosen, each by itself."""
    agenda, offered = container().joint_decisions.offered(current_actor(), body, day_of(day))
    together = next((one for one in offered if one.outcome.id == outcome), None)
    if together is None:  # somebody has decided them meanwhile
        one_by_one = any(outcome in {way.id for way in line.possible} for line in agenda.one_by_one)
        text = _("These cases are decided one by one.") if one_by_one else _("No case waits for that decision by you.")
        return done(address("agenda", agenda), text, "warning")
    form = _form(together)
    if not form.validate_on_submit():
        return _page(agenda, together, form), 422 if form.errors else 200
    chosen = chosen_of(together.lines)
    if not chosen:
        return _page(agenda, together, form, _("Choose the cases: all that wait, or some of them.")), 422
    command = DecideTogether(
        body=body,
        on=agenda.on,
        outcome=outcome,
        case_ids=chosen,
        fields={one.id: entry_of(form[FIELD + one.id]) for one in together.fields},
        reason=form.reason.data or "",
        papers=_papers(together),
        command_id=form.command,
    )
    found = container().joint_decisions.decide(current_actor(), command)
    if not well(found):
        return _page(
            agenda, together, form, "", found
        )  # each was tried by itself: the whole is no form to be rehearsed
    text = ngettext("%(num)d case has been decided.", "%(num)d cases have been decided.", well(found))
    return outcome_page(agenda, found, text)


def _form(together: Together) -> DecisionForm:
    made: dict[str, Any] = {
        FIELD + one.id: made_of(FieldView(field=one, entry=None, people=())) for one in together.fields
    }
    made |= {PAPER + one.id: FileField(said(one.label)) for one in together.papers}
    form_class: Callable[..., DecisionForm] = type("TogetherForm", (DecisionForm,), made)
    return form_class()


def _papers(together: Together) -> dict[str, tuple[str, bytes]]:
    sent = {one.id: request.files.get(PAPER + one.id) for one in together.papers}
    return {key: (str(file.filename), file.read()) for key, file in sent.items() if file is not None and file.filename}


def _page(
    agenda: Agenda, together: Together, form: DecisionForm, problem: str = "", refused: Sequence[Done] = ()
) -> str:
    return render_template(
        "sittings/decide.html",
        agenda=agenda,
        together=together,
        form=form,
        fields=[form[FIELD + one.id] for one in together.fields],
        papers=[form[PAPER + one.id] for one in together.papers],
        address=address,
        typed=request.form,
        problem=problem,
        refused=[(one.line, why(one.refusal)) for one in refused if one.refusal],
        demonstration=agenda.demonstration,
    )
