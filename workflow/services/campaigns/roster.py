"""The roster of a campaign: which part of it every unit is in, counted by area; the units that have not sent are reminded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal, get_args

from workflow.audit.facts.campaigns import CampaignUnitsReminded, UnitReminded
from workflow.calendar.zone import local_date
from workflow.errors import N_, InvalidInput
from workflow.lifecycle.campaign import OPEN
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.organisation.records import Organisation
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.recorder import record
from workflow.services.campaigns.ground import CampaignCommand, CampaignGround
from workflow.services.campaigns.units import campaign_as_of
from workflow.spelling import by_name
from workflow.store.campaigns import CampaignRecord
from workflow.store.rows import Page
from workflow.store.searching.rosters import Part, RosterRow
from workflow.store.unit_of_work import UnitOfWork

PARTS: tuple[Part, ...] = get_args(Part)
"""The parts that sum up to the roster, in the order in which they are always drawn."""
Besides = Literal["sent", "returned", "overdue", "stuck", "unstarted"]
BESIDES: tuple[Besides, ...] = get_args(Besides)
"""What may be so of a unit in whichever part it is: filters, since they overlap."""
_NOT_OPEN = N_("Units are reminded only while the campaign is open.")
_NOBODY_LEFT = N_("There is no unit left to remind: all have sent their dossier.")
_REMINDERS_READ = 50
"""So many acts of reminding are looked through for the day on which a unit was reminded last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindUnits(CampaignCommand):
    """Every unit whose case has begun and waits for the unit itself; those that have sent meanwhile are left out."""

    A_MINUTE: ClassVar[int] = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFilter:
    """All given conditions must hold."""

    part: Part | None = None
    besides: Besides | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """A unit of the roster, and the area in which it is counted. `peopled`: somebody has a role at the unit."""

    row: RosterRow
    unit: Organisation
    area: Organisation
    peopled: bool
    reminded_at: datetime | None = None

    def has(self, besides: Besides) -> bool:
        """Whether that is so of the unit."""
        return self.row.case_id is None if besides == "unstarted" else bool(getattr(self.row, besides))

    @property
    def to_remind(self) -> bool:
        """Whether it could send and has not."""
        return self.row.part == "missing" and self.row.case_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLine:
    """The units of one area: how many there are, and how many of them are in each part."""

    area: Organisation
    total: int
    parts: Mapping[Part, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole roster. The numbers of `parts` sum up to `total`, in each area and over all; those of `besides` overlap."""

    total: int
    parts: Mapping[Part, int]
    besides: Mapping[Besides, int]
    areas: Sequence[AreaLine]
    to_remind: Sequence[RosterLine] = field(default=())


class RosterService:
    """For administrators and managers of the campaign's province."""

    def __init__(self, ground: CampaignGround) -> None:
        self._ground = ground

    def board(self, actor: Actor, campaign_id: str) -> Board:
        """The roster counted by area, and who has not sent. Raises `NotFound`, `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            return board_of(lines_of(self._ground, uow, self._ground.mine(uow, actor, campaign_id)))

    def units(
        self, actor: Actor, campaign_id: str, where: RosterFilter, page: Page
    ) -> tuple[Sequence[RosterLine], int, Sequence[Organisation]]:
        """The units of the page by name, the number of all that fit, and the areas. Raises as `board`."""
        with self._ground.units.reading() as uow:
            lines = lines_of(self._ground, uow, self._ground.mine(uow, actor, campaign_id))
        fitting = [line for line in lines if _fits(line, where)]
        areas = {line.area.id: line.area for line in lines}.values()
        ordered = sorted(areas, key=lambda one: by_name(one.name_vi, one.id))
        return fitting[page.offset : page.offset + page.limit], len(fitting), ordered

    def remind(self, actor: Actor, command: RemindUnits) -> int:
        """Remind everybody who has to send, and return how many units; the worker tells their people.

        Raises `InvalidInput` where the campaign is not open or nobody is left.
        """

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            campaign, by = self._ground.managed(uow, actor, command)
            if campaign.status != OPEN:
                raise InvalidInput(_NOT_OPEN)
            waiting = [line.row for line in lines_of(self._ground, uow, campaign) if line.to_remind]
            if not waiting:
                raise InvalidInput(_NOBODY_LEFT)
            for row in waiting:
                due_on = local_date(row.due_at).isoformat() if row.due_at else None
                record(
                    uow,
                    f"case:{row.case_id}",
                    [UnitReminded(due_on=due_on)],
                    by,
                    case_id=row.case_id,
                    province=campaign.province,
                )
            self._ground.record(uow, campaign, by, CampaignUnitsReminded(units=[row.unit_id for row in waiting]))
            return {"units": len(waiting)}

        return int(self._ground.carry_out(actor, command, work)["units"])


def lines_of(ground: CampaignGround, uow: UnitOfWork, campaign: CampaignRecord) -> list[RosterLine]:
    """Every unit of the campaign, by name."""
    now, tree = ground.clock.now(), ground.register.tree(uow)
    on = campaign_as_of(campaign, ground.today())
    held = uow.accounts.holding(ground.today())
    peopled = {one.organisation_id for one in held if one.role not in SYSTEM_ROLES}
    reminded = _reminded(uow, campaign)
    lines = [
        RosterLine(
            row=row,
            unit=tree.get(row.unit_id),
            area=area_of(tree, row.unit_id, campaign.province, on),
            peopled=row.unit_id in peopled,
            reminded_at=reminded.get(row.unit_id),
        )
        for row in uow.rosters.rows(campaign.id, now)
    ]
    return sorted(lines, key=lambda line: by_name(line.unit.name_vi, line.unit.id))


def board_of(lines: Sequence[RosterLine]) -> Board:
    """These units counted by area."""
    by_area: dict[str, list[RosterLine]] = {}
    for line in lines:
        by_area.setdefault(line.area.id, []).append(line)
    areas = [_area(found) for found in by_area.values()]
    return Board(
        total=len(lines),
        parts=_parts(lines),
        besides={one: sum(line.has(one) for line in lines) for one in BESIDES},
        areas=sorted(areas, key=lambda one: by_name(one.area.name_vi, one.area.id)),
        to_remind=[line for line in lines if line.to_remind],
    )


def area_of(tree: OrganisationTree, unit_id: str, province: str, on: date) -> Organisation:
    """The area right below the province in which the unit lies; the province for what lies in none."""
    below = tree.get(province)
    for area in tree.path(unit_id, on):
        if area.id == province:
            break
        below = area
    return below


def _reminded(uow: UnitOfWork, campaign: CampaignRecord) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    for event in uow.events.of_type(f"campaign:{campaign.id}", CampaignUnitsReminded.__name__, _REMINDERS_READ):
        units = event.payload.get("units")
        for unit_id in units if isinstance(units, list) else ():
            found.setdefault(str(unit_id), event.at)
    return found


def _parts(lines: Iterable[RosterLine]) -> Mapping[Part, int]:
    counts = Counter(line.row.part for line in lines)
    return {part: counts[part] for part in PARTS}


def _area(lines: Sequence[RosterLine]) -> AreaLine:
    return AreaLine(area=lines[0].area, total=len(lines), parts=_parts(lines))


def _fits(line: RosterLine, where: RosterFilter) -> bool:
    if where.part is not None and line.row.part != where.part:
        return False
    if where.besides is not None and not line.has(where.besides):
        return False
    return where.area is None or line.area.id == where.area
