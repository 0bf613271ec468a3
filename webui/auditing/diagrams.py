"""Where a case stands in its diagram and the way it took, drawn and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from webui.auditing.area import blueprint
from webui.auditing.cases import open_case
from webui.container import container
from webui.guard import current_actor
from workflow.errors import NotFound
from workflow.services.auditing.history import PathTaken
from workflow.services.ground.labels import flow_label, node_label
from workflow.services.views import FlowNode, Label, ProcedurePackage, SequenceFlow


def exact_instant() -> datetime | None:
    """The instant of a link's `at`, or None where there is none that can be read."""
    try:
        found = datetime.fromisoformat(request.args.get("at", "").replace(" ", "+"))
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A node that the case entered. Labels have `vi` and `en`."""

    id: str
    label: Label
    node: FlowNode | None
    times: int
    here: bool
    stuck: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A flow that the case took. `name` is None where the diagram gives it none."""

    source: Label
    target: Label
    name: Label | None
    times: int


@blueprint.get("/ho-so/<uuid:case_id>/so-do")
def diagram(case_id: UUID) -> ResponseReturnValue:
    """The diagram as it stands now."""
    opened = open_case(case_id)
    path = container().audit.path_taken(current_actor(), str(case_id))
    return render_template("auditing/diagram.html", opened=opened, **path_texts(opened.summary.package, path))


@blueprint.get("/ho-so/<uuid:case_id>/so-do.bpmn")
def diagram_file(case_id: UUID) -> ResponseReturnValue:
    """The diagram that the case runs on, or ran on at an instant, byte for byte."""
    package = container().audit.package_at(current_actor(), str(case_id), exact_instant())
    if package is None:
        raise NotFound()
    return Response(package.diagram, mimetype="application/xml")


@blueprint.get("/ho-so/<uuid:case_id>/dau-vet")
def marks(case_id: UUID) -> ResponseReturnValue:
    """What the viewer marks, now or at an instant."""
    path = container().audit.path_taken(current_actor(), str(case_id), exact_instant())
    return jsonify(active=path.active, visited=[*path.visited, *path.flows], incident=path.incidents)


def path_texts(package: ProcedurePackage | None, path: PathTaken) -> dict[str, Any]:
    """The path in words, in the order in which nodes and flows were first reached."""
    nodes = dict(_nodes(package))
    flows = dict(_flows(package))
    passed = [
        Passed(
            id=node_id,
            label=node_label(package, node_id),
            node=nodes.get(node_id),
            times=path.visited.get(node_id, 0),
            here=node_id in path.active,
            stuck=node_id in path.incidents,
        )
        for node_id in dict.fromkeys([*path.visited, *path.active, *path.incidents])
    ]
    ways = [
        Way(
            source=node_label(package, flows[flow_id].source),
            target=node_label(package, flows[flow_id].target),
            name=flow_label(package, flow_id) if flows[flow_id].name else None,
            times=times,
        )
        for flow_id, times in path.flows.items()
        if flow_id in flows
    ]
    return {"passed": passed, "ways": ways}


def _nodes(package: ProcedurePackage | None) -> Iterable[tuple[str, FlowNode]]:
    for process in package.bpmn.processes.values() if package else ():
        yield from process.all_nodes.items()


def _flows(package: ProcedurePackage | None) -> Iterable[tuple[str, SequenceFlow]]:
    for process in package.bpmn.processes.values() if package else ():
        yield from process.all_flows.items()
