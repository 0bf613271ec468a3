"""The one function that looks for faults of a model that strand cases."""

from workflow.model.definition import ProcessDefinition
from workflow.model.findings import Finding
from workflow.soundness.conditions import check_conditions
from workflow.soundness.explore import MOST_STEPS, search
from workflow.soundness.findings import findings_of
from workflow.soundness.level import levels
from workflow.soundness.net import Net


def check_soundness(definition: ProcessDefinition, *, most_steps: int = MOST_STEPS) -> list[Finding]:
    """Return what can strand a case: in the process, in each subprocess by itself, and at conditions.

    A level whose flows do not connect its own nodes, or that has nowhere to start, is left to the structural rules.
    `most_steps`: how much of a level is looked at before it is called too large. The result is always the same for the same
    definition, in the order of the file. It never raises.
    """
    found: list[Finding] = []
    for level in levels(definition):
        if level.is_whole and level.entries:
            net = Net(level)
            found += findings_of(search(net, most_steps=most_steps), net)
    return [*found, *check_conditions(definition)]
