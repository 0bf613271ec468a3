"""One case of a sitting, for whoever is to vote on it: what is proposed, what differs, what was before, the documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.model.user_task import Label, Outcome
from workflow.organisation.records import Organisation
from workflow.packages.package import ProcedurePackage
from workflow.services.casework.completion import why_not
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.veil import Veil, veil_over
from workflow.services.ground.access import Access
from workflow.services.ground.labels import result_label
from workflow.services.sittings.agenda import Agenda, Line, allows, decisions_of, proposal_of
from workflow.services.sittings.items import Item
from workflow.store.casework import CaseFilter, EvidenceRecord
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

SEEN = "documents"
"""Under this name the draft of a vote keeps which documents its member has opened."""
FORMER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper of the dossier. `opened`: by the reader, for this vote."""

    id: str
    label: Label
    filename: str
    size: int
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """An outcome of the decision; `refusal`: why the vote does not allow it."""

    label: Label
    refusal: Label | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """`choices`: the outcomes of the reader's vote, none where they have none to cast; `chosen`, `reason`: what they have drafted.

    `rule`: how the procedure says that votes are counted and who decides; `decisions`: what it allows after the vote.
    `differing`: the criteria on which the levels do not say the same.
    """

    agenda: Agenda
    line: Line
    before: Line | None
    next: Line | None
    put_forward_by: Organisation | None
    put_forward_at: datetime | None
    put_forward_why: str
    differing: Sequence[str]
    last: tuple[int, Label] | None
    documents: Sequence[Document]
    choices: Sequence[Outcome]
    chosen: str
    reason: str
    rule: Label | None
    decisions: Sequence[Possible]


def pane_of(ground: CaseGround, uow: UnitOfWork, access: Access, agenda: Agenda, item: Item) -> Pane:
    """The case of the agenda that `item` is."""
    line = agenda.line(item.case.id)
    veil = veil_over(uow, item.package, item.case, access)
    own = next((one for one in item.tasks if one.id == line.vote), None)
    draft = (own.draft if own is not None and own.assignee_id == access.actor.user_id else None) or {}
    proposal = proposal_of(item)
    spec = item.order.specs[item.order.decision]
    lines = agenda.lines
    return Pane(
        agenda=agenda,
        line=line,
        before=lines[line.number - 2] if line.number > 1 else None,
        next=lines[line.number] if line.number < len(lines) else None,
        put_forward_by=access.tree.get(proposal.organisation_id) if proposal and proposal.organisation_id else None,
        put_forward_at=proposal.ended_at if proposal else None,
        put_forward_why=(proposal.reason or "") if proposal else "",
        differing=_differing(uow, item, veil),
        last=_last(ground, uow, access, item),
        documents=documents_of(uow, item, veil, seen_in(draft)),
        choices=item.order.specs[item.order.vote].outcomes if own is not None else (),
        chosen=str(draft.get("outcome") or ""),
        reason=str(draft.get("reason") or ""),
        rule=spec.help,
        decisions=_decisions(item, access.now) if line.stand == "deciding" else (),
    )


def seen_in(draft: dict[str, object]) -> tuple[str, ...]:
    """The documents that a draft says were opened."""
    fields = draft.get("fields")
    found = fields.get(SEEN) if isinstance(fields, dict) else None
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list | tuple) else ()


def documents_of(uow: UnitOfWork, item: Item, veil: Veil, seen: Sequence[str]) -> list[Document]:
    """The papers of the dossier that the reader may see, in the order in which they came."""
    labels = _papers(item.package)
    files: Sequence[EvidenceRecord] = veil.files(uow.evidence.of_case(item.case.id))
    return [
        Document(id=one.id, label=labels[one.paper_id], filename=one.filename, size=one.size, opened=one.id in seen)
        for one in files
        if one.paper_id in labels
    ]


def _papers(package: ProcedurePackage) -> dict[str | None, Label]:
    return {
        paper.id: paper.label
        for one in (*reversed(package.former), package)
        for process in one.bpmn.processes.values()
        for task in process.user_tasks.values()
        for paper in task.spec.papers
    }


def _differing(uow: UnitOfWork, item: Item, veil: Veil) -> list[str]:
    """Each person's last sheet of each step counts."""
    said: dict[str, dict[tuple[str, str], str | None]] = {}
    for one in uow.sittings.findings(item.case.id):
        if one.task_id not in veil.tasks:
            said.setdefault(one.criterion_id, {})[(one.node_id, one.submitted_by)] = one.result
    return [key for key, results in said.items() if len(set(results.values())) > 1]


def _last(ground: CaseGround, uow: UnitOfWork, access: Access, item: Item) -> tuple[int, Label] | None:
    """What the unit's case of the same procedure came to in the last year in which it had one, as far as the reader may see it."""
    campaigns = {one.id: one for one in uow.campaigns.all()}
    mine = campaigns.get(item.case.campaign_id)
    where = CaseFilter(unit_ids=[item.case.unit_id], key=mine.key if mine else None)
    rows, _total = uow.unit_cases.search(where, Page(limit=FORMER))
    for one in rows:
        campaign = campaigns.get(one.campaign_id)
        ended = one.id != item.case.id and one.ended_at is not None and campaign is not None
        if not ended or access.assignment("read_case", one) is None or campaign is None:
            continue
        label = result_label(ground.version(uow, one).package, one.outcome)
        return (campaign.year, label) if label is not None else None
    return None


def _decisions(item: Item, now: datetime) -> list[Possible]:
    found = []
    for one in decisions_of(item):
        refusal = None if allows(item, one, now) else why_not(one, item.variables, now) or one.label
        found.append(Possible(label=one.label, refusal=refusal))
    return found


def own_task(item: Item, line: Line) -> TaskRecord | None:
    """The reader's open part of the vote."""
    return next((one for one in item.tasks if one.id == line.vote), None)
