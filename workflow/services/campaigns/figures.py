"""What a campaign comes to in numbers: how long its steps take, and roster and figures as a spreadsheet."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median

from workflow.audit.facts.campaigns import CampaignExported
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import ZONE, local_date
from workflow.errors import N_
from workflow.ids import new_id
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.packages.package import ProcedurePackage
from workflow.services.campaigns.ground import CampaignGround
from workflow.services.campaigns.roster import PARTS, Board, RosterLine, board_of, lines_of
from workflow.services.casework.clocks import Pauses, lateness, pauses_of
from workflow.services.ground.access import provenance
from workflow.services.ground.exports import Export, Row, Sheet, workbook
from workflow.services.ground.labels import called
from workflow.services.ground.language import translated
from workflow.store.campaigns import CampaignRecord
from workflow.store.searching.rosters import DoneStep, Part
from workflow.store.unit_of_work import UnitOfWork

FEW = 10
"""Of fewer steps, nine out of ten cannot be told."""
MOST_STEPS = 20_000
EXPORTS_A_MINUTE = 6

PART_WORDS: Mapping[Part, str] = {
    "recognised": N_("Recognised"),
    "not_recognised": N_("Not recognised"),
    "in_work": N_("Under review"),
    "late": N_("Review overdue"),
    "missing": N_("Not sent"),
    "left": N_("Withdrawn or cancelled"),
}
ROSTER = (
    N_("Unit"),
    N_("Area"),
    N_("Case"),
    N_("Part of the roster"),
    N_("Have sent something"),
    N_("Returned"),
    N_("Overdue, whoever has it"),
    N_("Incident"),
    N_("May send until"),
    N_("Reminded last"),
    N_("Has no user yet"),
)
TIMES = (N_("Stage"), N_("Steps done"), N_("Median, working days"), N_("Nine out of ten within, working days"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """How long the steps of one stage took, in working days, from when a task came until it was done; without the days of a suspension.

    `within`: nine out of ten were done in so many; None of fewer than `FEW` steps.
    """

    stage: str
    label: Label
    number: int
    median: float
    within: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """By the procedure's stages. `newest`: only the newest `MOST_STEPS` steps were counted, for there are more."""

    stages: Sequence[StageTime]
    newest: bool = False

    @property
    def longest(self) -> float:
        """How far a scale reaches that all of them share."""
        return max((max(one.median, one.within or 0) for one in self.stages), default=0)


class FigureService:
    """For administrators and managers of the campaign's province."""

    def __init__(self, ground: CampaignGround) -> None:
        self._ground = ground

    def times(self, actor: Actor, campaign_id: str) -> Times:
        """How long the steps done so far took. Raises `NotFound`, `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            return self._times(uow, self._ground.mine(uow, actor, campaign_id))

    def export(self, actor: Actor, campaign_id: str, locale: str) -> Export:
        """Roster, figures by area and times of steps, one sheet each; that they were taken out is recorded.

        Raises as `times`, and `TooManyAttempts`.
        """
        self._ground.pace.take(actor.user_id, "export", EXPORTS_A_MINUTE)
        with self._ground.units.reading() as uow:
            campaign = self._ground.mine(uow, actor, campaign_id)
            lines, times = lines_of(self._ground, uow, campaign), self._times(uow, campaign)
            province = self._ground.register.tree(uow).get(campaign.province)
        now, board = self._ground.clock.now(), board_of(lines)
        total = called(province)
        sheets = [
            Sheet(translated(locale, N_("Roster")), _head(locale, ROSTER), _roster(lines, locale)),
            Sheet(
                translated(locale, N_("Figures")),
                _head(locale, (N_("Area"), N_("On the roster"), *PART_WORDS.values())),
                _figures(board, total if locale == "vi" else total.en, locale),
            ),
            Sheet(translated(locale, N_("Times")), _head(locale, TIMES), _times(times, locale)),
        ]
        made = workbook(f"{campaign.key}-{campaign.year}-{now.astimezone(ZONE):%Y%m%d-%H%M}", sheets, locale)
        self._note(actor, campaign, made, now)
        return made

    def _note(self, actor: Actor, campaign: CampaignRecord, made: Export, now: datetime) -> None:
        digest = hashlib.sha256(b"".join(made.chunks)).hexdigest()
        with self._ground.units() as uow:
            held = self._ground.require(uow, actor, "manage_campaigns", campaign.province)
            by = provenance(actor, held, now, new_id())
            self._ground.record(uow, campaign, by, CampaignExported(rows=made.rows, sha256=digest))
            uow.commit()

    def _times(self, uow: UnitOfWork, campaign: CampaignRecord) -> Times:
        """Three statements, however many cases there are."""
        steps = uow.rosters.done(campaign.id, MOST_STEPS + 1)
        calendar, pauses = self._ground.register.calendar(uow), pauses_of(uow, {one.case_id for one in steps})
        days: dict[str, list[int]] = {}
        for one in steps[:MOST_STEPS]:
            days.setdefault(one.stage, []).append(_days(calendar, one, pauses))
        package = self._ground.package(uow, campaign)
        known = {stage.id: stage.label for stage in package.stages}
        order = [*known, *sorted(days.keys() - known.keys())]
        return Times(
            stages=[_stage_time(stage, _label(package, stage), days[stage]) for stage in order if stage in days],
            newest=len(steps) > MOST_STEPS,
        )


def _days(calendar: WorkingCalendar, step: DoneStep, pauses: Mapping[str, Pauses]) -> int:
    """Counted as days of delay are: from one day to another."""
    stood = pauses[step.case_id].suspensions if step.case_id in pauses else ()
    return lateness(calendar, step.created_at, step.ended_at, stood).counted


def _label(package: ProcedurePackage, stage: str) -> Label:
    found = next((one.label for one in package.stages if one.id == stage), None)
    return found or Label(vi=stage or translated("vi", _NO_STAGE), en=stage or _NO_STAGE)


_NO_STAGE = N_("without a stage")


def _stage_time(stage: str, label: Label, days: Sequence[int]) -> StageTime:
    ordered = sorted(days)
    within = ordered[ceil(len(ordered) * 0.9) - 1] if len(ordered) >= FEW else None
    return StageTime(stage=stage, label=label, number=len(ordered), median=float(median(ordered)), within=within)


def _head(locale: str, words: Sequence[str]) -> Row:
    return tuple(translated(locale, word) for word in words)


def _roster(lines: Sequence[RosterLine], locale: str) -> Iterator[Row]:
    for line in lines:
        row = line.row
        unit, area = (called(one) for one in (line.unit, line.area))
        yield (
            unit if locale == "vi" else unit.en,
            area if locale == "vi" else area.en,
            row.business_key,
            translated(locale, PART_WORDS[row.part]),
            *("x" if held else "" for held in (row.sent, row.returned, row.overdue, row.stuck)),
            local_date(row.due_at) if row.due_at else None,
            line.reminded_at,
            "" if line.peopled else "x",
        )


def _figures(board: Board, total: str, locale: str) -> Iterator[Row]:
    for one in board.areas:
        area = called(one.area)
        yield area if locale == "vi" else area.en, one.total, *(one.parts[part] for part in PARTS)
    yield total, board.total, *(board.parts[part] for part in PARTS)


def _times(times: Times, locale: str) -> Iterator[Row]:
    for one in times.stages:
        label = one.label.vi if locale == "vi" else one.label.en or one.label.vi
        yield label, one.number, one.median, one.within
