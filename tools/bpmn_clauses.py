"""Clause of BPMN 2.0.2 → rule: which function holds a file to which part of the standard, for the page about BPMN."""

import ast
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from workflow.bpmn.rules.all import RULES
from workflow.model.validation.validate import RULES as STRUCTURE

CLAUSES: dict[str, str] = {
    "flows.check_listings": "8.4.13, table 8.52", "flows.check_directions": "8.4.9, table 8.46", "flows.check_text_formats": "8.3.2, table 8.6",
    "flows.check_intermediate_events": "10.5.4", "flows.check_boundary_events": "10.5.4, table 10.91", "flows.check_conditions": "8.4.13, 10.6",
    "flows.check_default_holders": "10.3, 10.6", "flows.check_double_flows": "8.4.13", "flows.check_idle_gateways": "10.6.1",
    "flows.check_event_gateways": "10.6.6", "messages.check_called_elements": "10.3.6", "messages.check_service_tasks": "10.3.3",
    "messages.check_send_and_receive_tasks": "10.3.3", "messages.check_event_data": "10.5.1", "messages.check_operations": "8.5.3",
    "messages.check_messages": "10.5.5", "messages.check_calls": "10.3.6, 10.4.1", "messages.check_bindings": "10.4.1",
    "events.check_reusable_definitions": "10.5.5", "events.check_triggers": "10.5.2 to 10.5.4, table 10.93",
    "events.check_event_subprocesses": "10.3.5, 10.5.6", "events.check_plain_start_events": "10.5.2", "events.check_instantiating_receive_tasks": "10.3.3",
    "events.check_links": "10.5.5", "events.check_compensation_events": "10.5.4, 10.7", "events.check_compensation_activities": "10.7",
    "events.check_compensation_throws": "10.5.5", "events.check_cancel_events": "10.3.5, 10.5.5",
    "activities.check_quantities": "10.3, table 10.3; 10.3.8", "activities.check_loops": "10.3.8", "activities.check_adhoc": "10.3.5",
    "activities.check_scripts": "10.3.3", "activities.check_loop_data": "10.3.8", "activities.check_behaviour": "10.3.8",
    "attributes.check_values": "8 to 10, the attribute tables", "attributes.check_immediate": "8.4.13, table 8.51",
    "attributes.check_multiplicity": "9.3.1, table 9.5", "attributes.check_fixed_names": "8.4, 10.3", "expressions.check_formal": "8.4.6",
    "expressions.check_texts": "8.4.6", "expressions.check_boolean": "8.4.13, 10.5.5", "expressions.check_cardinality": "10.3.8",
    "expressions.check_languages": "8.2.1, 8.4.6", "data.check_collections": "10.4.1", "data.check_states": "10.4.1", "data.check_reach": "10.4.1",
    "data.check_subprocess_data": "10.4.1", "data.check_interface_data": "10.4.1", "data.check_sets": "10.4.1", "data.check_set_pairs": "10.4.1",
    "data.check_data_associations": "10.4.1", "data.check_assignments": "10.4.1", "collaborations.check_message_flows": "9.4",
    "collaborations.check_choreography_references": "9.1, table 9.1", "collaborations.check_global_conversations": "9.5.5",
    "collaborations.check_conversation_links": "9.5.6", "collaborations.check_resources": "8.4.12, 10.3.1",
    "collaborations.check_public_processes": "10.2.1", "collaborations.check_lanes": "10.8", "collaborations.check_pools": "9.3",
    "starts_and_ends.check_starts": "10.5.2, 13.2", "starts_and_ends.check_ends": "10.5.3", "starts_and_ends.check_connections_of_events": "10.5.2, 10.5.3",
    "events.check_times": "10.5.5, table 10.101", "events.check_error_codes": "10.5.4", "flows.check_defaults": "8.4.13, 10.6",
    "flows.check_missing_conditions": "10.6.2, 10.6.3", "activities.check_empty_subprocesses": "10.3.5", "activities.check_multi_instance": "10.3.8",
}  # fmt: skip
"""Module and function → clause. A rule of the file (`workflow.bpmn.rules`) without one has no place in the standard and may not be added."""

WHILE_READ = [
    (
        "8.3.1, table 8.5",
        "Ids are there once; what is named is there, and of the kind that is named.",
        "duplicate-id dangling-reference wrong-reference",
    ),
    ("8 to 10, the attribute tables", "What an element must have, it has.", "missing-attribute missing-property"),
    (
        "8 to 10, the attribute tables",
        "A truth value is one, and one of several listed values is one of them.",
        "not-boolean unknown-value",
    ),
    ("10.5.5, table 10.101", "A timer has exactly one of date, duration and cycle.", "timer-without-time"),
    ("10.5.5", "A condition that is awaited is there.", "event-without-condition"),
    ("10.5.3, 10.5.5", "What is thrown has a code.", "error-without-code escalation-without-code"),
    ("10.5.5", "A link has a name.", "link-without-name"),
    ("10.3.3", "A script that runs is there.", "empty-script"),
]
"""What is found while an element is read."""

OPEN = frozenset(
    (
        "attributes.check_fixed_names",
        "attributes.check_values",
        "collaborations.check_choreography_references",
        "flows.check_default_holders",
    )
)
"""Rules whose clause is a span, or whose sentence could not be looked up: the numbers of all others were compared with a public account of the
document that gives clause, table and page."""

_SAYS = ("refuse", "remark", "found", "_refuse_value", "error", "warning")


def rows() -> list[tuple[str, str, str]]:
    """Clause, what is asked, and the rules that say so; raises SystemExit for a rule of the file without a clause."""
    lacking = [name for name, _ in _functions(RULES) if name not in CLAUSES]
    if lacking:
        raise SystemExit("tools/bpmn_clauses.py lacks: " + ", ".join(lacking))
    found = [*_functions(RULES), *((name, rule) for name, rule in _functions(STRUCTURE) if name in CLAUSES)]
    lines = [
        (CLAUSES[name] + " ¹" * (name in OPEN), _asked(rule), ", ".join(f"`{each}`" for each in _names(rule)))
        for name, rule in found
    ]
    lines += [
        (clause, asked, ", ".join(f"`{rule}`" for rule in rules.split(" "))) for clause, asked, rules in WHILE_READ
    ]
    return sorted(
        lines,
        key=lambda line: [
            int(part) if part.isdigit() else 0 for part in line[0].split(",")[0].split(" ")[0].split(".")
        ],
    )


def _functions(rules: tuple[Callable[..., Any], ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for rule in rules:
        yield f"{rule.__module__.rsplit('.', 1)[-1]}.{rule.__name__}", rule


def _asked(rule: Callable[..., Any]) -> str:
    text = inspect.getdoc(rule) or f"{rule.__name__.removeprefix('check_').replace('_', ' ').capitalize()}."
    return text.splitlines()[0].replace("|", "\\|")


def _names(rule: Callable[..., Any]) -> list[str]:
    """The rules that a function, or one of its module that it calls, can report."""
    module = inspect.getmodule(rule)
    functions = _definitions(module) if module is not None else {}
    seen: set[str] = set()
    waiting, found = [rule.__name__], []
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for call in (node for node in ast.walk(functions[name]) if isinstance(node, ast.Call)):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if called in _SAYS and texts and _is_rule(texts[0]):
                found.append(texts[0])
            waiting.append(called)
            waiting += [each.id for each in call.args if isinstance(each, ast.Name)]
    return list(dict.fromkeys(found))


def _is_rule(text: str) -> bool:
    return len(text) > 3 and text == text.lower() and text.replace("-", "").isalpha()


def _definitions(module: ModuleType) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
