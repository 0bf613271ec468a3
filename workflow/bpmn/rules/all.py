"""The table of rules on the XML of a file, and the one function that applies them."""

from collections.abc import Callable, Mapping

from workflow.bpmn.namespaces import Element
from workflow.bpmn.report import Report
from workflow.bpmn.rules import activities, attributes, collaborations, data, events, expressions, flows, messages
from workflow.bpmn.rules.index import FileIndex

Rule = Callable[[FileIndex], None]

RULES: tuple[Rule, ...] = (
    flows.check_listings,
    flows.check_directions,
    flows.check_text_formats,
    messages.check_called_elements,
    events.check_reusable_definitions,
    events.check_triggers,
    events.check_event_subprocesses,
    events.check_plain_start_events,
    events.check_instantiating_receive_tasks,
    flows.check_intermediate_events,
    flows.check_boundary_events,
    flows.check_conditions,
    flows.check_default_holders,
    flows.check_double_flows,
    events.check_links,
    events.check_compensation_events,
    events.check_compensation_activities,
    events.check_compensation_throws,
    events.check_cancel_events,
    flows.check_idle_gateways,
    flows.check_event_gateways,
    activities.check_quantities,
    activities.check_loops,
    activities.check_adhoc,
    activities.check_scripts,
    activities.check_loop_data,
    activities.check_behaviour,
    attributes.check_values,
    attributes.check_immediate,
    attributes.check_multiplicity,
    attributes.check_fixed_names,
    expressions.check_formal,
    expressions.check_texts,
    expressions.check_boolean,
    expressions.check_cardinality,
    expressions.check_languages,
    data.check_collections,
    data.check_states,
    data.check_reach,
    data.check_subprocess_data,
    data.check_interface_data,
    data.check_sets,
    data.check_set_pairs,
    data.check_data_associations,
    data.check_assignments,
    messages.check_service_tasks,
    messages.check_send_and_receive_tasks,
    messages.check_event_data,
    messages.check_operations,
    messages.check_messages,
    messages.check_calls,
    messages.check_bindings,
    collaborations.check_message_flows,
    collaborations.check_choreography_references,
    collaborations.check_global_conversations,
    collaborations.check_conversation_links,
    collaborations.check_resources,
    collaborations.check_public_processes,
    collaborations.check_lanes,
    collaborations.check_pools,
)


def check_rules(root: Element, ids: Mapping[str, Element], report: Report) -> None:
    """Report every rule of BPMN 2.0 that the file breaks, whether or not its elements are supported here."""
    index = FileIndex(root, ids, report)
    for rule in RULES:
        rule(index)
