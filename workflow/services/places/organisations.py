"""Organisations are added, edited, ended and succeeded; every change is recorded on the organisation's own stream."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from workflow.audit.facts.fact import Fact
from workflow.audit.facts.places import OrganisationAdded, OrganisationChanged, OrganisationEnded, OrganisationSucceeded
from workflow.errors import N_, Conflict, Doubt, InvalidInput, PermissionDenied, Unconfirmed
from workflow.organisation.authority import Actor
from workflow.organisation.check import check, check_kind
from workflow.organisation.permissions import Permission
from workflow.organisation.records import BODY_KINDS, SUBJECT_KINDS, SUCCESSION_KINDS, Organisation, Succession
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.programs import Programs
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.services.ground.changes import changes, plain, required
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.ground.register import (
    ORGANISATIONS,
    organisation_of,
    record_of,
    renew,
)
from workflow.services.places.bearing import Bearing, check_turns
from workflow.spelling import by_name, entered, fits, sought
from workflow.store.places import OrganisationRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_PERMISSION: Permission = "administer_organisations"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationData:
    """See `workflow.organisation.records.Organisation` for the meaning of each."""

    code: str
    kind: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None = None
    type: str | None = None
    level: str | None = None
    territory_id: str | None = None
    managing_level: str | None = None
    managing_id: str | None = None
    delegation_paper: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCommand(Command):
    """`reaches_back`: running cases may get another body by it. Nobody who signs in may say so, only the server's command line."""

    reaches_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOrganisation(OrganisationCommand):
    """`confirmed`: the keys of the doubts that the person has seen and holds to, such as a kind that there was not yet."""

    organisation_id: str
    data: OrganisationData
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrganisation(OrganisationCommand):
    STORED_AS: ClassVar[str] = "EditOrganisation"
    organisation_id: str
    data: OrganisationData
    revision: int
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOrganisation(OrganisationCommand):
    """`paper`: the decision that ends it."""

    organisation_id: str
    last_day: date
    paper: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SucceedOrganisation(OrganisationCommand):
    """From `on` the successor stands in the predecessor's place. `kind`: see `workflow.organisation.records`."""

    predecessor_id: str
    successor_id: str
    kind: str
    on: date
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationQuery:
    """All given conditions must hold; `on`: that exist on the day, which is today where none is given."""

    on: date | None = None
    text: str = ""
    kind: str | None = None
    managing_level: str | None = None

    @property
    def is_search(self) -> bool:
        """Whether anything but the day is asked for."""
        return bool(self.text or self.kind or self.managing_level)


ALL_TODAY = OrganisationQuery()


class OrganisationService:
    """For administrators, each within their jurisdiction. Every change takes effect for the next reader.

    What would give running cases another body takes more than one person (`workflow.services.places.bearing`): only the server's
    command line (`actor` None) may do it, where the command says so (`reaches_back`).
    """

    def __init__(self, ground: Ground, programs: Programs) -> None:
        self._ground = ground
        self._bearing = Bearing(programs)

    def list(self, actor: Actor, where: OrganisationQuery = ALL_TODAY) -> Sequence[Organisation]:
        """The organisations of the actor's jurisdiction that fit, by name: read from the register, which is in memory."""
        with self._ground.units.reading() as uow:
            return self._fitting(uow, actor, where)

    def page(
        self, actor: Actor, where: OrganisationQuery, page: Page
    ) -> tuple[Sequence[tuple[int, OrganisationRecord]], int]:
        """Those of one page, each with how deep it stands, and the number of all that fit.

        By area where nothing is searched for; else by name, all equally deep.
        """
        with self._ground.units.reading() as uow:
            found = self._fitting(uow, actor, where)
            lines = [(0, one) for one in found] if where.is_search else by_area(found)
            shown = lines[page.offset : page.offset + page.limit]
            records = uow.organisations.many([one.id for _, one in shown])
        return [(depth, records[one.id]) for depth, one in shown], len(lines)

    def _fitting(self, uow: UnitOfWork, actor: Actor, where: OrganisationQuery) -> Sequence[Organisation]:
        today, tree = self._ground.today(), self._ground.register.tree(uow)
        wanted = sought(where.text)
        found = [
            one
            for one in tree.valid(where.on or today)
            if (where.kind is None or one.kind == where.kind)
            and (where.managing_level is None or one.managing_level == where.managing_level)
            and (not where.text.strip() or fits(wanted, one.name_vi, one.name_en, one.code))
            and actor.can(_PERMISSION, one.id, tree, today)
        ]
        return sorted(found, key=lambda one: by_name(one.name_vi, one.id))

    def get(self, actor: Actor, organisation_id: str) -> tuple[OrganisationRecord, Sequence[Succession]]:
        """One organisation of the actor's jurisdiction, ended or not, with what it followed and what follows it."""
        with self._ground.units.reading() as uow:
            found = uow.organisations.get(organisation_id)
            self._ground.require(uow, actor, _PERMISSION, found.id)
            successions = uow.organisations.successions()
        return found, [one for one in successions if organisation_id in (one.predecessor_id, one.successor_id)]

    def add(self, actor: Actor | None, command: AddOrganisation) -> str:
        """Add an organisation to an area of the actor's jurisdiction and return its id.

        Raises `InvalidInput`, `Conflict` for an id that is there already, `PermissionDenied`.
        """

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            new = new_record(command.organisation_id, command.data)
            if any(one.id == new.id for one in uow.organisations.all()):
                raise Conflict()
            by = self._by(uow, actor, command, _places(new))
            self._ask_kind(uow, new, command.confirmed)
            before = self._ground.register.tree(uow)
            uow.organisations.add([new])
            return self._finish(uow, before, command, {new.id: OrganisationAdded(new=plain(new))}, by)

        self._ground.carry_out(actor, command, work)
        return command.organisation_id

    def change(self, actor: Actor | None, command: ChangeOrganisation) -> None:
        """Replace what is entered of the organisation. Raises `Conflict` when its revision is an older one."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old = uow.organisations.get(command.organisation_id)
            new = replace(new_record(command.organisation_id, command.data), revision=command.revision)
            # What it was and what it becomes must be the actor's: nobody moves a unit out of or into others' hands.
            places = [old.id, *(place for place in _places(new) if place not in _places(old))]
            by = self._by(uow, actor, command, places)
            if new.kind != old.kind:
                self._ask_kind(uow, new, command.confirmed)
            before = self._ground.register.tree(uow)
            uow.organisations.save(new)
            return self._finish(uow, before, command, {new.id: OrganisationChanged(changes=changes(old, new))}, by)

        self._ground.carry_out(actor, command, work)

    def end(self, actor: Actor | None, command: EndOrganisation) -> None:
        """Give the organisation a last day. Raises `InvalidInput`, `Conflict`, `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old = uow.organisations.get(command.organisation_id)
            by = self._by(uow, actor, command, [old.id])
            new = replace(old, valid_to=command.last_day, revision=command.revision)
            before = self._ground.register.tree(uow)
            uow.organisations.save(new)
            fact = OrganisationEnded(changes=changes(old, new), paper=entered(command.paper))
            return self._finish(uow, before, command, {new.id: fact}, by)

        self._ground.carry_out(actor, command, work)

    def succeed(self, actor: Actor | None, command: SucceedOrganisation) -> None:
        """Record the succession; the predecessor ends the day before if it still stands.

        Raises `InvalidInput`, `NotFound`, `PermissionDenied`.
        """
        before, after = command.predecessor_id, command.successor_id
        new = new_succession(before, after, command.kind, command.on, command.paper)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old = uow.organisations.get(before)
            by = self._by(uow, actor, command, [before, after])
            ended = replace(old, valid_to=old.valid_to or command.on - timedelta(days=1))
            tree = self._ground.register.tree(uow)
            if ended != old:
                uow.organisations.save(ended)
            uow.organisations.add_successions([new])
            fact = OrganisationSucceeded(new=plain(new), changes=changes(old, ended))
            return self._finish(uow, tree, command, {before: fact, after: fact}, by)

        self._ground.carry_out(actor, command, work)

    def import_data(
        self, organisations: Iterable[Organisation], successions: Iterable[Succession], by: Provenance
    ) -> int:
        """Add what the register does not hold yet, at setup; what is there stays as administrators left it. Return how many."""
        with self._ground.units() as uow:
            known = {one.id for one in uow.organisations.all()}
            linked = {(one.predecessor_id, one.successor_id) for one in uow.organisations.successions()}
            new = [record_of(one) for one in organisations if one.id not in known]
            after = [
                new_succession(one.predecessor_id, one.successor_id, one.kind, one.on, one.paper)
                for one in successions
                if (one.predecessor_id, one.successor_id) not in linked
            ]
            if not new and not after:
                return 0
            before = self._ground.register.tree(uow)
            uow.organisations.add(new)
            uow.organisations.add_successions(after)
            for stream, facts in _import_facts(new, after).items():
                record(uow, stream, facts, by)
            first = new[0].id if new else after[0].predecessor_id
            self._bearing.note(uow, self._bearing.turns(uow, before), first, by)
            renew(uow, ORGANISATIONS)
            uow.commit()
        return len(new) + len(after)

    def _ask_kind(self, uow: UnitOfWork, new: OrganisationRecord, confirmed: Sequence[str]) -> None:
        """Refuse a kind of unit that there is not; ask whether a kind of body that there was not yet is meant."""
        check_kind(organisation_of(new), "", new.id)
        known = {*SUBJECT_KINDS, *BODY_KINDS, *(one.kind for one in self._ground.register.tree(uow).all())}
        doubt = Doubt(
            key=f"kind:{new.kind}",
            template=_NEW_KIND,
            params={"kind": new.kind, "known": ", ".join(sorted(known))},
        )
        if new.kind not in known and doubt.key not in confirmed:
            raise Unconfirmed((doubt,))

    def _finish(
        self,
        uow: UnitOfWork,
        before: OrganisationTree,
        command: OrganisationCommand,
        facts: Mapping[str, Fact],
        by: Provenance,
    ) -> Mapping[str, str]:
        """Check the register as it has become, and what that is for running cases; record it."""
        check_register(uow)
        turns = self._bearing.turns(uow, before)
        if by.actor != SYSTEM or not command.reaches_back:
            check_turns(turns, added={one for one, fact in facts.items() if isinstance(fact, OrganisationAdded)})
        for organisation_id, fact in facts.items():
            record(uow, f"organisation:{organisation_id}", [fact], by)
        self._bearing.note(uow, turns, next(iter(facts)), by)
        renew(uow, ORGANISATIONS)
        return {}

    def _by(self, uow: UnitOfWork, actor: Actor | None, command: Command, places: Sequence[str]) -> Provenance:
        """Ask at every place, but not the server's command line. A province sits in none: only the setup adds one."""
        if actor is None:
            return Provenance(actor=SYSTEM, at=self._ground.clock.now(), command_id=command.command_id)
        held = [self._ground.by(uow, actor, command, _PERMISSION, place) for place in places]
        if not held:
            raise PermissionDenied()
        return held[0]


def by_area(found: Iterable[Organisation]) -> list[tuple[int, Organisation]]:
    """Each behind the area in which it sits, with how deep it stands; areas that are not among them count as none."""
    every = list(found)
    there = {one.id for one in every}
    inside: dict[str | None, list[Organisation]] = defaultdict(list)
    for one in every:
        inside[one.territory_id if one.territory_id in there else None].append(one)
    lines: list[tuple[int, Organisation]] = []
    waiting = [(0, one) for one in reversed(inside[None])]
    while waiting:
        depth, one = waiting.pop()
        lines.append((depth, one))
        waiting += [(depth + 1, below) for below in reversed(inside[one.id])]
    return lines


def _places(wanted: OrganisationRecord) -> Sequence[str]:
    return [place for place in (wanted.territory_id, wanted.managing_id) if place]


def _import_facts(new: Sequence[OrganisationRecord], after: Sequence[Succession]) -> Mapping[str, Sequence[Fact]]:
    facts: dict[str, list[Fact]] = {f"organisation:{one.id}": [OrganisationAdded(new=plain(one))] for one in new}
    for succession in after:
        fact = OrganisationSucceeded(new=plain(succession), changes={})
        for organisation_id in (succession.predecessor_id, succession.successor_id):
            facts.setdefault(f"organisation:{organisation_id}", []).append(fact)
    return facts


_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


_LONGEST_CODE = 120


_BAD_CODE = N_("%(code)s is no code. Expected are small letters without marks, digits and hyphens.")


_NEW_KIND = N_(
    "There is no organisation of the kind “%(kind)s” yet; there are %(known)s. The official word, such as xã, has a field of its own."
)


_BAD_SUCCESSION = N_("%(kind)s is no kind of succession.")


_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")


_CIRCLE = N_("An organisation cannot take its own place, sit in itself or be managed by itself.")


def new_record(organisation_id: str, data: OrganisationData) -> OrganisationRecord:
    """The organisation as it is stored. Raises `InvalidInput` for what is wrong by itself."""
    for code in (organisation_id, data.code, data.kind):
        if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
            raise InvalidInput(_BAD_CODE, code=code)
    if data.valid_to is not None and data.valid_to < data.valid_from:
        raise InvalidInput(_PERIOD, valid_from=data.valid_from, valid_to=data.valid_to)
    if organisation_id in (data.territory_id, data.managing_id):
        raise InvalidInput(_CIRCLE)
    return OrganisationRecord(
        id=organisation_id,
        code=data.code,
        kind=data.kind,
        name_vi=required(data.name_vi, "name_vi"),
        name_en=required(data.name_en, "name_en"),
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        type=data.type or None,
        level=data.level or None,
        territory_id=data.territory_id or None,
        managing_level=data.managing_level or None,
        managing_id=data.managing_id or None,
        delegation_paper=data.delegation_paper or None,
        source=entered(data.source),
    )


def new_succession(predecessor_id: str, successor_id: str, kind: str, on: date, paper: str) -> Succession:
    """The succession as it is stored. Raises `InvalidInput`."""
    if kind not in SUCCESSION_KINDS:
        raise InvalidInput(_BAD_SUCCESSION, kind=kind)
    if predecessor_id == successor_id:
        raise InvalidInput(_CIRCLE)
    return Succession(
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        kind=kind,
        on=on,
        paper=entered(paper),
    )


def check_register(uow: UnitOfWork) -> None:
    """Raise `InvalidInput` for the first organisation or succession that does not fit the others."""
    organisations = {one.id: ("", one.id, organisation_of(one)) for one in uow.organisations.all()}
    successions = [("", f"{one.predecessor_id} → {one.successor_id}", one) for one in uow.organisations.successions()]
    check(organisations, successions)
