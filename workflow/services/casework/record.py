"""The record of a case, made from its events: who did which task, with which entries and outcome; and what a task rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import TaskCompleted
from workflow.errors import N_, NotFound
from workflow.feel.values import from_json
from workflow.model.user_task import FieldKind, Label, UserTaskSpec
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of, task_label
from workflow.runtime.steps import case_stream
from workflow.services.casework.criteria.past import package_task_is_multiple
from workflow.services.casework.rounds.lookup import is_round
from workflow.services.casework.rounds.recusals import Recusal, recorded
from workflow.services.casework.rounds.veil import Veil
from workflow.services.ground.labels import called
from workflow.services.ground.language import word
from workflow.services.ground.people import user_names
from workflow.spelling import by_name
from workflow.store.casework import EvidenceRecord, UnitCase
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry. `value`: names for `users`, a label for `choice`, else the value itself; None where it was left empty."""

    label: Label
    kind: FieldKind
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """What a task's sheet says of one criterion. `files`: the names of those that support it."""

    number: str
    result: str | None
    statement: str
    reason: str
    files: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneStep:
    """One completed task. `assessment` and `quorum` are what the process saw, empty where the task has none.

    `withheld`: only that it was done is told, for the round that it belongs to has not closed; everything entered is empty.
    """

    task_id: str
    node_id: str
    stage: str
    label: Label
    actor: str
    on_behalf_of: str
    organisation: str
    at: datetime
    outcome: Label
    reason: str
    lines: Sequence[Line]
    assessment: Mapping[str, Any]
    quorum: Mapping[str, Any]
    criterion_reasons: Mapping[str, str]
    withheld: bool = False
    results: Sequence[CriterionLine] = ()
    papers: Sequence[tuple[Label, Sequence[str]]] = ()


def read_record(
    uow: UnitOfWork, tree: OrganisationTree, package: ProcedurePackage, case_id: str, veil: Veil
) -> list[DoneStep]:
    """Every completed task, oldest first, with its results by criterion and its papers."""
    completed = [event for event in uow.events.of_stream(case_stream(case_id)) if event.type == TaskCompleted.__name__]
    files: dict[str, list[EvidenceRecord]] = {}
    for one in veil.files(uow.evidence.of_case(case_id)):
        files.setdefault(one.task_id, []).append(one)
    steps = [_veiled(step, veil) for step in steps_of(uow, tree, package, completed)]
    return [step if step.withheld else _in_full(uow, package, step, files.get(step.task_id, ())) for step in steps]


def _in_full(uow: UnitOfWork, package: ProcedurePackage, step: DoneStep, files: Sequence[EvidenceRecord]) -> DoneStep:
    papers = [
        (paper.label, [one.filename for one in files if one.paper_id == paper.id])
        for paper in spec_of(package, step.node_id).papers
    ]
    step = replace(step, papers=[(label, names) for label, names in papers if names])
    assessment = uow.assessments.of_task(step.task_id)
    known = package.criteria_sets.get(assessment.criteria_set) if assessment is not None else None
    if assessment is None or known is None:
        return step
    rows = uow.assessments.results(assessment.id)
    lines = [
        CriterionLine(
            number=key,
            result=rows[key].result,
            statement=rows[key].statement,
            reason=rows[key].reason,
            files=[one.filename for one in files if one.criterion_id == key],
        )
        for key in known.criteria
        if key in rows
    ]
    return replace(step, results=lines)


_NOT_YET = Label(vi="", en="")


def _veiled(step: DoneStep, veil: Veil) -> DoneStep:
    if step.task_id not in veil.tasks:
        return step
    return replace(
        step,
        outcome=_NOT_YET,
        reason="",
        lines=(),
        assessment={},
        quorum={},
        criterion_reasons={},
        withheld=True,
    )


def without_voters(package: ProcedurePackage, steps: Sequence[DoneStep]) -> list[DoneStep]:
    """The steps with votes as a count alone: neither who nor when, nor in which order. A team's sheets bear their names all the same."""
    found: list[DoneStep] = []
    for node_id, group in groupby(steps, key=lambda step: step.node_id):
        together = list(group)
        if is_round(package, node_id) and not any(step.assessment or step.withheld for step in together):
            last = together[-1].at
            ordered = sorted(together, key=lambda step: by_name(step.outcome.vi, step.reason))
            together = [replace(step, actor="", on_behalf_of="", at=last) for step in ordered]
        found += together
    return found


def steps_of(
    uow: UnitOfWork, tree: OrganisationTree, package: ProcedurePackage, events: Sequence[AuditEvent]
) -> list[DoneStep]:
    """What events of the type `TaskCompleted` tell, in their order."""
    results = [_result(event) for event in events]
    people = [person for event in events for person in (event.actor, event.on_behalf_of)]
    people += [person for result in results for value in result.values() for person in _texts(value)]
    people += [one.person for result in results for one in recorded(result, "", None)]
    names = user_names(uow, people)
    return [_step(tree, package, names, event, result) for event, result in zip(events, results, strict=True)]


def _result(event: AuditEvent) -> dict[str, Any]:
    found = from_json(event.payload.get("result") or {})
    return dict(found) if isinstance(found, Mapping) else {}


def _step(
    tree: OrganisationTree,
    package: ProcedurePackage,
    names: Mapping[str, str],
    event: AuditEvent,
    result: Mapping[str, Any],
) -> DoneStep:
    node_id = str(event.payload["node_id"])
    spec = spec_of(package, node_id)
    vi, en = task_label(package, node_id)
    outcome = str(event.payload["outcome"])
    return DoneStep(
        task_id=str(event.payload["task_id"]),
        node_id=node_id,
        stage=spec.stage,
        label=Label(vi=vi, en=en),
        actor=names.get(event.actor, ""),
        on_behalf_of=names.get(event.on_behalf_of or "", ""),
        organisation=_organisation(tree, event.organisation),
        at=event.at,
        outcome=next((one.label for one in spec.outcomes if one.id == outcome), Label(vi=outcome)),
        reason=str(event.payload.get("reason") or ""),
        lines=_lines(spec, result, names),
        assessment=_mapping(result.get("assessment")),
        quorum=_mapping(result.get("quorum")),
        criterion_reasons=_mapping(result.get("criterion_reasons")),
    )


def _lines(spec: UserTaskSpec, result: Mapping[str, Any], names: Mapping[str, str]) -> list[Line]:
    lines = []
    for item in spec.fields:
        value = result.get(item.id)
        if item.kind == "users":
            value = [names.get(user, user) for user in _texts(value)]
        elif item.kind == "choice":
            value = next((label for key, label in item.choices if key == value), None)
        lines.append(Line(label=item.label, kind=item.kind, value=value))
    lifted = [one for one in _listed(spec, result) if one.lifted is not None]
    return lines + [
        Line(
            label=word(_LIFTED),
            kind="longtext",
            value=f"{names.get(one.person, one.person)}: {one.lifted} ({one.reason})",
        )
        for one in lifted
    ]


_LIFTED = N_("Takes part again after a recusal (in brackets: why they were recused)")


def _listed(spec: UserTaskSpec, result: Mapping[str, Any]) -> list[Recusal]:
    """Who was ever recused at a session's opening; nobody at another task."""
    rule = spec.quorum
    return recorded(result, rule.recused, rule.reasons) if rule is not None and rule.recused is not None else []


def _organisation(tree: OrganisationTree, organisation_id: str | None) -> str:
    try:
        return called(tree.get(organisation_id)) if organisation_id else ""
    except NotFound:
        return ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


LOOKED_BACK = 100
"""How many completions are read: a page must not grow slower with a case that is returned time and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisTask:
    """The latest round of one task. `tally` is (outcome, how many) where several people do the task, empty where one does."""

    label: Label
    steps: Sequence[DoneStep]
    tally: Sequence[tuple[Label, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """`tasks`: newest first. `papers`: (label, its files) of the papers that other tasks ask for and that are there."""

    tasks: Sequence[BasisTask]
    papers: Sequence[tuple[Label, Sequence[EvidenceRecord]]]


def read_basis(
    uow: UnitOfWork, tree: OrganisationTree, package: ProcedurePackage, case: UnitCase, task: TaskRecord, veil: Veil
) -> Basis:
    """Leave out the task's own node, of which an earlier round is in the form, and what may not be told yet."""
    events = [
        event
        for event in uow.events.of_type(case_stream(case.id), TaskCompleted.__name__, LOOKED_BACK)
        if event.payload["node_id"] != task.node_id and event.payload["task_id"] not in veil.tasks
    ]
    records = {one.id: one for one in uow.tasks.of_case(case.id, Page(limit=LOOKED_BACK))} if events else {}
    found: dict[str, list[DoneStep]] = {}
    for step in steps_of(uow, tree, package, events):
        found.setdefault(step.node_id, []).append(step)
    rounds = [(_latest_round(steps, records, package), steps[0].label) for steps in found.values()]
    return Basis(
        tasks=[
            BasisTask(
                label=label,
                steps=steps,
                tally=_tally(steps) if package_task_is_multiple(package, steps[0].node_id) else (),
            )
            for steps, label in rounds
        ],
        papers=_papers(uow, package, case, task, veil),
    )


def _latest_round(
    steps: Sequence[DoneStep], records: dict[str, TaskRecord], package: ProcedurePackage
) -> Sequence[DoneStep]:
    """Of the steps of one node, newest first, those of its last round: tasks made side by side are made at one instant.

    Where people follow one another, their numbers fall as one goes back in time; a number that does not fall is an earlier round.
    """
    if not package_task_is_multiple(package, steps[0].node_id):
        return steps[:1]
    newest = records.get(steps[0].task_id)
    if newest is None:
        return steps[:1]
    lowest, kept = newest.loop_counter or 0, [steps[0]]
    for step in steps[1:]:
        record = records.get(step.task_id)
        if record is None:
            break
        if record.created_at != newest.created_at and (record.loop_counter or 0) >= lowest:
            break
        lowest = record.loop_counter or 0
        kept.append(step)
    return kept[::-1]


def _tally(steps: Sequence[DoneStep]) -> list[tuple[Label, int]]:
    counts: dict[Label, int] = {}
    for step in steps:
        counts[step.outcome] = counts.get(step.outcome, 0) + 1
    return sorted(counts.items(), key=lambda item: -item[1])


def _papers(
    uow: UnitOfWork, package: ProcedurePackage, case: UnitCase, task: TaskRecord, veil: Veil
) -> list[tuple[Label, Sequence[EvidenceRecord]]]:
    tasks = [one for process in package.bpmn.processes.values() for one in process.user_tasks.values()]
    own = {paper.id for one in tasks if one.id == task.node_id for paper in one.spec.papers}
    labels = {paper.id: paper.label for one in tasks for paper in one.spec.papers if paper.id not in own}
    files = veil.files(uow.evidence.of_case(case.id)) if labels else ()
    papers = [(label, [item for item in files if item.paper_id == key]) for key, label in labels.items()]
    return [(label, items) for label, items in papers if items]
