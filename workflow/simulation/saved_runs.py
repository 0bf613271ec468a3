"""Saved runs as tests: what was done, and what must come of it each time.

    {"name": "…", "variables": {…}, "steps": [{"node": "review", "outcome": "approve"}, {"timer": "reminder"}],
     "expect": {"status": "completed", "visited": ["start", "review", "end"], "end": ["end"], "variables": {…}}}

`workflow.simulation.actions` says what a step can be. Of `expect` only what is there is compared. `process_ids` (default: the
main process) and `start` (an instant) may be said too.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.alphabets import fit
from workflow.budget import current
from workflow.engine.program import Program
from workflow.errors import N_, InvalidInput, WorkflowError
from workflow.feel.values import to_json
from workflow.simulation.actions import Action, action_from_json, action_to_json, values_of
from workflow.simulation.clock import START
from workflow.simulation.session import Session

STATUSES = ("completed", "failed", "waiting")
_WORDS = {"completed": N_("completed"), "failed": N_("failed"), "waiting": N_("waiting")}
_LONGEST_VALUE = 300
_KEYS = frozenset({"name", "variables", "process_ids", "start", "steps", "expect"})
_EXPECTED = frozenset({"status", "visited", "end", "variables"})
_YEARS = range(1900, 3000)
"""What calendars and clocks can count with."""

_NOT_JSON = N_("The test is no JSON: %(fault)s")
_NOT_A_TEST = N_("A test is a JSON object with a name, steps and what is expected.")
_UNKNOWN = N_("A test cannot say “%(key)s”.")
_WRONG = N_("“%(key)s” of a test has the wrong kind of value.")
_VALUE = N_("“%(name)s” should be %(expected)s but is %(actual)s.")
_STATUS = N_("The run should be “%(expected)s” but is “%(actual)s”.")
_ENDS = N_("It should end at %(expected)s but ends at %(actual)s.")
_SPENT = N_("In step %(number)s the budget of the check was used up. %(reason)s")
_SPENT_AT_ONCE = N_("Before the first step the budget of the check was used up. %(reason)s")
_STUCK = N_("After step %(number)s it is stuck at %(node)s: %(cause)s")
_VISITED = N_("From step %(number)s on it should go %(expected)s but goes %(actual)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTest:
    """A saved test. What is None is not compared; of `values` only the variables that it names."""

    name: str
    steps: tuple[Action, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    process_ids: tuple[str, ...] | None = None
    start: datetime = START
    status: str | None = None
    visited: tuple[str, ...] | None = None
    end: tuple[str, ...] | None = None
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it should be: a message template and its values."""

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % dict(self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What came of a test."""

    __test__ = False  # the word is ours; pytest need not collect it

    name: str
    differences: tuple[Difference, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.differences


def run_test(program: Program, test: ProcessTest) -> TestResult:
    """Do what the test says and compare. Never raises for what the test asks of the program."""
    watch = _Watch(program)
    try:
        session = replay(program, test, watch.look)
    except WorkflowError as error:
        return TestResult(
            name=test.name, differences=(*watch.causes, Difference(template=error.template, params=error.params))
        )
    return TestResult(name=test.name, differences=tuple(_differences(session, test)))


Look = Callable[[int, Session], None]
"""Gets how a run stands after each of its steps, and before the first as number 0."""


def replay(program: Program, test: ProcessTest, look: Look = lambda _number, _session: None) -> Session:
    """Do what the test says. Raises as `Session.start`, `Session.do_all` and `look`."""
    session = Session.start(program, variables=test.variables, process_ids=test.process_ids, start=test.start)
    look(0, session)
    return session.do_all(test.steps, look)


class _Watch:
    """Notices in which step a run gets stuck or uses its budget up, for what comes after that only follows from it."""

    def __init__(self, program: Program) -> None:
        self._names = _Names(program)
        self.causes: tuple[Difference, ...] = ()

    def look(self, number: int, session: Session) -> None:
        """Raise `InvalidInput` where the budget of the check is used up."""
        budget = current()
        if budget is not None and budget.spent is not None:
            self.causes = ()
            raise InvalidInput(_SPENT if number else _SPENT_AT_ONCE, number=number, reason=budget.spent)
        if session.incidents and not self.causes:
            stuck = session.incidents[0]
            cause = Difference(template=stuck.template or stuck.message, params=stuck.params)
            params = {"number": number, "node": self._names.listed((stuck.node_id,)), "cause": cause}
            self.causes = (Difference(template=_STUCK, params=params),)


def replay_to_break(program: Program, test: ProcessTest) -> Session:
    """Do what the test says as far as it goes as expected: up to the first step that is not possible, or after which other nodes
    were passed than the test expects. Where nothing like that happens, to its end. Raises as `Session.start`.
    """
    session = Session.start(program, variables=test.variables, process_ids=test.process_ids, start=test.start)
    for step in test.steps:
        if test.visited is not None and session.visited != test.visited[: len(session.visited)]:
            return session
        try:
            session = session.do_all([step])
        except WorkflowError:
            return session
    return session


def as_test(session: Session, name: str) -> ProcessTest:
    """The test that a session passes as it stands."""
    return ProcessTest(
        name=name,
        steps=session.actions,
        variables=session.pool.variables,
        process_ids=None if session.process_ids == (session.pool.program.main,) else session.process_ids,
        start=session.begun_at,
        status=session.status,
        visited=session.visited,
        end=session.end,
    )


def write_test(test: ProcessTest) -> dict[str, Any]:
    """The form that stands at the top of this module."""
    expect: dict[str, Any] = {}
    if test.status is not None:
        expect["status"] = test.status
    if test.visited is not None:
        expect["visited"] = list(test.visited)
    if test.end is not None:
        expect["end"] = list(test.end)
    if test.values is not None:
        expect["variables"] = {name: to_json(value) for name, value in test.values.items()}
    optional = {} if test.process_ids is None else {"process_ids": list(test.process_ids)}
    return {
        "name": test.name,
        **optional,
        "start": test.start.isoformat(),
        "variables": {name: to_json(value) for name, value in test.variables.items()},
        "steps": [action_to_json(action) for action in test.steps],
        "expect": expect,
    }


def parse_test(content: bytes | str) -> ProcessTest:
    """Read a test from the text of its file. Raises `InvalidInput`."""
    try:
        return read_test(fit(json.loads(content)))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_NOT_JSON, fault=str(error)) from error


def read_test(given: object) -> ProcessTest:
    """Read a test. Raises `InvalidInput` for anything but the form that `write_test` writes."""
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
        raise InvalidInput(_NOT_A_TEST)
    expect = given.get("expect", {})
    if not isinstance(expect, Mapping):
        raise InvalidInput(_WRONG, key="expect")
    for key in (*(set(given) - _KEYS), *(set(expect) - _EXPECTED)):
        raise InvalidInput(_UNKNOWN, key=key)
    steps = given.get("steps", [])
    if not isinstance(steps, list):
        raise InvalidInput(_WRONG, key="steps")
    if expect.get("status") not in (None, *STATUSES):
        raise InvalidInput(_WRONG, key="status")
    return ProcessTest(
        name=given["name"],
        steps=tuple(map(action_from_json, steps)),
        variables=values_of(given.get("variables", {}), "variables"),
        process_ids=_texts(given, "process_ids"),
        start=_start(given),
        status=expect.get("status"),
        visited=_texts(expect, "visited"),
        end=_texts(expect, "end"),
        values=values_of(expect["variables"], "variables") if "variables" in expect else None,
    )


def _texts(given: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    value = given.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidInput(_WRONG, key=key)
    return tuple(value)


def _start(given: Mapping[str, Any]) -> datetime:
    try:
        start = datetime.fromisoformat(given["start"]) if "start" in given else START
    except (TypeError, ValueError) as error:
        raise InvalidInput(_WRONG, key="start") from error
    if start.tzinfo is None or start.year not in _YEARS:
        raise InvalidInput(_WRONG, key="start")
    return start


def _differences(session: Session, test: ProcessTest) -> list[Difference]:
    found = []
    names = _Names(session.pool.program)
    if test.status is not None and test.status != session.status:
        words = {status: Difference(template=word) for status, word in _WORDS.items()}
        params: dict[str, Any] = {"expected": words[test.status], "actual": words[session.status]}
        found.append(Difference(template=_STATUS, params=params))
    if test.end is not None and test.end != session.end:
        params = {"expected": names.listed(test.end), "actual": names.listed(session.end)}
        found.append(Difference(template=_ENDS, params=params))
    if test.visited is not None and test.visited != session.visited:
        found.append(_first_other_way(test.visited, session.visited, names))
    for name, value in (test.values or {}).items():
        actual = session.variables.get(name)
        if actual != value:
            params = {"name": name, "expected": _text(value), "actual": _text(actual)}
            found.append(Difference(template=_VALUE, params=params))
    return found


def _first_other_way(expected: tuple[str, ...], actual: tuple[str, ...], names: "_Names") -> Difference:
    pairs = zip(expected, actual, strict=False)
    same = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(expected), len(actual)))
    shown = slice(same, same + 5)
    params = {"number": same + 1, "expected": names.listed(expected[shown]), "actual": names.listed(actual[shown])}
    return Difference(template=_VISITED, params=params)


def _text(value: Any) -> str:
    text = json.dumps(to_json(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


class _Names:
    """What people call nodes."""

    def __init__(self, program: Program) -> None:
        self._names = {
            node_id: node.name for process in program.processes.values() for node_id, node in process.all_nodes.items()
        }

    def listed(self, node_ids: tuple[str, ...]) -> str:
        return ", ".join(f"“{self._names.get(node_id) or node_id}”" for node_id in node_ids) or "-"
