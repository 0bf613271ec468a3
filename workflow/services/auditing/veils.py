"""What an auditor's pages, searches, exports and bundles withhold for now, case by case."""

from workflow.errors import WorkflowError
from workflow.organisation.authority import Actor
from workflow.packages.package import ProcedurePackage
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.veil import NOTHING, Veil, veil_over
from workflow.services.ground.access import Access
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_MANY = Page(limit=100_000)


class Veils:
    """The veil over each case that is read within one unit of work, looked up once. `access` None: for nobody in particular."""

    def __init__(self, ground: CaseGround, uow: UnitOfWork, access: Access | None) -> None:
        self._ground = ground
        self._uow = uow
        self._access = access
        self._known: dict[str, Veil] = {}

    @classmethod
    def of(cls, ground: CaseGround, uow: UnitOfWork, actor: Actor | None) -> "Veils":
        """What that reader does not get."""
        return cls(ground, uow, ground.access(uow, actor) if actor is not None else None)

    def over(self, case: UnitCase | None) -> Veil:
        """The events and tasks of the case that are withheld."""
        if case is None:
            return NOTHING
        if case.id not in self._known:
            package: ProcedurePackage | None
            try:
                package = self._ground.version(self._uow, case).package
            except WorkflowError:
                package = None
            self._known[case.id] = veil_over(self._uow, package, case, self._access, with_events=True)
        return self._known[case.id]

    def events(self) -> frozenset[str]:
        """Every event of any case that is withheld: no search for what they hold may find them."""
        found: set[str] = set()
        for case in self._concerned():
            found |= self.over(case).events
        return frozenset(found)

    def tasks(self) -> frozenset[str]:
        """Every task of any case whose contents are withheld: no list of results may count or compare them."""
        found: set[str] = set()
        for case in self._concerned():
            found |= self.over(case).tasks
        return frozenset(found)

    def _concerned(self) -> list[UnitCase]:
        """The cases with a round that has not closed, and those of the reader's own units."""
        cases = {case_id: self._uow.unit_cases.find(case_id) for case_id in self._uow.tasks.cases_in_rounds()}
        if self._access is not None:
            own = {one.organisation_id for one in self._access.actor.assignments}
            units = frozenset(one for one in own if not self._access.tree.is_body(one))
            if units:
                rows, _ = self._uow.unit_cases.search(CaseFilter(unit_ids=units), _MANY)
                cases |= {case.id: case for case in rows}
        return [case for case in cases.values() if case is not None]
