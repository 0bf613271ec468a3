"""The saved tests of a package: each can be read, and the package passes it."""

from collections.abc import Iterator

from workflow.engine.program import Program, WorkingTime
from workflow.errors import N_, InvalidInput
from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.packages.saved_tests import (
    MOST_TESTS,
    SavedTest,
    package_program,
    run_saved_test,
    saved_tests,
    test_paths,
)

FAILING = "failing-test"
UNREADABLE = "unreadable-test"

_MEND = N_("Put the procedure right; or, where the new way is meant, save the run anew or remove the test")


def check_saved_tests(contents: Contents, *, run: bool, working_time: WorkingTime | None = None) -> list[Finding]:
    """`run`: whether the package has no other fault, so that running says something."""
    program = _program(contents, working_time) if run else None
    findings = [found for saved in saved_tests(contents.files) for found in _of_one(saved, program)]
    if len(test_paths(contents.files)) > MOST_TESTS:
        findings.append(
            Finding(
                rule="too-many-tests",
                template=N_("A package has at most %(most)s saved tests"),
                params={"most": MOST_TESTS},
                advice=N_("Remove those that show the same"),
                file=test_paths(contents.files)[MOST_TESTS],
            )
        )
    return findings


def _program(contents: Contents, working_time: WorkingTime | None) -> Program | None:
    main = contents.bpmn.get(contents.manifest.process) if contents.manifest is not None else None
    if main is None or main.main not in main.processes:
        return None
    return package_program(contents.processes, main.main, contents.decisions, working_time)


def _of_one(saved: SavedTest, program: Program | None) -> Iterator[Finding]:
    if saved.test is None:
        yield _unreadable(saved, saved.fault)
        return
    if program is None:
        return
    try:
        result = run_saved_test(program, saved.test)
    except InvalidInput as fault:
        yield _unreadable(saved, fault)
        return
    for difference in result.differences:
        yield Finding(
            rule=FAILING,
            template=N_("The test “%(test)s” fails. %(difference)s"),
            params={"test": result.name, "difference": difference},
            advice=_MEND,
            file=saved.path,
        )


def _unreadable(saved: SavedTest, fault: InvalidInput | None) -> Finding:
    return Finding(
        rule=UNREADABLE,
        template=N_("The test cannot be read. %(fault)s"),
        params={"fault": fault},
        advice=N_("Save the run anew, or remove the file"),
        file=saved.path,
    )
