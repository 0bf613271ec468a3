"""Questions over many cases: a table a question, with its filters in the address; printed from the page, or taken out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Optional

from webui.auditing.area import blueprint
from webui.auditing.search import PeriodForm, chosen_format, send_export, what_was_given
from webui.container import container
from webui.errors import refusal_text
from webui.format import at, number, on
from webui.forms import Length, a_day_of_our_time, choices
from webui.guard import current_actor
from webui.i18n import language
from webui.pages import page_number, page_of, pages_of
from webui.words import said
from workflow.errors import InvalidInput
from workflow.services.auditing.questions.answers import QUESTIONS
from workflow.services.auditing.questions.conduct import RULES
from workflow.services.auditing.questions.question import Answer, Asked, CaseNamed, Cell
from workflow.services.views import Label

SHOWN = 50


class QuestionForm(PeriodForm):
    """Every filter that a question may have; a question keeps those that it reads."""

    rule = SelectField(_l("Rule"), validate_choice=False)
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    campaign = SelectField(_l("Campaign"), validate_choice=False)
    unit = StringField(_l("Unit that is judged"), [Optional(), Length(max=200)], description=_l("Part of its name."))
    actor = StringField(_l("Who"), [Optional(), Length(max=100)], description=_l("Part of a name or login."))
    organisation = StringField(
        _l("Organisation that acted"), [Optional(), Length(max=200)], description=_l("Part of its name.")
    )
    state = SelectField(_l("State"), validate_choice=False)
    criterion = StringField(_l("Criterion"), [Optional(), Length(max=60)], description=_l("Its number, such as I.18."))
    differing = BooleanField(_l("Only where results differ"))
    since = DateField(_l("From"), [Optional(), a_day_of_our_time])
    until = DateField(_l("Until"), [Optional(), a_day_of_our_time])

    def offer(self, name: str) -> None:
        """Fill the lists, and leave out what the question does not read."""
        found = container().questions.offered(current_actor())
        everything = ("", _l("All"))
        states = (("done", _l("done late")), ("open", _l("open")))
        self.state.choices = choices([everything, *states])
        self.rule.choices = choices([everything, *((key, gettext(rule.title)) for key, rule in RULES.items())])
        procedures = found.choices.procedures.items()
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in procedures)])
        self.campaign.choices = choices([everything, *((key, said(one)) for key, one in found.campaigns.items())])
        read = {_FIELD.get(one, one) for one in QUESTIONS[name].filters}
        for field in [one.name for one in self if one.name not in read]:
            delattr(self, field)


_FIELD = {"since_on": "since", "until_on": "until"}


@blueprint.get("/cau-hoi/")
def questions() -> ResponseReturnValue:
    """Which questions there are."""
    return render_template("auditing/questions.html", questions=QUESTIONS.values())


@blueprint.get("/cau-hoi/<name>")
def question(name: str) -> ResponseReturnValue:
    """A page of the answer."""
    form = _form(name)
    page, refusal = page_number(), None
    answer: Answer | None = None
    try:
        answer = container().questions.ask(current_actor(), name, _asked(form), page_of(page, SHOWN))
    except InvalidInput as error:
        refusal = refusal_text(error)
    return render_template(
        "auditing/question.html",
        question=QUESTIONS[name],
        form=form,
        answer=answer,
        rules=RULES.values() if "rule" in QUESTIONS[name].filters else (),
        refusal=refusal,
        number=page,
        pages=pages_of(answer.total if answer else 0, SHOWN),
    ), 200 if answer else 422


@blueprint.post("/cau-hoi/<name>/xuat")
def export_question(name: str) -> ResponseReturnValue:
    """The answer to the question in the address, as a file; that it was taken out is recorded."""
    form = _form(name)
    return send_export(container().questions.export(current_actor(), name, _asked(form), chosen_format(), language()))


def _form(name: str) -> QuestionForm:
    if name not in QUESTIONS:
        abort(404)
    form = QuestionForm(request.args)
    form.offer(name)
    form.validate()
    return form


def _asked(form: QuestionForm) -> Asked:
    found: Mapping[str, Any] = what_was_given(form)
    return Asked(**{name: found[_FIELD.get(name, name)] for name in Asked.__slots__ if _FIELD.get(name, name) in found})


def init_app(app: Flask) -> None:
    """Offer to templates how a cell is shown."""
    app.jinja_env.globals.update(cell_text=cell_text, is_number=is_number, is_case=is_case)


def cell_text(cell: Cell) -> str:
    """The cell in the session's language."""
    match cell:
        case None | "":
            return "–"
        case CaseNamed():
            return cell.key
        case Label():
            return str(said(cell)) or "–"
        case datetime():
            return str(at(cell))
        case date():
            return str(on(cell))
        case int():
            return str(number(cell))
        case _:
            return cell


def is_number(cell: Cell) -> bool:
    """Whether it stands at the right."""
    return isinstance(cell, int)


def is_case(cell: Cell) -> bool:
    """Whether it leads to a case."""
    return isinstance(cell, CaseNamed)
