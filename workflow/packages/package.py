"""A procedure package as a whole: read it, or say everything that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache, partial

from workflow.bpmn.reader import BpmnFile, examine_bpmn
from workflow.budget import CHECK, Allowance, Budget, within
from workflow.calendar.working_time import WorkingCalendar
from workflow.errors import N_, DefinitionRejected
from workflow.model.definition import ProcessDefinition
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.organisation.records import Organisation
from workflow.packages.archive import package_sha256
from workflow.packages.checks.expressions import check_decided, check_expressions
from workflow.packages.checks.parts import check_parts
from workflow.packages.checks.people import check_organisations, check_people
from workflow.packages.checks.results import check_judging, check_plain_tasks, check_results
from workflow.packages.checks.saved_tests import check_saved_tests
from workflow.packages.checks.structure import check_labels, check_runs, check_starts, check_structure, check_tasks
from workflow.packages.contents import Contents
from workflow.packages.decisions import Decisions
from workflow.packages.examination import (
    UNCHECKED,
    Examination,
    Files,
    SavedTestResult,
    Surroundings,
    attempt,
    bounded,
    unchecked,
)
from workflow.packages.loader import load_contents
from workflow.packages.records import KNOWN_HANDLERS, DeadlineRule, Manifest, Role, Stage
from workflow.packages.roles import held_as
from workflow.recognition.criteria import CriteriaSet

Check = Callable[[Contents], list[Finding]]
_STRUCTURE, _EXPRESSIONS = N_("the rules of BPMN"), N_("expressions and conditions")
_PEOPLE, _RUNS = N_("roles and bodies"), N_("whether a case can get stuck")
_CHECKS: tuple[tuple[str, Check], ...] = (
    (_STRUCTURE, check_structure),
    (_EXPRESSIONS, check_expressions),
    (_PEOPLE, check_people),
    (N_("forms, criteria and documents"), check_parts),
    (N_("what decision tables give"), check_decided),
    (N_("tasks with the same id"), check_tasks),
    (N_("texts in both languages"), check_labels),
    (N_("what starts the process"), check_starts),
    (N_("the results that a case can end with"), check_results),
    (N_("whether every assessment is made by somebody"), check_judging),
    (N_("tasks that nobody does"), check_plain_tasks),
    (_RUNS, check_runs),
)
_ORGANISATIONS, _TESTS = N_("bodies that tasks are given to"), N_("the saved tests")
_REST = N_("everything after what takes too much")
_CHECKS_OF_ONE_FILE: tuple[tuple[str, Check], ...] = (
    (_STRUCTURE, check_structure),
    (_EXPRESSIONS, check_expressions),
    (_PEOPLE, check_people),
    (_RUNS, check_runs),
)
"""What can be said of a BPMN file without the rest of its package. Each check has a name for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedurePackage:
    """One version of a procedure. `files` are kept byte for byte; `sha256` is their identity (`package_sha256`).

    `bpmn.processes` holds the processes of every BPMN file of the package, `bpmn.main` the one that a case starts.
    `findings` are the warnings of the check.
    """

    manifest: Manifest
    bpmn: BpmnFile
    decisions: Decisions
    criteria_sets: Mapping[str, CriteriaSet]
    files: Mapping[str, bytes]
    sha256: str
    findings: tuple[Finding, ...] = ()
    former: "tuple[ProcedurePackage, ...]" = ()
    """Of a case that was moved here: what it ran on before, the last first. What it did then is named by them."""
    role_names: Mapping[str, str] | None = None
    """Of a published version: role → what assignments call it (`workflow.packages.roles`)."""

    @property
    def key(self) -> str:
        """The procedure's key, the same in every version."""
        return self.manifest.key

    @property
    def version_label(self) -> str:
        return self.manifest.version_label

    @property
    def title(self) -> Label:
        return self.manifest.title

    @property
    def legal_basis(self) -> tuple[str, ...]:
        return self.manifest.legal_basis

    @property
    def effective_from(self) -> date:
        """The first day on which a case may start under this version."""
        return self.manifest.effective_from

    @property
    def effective_to(self) -> date | None:
        """The last such day; `None` for no end."""
        return self.manifest.effective_to

    @property
    def province_scope(self) -> tuple[str, ...]:
        """Codes of the provinces; empty for every province."""
        return self.manifest.province_scope

    @property
    def business_key(self) -> str:
        """The pattern of case numbers, for `str.format` with key, year, number and province."""
        return self.manifest.business_key

    @property
    def roles(self) -> Mapping[str, Role]:
        return self.manifest.roles

    def held_as(self, role: str) -> str:
        """What assignments call the role."""
        return held_as(self.key, self.role_names, role)

    def role_held(self, held: str) -> Role | None:
        """The role that assignments call `held`; None where it is none of this procedure."""
        return next((role for role in self.roles.values() if self.held_as(role.id) == held), None)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of unit that may be judged; empty for every kind."""
        return self.manifest.subject_kinds

    @property
    def deadlines(self) -> Mapping[str, DeadlineRule]:
        return self.manifest.deadlines

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.manifest.stages

    @property
    def minutes_name_votes(self) -> bool:
        """Whether the record of a case names who voted how."""
        return self.manifest.minutes_name_votes

    @property
    def office_closes(self) -> time:
        """Local time at which the last valid day of a deadline ends."""
        return self.manifest.office_closes

    @property
    def process(self) -> ProcessDefinition:
        """The process that a case starts."""
        return self.bpmn.processes[self.bpmn.main]

    @property
    def diagram(self) -> bytes:
        """The BPMN file that holds the main process, as it was uploaded."""
        return self.files[self.manifest.process]


def read_package(files: Mapping[str, bytes], *, handlers: frozenset[str] = KNOWN_HANDLERS) -> ProcedurePackage:
    """Read a package. Raises `DefinitionRejected` with every finding of the whole package if one is an error.

    Saved tests are not run: a package that fails one can be looked at, tried and compared, but `check_package` finds it.
    """
    contents, findings = _examine(files, handlers)
    if any(finding.severity == "error" for finding in findings):
        raise DefinitionRejected(tuple(findings))
    return _package(contents, findings)


def load_published(files: Mapping[str, bytes]) -> ProcedurePackage:
    """Read a package that was checked when it was published, without checking it again.

    A stricter check of a later release must not stop cases that run. What was read last is kept, by its content. Raises
    `DefinitionRejected` where nothing can run: no manifest, or no process.
    """
    return _published(tuple(sorted(files.items())))


@lru_cache(maxsize=32)
def _published(files: tuple[tuple[str, bytes], ...]) -> ProcedurePackage:
    return _package(*load_contents(dict(files), frozenset()))


def check_package(
    files: Mapping[str, bytes],
    *,
    handlers: frozenset[str] = KNOWN_HANDLERS,
    working_time: WorkingCalendar | None = None,
    organisations: Sequence[Organisation] | None = None,
) -> list[Finding]:
    """The findings of `examine`."""
    surroundings = Surroundings(handlers=handlers, calendar=working_time, organisations=organisations)
    return list(examine(files, surroundings).findings)


def examine(files: Mapping[str, bytes], surroundings: Surroundings, allowance: Allowance = CHECK) -> Examination:
    """Every finding, errors before warnings, then by file and line, and what comes of the saved tests; within the allowance.

    Never raises for what the files hold. A package without other faults must pass its saved tests; the calendar (default:
    Monday to Friday) is theirs. With the organisations of an installation, the bodies that tasks are given to must be among
    them.
    """
    with within(allowance) as budget:
        contents, findings = _examine(files, surroundings.handlers)
        organisations = surroundings.organisations
        if organisations is not None:
            findings += attempt(_ORGANISATIONS, lambda: check_organisations(contents, organisations))
        sound = not any(finding.severity == "error" for finding in findings)
        tests: list[SavedTestResult] = []
        findings += attempt(
            _TESTS, lambda: check_saved_tests(contents, tests, run=sound, working_time=surroundings.calendar)
        )
    return Examination(findings=bounded([*findings, *_used_up(budget, findings)]), tests=tuple(tests))


def _used_up(budget: Budget, findings: Sequence[Finding]) -> list[Finding]:
    """The finding that the budget was used up, where no check has said so: what was stopped may look like another fault."""
    if budget.spent is None or any(found.rule == UNCHECKED for found in findings):
        return []
    return [unchecked(_REST, spent=budget.spent)]


class ExaminerHere:
    """Examines in this process: within the budget of steps, time and memory, but without a wall around what cannot count."""

    def examine(self, files: Files, surroundings: Surroundings, allowance: Allowance = CHECK) -> Examination:
        return examine(files, surroundings, allowance)

    def examine_file(self, source: bytes, file: str, allowance: Allowance = CHECK) -> Examination:
        return Examination(findings=tuple(check_bpmn_file(source, file, allowance)))


def check_bpmn_file(source: bytes, file: str, allowance: Allowance = CHECK) -> list[Finding]:
    """Every finding about a BPMN file by itself, in the order of `check_package`. Never raises for what the file holds."""
    with within(allowance) as budget:
        examined = examine_bpmn(source, file=file)
        contents = Contents(files={file: source}, bpmn={file: examined}, unread=frozenset({"rules/", "criteria/"}))
        findings = [*examined.findings, *_carried_out(_CHECKS_OF_ONE_FILE, contents)]
    return list(bounded([*findings, *_used_up(budget, findings)]))


def _package(contents: Contents, findings: list[Finding]) -> ProcedurePackage:
    main = contents.bpmn.get(contents.manifest.process) if contents.manifest is not None else None
    if contents.manifest is None or main is None or main.main not in main.processes:
        raise DefinitionRejected(tuple(findings))
    return ProcedurePackage(
        manifest=contents.manifest,
        bpmn=BpmnFile(
            processes=contents.processes, main=main.main, findings=main.findings, has_diagram=main.has_diagram
        ),
        decisions=contents.decisions,
        criteria_sets=contents.criteria_sets,
        files=dict(contents.files),
        sha256=package_sha256(contents.files),
        findings=tuple(findings),
    )


def _examine(files: Mapping[str, bytes], handlers: frozenset[str]) -> tuple[Contents, list[Finding]]:
    contents, findings = load_contents(files, handlers)
    findings += _carried_out(_CHECKS, contents)
    return contents, list(bounded(findings))


def _carried_out(checks: Sequence[tuple[str, Check]], contents: Contents) -> list[Finding]:
    return [found for name, check in checks for found in attempt(name, partial(check, contents))]
