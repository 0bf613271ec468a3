"""One case for the auditor: its timeline, and the bundle with which it can be checked elsewhere. Whoever opens a page of a case leaves an
entry in it.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webui.auditing.area import blueprint
from webui.auditing.bundles import send_bundle
from webui.auditing.stories import steps_of
from webui.auditing.words import GROUP_NAMES
from webui.container import container
from webui.guard import current_actor
from webui.pages import page_number, page_of, pages_of
from workflow.services.auditing.names import CaseSummary
from workflow.services.auditing.vocabulary import GROUPS
from workflow.services.views import Page

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """A case that the reader may see. `recorded`: this very look at it made the entry."""

    summary: CaseSummary
    recorded: bool
    events: int


@blueprint.get("/ho-so/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    """What happened, newest first, step by step."""
    opened = open_case(case_id)
    number = page_number()
    group = request.args.get("group") if request.args.get("group") in GROUPS else None
    timeline = container().audit.timeline(current_actor(), str(case_id), page_of(number, SHOWN), group)
    return render_template(
        "auditing/case.html",
        opened=opened,
        steps=steps_of(timeline.entries),
        total=timeline.total,
        number=number,
        pages=pages_of(timeline.total, SHOWN),
        unfolded="unfold" in request.args,
        groups=[(key, GROUP_NAMES[key]) for key in GROUPS],
        group=group,
    )


def open_case(case_id: UUID) -> OpenedCase:
    """Record the reading and return the case. Raises `NotFound` for one outside the reader's jurisdiction."""
    actor = current_actor()
    container().audit.timeline(actor, str(case_id), Page(limit=1))
    recorded = container().audit.record_reading(actor, str(case_id))
    timeline = container().audit.timeline(actor, str(case_id), Page(limit=1))
    (summary,) = container().audit.describe(actor, [timeline.case])
    return OpenedCase(summary=summary, recorded=recorded, events=timeline.total)


# The bundle of one case: everything needed to check it elsewhere, without this program.


@blueprint.get("/ho-so/<uuid:case_id>/goi")
def bundle(case_id: UUID) -> ResponseReturnValue:
    """What a bundle is, how to check one, and the button that writes it."""
    present, keys = container().checkpoints.published_keys()
    return render_template("auditing/bundle.html", opened=open_case(case_id), present_key=present, keys=keys)


@blueprint.post("/ho-so/<uuid:case_id>/goi")
def download_bundle(case_id: UUID) -> ResponseReturnValue:
    """Write it; that somebody had it is recorded in the case."""
    return send_bundle("case", str(case_id))
