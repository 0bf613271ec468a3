"""Whether a task can be completed with an outcome, and the result that the process then sees."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.calendar.zone import ZONE, local_date
from workflow.engine.codec import state_from_json
from workflow.engine.state import ProcessState
from workflow.errors import N_, ExpressionError, InvalidInput, NotFound, TaskRefused, TransitionRefused
from workflow.feel.expression import parse_for
from workflow.model.expressions import Expression
from workflow.model.user_task import OUTCOME, REASON, FormField, Label, Outcome, Quorum, UserTaskSpec, task_result
from workflow.organisation.candidates import group_key, resolve_body
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.recognition.committee import quorum
from workflow.services.casework.fields import Entry, FieldProblem, FormRefused, FormSurroundings, read_fields
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.lookup import makes_a_round
from workflow.services.casework.rounds.recusals import Recusal
from workflow.services.casework.rounds.session import Session
from workflow.services.casework.sheets import Sheet, read_sheet
from workflow.services.casework.situations import TaskSituation, days_of, tied_to_unit, variables_in
from workflow.services.ground.people import holders_of
from workflow.spelling import entered, length
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LONGEST_REASON = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the assignee has entered: an outcome, the fields, the reason, and reasons by criterion."""

    outcome: str
    fields: Mapping[str, Entry] = field(default_factory=dict)
    reason: str = ""
    criterion_reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A checked completion: the context that becomes the task's variable, and what is still missing (nothing, to go on)."""

    outcome: Outcome
    result: Mapping[str, Any]
    missing: tuple[str, ...]
    sheet: Sheet | None
    state: ProcessState | None = None
    """The process as it stands, for whoever goes on with it: reading it is dear."""
    lifted: Sequence[Recusal] = ()
    """The recusals of earlier openings that this one lifts."""


def outcome_of(spec: UserTaskSpec, outcome_id: str) -> Outcome:
    """Raise `FormRefused` for an outcome that the task does not have."""
    for outcome in spec.outcomes:
        if outcome.id == outcome_id:
            return outcome
    raise FormRefused([FieldProblem(field_id=OUTCOME, template=N_("Choose what the result of this task is."))])


def check_completion(
    ground: CaseGround, uow: UnitOfWork, package: ProcedurePackage, case: UnitCase, task: TaskRecord, answers: Answers
) -> Completion:
    """Read and check everything. Raises `FormRefused` for wrong entries and `TaskRefused` when a condition does not hold."""
    spec = spec_of(package, task.node_id)
    outcome = outcome_of(spec, answers.outcome)
    state = state_from_json(case.state) if case.state is not None else None
    variables = variables_in(state, task) if state is not None else {}
    around = surroundings(ground, uow, spec, case, task, variables)
    values = read_fields(spec, answers.fields, around, complete=outcome.complete)
    result = task_result(outcome.id, values, _reason(outcome, answers))
    lifted: Sequence[Recusal] = ()
    sheet = read_sheet(uow, package, case, task) if task.criteria_set else None
    if sheet is not None:
        result["assessment"] = sheet.summary.as_variables()
        result["criterion_reasons"] = _criterion_reasons(outcome, answers, sheet)
    if spec.quorum is not None:
        result["quorum"] = quorum_of(spec.quorum, values)
        session = Session(ground=ground, uow=uow, package=package, case=case, task=task, variables=variables)
        opens = outcome.effect == "forward"
        recusals, lifted = session.recusals(spec.quorum, values, answers.fields, opens=opens)
        result |= recusals
        if opens:
            session.check(spec.quorum, values)
    missing = _missing(uow, spec, task, sheet) if outcome.complete else ()
    if not missing:  # what is missing is said first: a condition about it could only fail
        _check_condition(outcome, {**variables, **result}, ground.clock.now())
    return Completion(outcome=outcome, result=result, missing=missing, sheet=sheet, state=state, lifted=lifted)


def surroundings(
    ground: CaseGround,
    uow: UnitOfWork,
    spec: UserTaskSpec,
    case: UnitCase,
    task: TaskRecord,
    variables: Mapping[str, Any],
) -> FormSurroundings:
    """The variables and, for each `users` field, who may be chosen."""
    choosable = {
        item.id: choosable_users(ground, uow, spec, item, case, task, variables)
        for item in spec.fields
        if item.kind == "users"
    }
    return FormSurroundings(variables=variables, choosable=choosable, now=ground.clock.now())


def choosable_users(
    ground: CaseGround,
    uow: UnitOfWork,
    spec: UserTaskSpec,
    item: FormField,
    case: UnitCase,
    task: TaskRecord,
    variables: Mapping[str, Any],
) -> Collection[str]:
    """Whom the field offers: who today holds its role at the body it names; in the roster of a session whoever was convened, too.

    Whoever was convened and is a member no more stays in the roster, of which the share is taken, but is not there.
    """
    found = _holding(ground, uow, spec, item, case, task, variables)
    if spec.quorum is None or item.id != spec.quorum.roster:
        return found
    return tuple(dict.fromkeys([*found, *_convened(spec.quorum, task, variables)]))


def _convened(rule: Quorum, task: TaskRecord, variables: Mapping[str, Any]) -> list[str]:
    """Whom another task named as the roster of this session."""
    return [
        one
        for node, result in variables.items()
        if node != task.node_id and isinstance(result, Mapping) and isinstance(result.get(rule.roster), list | tuple)
        for one in result[rule.roster]
        if isinstance(one, str)
    ]


def _holding(
    ground: CaseGround,
    uow: UnitOfWork,
    spec: UserTaskSpec,
    item: FormField,
    case: UnitCase,
    task: TaskRecord,
    variables: Mapping[str, Any],
) -> Collection[str]:
    """The users who today hold the field's role at the body it names (the task's own body where it names none).

    A field without a role of its own takes the people of the field that it lies within.
    """
    if item.role is None:
        outer = next((other for other in spec.fields if other.id == item.within and other is not item), None)
        return _holding(ground, uow, spec, outer, case, task, variables) if outer else ()
    body = _field_body(ground, uow, item, case, task, variables)
    if body is None:
        return ()
    held = ground.version(uow, case).package.held_as(item.role)
    today = local_date(ground.clock.now())
    holders = holders_of(uow, [group_key(held, body)], today)
    if body == case.unit_id or not makes_a_round(ground.version(uow, case).package, task.node_id, item.id):
        return tuple(holders)
    tied = tied_to_unit(uow, case, days_of(case, today)) if holders else ()
    return tuple(one for one in holders if one not in tied)


def _field_body(
    ground: CaseGround,
    uow: UnitOfWork,
    item: FormField,
    case: UnitCase,
    task: TaskRecord,
    variables: Mapping[str, Any],
) -> str | None:
    if item.jurisdiction is None:
        return task.organisation_id
    jurisdiction: Any = item.jurisdiction.text
    if isinstance(item.jurisdiction, Expression):
        jurisdiction = parse_for(item.jurisdiction.text, variables).evaluate(variables, now=ground.clock.now()).value
    try:
        return resolve_body(ground.register.tree(uow), str(jurisdiction), case.unit_id, case.as_of_on)
    except (NotFound, InvalidInput):
        return None


def _reason(outcome: Outcome, answers: Answers) -> str:
    text = entered(answers.reason)
    if outcome.reason == "required" and not text:
        raise FormRefused([FieldProblem(field_id=REASON, template=N_("Give a reason."))])
    if length(text) > LONGEST_REASON:
        problem = FieldProblem(
            field_id=REASON, template=N_("At most %(longest)s characters."), params={"longest": LONGEST_REASON}
        )
        raise FormRefused([problem])
    return text


def _criterion_reasons(outcome: Outcome, answers: Answers, sheet: Sheet) -> dict[str, str]:
    if not outcome.reason_per_criterion:
        return {}
    reasons = {
        key: entered(answers.criterion_reasons[key])
        for key in sheet.criteria_set.criteria
        if entered(answers.criterion_reasons.get(key))
    }
    if not reasons:
        template = N_("Name at least one criterion to correct and say what is missing.")
        raise FormRefused([FieldProblem(field_id="criterion_reasons", template=template)])
    if any(length(text) > LONGEST_REASON for text in reasons.values()):
        raise InvalidInput(N_("At most %(longest)s characters."), longest=LONGEST_REASON)
    return reasons


def quorum_of(rule: Quorum, values: Mapping[str, Any]) -> dict[str, Any]:
    found = quorum(
        values.get(rule.roster) or (),
        values.get(rule.present) or (),
        (values.get(rule.recused) or ()) if rule.recused else (),
        rule.numerator,
        rule.denominator,
    )
    return {**found.as_variables(), "voters": list(found.voters)}


def _missing(uow: UnitOfWork, spec: UserTaskSpec, task: TaskRecord, sheet: Sheet | None) -> tuple[str, ...]:
    lacking = list(sheet.missing) if sheet is not None else []
    if spec.papers:
        attached = {item.paper_id for item in uow.evidence.of_case(task.case_id) if item.paper_id}
        lacking += [paper.label.vi for paper in spec.papers if paper.required and paper.id not in attached]
    return tuple(lacking)


def _check_condition(outcome: Outcome, variables: Mapping[str, Any], now: datetime) -> None:
    if outcome.condition is None or condition_holds(outcome.condition, variables, now):
        return
    refusal = why_not(outcome, variables, now)
    raise OutcomeRefused(
        refusal.vi if refusal else outcome.label.vi, (refusal.en or refusal.vi) if refusal else outcome.label.en
    )


def why_not(outcome: Outcome, variables: Mapping[str, Any], now: datetime) -> Label | None:
    """Why an outcome whose condition does not hold is impossible: its one cause where the definition tells them apart."""
    cause = next((one for one in outcome.causes if not condition_holds(one.holds, variables, now)), None)
    return cause.text if cause is not None else outcome.refusal


def condition_holds(condition: Expression, variables: Mapping[str, Any], now: datetime) -> bool:
    """Whether an outcome's condition is true; one that has no value does not hold. today() is the day in our zone."""
    try:
        return parse_for(condition.text, variables).evaluate(variables, now=now.astimezone(ZONE)).value is True
    except ExpressionError:
        return False


class OutcomeRefused(TaskRefused):
    """The outcome is not possible: %(why)s"""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(why=vi)
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`outcome` is the chosen one; `problems` are wrong entries; `refusal` says that the outcome is not possible."""

    outcome: Outcome | None
    problems: Sequence[FieldProblem]
    refusal: TransitionRefused | None


def answers_of(spec: UserTaskSpec, draft: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> Answers:
    """The draft as answers. A task with one outcome needs no choice."""
    entered = draft or {}
    outcome = str(entered.get("outcome") or "")
    if not outcome and len(spec.outcomes) == 1:
        outcome = spec.outcomes[0].id
    return Answers(
        outcome=outcome,
        fields=fields,
        reason=str(entered.get("reason") or ""),
        criterion_reasons=entered.get("criterion_reasons") or {},
    )


def check_answers(
    ground: CaseGround, uow: UnitOfWork, found: TaskSituation, spec: UserTaskSpec, answers: Answers
) -> Findings:
    """Check without changing anything. What criteria and papers lack is not repeated here: the task's view has it."""
    outcome = next((one for one in spec.outcomes if one.id == answers.outcome), None)
    try:
        check_completion(ground, uow, found.package, found.case, found.task, answers)
    except FormRefused as error:
        return Findings(outcome=outcome, problems=error.problems, refusal=None)
    except TransitionRefused as error:
        return Findings(outcome=outcome, problems=(), refusal=error)
    return Findings(outcome=outcome, problems=(), refusal=None)
