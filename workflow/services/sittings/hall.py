"""Where every use case of a sitting takes place: its agenda read, one of its cases found, the same done to many, each by itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from workflow.errors import Conflict, InvalidInput, NotFound, PermissionDenied, TransitionRefused, WorkflowError
from workflow.organisation.authority import Actor
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import Access
from workflow.services.ground.idempotence import Command
from workflow.services.sittings.agenda import Agenda, Line, agenda_of
from workflow.services.sittings.items import Item, Known, items_of, known_of
from workflow.store.unit_of_work import UnitOfWork

REFUSALS = (InvalidInput, TransitionRefused, Conflict, PermissionDenied, NotFound)
_STALE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingCommand(Command):
    """What every command in a sitting says: of which body, on which day."""

    body: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one case; `refusal`: why nothing did."""

    line: Line
    refusal: WorkflowError | None = None


class Hall:
    """All methods raise `NotFound` for a sitting or a case that the actor has nothing to do with: no difference shows."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground
        self._kept: tuple[datetime, Known] | None = None

    def known(self) -> Known:
        """What procedures say of sittings: every page asks, so that it is read once a minute."""
        now = self._ground.clock.now()
        if self._kept is None or not self._kept[0] <= now < self._kept[0] + _STALE:
            with self._ground.units.reading() as uow:
                self._kept = (now, known_of(self._ground, uow))
        return self._kept[1]

    def read(self, uow: UnitOfWork, access: Access, body: str, on: date) -> tuple[Agenda, Sequence[Item]]:
        """The agenda, and what it was read from, line by line."""
        items = items_of(self._ground, uow, access, body=body, on=on)
        if not items:
            raise NotFound()
        return agenda_of(self._ground, uow, access, items), items

    def one(self, actor: Actor, command: SittingCommand, case_id: str) -> tuple[Line, Item]:
        """One case of the sitting, as it stands."""
        found = next(self._chosen(actor, command, [case_id]), None)
        if found is None:
            raise NotFound()
        return found

    def each(
        self,
        actor: Actor,
        command: SittingCommand,
        case_ids: Sequence[str],
        act: Callable[[Line, Item], None],
    ) -> list[Done]:
        """Do it to each of the cases by itself, in the agenda's order; a case that is not on it is left out."""
        return [self._attempt(line, item, act) for line, item in self._chosen(actor, command, case_ids)]

    @staticmethod
    def _attempt(line: Line, item: Item, act: Callable[[Line, Item], None]) -> Done:
        try:
            act(line, item)
        except REFUSALS as refusal:
            return Done(line=line, refusal=refusal)
        return Done(line=line)

    def _chosen(self, actor: Actor, command: SittingCommand, case_ids: Sequence[str]) -> Iterator[tuple[Line, Item]]:
        with self._ground.units.reading() as uow:
            agenda, items = self.read(uow, self._ground.access(uow, actor), command.body, command.on)
        wanted = set(case_ids)
        return ((line, item) for line, item in zip(agenda.lines, items, strict=True) if line.case_id in wanted)


def part_of(command: Command, line: Line, step: str) -> str:
    """The id of what a command does to one case: the same for a second click."""
    return str(uuid5(NAMESPACE_URL, f"{command.command_id}/{line.case_id}/{step}"))
