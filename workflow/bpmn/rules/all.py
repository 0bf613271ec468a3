"""The table of rules on the XML of a file, and the one function that applies them."""

from collections.abc import Callable, Mapping

from workflow.bpmn.namespaces import Element
from workflow.bpmn.report import Report
from workflow.bpmn.rules import (
    activities,
    associations,
    calls,
    collaborations,
    compensation,
    connections,
    data,
    expressions,
    gateways,
    io_sets,
    links,
    multi_instance,
    organisation,
    payloads,
    references,
    starts,
    transactions,
    triggers,
)
from workflow.bpmn.rules.facts import Facts

Rule = Callable[[Facts], None]

RULES: tuple[Rule, ...] = (
    references.check_kinds,
    references.check_reusable_definitions,
    references.check_choreography_participants,
    triggers.check_triggers,
    starts.check_event_subprocesses,
    starts.check_plain_start_events,
    starts.check_instantiating_receive_tasks,
    connections.check_intermediate_events,
    connections.check_boundary_events,
    connections.check_conditions,
    connections.check_default_holders,
    connections.check_double_flows,
    links.check_links,
    compensation.check_compensation_events,
    compensation.check_compensation_activities,
    compensation.check_compensation_throws,
    transactions.check_cancel_events,
    gateways.check_idle_gateways,
    gateways.check_event_gateways,
    activities.check_quantities,
    activities.check_loops,
    activities.check_adhoc,
    activities.check_scripts,
    multi_instance.check_loop_data,
    multi_instance.check_behaviour,
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
    io_sets.check_sets,
    io_sets.check_set_pairs,
    associations.check_data_associations,
    associations.check_assignments,
    payloads.check_service_tasks,
    payloads.check_send_and_receive_tasks,
    payloads.check_event_data,
    payloads.check_operations,
    payloads.check_messages,
    calls.check_calls,
    calls.check_bindings,
    collaborations.check_message_flows,
    collaborations.check_choreography_in_processes,
    collaborations.check_choreography_references,
    collaborations.check_global_conversations,
    collaborations.check_conversation_links,
    organisation.check_resources,
    organisation.check_public_processes,
    organisation.check_lanes,
    organisation.check_pools,
)


def check_rules(root: Element, ids: Mapping[str, Element], report: Report) -> None:
    """Report every rule of BPMN 2.0 that the file breaks, whether or not its elements are supported here."""
    facts = Facts(root, ids, report)
    for rule in RULES:
        rule(facts)
