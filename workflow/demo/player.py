"""One person doing one task as the pages would: claim, start, assess, attach papers, complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow.bootstrap import Container
from workflow.errors import NotFound
from workflow.organisation.authority import Actor
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.criteria.judgements import KeepCriterion, LookAtCriterion
from workflow.services.casework.criteria.sheet_view import CriterionView
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.fields import Entry
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import ClaimTask, CompleteTask, StartTask
from workflow.store.tasks import TaskRecord

_PAGE = "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a person does with a task. `failing`: criteria that they judge not met, with the reason."""

    login: str
    node_id: str
    outcome: str
    fields: Mapping[str, Entry] = field(default_factory=dict)
    reason: str = ""
    criterion_reasons: Mapping[str, str] = field(default_factory=dict)
    failing: Mapping[str, str] = field(default_factory=dict)


class Player:
    """`users`: login → user id. `figures`: criteria set → criterion → figure → number as a person would write it."""

    def __init__(
        self,
        container: Container,
        users: Mapping[str, str],
        figures: Mapping[str, Mapping[str, Mapping[str, str]]],
    ) -> None:
        self._container = container
        self._users = users
        self._figures = figures

    def do(self, case_id: str, deed: Deed) -> None:
        """Do the case's open task of that node. Raises `NotFound` when this person has none there."""
        task_id = self.fill_in(case_id, deed)
        self._container.tasks.complete(
            self._container.accounts.actor_of(self._users[deed.login]),
            CompleteTask(
                task_id=task_id,
                outcome=deed.outcome,
                fields=self._entries(deed.fields),
                reason=deed.reason,
                criterion_reasons=deed.criterion_reasons,
            ),
        )

    def fill_in(self, case_id: str, deed: Deed) -> str:
        """Take the task and do all of it but to send it; return its id. Raises `NotFound` as `do` does."""
        actor = self._container.accounts.actor_of(self._users[deed.login])
        task = self._open_task(case_id, deed.node_id, actor)
        if task.state == "ready":
            self._container.tasks.claim(actor, ClaimTask(task_id=task.id))
        if task.state != "in_progress":
            self._container.tasks.start(actor, StartTask(task_id=task.id))
        view = self._container.task_views.view(actor, task.id)
        self._assess(actor, view, deed)
        self._attach(actor, view)
        return task.id

    def _entries(self, fields: Mapping[str, Entry]) -> dict[str, Entry]:
        """Lists in a script are logins, and what is said of one person names the login after a colon; the form takes the ids of users."""
        return {
            self._named(name): [self._users[login] for login in entry]
            if isinstance(entry, Sequence) and not isinstance(entry, str)
            else entry
            for name, entry in fields.items()
        }

    def _named(self, name: str) -> str:
        field, colon, login = name.partition(":")
        return f"{field}:{self._users[login]}" if colon else name

    def _open_task(self, case_id: str, node_id: str, actor: Actor) -> TaskRecord:
        with self._container.units.reading() as uow:
            for task in uow.tasks.open_of_case(case_id):
                mine = task.assignee_id == actor.user_id or (task.assignee_id is None and actor.in_group(task.groups))
                if task.node_id == node_id and mine:
                    return task
        raise NotFound()

    def _assess(self, actor: Actor, view: TaskView, deed: Deed) -> None:
        if view.sheet is None:
            return
        for criterion_id, criterion in view.sheet.criteria.items():
            command = self._result(view, criterion_id, criterion, deed)
            self._container.judgements.look(actor, LookAtCriterion(task_id=view.task.id, criterion_id=criterion_id))
            self._container.assessments.save_result(actor, command)
            if criterion.to_correct and not criterion.earlier:
                self._keep(actor, view, criterion_id)

    def _keep(self, actor: Actor, view: TaskView, criterion_id: str) -> None:
        """Whoever was asked about a row and changes nothing in it says why."""
        sheet = self._container.task_views.view(actor, view.task.id, whole=False).sheet
        if sheet is not None and sheet.criteria[criterion_id].stays:
            reason = "Dữ liệu minh họa: đơn vị giữ nguyên, hồ sơ gốc đang lưu tại đơn vị."
            keep = KeepCriterion(task_id=view.task.id, criterion_id=criterion_id, reason=reason)
            self._container.judgements.keep(actor, keep)

    def _result(self, view: TaskView, criterion_id: str, criterion: CriterionView, deed: Deed) -> SaveResult:
        figures = dict(criterion.row.figures) if criterion.row else {}
        if not figures:
            figures = dict(self._figures.get(view.task.criteria_set or "", {}).get(criterion_id, {}))
        failing = deed.failing.get(criterion_id)
        if failing is not None:
            figures = {name: "99" if "disciplined" in name else value for name, value in figures.items()}
        return SaveResult(
            task_id=view.task.id,
            criterion_id=criterion_id,
            result="met" if failing is None else "not_met",
            figures=figures,
            statement=""
            if view.sheet is None or view.sheet.earlier
            else "Dữ liệu minh họa: đã thực hiện, có hồ sơ kèm theo.",
            reason=failing or "",
            revision=criterion.row.revision if criterion.row and view.task.draft else None,
        )

    def _attach(self, actor: Actor, view: TaskView) -> None:
        for paper in view.papers:
            if paper.files:
                continue
            content = pdf(f"Du lieu minh hoa: {paper.paper.id}, {view.case.business_key}")
            self._container.evidence.add(
                actor,
                AddEvidence(
                    task_id=view.task.id, paper_id=paper.paper.id, filename=f"{paper.paper.id}.pdf", content=content
                ),
            )


def pdf(text: str) -> bytes:
    """A one-page PDF file that says `text` (ASCII)."""
    stream = f"BT /F1 14 Tf 72 770 Td ({text}) Tj ET"
    parts = [
        "%PDF-1.4\n",
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        _PAGE.replace(">>endobj", "/Resources<</Font<</F1 5 0 R>>>>>>endobj"),
        f"4 0 obj<</Length {len(stream)}>>stream\n{stream}\nendstream endobj\n",
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
    ]
    offsets, position = [], 0
    for part in parts:
        offsets.append(position)
        position += len(part)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets[1:])
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{position}\n%%EOF\n"
    return ("".join(parts) + end).encode("ascii")
