"""Random samples of cases that anybody can draw again: the seed, the rule and the list are on the record."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from workflow.audit.event import AuditEvent
from workflow.audit.facts.auditing import SampleDrawn
from workflow.calendar.zone import midnight
from workflow.errors import N_, InvalidInput, NotFound
from workflow.ids import new_id
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.services.auditing.checkpoints import note
from workflow.services.auditing.names import EventNames
from workflow.services.auditing.questions.question import Asked, chunks
from workflow.services.auditing.questions.scope import auditors, auditors_access, bounded, organisations
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.idempotence import Command
from workflow.store.auditing import EventFilter
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

ALGORITHM = "sha256-1"
LARGEST, MOST_CASES = 1000, 100_000
_SEED = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)
_BAD_SEED = N_("A seed has 1 to 64 letters without marks, digits, dots, dashes or underscores.")
_BAD_SIZE = N_("A sample has 1 to %(limit)s cases.")
_EMPTY = N_("No case fits: there is nothing to draw from.")
_TOO_MANY = N_("%(cases)s cases fit; at most %(limit)s can be drawn from. Narrow the filters.")


def ranked(seed: str, keys: Iterable[str]) -> list[str]:
    """The keys in the order in which this seed draws them: by the SHA-256 of `seed`, a line end and the key, in UTF-8.

    Nothing but the seed and the key decides, so neither the order in which cases are read nor who draws changes the list.
    """
    return sorted(keys, key=lambda key: (hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest(), key))


def fingerprint(keys: Iterable[str]) -> str:
    """The SHA-256 of the sorted keys, one a line: two populations are the same if theirs is."""
    return hashlib.sha256("".join(f"{key}\n" for key in sorted(keys)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSample(Command):
    """`seed` empty: one is made. The others bound what is drawn from; days of opening are local and both included."""

    A_MINUTE: ClassVar[int] = 10

    size: int
    seed: str = ""
    procedure: str | None = None
    campaign: str | None = None
    unit: str = ""
    since_on: date | None = None
    until_on: date | None = None

    @property
    def rule(self) -> dict[str, str]:
        """What bounds the population, for the record."""
        return Asked(
            procedure=self.procedure,
            campaign=self.campaign,
            unit=self.unit,
            since_on=self.since_on,
            until_on=self.until_on,
        ).said


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A case of a sample. `case_id` is None where the reader may not see it any more."""

    key: str
    case_id: str | None
    unit: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`population`: of how many cases, `population_sha256`: see `fingerprint`; `keys`: in the order in which they were drawn."""

    id: str
    at: datetime
    seed: str
    rule: Mapping[str, str]
    population: int
    population_sha256: str
    keys: Sequence[str]
    event: str
    hash: str


class SampleService:
    """For auditors and inspection teams, of the cases that they may see; everybody finds their own samples again."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def draw(self, actor: Actor, command: DrawSample) -> str:
        """Draw, and put it on the record; return the sample's id. Raises `InvalidInput`, `PermissionDenied`."""
        seed = command.seed.strip() or secrets.token_hex(8)
        if not _SEED.fullmatch(seed):
            raise InvalidInput(_BAD_SEED)
        if not 1 <= command.size <= LARGEST:
            raise InvalidInput(_BAD_SIZE, limit=LARGEST)

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = auditors_access(self._ground, uow, actor)
            keys = _population(uow, bounded(_where(access, command), access))
            sample_id = new_id()
            fact = SampleDrawn(
                sample=sample_id,
                seed=seed,
                algorithm=ALGORITHM,
                query=command.rule,
                population=len(keys),
                population_sha256=fingerprint(keys),
                size=min(command.size, len(keys)),
                cases=ranked(seed, keys)[: command.size],
            )
            note(uow, provenance(actor, auditors(access), access.now, command.command_id), fact)
            return {"id": sample_id}

        return str(self._ground.carry_out(actor, command, work)["id"])

    def mine(self, actor: Actor, page: Page) -> tuple[Sequence[Sample], int]:
        """What the actor has drawn, newest first, and how many samples. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            auditors_access(self._ground, uow, actor)
            events, total = uow.events.search(_of(actor), page)
            return [_sample(one) for one in events], total

    def get(self, actor: Actor, sample_id: str) -> tuple[Sample, Sequence[Drawn]]:
        """One of the actor's samples with its cases. Raises `NotFound`, `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            access = auditors_access(self._ground, uow, actor)
            events, _ = uow.events.search(_of(actor, sample_id), Page(limit=20))
            sample = next((one for one in map(_sample, events) if one.id == sample_id), None)
            if sample is None:
                raise NotFound()
            names = EventNames(self._ground, uow)
            return sample, [_drawn(uow, access, names, key) for key in sample.keys]


def _where(access: Access, command: DrawSample) -> CaseFilter:
    return CaseFilter(
        key=command.procedure,
        campaign_id=command.campaign,
        unit_ids=organisations(access.tree, command.unit),
        opened_since=midnight(command.since_on) if command.since_on else None,
        opened_until=midnight(command.until_on + timedelta(days=1)) if command.until_on else None,
    )


def _population(uow: UnitOfWork, where: CaseFilter) -> list[str]:
    ids = uow.unit_cases.ids(where)
    if not ids:
        raise InvalidInput(_EMPTY)
    if len(ids) > MOST_CASES:
        raise InvalidInput(_TOO_MANY, cases=len(ids), limit=MOST_CASES)
    return [key for some in chunks(ids) for key in uow.unit_cases.keys(some)]


def _of(actor: Actor, sample_id: str | None = None) -> EventFilter:
    return EventFilter(type=SampleDrawn.__name__, actor=actor.user_id, naming=sample_id)


def _sample(event: AuditEvent) -> Sample:
    told: Any = event.payload
    return Sample(
        id=told["sample"],
        at=event.at,
        seed=told["seed"],
        rule=told["query"],
        population=told["population"],
        population_sha256=told["population_sha256"],
        keys=told["cases"],
        event=f"{event.stream}, {event.seq}",
        hash=event.hash,
    )


def _drawn(uow: UnitOfWork, access: Access, names: EventNames, key: str) -> Drawn:
    found = uow.cases.by_business_key(key)
    case = uow.unit_cases.find(found.id) if found else None
    seen = case is not None and access.assignment("audit", case) is not None
    return Drawn(
        key=key,
        case_id=case.id if case and seen else None,
        unit=names.organisation(case.unit_id if case and seen else None),
    )
