"""The units of a campaign: which it may take and with which variables; listed, taken out, started for many at once with the progress shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workflow.audit.facts.campaigns import CampaignStartRequested, CampaignUnitRemoved, CampaignUnitsAdded
from workflow.calendar.zone import local_date
from workflow.errors import N_, InvalidInput, NotFound
from workflow.lifecycle.campaign import OPEN, PLANNED
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.organisation.tree import OrganisationTree
from workflow.packages.names import written_names
from workflow.packages.package import ProcedurePackage
from workflow.services.campaigns.ground import CLOSED_ALREADY, CampaignCommand, CampaignGround, job_for
from workflow.services.campaigns.staffing import Gap, gaps
from workflow.services.ground.changes import plain
from workflow.services.ground.labels import called
from workflow.services.ground.register import CAMPAIGNS, renew
from workflow.spelling import by_name
from workflow.store.campaigns import CampaignRecord, CampaignUnitRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCampaignUnits(CampaignCommand):
    """`units`: unit id → the variables its case starts with (such as `pilot`)."""

    units: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCampaignUnit(CampaignCommand):
    unit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCampaign(CampaignCommand):
    """The units given, else all that are listed or have failed. `gaps_seen`: whoever starts them has seen who is missing."""

    unit_ids: Sequence[str] | None = None
    gaps_seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A unit that may be added."""

    unit_id: str
    kind: str
    name_vi: str
    name_en: str
    managing_level: str | None


_NOT_OPEN = N_("Units can be started only while the campaign is open.")


_STARTED = N_("%(unit)s has been started already and cannot be taken out.")


_NOTHING = N_("There is nothing to start: add units first.")


_GAPS = N_(
    "Nobody could do some of the work: units without a user, or roles that nobody holds (%(number)s). Look at the list and confirm that "
    "you have seen it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a start has come; `failures` say why by their template and params."""

    listed: int
    pending: int
    started: int
    failed: int
    failures: Sequence[CampaignUnitRecord]

    @property
    def total(self) -> int:
        """All units of the campaign."""
        return self.listed + self.pending + self.started + self.failed


FAILURES_SHOWN = 200
"""So many are told and tried again at once; what comes after them is told when they have been started."""


class CampaignUnitService:
    """For administrators and managers of the campaign's province."""

    def __init__(self, ground: CampaignGround) -> None:
        self._ground = ground

    def units_of(self, actor: Actor, campaign_id: str, page: Page) -> tuple[Sequence[CampaignUnitRecord], int]:
        """The units of the campaign by name, with where each stands, and the number of all."""
        with self._ground.units.reading() as uow:
            self._ground.mine(uow, actor, campaign_id)
            return uow.campaigns.page_of_units(campaign_id, page), sum(uow.campaigns.count_units(campaign_id).values())

    def progress(self, actor: Actor, campaign_id: str) -> Progress:
        """How many units are listed, wait, have been started or have failed."""
        with self._ground.units.reading() as uow:
            self._ground.mine(uow, actor, campaign_id)
            counts = uow.campaigns.count_units(campaign_id)
            failures = uow.campaigns.units(campaign_id, "failed", FAILURES_SHOWN) if counts.get("failed") else ()
        return Progress(
            listed=counts.get("listed", 0),
            pending=counts.get("pending", 0),
            started=counts.get("started", 0),
            failed=counts.get("failed", 0),
            failures=failures,
        )

    def candidates(self, actor: Actor, campaign_id: str) -> Sequence[Candidate]:
        """The units of the province that the procedure judges and that are not in the campaign yet, by name."""
        with self._ground.units.reading() as uow:
            campaign = self._ground.mine(uow, actor, campaign_id)
            known = {one.unit_id for one in uow.campaigns.units(campaign_id)}
            package, tree = self._ground.package(uow, campaign), self._ground.register.tree(uow)
        found = candidates(tree, package, campaign, self._ground.today())
        return [one for one in found if one.unit_id not in known]

    def add_units(self, actor: Actor, command: AddCampaignUnits) -> int:
        """List the units and return how many are new; those listed already stay as they are.

        Raises `InvalidInput` naming the first that does not belong here, and then adds none.
        """
        for variables in command.units.values():
            check_variables(variables)

        def work(uow: UnitOfWork) -> Mapping[str, int]:
            campaign, by = self._ground.managed(uow, actor, command)
            if campaign.status not in (PLANNED, OPEN):
                raise InvalidInput(CLOSED_ALREADY)
            known = {one.unit_id for one in uow.campaigns.units(campaign.id)}
            wanted = {unit_id: dict(variables) for unit_id, variables in command.units.items() if unit_id not in known}
            package, tree = self._ground.package(uow, campaign), self._ground.register.tree(uow)
            refuse_unfit(tree, package, campaign, wanted, local_date(by.at))
            refuse_written(package, {name for variables in wanted.values() for name in variables})
            new = [
                CampaignUnitRecord(campaign_id=campaign.id, unit_id=unit_id, status="listed", variables=variables)
                for unit_id, variables in sorted(wanted.items())
            ]
            uow.campaigns.add_units(new)
            if new:
                self._ground.record(uow, campaign, by, CampaignUnitsAdded(units=plain(wanted)))
                renew(uow, CAMPAIGNS)
            return {"added": len(new)}

        return int(self._ground.carry_out(actor, command, work)["added"])

    def remove_unit(self, actor: Actor, command: RemoveCampaignUnit) -> None:
        """Take out a unit that has not been started. Raises `InvalidInput`, `NotFound`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            campaign, by = self._ground.managed(uow, actor, command)
            unit = uow.campaigns.unit(campaign.id, command.unit_id)
            if unit is None:
                raise NotFound()
            if unit.status == "started":
                raise InvalidInput(_STARTED, unit=called(self._ground.register.tree(uow).get(unit.unit_id)))
            uow.campaigns.remove_unit(campaign.id, unit.unit_id)
            self._ground.record(uow, campaign, by, CampaignUnitRemoved(old=plain(unit)))
            renew(uow, CAMPAIGNS)
            return {}

        self._ground.carry_out(actor, command, work)

    def gaps(self, actor: Actor, campaign_id: str, unit_ids: Sequence[str] | None = None) -> Sequence[Gap]:
        """Who is missing for the units that a start would take (None: all): nobody could do some of their work."""
        with self._ground.units.reading() as uow:
            campaign = self._ground.mine(uow, actor, campaign_id)
            return self._gaps(uow, campaign, self._waiting(uow, campaign, unit_ids))

    def _gaps(self, uow: UnitOfWork, campaign: CampaignRecord, units: Sequence[CampaignUnitRecord]) -> Sequence[Gap]:
        version, tree = self._ground.programs.get(uow, campaign.version_id), self._ground.register.tree(uow)
        as_of = campaign_as_of(campaign, self._ground.today())
        unit_ids = [one.unit_id for one in units]
        return gaps(uow, tree, version, campaign, unit_ids, as_of, self._ground.clock.now())

    @staticmethod
    def _waiting(uow: UnitOfWork, campaign: CampaignRecord, unit_ids: Sequence[str] | None) -> list[CampaignUnitRecord]:
        return [
            unit
            for unit in uow.campaigns.units(campaign.id)
            if unit.status in ("listed", "failed") and (unit_ids is None or unit.unit_id in unit_ids)
        ]

    def start(self, actor: Actor, command: StartCampaign) -> int:
        """Let the worker start units; return how many it will start.

        Each unit is a job of its own, so that a crash loses none and one that fails stops no other. Raises `InvalidInput` where somebody
        is missing and that has not been seen.
        """

        def work(uow: UnitOfWork) -> Mapping[str, int]:
            campaign, by = self._ground.managed(uow, actor, command)
            if campaign.status != OPEN:
                raise InvalidInput(_NOT_OPEN)
            waiting = [
                replace(unit, status="pending", template=None, params=None)
                for unit in self._waiting(uow, campaign, command.unit_ids)
            ]
            if not waiting:
                raise InvalidInput(_NOTHING)
            if not command.gaps_seen and (missing := self._gaps(uow, campaign, waiting)):
                raise InvalidInput(_GAPS, number=len(missing))
            for unit in waiting:
                uow.campaigns.save_unit(unit)
            uow.jobs.add([job_for("campaign-start", campaign, by, {"unit_id": unit.unit_id}) for unit in waiting])
            fact = CampaignStartRequested(units=[unit.unit_id for unit in waiting])
            self._ground.record(uow, campaign, by, fact)
            return {"units": len(waiting)}

        return int(self._ground.carry_out(actor, command, work)["units"])


RESERVED = frozenset({"unit", "campaign", "deadlines"})


_NOT_VALID = N_("%(unit)s does not exist on %(on)s.")


_NOT_SUBJECT = N_("%(unit)s is of a kind that this procedure does not judge.")


_NOT_HERE = N_("%(unit)s is not in %(province)s.")


_BAD_VARIABLE = N_("%(name)s cannot be given to a case at its start.")


def campaign_as_of(campaign: CampaignRecord, today: date) -> date:
    """The day at which the campaign's units are looked up: today, but never past the campaign's own year."""
    return min(today, date(campaign.year, 12, 31))


def candidates(
    tree: OrganisationTree, package: ProcedurePackage, campaign: CampaignRecord, today: date
) -> Sequence[Candidate]:
    """Every unit that may be in the campaign, by name."""
    on = campaign_as_of(campaign, today)
    found = [unit for unit in tree.valid(on) if _unfit(tree, package, campaign, unit, on) is None]
    return [
        Candidate(
            unit_id=unit.id,
            kind=unit.kind,
            name_vi=unit.name_vi,
            name_en=unit.name_en,
            managing_level=unit.managing_level,
        )
        for unit in sorted(found, key=lambda unit: by_name(unit.name_vi, unit.id))
    ]


def refuse_unfit(
    tree: OrganisationTree, package: ProcedurePackage, campaign: CampaignRecord, unit_ids: Iterable[str], today: date
) -> None:
    """Raise `InvalidInput` for the first unit that may not be in the campaign, `NotFound` for an unknown one."""
    on = campaign_as_of(campaign, today)
    for unit_id in unit_ids:
        refusal = _unfit(tree, package, campaign, tree.get(unit_id), on)
        if refusal is not None:
            raise refusal


def check_variables(variables: Mapping[str, Any]) -> None:
    """Raise `InvalidInput` for a reserved name or a value that is no text, whole number, truth value or nothing."""
    for name, value in variables.items():
        if not name.isidentifier() or name in RESERVED or not isinstance(value, str | int | bool | None):
            raise InvalidInput(_BAD_VARIABLE, name=name)


def refuse_written(package: ProcedurePackage, names: set[str]) -> None:
    """Raise `InvalidInput` for a name under which the procedure itself keeps what people, rules or scripts have found."""
    nodes = (node for process in package.bpmn.processes.values() for node in process.all_nodes.values())
    written = {name for node in nodes for name, _ in written_names(node)}
    if refused := names & written:
        raise InvalidInput(_BAD_VARIABLE, name=min(refused))


def _unfit(
    tree: OrganisationTree, package: ProcedurePackage, campaign: CampaignRecord, unit: Organisation, on: date
) -> InvalidInput | None:
    if not unit.is_valid(on):
        return InvalidInput(_NOT_VALID, unit=called(unit), on=on)
    if package.subjects and unit.kind not in package.subjects:
        return InvalidInput(_NOT_SUBJECT, unit=called(unit))
    if campaign.province not in {area.id for area in tree.path(unit.id, on)}:
        return InvalidInput(_NOT_HERE, unit=called(unit), province=called(tree.get(campaign.province)))
    return None
