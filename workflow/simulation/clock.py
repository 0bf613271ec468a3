"""Virtual time: when it begins, what is due next, and letting it happen.

Of what is due at the same instant, work ends first, then timers fire in the order of their instances and ids, then timers
start processes.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from workflow.engine.evaluation import Stuck
from workflow.engine.state import age
from workflow.simulation.delivery import start_at
from workflow.simulation.items import Ending
from workflow.simulation.pool import Pool
from workflow.simulation.starts import StartTimer

START = datetime(2026, 1, 5, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
"""A Monday morning."""


# Virtual time: what is due next, and letting it happen.


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceTimer:
    """A timer that waits in an instance."""

    index: int
    timer_id: str
    node_id: str
    due_at: datetime


Due = Ending | InstanceTimer | StartTimer


def all_due(pool: Pool) -> list[Due]:
    """Everything that waits for its time, earliest first."""
    return sorted(_all(pool), key=lambda due: due.due_at)


def _all(pool: Pool) -> list[Due]:
    """In the order in which those of one instant happen."""
    timers = [
        InstanceTimer(index=index, timer_id=timer.id, node_id=timer.node_id, due_at=timer.due_at)
        for index, state in pool.active()
        for timer in sorted(state.timers.values(), key=lambda each: age(each.id))
    ]
    return [*pool.endings.values(), *timers, *pool.start_timers]


def next_due(pool: Pool, until: datetime) -> Due | None:
    """What happens next if nobody does anything, unless it is later than `until`."""
    found = min(_all(pool), key=lambda due: due.due_at, default=None)
    return found if found is not None and found.due_at <= until else None


def let_happen(pool: Pool, due: Due) -> None:
    """Move the clock to the instant and let it happen."""
    pool.move_to(due.due_at)
    if isinstance(due, Ending):
        _end(pool, due)
    elif isinstance(due, InstanceTimer):
        pool.fire(due.index, due.timer_id)
    else:
        _start(pool, due)


def _end(pool: Pool, ending: Ending) -> None:
    del pool.endings[ending.key]
    if ending.error is None:
        pool.complete(ending.key, ending.variables)
    else:
        pool.throw(ending.key, ending.error, ending.variables)


def _start(pool: Pool, timer: StartTimer) -> None:
    pool.start_timers.remove(timer)
    try:
        following = timer.following(pool.now, pool.program.working_time)
    except Stuck as stuck:
        pool.report(timer.point.node_id, stuck.kind, stuck.template, stuck.params, timer.point.process_id)
        following = None
    if following is not None:
        pool.start_timers.append(following)
    start_at(pool, timer.point, {})
