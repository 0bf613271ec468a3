"""Where it begins: which versions have running cases, and which of these cases are to move where."""

from collections.abc import Sequence
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import SelectField, StringField

from webui.container import container
from webui.forms import FilterForm, Form, choices
from webui.guard import current_actor
from webui.moving.area import blueprint
from webui.moving.words import STATES, version_text
from webui.pages import page_number, page_of, pages_of, status
from webui.words import CASE_STATES, said
from workflow.services.moving.plans import CaseChoice
from workflow.spelling import fits, sought


class PlanForm(Form):
    """Carries refusals of the choice and of the preview; their fields are drawn by the pages."""


class ChoiceFilter(FilterForm):
    """Which of the running cases to show."""

    text = StringField(_l("Number or unit"))
    stage = SelectField(_l("Stage"), default="")
    status = SelectField(
        _l("State"),
        choices=choices([("", _l("every state")), *((key, CASE_STATES[key][0]) for key in ("active", "suspended"))]),
        default="",
    )


MOVES_SHOWN = 20
SHOWN = 200
"""More boxes than that nobody ticks; a filter, or the button for all, finds them."""


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """What could move and what was moved; of one procedure, or of all."""
    actor, key = current_actor(), request.args.get("key") or None
    number = page_number()
    migrations, total = container().migrations.list(actor, key, page_of(number, MOVES_SHOWN))
    return render_template(
        "moving/index.html",
        key=key,
        versions=container().migrations.versions(actor, key),
        migrations=migrations,
        total=total,
        number=number,
        pages=pages_of(total, MOVES_SHOWN),
        states=STATES,
        version_text=version_text,
    )


@blueprint.get("/<uuid:version_id>/")
def choose(version_id: UUID) -> ResponseReturnValue:
    return choosing_page(version_id, PlanForm())


def choosing_page(version_id: UUID | str, form: PlanForm) -> ResponseReturnValue:
    """The page to choose the target and the cases; what was sent stays chosen."""
    actor = current_actor()
    version = container().definitions.detail(actor, str(version_id)).version
    found = next(
        (one for one in container().migrations.versions(actor, version.key) if one.version.id == version.id), None
    )
    every = container().migrations.cases(actor, version.id)
    filters, shown = _filtered(every)
    ticked = set(request.values.getlist("case"))
    return render_template(
        "moving/choose.html",
        form=form,
        version=version,
        targets=found.targets if found else (),
        target=request.values.get("target", ""),
        ticked=ticked,
        filters=filters,
        kept={name: request.args[name] for name in filters.data if name in request.args},
        active=any(filters.data.values()),
        cases=sorted(shown, key=lambda one: one.case_id not in ticked)[:SHOWN],
        fitting=[one.case_id for one in shown],
        total=len(every),
        version_text=version_text,
    ), status(form)


def _filtered(every: Sequence[CaseChoice]) -> tuple[ChoiceFilter, list[CaseChoice]]:
    filters = ChoiceFilter(request.args)
    stages = {one.stage_id: said(one.stage) for one in every}
    filters.stage.choices = choices([("", _("every stage")), *stages.items()])
    filters.validate()
    text = (filters.text.data or "").strip()
    wanted = sought(text)
    shown = [
        one
        for one in every
        if (not text or fits(wanted, one.business_key, one.unit.vi, one.unit.en))
        and filters.stage.data in (None, "", one.stage_id)
        and filters.status.data in (None, "", one.status)
    ]
    return filters, shown
