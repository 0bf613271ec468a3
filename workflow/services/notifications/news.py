"""What follows a happening: those whom its class names are told. Run by the worker, in the order in which it happened."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.accounts import ACTS, AccountFact, RequestFact, RequestMade
from workflow.audit.facts.casework import CaseValuesSet
from workflow.audit.facts.criteria import InquiryFact, InquiryMade
from workflow.audit.facts.fact import Fact, part
from workflow.audit.facts.notifications import CaseStuck, Notice, TaskRecalled
from workflow.audit.facts.places import PlaceFact, RunningCasesTurned, first_of
from workflow.audit.facts.procedures import VersionMoved
from workflow.audit.facts.registry import read
from workflow.calendar.zone import local_date
from workflow.errors import N_, NotFound
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.jobs import Runner
from workflow.runtime.recorder import SYSTEM, TELL, Provenance
from workflow.runtime.steps import Steps
from workflow.services.ground.ground import Ground
from workflow.services.ground.labels import node_label, same
from workflow.services.ground.language import word
from workflow.services.ground.people import user_names
from workflow.services.ground.roles import RoleRegister, known_roles
from workflow.services.notifications.audiences import Scene, found
from workflow.services.notifications.telling import tell
from workflow.store.casework import UnitCase
from workflow.store.jobs import JobRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

Params = dict[str, Any]


class News:
    """Runners of jobs, and what others tell by the same notices."""

    def __init__(self, ground: Ground, steps: Steps, register: RoleRegister) -> None:
        self._ground = ground
        self._steps = steps
        self._register = register

    def runners(self) -> dict[str, Runner]:
        """Runner by kind of job."""
        return {TELL: self.fact, "stuck": self.stuck, "recalled": self.recalled}

    def fact(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Tell those whom a recorded fact is about; whoever did it knows. What the setup does is nobody's news."""
        event = uow.events.at(job.payload["stream"], job.payload["seq"])
        fact = read(event.type, event.payload) if event else None
        if event is None or fact is None:
            return
        asked_by = getattr(fact, "asked_by", None) or None
        is_setup = isinstance(fact, AccountFact | PlaceFact) and not isinstance(fact, RunningCasesTurned)
        if event.actor == SYSTEM and not asked_by and is_setup:
            return
        case = uow.unit_cases.get(event.case_id) if event.case_id else None
        task_id = getattr(fact, "task_id", None)
        task = uow.tasks.get(task_id) if isinstance(task_id, str) else None
        scene = self._scene(uow, by, case=case, task=task, event=event, fact=fact)
        params = self._params_of_fact(scene, event, fact)
        know = {event.actor} if "asker" in fact.who else {event.actor, str(asked_by)}
        people = found(scene, fact.who) - know
        tell(uow, people, fact.notice, params, by, case=case, task_id=task_id, about=_about(fact))

    def stuck(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """An incident is open: those who can do something about it hear of it."""
        case = uow.unit_cases.get(str(job.case_id))
        incident = next(
            (one for one in uow.incidents.of_case(case.id) if one.incident_id == job.payload["incident_id"]), None
        )
        if incident is None or incident.resolved_at is not None or case.unit_id is None:
            return
        scene = self._scene(uow, by, case=case)
        label = node_label(self._steps.version(uow, case).package, incident.node_id)
        params = self.params(scene) | {"task": label.vi, "task_en": label.en}
        tell(uow, found(scene, CaseStuck.who), CaseStuck.notice, params, by, case=case)

    def recalled(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Somebody had a task that the process has taken back."""
        task = uow.tasks.get(job.payload["task_id"])
        self.notice(uow, TaskRecalled, by, uow.unit_cases.get(task.case_id), task)

    def notice(
        self,
        uow: UnitOfWork,
        kind: type[Notice],
        by: Provenance,
        case: UnitCase,
        task: TaskRecord,
        *,
        but: frozenset[str] = frozenset(),
    ) -> None:
        """Tell the notice's audience of the task, but for those in `but`."""
        scene = self._scene(uow, by, case=case, task=task)
        tell(uow, found(scene, kind.who) - but, kind.notice, self.params(scene), by, case=case, task_id=task.id)

    def _scene(self, uow: UnitOfWork, by: Provenance, **more: Any) -> Scene:
        return Scene(uow=uow, tree=self._ground.register.tree(uow), at=by.at, on=local_date(by.at), **more)

    def params(self, scene: Scene) -> Params:
        """The places that notices about cases and tasks have."""
        named: Params = {}
        if scene.case is not None:
            unit = scene.tree.get(scene.case.unit_id)
            named |= {"unit": unit.name_vi, "unit_en": unit.name_en, "business_key": scene.case.business_key}
        if scene.task is not None:
            due = scene.task.due_at
            named |= {
                "task": scene.task.name_vi,
                "task_en": scene.task.name_en,
                "due": local_date(due).strftime("%d/%m/%Y") if due else "–",
            }
        return named

    def _params_of_fact(self, scene: Scene, event: AuditEvent, fact: Fact) -> Params:
        uow = scene.uow
        names = user_names(uow, [event.actor])
        params = self.params(scene) | {"actor": names.get(event.actor, event.actor)}
        version = getattr(fact, "version", None)
        if version is not None:
            params["version"] = str(version)
        if isinstance(fact, CaseValuesSet):
            params["changes"] = fact.changes
        if isinstance(fact, InquiryFact):
            params |= _inquiry(fact)
        if isinstance(fact, VersionMoved):
            known = uow.definitions.get(fact.version_id)
            params |= {"procedure": known.title_vi, "procedure_en": known.title_en}
        if isinstance(fact, RunningCasesTurned):
            params |= {"number": str(fact.number), "cases": first_of(fact.cases)}
        if isinstance(fact, AccountFact):
            params |= self._of_account(uow, scene.tree, fact)
        if scene.organisation_id is not None:
            params |= _organisation(scene.tree, scene.organisation_id)
        return params

    def _of_account(self, uow: UnitOfWork, tree: OrganisationTree, fact: AccountFact) -> Params:
        held: Any = getattr(fact, "assignment", None) or getattr(fact, "new", None) or {}
        period: Any = getattr(fact, "new", None)
        if (deputyship := getattr(fact, "deputyship", None)) is not None:
            held = {"user_id": uow.accounts.assignment(str(part(deputyship, "assignment_id"))).user_id}
        names = user_names(uow, [fact.user, part(held, "user_id")])
        params: Params = {
            "user": names.get(str(fact.user), ""),
            "deputy": names.get(str(fact.user), ""),
            "principal": names.get(part(held, "user_id") or "", ""),
        }
        if (role := part(held, "role")) is not None:
            params |= self._role(uow, role)
        if (place := part(held, "organisation_id")) is not None:
            params |= _organisation(tree, place)
        if isinstance(fact, RequestFact):
            params |= self._request(fact)
        if isinstance(period, Mapping):
            params |= {"first_day": _day(part(period, "valid_from")), "last_day": _day(part(period, "valid_to"))}
        elif isinstance(period, str):
            params["last_day"] = _day(period)
        return params

    @staticmethod
    def _request(fact: RequestFact) -> Params:
        act = word(ACTS[fact.act])
        params = {"act": act.vi, "act_en": act.en}
        if isinstance(fact, RequestMade):
            until = local_date(datetime.fromisoformat(str(fact.expires_at)))
            params["last_day"] = until.strftime("%d/%m/%Y")
            if not fact.user:  # the account is to be created
                params["user"] = str(part(part(fact.wish, "user"), "name") or "")
        return params

    def _role(self, uow: UnitOfWork, role: str) -> Params:
        if role in _SYSTEM_ROLES:
            label = word(_SYSTEM_ROLES[role])
        else:
            known = known_roles(uow, self._register).get(role)
            label = known.label if known is not None else same(role)
        return {"role": label.vi, "role_en": label.en or label.vi}


_SYSTEM_ROLES: Mapping[str, str] = {
    "administrator": N_("Administrator"),
    "definition-reviewer": N_("Reviewer of procedures"),
    "auditor": N_("Auditor"),
    "inspection-team": N_("Inspection team (reads, until a last day)"),
    "manager": N_("Manager of the standing office"),
}


def _organisation(tree: OrganisationTree, organisation_id: str) -> Params:
    try:
        known = tree.get(organisation_id)
    except NotFound:
        return {"organisation": organisation_id}
    return {"organisation": known.name_vi, "organisation_en": known.name_en}


def _day(text: str | None) -> str:
    return date.fromisoformat(text).strftime("%d/%m/%Y") if text else "–"


def _inquiry(fact: InquiryFact) -> Params:
    params = {"criterion": fact.criterion_id}
    if isinstance(fact, InquiryMade):
        due = local_date(datetime.fromisoformat(str(fact.due_at)))
        params["answer_due"] = due.strftime("%d/%m/%Y")
    return params


def _about(fact: Fact) -> tuple[str, str] | None:
    if isinstance(fact, VersionMoved):
        return "version", fact.version_id
    if isinstance(fact, RequestFact):
        return "request", fact.request
    if isinstance(fact, InquiryFact):
        return "inquiry", fact.inquiry_id
    return ("account", fact.user) if isinstance(fact, AccountFact) and fact.user else None
