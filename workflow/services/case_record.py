"""The record of a case, made from its events: who did which task, with which entries and outcome. Minutes are printed from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.errors import NotFound
from workflow.feel.values import from_json
from workflow.model.user_task import FieldKind, Label, UserTaskSpec
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.services.people import user_names
from workflow.services.spec import spec_of, task_label
from workflow.services.steps import case_stream
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry. `value`: names for `users`, a label for `choice`, else the value itself; None where it was left empty."""

    label: Label
    kind: FieldKind
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneStep:
    """One completed task. `assessment` and `quorum` are what the process saw, empty where the task has none."""

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


def read_record(uow: UnitOfWork, tree: OrganisationTree, package: ProcedurePackage, case_id: str) -> list[DoneStep]:
    """Every completed task, oldest first."""
    completed = [event for event in uow.events.of_stream(case_stream(case_id)) if event.type == "TaskCompleted"]
    return steps_of(uow, tree, package, completed)


def steps_of(
    uow: UnitOfWork, tree: OrganisationTree, package: ProcedurePackage, events: Sequence[AuditEvent]
) -> list[DoneStep]:
    """What events of the type `TaskCompleted` tell, in their order."""
    results = [_result(event) for event in events]
    people = [person for event in events for person in (event.actor, event.on_behalf_of)]
    people += [person for result in results for value in result.values() for person in _texts(value)]
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
    return lines


def _organisation(tree: OrganisationTree, organisation_id: str | None) -> str:
    try:
        return tree.get(organisation_id).name_vi if organisation_id else ""
    except NotFound:
        return ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
