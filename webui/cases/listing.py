"""The cases that the signed-in person may see."""

from flask import render_template, request

from webui.auth.guard import current_actor
from webui.cases.blueprint import blueprint
from webui.cases.forms import CaseFilterForm
from webui.cases.pages import Answer
from webui.container import container
from workflow.services.ground.listings import CaseFilter, Page

PAGE_SIZE = 25
MOST_PAGES = 2000
"""Nobody leafs further; filters find it sooner."""


@blueprint.get("/ho-so")
def index() -> Answer:
    """The list: filters and page stand in the address."""
    actor = current_actor()
    form = CaseFilterForm(request.args)
    form.offer(container().inbox.choices(actor))
    form.validate()
    number = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    where = CaseFilter(
        text=(form.text.data or "").strip()[:100] or None,
        key=form.procedure.data or None,
        year=_year(form.year.data or ""),
        status=form.status.data or None,
        stage=form.stage.data or None,
        with_incident=form.incident.data,
    )
    lines, total = container().case_views.search(actor, where, Page(limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE))
    return render_template(
        "cases/index.html",
        form=form,
        lines=lines,
        total=total,
        number=number,
        pages=max(1, -(-total // PAGE_SIZE)),
        filtered=any(value for value in form.data.values()),
        **({"demonstration": True} if any(line.case.demonstration for line in lines) else {}),
    )


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None
