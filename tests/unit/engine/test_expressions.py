"""What an expression of a process sees of time."""

from datetime import UTC, date, datetime

from tests.support.processes import process, script
from workflow.engine.commands import StartProcess
from workflow.engine.decide import decide
from workflow.engine.evolve import replay
from workflow.engine.program import Program


def test_today_is_the_day_in_viet_nam_and_not_that_in_greenwich() -> None:
    definition = process(script("look", "today()", "day"), paths=("start > look > end",))
    program = Program(processes={definition.id: definition}, main=definition.id)
    before_seven = datetime(2023, 12, 19, 18, 30, tzinfo=UTC)

    state = replay(decide(program, None, StartProcess(), before_seven))

    assert state.variables["day"] == date(2023, 12, 20)
