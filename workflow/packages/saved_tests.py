"""The saved tests of a package, `tests/*.json`: read and run within bounds, whatever the files hold.

The form of a test stands in `workflow.simulation.saved_runs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.engine.program import Decisions, Program, WorkingTime
from workflow.errors import N_, InvalidInput
from workflow.model.definition import ProcessDefinition
from workflow.simulation.saved_runs import ProcessTest, TestResult, parse_test, run_test
from workflow.simulation.source import program_of
from workflow.spelling import entered

FOLDER = "tests/"
MOST_TESTS = 50
MOST_STEPS = 500
LARGEST = 100_000
"""Bytes of one test's file."""

_TOO_LARGE = N_("A test has at most %(steps)s steps and %(kilobytes)s kB.")
_UNREADABLE = N_("The test holds a value that cannot be read.")
_NO_NAME = N_("The test has no name.")
_UNFIT = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a hostile value may raise on its way through readers that expect what was written by us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTest:
    """One file. `test` is None where it cannot be read, `fault` says why then."""

    path: str
    test: ProcessTest | None = None
    fault: InvalidInput | None = None


def test_paths(files: Mapping[str, bytes]) -> list[str]:
    """The files of the package that hold tests, in order of their names."""
    return sorted(path for path in files if path.startswith(FOLDER) and path.endswith(".json"))


test_paths.__test__ = False  # type: ignore[attr-defined] # the word is ours; pytest need not collect it


def saved_tests(files: Mapping[str, bytes]) -> list[SavedTest]:
    """Every test of the package, readable or not; the bound on their number is the check's to report."""
    return [saved_test(path, files[path]) for path in test_paths(files)[:MOST_TESTS]]


def saved_test(path: str, content: bytes) -> SavedTest:
    """One test. Never raises for what the file holds."""
    try:
        return SavedTest(path=path, test=read_saved_test(content))
    except InvalidInput as fault:
        return SavedTest(path=path, fault=fault)


def read_saved_test(content: bytes) -> ProcessTest:
    """Read one test. Raises `InvalidInput`."""
    if len(content) > LARGEST:
        raise InvalidInput(_TOO_LARGE, steps=MOST_STEPS, kilobytes=LARGEST // 1000)
    try:
        test = parse_test(content)
    except _UNFIT as error:
        raise InvalidInput(_UNREADABLE) from error
    if len(test.steps) > MOST_STEPS:
        raise InvalidInput(_TOO_LARGE, steps=MOST_STEPS, kilobytes=LARGEST // 1000)
    if not entered(test.name):
        raise InvalidInput(_NO_NAME)
    return test


def run_saved_test(program: Program, test: ProcessTest) -> TestResult:
    """Run one test. Raises `InvalidInput` where its values cannot be worked with at all."""
    try:
        return run_test(program, test)
    except _UNFIT as error:
        raise InvalidInput(_UNREADABLE) from error


def package_program(
    processes: Mapping[str, ProcessDefinition],
    main: str,
    decisions: Decisions,
    working_time: WorkingTime | None = None,
) -> Program:
    """The program that trials and tests of a package run: its own decisions; machine work waits to be answered."""
    return program_of(processes, main, decisions=decisions, working_time=working_time)
