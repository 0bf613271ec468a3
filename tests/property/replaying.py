"""Histories of processes that a plain random number has grown and driven: the same in every interpreter."""

import json
import random
from typing import Any

from tests.property.driving import KINDS, command_for, program_of, start_of, step
from tests.property.generators.grower import Grower, Place
from tests.property.processes import BLOCKS, CALLED, TASK, grow_structured, grow_unstructured
from workflow.engine.codec import event_to_json
from workflow.engine.events import Event
from workflow.model.definition import ProcessDefinition

SEEDS = 40


class ByNumber(Grower):
    """Grows by a random number generator, given in the place of Hypothesis's `draw`."""

    def pick(self, *options: Any) -> Any:
        return self.draw.choice(options)

    def flip(self) -> bool:
        return bool(self.draw.random() < 0.5)

    def number(self, least: int, most: int) -> int:
        return int(self.draw.randint(least, most))


def history(seed: int) -> list[Event]:
    numbers = random.Random(seed)
    grower = ByNumber(numbers, BLOCKS, Place(sound=False))
    (grow_structured if seed % 2 else grow_unstructured)(grower)
    process = ProcessDefinition(id="p", nodes=grower.nodes, flows=grower.flows)
    program = program_of({"p": process, "q": CALLED, "g": TASK})
    state, found = step(program, None, start_of(process))
    for _ in range(25):
        if state is None:
            break
        command = command_for(numbers.choice(KINDS), numbers.randrange(1_000), state, process)
        if command is not None:
            state, events = step(program, state, command)
            found += events
    return found


def histories() -> str:
    """Every history as JSON text."""
    return json.dumps([[event_to_json(event) for event in history(seed)] for seed in range(SEEDS)])


if __name__ == "__main__":
    print(histories())
