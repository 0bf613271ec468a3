"""Runs saved as tests of a procedure package: written into the draft's files, run again, compared, removed.

Saving and removing are changes of a draft's files, made by `DraftService` and recorded as such.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from workflow.budget import PAGE, within
from workflow.engine.program import Program
from workflow.errors import N_, DefinitionRejected, InvalidInput, NotFound, WorkflowError
from workflow.feel.values import coerce, to_json
from workflow.model.expressions import Literal
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.packages.examination import SavedTestResult
from workflow.packages.package import ProcedurePackage
from workflow.packages.saved_tests import (
    FOLDER,
    LARGEST,
    MOST_TESTS,
    read_saved_test,
    saved_tests,
    test_paths,
)
from workflow.services.ground.ground import Ground
from workflow.services.ground.labels import node_label
from workflow.services.ground.words import ValueWords
from workflow.services.procedures.drafts import ChangeVersionFile, DraftService, VersionCommand
from workflow.services.procedures.library import DefinitionLibrary
from workflow.services.trials.entries import ALL_MET, ASSESSMENT, NOT_MET, assessment, criteria_for
from workflow.services.trials.trials import TrialService, Tried
from workflow.services.trials.views import Trial, spec_of_node
from workflow.simulation.saved_runs import STATUSES, ProcessTest, as_test, replay_to_break, write_test
from workflow.simulation.session import Session
from workflow.spelling import length
from workflow.store.procedures import VersionRecord

_LONGEST_NAME = 200
_LONGEST_SLUG = 60
_MOST_OFFERED = 100

_NO_NAME = N_("Give the test a name.")
_LONG_NAME = N_("At most %(longest)s characters.")
_TOO_MANY = N_("A package has at most %(most)s saved tests. Remove one first.")
_NO_NODE = N_("The procedure has no “%(node)s”.")
_TOO_LARGE = N_("The run is too long to be saved as a test.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestList:
    """The tests of a version, as the last check ran them. With `faults` of the version none could be run.

    `checking`: a new check is under way; `stale`: the files have changed since the last one.
    """

    __test__ = False

    version: VersionRecord
    rows: Sequence[SavedTestResult]
    faults: Sequence[Finding]
    may_edit: bool
    checking: bool
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a run came to: what its test would expect. `variables`: name, label, value."""

    status: str
    visited: Sequence[str]
    end: Sequence[str]
    visited_labels: Sequence[Label]
    variables: Sequence[tuple[str, Label, Label]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTest:
    """A test as it is to be saved; what is None is not compared. `variables`: names whose values must be the same."""

    name: str
    status: str | None
    visited: Sequence[str] | None
    end: Sequence[str] | None
    variables: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveTest(VersionCommand):
    """`run`: the trial's text."""

    A_MINUTE: ClassVar[int] = 30

    run: str = field(repr=False)
    test: NewTest


class PackageTestService:
    """Reading needs the permission to read definitions, saving and removing that to change them."""

    def __init__(self, ground: Ground, library: DefinitionLibrary, trials: TrialService, drafts: DraftService) -> None:
        self._ground = ground
        self._library = library
        self._trials = trials
        self._drafts = drafts

    def all(self, actor: Actor, version_id: str) -> TestList:
        """Every test of the version, as the last check ran it."""
        offer = self._trials.offer(actor, version_id)
        detail = self._library.detail(actor, version_id)
        return TestList(
            version=offer.version,
            rows=self._with_age(actor, version_id, detail.tests),
            faults=() if detail.checking and not detail.tests else offer.faults,
            may_edit=offer.may_edit,
            checking=detail.checking,
            stale=detail.stale,
        )

    def _with_age(self, actor: Actor, version_id: str, results: Sequence[SavedTestResult]) -> Sequence[SavedTestResult]:
        """Which of them judge by other criteria than the procedure has, where it can be read."""
        with self._ground.units.reading() as uow:
            found = {one.path: one.test for one in saved_tests(uow.definitions.files(version_id))}
            try:
                package = self._trials.ready(uow, actor, version_id).package
            except DefinitionRejected:
                return results
        return [
            replace(one, outdated=(test := found.get(one.path)) is not None and is_outdated(package, test))
            for one in results
        ]

    @within(PAGE)
    def reopen(self, actor: Actor, version_id: str, path: str) -> Trial:
        """A saved test as a trial that has come to the test's end, with the criteria that the procedure has now.

        One that fails stands at the step where it goes another way than expected, or cannot go on. Raises `NotFound`, `InvalidInput`, `DefinitionRejected`.
        """
        with self._ground.units.reading() as uow:
            tried = self._trials.ready(uow, actor, version_id)
            if not path.startswith(FOLDER):
                raise NotFound()
            test = read_saved_test(uow.definitions.file(version_id, path))
        with suppress(WorkflowError):  # a step before the criteria is not possible any more: that is where it opens
            test = renewed(tried.package, tried.program, test)
        return tried.teller.trial(replay_to_break(tried.program, test))

    @within(PAGE)
    def expected(self, actor: Actor, version_id: str, run: str) -> Expected:
        """What the run would expect as a test."""
        tried, session = self._trials.opened(actor, version_id, run)
        words = ValueWords(tried.package, {})
        return Expected(
            status=session.status,
            visited=session.visited,
            end=session.end,
            visited_labels=[node_label(tried.package, node_id) for node_id in session.visited],
            variables=[
                (name, words.key(name), words.value(plain, name))
                for name, plain in list(_plain(session.variables).items())[:_MOST_OFFERED]
            ],
        )

    @within(PAGE)
    def save(self, actor: Actor, command: SaveTest) -> str:
        """Write the run into the draft as `tests/<name>.json` and return that path. Raises as `DraftService.change_file`."""
        new, version_id = command.test, command.version_id
        tried, session = self._trials.opened(actor, version_id, command.run)
        name = _checked_name(new.name)
        _check_nodes(tried, [*(new.visited or ()), *(new.end or ())])
        if new.status is not None and new.status not in STATUSES:
            raise InvalidInput()
        test = replace(
            as_test(session, name),
            status=new.status,
            visited=None if new.visited is None else tuple(new.visited),
            end=None if new.end is None else tuple(new.end),
            values={one: session.variables[one] for one in new.variables if one in session.variables} or None,
        )
        content = _written(test)
        with self._ground.units.reading() as uow:
            known = test_paths(uow.definitions.files(version_id))
        if len(known) >= MOST_TESTS:
            raise InvalidInput(_TOO_MANY, most=MOST_TESTS)
        path = _path_of(name, known)
        self._drafts.change_file(
            actor,
            ChangeVersionFile(
                version_id=version_id,
                path=path,
                content=content,
                revision=command.revision,
                command_id=command.command_id,
            ),
        )
        return path


def is_outdated(package: ProcedurePackage, test: ProcessTest) -> bool:
    """Whether a step judges by a number of criteria that none of the sets has by which its task may judge."""
    specs = {key: task.spec for process in package.bpmn.processes.values() for key, task in process.user_tasks.items()}
    for step in test.steps:
        judged, spec = step.fields.get(ASSESSMENT), specs.get(step.target)
        if not isinstance(judged, Mapping) or spec is None or spec.criteria_set is None:
            continue
        named = package.criteria_sets.get(spec.criteria_set.text) if isinstance(spec.criteria_set, Literal) else None
        sizes = {len(one) for one in ([named] if named is not None else package.criteria_sets.values())}
        if judged.get("total") not in sizes:
            return True
    return False


def renewed(package: ProcedurePackage, program: Program, test: ProcessTest) -> ProcessTest:
    """The test with the criteria that its tasks judge by now: all met where all were, else the first one not."""
    if not is_outdated(package, test):
        return test
    session = Session.start(program, variables=test.variables, process_ids=test.process_ids, start=test.start)
    steps = []
    for step in test.steps:
        waiting = next((one for one in session.waiting if one.kind == "node" and one.node_id == step.target), None)
        spec = spec_of_node(session, waiting) if waiting is not None else None
        if waiting is not None and spec is not None and isinstance(step.fields.get(ASSESSMENT), Mapping):
            criteria = criteria_for(package, spec, waiting.variables, session.now)
            if criteria is not None:
                chosen = ALL_MET if step.fields[ASSESSMENT].get("all_met") else NOT_MET
                judged = coerce(assessment(criteria, {ASSESSMENT: chosen}))
                step = replace(step, fields={**step.fields, ASSESSMENT: judged})
        session = session.do(step)
        steps.append(step)
    return replace(test, steps=tuple(steps))


def _plain(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: to_json(value) for name, value in variables.items()}


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(_NO_NAME)
    if length(name) > _LONGEST_NAME:
        raise InvalidInput(_LONG_NAME, longest=_LONGEST_NAME)
    return name


def _check_nodes(tried: Tried, node_ids: Sequence[str]) -> None:
    known = {node_id for process in tried.package.bpmn.processes.values() for node_id in process.all_nodes}
    for node_id in node_ids:
        if node_id not in known:
            raise InvalidInput(_NO_NODE, node=node_id)


def _written(test: ProcessTest) -> bytes:
    content = (json.dumps(write_test(test), ensure_ascii=False, indent=1) + "\n").encode()
    if len(content) > LARGEST:
        raise InvalidInput(_TOO_LARGE)
    return content


def _path_of(name: str, known: Sequence[str]) -> str:
    """A file name that can be read aloud: letters without marks, and a number where it is taken."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d")).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-") or "test"
    taken = {path.casefold() for path in known}
    number = 1
    while (path := f"{FOLDER}{slug}{f'-{number}' if number > 1 else ''}.json") in taken:
        number += 1
    return path
