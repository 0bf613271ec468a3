"""Conditions of gateways that overlap, or leave a case that none of them covers."""

from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import ComplexGateway, ExclusiveGateway, FlowNode, ParallelGateway, SequenceFlow
from workflow.model.findings import Finding
from workflow.soundness.decisions import Row, rows


def check_conditions(definition: ProcessDefinition) -> Iterator[Finding]:
    """Look at every node whose conditions can be decided."""
    for node in definition.all_nodes.values():
        if isinstance(node, ParallelGateway | ComplexGateway):
            continue  # what a complex gateway's conditions say of its own state is no variable
        flows = definition.outgoing[node.id]
        default: str | None = getattr(node, "default_flow", None)
        conditional = [flow for flow in flows if flow.condition is not None and flow.id != default]
        if len(flows) < 2 or not conditional:
            continue
        known = rows(definition, conditional)
        if known is None:
            continue
        if isinstance(node, ExclusiveGateway):
            yield from _overlaps(node, conditional, known, definition)
        if default is None and len(conditional) == len(flows):
            yield from _gap(node, known)


def _overlaps(
    node: FlowNode, flows: list[SequenceFlow], known: list[Row], definition: ProcessDefinition
) -> Iterator[Finding]:
    """One finding for each flow that loses against an earlier one."""
    told: set[int] = set()
    for row in known:
        true = [index for index, result in enumerate(row.results) if result]
        for index in true[1:]:
            if index in told or None in row.results[: true[0]]:
                continue
            told.add(index)
            yield _warning(
                "overlapping-conditions",
                node,
                N_("Both “%(first)s” and “%(second)s” are true with %(example)s; “%(first)s” is taken."),
                N_("Change one condition so that only one of them can be true."),
                first=_name(flows[true[0]], definition),
                second=_name(flows[index], definition),
                example=row.example,
            )


def _gap(node: FlowNode, known: list[Row]) -> Iterator[Finding]:
    row = next((each for each in known if not any(each.results) and None not in each.results), None)
    if row is not None:
        yield _warning(
            "condition-gap",
            node,
            N_("No condition of “%(element)s” is true with %(example)s, and there is no default flow."),
            N_("Make one of its flows the default, or write a condition for this case."),
            example=row.example,
        )


def _name(flow: SequenceFlow, definition: ProcessDefinition) -> str:
    target = definition.all_nodes.get(flow.target)
    return flow.name or (target.name if target is not None else "") or flow.id


def _warning(rule: str, node: FlowNode, template: str, advice: str, **params: object) -> Finding:
    return Finding(
        rule=rule,
        template=template,
        params={"element": node.name or node.id, **params},
        advice=advice,
        element_id=node.id,
        element_name=node.name or None,
        line=node.line,
        severity="warning",
    )
