"""One durable step of a case against the floor of its own reads and writes: see README.md.

The step is `TaskService.complete` of `pilot_list` in the procedure `dien-hinh`: load, authorise, guard, decide, persist, hash, commit.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from cases import REGISTRATION, Office, office
from floor import Floor, watching, written_by
from shared import Place, Spent, middle, options, places, say, spent_by

from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.services.casework.tasks import CompleteTask
from workflow.store.tasks import TaskRecord

STEPS, QUICK_STEPS, WARM_UP = 300, 20, 5
STEP, FLOOR = 0, 1
Ready = tuple[str, Actor, TaskRecord]


def main() -> None:
    """Measure on each database and print."""
    chosen = options(__doc__ or "")
    steps = QUICK_STEPS if chosen.quick else STEPS
    result: dict[str, Any] = {name: {} for name in ("ratio", "cpu_ratio", "step_ms", "floor_ms")}
    for place in places(chosen.only):
        spent = measure(place, steps)
        step, floor = (middle(pair[side].wall for pair in spent) for side in (STEP, FLOOR))
        step_cpu, floor_cpu = (middle(pair[side].cpu for pair in spent) for side in (STEP, FLOOR))
        result["step_ms"][place.kind], result["floor_ms"][place.kind] = step, floor
        result["ratio"][place.kind] = round(step / floor, 2)
        result["cpu_ratio"][place.kind] = round(step_cpu / floor_cpu, 2)
    say({**result, "n": steps})


def measure(place: Place, steps: int) -> list[tuple[Spent, Spent]]:
    """Pairs of a step and its floor: they take turns, so that whatever else the machine does falls on both alike."""
    work = office(place, copies=2 * (steps + WARM_UP) + 1)
    ready = list(prepared(work))
    engine = work.container.engine
    command_id = new_id()
    with watching(engine) as stepped:
        complete(work, ready.pop(), command_id)
    model = written_by(engine, command_id)
    floors = [Floor(engine, model, case_id, task.id) for case_id, _, task in ready[::2]]
    with watching(engine) as executed:
        floors.pop().run()
    assert executed == stepped, f"the floor is not the same: {executed - stepped} more, {stepped - executed} less"
    spent = [
        (spent_by(partial(complete, work, taken, new_id())), spent_by(floor.run))
        for taken, floor in zip(ready[1::2], floors, strict=False)
    ]
    work.container.close()
    return spent[WARM_UP:]


def prepared(work: Office) -> Iterator[Ready]:
    """Bring every case to the point where `pilot_list` is claimed."""
    for case_id in work.cases.values():
        work.complete(case_id, "registration", "submit", fields=REGISTRATION)
        yield case_id, *work.claim(case_id, "pilot_list")


def complete(work: Office, ready: Ready, command_id: str) -> None:
    """The step that is measured."""
    _, actor, task = ready
    work.container.tasks.complete(actor, CompleteTask(task_id=task.id, outcome="accept", command_id=command_id))


if __name__ == "__main__":
    main()
