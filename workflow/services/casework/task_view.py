"""Everything a page shows of one task, read in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workflow.calendar.deadlines import Remaining, remaining
from workflow.calendar.zone import local_date
from workflow.errors import N_, InvalidInput
from workflow.feel.expression import parse_open
from workflow.lifecycle.lifecycle import Option
from workflow.lifecycle.user_task import USER_TASK
from workflow.model.user_task import FormField, Label, Outcome, UserTaskSpec
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.recognition.committee import QuorumResult, quorum
from workflow.services.casework.case_view import Cancellation, cancellations
from workflow.services.casework.clocks import counted_until
from workflow.services.casework.completion import (
    Answers,
    Findings,
    answers_of,
    check_answers,
    condition_holds,
    surroundings,
    why_not,
)
from workflow.services.casework.criteria.asked import LOOKED_BACK, ReturnNote, return_note, return_to
from workflow.services.casework.criteria.history import LevelHistory, history_of
from workflow.services.casework.criteria.inquiries import days_of
from workflow.services.casework.criteria.sheet_view import PaperView, SheetView, papers_of, sheet_view
from workflow.services.casework.evidence import offered
from workflow.services.casework.fields import Entry, FormSurroundings
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.record import LOOKED_BACK as MOST_READ, Basis, read_basis
from workflow.services.casework.rounds.recusals import Recusal, at_step, reason_field
from workflow.services.casework.rounds.veil import Veil, veil_over
from workflow.services.casework.sheets import Sheet, progress_of, read_sheet
from workflow.services.casework.situations import (
    TaskSituation,
    receivers_of,
    situation,
    task_variables,
    with_who_can_act,
)
from workflow.services.ground.access import Access
from workflow.services.ground.language import word
from workflow.services.ground.people import offices_of, user_names
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import UnitCase
from workflow.store.criteria.offers import OfferedFile
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field with what has been entered, and the people who may be chosen (id, name)."""

    field: FormField
    entry: Any
    people: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """An outcome; `refusal` says why it is not possible as things stand, None where it is or nothing has been entered yet."""

    outcome: Outcome
    refusal: Label | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """`options` are the task's steps with their refusals; `primary` is the one that the page offers first.

    `offices`: the roles of whoever can be chosen. `quorum`: of the people entered so far, where the task has one.
    `withheld`: what was entered is not told to this reader yet, so that fields, sheet and files are empty.
    """

    task: TaskRecord
    case: UnitCase
    unit: Organisation
    body: Organisation | None
    campaign: CampaignRecord | None
    package: ProcedurePackage
    spec: UserTaskSpec
    options: Sequence[Option]
    primary: str | None
    editable: bool
    fields: Sequence[FieldView]
    outcomes: Sequence[OutcomeView]
    sheet: SheetView | None
    papers: Sequence[PaperView]
    returned: ReturnNote | None
    remaining: Remaining | None
    receivers: Sequence[tuple[str, str]]
    who_can_act: Sequence[str]
    names: Mapping[str, str]
    of_unit: bool
    """Whether the reader acts for the unit itself: then not all remarks are shown."""
    cancellation: Cancellation | None
    withheld: bool
    progress: tuple[int, int] | None
    """Of such a sheet, for whoever may hand the task over: how many criteria are done, and of how many."""
    offices: Mapping[str, Label]
    quorum: QuorumResult | None
    veil: Veil
    history: Sequence[LevelHistory]
    """Of the criterion that was asked for, where the dossier has come more than once."""
    offered: Sequence[OfferedFile]
    """Files of an earlier year that the unit, working on its own sheet, may take over for that criterion."""

    @property
    def unsent(self) -> bool:
        """Whether its sheet is somebody else's who has not sent it: then it shows the levels before and nothing of its own."""
        return self.task.id in self.veil.drafts

    @property
    def answer_days(self) -> int | None:
        """How many working days the unit has to explain a criterion, unless whoever asks gives others; None where nobody may ask."""
        return days_of(self.spec)

    def option(self, trigger: str) -> Option | None:
        """The step of that name, where the task's state has it."""
        return next((option for option in self.options if option.trigger == trigger), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What of a view is asked for, as `TaskViewService.view` says it."""

    table: bool = False
    row: str | None = None
    receivers: bool = False


_EVERYTHING = _Wanted()


class TaskViewService:
    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def view(
        self,
        actor: Actor,
        task_id: str,
        *,
        whole: bool = True,
        table: bool = False,
        row: str | None = None,
        receivers: bool = False,
    ) -> TaskView:
        """Raise `NotFound` for a task that the actor may not see.

        `whole` false: without who else could act. `table`: for its table of criteria alone, without its campaign and what its form says besides.
        `row`: the criterion whose history is read. `receivers`: with who could get it.
        """
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            found = self._found(uow, access, task_id, whole=whole and not table)
            return self._build(uow, access, found, _Wanted(table=table, row=row, receivers=receivers))

    def check(self, actor: Actor, task_id: str) -> tuple[TaskView, Answers, Findings]:
        """The task with its drafted answers and what stands in the way of submitting them. Raises as `view`."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            found = self._found(uow, access, task_id)
            view = self._build(uow, access, found)
            answers = answers_of(view.spec, view.task.draft, {item.field.id: item.entry for item in view.fields})
            return view, answers, check_answers(self._ground, uow, found, view.spec, answers)

    def basis(self, view: TaskView) -> Basis:
        """What the case's other tasks have left behind, for whoever must decide on it. Whoever has the view may see it."""
        with self._ground.units.reading() as uow:
            return read_basis(uow, self._ground.register.tree(uow), view.package, view.case, view.task, view.veil)

    def _found(self, uow: UnitOfWork, access: Access, task_id: str, *, whole: bool = True) -> TaskSituation:
        task = uow.tasks.get(task_id)
        case = self._ground.visible_case(uow, access, task.case_id)
        uow.tasks.of_case(case.id, Page(limit=MOST_READ))  # first: what else is asked of them is found in it
        package = self._ground.version(uow, case).package
        found = situation(uow, access, package, case, task)
        if not whole or _primary(USER_TASK.permitted(task.state, found.context)) is not None:
            return found
        return with_who_can_act(uow, access, found)

    def _build(self, uow: UnitOfWork, access: Access, found: TaskSituation, wanted: _Wanted = _EVERYTHING) -> TaskView:
        row, table = wanted.row, wanted.table
        case, package = found.case, found.package
        veil = veil_over(uow, package, case, access)
        working = found.context.is_assignee and found.task.ended_at is None  # deputies go on with what is open
        withheld = found.task.id in veil.tasks and not working
        task, unsent = found.task if working else veil.bare(found.task), found.task.id in veil.drafts
        spec, options = spec_of(package, task.node_id), USER_TASK.permitted(task.state, found.context)
        history = uow.tasks.of_case(case.id, Page(limit=LOOKED_BACK))
        variables = _variables(package, case, task, history, table=table)
        around = surroundings(self._ground, uow, spec, case, task, variables)
        returned = return_note(uow, package, history, task, variables)
        ever = veil.files(uow.evidence.ever_of_case(case.id))
        evidence = [item for item in ever if item.withdrawn_at is None]
        reads = task.criteria_set and not withheld
        sheet = read_sheet(uow, package, case, task, veil, ever, row, whole=True) if reads else None
        receivers = receivers_of(uow, access, found) if wanted.receivers else {}
        people = {person for chosen in around.choosable.values() for person in chosen}
        involved = [task.assignee_id, task.completed_by, task.on_behalf_of, *people, *receivers]
        involved += [*(_people_of(sheet) if sheet else ()), *(item.uploaded_by for item in evidence)]
        names = user_names(uow, involved)
        entries = {} if withheld else entries_of(package, spec, task, variables, history, returned=returned is not None)
        recused = at_step(package, task.node_id, variables, spec.quorum) if spec.quorum else ()
        calendar, today = self._ground.register.calendar(uow), local_date(access.now)
        until = counted_until(self._ground, uow, case, task.activity_id, access.now)
        return TaskView(
            task=task,
            case=case.shown,
            unit=access.tree.get(case.unit_id),
            body=access.tree.get(task.organisation_id) if task.organisation_id else None,
            campaign=None if table else uow.campaigns.get(case.campaign_id),
            package=package,
            spec=spec,
            options=options,
            primary=_primary(options),
            editable=any(option.trigger == "complete" and option.allowed for option in options),
            fields=_fields(spec, entries, around, names, recused),
            outcomes=[_outcome(one, variables, None if unsent else sheet, access.now) for one in spec.outcomes],
            sheet=sheet_view(sheet, returned) if sheet else None,
            papers=papers_of(spec, evidence),
            returned=returned,
            remaining=remaining(calendar, until, task.due_at) if task.due_at and not task.ended_at else None,
            receivers=[(user, names[user]) for user in receivers if user in names],
            who_can_act=found.context.who_can_act,
            names=names,
            of_unit=access.is_of_unit(case),
            cancellation=cancellations(uow, [task]).get(task.id),
            withheld=withheld,
            progress=progress_of(uow, package, case, task) if unsent and found.context.is_manager else None,
            offices=offices_of(uow, access.tree, package, {*people, *receivers}, today),
            quorum=_counted(spec, entries),
            veil=veil,
            history=history_of(sheet, row, veil) if sheet and row and sheet.turn > 1 else (),
            offered=offered(uow, found, row) if working and sheet else (),
        )


def _fields(
    spec: UserTaskSpec,
    entries: Mapping[str, Entry],
    around: FormSurroundings,
    names: Mapping[str, str],
    recusals: Sequence[Recusal],
) -> list[FieldView]:
    found = []
    for item in spec.fields:
        people = [(user, names[user]) for user in around.choosable.get(item.id, ()) if user in names]
        if spec.quorum is not None and spec.quorum.recused is not None and item.id == spec.quorum.reasons:
            among = [user for user in around.choosable.get(spec.quorum.recused, ()) if user in names]
            found += [_reason_of(item, spec.quorum.recused, user, entries, names[user], recusals) for user in among]
        else:
            found.append(FieldView(field=item, entry=entries.get(item.id), people=people))
    return found


_STANDS = N_("Recused since an earlier opening: %(reason)s. Where they are not chosen any more, say here why.")


def _reason_of(
    item: FormField, recused: str, user: str, entries: Mapping[str, Entry], name: str, recusals: Sequence[Recusal]
) -> FieldView:
    """The box in which one person's recusal, or that it no longer holds, gets its reason."""
    stands = next((one for one in recusals if one.person == user and one.lifted is None), None)
    params = {"reason": stands.reason.rstrip(".") or "–"} if stands else {}
    said = word(_STANDS)
    hint = Label(vi=said.vi % params, en=said.en % params) if stands else None
    label = Label(vi=f"{item.label.vi}: {name}", en=f"{item.label.en or item.label.vi}: {name}")
    shared = entries.get(item.id) if user in _chosen(entries.get(recused)) else None
    one = replace(item, id=reason_field(item.id, user), kind="text", label=label, hint=hint, required=False)
    return FieldView(field=one, entry=entries.get(one.id, shared), people=[])


def _counted(spec: UserTaskSpec, entries: Mapping[str, Entry]) -> QuorumResult | None:
    """The quorum as the people entered so far would make it; None where nothing has been entered or it cannot be counted."""
    rule = spec.quorum
    chosen = (
        {name: _chosen(entries.get(name)) for name in (rule.roster, rule.present, rule.recused or "")} if rule else {}
    )
    if rule is None or not chosen[rule.roster]:
        return None
    try:
        return quorum(
            chosen[rule.roster], chosen[rule.present], chosen[rule.recused or ""], rule.numerator, rule.denominator
        )
    except InvalidInput:
        return None


def _chosen(entry: Entry) -> list[str]:
    return [entry] if isinstance(entry, str) and entry else list(entry or ())


def _variables(
    package: ProcedurePackage, case: UnitCase, task: TaskRecord, history: Sequence[TaskRecord], *, table: bool
) -> Mapping[str, Any]:
    """What an open task can read of its case; a table of criteria needs of it only why the case came back, where it did."""
    if task.ended_at is not None or (table and return_to(package, task, history) is None):
        return {}
    return task_variables(case, task)


def _primary(options: Sequence[Option]) -> str | None:
    allowed = {option.trigger for option in options if option.allowed}
    return next((trigger for trigger in ("claim", "start", "complete") if trigger in allowed), None)


def _outcome(outcome: Outcome, variables: Mapping[str, Any], sheet: Sheet | None, now: datetime) -> OutcomeView:
    """Say beforehand that an outcome is impossible only where its condition does not hang on what is still to be entered."""
    if outcome.condition is None:
        return OutcomeView(outcome=outcome, refusal=None)
    known = {**variables, **({"assessment": sheet.summary.as_variables()} if sheet else {})}
    if parse_open(outcome.condition.text).variables - known.keys():
        return OutcomeView(outcome=outcome, refusal=None)
    holds = condition_holds(outcome.condition, known, now)
    return OutcomeView(outcome=outcome, refusal=None if holds else why_not(outcome, known, now) or outcome.label)


def _people_of(sheet: Sheet) -> list[str | None]:
    """Whoever judged at a level before, asked about a criterion, or answered."""
    people = [level.assessment.submitted_by for level in sheet.earlier]
    return people + [
        who for every in sheet.inquiries.values() for one in every for who in (one.asked_by, one.closed_by)
    ]


def entries_of(
    package: ProcedurePackage,
    spec: UserTaskSpec,
    task: TaskRecord,
    variables: Mapping[str, Any],
    done: Iterable[TaskRecord],
    *,
    returned: bool,
) -> dict[str, Entry]:
    """Field id → text to begin with. `done`: the case's tasks, newest first; `returned`: the case came back to this task."""
    if task.draft is not None:
        return dict(task.draft.get("fields", {}))
    own = variables.get(task.node_id) if returned else None
    rule = spec.quorum
    anew = {rule.recused, rule.reasons, rule.signer} if rule is not None else set()  # nobody is chosen beforehand
    kept = [item for item in spec.fields if item.id not in anew]
    if isinstance(own, Mapping):
        return {item.id: as_entry(own.get(item.id)) for item in kept}
    earlier = [one for one in done if one.state == "completed"]
    return {item.id: _people_named(package, item, variables, earlier) for item in kept if item.kind == "users"}


def as_entry(value: Any) -> Entry:
    """A stored value as a person would enter it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal | int):
        return format(value, "f").replace(".", ",") if isinstance(value, Decimal) else str(value)
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return None if value is None else str(value)


def _people_named(
    package: ProcedurePackage, item: FormField, variables: Mapping[str, Any], earlier: Iterable[TaskRecord]
) -> Entry:
    """The people chosen last in a field of the same name: whoever was convened is called over again."""
    for one in earlier:
        result = variables.get(one.node_id)
        same = any(other.id == item.id and other.kind == "users" for other in spec_of(package, one.node_id).fields)
        if same and isinstance(result, Mapping):
            return as_entry(result.get(item.id))
    return None
