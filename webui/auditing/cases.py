"""One case for the auditor: its timeline, and the bundle with which it can be checked elsewhere. Whoever opens a page of a case leaves an
entry in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webui.auditing.area import blueprint
from webui.auditing.bundles import send_bundle
from webui.auditing.stories import Step, steps_of
from webui.auditing.words import GROUP_NAMES
from webui.container import container
from webui.format import local_date
from webui.guard import current_actor
from webui.pages import page_number, page_of, pages_of
from webui.words import sentence
from workflow.services.auditing.inspection import CaseProof
from workflow.services.auditing.names import CaseSummary
from workflow.services.auditing.timeline import TimelineEntry
from workflow.services.auditing.vocabulary import GROUPS
from workflow.services.views import Breach, Page

SHOWN = 100
CHOSEN = "su-kien"
"""In the address: the number of the event that is shown beside the list."""
PROVE = "kiem"
"""In the address: a long chain is checked all the same."""
NEAR = 50
"""So many events before and after one are looked through for those of the same act."""
OF_A_CASE = ("decisions", "contents", "work", "deadlines", "campaigns", "reading", "machine")
"""The kinds of event that a case's stream has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of the case's events, and the page of the timeline on which it lies."""

    breach: Breach
    stream: str
    page: int

    @property
    def text(self) -> str:
        return sentence(self.breach.template, {**self.breach.params, "stream": self.stream})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """A case that the reader may see. `recorded`: this very look at it made the entry."""

    summary: CaseSummary
    recorded: bool
    events: int
    proof: CaseProof | None
    """Whether its chain holds; None where nobody has looked, because it is long."""

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with its events, those first that stand first; then, where the reader may know it, which rows differ from them."""
        if self.proof is None:
            return []
        key, rows = self.summary.case.business_key, self.proof.rows if self.proof.told else ()
        return [Fault(breach=one, stream=key, page=self._page(one.seq)) for one in (*self.proof.chain, *rows)]

    def is_faulty(self, entry: TimelineEntry) -> bool:
        """Whether the entry is no event that fits its chain."""
        return entry.damaged or any((one.seq or 0) <= entry.seq <= _last(one) for one in self._of_events())

    def _of_events(self) -> Sequence[Breach]:
        return self.proof.chain if self.proof else ()

    def _page(self, seq: int | None) -> int:
        return max(0, self.events - (seq or 0)) // SHOWN + 1


def _last(breach: Breach) -> int:
    return breach.last_seq or breach.seq or 0


@blueprint.get("/ho-so/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    """What happened, newest first: a line a step and one of them beside them; unfolded, everything one below the other."""
    opened, number = open_case(case_id), page_number()
    unfolded, asked = "unfold" in request.args, request.args.get("group", "")
    group = asked if asked in GROUPS else None if asked or unfolded else GROUPS[0]
    timeline = container().audit.timeline(current_actor(), str(case_id), page_of(number, SHOWN), group)
    if not asked and not timeline.total:  # nothing has been decided yet
        group = None
        timeline = container().audit.timeline(current_actor(), str(case_id), page_of(number, SHOWN), None)
    steps = steps_of(timeline.entries)
    place = _chosen(steps, request.args.get(CHOSEN, 0, type=int))
    return render_template(
        "auditing/case.html",
        opened=opened,
        steps=steps,
        days=[(day, list(some)) for day, some in groupby(steps, key=_day)],
        place=place,
        beside=_whole(case_id, opened.events, steps[place]) if steps and group else steps[place] if steps else None,
        total=timeline.total,
        number=number,
        pages=pages_of(timeline.total, SHOWN),
        unfolded=unfolded,
        groups=[(key, GROUP_NAMES[key]) for key in OF_A_CASE],
        group=group,
        faulty=lambda step: any(map(opened.is_faulty, step.entries)),
    )


def _whole(case_id: UUID, events: int, step: Step) -> Step:
    """The step with what followed at once, also where the list holds one kind of event alone."""
    number = step.first.seq
    around = Page(limit=2 * NEAR, offset=max(0, events - number - NEAR))
    found = steps_of(container().audit.timeline(current_actor(), str(case_id), around).entries)
    return next((one for one in found if number in {entry.seq for entry in one.entries}), step)


def _day(step: Step) -> date | None:
    return local_date(step.at) if step.at else None


def _chosen(steps: Sequence[Step], number: int) -> int:
    """The place of the step to which the event of that number belongs; of the newest where it is none of the page's."""
    return next((place for place, step in enumerate(steps) if number in {one.seq for one in step.entries}), 0)


def open_case(case_id: UUID) -> OpenedCase:
    """Record the reading and return the case. Raises `NotFound` for one outside the reader's jurisdiction."""
    actor = current_actor()
    container().audit.timeline(actor, str(case_id), Page(limit=1))
    recorded = container().audit.record_reading(actor, str(case_id))
    timeline = container().audit.timeline(actor, str(case_id), Page(limit=1))
    (summary,) = container().audit.describe(actor, [timeline.case])
    proof = container().audit.proof(actor, str(case_id), whole=PROVE in request.args)
    return OpenedCase(summary=summary, recorded=recorded, events=timeline.total, proof=proof)


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
