"""What stood around a case at an instant, and what became of everything between two instants: told by events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from workflow.audit.facts.accounts import DeputyAppointed, DeputyshipEnded, RoleAssigned, RoleEnded
from workflow.audit.facts.campaigns import DeadlineChanged
from workflow.audit.facts.casework import RESULTS
from workflow.calendar.zone import local_date
from workflow.errors import N_
from workflow.model.user_task import Label
from workflow.recognition.criteria import Criterion
from workflow.services.accounts.directory import STREAM as ACCOUNTS
from workflow.services.auditing.history import AssessmentAt, CaseAt, ResultAt
from workflow.services.auditing.names import EventNames
from workflow.services.ground.labels import EMPTY, role_label, same
from workflow.services.ground.language import word
from workflow.services.ground.people import user_names
from workflow.services.ground.words import local_text
from workflow.store.auditing import EventFilter
from workflow.store.casework import UnitCase
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_POWERS = tuple(kind.__name__ for kind in (RoleAssigned, RoleEnded, DeputyAppointed, DeputyshipEnded))
_TASKS = Page(limit=1000)
_INSTANT = timedelta(microseconds=1)
_NOBODY = N_("nobody yet")
STATE, OUTCOME, DECISION, TASK, CRITERION, EVIDENCE, ROLE, DEADLINE = (
    N_("State"),
    N_("How it ended"),
    N_("Decision"),
    N_("Open task"),
    N_("Criterion"),
    N_("Evidence"),
    N_("Role"),
    N_("Deadline of the campaign"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderAt:
    """Somebody held a role that tasks of the case wait for. `deputy_of`: whose, where they stood in."""

    key: str
    role: Label
    organisation: Label
    person: str
    deputy_of: str | None
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineAt:
    """A deadline of the campaign."""

    id: str
    label: Label
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case at an instant with what stood around it."""

    case: CaseAt
    holders: Sequence[HolderAt]
    deadlines: Sequence[DeadlineAt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`kind` is a message; a side is None where there was nothing."""

    kind: str
    what: Label
    before: Label | None
    after: Label | None


def standing(uow: UnitOfWork, names: EventNames, case: UnitCase, found: CaseAt) -> Standing:
    """Add who held the roles of the case's tasks, and the campaign's deadlines, as they were at that instant."""
    return Standing(
        case=found,
        holders=list(_holders(uow, names, names.on(case, found.version_id), found.at)),
        deadlines=list(_deadlines(uow, case, found.at)),
    )


def differences(before: Standing, after: Standing) -> list[Difference]:
    """Everything that is not the same, kind by kind."""
    first, second = dict(_told(before)), dict(_told(after))
    found = []
    for key in dict.fromkeys([*first, *second]):
        one, other = first.get(key), second.get(key)
        if one is None or other is None or one[1] != other[1]:
            what = (one or other or (EMPTY, EMPTY))[0]
            found.append(
                Difference(kind=key[0], what=what, before=one[1] if one else None, after=other[1] if other else None)
            )
    order = (STATE, OUTCOME, DECISION, TASK, CRITERION, EVIDENCE, ROLE, DEADLINE)
    return sorted(found, key=lambda one: order.index(one.kind))


Told = tuple[tuple[str, str], tuple[Label, Label]]
"""Kind and key of a thing, what it is called and how it stood."""


def _told(one: Standing) -> Iterator[Told]:
    case = one.case
    if case.status is None:
        return
    yield (STATE, ""), (EMPTY, same(case.status))
    if case.outcome is not None:
        yield (OUTCOME, ""), (EMPTY, case.outcome)
    if case.decision_number:
        yield (DECISION, ""), (EMPTY, same(f"{case.decision_number}, {case.decided_on or ''}"))
    for task in case.open_tasks:
        who = same(task.assignee) if task.assignee else word(_NOBODY)
        due = f" – {local_text(task.due_at.isoformat())}" if task.due_at else ""
        yield (TASK, task.activity_id), (task.node, Label(vi=f"{who.vi}{due}", en=f"{who.en}{due}"))
    for sheet, criterion, result in _results(case.assessments):
        what = Label(vi=f"{criterion}, {sheet.node.vi}", en=f"{criterion}, {sheet.node.en or sheet.node.vi}")
        yield (
            (CRITERION, f"{sheet.task_id} {criterion}"),
            (what, _result(result, sheet.criteria.get(criterion), sheet.by)),
        )
    for file in case.evidence:
        where = file.paper or same(file.criterion_id or file.paper_id or "–")
        what = Label(vi=f"{file.filename} ({where.vi})", en=f"{file.filename} ({where.en or where.vi})")
        yield (EVIDENCE, file.evidence_id), (what, same(f"{file.added_by}, {local_date(file.added_at):%d/%m/%Y}"))
    for held in one.holders:
        what = Label(vi=f"{held.role.vi}, {held.organisation.vi}", en=f"{held.role.en}, {held.organisation.en}")
        person = f"{held.person} ({held.deputy_of})" if held.deputy_of else held.person
        yield (ROLE, held.key), (what, same(f"{person}; {held.paper}" if held.paper else person))
    for deadline in one.deadlines:
        day = f"{deadline.last_day:%d/%m/%Y}" if deadline.last_day else "–"
        yield (DEADLINE, deadline.id), (deadline.label, same(day))


def _results(sheets: Sequence[AssessmentAt]) -> Iterator[tuple[AssessmentAt, str, ResultAt]]:
    for sheet in sheets:
        for criterion, result in sheet.results.items():
            yield sheet, criterion, result


def _result(found: ResultAt, criterion: Criterion | None, by: str) -> Label:
    said = word(RESULTS[found.result]) if found.result and found.result in RESULTS else same("–")
    labels = criterion.labels if criterion else {}
    figures = [(labels.get(name) or same(name), value) for name, value in found.figures.items()]
    vi = ", ".join(f"{label.vi}: {value.replace('.', ',')}" for label, value in figures)
    en = ", ".join(f"{label.en or label.vi}: {value}" for label, value in figures)
    rest = [part for part in (found.statement, found.reason, by) if part]
    return Label(vi="; ".join(filter(None, (said.vi, vi, *rest))), en="; ".join(filter(None, (said.en, en, *rest))))


def _holders(uow: UnitOfWork, names: EventNames, case: UnitCase, instant: datetime) -> Iterator[HolderAt]:
    groups = {group for task in uow.tasks.of_case(case.id, _TASKS) for group in task.groups}
    held: dict[str, dict[str, Any]] = {}
    lent: dict[str, dict[str, Any]] = {}
    where = EventFilter(streams=[ACCOUNTS], types=_POWERS, until=instant + _INSTANT)
    for event in uow.events.each(where):
        _take(held, lent, event.type, event.payload)
    today = local_date(instant).isoformat()
    valid = {key: one for key, one in held.items() if _holds(one, today) and _group(one) in groups}
    stand_in = [one for one in lent.values() if _holds(one, today) and one["assignment_id"] in valid]
    wanted = {one["user_id"] for one in valid.values()} | {one["deputy_user_id"] for one in stand_in}
    people = user_names(uow, wanted)
    package = names.package(case)
    for key, one in sorted(valid.items(), key=lambda item: (_group(item[1]), item[0])):
        seat = {"role": role_label(package, one["role"]), "organisation": names.organisation(one["organisation_id"])}
        person, paper = people.get(one["user_id"], one["user_id"]), str(one.get("paper") or "")
        yield HolderAt(key=key, **seat, person=person, deputy_of=None, paper=paper)
        for deputy in stand_in:
            if deputy["assignment_id"] == key:
                name, by = people.get(deputy["deputy_user_id"], "–"), str(deputy.get("paper") or "")
                yield HolderAt(key=deputy["id"], **seat, person=name, deputy_of=person, paper=by)


def _take(held: dict[str, dict[str, Any]], lent: dict[str, dict[str, Any]], type: str, payload: Any) -> None:
    if type == RoleAssigned.__name__:
        held[payload["new"]["id"]] = dict(payload["new"])
    elif type == RoleEnded.__name__ and payload["assignment"]["id"] in held:
        held[payload["assignment"]["id"]]["valid_to"] = payload["new"]
    elif type == DeputyAppointed.__name__:
        lent[payload["new"]["id"]] = dict(payload["new"])
    elif type == DeputyshipEnded.__name__ and payload["deputyship"]["id"] in lent:
        lent[payload["deputyship"]["id"]]["valid_to"] = payload["new"]


def _holds(one: Mapping[str, Any], today: str) -> bool:
    return str(one["valid_from"]) <= today <= str(one.get("valid_to") or "9999-12-31")


def _group(one: Mapping[str, Any]) -> str:
    return f"{one['role']}@{one['organisation_id']}"


def _deadlines(uow: UnitOfWork, case: UnitCase, instant: datetime) -> Iterator[DeadlineAt]:
    """The campaign's deadlines of today, with what was changed since put back."""
    then = dict(uow.campaigns.get(case.campaign_id).deadlines)
    where = EventFilter(
        streams=[f"campaign:{case.campaign_id}"], types=(DeadlineChanged.__name__,), since=instant + _INSTANT
    )
    for event in reversed(list(uow.events.each(where))):
        then[event.payload["deadline"]] = event.payload["old"]
    for deadline_id, one in then.items():
        label = Label(vi=one["label_vi"], en=one.get("label_en") or one["label_vi"])
        last_day = date.fromisoformat(one["last_day"]) if one.get("last_day") else None
        yield DeadlineAt(id=deadline_id, label=label, last_day=last_day)
