"""Who may be told: each audience by its name, what it means, and how it is found. Nobody is in one who may not read what is told."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import CommentAdded
from workflow.audit.facts.fact import ABSENT, Audience, Fact, part
from workflow.audit.facts.places import RunningCasesTurned
from workflow.audit.facts.procedures import VersionSubmitted
from workflow.errors import NotFound
from workflow.organisation.permissions import PERMISSIONS, SYSTEM_ROLES
from workflow.organisation.tree import OrganisationTree
from workflow.services.ground.access import Access, actor_in
from workflow.services.ground.people import doers_of, standing_in
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_MANAGING = tuple(role for role, permitted in PERMISSIONS.items() if "operate" in permitted)
_REVIEWING = tuple(role for role, permitted in PERMISSIONS.items() if "review_definitions" in permitted)
_MENTION = re.compile(r"(?<![\w.@-])@([\w.-]{1,80}(?: \w{1,40}){0,7})")
"""An at sign that is none of a mail address, and what may be a login or the words of a name after it."""
MOST_MENTIONED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What has happened, and where: as much of it as there is."""

    uow: UnitOfWork
    tree: OrganisationTree
    at: datetime
    on: date
    case: UnitCase | None = None
    task: TaskRecord | None = None
    event: AuditEvent | None = None
    fact: Fact | None = None

    @property
    def organisation_id(self) -> str | None:
        """The organisation in whose stream the event stands."""
        kind, _, key = self.event.stream.partition(":") if self.event else ("", "", "")
        return key if kind == "organisation" else None


def assignee(scene: Scene) -> set[str]:
    task = scene.task
    if task is None or task.assignee_id is None:
        return set()
    return {task.assignee_id, *standing_in(scene.uow, task.assignee_id, task.groups, scene.on)}


def doers(scene: Scene) -> set[str]:
    """Of a task that somebody has, only that person and who stands in for them."""
    if scene.task is None:
        return set()
    return assignee(scene) or doers_of(scene.uow, scene.task.groups, scene.on)


def escalated(scene: Scene) -> set[str]:
    group = scene.task.escalated_to if scene.task else None
    return doers_of(scene.uow, [group], scene.on) if group else set()


def unit(scene: Scene) -> set[str]:
    if scene.case is None or _is_internal(scene.fact):
        return set()
    return people_of_unit(scene.uow, scene.case, scene.on)


def people_of_unit(uow: UnitOfWork, case: UnitCase, on: date) -> set[str]:
    """Who acts for the subject unit itself, deputies included."""
    held = uow.accounts.holding(on, organisation_id=case.unit_id)
    return doers_of(uow, {f"{one.role}@{one.organisation_id}" for one in held if one.role not in SYSTEM_ROLES}, on)


def handlers(scene: Scene) -> set[str]:
    """Those who have, or may take, an open task of the case; of an internal remark not the people of the unit."""
    if scene.case is None:
        return set()
    uow = scene.uow
    tasks = (*uow.tasks.open_of_case(scene.case.id), *uow.tasks.suspended_of_case(scene.case.id))
    found = {task.assignee_id for task in tasks if task.assignee_id}
    found |= doers_of(uow, {group for task in tasks if not task.assignee_id for group in task.groups}, scene.on)
    return found - people_of_unit(uow, scene.case, scene.on) if _is_internal(scene.fact) else found


def managers(scene: Scene) -> set[str]:
    place = scene.case.unit_id if scene.case else scene.organisation_id
    if place is None:
        return set()
    places = scene.fact.units if isinstance(scene.fact, RunningCasesTurned) else (place,)
    days = {scene.on, scene.case.as_of_on} if scene.case else {scene.on}
    return {
        one.user_id
        for one in scene.uow.accounts.holding(scene.on, roles=_MANAGING)
        if any(
            one.organisation_id == place or scene.tree.covers(one.organisation_id, place, day)
            for place in places
            for day in days
        )
    }


def mentioned(scene: Scene) -> set[str]:
    if not isinstance(scene.fact, CommentAdded) or scene.case is None:
        return set()
    internal = _is_internal(scene.fact)
    reached = mentions(scene.uow, scene.tree, scene.case, str(scene.fact.text), scene.at, internal=internal)
    return {user for people in reached.values() for user in people}


def mentions(
    uow: UnitOfWork, tree: OrganisationTree, case: UnitCase, text: str, at: datetime, *, internal: bool
) -> dict[str, set[str]]:
    """What a text names by `@login`, or by `@` and a full name → the users meant who may read it."""
    found: dict[str, set[str]] = {}
    for words in list(dict.fromkeys(_MENTION.findall(text)))[:MOST_MENTIONED]:
        said, people = _meant(uow, words)
        found[said] = {user for user in people if may_read(uow, tree, case, user, at, internal=internal)}
    return found


def _meant(uow: UnitOfWork, words: str) -> tuple[str, frozenset[str]]:
    """The longest beginning of the words that is a name, else the first of them as a login."""
    parts = words.split(" ")
    for length in range(len(parts), 1, -1):
        name = " ".join(parts[:length])
        if people := uow.accounts.named(name):
            return name, people
    login = parts[0].rstrip(".-_")
    user = uow.accounts.by_login(login.lower())
    return login, frozenset({user.id}) if user and user.ended_at is None else frozenset()


def may_read(
    uow: UnitOfWork, tree: OrganisationTree, case: UnitCase, user_id: str, at: datetime, *, internal: bool
) -> bool:
    """Whether the user may read the case; `internal`: also what the people of its unit must not read."""
    access = Access(actor=actor_in(uow, user_id, at), tree=tree, now=at)
    if internal and access.is_of_unit(case):
        return False
    return access.assignment("read_case", case) is not None or any(
        task.assignee_id == user_id or access.actor.in_group(task.groups) for task in uow.tasks.open_of_case(case.id)
    )


def user(scene: Scene) -> set[str]:
    return _of(getattr(scene.fact, "user", None))


def former(scene: Scene) -> set[str]:
    before, after = (part(getattr(scene.fact, name, None), "assignee") for name in ("from_", "to"))
    return _of(before) - _of(after)


def principal(scene: Scene) -> set[str]:
    held = part(getattr(scene.fact, "assignment", None), "user_id")
    if held is None and (assignment := part(getattr(scene.fact, "deputyship", None), "assignment_id")):
        held = scene.uow.accounts.assignment(assignment).user_id
    return _of(held)


def members(scene: Scene) -> set[str]:
    if scene.organisation_id is None:
        return set()
    return {one.user_id for one in scene.uow.accounts.holding(scene.on, organisation_id=scene.organisation_id)}


def reviewers(scene: Scene) -> set[str]:
    return {one.user_id for one in scene.uow.accounts.holding(scene.on, roles=_REVIEWING)}


def submitter(scene: Scene) -> set[str]:
    if scene.event is None:
        return set()
    version = getattr(scene.fact, "version_id", None)
    submitted = scene.uow.events.of_type(scene.event.stream, VersionSubmitted.__name__)
    return next(({one.actor} for one in submitted if one.payload.get("version_id") == version), set())


def seconds(scene: Scene) -> set[str]:
    who = getattr(scene.fact, "seconds", ABSENT)
    return set() if who is ABSENT else set(who)


def asker(scene: Scene) -> set[str]:
    return _of(getattr(scene.fact, "asked_by", None))


def named(_scene: Scene) -> set[str]:
    """The procedure says whom; its own step finds them."""
    return set()


def _is_internal(fact: Fact | None) -> bool:
    return isinstance(fact, CommentAdded) and fact.internal


def _of(user_id: object) -> set[str]:
    return {user_id} if isinstance(user_id, str) else set()


AUDIENCES: Mapping[Audience, Callable[[Scene], set[str]]] = {
    "assignee": assignee,
    "doers": doers,
    "escalated": escalated,
    "unit": unit,
    "handlers": handlers,
    "managers": managers,
    "mentioned": mentioned,
    "user": user,
    "former": former,
    "principal": principal,
    "members": members,
    "reviewers": reviewers,
    "submitter": submitter,
    "named": named,
    "seconds": seconds,
    "asker": asker,
}

MEANINGS: Mapping[Audience, str] = {
    "assignee": "whoever has the task, and who stands in for them in it",
    "doers": "whoever has the task and their deputies, else those who hold its groups' roles and their deputies",
    "escalated": "the holders of the role that the deadline names, and their deputies; the managers where there is no such body",
    "unit": "those who act for the subject unit, unless it is an internal comment",
    "handlers": "those who have, or may take, an open task of the case (of an internal comment: not the unit's people)",
    "managers": "the managers whose jurisdiction covers the unit",
    "mentioned": "whoever is named by `@login` or `@Full Name` and may read it",
    "user": "whose account it is",
    "former": "whoever had the task before",
    "principal": "whoever is stood in for",
    "members": "those who hold a role at the organisation",
    "reviewers": "the reviewers of procedures",
    "submitter": "whoever submitted the version",
    "named": "the holders of the role that the procedure names",
    "seconds": "who can be the second person: administrators who reach what it is about, and the person concerned",
    "asker": "who asked for it",
}
"""What each audience means, for the reference."""


def found(scene: Scene, who: tuple[Audience, ...]) -> set[str]:
    """Everybody in these audiences, each once; a body or a person that is no longer there is nobody."""
    people: set[str] = set()
    for audience in who:
        try:
            people |= AUDIENCES[audience](scene)
        except NotFound:
            continue
    return people
