"""What every activity has: its base, its loops, its quantities and the data that goes in and out."""

from typing import Any

from workflow.bpmn.associations import data_mappings
from workflow.bpmn.loops import loop_data, multi_instance, standard_loop
from workflow.bpmn.mappings import parameters
from workflow.bpmn.namespaces import Element, local, reference
from workflow.bpmn.reading import Reading, base, flag, whole_number
from workflow.bpmn.report import Report
from workflow.bpmn.rule import names
from workflow.errors import N_

_MOST_TOKENS = 1_000


WITHOUT_INPUTS = names("receiveTask")
"""Elements on which nothing could read an input: what stands there is refused."""


def activity(element: Element, reading: Reading) -> dict[str, Any]:
    """The arguments of every record of an activity."""
    own = loop_data(element)
    arguments = {
        **base(element),
        "default_flow": reference(element, "default"),
        "multi_instance": multi_instance(element, reading),
        "standard_loop": standard_loop(element, reading),
        "start_quantity": whole_number(element, "startQuantity", reading.report, most=_MOST_TOKENS) or 1,
        "completion_quantity": whole_number(element, "completionQuantity", reading.report, most=_MOST_TOKENS) or 1,
        "for_compensation": flag(element, "isForCompensation", False, reading.report),
        "inputs": (
            *data_mappings(element, "dataInputAssociation", reading, without=own),
            *parameters(element, "inputParameter", reading),
        ),
        "outputs": (
            *data_mappings(element, "dataOutputAssociation", reading, without=own),
            *parameters(element, "outputParameter", reading),
        ),
    }
    if arguments["inputs"] and _reads_nothing(element):
        _refuse(element, reading)
    return arguments


def _reads_nothing(element: Element) -> bool:
    """An event subprocess begins with what its event has brought."""
    return local(element) in WITHOUT_INPUTS or flag(element, "triggeredByEvent", False, Report())


def _refuse(element: Element, reading: Reading) -> None:
    reading.report.error(
        "mapping-without-effect",
        N_("The inputs of the %(element)s would have no effect"),
        element,
        N_("Delete them: the activity reads and writes the variables around it by name"),
        element=local(element),
    )
