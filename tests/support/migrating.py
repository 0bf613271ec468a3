"""Moving a case of a test to another version of its process."""

from tests.support.processes import Case, process, timer, user
from workflow.engine import events as e
from workflow.engine.commands import MigrateProcess
from workflow.engine.evolve import replay
from workflow.engine.migration.plan import MigrationPlan
from workflow.engine.migration.planner import plan_migration
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.errors import TransitionRefused
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition


def program(*processes: ProcessDefinition) -> Program:
    return Program(processes={one.id: one for one in processes}, main=processes[0].id, handlers=frozenset({"mail"}))


def standing(case: Case) -> ProcessState:
    assert case.state is not None
    return case.state


def plan(case: Case, new: ProcessDefinition, **mapping: str | None) -> MigrationPlan:
    assert case.state is not None
    return plan_migration(case.program, program(new), case.state, mapping)


def move(case: Case, new: ProcessDefinition, **mapping: str | None) -> list[e.Event]:
    """Migrate; the case goes on with the new version, and its whole history still gives its state."""
    old, case.program = case.program, program(new)
    try:
        events = case.do(MigrateProcess(old=old, from_version="v1", to_version="v2", mapping=mapping))
    except TransitionRefused:
        case.program = old
        raise
    assert replay(case.history) == case.state
    return events


def chain(*tasks: m.FlowNode) -> ProcessDefinition:
    return process(*tasks, paths=(" > ".join(["start", *(task.id for task in tasks), "end"]),))


def with_timer(text: str, kind: str = "duration", id: str = "late") -> ProcessDefinition:
    event = m.BoundaryEvent(id=id, attached_to="a", definition=timer(kind, text))
    return process(user("a"), event, user("b"), paths=("start > a > end", f"{id} > b > end"))
