"""What every activity has: its base, its loops, its quantities and the data that goes in and out."""

from typing import Any

from workflow.bpmn.associations import data_mappings
from workflow.bpmn.loops import loop_data, multi_instance, standard_loop
from workflow.bpmn.mappings import parameters
from workflow.bpmn.namespaces import Element, reference
from workflow.bpmn.reading import Reading, base, flag, whole_number

_MOST_TOKENS = 1_000


def activity(element: Element, reading: Reading) -> dict[str, Any]:
    """The arguments of every record of an activity."""
    own = loop_data(element)
    return {
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
