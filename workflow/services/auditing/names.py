"""Names for what an event mentions: people, organisations, nodes, flows, outcomes, roles."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.errors import N_, NotFound, WorkflowError
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.runtime.recorder import SYSTEM
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.labels import EMPTY, NOTHING, result_label, same
from workflow.services.ground.language import translated
from workflow.services.ground.payloads import ids_in
from workflow.services.ground.people import user_names
from workflow.services.ground.words import ValueWords
from workflow.services.moving.versions import Move, version_at, version_moves
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import UnitCase
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork

THE_SYSTEM = N_("the system")


class EventNames:
    """Looks names up once a unit of work. What cannot be found is named by its id: an old record must always be readable."""

    def __init__(self, ground: CaseGround, uow: UnitOfWork) -> None:
        self._ground = ground
        self._uow = uow
        self._tree = ground.register.tree(uow)
        self._cases: dict[str, UnitCase | None] = {}
        self._packages: dict[str, ProcedurePackage | None] = {}
        self._versions: dict[str, VersionRecord] = {}
        self._words: dict[str, ValueWords] = {}
        self._asked: set[str] = set()
        self._moves: dict[str, list[Move]] = {}
        self.people: dict[str, str] = {SYSTEM: translated("vi", THE_SYSTEM)}

    def prepare(self, events: Iterable[AuditEvent]) -> None:
        """Read the names of everybody whom these events mention, at once."""
        wanted: set[str] = set()
        for event in events:
            wanted.update(ids_in([event.actor, event.on_behalf_of or "", event.payload]))
        fresh = wanted - self._asked
        self._asked |= fresh
        self.people |= user_names(self._uow, fresh)

    def person(self, user_id: Any) -> str:
        return self.people.get(user_id, str(user_id)) if user_id else NOTHING

    def case(self, case_id: str | None) -> UnitCase | None:
        """The case, or None where it is not there or its row cannot be read."""
        if case_id is None:
            return None
        if case_id not in self._cases:
            try:
                self._cases[case_id] = self._uow.unit_cases.get(case_id)
            except (NotFound, ValueError):
                self._cases[case_id] = None
        return self._cases[case_id]

    def package(self, case: UnitCase | None) -> ProcedurePackage | None:
        """The package that the case runs on, or None where its files are no longer what was published."""
        if case is None:
            return None
        if case.version_id not in self._packages:
            try:
                self._packages[case.version_id] = self._ground.version(self._uow, case).package
            except WorkflowError:
                self._packages[case.version_id] = None
        return self._packages[case.version_id]

    def at(self, case: UnitCase | None, seq: int) -> UnitCase | None:
        """The case as it names its version at that event: an old event is told with the definition that held then."""
        if case is None or not case.former_versions:
            return case
        if case.id not in self._moves:
            self._moves[case.id] = version_moves(self._uow, case.id)
        then = version_at(self._moves[case.id], seq)
        return case if then is None else replace(case, version_id=then)

    def on(self, case: UnitCase, version_id: str | None) -> UnitCase:
        """The case as if it ran on that version."""
        return case if version_id is None else replace(case, version_id=version_id)

    def words(self, case: UnitCase | None) -> ValueWords:
        """The words of the forms that the case's values were entered in."""
        key = case.version_id if case else ""
        if key not in self._words:
            self._words[key] = ValueWords(self.package(case), self.people, self.organisation)
        return self._words[key]

    def version(self, case: UnitCase | None) -> VersionRecord | None:
        if case is None:
            return None
        if case.version_id not in self._versions:
            self._versions |= self._uow.definitions.many([case.version_id])
        return self._versions.get(case.version_id)

    def organisation(self, organisation_id: Any) -> Label:
        if not organisation_id:
            return EMPTY
        try:
            found = self._tree.get(str(organisation_id))
        except NotFound:
            return same(organisation_id)
        return Label(vi=found.name_vi, en=found.name_en or found.name_vi)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case with the names of what it mentions. `package` is None where its files are no longer what was published."""

    case: UnitCase
    unit: Label
    campaign: CampaignRecord | None
    version: VersionRecord | None
    package: ProcedurePackage | None
    stage: Label | None
    outcome: Label | None
    opened_by: str


def summaries(uow: UnitOfWork, names: EventNames, cases: Iterable[UnitCase]) -> list[CaseSummary]:
    """One summary a case, in their order."""
    cases = list(cases)
    campaigns = uow.campaigns.many({case.campaign_id for case in cases})
    people = {user_id: user.name for user_id, user in uow.accounts.many({case.started_by for case in cases}).items()}
    return [
        _summary(
            case, names, campaigns.get(case.campaign_id), people.get(case.started_by, names.person(case.started_by))
        )
        for case in cases
    ]


def _summary(case: UnitCase, names: EventNames, campaign: CampaignRecord | None, opened_by: str) -> CaseSummary:
    package = names.package(case)
    return CaseSummary(
        case=case.shown,
        unit=names.organisation(case.unit_id),
        campaign=campaign,
        version=names.version(case),
        package=package,
        stage=next((stage.label for stage in package.stages if stage.id == case.stage), None) if package else None,
        outcome=result_label(package, case.outcome),
        opened_by=opened_by,
    )
