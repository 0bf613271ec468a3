"""Published versions, read and compiled once a process: what the engine runs and what the pages show of a procedure."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from workflow.engine.program import Program
from workflow.errors import N_, AuditBroken, InvalidInput
from workflow.lifecycle.definition_version import PUBLISHED, RETIRED
from workflow.packages.package import ProcedurePackage, load_published
from workflow.packages.records import KNOWN_HANDLERS
from workflow.runtime.application import Application
from workflow.store.unit_of_work import UnitOfWork

KEPT = 32
_NOT_PUBLISHED = N_("This version is not published: nothing can run on it.")
_CHANGED = N_("The files of version %(version)s of %(key)s are no longer those that were published.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledVersion:
    """A version as it runs. `package` has its roles, stages, criteria sets and files, `program` what the engine needs."""

    version_id: str
    package: ProcedurePackage
    program: Program


class Programs:
    """Keeps the versions last used. They never change once published; only the working calendar beneath them may."""

    def __init__(
        self, application: Application, handlers: frozenset[str] = KNOWN_HANDLERS, *, kept: int = KEPT
    ) -> None:
        self._application = application
        self._handlers = handlers
        self._kept = kept
        self._compiled: OrderedDict[str, CompiledVersion] = OrderedDict()
        self._lock = Lock()

    def get(self, uow: UnitOfWork, version_id: str) -> CompiledVersion:
        """Return the version, compiled.

        Raises `NotFound`, `InvalidInput` for one that was never published, `AuditBroken` when its files have been altered.
        """
        with self._lock:
            found = self._compiled.get(version_id)
            if found is not None:
                self._compiled.move_to_end(version_id)
        compiled = found or self._compile(uow, version_id)
        calendar = self._application.working_time(uow)
        if compiled.program.working_time is not calendar:
            compiled = replace(compiled, program=replace(compiled.program, working_time=calendar))
        if compiled is not found:
            self._keep(compiled)
        return compiled

    def _compile(self, uow: UnitOfWork, version_id: str) -> CompiledVersion:
        version = uow.definitions.get(version_id)
        if version.status not in (PUBLISHED, RETIRED):
            raise InvalidInput(_NOT_PUBLISHED)
        package = load_published(uow.definitions.files(version_id))
        if package.sha256 != version.sha256:
            raise AuditBroken(_CHANGED, version=version.version, key=version.key)
        package = replace(package, role_names=version.roles)
        program = Program(
            processes=package.bpmn.processes,
            main=package.bpmn.main,
            decisions=package.decisions,
            handlers=self._handlers,
        )
        return CompiledVersion(version_id=version_id, package=package, program=program)

    def _keep(self, compiled: CompiledVersion) -> None:
        with self._lock:
            self._compiled[compiled.version_id] = compiled
            self._compiled.move_to_end(compiled.version_id)
            while len(self._compiled) > self._kept:
                self._compiled.popitem(last=False)
