"""The cases of sittings with what they are read from: their tasks, their variables, their committee. Nothing here is handed out."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal as OneOf

from workflow.calendar.zone import midnight
from workflow.engine.codec import state_from_json
from workflow.engine.state import visible_variables
from workflow.errors import AuditBroken, InvalidInput, NotFound
from workflow.model.expressions import Literal
from workflow.organisation.candidates import group_key, resolve_body
from workflow.packages.package import ProcedurePackage
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.recusals import Recusal, recorded
from workflow.services.casework.rounds.session import evaluated
from workflow.services.ground.access import Access
from workflow.services.sittings.order import Order, order_of
from workflow.store.casework import UnitCase
from workflow.store.searching.sittings import Convened
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

Stand = OneOf["waiting", "voting", "deciding", "decided", "put_off", "elsewhere"]
LOOKED_BACK = timedelta(days=366)


@dataclass(slots=True, kw_only=True)
class Item:
    """A case with what its sitting is read from. Not handed out: it holds what may not be told."""

    case: UnitCase
    package: ProcedurePackage
    order: Order
    variables: Mapping[str, Any]
    body: str
    on: date
    committee: frozenset[str]
    """The groups whose members belong to the sitting."""
    tasks: list[TaskRecord] = field(default_factory=list)

    def of(self, node_id: str) -> list[TaskRecord]:
        """The case's tasks of that node, oldest first."""
        return [one for one in self.tasks if one.node_id == node_id]

    def opened(self, node_id: str) -> TaskRecord | None:
        """The one of that node that has not ended."""
        return next((one for one in self.of(node_id) if one.ended_at is None), None)

    @property
    def convening(self) -> Mapping[str, Any]:
        return mapping(self.variables.get(self.order.convening))

    @property
    def opening(self) -> Mapping[str, Any]:
        """What the opening recorded; of the one before, where the sitting was put off and convened anew, nothing."""
        last = self.of(self.order.opening)
        done = [one for one in last if one.state == "completed"]
        convened = [one.ended_at for one in self.of(self.order.convening) if one.ended_at]
        if not done or not convened or done[-1].created_at < convened[-1]:
            return {}
        return mapping(self.variables.get(self.order.opening))

    @property
    def stand(self) -> Stand:
        if self.case.ended_at is not None:
            return "decided" if self.decision is not None else "elsewhere"
        steps: tuple[tuple[str, Stand], ...] = (
            (self.order.decision, "deciding"),
            (self.order.vote, "voting"),
            (self.order.opening, "waiting"),
            (self.order.convening, "put_off"),
        )
        here = next((stand for node, stand in steps if self.opened(node)), None)
        return here or ("decided" if self.decision is not None else "elsewhere")

    @property
    def decision(self) -> TaskRecord | None:
        """The committee's decision after its last vote, where there is one; what follows from it may still be under way."""
        votes, done = self.of(self.order.vote), self.of(self.order.decision)
        last = done[-1] if done else None
        if last is None or last.state != "completed" or (votes and last.created_at < votes[-1].created_at):
            return None
        return last

    @property
    def left(self) -> bool:
        """Whether the case has ended without the committee's decision."""
        return self.case.ended_at is not None and self.stand != "decided"

    @property
    def round(self) -> list[TaskRecord]:
        """The members' parts of the last vote, of the present sitting."""
        votes = self.of(self.order.vote)
        last = [one for one in votes if one.round_id == votes[-1].round_id] if votes else []
        return [one for one in last if one.state != "cancelled"]  # whoever stepped out has no part

    @property
    def roster(self) -> list[str]:
        return texts(self.convening.get(self.order.roster))

    @property
    def signer(self) -> str | None:
        """Who decides in the place of whoever would: named at the opening where they are recused."""
        return next(iter(texts(self.opening.get(self.order.rule.signer or ""))), None)

    @property
    def recusals(self) -> list[Recusal]:
        rule = self.order.rule
        if rule.recused is None:
            return []
        found = recorded(self.opening, rule.recused, rule.reasons)
        return [one for one in found if one.lifted is None]


def items_of(
    ground: CaseGround, uow: UnitOfWork, access: Access, *, body: str | None = None, on: date | None = None
) -> list[Item]:
    """The cases of sittings that the reader may see: of one body and day, or all of the last year."""
    orders = _orders(ground, uow)
    if not orders:
        return []
    until = midnight(on + timedelta(days=1)) if on is not None else None
    since = (until or access.now) - LOOKED_BACK
    where = Convened(node_ids={one.convening for one in orders}, unit_ids=access.units(), since=since, until=until)
    found = []
    for case in uow.sittings.convened(where):
        item = item_of(ground, uow, case)
        if item is not None and (on is None or item.on == on) and (body is None or item.body == body):
            found.append(item)
    by_case: dict[str, list[TaskRecord]] = {}
    for task in uow.sittings.tasks([one.case.id for one in found]) if found else ():
        by_case.setdefault(task.case_id, []).append(task)
    for one in found:
        one.tasks = by_case.get(one.case.id, [])
    return [one for one in found if concerns(access, one) and not one.left]


def item_of(ground: CaseGround, uow: UnitOfWork, case: UnitCase) -> Item | None:
    """The case without its tasks; None where it was never convened, or its procedure knows no sitting."""
    package = ground.version(uow, case).package
    order = order_of(package)
    if order is None:
        return None
    variables = _variables(case)
    day = mapping(variables.get(order.convening)).get(order.day)
    place = _body(ground, uow, case, order, variables) if isinstance(day, date) else None
    if place is None or not isinstance(day, date):
        return None
    groups = _committee(ground, package, order, variables, place)
    return Item(case=case, package=package, order=order, variables=variables, body=place, on=day, committee=groups)


def concerns(access: Access, item: Item) -> bool:
    """Whether the reader belongs to the sitting of this case, prepares it, or looks after such cases; the judged unit does not."""
    groups = item.committee | {group for one in item.of(item.order.opening) for group in one.groups}
    if access.actor.in_group(groups) or access.actor.user_id in item.roster:
        return True
    return any(access.assignment(what, item.case) for what in ("manage_tasks", "audit"))


def _orders(ground: CaseGround, uow: UnitOfWork) -> list[Order]:
    found = []
    for package in _packages(ground, uow):
        found += [order for one in (package, *package.former) if (order := order_of(one)) is not None]
    return found


def _packages(ground: CaseGround, uow: UnitOfWork) -> Iterator[ProcedurePackage]:
    """Those of the campaigns. One whose files were changed has no sittings: verification names it, and the menu of every page asks here."""
    for version_id in dict.fromkeys(one.version_id for one in uow.campaigns.all()):
        with suppress(AuditBroken):
            yield ground.steps.compiled(uow, version_id).package


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the procedures of the campaigns say of sittings.

    `roles`: as assignments call them, whose holders take part; `deciding`: of these, who vote and decide; `chairing`: of these, who decide. `steps`: (procedure key, node) of what a sitting is made of once
    it has been convened.
    """

    roles: frozenset[str]
    deciding: frozenset[str]
    chairing: frozenset[str]
    steps: frozenset[tuple[str, str]]


def known_of(ground: CaseGround, uow: UnitOfWork) -> Known:
    """Read it from the packages."""
    roles, deciding, chairing, steps = set(), set(), set(), set()
    for package in _packages(ground, uow):
        order = order_of(package)
        for node, spec in order.specs.items() if order else ():
            held = {package.held_as(one.text) for one in spec.candidate_groups if isinstance(one, Literal)}
            roles |= held
            deciding |= held if order and node in (order.vote, order.decision) else set()
            chairing |= held if order and node == order.decision else set()
        for one in (package, *package.former):
            found = order_of(one)
            steps |= {(package.key, node) for node in found.nodes[1:]} if found else set()
    return Known(
        roles=frozenset(roles), deciding=frozenset(deciding), chairing=frozenset(chairing), steps=frozenset(steps)
    )


def _variables(case: UnitCase) -> Mapping[str, Any]:
    if case.state is None:
        return {}
    state = state_from_json(case.state)
    return visible_variables(state, state.root_id)


def _committee(
    ground: CaseGround, package: ProcedurePackage, order: Order, variables: Mapping[str, Any], body: str
) -> frozenset[str]:
    named = [*order.specs[order.vote].candidate_groups, *order.specs[order.decision].candidate_groups]
    roles = [role for one in named if (role := evaluated(one, variables, ground))]
    return frozenset(group_key(package.held_as(role), body) for role in roles)


def _body(
    ground: CaseGround, uow: UnitOfWork, case: UnitCase, order: Order, variables: Mapping[str, Any]
) -> str | None:
    """The committee's body."""
    jurisdiction = evaluated(order.specs[order.vote].jurisdiction, variables, ground)
    try:
        return resolve_body(ground.register.tree(uow), jurisdiction, case.unit_id, case.as_of_on)
    except (NotFound, InvalidInput):
        return None


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
