"""Random samples of cases: drawn by a seed, kept on the record, printed."""

from collections.abc import Mapping
from uuid import UUID

from flask import Flask, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from webui.auditing.area import blueprint
from webui.container import container
from webui.forms import CommandForm, Length, WholeNumberField, a_day_of_our_time, choices, given
from webui.guard import current_actor
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from webui.words import said
from workflow.services.auditing.questions.samples import LARGEST, DrawSample

SHOWN = 20


class DrawForm(CommandForm):
    """How many cases, out of which."""

    size = WholeNumberField(_l("How many cases"), [InputRequired(), NumberRange(1, LARGEST)])
    seed = StringField(
        _l("Seed"),
        [Optional(), Length(max=64)],
        description=_l("Leave it empty for a new one. The same seed over the same cases gives the same list."),
    )
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    campaign = SelectField(_l("Campaign"), validate_choice=False)
    unit = StringField(_l("Unit that is judged"), [Optional(), Length(max=200)], description=_l("Part of its name."))
    since = DateField(_l("Opened from"), [Optional(), a_day_of_our_time])
    until = DateField(_l("Opened until"), [Optional(), a_day_of_our_time])

    def offer(self) -> None:
        """Fill the lists."""
        found = container().questions.offered(current_actor())
        everything = ("", _l("All"))
        procedures = found.choices.procedures.items()
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in procedures)])
        self.campaign.choices = choices([everything, *((key, said(one)) for key, one in found.campaigns.items())])


@blueprint.route("/mau/", methods=["GET", "POST"])
def samples() -> ResponseReturnValue:
    """Draw one, and find one's own again."""
    form = DrawForm()
    form.offer()
    if form.validate_on_submit():
        with Attempt(form):
            command = DrawSample(
                size=given(form.size.data),
                seed=form.seed.data or "",
                procedure=form.procedure.data or None,
                campaign=form.campaign.data or None,
                unit=(form.unit.data or "").strip(),
                since_on=form.since.data,
                until_on=form.until.data,
                command_id=form.command,
            )
            sample_id = container().samples.draw(current_actor(), command)
            return done(url_for(".sample", sample_id=sample_id), _("The sample has been drawn and recorded."))
    number = page_number()
    found, total = container().samples.mine(current_actor(), page_of(number, SHOWN))
    return render_template(
        "auditing/samples.html", form=form, samples=found, total=total, number=number, pages=pages_of(total, SHOWN)
    ), status(form)


def init_app(app: Flask) -> None:
    """Offer to templates how a rule is said."""
    app.jinja_env.globals.update(sample_rule=sample_rule)


_CONDITIONS = {
    "procedure": _l("Procedure"),
    "campaign": _l("Campaign"),
    "unit": _l("Unit that is judged"),
    "since_on": _l("Opened from"),
    "until_on": _l("Opened until"),
}


def sample_rule(rule: Mapping[str, str]) -> str:
    """What bounded the cases that were drawn from."""
    told = "; ".join(f"{_CONDITIONS.get(name, name)}: {value}" for name, value in sorted(rule.items()))
    return told or str(_("every case that the person may see"))


@blueprint.get("/mau/<uuid:sample_id>")
def sample(sample_id: UUID) -> ResponseReturnValue:
    """One sample, to be printed."""
    found, drawn = container().samples.get(current_actor(), str(sample_id))
    return render_template("auditing/sample.html", sample=found, drawn=drawn)
