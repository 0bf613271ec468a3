"""Whatever the store returns many of comes a page at a time, or is named here with what bounds it: no page grows with the years."""

import ast
from collections.abc import Iterator
from pathlib import Path

STORE = Path(__file__).parents[2] / "workflow" / "store"
MANY = ("Sequence", "list", "dict", "Mapping", "frozenset", "set", "Iterator")

A_CASE = "what one case has is bounded by its services: files by a number, tasks and waits by its diagram"
ASKED = "no more than the ids that were asked for"
HAND = "each was made by hand by an administrator"
IN_MEMORY = "the register that every process keeps in memory"
PROVED = "read by the proof, one at a time, never shown as one list"
WORKER = "read by the worker, never by a page"

BOUNDED = {
    "AccountRequests.in_state": "what is asked is decided or expires within days",
    "Accounts.assignments": ASKED,
    "Accounts.assignments_at": HAND,
    "Accounts.assignments_of": HAND,
    "Accounts.assignments_reached": HAND,
    "Accounts.deputyships_for": HAND,
    "Accounts.deputyships_on": HAND,
    "Accounts.holders": HAND,
    "Accounts.holding": WORKER,
    "Accounts.many": ASKED,
    "Accounts.named": "the people of one full name, of whom it takes a few at most",
    "Accounts.turning": WORKER,
    "Assessments.results_of": ASKED,
    "CalendarDays.all": IN_MEMORY,
    "CalendarDays.of_year": "the days of one year",
    "Campaigns.all": "one a procedure, year and province",
    "Campaigns.count_units": "one number a status",
    "Campaigns.many": ASKED,
    "Cases.count_by_version": "one number a version and status",
    "Checkpoints.all": PROVED,
    "Checkpoints.leaves": PROVED,
    "Comments.of_case": PROVED,
    "Definitions.all": HAND,
    "Definitions.checked": HAND,
    "Definitions.errors": HAND,
    "Definitions.files": "a package has a bounded number of files",
    "Definitions.many": ASKED,
    "Definitions.paths": "a package has a bounded number of files",
    "Events.each": PROVED,
    "Events.filed": PROVED,
    "Events.heads": PROVED,
    "Events.of_stream": PROVED,
    "Events.streams": PROVED,
    "Evidence.ever_of_case": A_CASE,
    "Evidence.of_case": A_CASE,
    "Incidents.of_case": A_CASE,
    "Inbox.counts": "one number a list",
    "Inbox.done_before": ASKED,
    "Inbox.progress": ASKED,
    "Inbox.standing": "the open tasks of a page of cases",
    "Jobs.of_case": A_CASE,
    "Jobs.of_kind": WORKER,
    "Judgements.of_cases": ASKED,
    "SavedFilters.of": "twenty of one person, and of each body's",
    "KeptForms.of": "twenty of one person",
    "Migrations.case_ids": WORKER,
    "Migrations.counts": ASKED,
    "Migrations.stop": WORKER,
    "Migrations.waiting": ASKED,
    "Notifications.choices": ASKED,
    "Organisations.all": IN_MEMORY,
    "Organisations.many": ASKED,
    "Organisations.successions": IN_MEMORY,
    "Schema.columns": "one a table",
    "Schema.expected_triggers": "one a table",
    "Schema.triggers": "one a table",
    "Seals.last_pages": PROVED,
    "Seals.pages": PROVED,
    "Seals.rows": PROVED,
    "Seals.take_over": PROVED,
    "SignIns.sessions_of": "they are forgotten after some days",
    "TaskPeople.doers": A_CASE,
    "TaskPeople.of_case": A_CASE,
    "TaskPeople.of_round": A_CASE,
    "Tasks.candidates": WORKER,
    "Tasks.cases_in_rounds": PROVED,
    "Tasks.cases_of": WORKER,
    "Tasks.done": ASKED,
    "Tasks.each_open": WORKER,
    "Tasks.groups_waited_in": WORKER,
    "Tasks.closed_to_some": A_CASE,
    "Tasks.of_round": A_CASE,
    "Tasks.open_of_case": A_CASE,
    "Tasks.suspended_of_case": A_CASE,
    "Tasks.unattended_at": WORKER,
    "UnitCases.ids": "ids alone, of cases that are to be moved or proved together",
    "UnitCases.keys": ASKED,
    "UnitCases.many": ASKED,
    "UnitCases.running": "five columns of every case that runs, compared whole when organisations change; never shown as one list",
    "UnitOfWork.tolerant": "gives way to what is done within it",
    "Waits.cases_for_signal": WORKER,
    "Waits.for_message": WORKER,
    "Waits.of_case": A_CASE,
    "Workers.seen": "the processes of one installation",
}
"""Query → what bounds it."""


def queries() -> Iterator[tuple[str, bool]]:
    """(name, whether it takes a page or a limit) of every query of the store that returns many."""
    for path in (one for room in (".", "people", "sealing") for one in sorted((STORE / room).glob("*.py"))):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                for one in node.body:
                    if isinstance(one, ast.FunctionDef) and not one.name.startswith("_") and _returns_many(one):
                        taken = {argument.arg for argument in (*one.args.args, *one.args.kwonlyargs)}
                        yield f"{node.name}.{one.name}", bool(taken & {"page", "limit"})


def _returns_many(function: ast.FunctionDef) -> bool:
    if function.returns is None or not _runs_a_query(function):
        return False
    return any(isinstance(one, ast.Name) and one.id in MANY for one in ast.walk(function.returns))


def _runs_a_query(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Attribute)
        and (one.attr in ("_connection", "connection") or (one.attr.startswith("_") and _of_self(one)))
        for one in ast.walk(function)
    )


def _of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def test_what_comes_in_numbers_comes_by_pages_or_is_bounded() -> None:
    found = dict(queries())
    assert len(found) > 40
    assert sorted(name for name, paged in found.items() if not paged and name not in BOUNDED) == []


def test_the_table_names_nothing_that_is_not_there() -> None:
    unpaged = {name for name, paged in queries() if not paged}
    assert sorted(BOUNDED.keys() - unpaged) == []
