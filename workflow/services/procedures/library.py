"""Versions of procedure packages as they are read: listed, shown, checked, compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflow.audit.facts.procedures import VersionCreated, VersionFileChanged, VersionFileRemoved, VersionSubmitted
from workflow.calendar.working_time import WorkingCalendar
from workflow.lifecycle.definition_version import DEFINITION_VERSION, PUBLISHED, VersionContext
from workflow.lifecycle.lifecycle import Option
from workflow.model.findings import Finding
from workflow.organisation.authority import Actor
from workflow.organisation.tree import OrganisationTree
from workflow.packages.archive import package_sha256, write_zip
from workflow.packages.comparison import Change, compare
from workflow.packages.package import ProcedurePackage, check_package, load_published, read_package
from workflow.packages.records import KNOWN_HANDLERS
from workflow.services.ground.ground import Ground
from workflow.services.ground.roles import RoleRegister
from workflow.services.procedures.roles import RoleGain, check_role_names, former_version, role_gains
from workflow.store.accounts import UserFilter
from workflow.store.procedures import VersionRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

AUTHORING = frozenset(
    kind.__name__ for kind in (VersionCreated, VersionFileChanged, VersionFileRemoved, VersionSubmitted)
)
"""The events whose actor is an author of the version and may not publish it."""
_NAMED = 5
_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One version. `cases`: number of cases that run on it, by status."""

    version: VersionRecord
    cases: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDetail:
    """One version with its files' paths, the steps the actor may take, and what the check finds."""

    version: VersionRecord
    paths: Sequence[str]
    cases: Mapping[str, int]
    findings: Sequence[Finding]
    options: Sequence[Option]
    may_edit: bool


class DefinitionLibrary:
    """Reads; every method asks for the permission to read definitions and raises `PermissionDenied` without it."""

    def __init__(self, ground: Ground, roles: RoleRegister, handlers: frozenset[str] = KNOWN_HANDLERS) -> None:
        self._ground = ground
        self.roles = roles
        self.handlers = handlers
        self._checked: dict[str, Sequence[Finding]] = {}
        self._checked_with: tuple[WorkingCalendar, OrganisationTree] | None = None

    def list(self, actor: Actor, key: str | None = None) -> Sequence[VersionView]:
        """Every version, by procedure, newest first."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            counts = uow.cases.count_by_version()
            return [VersionView(version=one, cases=counts.get(one.id, {})) for one in uow.definitions.all(key)]

    def detail(self, actor: Actor, version_id: str) -> VersionDetail:
        """One version as its page shows it. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            version = uow.definitions.get(version_id)
            files = uow.definitions.files(version_id)
            findings = self._findings(uow, files)
            context = self.context(uow, actor, version, findings)
            return VersionDetail(
                version=version,
                paths=sorted(files),
                cases=uow.cases.count_by_version().get(version_id, {}),
                findings=findings,
                options=DEFINITION_VERSION.permitted(version.status, context),
                may_edit=context.is_editor and version.status == DEFINITION_VERSION.initial,
            )

    def file(self, actor: Actor, version_id: str, path: str) -> bytes:
        """The file, byte for byte as it was uploaded. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            return uow.definitions.file(version_id, path)

    def archive(self, actor: Actor, version_id: str) -> bytes:
        """All files as a zip."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            uow.definitions.get(version_id)
            return write_zip(uow.definitions.files(version_id))

    def check(self, actor: Actor, version_id: str, replacing: Mapping[str, bytes] | None = None) -> Sequence[Finding]:
        """What the version's check finds, as if `replacing` had been stored already: the editor asks before it saves."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            files = uow.definitions.files(uow.definitions.get(version_id).id)
            return self._findings(uow, {**files, **(replacing or {})})

    def gains(self, actor: Actor, old_id: str | None, new_id: str) -> Sequence[RoleGain]:
        """What holders of roles could do newly by the second version; without a first, over the one published before it."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            return self.gains_of(uow, uow.definitions.get(new_id), uow.definitions.get(old_id) if old_id else None)

    def gains_of(self, uow: UnitOfWork, version: VersionRecord, old: VersionRecord | None = None) -> Sequence[RoleGain]:
        """As `gains`, within a transaction. Raises `DefinitionRejected` where a version cannot be read."""
        old = old or former_version(uow, version)
        former = self._package(uow, old.id) if old is not None else None
        return role_gains(uow, self.roles, self._package(uow, version.id), former, self._ground.today())

    def package(self, actor: Actor, version_id: str) -> ProcedurePackage:
        """The version as it was read, drafts too. Raises `DefinitionRejected` where its faults do not allow that."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            return self._package(uow, version_id)

    def compare(self, actor: Actor, old_id: str, new_id: str) -> Sequence[Change]:
        """What changed from one version to another. Raises `DefinitionRejected` where one of them cannot be read."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            return compare(self._package(uow, old_id), self._package(uow, new_id))

    def context(
        self, uow: UnitOfWork, actor: Actor, version: VersionRecord, findings: Sequence[Finding], reason: str = ""
    ) -> VersionContext:
        """How the actor stands towards the version's lifecycle."""
        tree, today = self._ground.register.tree(uow), self._ground.today()
        authors = self._authors(uow, version)
        return VersionContext(
            is_editor=actor.can("administer_definitions", None, tree, today),
            is_reviewer=actor.can("review_definitions", None, tree, today),
            is_author=actor.user_id in authors,
            error_findings=sum(found.severity == "error" for found in findings),
            reason=reason,
            who_can_act=_reviewers(uow, authors) if version.status == "in_review" else (),
        )

    def _package(self, uow: UnitOfWork, version_id: str) -> ProcedurePackage:
        """A published version is read as it runs: what a later release finds wrong with it does not hide it."""
        version = uow.definitions.get(version_id)
        files = uow.definitions.files(version.id)
        package = load_published(files) if version.published_at else read_package(files, handlers=self.handlers)
        return replace(package, role_names=version.roles)

    def _findings(self, uow: UnitOfWork, files: Mapping[str, bytes]) -> Sequence[Finding]:
        """What the check finds; it depends on the files, the calendar and the organisations, so the last answers are kept by their hash."""
        sha256, calendar, tree = (
            package_sha256(files),
            self._ground.register.calendar(uow),
            self._ground.register.tree(uow),
        )
        if self._checked_with is None or self._checked_with[0] is not calendar or self._checked_with[1] is not tree:
            self._checked, self._checked_with = {}, (calendar, tree)
        found = self._checked.get(sha256)
        if found is None:
            found = tuple(check_package(files, handlers=self.handlers, working_time=calendar, organisations=tree.all()))
            if len(self._checked) >= _KEPT:
                self._checked = {}
            self._checked[sha256] = found
        return [*check_role_names(uow, self.roles, files), *found]

    @staticmethod
    def _authors(uow: UnitOfWork, version: VersionRecord) -> frozenset[str]:
        """Everybody who wrote or submitted any part of it, from the audit trail: the row keeps only the last of them."""
        told = {
            person
            for event in uow.events.of_stream(stream_of(version.key))
            if event.type in AUTHORING and event.payload.get("version_id") == version.id
            for person in (event.actor, event.on_behalf_of)
            if person is not None
        }
        return frozenset(told | {version.created_by, version.changed_by} | {version.submitted_by or version.created_by})


def stream_of(key: str) -> str:
    """The name of a procedure's audit stream."""
    return f"procedure:{key}"


def effective_version(uow: UnitOfWork, key: str, on: date) -> VersionRecord | None:
    """The newest published version of the procedure that is in force on the day."""
    for version in uow.definitions.all(key):
        if version.status == PUBLISHED and version.effective_from <= on <= (version.effective_to or date.max):
            return version
    return None


def _reviewers(uow: UnitOfWork, but: frozenset[str]) -> tuple[str, ...]:
    users, _ = uow.accounts.search(UserFilter(role="definition-reviewer"), Page(limit=_NAMED + len(but)))
    return tuple(user.name for user in users if user.id not in but)[:_NAMED]
