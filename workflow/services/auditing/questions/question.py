"""A question and its answer: what was asked, the columns and the lines of the table, and what every question is asked of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol

from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import midnight
from workflow.errors import N_, InvalidInput
from workflow.model.user_task import Label
from workflow.services.auditing.names import EventNames
from workflow.services.auditing.questions.scope import bounded, organisations, people
from workflow.services.auditing.questions.thresholds import Thresholds
from workflow.services.auditing.timeline import Narrator
from workflow.services.auditing.veils import Veils
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import Access
from workflow.services.ground.people import user_names
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters; all given conditions must hold. Days are local and both included. Names are ids or parts of names."""

    procedure: str | None = None
    campaign: str | None = None
    unit: str = ""
    actor: str = ""
    organisation: str = ""
    since_on: date | None = None
    until_on: date | None = None
    state: str | None = None
    rule: str | None = None
    criterion: str | None = None
    differing: bool = False

    @property
    def said(self) -> dict[str, str]:
        """The conditions that were given, for the record."""
        return {name: str(getattr(self, name)) for name in Asked.__slots__ if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class CaseNamed:
    """A cell that leads to a case."""

    id: str
    key: str


Cell = CaseNamed | Label | str | int | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`columns`: titles as messages; `lines`: a cell a column; `total`: of all lines, those of other pages too."""

    name: str
    columns: tuple[str, ...]
    lines: Sequence[tuple[Cell, ...]]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One unit of work in which a question is answered for one person."""

    ground: CaseGround
    uow: UnitOfWork
    access: Access
    names: EventNames
    thresholds: Thresholds

    @property
    def now(self) -> datetime:
        return self.access.now

    @property
    def calendar(self) -> WorkingCalendar:
        return self.ground.register.calendar(self.uow)

    def cases(self, asked: Asked) -> CaseFilter:
        """The cases that are asked about, within what the person may see."""
        where = CaseFilter(
            key=asked.procedure,
            campaign_id=asked.campaign,
            unit_ids=organisations(self.access.tree, asked.unit),
        )
        return bounded(where, self.access)

    def people(self, text: str) -> list[str] | None:
        """See `scope.people`."""
        return people(self.uow, text.strip())

    def organisations(self, text: str) -> frozenset[str] | None:
        """See `scope.organisations`."""
        return organisations(self.access.tree, text)

    def named(self, user_ids: Iterable[str | None]) -> Mapping[str, str]:
        """The people's names."""
        return user_names(self.uow, {one for one in user_ids if one})

    def case(self, case_id: str | None) -> UnitCase | None:
        """The case, looked up once."""
        return self.names.case(case_id)

    def narrator(self) -> Narrator:
        """Tells events as far as the person may know them yet."""
        return Narrator(self.names, Veils(self.ground, self.uow, self.access))


def period(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """From when, and before when."""
    until = midnight(asked.until_on + timedelta(days=1)) if asked.until_on else None
    return midnight(asked.since_on) if asked.since_on else None, until


def chosen(value: str | None, known: Collection[str]) -> str | None:
    """What was chosen of a list, None where nothing was. Raises `InvalidInput` for what is not in it."""
    if value and value not in known:
        raise InvalidInput(N_("“%(value)s” is not in the list of this filter. Choose one of the list."), value=value)
    return value or None


def chunks(ids: Collection[str], size: int = 400) -> Iterable[list[str]]:
    """The ids, sorted, a few at a time: a statement carries a bounded number of them."""
    ordered = sorted(ids)
    return (ordered[at : at + size] for at in range(0, len(ordered), size))


class Question(Protocol):
    """`name` stands in the address and in the record; `title` and `about` are messages; `filters`: the fields of `Asked` that it reads."""

    name: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    filters: ClassVar[tuple[str, ...]]

    def lines(self, scene: Scene, asked: Asked, page: Page) -> tuple[Sequence[tuple[Cell, ...]], int]:
        """The lines of the page in a total order, and the number of all. Raises `InvalidInput` for more than can be looked through."""
