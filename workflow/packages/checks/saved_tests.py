"""The saved tests of a package: each can be read, and the package passes it."""

import logging
from collections.abc import Iterator
from dataclasses import replace

from workflow.engine.program import Program, WorkingTime
from workflow.errors import N_, BudgetSpent, InvalidInput
from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.packages.examination import UNCHECKED, SavedTestResult
from workflow.packages.saved_tests import (
    FOLDER,
    MOST_TESTS,
    SavedTest,
    package_program,
    run_saved_test,
    saved_tests,
    test_paths,
)

FAILING = "failing-test"
UNREADABLE = "unreadable-test"

log = logging.getLogger(__name__)
_BROKEN = N_("It stopped at something that nobody foresaw; whoever runs the installation finds the reason in its log.")
_MEND = N_("Put the procedure right; or, where the new way is meant, save the run anew or remove the test")


def check_saved_tests(
    contents: Contents, results: list[SavedTestResult], *, run: bool, working_time: WorkingTime | None = None
) -> Iterator[Finding]:
    """`run`: whether the package has no other fault, so that running says something. What comes of each test is added to `results`."""
    program = _program(contents, working_time) if run else None
    for saved in saved_tests(contents.files):
        results.append(_result(saved, program))
        yield from _findings(results[-1])
    if len(test_paths(contents.files)) > MOST_TESTS:
        yield Finding(
            rule="too-many-tests",
            template=N_("A package has at most %(most)s saved tests"),
            params={"most": MOST_TESTS},
            advice=N_("Remove those that show the same"),
            file=test_paths(contents.files)[MOST_TESTS],
        )


def _program(contents: Contents, working_time: WorkingTime | None) -> Program | None:
    main = contents.bpmn.get(contents.manifest.process) if contents.manifest is not None else None
    if main is None or main.main not in main.processes:
        return None
    return package_program(contents.processes, main.main, contents.decisions, working_time)


def _result(saved: SavedTest, program: Program | None) -> SavedTestResult:
    if saved.test is None:
        name = saved.path.removeprefix(FOLDER)
        return SavedTestResult(path=saved.path, name=name, steps=0, ran=False, fault=saved.fault)
    row = SavedTestResult(path=saved.path, name=saved.test.name, steps=len(saved.test.steps), ran=program is not None)
    if program is None:
        return row
    try:
        return replace(row, differences=run_saved_test(program, saved.test).differences)
    except (InvalidInput, BudgetSpent) as fault:
        return replace(row, ran=False, fault=fault)
    except Exception:
        log.exception("the saved test %s could not be run", saved.path)
        return replace(row, ran=False, fault=InvalidInput(_BROKEN))


def _findings(result: SavedTestResult) -> Iterator[Finding]:
    if result.fault is not None:
        yield _unreadable(result)
    for difference in result.differences:
        yield Finding(
            rule=FAILING,
            template=N_("The test “%(test)s” fails. %(difference)s"),
            params={"test": result.name, "difference": difference},
            advice=_MEND,
            file=result.path,
        )


def _unreadable(result: SavedTestResult) -> Finding:
    spent = isinstance(result.fault, BudgetSpent)
    return Finding(
        rule=UNCHECKED if spent else UNREADABLE,
        template=N_("The test could not be run to its end: %(fault)s")
        if spent
        else N_("The test cannot be read. %(fault)s"),
        params={"fault": result.fault},
        advice=N_("Make the test or the procedure smaller") if spent else N_("Save the run anew, or remove the file"),
        file=result.path,
    )
