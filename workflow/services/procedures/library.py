"""Versions of procedure packages as they are read: listed, shown, checked, compared."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from workflow.audit.facts.procedures import VersionCreated, VersionFileChanged, VersionFileRemoved, VersionSubmitted
from workflow.budget import PAGE, within
from workflow.errors import N_, DefinitionRejected
from workflow.lifecycle.definition_version import DEFINITION_VERSION, PUBLISHED, RETIRED, VersionContext
from workflow.lifecycle.lifecycle import Option
from workflow.model.findings import Finding
from workflow.organisation.authority import Actor
from workflow.packages.archive import write_zip
from workflow.packages.comparison import Change, compare
from workflow.packages.criteria import load_criteria
from workflow.packages.examination import UNCHECKED, SavedTestResult, attempt
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.package import ProcedurePackage, load_published
from workflow.packages.records import Role
from workflow.packages.saved_tests import FOLDER
from workflow.recognition.criteria import CriteriaSet
from workflow.services.ground.ground import Ground
from workflow.services.ground.roles import RoleRegister
from workflow.services.procedures.checks import Standing, VersionChecks, stream_of
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
_KEPT = 16
ROLE_NAMES = N_("the names of roles")
BEING_CHECKED = Finding(
    rule=UNCHECKED, template=N_("The version is still being checked. Load the page again in a moment.")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One version. `cases`: number of cases that run on it, by status."""

    version: VersionRecord
    cases: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDetail:
    """One version with its files' paths, the steps the actor may take, and what the last check found.

    `checking`: a new check is under way. `stale`: the files have changed since the last one.
    """

    version: VersionRecord
    paths: Sequence[str]
    cases: Mapping[str, int]
    findings: Sequence[Finding]
    tests: Sequence[SavedTestResult]
    checking: bool
    stale: bool
    checked_at: datetime | None
    options: Sequence[Option]
    may_edit: bool

    @property
    def may_check_again(self) -> bool:
        """Whether there is something that could not be checked, and the actor may ask once more."""
        return self.may_edit and not self.checking and any(found.rule == UNCHECKED for found in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The roles and criteria sets that a version names, whether or not it has faults."""

    roles: tuple[Role, ...]
    criteria_sets: tuple[CriteriaSet, ...]


class DefinitionLibrary:
    """Reads; every method asks for the permission to read definitions and raises `PermissionDenied` without it."""

    def __init__(self, ground: Ground, checks: VersionChecks, roles: RoleRegister) -> None:
        self._ground = ground
        self.roles = roles
        self.checks = checks
        self._packages: OrderedDict[str, ProcedurePackage] = OrderedDict()

    def list(self, actor: Actor, key: str | None = None) -> Sequence[VersionView]:
        """Every version, by procedure, newest first."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            counts = uow.cases.count_by_version()
            return [VersionView(version=one, cases=counts.get(one.id, {})) for one in uow.definitions.all(key)]

    def page(self, actor: Actor, page: Page) -> tuple[Sequence[VersionView], int]:
        """The versions of one page, by procedure, newest first, and the number of all."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            counts = uow.cases.count_by_version()
            found, total = uow.definitions.page(page)
            return [VersionView(version=one, cases=counts.get(one.id, {})) for one in found], total

    def detail(self, actor: Actor, version_id: str) -> VersionDetail:
        """One version as its page shows it. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            version = uow.definitions.get(version_id)
            standing = self.checks.standing(uow, version)
            findings = self.found(uow, version, standing)
            context = self.context(uow, actor, version, standing, findings)
            moving = version.status not in (PUBLISHED, RETIRED)
            return VersionDetail(
                version=version,
                paths=uow.definitions.paths(version_id),
                cases=uow.cases.count_by_version().get(version_id, {}),
                findings=findings,
                tests=standing.examination.tests,
                checking=standing.check is None or (moving and not standing.fresh),
                stale=standing.check is not None and not standing.known,
                checked_at=None if standing.check is None else standing.check.checked_at,
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
        """What the version's check finds, as if `replacing` had been stored already: the editor asks before it saves.

        It is worked out at once, within what one page may take, and so only for whoever may change the version.
        """
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "administer_definitions")
            files = uow.definitions.files(uow.definitions.get(version_id).id)
            surroundings = self.checks.surroundings(uow)
        return self.checks.examiner.examine({**files, **(replacing or {})}, surroundings, PAGE).findings

    def gains(self, actor: Actor, old_id: str | None, new_id: str) -> Sequence[RoleGain]:
        """What holders of roles could do newly by the second version; without a first, over the one published before it."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            return self.gains_of(uow, uow.definitions.get(new_id), uow.definitions.get(old_id) if old_id else None)

    def gains_of(self, uow: UnitOfWork, version: VersionRecord, old: VersionRecord | None = None) -> Sequence[RoleGain]:
        """As `gains`, within a transaction. Raises `DefinitionRejected` where a version cannot be read."""
        old = old or former_version(uow, version)
        former = self.readable(uow, old) if old is not None else None
        return role_gains(uow, self.roles, self.readable(uow, version), former, self._ground.today())

    def package(self, actor: Actor, version_id: str) -> ProcedurePackage:
        """The version as it was read, drafts too. Raises `DefinitionRejected` where its faults do not allow that."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            return self.readable(uow, uow.definitions.get(version_id))

    @within(PAGE)
    def offered(self, actor: Actor, version_id: str) -> Offered:
        """What an editor of the version can choose from, as far as it can be read: a draft with faults is where it is needed most."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            files = uow.definitions.files(version_id)
        manifest, _ = read_manifest(files.get(MANIFEST, b""))
        criteria_sets, _ = load_criteria(files)
        return Offered(
            roles=tuple(manifest.roles.values()) if manifest is not None else (),
            criteria_sets=tuple(criteria_sets.values()),
        )

    def compare(self, actor: Actor, old_id: str, new_id: str) -> Sequence[Change]:
        """What changed from one version to another. Raises `DefinitionRejected` where one of them cannot be read."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "read_definitions")
            old, new = (self.readable(uow, uow.definitions.get(one)) for one in (old_id, new_id))
        with within(PAGE):
            return compare(old, new)

    def context(
        self,
        uow: UnitOfWork,
        actor: Actor,
        version: VersionRecord,
        standing: Standing,
        findings: Sequence[Finding],
        reason: str = "",
    ) -> VersionContext:
        """How the actor stands towards the version's lifecycle."""
        tree, today = self._ground.register.tree(uow), self._ground.today()
        authors = self._authors(uow, version)
        return VersionContext(
            is_editor=actor.can("administer_definitions", None, tree, today),
            is_reviewer=actor.can("review_definitions", None, tree, today),
            is_author=actor.user_id in authors,
            is_checked=standing.fresh,
            error_findings=sum(found.severity == "error" for found in findings),
            reason=reason,
            who_can_act=_reviewers(uow, authors | {actor.user_id}) if version.status == "in_review" else (),
        )

    def found(self, uow: UnitOfWork, version: VersionRecord, standing: Standing) -> Sequence[Finding]:
        """What the last check found, and how the names of roles stand to those of other procedures at this moment."""
        manifest = uow.definitions.file(version.id, MANIFEST)
        names = attempt(ROLE_NAMES, lambda: check_role_names(uow, self.roles, {MANIFEST: manifest}), MANIFEST)
        return (*names, *standing.examination.findings)

    def readable(self, uow: UnitOfWork, version: VersionRecord) -> ProcedurePackage:
        """The version as it was read, drafts too. Raises `DefinitionRejected` where it has faults or is still being checked.

        A saved test that fails does not keep it from being looked at.
        """
        if version.status not in (PUBLISHED, RETIRED):
            standing = self.checks.standing(uow, version)
            if not standing.known:
                raise DefinitionRejected((BEING_CHECKED,))
            findings = standing.examination.findings
            if any(found.severity == "error" and not (found.file or "").startswith(FOLDER) for found in findings):
                raise DefinitionRejected(findings)
        found = self._packages.get(version.sha256)
        if found is None:
            found = load_published(uow.definitions.files(version.id))
            while len(self._packages) >= _KEPT:
                self._packages.popitem(last=False)
            self._packages[version.sha256] = found
        return replace(found, role_names=version.roles)

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


def effective_version(uow: UnitOfWork, key: str, on: date) -> VersionRecord | None:
    """The newest published version of the procedure that is in force on the day."""
    for version in uow.definitions.all(key):
        if version.status == PUBLISHED and version.effective_from <= on <= (version.effective_to or date.max):
            return version
    return None


def _reviewers(uow: UnitOfWork, but: frozenset[str]) -> tuple[str, ...]:
    users, _ = uow.accounts.search(UserFilter(role="definition-reviewer"), Page(limit=_NAMED + len(but)))
    return tuple(user.name for user in users if user.id not in but)[:_NAMED]
